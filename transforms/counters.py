"""What file names and EXIF of a camera's folder tell: gaps, mixed bodies, clocks set back, edited files.

Only files that are called as cameras call them are looked at. A kind of finding is told once for a folder and
a day, with a count.
"""

from collections.abc import Mapping

import polars as pl

from schemas.reasons import Reason, Severity
from transforms.validation import as_findings, severity_of

STEM = r"^([A-Z_]{3,4}|P[0-9]{3})([0-9]{4}|0[0-9]{4})(?:[^0-9].*)?$"
"""A camera's file name, upper case: DSC_0042, IMG_0042, _MG_0042, DSC00042, P1000042; no student's number."""
TURN = 9999
"""The last number of a counter (DCF); behind it comes 1."""
LONGEST_GAP = 500
"""What is further apart was begun anew, or stands on another card."""
SHOWN = 5
"""So many gaps or files are named."""

_PLACE = ["camera_name", "day"]
_SERIES = [*_PLACE, "prefix", "body"]


def counter_findings(captures: pl.DataFrame, severities: Mapping[str, Severity]) -> pl.DataFrame:
    """Everything that counters and clocks of a campaign's cameras show (FINDINGS, without row)."""
    counted = with_counters(captures)
    ordered = in_sequence(counted)
    told = [
        _gaps(ordered), _set_back(ordered), _mixed_bodies(counted), _without_time(counted), _resaved(counted),
    ]  # fmt: skip
    found = pl.concat(told).sort("capture_path", "code")
    return as_findings(found.with_columns(severity=severity_of(pl.col("code"), severities)))


def with_counters(captures: pl.DataFrame) -> pl.DataFrame:
    """The captures that have a camera's name, with its `prefix` and `counter`, their `day` and `body`.

    A file that tells no day or body has those of the number before it.
    """
    stem = pl.col("file_name").str.replace(r"\.[^.]*$", "").str.to_uppercase()
    numbered = captures.with_columns(
        prefix=stem.str.extract(STEM, 1), counter=stem.str.extract(STEM, 2).cast(pl.Int64)
    ).drop_nulls("counter")
    folder = ["camera_name", "prefix"]
    filled = (
        pl.col(name).forward_fill().backward_fill().over(folder, mapping_strategy="group_to_rows")
        for name in ("day", "body")
    )
    placed = numbered.with_columns(day=pl.col("taken_at").dt.date(), body="camera_body")
    return placed.sort(*folder, "counter", "capture_path").with_columns(filled)


def in_sequence(counted: pl.DataFrame) -> pl.DataFrame:
    """The captures of each camera, day, prefix and body in the order of their numbers, with that `place`.

    Where a day has numbers near both ends the counter has turned: the low ones come after the high.
    """
    low, high = pl.col("counter").min().over(_SERIES), pl.col("counter").max().over(_SERIES)
    turned = (high - low > TURN // 2) & (pl.col("counter") <= TURN // 2)
    placed = counted.with_columns(place=pl.col("counter") + pl.when(turned).then(TURN).otherwise(0))
    return placed.sort(*_SERIES, "place", "capture_path", nulls_last=True)


# -- counters ------------------------------------------------------------------------------------------------


def _gaps(ordered: pl.DataFrame) -> pl.DataFrame:
    """Numbers that no file has, although the day has lower and higher ones."""
    before = pl.col("place").shift(1).over(_SERIES)
    lacking = pl.col("place") - before - 1
    gaps = ordered.with_columns(lacking=lacking, span=_span(before + 1, pl.col("place") - 1)).filter(
        pl.col("lacking").is_between(1, LONGEST_GAP)
    )
    return _told(gaps, Reason.COUNTER_GAP, "file_name", count=pl.col("lacking").sum(), names=pl.col("span"))


def _span(first: pl.Expr, last: pl.Expr) -> pl.Expr:
    """A stretch of numbers as the camera writes them."""
    one, other = (((at - 1) % TURN + 1).cast(pl.String).str.zfill(4) for at in (first, last))
    return pl.when(first == last).then(one).otherwise(pl.format("{}–{}", one, other))


def _set_back(ordered: pl.DataFrame) -> pl.DataFrame:
    """Files that were taken before the one whose number is lower."""
    timed = ordered.drop_nulls("taken_at")
    is_later = pl.col("place") > pl.col("place").shift(1).over(_SERIES)
    back = timed.filter(is_later & (pl.col("taken_at") < pl.col("taken_at").shift(1).over(_SERIES)))
    at = pl.format("{} {}", "file_name", pl.col("taken_at").dt.to_string("%H:%M:%S"))
    return _told(back, Reason.CLOCK_GOES_BACK, "taken_at", count=pl.len(), names=at)


def _mixed_bodies(counted: pl.DataFrame) -> pl.DataFrame:
    """Files of one prefix that several bodies wrote, or that have one number and were taken at two times."""
    series = [*_PLACE, "prefix"]
    several = pl.col("camera_body").drop_nulls().n_unique().over(series) > 1
    twice = pl.col("taken_at").drop_nulls().n_unique().over([*series, "counter"]) > 1
    mixed = counted.filter(several | twice)
    names = pl.coalesce("camera_body", "file_name")
    return _told(mixed, Reason.BODIES_MIXED, "camera_name", count=pl.len(), names=names)


# -- EXIF ----------------------------------------------------------------------------------------------------


def _without_time(counted: pl.DataFrame) -> pl.DataFrame:
    """Files that tell no time."""
    lacking = counted.filter(pl.col("taken_at").is_null())
    return _told(lacking, Reason.TIME_MISSING, "taken_at", count=pl.len(), names=pl.col("file_name"))


def _resaved(counted: pl.DataFrame) -> pl.DataFrame:
    """Files that an editor wrote."""
    saved = counted.filter("is_resaved")
    return _told(saved, Reason.RESAVED, "is_resaved", count=pl.len(), names=pl.col("file_name"))


def _told(
    frame: pl.DataFrame, reason: Reason, column: str, *, count: pl.Expr, names: pl.Expr
) -> pl.DataFrame:
    """One line for each folder and day: how many, which first, and the first file."""
    each = names.unique(maintain_order=True)
    more = pl.when(each.len() > SHOWN).then(pl.lit("…")).otherwise(pl.lit(""))
    lines = frame.group_by(_PLACE, maintain_order=True).agg(
        pl.col("capture_path").first(), count=count, names=each.head(SHOWN).str.join("、") + more
    )
    day = pl.col("day").dt.to_string("%Y-%m-%d").fill_null("日期不明")
    return lines.select(
        "capture_path",
        code=pl.lit(reason.value),
        column=pl.lit(column),
        seen=pl.format("{} {}，{} 张：{}", "camera_name", day, "count", "names"),
    )
