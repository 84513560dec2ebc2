"""Two series of moments brought into line: which shot follows which reading, in order, by least cost.

Needleman and Wunsch's alignment: a reading without a shot and a shot without a reading cost one each, a pair
what its delay differs from the usual.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from transforms.clocks import Seconds

Ranks = NDArray[np.int64]


class Delays(NamedTuple):
    """What lies between a reading and its shot, in seconds: as a rule, at least, at most.

    They `are_true` where the clock is right: then a card read before a shot was read before it indeed. Else
    they are known to `slack` only.
    """

    typical: float
    least: float
    most: float
    slack: float = 0.0
    are_true: bool = False

    def nearly(self) -> "Delays":
        """The same with its limits moved apart by what they may be wrong."""
        return self._replace(least=self.least - self.slack, most=self.most + self.slack)

    def miss(self, delays: Seconds) -> Seconds:
        """By how many seconds each misses the usual delay; infinite out of range."""
        sound = (delays >= self.least) & (delays <= self.most)
        return np.where(sound, np.abs(delays - self.typical), np.inf)

    def cost(self, delays: Seconds) -> Seconds:
        """Nothing for the usual delay, two gaps for the longest, infinite out of range.

        Of two shots after a reading the first goes before, so that being early costs a quarter of being late.
        """
        early = np.where(delays < self.typical, 0.25, 1.0)
        return self.miss(delays) * early * 2 / max(self.most - self.typical, self.typical - self.least)


def align(readings: Seconds, shots: Seconds, delays: Delays) -> tuple[Ranks, Ranks]:
    """The ranks of readings and of shots that pair up, both rising; both are sorted seconds on one clock."""
    pairs = [
        (first_reading + reading, first_shot + shot)
        for first_reading, last_reading, first_shot, last_shot in _pieces(readings, shots, delays)
        for reading, shot in _aligned(
            readings[first_reading:last_reading], shots[first_shot:last_shot], delays
        )
    ]
    found = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    return found[:, 0], found[:, 1]


def _pieces(readings: Seconds, shots: Seconds, delays: Delays) -> Iterator[tuple[int, int, int, int]]:
    """Ranks of readings and shots, first and behind the last, that can pair among themselves only."""
    if not len(readings):
        return
    low = np.searchsorted(shots, readings + delays.least, side="left")
    high = np.searchsorted(shots, readings + delays.most, side="right")
    starts = np.append(0, np.flatnonzero(low[1:] >= high[:-1]) + 1)
    ends = np.append(starts[1:], len(readings))
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        if low[start] < high[end - 1]:
            yield start, end, int(low[start]), int(high[end - 1])


def _aligned(readings: Seconds, shots: Seconds, delays: Delays) -> list[tuple[int, int]]:
    """The pairs of one piece."""
    if len(readings) == len(shots) == 1:
        return [(0, 0)]
    costs = delays.cost(shots - readings[:, None])
    totals = np.empty((len(readings) + 1, len(shots) + 1))
    columns = np.arange(len(shots) + 1.0)
    totals[0] = columns
    for at, cost in enumerate(costs, start=1):
        row = totals[at - 1] + 1
        np.minimum(row[1:], totals[at - 1, :-1] + cost, out=row[1:])
        totals[at] = np.minimum.accumulate(row - columns) + columns
    return _trace(totals, costs)


def _trace(totals: Seconds, costs: Seconds) -> list[tuple[int, int]]:
    """Walk back along the cheapest way; of ways that cost the same, one with a pair."""
    reading, shot = costs.shape
    pairs: list[tuple[int, int]] = []
    while reading and shot:
        here = totals[reading, shot]
        if np.isclose(here, totals[reading - 1, shot - 1] + costs[reading - 1, shot - 1]):
            reading, shot = reading - 1, shot - 1
            pairs.append((reading, shot))
        elif np.isclose(here, totals[reading - 1, shot] + 1):
            reading -= 1
        else:
            shot -= 1
    return pairs[::-1]
