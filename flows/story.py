"""The story of a student: runs, decisions and cases in the order in which they happened."""

import polars as pl

from outputs.ledger import Ledger
from outputs.ledger_approvals import approvals
from outputs.ledger_cases import cases_of, registered
from outputs.ledger_decisions import decisions_of
from schemas.approvals import APPROVAL
from schemas.audit import EnrolmentState
from schemas.decisions import WITHDRAW
from schemas.feedback import PLATFORM
from schemas.titles import CASE_OPENED

STORY: dict[str, type[pl.DataType]] = {
    "at": pl.String,  # ISO 8601, UTC
    "kind": pl.String,  # of a run, a decision or a case
    "run": pl.String,
    "state": pl.String,  # of the enrolment in that run; how a case was opened or ended
    "codes": pl.String,
    "capture_path": pl.String,
    "capture_state": pl.String,
    "evidence": pl.String,
    "bundle": pl.String,
    "part": pl.String,  # which of how many bundles, where the run sealed several
    "because": pl.String,
    "by_whom": pl.String,
}
"""One line per run and roster row, decision, and opening or end of a case; `;` between several of a kind."""

_TO_THE_SECOND = len("YYYY-MM-DDTHH:MM:SS")


def story(ledger: Ledger, campaign_id: str, student: str) -> pl.DataFrame:
    """All that the ledger knows of a student (STORY).

    Runs stand in the order of their recording, whatever the clock said; so do decisions and cases.
    """
    opened, ended = _cases(ledger, campaign_id, student)
    told = [
        _decisions(ledger, campaign_id, student),
        opened,
        _runs(ledger, campaign_id, student),
        ended,
        _registration(ledger, campaign_id, student),
        _approvals(ledger, campaign_id, student),
    ]  # within one second a run follows what it acts on
    place = pl.col("at").str.head(_TO_THE_SECOND).cum_max()
    whole = pl.concat([each.with_columns(place=place) for each in told], how="diagonal")
    whole = whole.join(
        _parts(ledger, campaign_id), on="bundle", how="left", validate="m:1", maintain_order="left"
    )
    return whole.sort("place", maintain_order=True).select(
        pl.col(name).cast(dtype) for name, dtype in STORY.items()
    )


def _parts(ledger: Ledger, campaign_id: str) -> pl.DataFrame:
    """Which part of how many each bundle is (`bundle`, `part`); of those that are whole, nothing."""
    told = ledger.bundles(campaign_id).select(bundle="name", part=pl.format("{}/{}", "part", "parts"))
    return told.drop_nulls()


def _runs(ledger: Ledger, campaign_id: str, student: str) -> pl.DataFrame:
    shots = (
        ledger.captures_of(campaign_id, student)
        .group_by("run", maintain_order=True)
        .agg(_joined("capture_path"), _joined("state").alias("capture_state"), _joined("evidence"))
    )
    told = ledger.story(campaign_id, student).rename({"started_at": "at"})
    whole = told.join(shots, on="run", how="left", validate="m:1", maintain_order="left")
    return whole.select(name for name in STORY if name in whole.columns)


def _decisions(ledger: Ledger, campaign_id: str, student: str) -> pl.DataFrame:
    """What was decided of the student; a withdrawal is told by what it takes back."""
    every = decisions_of(ledger, campaign_id)
    own = every.filter(pl.col("student_no") == student)
    back = every.filter(
        (pl.col("kind") == WITHDRAW) & pl.col("withdraws").is_in(own["decision_id"].implode())
    )
    both = pl.concat([own, back]).unique("decision_id", keep="first", maintain_order=True).sort("decision_id")
    return both.select("kind", "because", "by_whom", at="decided_at", codes="code")


def _cases(ledger: Ledger, campaign_id: str, student: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Cases as they were opened, and as they ended."""
    every = cases_of(ledger, campaign_id, student)
    opened = every.select("kind", at="opened_at", codes="code", because="said", state=pl.lit(CASE_OPENED))
    ended = every.drop_nulls("closed_at").select(
        "kind", "because", "by_whom", "bundle", at="closed_at", codes="code", state="how"
    )
    return opened, ended.sort("at", maintain_order=True)


def _registration(ledger: Ledger, campaign_id: str, student: str) -> pl.DataFrame:
    told = registered(ledger, campaign_id).filter(pl.col("student_no") == student)
    locked = pl.lit(EnrolmentState.LOCKED.value)
    return told.select(at="read_at", kind=pl.lit(PLATFORM), state=locked)


def _approvals(ledger: Ledger, campaign_id: str, student: str) -> pl.DataFrame:
    """What was answered when a run that knew the student asked to seal."""
    runs = ledger.story(campaign_id, student)["run"].unique()
    told = approvals(ledger, campaign_id).filter(pl.col("run").is_in(runs.implode()))
    return told.select("run", "because", "by_whom", at="answered_at", kind=pl.lit(APPROVAL), state="answer")


def _joined(column: str) -> pl.Expr:
    return pl.col(column).fill_null("").str.join(";")
