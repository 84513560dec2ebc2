"""Numbers as the paths and marks of an SVG drawing; what the plots mean stands in `plots` and `timeline`."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from outputs.report.plots import Spread
from outputs.report.timeline import CameraDay, Drift

WIDTH = 1000
"""Of every drawing, in its own units; a browser scales it to the page."""


class Tick(NamedTuple):
    """A mark on an axis, and what stands beside it."""

    at: float
    label: str


class Strip(NamedTuple):
    """One drift drawn: good and bad dots, the line of medians, limits and ticks, all heights from its top."""

    fact: str
    good: str
    bad: str
    line: str
    limits: tuple[Tick, ...]
    height: float


class DayDrawing(NamedTuple):
    """One camera's day drawn: bars of a minute each, and the spans in the drawing's units."""

    bars: str
    most: int
    hours: tuple[Tick, ...]
    minute: float
    start: float
    strips: tuple[Strip, ...]

    def x(self, minute: float) -> float:
        """Where a minute after midnight lies."""
        return round((minute - self.start) * self.minute, 1)


class SpreadDrawing(NamedTuple):
    """A distribution drawn: bars within and beyond the limits, limits and the axis' ends."""

    within: str
    beyond: str
    limits: tuple[Tick, ...]
    ends: tuple[Tick, ...]
    median: Tick
    most: int


BARS, STRIP, SPREAD = 44, 40, 120
"""How high bars, strips and distributions are."""


def draw_days(days: Sequence[CameraDay]) -> list[tuple[CameraDay, DayDrawing]]:
    """Every camera's day with its drawing; those of one date have the same hours, to be compared."""
    extents = {
        date: _joined([each.extent for each in days if each.day == date])
        for date in {day.day for day in days}
    }
    return [(day, draw_day(day, extents[day.day])) for day in days]


def _joined(extents: Sequence[tuple[float, float]]) -> tuple[float, float]:
    return min(start for start, _ in extents), max(end for _, end in extents)


def draw_day(day: CameraDay, extent: tuple[float, float]) -> DayDrawing:
    """A camera's day across the whole width, from one minute after midnight to another."""
    start, end = extent
    minute = WIDTH / (end - start)
    most = max((count for _, count in day.counts), default=1)
    bars = _path(
        (f"M{_n((at - start + 0.1) * minute)} {BARS}v{_n(-BARS * count / most)}" for at, count in day.counts)
    )
    hours = tuple(
        Tick(_round((hour * 60 - start) * minute), f"{hour}:00")
        for hour in range(int(start) // 60, int(end) // 60 + 1)
    )
    strips = tuple(_strip(drift, start, minute) for drift in day.drifts)
    return DayDrawing(bars, most, hours, minute, start, strips)


def _strip(drift: Drift, start: float, minute: float) -> Strip:
    low, high = _domain(drift)

    def y(value: float) -> float:
        return _round(STRIP * (1 - (min(max(value, low), high) - low) / (high - low)))

    def dots(is_broken: bool) -> str:
        kept = (dot for dot in drift.dots if dot.is_broken == is_broken)
        return _path(f"M{_n((dot.at - start) * minute)} {_n(y(dot.value))}h0" for dot in kept)

    line = "L".join(f"{_n((at - start) * minute)} {_n(y(value))}" for at, value in drift.medians)
    bounds = [bound for limit in drift.limits for bound in (limit.min, limit.max) if bound is not None]
    limits = tuple(Tick(y(bound), f"{bound:g}") for bound in bounds)
    return Strip(drift.fact, dots(False), dots(True), f"M{line}" if line else "", limits, STRIP)


def _domain(drift: Drift) -> tuple[float, float]:
    """From the least to the greatest of values and limits, with a little room; a wild value is cut off."""
    bounds = [bound for limit in drift.limits for bound in (limit.min, limit.max) if bound is not None]
    values = sorted(dot.value for dot in drift.dots)
    outer = [values[len(values) // 100], values[-1 - len(values) // 100]] if values else []
    low, high = min([*bounds, *outer], default=0.0), max([*bounds, *outer], default=1.0)
    room = 0.1 * (high - low) or 1.0
    return low - room, high + room


def draw_spread(spread: Spread) -> SpreadDrawing:
    """A distribution across the whole width."""
    low, high = spread.bins[0].low, spread.bins[-1].high
    most = max(each.captures for each in spread.bins)
    width = WIDTH / len(spread.bins)

    def x(value: float) -> float:
        return _round(WIDTH * (value - low) / (high - low))

    def bars(is_beyond: bool) -> str:
        shown = [
            pair for pair in enumerate(spread.bins) if pair[1].captures and pair[1].is_beyond == is_beyond
        ]
        heights = [(place, max(2.0, SPREAD * each.captures / most)) for place, each in shown]
        return _path(
            f"M{_n(place * width + 1)} {SPREAD}v{_n(-height)}h{_n(width - 2)}V{SPREAD}z"
            for place, height in heights
        )

    bounds = [bound for limit in spread.limits for bound in (limit.min, limit.max) if bound is not None]
    return SpreadDrawing(
        bars(False), bars(True), tuple(Tick(x(bound), f"{bound:g}") for bound in bounds),
        (Tick(0, f"{low:g}"), Tick(WIDTH, f"{high:g}")), Tick(x(spread.median), f"{spread.median:.4g}"), most,
    )  # fmt: skip


def shares(counts: Sequence[int]) -> list[tuple[float, float]]:
    """Where each part of a stacked bar begins and how wide it is, in percent."""
    total, placed, parts = sum(counts) or 1, 0, []
    for count in counts:
        parts.append((round(100 * placed / total, 3), round(100 * count / total, 3)))
        placed += count
    return parts


def _path(parts: Iterable[str]) -> str:
    return "".join(parts)


def _round(value: float) -> float:
    return round(value, 1)


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
