"""Which shot follows which card reading at each camera: clocks compared, series aligned, doubts kept."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

import numpy as np
import polars as pl

from schemas.clock import CLOCKS, MATCH, MOMENTS, RIVAL, UNCLEAR, Clock
from schemas.rules_of_day import Linking
from transforms.alignment import Delays, Ranks, align
from transforms.clocks import Seconds, corrected, estimate

MARGIN_S = 3.0
"""Of two readings that fit a shot, one is better only by more than this: cameras and readers write whole
seconds, and students take a second more or less to sit."""
EARLIER = (-2, -1)
NEIGHBOURS = (*EARLIER, 1, 2)
"""Ranks among which rivals are looked for; further ones lie out of reach at any pace."""
QUICKEST = 0.02
"""A share of pairs that may be wrong, as the quickest ones are; a second is added for whole seconds."""
NOBODY = -1
A_DAY = timedelta(days=1)
WORKING_DAY = timedelta(hours=16)
"""Readings and shots of a camera that lie within it are one day's, over midnight or years apart."""
PAIRS: dict[str, type[pl.DataType]] = {"line": pl.UInt32, "sitting": pl.Int64, "role": pl.String}
NOTHING = pl.DataFrame(schema=PAIRS)
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
    timed = [_timed(each, rules) for each in _days(read, sat)] if at_camera else []
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
    """A camera's readings and shots by date; those of one working day belong together, whatever the date."""
    read_on, shot_on = lines["logged_at"].dt.date(), shots["taken_at"].dt.date()
    begins, shown = lines["logged_at"][0], shots["taken_at"][0]
    if max(lines["logged_at"][-1] - begins, shots["taken_at"][-1] - shown) <= WORKING_DAY:
        yield _day(camera, read_on[0], lines, shots, round((shown - begins) / A_DAY) * A_DAY.total_seconds())
        return
    for day in sorted(set(read_on) & set(shot_on)):
        yield _day(camera, day, lines.filter(read_on == day), shots.filter(shot_on == day), 0.0)


def _day(camera: str, day: date, lines: pl.DataFrame, shots: pl.DataFrame, shift_s: float) -> _Day:
    readings, taken = (
        series.dt.epoch("ms").to_numpy() / 1000 for series in (lines["logged_at"], shots["taken_at"])
    )
    return _Day(
        camera, day, readings, lines["line"].cast(pl.Int64).to_numpy(), taken - shift_s,
        shots["sitting"].to_numpy(), shift_s,
    )  # fmt: skip


def _timed(day: _Day, rules: Linking) -> tuple[tuple[object, ...], pl.DataFrame]:
    """A day's line of CLOCKS, and its readings and sittings that belong or may belong together."""
    moment_max_s = rules.moment_max_s.value
    clock = estimate(day.readings, day.shots, moment_max_s)
    if clock is None:
        return _clock_line(day, None, 0), NOTHING
    if clock.is_verified:
        clock = _refined(day.readings, day.shots, clock, moment_max_s)
    shots = corrected(day.shots, clock)
    delays = _delays(day.readings, shots, clock, moment_max_s)
    roles = _roles(day.readings, shots, delays, rules.readings_min_s.value)
    pairs = [
        pl.DataFrame({"line": day.lines[at.reading], "sitting": day.sittings[at.shot], "role": role}, PAIRS)
        for role, at in roles.items()
    ]
    return _clock_line(day, clock, len(roles[MATCH].reading)), pl.concat(pairs)


def _clock_line(day: _Day, clock: Clock | None, matched: int) -> tuple[object, ...]:
    """A day's line of CLOCKS."""
    counts = (day.camera_name, day.day, len(day.readings), len(day.shots), matched)
    if clock is None:
        return (*counts, None, None, None, False)
    at = datetime.fromtimestamp(clock.at_s, UTC).replace(tzinfo=None)
    return (*counts, at, clock.correction_s + day.shift_s, clock.drift * 3600, clock.is_verified)


def _wide(clock: Clock, moment_max_s: float) -> Delays:
    """Delays about the usual one, with twice as much room above as below."""
    early = moment_max_s / 3
    return Delays(clock.typical_s, clock.typical_s - early, clock.typical_s + 2 * early, slack=MARGIN_S)


def _refined(readings: Seconds, shots: Seconds, clock: Clock, moment_max_s: float) -> Clock:
    """The clock with the drift that its own pairs show: a line through their delays."""
    timed = corrected(shots, clock)
    reading, shot = align(readings, timed, _wide(clock, moment_max_s))
    since, seen = readings[reading] - clock.at_s, timed[shot] - readings[reading]
    slope, usual = np.polyfit(since, seen, 1)
    return clock._replace(drift=clock.drift + float(slope), typical_s=float(usual))


def _delays(readings: Seconds, shots: Seconds, clock: Clock, moment_max_s: float) -> Delays:
    """The delays to allow: by the profile where the clock is taken for right, else as they were that day.

    Those have their median, and no less than all but the quickest few.
    """
    if not clock.is_verified:
        return Delays(clock.typical_s, 0.0, moment_max_s, are_true=True)
    wide = _wide(clock, moment_max_s)
    reading, shot = align(readings, shots, wide)
    seen = shots[shot] - readings[reading]
    least = max(wide.least, float(np.quantile(seen, QUICKEST)) - 1)
    return wide._replace(typical=float(np.median(seen)), least=least)


class _Ranked(NamedTuple):
    """Ranks of readings and shots, pair by pair."""

    reading: Ranks
    shot: Ranks


def _roles(readings: Seconds, shots: Seconds, delays: Delays, readings_min_s: float) -> dict[str, _Ranked]:
    """Ranks of readings and shots that pair up, of rivals, and of pairs made unclear by an earlier shot."""
    pairs = _Ranked(*align(readings, shots, delays))
    rivals = [
        _rivals(readings, shots, delays, pairs, readings_min_s),
        _latest(readings, shots, delays, pairs),
    ]
    return {MATCH: pairs, RIVAL: _joined(rivals), UNCLEAR: _unclear(readings, shots, delays, pairs)}


def _rivals(
    readings: Seconds, shots: Seconds, delays: Delays, pairs: _Ranked, readings_min_s: float
) -> _Ranked:
    """Readings that may as well be a shot's as its own; its own may then be the rival's shot's.

    They have no shot, fit about as well, were read too soon after one another or, where clocks are right,
    between the shot's own reading and the shot.
    """
    shot_of = _partner(pairs.reading, pairs.shot, len(readings))
    reading_of = _partner(pairs.shot, pairs.reading, len(shots))
    misses, nearly = delays.miss(shots[pairs.shot] - readings[pairs.reading]), delays.nearly()
    found = []
    for step in NEIGHBOURS:
        at, other = _beside(pairs.reading, step, len(readings))
        miss = nearly.miss(shots[pairs.shot[at]] - readings[other])
        is_as_near = (shot_of[other] == NOBODY) | (miss < misses[at] + MARGIN_S)
        is_between = (step > 0) & delays.are_true
        is_close = np.abs(readings[other] - readings[pairs.reading[at]]) < readings_min_s
        fits = np.isfinite(miss) & (is_as_near | is_between) | is_close & (not delays.are_true)
        found.append(_Ranked(other[fits], pairs.shot[at][fits]))
    rivals = _joined(found)
    mutual = _Ranked(reading_of[rivals.shot], shot_of[rivals.reading])
    has_shot = mutual.shot != NOBODY
    return _joined([rivals, _Ranked(mutual.reading[has_shot], mutual.shot[has_shot])])


def _latest(readings: Seconds, shots: Seconds, delays: Delays, pairs: _Ranked) -> _Ranked:
    """Shots without a reading of their own, and the last reading before them that still reaches so far."""
    shot = np.flatnonzero(_partner(pairs.shot, pairs.reading, len(shots)) == NOBODY)
    reading = np.searchsorted(readings, shots[shot], side="right") - 1
    reaches = (reading >= 0) & np.isfinite(delays.miss(shots[shot] - readings[reading]))
    return _Ranked(reading[reaches], shot[reaches])


def _unclear(readings: Seconds, shots: Seconds, delays: Delays, pairs: _Ranked) -> _Ranked:
    """Pairs, and shots before theirs that have no reading and fit about as well."""
    reading_of = _partner(pairs.shot, pairs.reading, len(shots))
    misses, nearly = delays.miss(shots[pairs.shot] - readings[pairs.reading]), delays.nearly()
    found = []
    for step in EARLIER:
        at, other = _beside(pairs.shot, step, len(shots))
        miss = nearly.miss(shots[other] - readings[pairs.reading[at]])
        fits = (reading_of[other] == NOBODY) & (miss < misses[at] + MARGIN_S)
        found += [_Ranked(pairs.reading[at][fits], shown[fits]) for shown in (other, pairs.shot[at])]
    return _joined(found)


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
