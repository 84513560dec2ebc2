"""The schedule held against itself: weekdays, totals, and sessions that cannot be meant as they stand."""

from collections.abc import Mapping

import polars as pl

from schemas.reasons import Reason, Severity
from schemas.session import WEEKDAYS
from transforms.schedule import ends_first, weekday_contradicts
from transforms.validation import as_findings, severity_of

UNIT = ["unit_name", "level_name"]
READINGS = ("named", "block", "of_room", "of_room_and_day", "of_day", "above")
"""The sums that a total line may mean, the narrowest first."""


def schedule_findings(
    schedule: pl.DataFrame, totals: pl.DataFrame, severities: Mapping[str, Severity]
) -> pl.DataFrame:
    """What is wrong with the timetable itself, each at its own line."""
    told = [
        wrong_weekdays(schedule), wrong_totals(totals, schedule), overlaps(schedule),
        inverted(schedule), split_units(schedule),
    ]  # fmt: skip
    lines = pl.concat(told).with_columns(input=pl.lit("schedule"), sheet_row="row").drop("row")
    return as_findings(lines.with_columns(severity=severity_of(pl.col("code"), severities)))


def wrong_weekdays(schedule: pl.DataFrame) -> pl.DataFrame:
    """Dates whose weekday is wrong, each told once."""
    right_day = pl.lit("".join(WEEKDAYS)).str.slice(pl.col("held_on").dt.weekday() - 1, 1)
    wrong = schedule.filter(weekday_contradicts()).sort("row")
    once = wrong.unique(["held_on", "weekday"], keep="first", maintain_order=True)
    return once.select(
        "row", code=pl.lit(Reason.WEEKDAY_CONTRADICTS.value), column=pl.lit("weekday"),
        seen=pl.format("{} {}", "held_on", "weekday"), limit=pl.format("周{}", right_day),
    )  # fmt: skip


def place() -> pl.Expr:
    """A session as a finding names it: room, start and unit."""
    return pl.format("{} {} {}", "room_name", pl.col("starts_at").dt.to_string("%H:%M"), "unit_name")


# -- totals --------------------------------------------------------------------------------------------------


def wrong_totals(totals: pl.DataFrame, schedule: pl.DataFrame) -> pl.DataFrame:
    """Totals that none of the sums that they may mean gives; the nearest of these is the limit.

    A total sums up the lines since the last one, the room, the day, or everything above; who set the table
    does not say which. One without a readable head count adds up to nothing.
    """
    summed = possible_sums(totals, schedule)
    distance = (pl.col("sum").cast(pl.Int64) - pl.col("printed").cast(pl.Int64)).abs()
    nearest = summed.sort("row", distance, "reading", nulls_last=True).unique(
        "row", keep="first", maintain_order=True
    )
    return nearest.filter(pl.col("printed").ne_missing(pl.col("sum"))).select(
        "row", code=pl.lit(Reason.TOTAL_DIFFERS.value), column=pl.lit("expected"),
        seen=pl.format("{} {}", "label", pl.col("printed").cast(pl.String).fill_null("–")),
        limit=pl.col("sum").cast(pl.String),
    )  # fmt: skip


def possible_sums(totals: pl.DataFrame, schedule: pl.DataFrame) -> pl.DataFrame:
    """Each total with each `sum` that it may mean; `reading` says which, as READINGS."""
    label = pl.col("label")
    words = [pl.col(name).fill_null("") for name in ("of_session", "unit_name", "level_name")]
    named = [label.str.contains(word, literal=True) & (word != "") for word in words]
    is_block, is_room, is_day = pl.col("is_block"), pl.col("is_room"), pl.col("is_day")
    is_own = pl.col("room_name").eq_missing(pl.col("of_session"))
    members = {
        "named": pl.any_horizontal(*named, is_own), "block": is_block,
        "of_room": is_room, "of_room_and_day": is_room & is_day, "of_day": is_day, "above": pl.lit(True),
    }  # fmt: skip
    heads = pl.col("expected")
    sums = sessions_above(totals, schedule).group_by(*totals.columns, maintain_order=True).agg(
        pl.when(is_in.any()).then(heads.filter(is_in).sum()).alias(reading)
        for reading, is_in in members.items()
    )  # fmt: skip
    each = sums.unpivot(index=totals.columns, variable_name="reading", value_name="sum").drop_nulls("sum")
    return each.with_columns(pl.col("reading").cast(pl.Enum(READINGS)))


def sessions_above(totals: pl.DataFrame, schedule: pl.DataFrame) -> pl.DataFrame:
    """Every total with every session above it, or with all where none is above.

    `is_block` marks those since the total before, `is_room` and `is_day` those of the room and of the day of
    the line just above.
    """
    before = pl.col("row").shift(1, fill_value=0)
    sessions = schedule.select(
        "unit_name", "level_name", "expected", line="row", of_session="room_name", day="held_on"
    )
    pairs = totals.sort("row").with_columns(before=before).join(
        sessions.sort("line"), how="cross", maintain_order="left_right"
    )  # fmt: skip
    is_above = pl.col("line") < pl.col("row")
    above = pairs.filter(is_above | ~is_above.any().over("row"))
    return above.with_columns(
        is_block=pl.col("line") > pl.col("before"),
        is_room=pl.col("of_session") == pl.col("of_session").last().over("row"),
        is_day=pl.col("day") == pl.col("day").last().over("row"),
    )


# -- sessions ------------------------------------------------------------------------------------------------


def overlaps(schedule: pl.DataFrame) -> pl.DataFrame:
    """Sessions that begin before another one in their room is over; told at the later of the two."""
    sound = schedule.filter(~ends_first())
    first = sound.select(
        "held_on", "room_name", other="session_id", begins="starts_at", over_at="ends_at", other_row="row",
        other_name="unit_name",
    )  # fmt: skip
    pairs = sound.join(
        first, on=["held_on", "room_name"], how="inner", validate="m:m", maintain_order="left_right"
    )
    starts = pl.col("starts_at")
    is_later = (starts > pl.col("begins")) | (
        (starts == pl.col("begins")) & (pl.col("session_id") > pl.col("other"))
    )
    clash = pairs.filter((starts < pl.col("over_at")) & is_later)
    once = clash.sort("row", "begins", "other").unique("row", keep="first", maintain_order=True)
    until = pl.col("over_at").dt.to_string("%H:%M")
    return once.select(
        "row", code=pl.lit(Reason.SESSIONS_OVERLAP.value), column=pl.lit("starts_at"), seen=place(),
        limit=pl.format("≥ {}（第 {} 行 {}）", until, "other_row", "other_name"),
    )  # fmt: skip


def inverted(schedule: pl.DataFrame) -> pl.DataFrame:
    """Sessions that are over before they begin, or as they begin."""
    clock = [pl.col(column).dt.to_string("%H:%M") for column in ("ends_at", "starts_at")]
    return schedule.filter(ends_first()).sort("row").select(
        "row", code=pl.lit(Reason.SESSION_ENDS_FIRST.value), column=pl.lit("ends_at"),
        seen=pl.format("{}–{}", clock[1], clock[0]), limit=pl.format("> {}", clock[1]),
    )  # fmt: skip


def split_units(schedule: pl.DataFrame) -> pl.DataFrame:
    """Units that stand in several sessions at one level, each told once, at its first line."""
    several = schedule.sort("row").filter(pl.len().over(UNIT) > 1)
    lines = several.group_by(UNIT, maintain_order=True).agg(pl.col("row").first(), sessions=pl.len())
    return lines.select(
        "row", code=pl.lit(Reason.UNIT_SPLIT.value), column=pl.lit("unit_name"),
        seen=pl.concat_str("unit_name", pl.col("level_name").fill_null(""), pl.format(" {} 场", "sessions")),
        limit=pl.lit(None, pl.String),
    )  # fmt: skip
