"""The day as each camera saw it: captures a minute, gaps, drift of backdrop and light, order slips."""

from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from typing import Any, NamedTuple

import polars as pl

from schemas.audit import AuditFrames
from schemas.profile import Limit, PhotoSpec
from schemas.reasons import Reason

GAP_MIN = 5
"""Minutes without a capture, within a session, that are drawn as a gap."""
MANY = 20
"""So many captures make a day of a camera worth a drawing, even where no session was held on it."""
SMOOTH_MIN = 10
"""Over so many minutes a drift's line takes the median."""
DRIFTS = ("backdrop_distance", "exposure_pct")


class Span(NamedTuple):
    """From when to when, in minutes after midnight, and what it is called."""

    start: float
    end: float
    label: str = ""


class Dot(NamedTuple):
    """One measured value at its minute after midnight."""

    at: float
    value: float
    is_broken: bool


class Drift(NamedTuple):
    """A fact over the day: every capture's value, medians by the middle of their minutes, the limits."""

    fact: str
    dots: tuple[Dot, ...]
    medians: tuple[tuple[float, float], ...]
    limits: tuple[Limit, ...]


class Hour(NamedTuple):
    """The same as numbers, for who cannot see the drawing; a median is None where nothing was measured."""

    hour: int
    captures: int
    gap_min: int
    slipped: int
    medians: tuple[float | None, ...]


class CameraDay(NamedTuple):
    """One camera on one day. `counts` has the captures of every minute that has any.

    `sessions` are those of its room, `slips` runs of captures whose names are shifted.
    """

    day: date
    camera: str
    room: str
    captures: int
    counts: tuple[tuple[int, int], ...]
    sessions: tuple[Span, ...]
    gaps: tuple[Span, ...]
    slips: tuple[Span, ...]
    drifts: tuple[Drift, ...]
    hours: tuple[Hour, ...]

    @property
    def extent(self) -> tuple[float, float]:
        """The hours that hold sessions and captures, from their beginning to their end, in minutes."""
        ends = [each for span in self.sessions for each in span[:2]]
        ends += [float(minute) for minute, _ in self.counts]
        return 60 * (min(ends) // 60), 60 * (max(ends) // 60 + 1)


def timeline(frames: AuditFrames, rooms: pl.DataFrame, spec: PhotoSpec) -> list[CameraDay]:
    """Every camera's days, by day and camera: those of sessions, and others with MANY captures.

    Photos that students bring were taken on a day each, which tells nothing of a course.
    """
    timed, held = _timed(frames), set(frames.sessions["held_on"])
    room_of = dict(rooms.iter_rows())
    days = timed.partition_by("day", "camera_name", as_dict=True, maintain_order=True)
    return [
        _camera_day(day, camera, room_of.get(camera, ""), shots, frames.sessions, spec)
        for (day, camera), shots in sorted(days.items(), key=lambda item: item[0])
        if day in held or shots.height >= MANY
    ]


def _timed(frames: AuditFrames) -> pl.DataFrame:
    """Captures with `day` and `minute`, and for each drift whether its limit is broken."""
    minute = pl.col("taken_at").dt.hour().cast(pl.Float64) * 60 + pl.col("taken_at").dt.minute()
    broken = frames.findings.filter(pl.col("column").is_in(DRIFTS)).drop_nulls("capture_path")
    paths = {fact: broken.filter(pl.col("column") == fact)["capture_path"] for fact in DRIFTS}
    shots = frames.captures.drop_nulls("taken_at").with_columns(
        pl.col("camera_name").fill_null(""),
        day=pl.col("taken_at").dt.date(),
        minute=minute + pl.col("taken_at").dt.second() / 60,
        is_slipped=pl.col("codes").fill_null("").str.contains(Reason.ORDER_SLIP.value, literal=True),
        **{f"{fact}_broken": pl.col("capture_path").is_in(told.implode()) for fact, told in paths.items()},
    )
    return shots.sort("day", "camera_name", "minute", "capture_path")


def _camera_day(
    day: date, camera: str, room: str, shots: pl.DataFrame, sessions: pl.DataFrame, spec: PhotoSpec
) -> CameraDay:
    held = _sessions(sessions, day, room)
    counts = shots.group_by(pl.col("minute").floor().cast(pl.Int64)).len().sort("minute")
    gaps, slips = _gaps(shots["minute"].to_list(), held), _slips(shots)
    drifts = tuple(_drift(fact, shots, spec) for fact in DRIFTS)
    return CameraDay(
        day, camera, room, shots.height, tuple(counts.iter_rows()), held, gaps, slips, drifts,
        _hours(shots, gaps),
    )  # fmt: skip


def _sessions(sessions: pl.DataFrame, day: date, room: str) -> tuple[Span, ...]:
    held = sessions.filter((pl.col("held_on") == day) & (pl.col("room_name") == room))
    whole = held.drop_nulls(["starts_at", "ends_at"]).sort("starts_at", "session_id")
    return tuple(
        Span(_minute(line["starts_at"]), _minute(line["ends_at"]), line["unit_name"] or "")
        for line in whole.iter_rows(named=True)
    )


def _minute(clock: Any) -> float:
    return float(clock.hour * 60 + clock.minute)


def _gaps(moments: Sequence[float], sessions: Sequence[Span]) -> tuple[Span, ...]:
    """Where a session passes without a capture for long; without sessions, between first and last capture.

    Sessions that follow one another at once are one.
    """
    open_times = _joined(sessions) or [Span(moments[0], moments[-1])]
    found = []
    for span in open_times:
        inside = [moment for moment in moments if span.start <= moment <= span.end]
        edges = [span.start, *inside, span.end]
        found += [Span(before, after) for before, after in pairwise(edges) if after - before >= GAP_MIN]
    return tuple(found)


def _joined(sessions: Sequence[Span]) -> list[Span]:
    joined: list[Span] = []
    for span in sessions:
        if joined and span.start <= joined[-1].end:
            joined[-1] = Span(joined[-1].start, max(joined[-1].end, span.end))
        else:
            joined.append(Span(span.start, span.end))
    return joined


def _slips(shots: pl.DataFrame) -> tuple[Span, ...]:
    """Runs of captures in a row that an order slip puts in doubt; `label` counts them."""
    runs = shots.with_columns(run=pl.col("is_slipped").rle_id()).filter("is_slipped")
    spans = runs.group_by("run", maintain_order=True).agg(
        start=pl.col("minute").min(), end=pl.col("minute").max(), captures=pl.len()
    )
    return tuple(
        Span(start, end, str(captures))
        for start, end, captures in spans.select("start", "end", "captures").iter_rows()
    )


def _drift(fact: str, shots: pl.DataFrame, spec: PhotoSpec) -> Drift:
    known = shots.drop_nulls(fact)
    middle = (pl.col("minute") // SMOOTH_MIN + 0.5) * SMOOTH_MIN
    medians = known.group_by(middle.alias("at")).agg(pl.col(fact).median()).sort("at")
    dots = known.select("minute", fact, f"{fact}_broken").iter_rows()
    limits = tuple(limit for limit in spec.limits if limit.fact == fact)
    return Drift(fact, tuple(Dot(*dot) for dot in dots), tuple(medians.iter_rows()), limits)


def _hours(shots: pl.DataFrame, gaps: Sequence[Span]) -> tuple[Hour, ...]:
    by_hour = (
        shots.group_by(hour=(pl.col("minute") // 60).cast(pl.Int64))
        .agg(
            pl.len().alias("captures"),
            pl.col("is_slipped").sum(),
            *(pl.col(fact).median() for fact in DRIFTS),
        )
        .sort("hour")
    )
    return tuple(
        Hour(line["hour"], line["captures"], _idle(gaps, line["hour"]), line["is_slipped"],
             tuple(line[fact] for fact in DRIFTS))
        for line in by_hour.iter_rows(named=True)
    )  # fmt: skip


def _idle(gaps: Sequence[Span], hour: int) -> int:
    """Whole minutes of an hour that lie in gaps."""
    start, end = 60 * hour, 60 * hour + 60
    return int(sum(max(0.0, min(gap.end, end) - max(gap.start, start)) for gap in gaps))
