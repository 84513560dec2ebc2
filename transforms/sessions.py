"""The schedule held against the day: per session, who was expected, logged, captured, accepted or late."""

from collections.abc import Mapping

import polars as pl

from schemas.audit import SESSIONS, CaptureState, EnrolmentState
from schemas.reasons import Reason, Severity
from transforms.schedule_findings import UNIT, place
from transforms.validation import as_findings, severity_of


def punctuality(used: pl.DataFrame, schedule: pl.DataFrame) -> pl.DataFrame:
    """`row`, `capture_path`, `is_late` and `is_out_of_place` of every used capture that has a session.

    `used` has row, capture_path, camera_name, taken_at, session_id. A camera belongs to a room whose name
    ends in the camera's. Null where it cannot be told.
    """
    held = used.join(
        schedule.select("session_id", "held_on", "starts_at", "ends_at", "room_name"), on="session_id",
        how="inner", validate="m:1", maintain_order="left",
    )  # fmt: skip
    begins = pl.col("held_on").dt.combine(pl.col("starts_at"), "ms")
    ends = pl.col("held_on").dt.combine(pl.col("ends_at"), "ms")
    camera = pl.col("camera_name").str.replace(r"-\d+$", "")
    return held.select(
        "row", "capture_path", "session_id",
        is_late=pl.col("taken_at").is_between(begins, ends).not_(),
        is_out_of_place=pl.col("room_name").str.ends_with(camera).not_(),
    )  # fmt: skip


def session_counts(
    schedule: pl.DataFrame, enrolments: pl.DataFrame, timing: pl.DataFrame, logged_rows: pl.Series
) -> pl.DataFrame:
    """One line per session (SESSIONS). `enrolments` has row, session_id, state, capture_path."""
    expected = enrolments.filter(
        pl.col("session_id").is_not_null() & (pl.col("state") != EnrolmentState.INELIGIBLE)
    )
    people = expected.group_by("session_id", maintain_order=True).agg(
        enrolled=pl.len(),
        logged=pl.col("row").is_in(logged_rows.implode()).sum(),
        captured=pl.col("capture_path").is_not_null().sum(),
        accepted=(pl.col("state") == EnrolmentState.ACCEPTED).sum(),
    )
    times = timing.group_by("session_id", maintain_order=True).agg(
        late=pl.col("is_late").sum(), out_of_place=pl.col("is_out_of_place").sum()
    )
    counts = ["enrolled", "logged", "captured", "accepted", "late", "out_of_place"]
    return (
        schedule.join(people, on="session_id", how="left", validate="1:1", maintain_order="left")
        .join(times, on="session_id", how="left", validate="1:1", maintain_order="left")
        .with_columns(pl.col(counts).fill_null(0).cast(pl.UInt32))
        .select(list(SESSIONS))
    )


def used_with_session(captures: pl.DataFrame, sessions: pl.DataFrame) -> pl.DataFrame:
    """Used captures with their student's session."""
    return captures.filter(pl.col("state") == CaptureState.USED).join(
        sessions, on="row", how="inner", validate="1:1", maintain_order="left"
    )


def punctuality_findings(
    timing: pl.DataFrame, roster: pl.DataFrame, severities: Mapping[str, Severity]
) -> pl.DataFrame:
    """Who was captured outside the session's time or in another room."""
    numbered = timing.join(
        roster.select("row", "student_no"), on="row", how="left", validate="m:1", maintain_order="left"
    )
    late = numbered.filter("is_late").with_columns(code=pl.lit(Reason.LATE.value), column=pl.lit("taken_at"))
    elsewhere = numbered.filter("is_out_of_place").with_columns(
        code=pl.lit(Reason.OUT_OF_PLACE.value), column=pl.lit("camera_name")
    )
    told = pl.concat([late, elsewhere])
    return as_findings(told.with_columns(severity=severity_of(pl.col("code"), severities)))


def findings_without_session(
    expected: pl.DataFrame,
    sessions: pl.DataFrame,
    severities: Mapping[str, Severity],
    *,
    schedule: pl.DataFrame,
) -> pl.DataFrame:
    """Whom the schedule, if there is one, forgot: the expected whose unit and level no session names."""
    asked = expected.clear() if schedule.is_empty() else expected
    forgotten = asked.join(sessions, on="row", how="anti", maintain_order="left").select(
        "row", "student_no", code=pl.lit(Reason.WITHOUT_SESSION.value), column=pl.lit("unit_name"),
        seen="unit_name",
    )  # fmt: skip
    return as_findings(forgotten.with_columns(severity=severity_of(pl.col("code"), severities)))


def session_findings(
    schedule: pl.DataFrame, counted: pl.DataFrame, severities: Mapping[str, Severity]
) -> pl.DataFrame:
    """Sessions whose head count is not the roster's; those that share a unit are held against it together."""
    lines = schedule.select("session_id", "row")
    listed = counted.join(lines, on="session_id", how="left", validate="1:1", maintain_order="left")
    together = listed.sort("row").with_columns(pl.col("expected", "enrolled").sum().over(UNIT))
    once = together.unique(UNIT, keep="first", maintain_order=True)
    told = once.filter(pl.col("expected") != pl.col("enrolled")).select(
        code=pl.lit(Reason.HEAD_COUNT_DIFFERS.value), column=pl.lit("expected"),
        seen=pl.format("{}: {}", place(), "expected"), limit=pl.col("enrolled").cast(pl.String),
        input=pl.lit("schedule"), sheet_row="row",
    )  # fmt: skip
    return as_findings(told.with_columns(severity=severity_of(pl.col("code"), severities)))
