"""Readings and shots brought into line: in order, and as cheaply as any way can be."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.alignment import Delays, align

USUAL = Delays(5.0, 0.0, 15.0)
MOMENTS = st.lists(st.integers(0, 60), max_size=5).map(lambda each: np.array(sorted(each), dtype=float))


def cost_of(readings, shots, pairs):
    """What a set of pairs costs: each its delay, and one for whatever has no partner."""
    delays = np.array([shots[shot] - readings[reading] for reading, shot in pairs])
    return float(USUAL.cost(delays).sum()) + len(readings) + len(shots) - 2 * len(pairs)


def every_way(readings, shots):
    """All sets of pairs that keep the order."""
    for count in range(min(len(readings), len(shots)) + 1):
        for chosen in combinations(range(len(readings)), count):
            for partners in combinations(range(len(shots)), count):
                yield list(zip(chosen, partners, strict=True))


@given(MOMENTS, MOMENTS)
def test_no_way_of_pairing_is_cheaper(readings, shots):
    reading, shot = align(readings, shots, USUAL)
    found = cost_of(readings, shots, list(zip(reading, shot, strict=True)))
    assert found == pytest.approx(min(cost_of(readings, shots, way) for way in every_way(readings, shots)))


@given(MOMENTS, MOMENTS)
def test_pairs_keep_the_order_and_the_limits(readings, shots):
    reading, shot = align(readings, shots, USUAL)
    assert (np.diff(reading) > 0).all()
    assert (np.diff(shot) > 0).all()
    assert np.isfinite(USUAL.miss(shots[shot] - readings[reading])).all()


def test_an_absent_holder_leaves_everybody_else_in_place():
    readings = np.arange(0.0, 200, 20)
    shots = np.delete(readings + 5, 4)
    reading, shot = align(readings, shots, USUAL)
    assert reading.tolist() == [0, 1, 2, 3, 5, 6, 7, 8, 9]
    assert shot.tolist() == list(range(9))


def test_of_two_shots_after_a_card_the_first_is_its_holders():
    assert align(np.array([0.0]), np.array([2.0, 8.0]), USUAL)[1].tolist() == [0]
