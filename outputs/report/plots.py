"""What the plots show: reasons by camera and hour, and how measured facts spread between their limits."""

from math import ceil
from typing import NamedTuple

import polars as pl

from schemas.audit import AuditFrames
from schemas.profile import Limit, PhotoSpec
from schemas.reasons import REASONS, Severity
from schemas.titles import COLUMNS
from schemas.words import Text

SPREADS = ("eye_line_px", "crown_px", "backdrop_distance", "exposure_pct")
"""The facts whose distribution is drawn, as far as the profile limits them."""
BINS = 40
ROWS = 12
"""Reasons of the heat map, the most frequent."""
MARGIN = 0.15
"""Of what lies between the limits, so much is drawn beyond each."""


class Column(NamedTuple):
    """One hour at one camera, with all its captures."""

    camera: str
    hour: int
    captures: int


class HeatRow(NamedTuple):
    """One reason and how many captures it concerns in each column."""

    code: str
    severity: str
    message: Text
    counts: tuple[int, ...]


class HeatMap(NamedTuple):
    """Reasons by camera and hour, the most frequent first; `most` is the greatest count of a cell."""

    columns: tuple[Column, ...]
    rows: tuple[HeatRow, ...]
    most: int


class Bin(NamedTuple):
    """So many `captures` from `low` to under `high`; the outermost bins also hold what lies beyond them."""

    low: float
    high: float
    captures: int
    is_beyond: bool


class Spread(NamedTuple):
    """A fact's values in bins, between and beyond its limits; `kept` captures of `measured` keep them."""

    fact: str
    title: Text
    unit: str
    bins: tuple[Bin, ...]
    limits: tuple[Limit, ...]
    measured: int
    kept: int
    median: float


def heat_map(frames: AuditFrames) -> HeatMap:
    """How many captures of each camera and hour have each reason that blocks or warns."""
    timed = frames.captures.drop_nulls("taken_at").select(
        "capture_path", camera=pl.col("camera_name").fill_null(""), hour=pl.col("taken_at").dt.hour()
    )
    order = timed.group_by("camera", "hour").len().sort("camera", "hour")
    columns = tuple(Column(*line) for line in order.iter_rows())
    place = order.select("camera", "hour", place=pl.int_range(pl.len()))
    told = (
        frames.findings.filter(pl.col("severity") != Severity.INFO)
        .drop_nulls("capture_path")
        .select("capture_path", "code", "severity")
        .unique(maintain_order=True)
        .join(timed, on="capture_path", how="inner", validate="m:1", maintain_order="left")
        .join(place, on=["camera", "hour"], how="left", validate="m:1", maintain_order="left")
    )
    cells = told.group_by("code", "severity", "place", maintain_order=True).len()
    rows = [_heat_row(code, severity, of_code, len(columns)) for (code, severity), of_code in _groups(cells)]
    ranked = sorted(rows, key=lambda row: (-sum(row.counts), row.code))[:ROWS]
    return HeatMap(columns, tuple(ranked), max((max(row.counts) for row in ranked), default=0))


def _groups(cells: pl.DataFrame) -> list[tuple[tuple[str, str], pl.DataFrame]]:
    groups = cells.partition_by("code", "severity", as_dict=True, maintain_order=True)
    return [((str(code), str(severity)), of_code) for (code, severity), of_code in groups.items()]


def _heat_row(code: str, severity: str, cells: pl.DataFrame, columns: int) -> HeatRow:
    found = dict(cells.select("place", "len").iter_rows())
    counts = tuple(found.get(place, 0) for place in range(columns))
    return HeatRow(code, severity, REASONS[code].text, counts)


def spreads(captures: pl.DataFrame, spec: PhotoSpec) -> list[Spread]:
    """The distribution of each fact of SPREADS that has a limit and was measured."""
    limited = {limit.fact for limit in spec.limits}
    known = [fact for fact in SPREADS if fact in limited and captures[fact].drop_nulls().len()]
    return [_spread(fact, captures[fact].drop_nulls().cast(pl.Float64), spec) for fact in known]


def _spread(fact: str, values: pl.Series, spec: PhotoSpec) -> Spread:
    limits = tuple(limit for limit in spec.limits if limit.fact == fact)
    low, high = _domain(values, limits)
    width = (high - low) / BINS
    places = ((values - low) / width).floor().clip(0, BINS - 1).cast(pl.Int64)
    counts = dict(places.value_counts().iter_rows())
    bins = tuple(
        Bin(start, start + width, counts.get(place, 0), not _keeps(start + width / 2, limits))
        for place in range(BINS)
        for start in (low + place * width,)
    )
    kept = values.filter(_within(values, limits)).len()
    middle = values.median()
    return Spread(
        fact, COLUMNS[fact], limits[0].unit, bins, limits, values.len(), kept,
        float(middle) if isinstance(middle, float) else 0.0,
    )  # fmt: skip


def _within(values: pl.Series, limits: tuple[Limit, ...]) -> pl.Series:
    kept = [values.is_between(_open(limit.min, -1), _open(limit.max, 1)) for limit in limits]
    return pl.DataFrame({str(place): told for place, told in enumerate(kept)}).select(
        pl.all_horizontal(pl.all())
    ).to_series()  # fmt: skip


def _open(bound: float | None, side: int) -> float:
    return side * float("inf") if bound is None else bound


def _keeps(value: float, limits: tuple[Limit, ...]) -> bool:
    return all(limit.keeps(value) for limit in limits)


def _domain(values: pl.Series, limits: tuple[Limit, ...]) -> tuple[float, float]:
    """What the axis shows: all limits with a margin, and all but the outermost values, on round numbers."""
    bounds = [bound for limit in limits for bound in (limit.min, limit.max) if bound is not None]
    inner = [*bounds, *(float(values.quantile(share) or 0.0) for share in (0.005, 0.995))]
    reach = max(inner) - min(inner) or 1.0
    low, high = min(inner) - MARGIN * reach, max(inner) + MARGIN * reach
    step = 10 ** (len(str(ceil(reach))) - 2)
    low = step * (low // step)
    return (max(0.0, low) if min(inner) >= 0 else low), step * -(-high // step)
