"""The day held against its timetable: who came where and when, at what pace, and what was silent."""

from typing import NamedTuple

import polars as pl

from schemas.profile import Profile
from transforms.cameras import (
    NO_CLOCKS,
    camera_rooms,
    cameras_nowhere,
    cameras_of,
    on_log_clock,
    silences,
    stations,
)
from transforms.pace import day_paces, session_paces, slots_too_short, turns
from transforms.schedule import assign_sessions
from transforms.sessions import came_at, punctuality, session_findings, used_with_session
from transforms.validation import as_findings, severity_of

PLACED = ("capture_path", "camera_name", "taken_at", "row", "state")
"""What is to be known of a capture."""


class Attendance(NamedTuple):
    """`sessions` has everybody's row and session_id, `timing` is of `punctuality`, `paces` by session.

    `shots` are the captures by the log's clock, `begun` their turns, `rooms` of `camera_rooms`.
    """

    sessions: pl.DataFrame
    timing: pl.DataFrame
    paces: pl.DataFrame
    shots: pl.DataFrame
    begun: pl.DataFrame
    cameras: pl.DataFrame
    rooms: pl.DataFrame


def attend(
    schedule: pl.DataFrame,
    roster: pl.DataFrame,
    captures: pl.DataFrame,
    log: pl.DataFrame,
    profile: Profile,
    clocks: pl.DataFrame = NO_CLOCKS,
) -> Attendance:
    """Everybody's session, and how what was captured fits it; `clocks` (CLOCKS) puts cameras' times right.

    The time between two shots needs no clock, so pace is told of cameras whose clock is unknown too.
    """
    captures = captures.select(PLACED)
    shots = on_log_clock(captures, clocks)
    sessions = assign_sessions(roster, schedule, profile.session_groups, came_at(shots))
    cameras = cameras_of(shots, log, profile.linking.mode)
    rooms, begun = (
        camera_rooms(cameras, schedule),
        turns(on_log_clock(captures, clocks.drop_nulls("correction_s"))),
    )
    timing = punctuality(used_with_session(shots, sessions), schedule, rooms)
    return Attendance(sessions, timing, session_paces(begun, sessions), shots, begun, cameras, rooms)


def attendance_findings(
    came: Attendance, schedule: pl.DataFrame, counted: pl.DataFrame, log: pl.DataFrame, profile: Profile
) -> pl.DataFrame:
    """What each session's numbers say against one another; `counted` has a line per session (SESSIONS)."""
    rules, held = profile.timetable, stations(came.rooms, schedule)
    told = pl.concat([
        session_findings(counted, schedule.select("session_id", "row")),
        cameras_nowhere(came.cameras, came.rooms, schedule),
        silences(held, came.shots, log, rules, profile.linking.mode),
        slots_too_short(schedule, held, day_paces(came.begun, rules), rules),
    ])  # fmt: skip
    return as_findings(told.with_columns(severity=severity_of(pl.col("code"), profile.severities)))
