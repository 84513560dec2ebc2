"""How far a camera's clock is off: found from times alone, or not told."""

import numpy as np
import pytest

from transforms.clocks import corrected, estimate

MOST = 15.0


def a_series(count, *, offset=0.0, drift=0.0, seed=1, pace=(12, 18, 40)):
    """Readings, their shots on the camera's own clock, true delays, who was shot; in whole seconds."""
    rng = np.random.default_rng(seed)
    readings = np.cumsum(rng.triangular(*pace, count))
    delays = rng.triangular(2, 4, 12, count)
    shots = readings + delays
    shown = shots + offset + drift * (shots - shots.mean()) / 3600
    kept = rng.random(count) > 0.05
    return np.floor(readings), np.floor(shown[kept]), delays[kept], kept


@pytest.mark.parametrize("drift", [-4, 0, 4])
@pytest.mark.parametrize("offset", [0, -22, 35, 400, 3600, -40_000])
def test_an_offset_is_found_whatever_it_is(offset, drift):
    readings, shots, delays, kept = a_series(150, offset=offset, drift=drift)
    clock = estimate(readings, shots, MOST)
    assert clock.is_verified
    seen = corrected(shots, clock) - readings[kept]
    away = (clock.typical_s - np.median(delays)) - (np.median(seen) - np.median(delays))
    assert abs(away) < 2.5
    assert np.ptp(seen - delays) < 4  # the drift is followed: what is left is rounding


def test_a_right_clock_is_left_alone():
    readings, shots, delays, _ = a_series(60)
    clock = estimate(readings, shots, MOST)
    assert (clock.correction_s, clock.is_verified) == (0, True)
    assert clock.typical_s == pytest.approx(np.median(delays), abs=2)


def test_who_stood_there_is_not_asked_so_that_a_slip_cannot_hide_in_the_clock():
    readings, shots, _, _ = a_series(60)
    assert (
        estimate(readings[1:], shots, MOST).correction_s
        == estimate(readings, shots[1:], MOST).correction_s
        == 0
    )


def test_an_even_pace_does_not_tell_one_student_from_the_next():
    readings = np.arange(0.0, 4000, 20)
    assert estimate(readings, readings + 25, MOST) is None
    assert estimate(readings, readings - 15, MOST) is None


def test_few_pairs_are_taken_for_right_only_if_nothing_explains_more():
    readings = np.array([0.0, 20, 47, 70])
    assert estimate(readings, readings + 5, MOST).is_verified is False
    assert estimate(readings, readings + 27, MOST) is None
    assert estimate(readings, readings + 3605, MOST) is None
    assert estimate(readings[:1], readings[:1] + 60, MOST) is None


def test_without_readings_or_shots_there_is_nothing_to_tell():
    some, none = np.array([1.0]), np.array([])
    assert estimate(some, none, MOST) is None
    assert estimate(none, some, MOST) is None
