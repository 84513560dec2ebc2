"""How far a camera's clock is from the reader's, told by the times of readings and shots alone.

Every pair of a reading and a shot votes for a difference. Who stood there is not asked: a slip of the names
must not be able to hide itself in the clock.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from schemas.clock import Clock

Seconds = NDArray[np.float64]

HALF_WIDTH_S = 3
"""Most readings and their shots differ by so much more or less than usual; neighbours by more."""
NEAR_S = 150
"""Clocks are looked for so near first: a few students' time. Beyond it lies a whole day."""
DAY_S = 86_400
DRIFTS = np.arange(-6.0, 7.0) / 3600
"""Drifts that are tried, in seconds a second; a camera's quartz drifts by a second a day, not an hour."""
NO_DRIFT = np.zeros(1)
FIRST_SHOT_S = 0.0
"""What is expected between reading and shot where nothing shows what is usual: the first shot goes before."""

PAIRS_MIN = 20
SHARE_MIN = 0.55
RIVAL_MAX = 0.8
"""When the votes settle it: so many pairs, so large a share of the shorter series, and every other difference
with no more than this share of the winner's votes. Tuned on the drill (docs/linking.md)."""


class _Vote(NamedTuple):
    """The difference with most votes, at a drift; `rival` has the most votes of any that lies apart.

    `right_votes` are the most of any difference that a right clock allows.
    """

    difference_s: float
    drift: float
    votes: int
    rival: int
    right_votes: int


def estimate(readings: Seconds, shots: Seconds, moment_max_s: float) -> Clock | None:
    """The camera's clock from sorted seconds of readings and shots; None where it cannot be told.

    Where the votes do not settle it, the clock is taken for right if nothing explains more pairs than that.
    """
    if not len(readings) or not len(shots):
        return None
    at_s, shorter = float(readings[0] + readings[-1]) / 2, min(len(readings), len(shots))
    drifts = DRIFTS if shorter >= PAIRS_MIN else NO_DRIFT
    for reach in (NEAR_S, DAY_S):
        vote = _count(_pairs(readings, shots, reach), at_s, reach, drifts, moment_max_s)
        if vote and _settles(vote, shorter):
            return _settled(vote, at_s, moment_max_s)
    if vote is None or vote.right_votes < max(vote.votes, SHARE_MIN * shorter):
        return None
    return Clock(at_s, 0.0, 0.0, FIRST_SHOT_S, is_verified=False)


def _settles(vote: _Vote, shorter: int) -> bool:
    return shorter >= PAIRS_MIN and vote.votes >= SHARE_MIN * shorter and vote.rival <= RIVAL_MAX * vote.votes


def _settled(vote: _Vote, at_s: float, moment_max_s: float) -> Clock:
    """Right if it leaves the time that a student needs; else as if a student needed a third of the most."""
    if 0 <= vote.difference_s <= moment_max_s:
        return Clock(at_s, 0.0, vote.drift, vote.difference_s, is_verified=True)
    typical = moment_max_s / 3
    return Clock(at_s, vote.difference_s - typical, vote.drift, typical, is_verified=True)


class _Pairs(NamedTuple):
    """The difference of every reading to every shot within reach of it, and the readings of those pairs."""

    differences: Seconds
    readings: Seconds


def _pairs(readings: Seconds, shots: Seconds, reach: float) -> _Pairs:
    """All pairs within reach of each other."""
    low, high = np.searchsorted(shots, (readings - reach, readings + reach))
    counts = high - low
    owners = np.repeat(np.arange(len(readings)), counts)
    ranks = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts) + low[owners]
    return _Pairs(shots[ranks] - readings[owners], readings[owners])


def _count(pairs: _Pairs, at_s: float, reach: float, drifts: Seconds, moment_max_s: float) -> _Vote | None:
    """Count the votes of all pairs at every drift, in bins of a second, summed over the tolerated width."""
    if not len(pairs.differences):
        return None
    since = pairs.readings - at_s
    middle = int(reach + np.abs(drifts).max() * np.abs(since).max()) + 2 * HALF_WIDTH_S
    counted = np.stack([
        _windowed(np.bincount(np.rint(pairs.differences - drift * since + middle).astype(np.int64),
                              minlength=2 * middle + 1))
        for drift in drifts
    ])  # fmt: skip
    best_drift, best = _middle_of_best(counted, drifts)
    apart = np.abs(np.arange(counted.shape[1]) - best) > 2 * HALF_WIDTH_S
    steady = counted[np.argmin(np.abs(drifts))][middle : middle + int(moment_max_s) + 1]
    return _Vote(
        float(best - middle), float(drifts[best_drift]), int(counted[best_drift, best]),
        int(counted[:, apart].max(initial=0)), int(steady.max()),
    )  # fmt: skip


def _windowed(votes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Each bin's votes together with those of its neighbours within the tolerated width."""
    sums = np.cumsum(np.pad(votes, (HALF_WIDTH_S + 1, HALF_WIDTH_S)))
    return sums[2 * HALF_WIDTH_S + 1 :] - sums[: -2 * HALF_WIDTH_S - 1]


def _middle_of_best(counted: NDArray[np.int64], drifts: Seconds) -> tuple[int, int]:
    """Drift and bin in the middle of those with most votes; of equal drifts, the least."""
    ranks, bins = np.nonzero(counted == counted.max())
    least = ranks[np.argmin(np.abs(drifts[ranks]))]
    tied = bins[ranks == least]
    return int(least), int(tied[len(tied) // 2])


def corrected(shots: Seconds, clock: Clock) -> Seconds:
    """Shots as the reader's clock would have timed them."""
    return shots - clock.correction_s - clock.drift * (shots - clock.correction_s - clock.at_s)
