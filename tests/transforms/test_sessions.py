"""The schedule held against the day."""

import pytest

from tests.builders import a_campaign, a_day, log_line, session, shot, student, the_profile
from transforms.assessment import assess

ROOM_PATH = "E201/401019000001.jpg"


def day_of(**inputs):
    return assess(a_day(**inputs), a_campaign(), the_profile("capture"))


def told(assessed, *codes):
    found = assessed.findings.filter(assessed.findings["code"].is_in(list(codes)))
    return found.select("code", "row", "column", "seen", "limit").rows()


@pytest.mark.parametrize(
    ("second", "is_late"),
    [(0, False), (-1, True), (3 * 3600, False), (3 * 3600 + 1, True), (24 * 3600, True)],
)
def test_late_is_outside_the_sessions_time(second, is_late):
    assessed = day_of(shots=[shot(ROOM_PATH, second)])
    assert told(assessed, "S510") == ([("S510", 2, "taken_at", None, None)] if is_late else [])
    assert assessed.sessions["late"].to_list() == [int(is_late)]


@pytest.mark.parametrize(
    ("camera", "is_elsewhere"), [("E201", False), ("E201-2", False), ("信工楼E201", False), ("E202", True)]
)
def test_out_of_place_is_in_another_room(camera, is_elsewhere):
    assessed = day_of(shots=[shot(f"{camera}/401019000001.jpg")])
    assert told(assessed, "S511") == ([("S511", 2, "camera_name", None, None)] if is_elsewhere else [])
    assert assessed.sessions["out_of_place"].to_list() == [int(is_elsewhere)]


def test_without_a_moment_nobody_is_late():
    assert told(day_of(shots=[shot(ROOM_PATH, None)]), "S510", "S511") == []


def test_a_wrong_weekday_is_told_once_a_date():
    wrong = [session(weekday="周一"), session(weekday="周一", unit_name="理学院", expected="0")]
    other = session(weekday="周一", held_on="2020-11-20", unit_name="法学院", expected="0")
    found = told(day_of(sessions=[*wrong, other]), "S501")
    assert found == [
        ("S501", None, "weekday", "2020-11-19 周一", "周四"),
        ("S501", None, "weekday", "2020-11-20 周一", "周五"),
    ]


def test_a_head_count_is_held_against_the_roster():
    found = told(day_of(sessions=[session(expected="3")]), "S502")
    assert found == [("S502", None, "expected", "信工楼E201 09:00 文学院: 3", "1")]


@pytest.mark.parametrize(("second", "found"), [("1", []), ("2", [("信工楼E201 09:00 文学院: 3", "2")])])
def test_sessions_of_one_unit_are_held_against_the_roster_together(second, found):
    sessions = [session(), session(starts_at="13:00", ends_at="14:00", expected=second)]
    assessed = day_of(students=[student(), student(2)], sessions=sessions)
    assert [line[3:] for line in told(assessed, "S502")] == found


def test_whoever_has_no_session_is_told_and_still_accepted():
    assessed = day_of(sessions=[session(unit_name="理学院", expected="0")])
    assert told(assessed, "S503") == [("S503", 2, "unit_name", "文学院", None)]
    assert assessed.enrolments["state"].to_list() == ["accepted"]


def test_who_is_not_to_be_captured_needs_no_session():
    assessed = day_of(students=[student(unit_name="医学部")], shots=[shot("E201/1.jpg")])
    assert told(assessed, "S503") == []


def test_every_session_counts_its_own():
    students = [
        student(1), student(2), student(3), student(4, unit_name="理学院"),
        student(5, certificate_kind="单证"), student(6, registration="已注册"), student(7, sex="女"),
    ]  # fmt: skip
    shots = [shot(f"E201/40101900000{serial}.jpg", serial) for serial in (1, 4, 7)]
    lines = [log_line(0, student_no=f"40101900000{serial}", file_name="x.jpg") for serial in (1, 1, 2, 5)]
    assessed = day_of(
        students=students, shots=shots, lines=lines, sessions=[session(), session(unit_name="理学院")]
    )
    counts = assessed.sessions.select("enrolled", "logged", "captured", "accepted").rows()
    assert counts == [(5, 2, 2, 1), (1, 0, 1, 1)]


def test_without_a_schedule_nobody_is_forgotten_and_the_certificates_tell_the_age():
    child = student(document_type="护照", document_no="G12345678", born_on="20080630")
    assessed = day_of(students=[child], sessions=[])
    assert assessed.sessions.is_empty()
    assert told(assessed, "S503", "R127") == [("R127", 2, "born_on", "2008-06-30", "14–80 岁")]
