"""Which session each enrolment belongs to."""

from datetime import datetime

import polars as pl
import pytest

from tests.builders import roster_of, schedule_of, session, student, the_profile
from transforms.schedule import NOBODY_CAME, assign_sessions, weekday_contradicts


def session_of(person, *sessions, came=None):
    """The session, counted from 1, of one student; None without one."""
    arrived = pl.DataFrame({"row": [2], "came_at": [came]}, schema=NOBODY_CAME.schema)
    groups = the_profile().session_groups
    assigned = assign_sessions(roster_of(person), schedule_of(*sessions), groups, arrived)
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


SPLIT = [
    session(starts_at="09:00", ends_at="10:00"), session(starts_at="10:00", ends_at="11:00"),
    session(held_on="2020-11-20", starts_at="09:00", ends_at="10:00"), session(held_on="2020-11-20"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("came", "expected"),
    [
        (None, 1),
        (datetime(2020, 11, 19, 9, 30), 1),
        (datetime(2020, 11, 19, 10, 0), 1),
        (datetime(2020, 11, 19, 10, 1), 2),
        (datetime(2020, 11, 19, 17, 0), 1),
        (datetime(2020, 11, 20, 9, 30), 3),
        (datetime(2020, 11, 20, 10, 30), 4),
        (datetime(2020, 11, 20, 17, 0), 3),
        (datetime(2020, 11, 21, 9, 30), 1),
    ],
)
def test_of_a_split_unit_a_student_counts_where_he_came(came, expected):
    assert session_of(student(), *SPLIT, came=came) == expected


def test_whoever_came_to_another_groups_session_is_not_counted_there():
    doctors = session(unit_name="全体博士", level_name="博士", starts_at="13:00", ends_at="14:00")
    assert session_of(student(**DOCTOR), WHOLE_UNIT, doctors, came=datetime(2020, 11, 19, 9, 30)) == 2


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


@pytest.mark.parametrize(
    ("cell", "heads"),
    [("30", 30), (" 30 人", 30), ("3 0", None), ("３０名", 30), ("30.5", None), ("-3", None), ("约30", None)],
)
def test_a_head_count_is_a_whole_number_of_people(cell, heads):
    assert schedule_of(session(expected=cell))["expected"].item() == heads
