"""What the ledger tells of all students at once, for the report: `flows.story` of everybody, in short."""

import polars as pl

from flows.settings import utc_offset
from outputs.ledger import Ledger
from outputs.ledger_cases import cases_of, registered
from outputs.ledger_decisions import decisions_of
from schemas.audit import EnrolmentState
from schemas.decisions import WITHDRAW
from schemas.feedback import PLATFORM
from schemas.history import HISTORY
from schemas.titles import CASE_OPENED

_TO_THE_SECOND = len("YYYY-MM-DDTHH:MM:SS")


def history(ledger: Ledger, campaign: str) -> pl.DataFrame:
    """Every student's events (HISTORY) in the order of happening; a run follows what it acts on."""
    opened, ended = _cases(ledger, campaign)
    runs = ledger.turns(campaign).rename({"started_at": "at"})
    told = [_decisions(ledger, campaign), opened, runs, ended, _registrations(ledger, campaign)]
    whole = pl.concat(told, how="diagonal_relaxed").drop_nulls("student_no")
    return (
        whole.with_columns(at=_by_the_office_clock(pl.col("at")))
        .sort("at", maintain_order=True)
        .select(pl.col(name).cast(dtype) for name, dtype in HISTORY.items())
    )


def _by_the_office_clock(utc: pl.Expr) -> pl.Expr:
    moments = utc.str.head(_TO_THE_SECOND).str.to_datetime("%Y-%m-%dT%H:%M:%S")
    return (moments + pl.lit(utc_offset())).dt.to_string("%Y-%m-%d %H:%M")


def _decisions(ledger: Ledger, campaign: str) -> pl.DataFrame:
    """What was decided of each student; a withdrawal is told by what it takes back."""
    every = decisions_of(ledger, campaign)
    whose = every.select(withdraws="decision_id", of="student_no")
    told = every.join(whose, on="withdraws", how="left", validate="m:1", maintain_order="left")
    is_back = pl.col("kind") == WITHDRAW
    number = pl.when(is_back).then(pl.coalesce("student_no", "of")).otherwise("student_no")
    return told.select("kind", "because", "by_whom", student_no=number, at="decided_at", codes="code")


def _cases(ledger: Ledger, campaign: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Cases as they were opened, and as they ended."""
    every = cases_of(ledger, campaign)
    opened = every.select(
        "student_no", "kind", at="opened_at", codes="code", because="said", state=pl.lit(CASE_OPENED)
    )
    ended = every.drop_nulls("closed_at").select(
        "student_no", "kind", "because", "by_whom", "bundle", at="closed_at", codes="code", state="how"
    )
    return opened, ended


def _registrations(ledger: Ledger, campaign: str) -> pl.DataFrame:
    locked = pl.lit(EnrolmentState.LOCKED.value)
    return registered(ledger, campaign).select(
        "student_no", at="read_at", kind=pl.lit(PLATFORM), state=locked
    )
