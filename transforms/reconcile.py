"""The accounts: every capture and every enrolment ends in exactly one state, with every reason that holds."""

from collections.abc import Mapping

import polars as pl

from schemas.audit import CAPTURES, ENROLMENTS, CaptureState, EnrolmentState
from schemas.capture import NOBODYS
from schemas.photo import FACTS
from schemas.reasons import Reason, Severity
from schemas.roster import INELIGIBLE, UNLINKABLE
from transforms.validation import as_findings, severity_of

CODE_SEPARATOR = ";"


# -- captures ------------------------------------------------------------------------------------------------


def capture_states(captures: pl.DataFrame, chosen: pl.DataFrame, not_expected: pl.Series) -> pl.DataFrame:
    """`captures` (capture_path, row, code, source_format …) with `state`, and the code that goes with it.

    `chosen` has the capture_path of each used one; `not_expected` the rows of enrolments that are ineligible
    or locked, whose captures are quarantined.
    """
    unexpected = pl.col("row").is_in(not_expected.implode()) & pl.col("code").is_null()
    used = pl.col("capture_path").is_in(chosen["capture_path"].implode())
    code = pl.when(unexpected).then(pl.lit(Reason.CAPTURE_NOT_EXPECTED.value)).otherwise("code")
    state = (
        pl.when(pl.col("source_format").is_null()).then(pl.lit(CaptureState.UNREADABLE.value))
        .when(pl.col("code").is_in([code.value for code in NOBODYS])).then(pl.lit(CaptureState.ORPHAN.value))
        .when(pl.col("code").is_not_null()).then(pl.lit(CaptureState.QUARANTINED.value))
        .when(used).then(pl.lit(CaptureState.USED.value))
        .otherwise(pl.lit(CaptureState.SUPERSEDED.value))
    )  # fmt: skip
    return captures.with_columns(code=code).with_columns(state=state)


def used_captures(captures: pl.DataFrame, *columns: str, **renamed: str) -> pl.DataFrame:
    """These columns of the used captures alone: the whole lines of many take much memory."""
    used = captures.lazy().filter(pl.col("state") == CaptureState.USED)
    return used.select(*columns, **renamed).collect()


def capture_findings(captures: pl.DataFrame, severities: Mapping[str, Severity]) -> pl.DataFrame:
    """What the captures' states say of them: the link's reason, or that another shot was used."""
    superseded = pl.when(pl.col("state") == CaptureState.SUPERSEDED).then(pl.lit(Reason.RETAKE_UNUSED.value))
    told = captures.select("capture_path", code=pl.coalesce("code", superseded)).drop_nulls("code")
    own = [Reason.DETECTORS_DISAGREE.value, Reason.RETAKE_WAITING.value]  # their own findings say more
    told = told.filter(~pl.col("code").is_in(own))
    return as_findings(told.with_columns(severity=severity_of(pl.col("code"), severities)))


def absence_findings(
    roster: pl.DataFrame,
    captures: pl.DataFrame,
    candidates: pl.DataFrame,
    *,
    known: pl.DataFrame,
    delivered: pl.Series,
    severities: Mapping[str, Severity],
) -> pl.DataFrame:
    """Why an expected enrolment has no used capture: none at all, only doubtful ones, only unreadable ones.

    `candidates` has capture_path and every row that some evidence speaks for, `known` the findings so far,
    `delivered` the student numbers that an earlier bundle holds: they need no capture any more.
    """
    ends = captures.select("capture_path", "state")
    states = candidates.join(ends, on="capture_path", how="left", validate="m:1", maintain_order="left")
    spoilt = known.filter(pl.col("code").is_in(list(UNLINKABLE)) & (pl.col("severity") == Severity.BLOCK))
    seen = roster.select(
        "row", "student_no",
        has_used=pl.col("row").is_in(_rows_in(captures, CaptureState.USED)),
        has_doubt=pl.col("row").is_in(_rows_in(states, CaptureState.QUARANTINED)),
        has_broken=pl.col("row").is_in(_rows_in(states, CaptureState.UNREADABLE)),
        is_unlinkable=pl.col("row").is_in(spoilt["row"].implode()),
        is_delivered=pl.col("student_no").is_in(delivered.implode()).fill_null(False),
    )  # fmt: skip
    code = (
        pl.when("has_used").then(None)
        .when("has_doubt").then(pl.lit(Reason.CAPTURE_DOUBTFUL.value))
        .when("has_broken").then(pl.lit(Reason.CAPTURE_UNREADABLE.value))
        .when("is_unlinkable").then(None)
        .when("is_delivered").then(pl.lit(Reason.DELIVERED_BEFORE.value))
        .otherwise(pl.lit(Reason.NO_CAPTURE.value))
    )  # fmt: skip
    absent = seen.with_columns(code=code).drop_nulls("code")
    return as_findings(absent.with_columns(severity=severity_of(pl.col("code"), severities)))


def delivered_findings(kept: pl.DataFrame, severities: Mapping[str, Severity]) -> pl.DataFrame:
    """The delivered of whom no capture is used: whatever came of them now, they stay as they are."""
    code = pl.lit(Reason.DELIVERED_BEFORE.value)
    told = kept.select("row", "student_no", code=code, severity=severity_of(code, severities))
    return as_findings(told)


def _rows_in(frame: pl.DataFrame, state: CaptureState) -> pl.Expr:
    return pl.lit(frame.filter(pl.col("state") == state)["row"].implode())


# -- enrolments ----------------------------------------------------------------------------------------------


def enrolment_states(roster: pl.DataFrame, findings: pl.DataFrame) -> pl.DataFrame:
    """`row` and `state` of every enrolment, from the findings that carry its row."""
    told = findings.drop_nulls("row")
    ineligible, locked = _rows_with(told, *INELIGIBLE), _rows_with(told, Reason.ALREADY_REGISTERED)
    absent = _rows_with(told, Reason.NO_CAPTURE)
    blocked = pl.lit(told.filter(pl.col("severity") == Severity.BLOCK)["row"].implode())
    state = (
        pl.when(pl.col("row").is_in(ineligible)).then(pl.lit(EnrolmentState.INELIGIBLE.value))
        .when(pl.col("row").is_in(locked)).then(pl.lit(EnrolmentState.LOCKED.value))
        .when(pl.col("row").is_in(absent)).then(pl.lit(EnrolmentState.MISSING.value))
        .when(pl.col("row").is_in(blocked)).then(pl.lit(EnrolmentState.REJECTED.value))
        .otherwise(pl.lit(EnrolmentState.ACCEPTED.value))
    )  # fmt: skip
    return roster.select("row", state=state)


def _rows_with(findings: pl.DataFrame, *codes: Reason) -> pl.Expr:
    return pl.lit(findings.filter(pl.col("code").is_in([code.value for code in codes]))["row"].implode())


# -- the audit's frames --------------------------------------------------------------------------------------


def codes_by(findings: pl.DataFrame, key: str) -> pl.DataFrame:
    """`key` and `codes`: every reason that holds for it, sorted, `;` between them."""
    told = findings.drop_nulls(key).sort(key, "code")
    return told.group_by(key, maintain_order=True).agg(
        codes=pl.col("code").unique(maintain_order=True).str.join(CODE_SEPARATOR)
    )


def enrolment_lines(
    roster: pl.DataFrame,
    states: pl.DataFrame,
    findings: pl.DataFrame,
    *,
    sessions: pl.DataFrame,
    photos: pl.DataFrame,
) -> pl.DataFrame:
    """One line per roster row (ENROLMENTS), its bundle yet unknown."""
    frame = roster
    accepted = codes_by(findings.drop_nulls("waived"), "row").rename({"codes": "waived"})
    for more in (states, codes_by(findings, "row"), accepted, sessions, photos):
        frame = frame.join(more, on="row", how="left", validate="m:1", maintain_order="left")
    frame = frame.with_columns(bundle=pl.lit(None))
    return frame.select(pl.col(column).cast(dtype) for column, dtype in ENROLMENTS.items()).sort("row")


def capture_lines(captures: pl.DataFrame, roster: pl.DataFrame, findings: pl.DataFrame) -> pl.DataFrame:
    """One line per capture (CAPTURES and the measured facts)."""
    numbers = roster.select("row", "student_no")
    frame = captures.join(numbers, on="row", how="left", validate="m:1", maintain_order="left")
    codes = codes_by(findings, "capture_path")
    frame = frame.join(codes, on="capture_path", how="left", validate="1:1", maintain_order="left")
    columns = CAPTURES | FACTS
    return frame.select(pl.col(column).cast(dtype) for column, dtype in columns.items()).sort("capture_path")


def count_states(frame: pl.DataFrame, states: type[EnrolmentState] | type[CaptureState]) -> dict[str, int]:
    """How many lines end in each state, zeros included."""
    counted = dict(frame.group_by("state").len().iter_rows())
    return {state.value: counted.get(state.value, 0) for state in states}


def count_ineligible(enrolments: pl.DataFrame) -> dict[str, int]:
    """How many of the ineligible each reason for it takes out, by code; who has several stands under each."""
    outside = enrolments.filter(pl.col("state") == EnrolmentState.INELIGIBLE)
    codes = outside.select(code=pl.col("codes").str.split(CODE_SEPARATOR)).explode("code")
    told = codes.filter(pl.col("code").is_in([code.value for code in INELIGIBLE]))
    return dict(told.group_by("code").len().sort("code").iter_rows())
