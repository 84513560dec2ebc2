"""From the schedule as sent to sessions, and which session each enrolment belongs to."""

from collections.abc import Iterable

import polars as pl

from schemas.profile import SessionGroup
from schemas.session import SCHEDULE, TOTAL, TOTALS, WEEKDAYS
from transforms.text import fold_width, read_date, read_time, squeeze

DOMESTIC = "中国"
"""Also how 中国香港, 中国澳门 and 中国台湾 begin."""


TOTAL_CELLS = ("held_on", "weekday", "room_name", "starts_at", "ends_at", "unit_name", "level_name")
"""Where a total line may say that it is one."""

NOBODY_CAME = pl.DataFrame(schema={"row": pl.UInt32, "came_at": pl.Datetime("ms")})

HEADS = r"^\s*([0-9]+)\s*[人名]?\s*$"


def clean_schedule(sent: pl.LazyFrame) -> pl.LazyFrame:
    """Sessions, without totals, with dates, times and head counts read; null for what cannot be read."""
    return (
        _read(sent)
        .filter(pl.col("label").is_null())
        .with_columns(pl.int_range(1, pl.len() + 1, dtype=pl.UInt32).alias("session_id"))
        .select(pl.col(column).cast(dtype) for column, dtype in SCHEDULE.items())
    )


def clean_totals(sent: pl.LazyFrame) -> pl.LazyFrame:
    """The lines that print a total of others (TOTALS)."""
    in_label = _narrow(pl.col("label")).str.extract(TOTAL).cast(pl.UInt32, strict=False)
    return (
        _read(sent)
        .filter(pl.col("label").is_not_null())
        .with_columns(printed=pl.coalesce("expected", in_label))
        .with_columns(room_name=pl.when(pl.col("room_name") != pl.col("label")).then("room_name"))
        .select(pl.col(column).cast(dtype) for column, dtype in TOTALS.items())
    )


def _read(sent: pl.LazyFrame) -> pl.LazyFrame:
    """Every line of the schedule as meant; `label` is what makes it a total, null for a session."""
    labels = [pl.when(_narrow(pl.col(cell)).str.contains(TOTAL)).then(cell) for cell in TOTAL_CELLS]
    return sent.with_columns(label=squeeze(pl.coalesce(labels))).with_columns(
        read_date(pl.col("held_on")),
        read_time(pl.col("starts_at")),
        read_time(pl.col("ends_at")),
        *(squeeze(pl.col(column)) for column in ("weekday", "room_name", "unit_name", "level_name")),
        fold_width(pl.col("expected")).str.extract(HEADS).cast(pl.UInt32, strict=False),
    )


def _narrow(text: pl.Expr) -> pl.Expr:
    """A cell without blanks and full-width digits."""
    return fold_width(text).str.replace_all(r"\s+", "")


def weekday_contradicts() -> pl.Expr:
    """Whether a session's weekday is another than its date's; false where none is given."""
    named = pl.col("weekday").str.tail(1).str.replace("天", "日")
    return (named != pl.lit("".join(WEEKDAYS)).str.slice(pl.col("held_on").dt.weekday() - 1, 1)).fill_null(
        False
    )


def ends_first() -> pl.Expr:
    """Whether a session is over before it begins, or as it begins."""
    return (pl.col("ends_at") <= pl.col("starts_at")).fill_null(False)


def assign_sessions(
    roster: pl.DataFrame,
    schedule: pl.DataFrame,
    groups: Iterable[SessionGroup],
    came: pl.DataFrame = NOBODY_CAME,
) -> pl.DataFrame:
    """`row` and `session_id`: each enrolment's session by its unit and level; those without one are absent.

    A group (全体博士) goes before a unit of the same name. Of several sessions that fit, the one in which the
    student came (`came`: row, came_at), else one of that day, else the first.
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
    held = schedule.select("session_id", "held_on", "starts_at", "ends_at")
    timed = ranked.join(held, on="session_id", how="left", validate="m:1", maintain_order="left").join(
        came, on="row", how="left", validate="m:1", maintain_order="left"
    )
    is_day = (pl.col("came_at").dt.date() == pl.col("held_on")).fill_null(False)
    is_within = pl.col("came_at").dt.time().is_between("starts_at", "ends_at").fill_null(False)
    order = ["row", "rank", "is_elsewhen", "is_other_day", "session_id"]
    by_time = timed.with_columns(is_elsewhen=~(is_day & is_within), is_other_day=~is_day).sort(order)
    return by_time.unique("row", keep="first", maintain_order=True).select("row", "session_id")


def _group_sessions(roster: pl.DataFrame, schedule: pl.DataFrame, group: SessionGroup) -> pl.DataFrame:
    """Every enrolment of a group with every session that is the group's."""
    sessions = schedule.filter(pl.col("unit_name").str.contains(group.unit_pattern)).select("session_id")
    belongs = pl.lit(True)
    if group.level is not None:
        belongs &= pl.col("level_name").str.contains(group.level, literal=True).fill_null(False)
    if group.international:
        belongs &= ~pl.col("country_name").str.starts_with(DOMESTIC)
    return roster.filter(belongs).select("row").join(sessions, how="cross", maintain_order="left_right")
