"""From the schedule as sent to sessions, and which session each enrolment belongs to."""

from collections.abc import Iterable

import polars as pl

from schemas.profile import SessionGroup
from schemas.session import SCHEDULE, WEEKDAYS
from transforms.text import read_date, read_time, squeeze

DOMESTIC = "中国"
"""Also how 中国香港, 中国澳门 and 中国台湾 begin."""


def clean_schedule(sent: pl.LazyFrame) -> pl.LazyFrame:
    """Dates, times and head counts read; what cannot be read becomes null."""
    return sent.with_columns(
        pl.int_range(1, pl.len() + 1, dtype=pl.UInt32).alias("session_id"),
        read_date(pl.col("held_on")),
        read_time(pl.col("starts_at")),
        read_time(pl.col("ends_at")),
        *(squeeze(pl.col(column)) for column in ("weekday", "room_name", "unit_name", "level_name")),
        pl.col("expected").str.strip_chars().cast(pl.UInt32, strict=False),
    ).select(pl.col(column).cast(dtype) for column, dtype in SCHEDULE.items())


def weekday_contradicts() -> pl.Expr:
    """Whether a session's weekday is another than its date's; false where none is given."""
    named = pl.col("weekday").str.tail(1).str.replace("天", "日")
    return (named != pl.lit("".join(WEEKDAYS)).str.slice(pl.col("held_on").dt.weekday() - 1, 1)).fill_null(
        False
    )


def assign_sessions(
    roster: pl.DataFrame, schedule: pl.DataFrame, groups: Iterable[SessionGroup]
) -> pl.DataFrame:
    """`row` and `session_id`: each enrolment's session by its unit and level; those without one are absent.

    A group (全体博士) goes before a unit of the same name; of several sessions that fit, the first.
    """
    wanted = [_group_sessions(roster, schedule, group) for group in groups]
    by_unit = roster.select("row", "unit_name", person_level="level_name").join(
        schedule.select("session_id", "unit_name", "level_name"), on="unit_name", how="inner",
        validate="m:m", maintain_order="left_right",
    )  # fmt: skip
    fits = pl.col("level_name").is_null() | pl.col("person_level").str.contains(
        pl.col("level_name"), literal=True
    )
    wanted.append(by_unit.filter(fits.fill_null(False)).select("row", "session_id"))
    ranked = pl.concat(frame.with_columns(rank=pl.lit(rank)) for rank, frame in enumerate(wanted))
    first = ranked.sort("row", "rank", "session_id").unique("row", keep="first", maintain_order=True)
    return first.select("row", "session_id")


def _group_sessions(roster: pl.DataFrame, schedule: pl.DataFrame, group: SessionGroup) -> pl.DataFrame:
    """Every enrolment of a group with every session that is the group's."""
    sessions = schedule.filter(pl.col("unit_name").str.contains(group.unit_pattern)).select("session_id")
    belongs = pl.lit(True)
    if group.level is not None:
        belongs &= pl.col("level_name").str.contains(group.level, literal=True).fill_null(False)
    if group.international:
        belongs &= ~pl.col("country_name").str.starts_with(DOMESTIC)
    return roster.filter(belongs).select("row").join(sessions, how="cross", maintain_order="left_right")
