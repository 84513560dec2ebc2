"""Which session each enrolment belongs to."""

import polars as pl
import pytest

from tests.builders import roster_of, schedule_of, session, student, the_profile
from transforms.schedule import assign_sessions, weekday_contradicts


def session_of(person, *sessions):
    """The session, counted from 1, of one student; None without one."""
    assigned = assign_sessions(roster_of(person), schedule_of(*sessions), the_profile().session_groups)
    return dict(assigned.rows()).get(2)


UNIT = session()
WHOLE_UNIT = session(level_name=None)
DOCTORS = session(unit_name="全体博士", level_name="博士")
FOREIGNERS = session(unit_name="2019级留学生", level_name=None)
DOCTOR = {"level_name": "博士研究生"}
FOREIGNER = {"country_name": "越南"}


@pytest.mark.parametrize(
    ("person", "sessions", "expected"),
    [
        ({}, [UNIT], 1),
        ({}, [WHOLE_UNIT], 1),
        ({}, [DOCTORS, UNIT], 2),
        ({}, [UNIT, WHOLE_UNIT], 1),
        ({"unit_name": "理学院"}, [UNIT], None),
        ({"unit_name": "文学院二系"}, [UNIT], None),
        (DOCTOR, [UNIT], None),
        (DOCTOR, [WHOLE_UNIT], 1),
        (DOCTOR, [WHOLE_UNIT, DOCTORS], 2),
        (DOCTOR | {"unit_name": "理学院"}, [UNIT, DOCTORS], 2),
        (FOREIGNER, [UNIT], 1),
        (FOREIGNER, [UNIT, FOREIGNERS], 2),
        (FOREIGNER | DOCTOR, [DOCTORS, FOREIGNERS], 2),
        (FOREIGNER | DOCTOR, [DOCTORS], 1),
        ({"level_name": None}, [UNIT], None),
        ({"level_name": None}, [WHOLE_UNIT], 1),
        ({"level_name": None}, [DOCTORS], None),
        ({"unit_name": None}, [UNIT], None),
    ],
)
def test_a_student_goes_where_unit_and_level_say(person, sessions, expected):
    assert session_of(student(**person), *sessions) == expected


def test_everybody_has_one_session_at_most():
    people = [
        student(serial, **change) for serial, change in enumerate([{}, DOCTOR, FOREIGNER, DOCTOR], start=1)
    ]
    schedule = schedule_of(UNIT, UNIT, WHOLE_UNIT, DOCTORS, DOCTORS, FOREIGNERS)
    assigned = assign_sessions(roster_of(*people), schedule, the_profile().session_groups)
    assert assigned.rows() == [(2, 1), (3, 4), (4, 6), (5, 4)]


def test_nobody_and_nothing_scheduled_is_nothing_assigned():
    groups = the_profile().session_groups
    assert assign_sessions(roster_of(), schedule_of(UNIT), groups).is_empty()
    assert assign_sessions(roster_of(student()), schedule_of(), groups).is_empty()


@pytest.mark.parametrize(
    ("weekday", "is_wrong"),
    [
        ("周四", False),
        ("星期四", False),
        ("周一", True),
        ("星期日", True),
        ("周天", True),
        (None, False),
        ("Thu", True),
    ],
)
def test_a_weekday_is_held_against_its_date(weekday, is_wrong):
    assert schedule_of(session(weekday=weekday)).select(weekday_contradicts()).item() == is_wrong


@pytest.mark.parametrize("weekday", ["周日", "周天", "星期天"])
def test_sunday_has_two_names(weekday):
    assert (
        not schedule_of(session(held_on="2020-11-22", weekday=weekday)).select(weekday_contradicts()).item()
    )


def test_what_cannot_be_read_is_none():
    odd = schedule_of(session(held_on="十一月", starts_at="早上", expected="约30"))
    assert odd.select("held_on", "starts_at", "expected").row(0) == (None, None, None)
    assert odd.schema["session_id"] == pl.UInt32
