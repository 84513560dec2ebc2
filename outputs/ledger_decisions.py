"""Decisions in the ledger, and what of earlier runs they are held against."""

from collections.abc import Sequence
from typing import NamedTuple

import polars as pl
from sqlalchemy import Connection, Select, func, insert, select, text

from outputs.ledger import Ledger
from outputs.ledger_rows import masked_text
from outputs.ledger_tables import (
    BUNDLE_RECORDS,
    BUNDLES,
    DECISION_CROPS,
    DECISION_SHOTS,
    DECISIONS,
    RUN_CAPTURES,
    RUN_ENROLMENTS,
    RUN_FINDINGS,
    RUNS,
)
from schemas import decisions as declared
from schemas.decisions import SETTLED
from schemas.reasons import Reason

ASKED = {name: kind for name, kind in declared.DECISIONS.items() if name != "decision_id"}
"""A decision that has no number yet."""
NO_DECISION = pl.DataFrame(schema=ASKED)
_ALONE = {
    "sqlite": "BEGIN IMMEDIATE",
    "postgresql": "SELECT pg_advisory_xact_lock(hashtext('regpack-decisions'))",
}


class LatestRun(NamedTuple):
    """What the run recorded last said of everybody.

    `enrolments` has student_no, state and capture_sha256; `captures` capture_path (ID numbers in it masked),
    sha256, state, student_no and codes; `findings` student_no, code and column.
    """

    run: str
    enrolments: pl.DataFrame
    captures: pl.DataFrame
    findings: pl.DataFrame


def add_decisions(connection: Connection, campaign: str, decisions: pl.DataFrame) -> list[int]:
    """Add decisions (ASKED) of a campaign; their numbers."""
    lines = decisions.with_columns(
        masked_text("because"), masked_text("by_whom"), pl.col("valid_until").dt.to_string("%Y-%m-%d")
    )
    return [_added(connection, campaign, **line) for line in lines.iter_rows(named=True)]


def _added(connection: Connection, campaign: str, *, shots: Sequence[str] | None, **line: object) -> int:
    crop = {name: line.pop(name) for name in declared.CROP_COLUMNS}
    made = insert(DECISIONS).values(campaign=campaign, **line).returning(DECISIONS.c.decision_id)
    number = int(connection.execute(made).scalar_one())
    if shots:
        known = [{"decision_id": number, "sha256": sha256} for sha256 in sorted(set(shots))]
        connection.execute(insert(DECISION_SHOTS), known)
    if crop["crop_width_px"] is not None:
        connection.execute(insert(DECISION_CROPS).values(decision_id=number, **crop))
    return number


def hold_decisions(connection: Connection) -> None:
    """Let nobody else decide anything until the connection's transaction ends."""
    connection.execute(text(_ALONE[connection.dialect.name]))


def newest_decision(connection: Connection, campaign: str) -> int:
    """The number of the decision made last; 0 before the first."""
    query = select(func.max(DECISIONS.c.decision_id)).where(DECISIONS.c.campaign == campaign)
    return connection.scalar(query) or 0


def decisions_of(ledger: Ledger, campaign: str) -> pl.DataFrame:
    """Every decision of a campaign in the order in which they were made (`schemas.decisions.DECISIONS`)."""
    columns = [DECISIONS.c[name] for name in declared.DECISIONS if name in DECISIONS.c]
    found = ledger.frame(
        select(*columns).where(DECISIONS.c.campaign == campaign).order_by(DECISIONS.c.decision_id)
    )
    asked = select(DECISION_SHOTS).join(DECISIONS).where(DECISIONS.c.campaign == campaign)
    shots = ledger.frame(asked).sort("decision_id", "sha256").group_by("decision_id", maintain_order=True)
    crops = ledger.frame(select(DECISION_CROPS).join(DECISIONS).where(DECISIONS.c.campaign == campaign))
    return (
        found.join(crops, on="decision_id", how="left", validate="1:1", maintain_order="left")
        .join(shots.agg(shots="sha256"), on="decision_id", how="left", validate="1:1",
                   maintain_order="left")
        .with_columns(pl.col("valid_until").str.to_date("%Y-%m-%d"))
        .select(list(declared.DECISIONS))
    )  # fmt: skip


def settled_of(ledger: Ledger, campaign: str) -> pl.DataFrame:
    """What there was of every delivered student in the run that first sealed their photo (SETTLED)."""
    records = ledger.frame(_sealed_captures(campaign))
    last = records.unique("student_no", keep="last", maintain_order=True).select(
        "student_no", "capture_sha256"
    )
    first = records.join(last, on=["student_no", "capture_sha256"], how="semi", maintain_order="left").unique(
        "student_no", keep="first", maintain_order=True
    )
    shots = ledger.frame(_shots_of_sealing_runs(campaign)).rename({"sha256": "capture_sha256"})
    there = first.select("student_no", "run_id").join(
        shots, on=["student_no", "run_id"], how="inner", validate="1:m", maintain_order="left"
    )
    both = pl.concat(
        [first.select("student_no", "capture_sha256"), there.select("student_no", "capture_sha256")]
    )
    sealed = last.with_columns(is_sealed=pl.lit(True))
    return (
        both.unique(maintain_order=True)
        .join(sealed, on=["student_no", "capture_sha256"], how="left", validate="1:1", maintain_order="left")
        .select("student_no", sha256="capture_sha256", is_sealed=pl.col("is_sealed").fill_null(False))
        .sort("student_no", "sha256")
        .select(list(SETTLED))
    )


def _sealed_captures(campaign: str) -> Select[tuple[str, str, int]]:
    record = BUNDLE_RECORDS.c
    return (
        select(record.student_no, record.capture_sha256, BUNDLES.c.run_id)
        .join_from(BUNDLE_RECORDS, BUNDLES)
        .where(BUNDLES.c.campaign == campaign, record.capture_sha256.is_not(None))
        .order_by(BUNDLES.c.number)
    )


def _shots_of_sealing_runs(campaign: str) -> Select[tuple[int, str, str]]:
    shot = RUN_CAPTURES.c
    sealing = select(BUNDLES.c.run_id).where(BUNDLES.c.campaign == campaign)
    return (
        select(shot.run_id, shot.student_no, shot.sha256)
        .where(shot.run_id.in_(sealing), shot.student_no.is_not(None), shot.sha256.is_not(None))
        .distinct()
    )


def let_in_of(ledger: Ledger, campaign: str) -> list[str]:
    """The students of earlier years whom make-ups let in by name."""
    found = RUN_FINDINGS.c
    query = (
        select(found.student_no)
        .join_from(RUN_FINDINGS, RUNS)
        .where(RUNS.c.campaign == campaign, found.code == Reason.LET_IN_BY_NAME.value)
        .distinct()
    )
    return sorted(ledger.frame(query)["student_no"].drop_nulls())


def latest_run(ledger: Ledger, campaign: str) -> LatestRun | None:
    """The run recorded last; None before the first."""
    query = select(RUNS.c.run_id, RUNS.c.run).where(RUNS.c.campaign == campaign).order_by(RUNS.c.run_id)
    runs = ledger.frame(query)
    if runs.is_empty():
        return None
    run_id, run = runs.row(-1)
    who, shot, found = RUN_ENROLMENTS.c, RUN_CAPTURES.c, RUN_FINDINGS.c
    return LatestRun(
        run,
        ledger.frame(
            select(who.student_no, who.state, who.capture_sha256)
            .where(who.run_id == run_id, who.student_no.is_not(None))
            .order_by(who.row)
        ),
        ledger.frame(
            select(shot.capture_path, shot.sha256, shot.state, shot.student_no, shot.codes)
            .where(shot.run_id == run_id)
            .order_by(shot.position)
        ),
        ledger.frame(
            select(found.student_no, found.code, found.column)
            .where(found.run_id == run_id, found.student_no.is_not(None))
            .order_by(found.position)
        ),
    )
