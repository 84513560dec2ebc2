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
    [(0, False), (-1, True), (3 * 3600, False), (3 * 3600 + 1, True), (24 * 3600, False)],
)
def test_late_is_outside_the_sessions_time_on_its_day(second, is_late):
    assessed = day_of(shots=[shot(ROOM_PATH, second)])
    assert told(assessed, "S510") == ([("S510", 2, "taken_at", None, None)] if is_late else [])
    assert assessed.sessions["late"].to_list() == [int(is_late)]


@pytest.mark.parametrize(
    ("hours", "is_other"), [(14, False), (15, True), (-9, False), (-10, True), (24, True)]
)
def test_another_day_is_told_and_not_called_late(hours, is_other):
    assessed = day_of(shots=[shot(ROOM_PATH, hours * 3600)])
    assert told(assessed, "S512") == ([("S512", 2, "taken_at", None, None)] if is_other else [])
    assert assessed.sessions["other_day"].to_list() == [int(is_other)]
    assert (not is_other) or told(assessed, "S510") == []


OTHER_ROOM = session(unit_name="理学院", room_name="信工楼E202", expected="0")


@pytest.mark.parametrize(
    ("camera", "is_elsewhere"), [("E201", False), ("E201-2", False), ("信工楼E201", False), ("E202", True)]
)
def test_out_of_place_is_in_another_room(camera, is_elsewhere):
    assessed = day_of(shots=[shot(f"{camera}/401019000001.jpg")], sessions=[session(), OTHER_ROOM])
    assert told(assessed, "S511") == ([("S511", 2, "camera_name", None, None)] if is_elsewhere else [])
    assert assessed.sessions["out_of_place"].to_list() == [int(is_elsewhere), 0]


@pytest.mark.parametrize(("folder", "seen"), [("DCIM/", "DCIM"), ("E2/", "E2"), ("", "–")])
def test_a_camera_of_no_room_is_told_once_and_nobody_is_out_of_place(folder, seen):
    students = [student(1), student(2)]
    shots = [shot(f"{folder}40101900000{serial}.jpg", serial) for serial in (1, 2)]
    assessed = day_of(students=students, shots=shots, sessions=[session(expected="2"), OTHER_ROOM])
    rooms = "信工楼E201、信工楼E202"
    assert told(assessed, "S511", "S513") == [("S513", None, "camera_name", seen, rooms)]
    assert assessed.sessions["out_of_place"].to_list() == [0, 0]


def test_a_session_that_ends_before_it_begins_has_nobody_late():
    assessed = day_of(sessions=[session(ends_at="08:00")])
    assert told(assessed, "S510", "S507") == [("S507", None, "ends_at", "09:00–08:00", "> 09:00")]


def test_without_a_moment_nobody_is_late():
    assert told(day_of(shots=[shot(ROOM_PATH, None)]), "S510", "S511", "S512") == []


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
    lines = [log_line(3000, student_no=f"40101900000{serial}", file_name="x.jpg") for serial in (1, 1, 2, 5)]
    assessed = day_of(
        students=students, shots=shots, lines=lines, sessions=[session(), session(unit_name="理学院")]
    )
    counts = assessed.sessions.select("enrolled", "logged", "captured", "accepted", "missing").rows()
    assert counts == [(5, 2, 2, 1, 2), (1, 0, 1, 1, 0)]
    assert told(assessed, "S516") == [("S516", None, "logged", "信工楼E201 09:00 理学院: 0", "1")]


def test_without_a_log_nobody_can_be_said_not_to_be_logged():
    assessed = day_of()
    assert assessed.sessions["logged"].to_list() == [None]
    assert told(assessed, "S514", "S516") == []


def test_a_log_that_names_nobody_tells_no_number():
    lines = [log_line(5000, student_no="999999999999")]
    assessed = day_of(lines=lines)
    assert assessed.sessions.select("logged", "captured").row(0) == (0, 1)
    assert told(assessed, "S516") == []


def test_whoever_came_to_the_second_session_of_the_unit_is_counted_there():
    sessions = [session(ends_at="10:00"), session(starts_at="10:00")]
    students = [student(serial) for serial in (1, 2, 3)]
    shots = [shot(f"E201/40101900000{serial}.jpg", at) for serial, at in ((1, 60), (2, 5400))]
    assessed = day_of(students=students, shots=shots, sessions=sessions)
    assert assessed.sessions.select("enrolled", "captured", "missing").rows() == [(2, 1, 1), (1, 1, 0)]
    assert told(assessed, "S510") == []


def test_without_a_schedule_nobody_is_forgotten_and_the_certificates_tell_the_age():
    child = student(document_type="护照", document_no="G12345678", born_on="20080630")
    assessed = day_of(students=[child], sessions=[])
    assert assessed.sessions.is_empty()
    assert told(assessed, "S503", "R127") == [("R127", 2, "born_on", "2008-06-30", "14–80 岁")]
