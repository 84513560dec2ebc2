"""Where the cameras stood, what their clocks said, and when camera or reader was silent."""

from datetime import date

import polars as pl
import pytest

from tests.builders import (
    a_campaign,
    a_day,
    captures_of,
    log_line,
    log_of,
    roster_of,
    schedule_of,
    session,
    shot,
    student,
    the_profile,
)
from transforms.assessment import assess
from transforms.attendance import attend
from transforms.cameras import (
    NO_CLOCKS,
    camera_rooms,
    cameras_nowhere,
    cameras_of,
    on_log_clock,
    silences,
    stations,
)

HOUR = 3600
FIRST = session(starts_at="09:00", ends_at="10:00")
SECOND = session(starts_at="10:00", ends_at="11:00", unit_name="理学院")
NEXT_DAY = session(starts_at="09:00", ends_at="10:00", held_on="2020-11-20")


def shots_at(*seconds, camera="E201"):
    return [shot(f"{camera}/{camera}_{second}.jpg", second) for second in seconds]


def lines_at(*seconds, camera="E201"):
    return [log_line(second, camera_name=camera) for second in seconds]


def silent(sessions, shots, lines, mode="swipe"):
    """Code and sheet row of every silence, and what is seen."""
    schedule, captures, log = schedule_of(*sessions), captures_of(*shots), log_of(*lines)
    rooms = camera_rooms(cameras_of(captures, log, mode), schedule)
    found = silences(stations(rooms, schedule), captures, log, the_profile().timetable, mode)
    return found.select("code", "sheet_row", "seen").rows()


FIVE = (0, 60, 120, 180, 240)
ONE_HOUR_LATER = tuple(second + HOUR for second in FIVE)


def test_a_reader_that_writes_nothing_while_pictures_are_taken_is_silent():
    shots, lines = shots_at(*FIVE, *ONE_HOUR_LATER), lines_at(*FIVE)
    assert silent([FIRST, SECOND], shots, lines) == [
        ("S514", 3, "信工楼E201 10:00 理学院，E201: 5 张，0 人次")
    ]


def test_a_camera_that_takes_nothing_while_cards_are_read_is_silent():
    shots, lines = shots_at(*ONE_HOUR_LATER), lines_at(*FIVE, *ONE_HOUR_LATER)
    assert silent([FIRST, SECOND], shots, lines) == [
        ("S515", 2, "信工楼E201 09:00 文学院，E201: 0 张，5 人次")
    ]


@pytest.mark.parametrize(
    ("shots", "lines"),
    [
        (FIVE, FIVE),
        (FIVE[:4], ONE_HOUR_LATER),
        (FIVE, (100,)),
        ((100,), FIVE),
        ((), FIVE[:4]),
    ],
    ids=["both", "few shots", "one line", "one shot", "few lines"],
)
def test_what_is_too_little_to_tell_is_no_silence(shots, lines):
    others = shots_at(1, camera="E202")
    assert silent([FIRST], shots_at(*shots) + others, lines_at(*lines)) == []


def test_every_camera_of_a_room_has_its_own_reader():
    shots = shots_at(*FIVE) + shots_at(*FIVE, camera="E201-2")
    assert silent([FIRST], shots, lines_at(*FIVE)) == [
        ("S514", 2, "信工楼E201 09:00 文学院，E201-2: 5 张，0 人次")
    ]


def test_a_camera_of_which_no_file_came_is_silent_all_day():
    lines = lines_at(*FIVE, *ONE_HOUR_LATER)
    found = silent([FIRST, SECOND], shots_at(0, camera="E202"), lines)
    assert [line[:2] for line in found] == [("S515", 2), ("S515", 3)]


def test_pictures_without_a_moment_may_be_those_that_are_lacking():
    untimed = [shot(f"E201/{number}.jpg", None) for number in range(5)]
    assert silent([FIRST], untimed, lines_at(*FIVE)) == []
    assert [line[0] for line in silent([FIRST], untimed[:4], lines_at(*FIVE))] == ["S515"]


@pytest.mark.parametrize(
    ("mode", "is_told"), [("swipe", True), ("code", True), ("ticket", False), ("named", False)]
)
def test_only_a_reader_at_the_camera_can_be_silent(mode, is_told):
    found = silent([FIRST], shots_at(*FIVE), lines_at(*ONE_HOUR_LATER), mode)
    assert [line[0] for line in found] == (["S514"] if is_told else [])


def test_without_a_log_no_reader_is_silent():
    assert silent([FIRST], shots_at(*FIVE), []) == []


def test_a_day_is_not_another_days():
    lines = lines_at(*(second + 24 * HOUR for second in FIVE))
    assert [line[:2] for line in silent([FIRST, NEXT_DAY], shots_at(*FIVE), lines)] == [
        ("S514", 2),
        ("S515", 3),
    ]


# -- rooms ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("camera", "rooms"),
    [
        ("E201", ["信工楼E201"]), ("E201-2", ["信工楼E201"]), ("信工楼E201", ["信工楼E201"]),
        ("01", ["信工楼E201"]),
        ("E2", []), ("", []), ("-2", []),
    ],
)  # fmt: skip
def test_a_camera_stands_where_the_rooms_name_ends_in_its_own(camera, rooms):
    schedule = schedule_of(FIRST, session(room_name="信工楼E202"))
    found = camera_rooms(pl.DataFrame({"camera_name": [camera]}), schedule)
    assert found["room_name"].to_list() == rooms


def test_a_camera_that_may_stand_in_two_rooms_tells_nothing_of_either():
    schedule = schedule_of(FIRST, session(room_name="文科楼E201"))
    rooms = camera_rooms(pl.DataFrame({"camera_name": ["E201"]}), schedule)
    assert rooms.height == 2
    assert stations(rooms, schedule).is_empty()


@pytest.mark.parametrize(("mode", "lost"), [("swipe", ["A", "B"]), ("ticket", ["A"])])
def test_a_desk_at_which_numbers_are_drawn_is_no_camera(mode, lost):
    cameras = cameras_of(
        captures_of(shot("A/1.jpg"), shot("E201/1.jpg")), log_of(log_line(camera_name="B")), mode
    )
    schedule = schedule_of(FIRST)
    found = cameras_nowhere(cameras, camera_rooms(cameras, schedule), schedule)
    assert found["seen"].to_list() == lost
    assert found["limit"].unique().to_list() == ["信工楼E201"]


def test_without_a_schedule_no_camera_is_out_of_it():
    cameras = cameras_of(captures_of(shot("A/1.jpg")), log_of(), "swipe")
    nothing = schedule_of()
    assert cameras_nowhere(cameras, camera_rooms(cameras, nothing), nothing).is_empty()


# -- clocks --------------------------------------------------------------------------------------------------


def clocks_of(*lines):
    """Clocks of (camera, day, seconds fast); None seconds could not be told."""
    known = [{"camera_name": camera, "day": day, "correction_s": fast_s} for camera, day, fast_s in lines]
    return pl.DataFrame(known, schema=NO_CLOCKS.schema)


def put_right(shots, *clocks):
    """By how many seconds each capture was put back; None for those whose moment is then unknown."""
    captures = captures_of(*shots)
    put = on_log_clock(captures, clocks_of(*clocks))
    assert put.drop("taken_at").equals(captures.drop("taken_at"))
    return ((captures["taken_at"] - put["taken_at"]).dt.total_milliseconds() / 1000).to_list()


DAY, NEXT = date(2020, 11, 19), date(2020, 11, 20)


@pytest.mark.parametrize(
    ("clocks", "moved"),
    [
        ([], [0, 0, 0]),
        ([("A", DAY, 90.25)], [90.25, 0, 0]),
        ([("A", DAY, -30.0), ("A", NEXT, 0.5)], [-30, 0.5, 0]),
        ([("A", DAY, None)], [None, 0, 0]),
        ([("A", DAY, None), ("A", NEXT, 0.0)], [None, 0, 0]),
        ([("B", NEXT, -24.0 * HOUR)], [0, 0, -24 * HOUR]),
    ],
)
def test_a_clock_is_put_right_on_its_day_alone(clocks, moved):
    shots = [shot("A/1.jpg", 0), shot("A/2.jpg", 24 * HOUR), shot("B/1.jpg", 0)]
    assert put_right(shots, *clocks) == moved


def test_a_capture_without_a_moment_gets_none():
    assert put_right([shot("A/1.jpg", None)], ("A", DAY, 90.0)) == [None]


def test_where_a_clock_cannot_be_told_nobody_is_late_and_the_pace_is_known():
    shots = captures_of(*shots_at(0, 20)).with_columns(
        row=pl.Series([2, 3], dtype=pl.UInt32), state=pl.lit("used")
    )
    people, unknown = roster_of(student(1), student(2)), clocks_of(("E201", DAY, None))
    came = attend(schedule_of(NEXT_DAY), people, shots, log_of(), the_profile(), unknown)
    assert came.timing.select("is_late", "is_other_day").rows() == [(None, None)] * 2
    assert came.paces.rows() == [(1, 20.0)]


def test_who_seems_late_by_the_cameras_clock_is_not_by_the_logs():
    students = [student(serial) for serial in range(1, 31)]
    shots = [shot(f"E201/40101900000{n}.jpg" if n < 10 else f"E201/4010190000{n}.jpg", 4 * HOUR + n * 25)
             for n in range(1, 31)]  # fmt: skip
    lines = [log_line(n * 25 - 4 + n % 3, student_no=students[n - 1]["student_no"]) for n in range(1, 31)]
    day = a_day(students=students, shots=shots, lines=lines, sessions=[session(expected="30")])
    outcome = assess(day, a_campaign(), the_profile("capture"))
    assert outcome.sessions.select("late", "other_day", "captured").row(0) == (0, 0, 30)
    assert not {"S510", "S512", "S514", "S515"} & set(outcome.findings["code"])
