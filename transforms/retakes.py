"""Retakes: a delivered photo stays until a person chooses another, or it is rejected or complained of."""

from collections.abc import Mapping
from typing import NamedTuple

import polars as pl

from schemas.audit import CaptureState
from schemas.decisions import CHOOSE
from schemas.reasons import Reason, Severity
from transforms.decisions import Decided, single_rows
from transforms.reconcile import used_captures
from transforms.validation import as_findings, severity_of


class Before(NamedTuple):
    """What stands from earlier runs, by roster row.

    `shots` has row, sha256 and is_sealed of what there was when a delivered student's photo was sealed;
    `chosen` row and sha256 of the shot that a person chose; `open_rows` are those whose delivered photo is
    complained of or refused.
    """

    shots: pl.DataFrame
    chosen: pl.DataFrame
    open_rows: pl.Series

    @property
    def sealed(self) -> pl.DataFrame:
        """`row` and `sha256` of every delivered photo's capture."""
        return self.shots.filter("is_sealed").select("row", "sha256")


NO_RUN = Before(
    pl.DataFrame(schema={"row": pl.UInt32, "sha256": pl.String, "is_sealed": pl.Boolean}),
    pl.DataFrame(schema={"row": pl.UInt32, "sha256": pl.String}),
    pl.Series(dtype=pl.UInt32),
)
"""What stands before the first run."""


def before(settled: pl.DataFrame, decided: Decided, complained: pl.Series, roster: pl.DataFrame) -> Before:
    """What the ledger remembers (SETTLED), the choices made and the open complaints, by roster row."""
    rows = single_rows(roster)
    shots = settled.join(rows, on="student_no", how="inner", validate="m:1", maintain_order="left")
    choices = decided.filter((pl.col("kind") == CHOOSE) & pl.col("row").is_not_null())
    return Before(
        shots.select("row", "sha256", "is_sealed"),
        choices.select("row", sha256="capture_sha256"),
        rows.filter(pl.col("student_no").is_in(complained.implode()))["row"],
    )


def absent_rows(captures: pl.DataFrame, past: Before) -> pl.Series:
    """The rows of the delivered whose capture does not lie among the captures any more."""
    here = captures["sha256"].drop_nulls()
    return past.sealed.filter(~pl.col("sha256").is_in(here.implode()))["row"]


def preferred(usable: pl.DataFrame, past: Before, absent: pl.Series) -> pl.DataFrame:
    """Shots that may become the photo: whether a person chose them, and how much each `keeps` its place.

    The delivered one goes before others; while it is complained of, what came since goes before it, and what
    it was preferred to behind. Of a student whose delivered capture is not here, a shot is used only if a
    person chose it, or if it came since and the delivered one is complained of.
    """
    key = ["row", "sha256"]
    chosen = past.chosen.with_columns(is_chosen=pl.lit(True))
    told = (
        usable.join(chosen, on=key, how="left", validate="m:1", maintain_order="left")
        .join(past.shots, on=key, how="left", validate="m:1", maintain_order="left")
        .with_columns(pl.col("is_chosen").fill_null(False), is_new=pl.col("is_sealed").is_null())
    )
    is_open = pl.col("row").is_in(past.open_rows.implode())
    is_sealed = pl.col("is_sealed").fill_null(False)
    of_open = pl.when("is_new").then(1).when(is_sealed).then(0).otherwise(-1)
    keeps = pl.when(is_open).then(of_open).when(is_sealed).then(1).otherwise(0)
    has_choice = pl.col("is_chosen").any().over("row")
    stays = pl.col("row").is_in(absent.implode()) & ~has_choice & ~(is_open & pl.col("is_new"))
    return told.filter(~stays).with_columns(keeps=keeps)


def with_waiting(captures: pl.DataFrame, past: Before, absent: pl.Series) -> pl.DataFrame:
    """Settled captures; of the superseded, those that came after the delivered photo wait for a decision."""
    sealed_shots = past.shots.select("row", "sha256", was_there=pl.lit(True)).unique()
    known = captures.select("row", "sha256").join(
        sealed_shots, on=["row", "sha256"], how="left", validate="m:1", maintain_order="left"
    )
    settled = pl.concat([past.open_rows, past.chosen["row"]])
    used = used_captures(captures, "row", "sha256")
    kept = used.join(past.sealed, on=["row", "sha256"], how="semi", maintain_order="left")["row"]
    stays = pl.col("row").is_in(pl.concat([kept, absent]).implode())
    is_decided = pl.col("row").is_in(settled.implode())
    is_new = pl.lit(known["was_there"].is_null())
    waits = (pl.col("state") == CaptureState.SUPERSEDED) & stays & ~is_decided & is_new
    code = pl.when(waits).then(pl.lit(Reason.RETAKE_WAITING.value)).otherwise("code")
    return captures.with_columns(code=code)


def retake_findings(
    captures: pl.DataFrame, roster: pl.DataFrame, severities: Mapping[str, Severity]
) -> pl.DataFrame:
    """The retakes that wait for a decision, under their student."""
    numbers = roster.select("row", "student_no")
    waiting = captures.filter(pl.col("code") == Reason.RETAKE_WAITING).select("capture_path", "row", "code")
    told = waiting.join(numbers, on="row", how="left", validate="m:1", maintain_order="left")
    return as_findings(told.with_columns(severity=severity_of(pl.col("code"), severities)))
