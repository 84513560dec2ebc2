"""How fast a camera worked, and which slots are too short for it."""

from datetime import date

import polars as pl
import pytest

from tests.builders import captures_of, schedule_of, session, shot, the_profile
from transforms.cameras import camera_rooms, cameras_of, stations
from transforms.pace import day_paces, session_paces, slots_too_short, turns

RULES = the_profile().timetable
NO_LOG = pl.DataFrame(schema={"camera_name": pl.String})


def taken(*shots, state="used"):
    """Captures of (camera, second, row)."""
    frame = captures_of(
        *(shot(f"{camera}/{number}.jpg", second) for number, (camera, second, _) in enumerate(shots))
    )
    rows = {f"{camera}/{number}.jpg": row for number, (camera, _, row) in enumerate(shots)}
    linked = pl.DataFrame(
        {"capture_path": list(rows), "row": list(rows.values())},
        schema={"capture_path": pl.String, "row": pl.UInt32},
    )
    joined = frame.join(linked, on="capture_path", how="left", validate="1:1", maintain_order="left")
    return joined.with_columns(state=pl.lit(state))


def gaps(*shots, **changes):
    return turns(taken(*shots, **changes))["gap_s"].to_list()


def test_a_turn_begins_with_a_students_first_shot():
    assert gaps(("A", 0, 2), ("A", 8, 2), ("A", 20, 3), ("A", 45, 4)) == [None, 20, 25]


def test_whoever_comes_back_has_had_a_turn():
    assert gaps(("A", 0, 2), ("A", 20, 3), ("A", 40, 2), ("A", 50, 4)) == [None, 20, 30]


def test_every_camera_and_day_is_counted_by_itself():
    assert gaps(("A", 0, 2), ("B", 5, 3), ("A", 20, 4), ("A", 86_400, 5)) == [None, 20, None, None]


def test_what_is_nobodys_or_has_no_moment_is_no_turn():
    assert gaps(("A", 0, 2), ("A", None, 3), ("A", 10, None), ("A", 30, 4)) == [None, 30]
    assert gaps(("A", 0, 2), ("A", 9, 3), state="quarantined") == []


def steadily(count, pace, camera="E201", first_row=2, start=0):
    return [(camera, start + pace * number, first_row + number) for number in range(count)]


@pytest.mark.parametrize(("students", "known"), [(20, []), (21, [("E201", date(2020, 11, 19), 24.0)])])
def test_enough_students_tell_the_pace_of_a_day(students, known):
    assert day_paces(turns(taken(*steadily(students, 24))), RULES).rows() == known


def test_a_break_does_not_change_the_pace():
    shots = steadily(12, 24) + steadily(12, 24, first_row=50, start=5 * 3600)
    assert day_paces(turns(taken(*shots)), RULES)["pace_s"].to_list() == [24.0]


def test_a_sessions_pace_is_that_of_its_own_students_in_succession():
    shots = [("A", 0, 2), ("A", 20, 3), ("A", 120, 4), ("A", 130, 5), ("B", 0, 6), ("B", 70, 7)]
    shots += [("B", 80, 99), ("B", 190, 7), ("C", 0, 98), ("C", 5, 7)]
    sessions = pl.DataFrame(
        {"row": [2, 3, 4, 5, 6, 7], "session_id": [1, 1, 2, 2, 2, 1]},
        schema={"row": pl.UInt32, "session_id": pl.UInt32},
    )
    assert session_paces(turns(taken(*shots)), sessions).rows() == [(1, 20.0), (2, 10.0)]


def too_short(sessions, shots):
    schedule, captures = schedule_of(*sessions), taken(*shots)
    rooms = camera_rooms(cameras_of(captures, NO_LOG, "named"), schedule)
    found = slots_too_short(schedule, stations(rooms, schedule), day_paces(turns(captures), RULES), RULES)
    return found.select("sheet_row", "seen", "limit").rows()


def ten_minutes(heads, **changes):
    return session(starts_at="11:40", ends_at="11:50", expected=str(heads)) | changes


def test_before_the_day_the_profile_says_how_fast_it_goes():
    assert too_short([ten_minutes(36)], []) == []
    seen, limit = "信工楼E201 11:40 文学院: 37 人，10.0 分钟", "≥ 10.3 分钟（每人 16.6 秒）"
    assert too_short([ten_minutes(37)], []) == [(2, seen, limit)]


@pytest.mark.parametrize(("heads", "limit"), [(25, None), (26, "≥ 10.4 分钟（每人 24.0 秒）")])
def test_on_the_day_the_camera_says(heads, limit):
    found = too_short([ten_minutes(heads)], steadily(21, 24))
    assert [line[2] for line in found] == ([] if limit is None else [limit])


@pytest.mark.parametrize(("heads", "is_short"), [(50, False), (51, True)])
def test_two_cameras_take_two_at_a_time(heads, is_short):
    shots = steadily(21, 24) + steadily(21, 24, camera="E201-2", first_row=50)
    assert bool(too_short([ten_minutes(heads)], shots)) == is_short


@pytest.mark.parametrize("change", [{"held_on": "2020-11-20"}, {"room_name": "信工楼E202"}])
def test_another_day_or_room_has_its_own_pace(change):
    assert too_short([ten_minutes(36, **change)], steadily(21, 24)) == []


def test_a_session_that_ends_before_it_begins_is_not_called_short():
    assert too_short([ten_minutes(36, ends_at="11:30")], []) == []


@pytest.mark.parametrize(("heads", "limit"), [(15, None), (16, "≥ 10.7 分钟（每人 40.0 秒）")])
def test_a_camera_that_waited_for_students_tells_no_slower_pace_than_the_slowest(heads, limit):
    found = too_short([ten_minutes(heads)], steadily(21, 500))
    assert [line[2] for line in found] == ([] if limit is None else [limit])
