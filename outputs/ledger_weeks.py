"""How a campaign's students stood at a moment, as the ledger tells it."""

import polars as pl
from sqlalchemy import select

from outputs.ledger import Ledger
from outputs.ledger_tables import RUN_ENROLMENTS, RUNS


def standing(ledger: Ledger, campaign: str, until: str | None = None) -> pl.DataFrame:
    """Every student's end of the latest run that knew them, of runs finished by `until` (ISO 8601, UTC).

    Columns: student_no, unit_name, state, codes, bundle, run.
    """
    who = RUN_ENROLMENTS.c
    query = (
        select(who.student_no, who.unit_name, who.state, who.codes, who.bundle, RUNS.c.run)
        .join_from(RUN_ENROLMENTS, RUNS)
        .where(RUNS.c.campaign == campaign, who.student_no.is_not(None))
        .order_by(RUNS.c.run_id, who.row)
    )
    ends = ledger.frame(query if until is None else query.where(RUNS.c.finished_at <= until))
    return ends.unique("student_no", keep="last", maintain_order=True).sort("student_no")
