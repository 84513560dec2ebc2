"""Which shot follows which card reading at each camera: clocks compared, series aligned, doubts kept."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

import numpy as np
import polars as pl

from schemas.clock import CLOCKS, MATCH, MOMENTS, RIVAL, UNCLEAR, Clock
from schemas.profile import Linking
from transforms.alignment import Delays, Ranks, align
from transforms.clocks import Seconds, corrected, estimate

MARGIN_S = 3.0
"""Of two readings that fit a shot, one is better only by more than this: cameras and readers write whole
seconds, and students take a second more or less to sit."""
NEIGHBOURS = (-2, -1, 1, 2)
"""Ranks among which rivals are looked for; further ones lie out of reach at any pace."""
NOBODY = -1
ONE_DAY = timedelta(hours=36)
"""Readings and shots of a camera that all lie within it are one day's, even over midnight."""


NOTHING = pl.DataFrame(
    schema={
        "line": pl.UInt32,
        "sitting": pl.Int64,
        "delay_s": pl.Float64,
        "role": pl.String,
        "correction_s": pl.Float64,
    }
)
"""No pairs of readings and sittings."""


class Timing(NamedTuple):
    """What the times say: MOMENTS and CLOCKS."""

    moments: pl.DataFrame
    clocks: pl.DataFrame


class _Day(NamedTuple):
    """One camera's day: readings and first shots of sittings, sorted, with lines and sitting numbers."""

    camera_name: str
    day: date
    readings: Seconds
    lines: Ranks
    shots: Seconds
    sittings: Ranks
    shift_s: float


def read_moments(captures: pl.DataFrame, log: pl.DataFrame, rules: Linking) -> Timing:
    """Align every camera's readings with its shots; nothing where a number is drawn at a desk."""
    at_camera = rules.mode != "ticket"
    sat = sittings(captures, rules.sitting_min_s.value)
    read = log.filter(pl.col("logged_at").is_not_null() & pl.col("camera_name").is_not_null())
    timed = [_timed(each, rules.moment_max_s.value) for each in _days(read, sat)] if at_camera else []
    moments = pl.concat([NOTHING, *(pairs for _, pairs in timed)])
    shown = sat.select("sitting", "capture_path")
    moments = moments.join(shown, on="sitting", how="inner", validate="m:m", maintain_order="left_right")
    return Timing(
        moments.select(list(MOMENTS)).sort("line", "capture_path", "role"),
        pl.DataFrame([line for line, _ in timed], schema=CLOCKS, orient="row").sort("camera_name", "day"),
    )


def sittings(captures: pl.DataFrame, sitting_min_s: float) -> pl.DataFrame:
    """Timed captures with the number of their `sitting`: shots closer together than the least time."""
    timed = captures.filter(pl.col("taken_at").is_not_null()).select(
        "capture_path", "camera_name", "taken_at"
    )
    gap = pl.col("taken_at").diff().over("camera_name").dt.total_milliseconds()
    is_new = gap.is_null() | (gap >= sitting_min_s * 1000)
    ordered = timed.sort("camera_name", "taken_at", "capture_path")
    return ordered.with_columns(sitting=is_new.cum_sum().cast(pl.Int64))


def _days(read: pl.DataFrame, sat: pl.DataFrame) -> Iterator[_Day]:
    """Every camera's day that has both readings and shots."""
    first = sat.unique("sitting", keep="first", maintain_order=True)
    shots = {key[0]: frame for key, frame in first.partition_by("camera_name", as_dict=True).items()}
    ordered = read.sort("camera_name", "logged_at", "line")
    for key, lines in ordered.partition_by("camera_name", as_dict=True, maintain_order=True).items():
        if key[0] in shots:
            yield from _by_day(str(key[0]), lines, shots[key[0]])


def _by_day(camera: str, lines: pl.DataFrame, shots: pl.DataFrame) -> Iterator[_Day]:
    """A camera's readings and shots by their dates; a single date each are one day, however far apart."""
    read_on, shot_on = lines["logged_at"].dt.date(), shots["taken_at"].dt.date()
    ends = [*(lines["logged_at"][at] for at in (0, -1)), *(shots["taken_at"][at] for at in (0, -1))]
    if max(ends) - min(ends) <= ONE_DAY:
        yield _day(camera, read_on[0], lines, shots, 0.0)
        return
    common = sorted(set(read_on) & set(shot_on))
    for day in common:
        yield _day(camera, day, lines.filter(read_on == day), shots.filter(shot_on == day), 0.0)
    if not common and read_on.n_unique() == shot_on.n_unique() == 1:
        yield _day(camera, read_on[0], lines, shots, (shot_on[0] - read_on[0]).total_seconds())


def _day(camera: str, day: date, lines: pl.DataFrame, shots: pl.DataFrame, shift_s: float) -> _Day:
    readings, taken = (
        series.dt.epoch("ms").to_numpy() / 1000 for series in (lines["logged_at"], shots["taken_at"])
    )
    return _Day(
        camera, day, readings, lines["line"].cast(pl.Int64).to_numpy(), taken - shift_s,
        shots["sitting"].to_numpy(), shift_s,
    )  # fmt: skip


def _timed(day: _Day, moment_max_s: float) -> tuple[tuple[object, ...], pl.DataFrame]:
    """A day's line of CLOCKS, and its readings and sittings that belong or may belong together."""
    clock = estimate(day.readings, day.shots, moment_max_s)
    if clock is None:
        return _clock_line(day, None, 0), NOTHING
    shots = corrected(day.shots, clock)
    is_right = clock.correction_s == 0
    delays = Delays(clock.typical_s, 0.0 if is_right else -clock.typical_s, moment_max_s, are_true=is_right)
    roles = _roles(day.readings, shots, delays)
    fast_s = clock.correction_s + day.shift_s
    frames = [
        _pairs(day.lines[at.reading], day.sittings[at.shot], shots[at.shot] - day.readings[at.reading])
        .with_columns(role=pl.lit(role), correction_s=pl.lit(fast_s))
        for role, at in roles.items()
    ]  # fmt: skip
    return _clock_line(day, clock, len(roles[MATCH].reading)), pl.concat(frames)


def _pairs(lines: Ranks, sittings: Ranks, delays: Seconds) -> pl.DataFrame:
    """Lines and sittings side by side, with the seconds between them."""
    return pl.DataFrame(
        {"line": lines, "sitting": sittings, "delay_s": delays},
        schema={"line": pl.UInt32, "sitting": pl.Int64, "delay_s": pl.Float64},
    )


def _clock_line(day: _Day, clock: Clock | None, matched: int) -> tuple[object, ...]:
    """A day's line of CLOCKS."""
    counts = (day.camera_name, day.day, len(day.readings), len(day.shots), matched)
    if clock is None:
        return (*counts, None, None, False)
    return (*counts, clock.correction_s + day.shift_s, clock.drift * 3600, clock.is_verified)


class _Ranked(NamedTuple):
    """Ranks of readings and shots, pair by pair."""

    reading: Ranks
    shot: Ranks


def _roles(readings: Seconds, shots: Seconds, delays: Delays) -> dict[str, _Ranked]:
    """Ranks of readings and shots that pair up, of rivals, and of pairs made unclear by an earlier shot."""
    pairs = _Ranked(*align(readings, shots, delays))
    misses = delays.miss(shots[pairs.shot] - readings[pairs.reading])
    shot_of = _partner(pairs.reading, pairs.shot, len(readings))
    reading_of = _partner(pairs.shot, pairs.reading, len(shots))
    rivals, unclear = [], []
    for step in NEIGHBOURS:
        at, other = _beside(pairs.reading, step, len(readings))
        miss = delays.miss(shots[pairs.shot[at]] - readings[other])
        is_nearer = (shot_of[other] == NOBODY) | (miss < misses[at] + MARGIN_S) | (step > 0) & delays.are_true
        fits = np.isfinite(miss) & is_nearer
        rivals.append(_Ranked(other[fits], pairs.shot[at][fits]))
    for step in (-2, -1):
        at, other = _beside(pairs.shot, step, len(shots))
        miss = delays.miss(shots[other] - readings[pairs.reading[at]])
        fits = (reading_of[other] == NOBODY) & (miss < misses[at] + MARGIN_S)
        unclear += [_Ranked(pairs.reading[at][fits], shown[fits]) for shown in (other, pairs.shot[at])]
    rival = _joined(rivals)
    mutual = _Ranked(reading_of[rival.shot], shot_of[rival.reading])
    has_shot = mutual.shot != NOBODY
    both = _joined([rival, _Ranked(mutual.reading[has_shot], mutual.shot[has_shot])])
    return {MATCH: pairs, RIVAL: both, UNCLEAR: _joined(unclear)}


def _partner(ranks: Ranks, partners: Ranks, count: int) -> Ranks:
    """Each rank's partner, or NOBODY."""
    found = np.full(count, NOBODY)
    found[ranks] = partners
    return found


def _beside(ranks: Ranks, step: int, count: int) -> tuple[Ranks, Ranks]:
    """Places in `ranks` that have a neighbour so many steps away, and that neighbour's rank."""
    other = ranks + step
    at = np.flatnonzero((other >= 0) & (other < count))
    return at, other[at]


def _joined(parts: list[_Ranked]) -> _Ranked:
    return _Ranked(*(np.concatenate(ranks) for ranks in zip(*parts, strict=True)))
