"""The timetable: the one of the notice, at every size."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.demo.school import school, timetable
from flows.demo.timetable import scale, share

NOTICE = Path(__file__).parents[3].parent / "shared" / "domain" / "schedule-2020.csv"


def test_the_timetable_is_the_one_of_the_notice():
    if not NOTICE.exists():
        pytest.skip("the notice's schedule is not beside this checkout")
    with NOTICE.open(encoding="utf-8-sig", newline="") as lines:
        meant = list(csv.DictReader(lines))
    ours = [
        {
            "date": str(school().held_on),
            "weekday": school().weekday,
            "room": session.room,
            "start": f"{session.start:%H:%M}",
            "end": f"{session.end:%H:%M}",
            "unit": session.unit,
            "level": session.level or "",
            "expected": str(session.expected),
        }
        for session in timetable()
    ]
    assert ours == meant


def test_full_size_changes_nothing():
    assert sum(session.expected for session in timetable()) == 3253
    assert scale(timetable(), 3253) == timetable()


@given(st.integers(1, 10_000))
def test_every_size_adds_up(students):
    assert sum(session.expected for session in scale(timetable(), students)) == students


@pytest.mark.parametrize(("students", "sessions"), [(5, 5), (22, 22), (23, 23), (120, 23)])
def test_small_days_lose_sessions_before_they_lose_people(students, sessions):
    scaled = scale(timetable(), students)
    assert len(scaled) >= min(sessions, 5)
    assert all(session.expected > 0 for session in scaled)
    if students >= 23:
        assert len(scaled) == 23


@given(st.integers(0, 500), st.lists(st.integers(1, 50), min_size=1, max_size=9))
def test_shares_are_even(total, weights):
    counts = share(total, weights)
    assert sum(counts) == total
    assert all(
        abs(count - total * weight / sum(weights)) < 1 for count, weight in zip(counts, weights, strict=True)
    )
