"""The schedule held against the day: per session, who was expected, logged, captured, accepted or late."""

from collections.abc import Mapping

import polars as pl

from schemas.audit import SESSIONS, CaptureState, EnrolmentState
from schemas.reasons import Reason, Severity
from transforms.schedule import ends_first
from transforms.schedule_findings import UNIT, place
from transforms.validation import as_findings, severity_of


def punctuality(used: pl.DataFrame, schedule: pl.DataFrame, rooms: pl.DataFrame) -> pl.DataFrame:
    """Of every used capture that has a session: whether it is late, out of place, or of another day.

    `used` has row, capture_path, camera_name, taken_at, session_id; `rooms` is of `camera_rooms`. Who came on
    another day is not late as well. Null where it cannot be told: no moment, a session that ends before it
    begins, a camera that no room of the schedule has.
    """
    held = used.join(
        schedule.select("session_id", "held_on", "starts_at", "ends_at", "room_name"), on="session_id",
        how="inner", validate="m:1", maintain_order="left",
    )  # fmt: skip
    in_room = rooms.with_columns(is_in_room=True)
    placed = held.join(
        in_room, on=["camera_name", "room_name"], how="left", validate="m:1", maintain_order="left"
    )
    is_known = pl.col("camera_name").is_in(rooms["camera_name"].implode())
    is_other_day = pl.col("taken_at").dt.date() != pl.col("held_on")
    is_on_time = pl.col("taken_at").dt.time().is_between("starts_at", "ends_at")
    return placed.select(
        "row", "capture_path", "session_id",
        is_late=pl.when(~ends_first()).then(~is_other_day & ~is_on_time),
        is_out_of_place=pl.when(is_known).then(pl.col("is_in_room").is_null()),
        is_other_day=is_other_day,
    )  # fmt: skip


def session_counts(
    schedule: pl.DataFrame,
    enrolments: pl.DataFrame,
    timing: pl.DataFrame,
    logged_rows: pl.Series | None,
    paces: pl.DataFrame,
) -> pl.DataFrame:
    """One line per session (SESSIONS). `enrolments` has row, session_id, state, capture_path.

    `logged_rows` is None where there is no log; `paces` has session_id and pace_s.
    """
    expected = enrolments.filter(
        pl.col("session_id").is_not_null() & (pl.col("state") != EnrolmentState.INELIGIBLE)
    )
    logged = pl.lit(None)
    if logged_rows is not None:  # asked of all at once: within each group it would be asked of all for each
        expected = expected.with_columns(is_logged=pl.col("row").is_in(logged_rows.implode()))
        logged = pl.col("is_logged").sum()
    people = expected.group_by("session_id", maintain_order=True).agg(
        enrolled=pl.len(),
        logged=logged,
        captured=pl.col("capture_path").is_not_null().sum(),
        accepted=(pl.col("state") == EnrolmentState.ACCEPTED).sum(),
        missing=(pl.col("state") == EnrolmentState.MISSING).sum(),
    )
    times = timing.group_by("session_id", maintain_order=True).agg(
        late=pl.col("is_late").sum(),
        out_of_place=pl.col("is_out_of_place").sum(),
        other_day=pl.col("is_other_day").sum(),
    )
    counted = schedule
    for more in (people, times, paces):
        counted = counted.join(more, on="session_id", how="left", validate="1:1", maintain_order="left")
    counts = ["enrolled", "captured", "accepted", "missing", "late", "out_of_place", "other_day"]
    filled = [*counts, "logged"] if logged_rows is not None else counts
    return counted.with_columns(pl.col(filled).fill_null(0)).select(
        pl.col(column).cast(dtype) for column, dtype in SESSIONS.items()
    )


def used_with_session(captures: pl.DataFrame, sessions: pl.DataFrame) -> pl.DataFrame:
    """Used captures with their student's session."""
    return captures.filter(pl.col("state") == CaptureState.USED).join(
        sessions, on="row", how="inner", validate="1:1", maintain_order="left"
    )


def came_at(captures: pl.DataFrame) -> pl.DataFrame:
    """`row` and `came_at` of everybody of whom a capture is used."""
    used = captures.filter(pl.col("state") == CaptureState.USED)
    return used.select("row", came_at="taken_at")


NOT_AS_PLANNED = {
    "is_late": (Reason.LATE, "taken_at"),
    "is_out_of_place": (Reason.OUT_OF_PLACE, "camera_name"),
    "is_other_day": (Reason.OTHER_DAY, "taken_at"),
}
"""What may be true of a used capture, its reason, and the column to show."""


def punctuality_findings(
    timing: pl.DataFrame, roster: pl.DataFrame, severities: Mapping[str, Severity]
) -> pl.DataFrame:
    """Who was captured outside the session's time, in another room, or on another day."""
    numbered = timing.join(
        roster.select("row", "student_no"), on="row", how="left", validate="m:1", maintain_order="left"
    )
    told = pl.concat(
        numbered.filter(is_so).with_columns(code=pl.lit(reason.value), column=pl.lit(column))
        for is_so, (reason, column) in NOT_AS_PLANNED.items()
    )
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


def session_findings(counted: pl.DataFrame, lines: pl.DataFrame) -> pl.DataFrame:
    """Sessions whose numbers differ: the schedule's from the roster's, the log's from the cameras'.

    Sessions that share a unit are held against the roster together. `lines` has session_id and its sheet row;
    a log that names nobody tells no number.
    """
    listed = counted.join(lines, on="session_id", how="left", validate="1:1", maintain_order="left")
    together = listed.sort("row").with_columns(pl.col("expected", "enrolled").sum().over(UNIT))
    heads = together.unique(UNIT, keep="first", maintain_order=True).filter(
        pl.col("expected") != pl.col("enrolled")
    )
    is_told = pl.col("logged").sum() > 0
    apart = listed.sort("row").filter(is_told & (pl.col("logged") != pl.col("captured")))
    return pl.concat([
        heads.select(code=pl.lit(Reason.HEAD_COUNT_DIFFERS.value), column=pl.lit("expected"),
                     seen=pl.format("{}: {}", place(), "expected"), limit=pl.col("enrolled").cast(pl.String),
                     sheet_row="row", input=pl.lit("schedule")),
        apart.select(code=pl.lit(Reason.LOGGED_DIFFERS.value), column=pl.lit("logged"),
                     seen=pl.format("{}: {}", place(), "logged"), limit=pl.col("captured").cast(pl.String),
                     sheet_row="row", input=pl.lit("schedule")),
    ])  # fmt: skip
