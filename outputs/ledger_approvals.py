"""Who approved which run's bundle, or did not, when and why."""

import polars as pl
from sqlalchemy import insert, select

from outputs.ledger import Ledger
from outputs.ledger_rows import masked_text
from outputs.ledger_tables import APPROVALS
from schemas.approvals import APPROVALS as COLUMNS
from schemas.approvals import Answer


def add_approval(ledger: Ledger, campaign: str, run: str, answer: Answer) -> None:
    """Record an answer, for good; an ID number in its reason is masked."""
    because = pl.DataFrame({"because": [answer.because]}, schema={"because": pl.String})
    facts = {
        "campaign": campaign,
        "run": run,
        "answered_at": answer.answered_at.isoformat().replace("+00:00", "Z"),
        "answer": answer.answer,
        "by_whom": answer.by_whom,
        "because": because.select(masked_text("because")).item(),
    }
    with ledger.transaction() as connection:
        connection.execute(insert(APPROVALS).values(**facts))


def approvals(ledger: Ledger, campaign: str) -> pl.DataFrame:
    """Every answer in the order of recording (`schemas.approvals.APPROVALS`)."""
    kept = [APPROVALS.c[name] for name in COLUMNS]
    return ledger.frame(
        select(*kept).where(APPROVALS.c.campaign == campaign).order_by(APPROVALS.c.approval_id)
    )
