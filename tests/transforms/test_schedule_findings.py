"""The schedule held against itself."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders import schedule_of, session, total, totals_of
from transforms.schedule_findings import schedule_findings


def told(*lines):
    """What is said of the lines of a schedule: code, sheet row, column, value seen, limit."""
    found = schedule_findings(schedule_of(*lines), totals_of(*lines), {})
    assert found["input"].unique().to_list() in ([], ["schedule"])
    return found.select("code", "sheet_row", "column", "seen", "limit").rows()


def test_a_wrong_weekday_is_told_once_a_date_at_its_first_line():
    other = session(weekday="周一", held_on="2020-11-20", unit_name="法学院", starts_at="09:00")
    assert told(session(weekday="周一"), session(weekday="周一", room_name="E202"), other) == [
        ("S501", 2, "weekday", "2020-11-19 周一", "周四"),
        ("S501", 4, "weekday", "2020-11-20 周一", "周五"),
        ("S508", 2, "unit_name", "文学院硕士 2 场", None),
    ]


# -- totals --------------------------------------------------------------------------------------------------


def two_rooms_and_days():
    """Two rooms on two days, 10 + 20, 30 + 40 and, on the second day, 50 in the first room again."""
    day = [
        session(unit_name=f"{serial}院", room_name=room, starts_at=f"{hour:02}:00",
                ends_at=f"{hour + 1:02}:00", expected=str(10 * serial))
        for serial, (room, hour) in enumerate([("E201", 9), ("E201", 10), ("E202", 9), ("E202", 10)], start=1)
    ]  # fmt: skip
    later = session(unit_name="5院", room_name="E201", held_on="2020-11-20", weekday="周五", expected="50")
    return [*day, later]


first, second, third, fourth, fifth = two_rooms_and_days()
sixth = fifth | {"unit_name": "6院", "starts_at": "13:00", "ends_at": "14:00", "expected": "60"}
elsewhere = fifth | {"unit_name": "7院", "room_name": "E202", "expected": "70"}


@pytest.mark.parametrize(
    "lines",
    [
        [first, second, total("总计", 30), third, fourth, total("总计", 70), fifth, total("总计", 50)],
        [first, second, total("小计", 30), third, fourth, total("小计", 70), total("11月19日合计", 100),
         fifth, total("合计", 50), total("总 计：", "150人")],
        [first, second, third, fourth, fifth, total("总计", 150)],
        [first, total("小计", 10), second, total("小计", 20), total("合计", 30)],
        [first, third, second, fourth, total("E201合计", 30), total("合计", 70, room_name="E202"),
         total("总计", 100)],
        [first, second, third, fourth, total("总计", 100), fifth, total("总计", 150)],
        [first, fifth, total("上午小计", 50), elsewhere, total("合计", 120)],
        [first, elsewhere, fifth, total("上午小计", 50), sixth, total("合计", 110)],
        [first, second, third, fourth, fifth, total("硕士合计", 150), total("5院小计", 50)],
        [total("总计", 150), first, second, third, fourth, fifth],
        [first, second, third, total("合计 60 人", None)],
    ],
    ids=["a room", "a day", "all", "half a day", "by room", "running", "of the day", "of room and day",
         "by level", "on top", "in the cell"],
)  # fmt: skip
def test_a_total_may_mean_any_of_the_usual_sums(lines):
    assert told(*lines) == []


@pytest.mark.parametrize(
    ("lines", "row", "seen", "limit"),
    [
        ([first, second, total("总计", 31), third, total("总计", 30)], 4, "总计 31", "30"),
        ([first, second, total("总计", 30), third, total("总计", 59)], 6, "总计 59", "60"),
        ([first, second, total("总计", 30), third, fourth, total("总计", 30)], 7, "总计 30", "70"),
        ([first, second, total("小计", None)], 4, "小计 –", "30"),
        ([first, second, total("小计", "若干")], 4, "小计 –", "30"),
        ([first, third, total("E201合计", 11)], 4, "E201合计 11", "10"),
    ],
    ids=["a room", "all", "another room's", "no head count", "no number", "by room"],
)
def test_a_total_that_does_not_re_add_is_told_with_the_nearest_sum(lines, row, seen, limit):
    assert told(*lines) == [("S505", row, "expected", seen, limit)]


@settings(max_examples=15, deadline=None)
@given(st.lists(st.lists(st.integers(0, 500), min_size=1, max_size=5), min_size=1, max_size=4), st.data())
def test_totals_of_rooms_re_add_and_a_spoilt_one_is_found(rooms, data):
    lines, at = [], []
    for number, heads in enumerate(rooms):
        lines += [
            session(room_name=f"E{number}", unit_name=f"{number}-{serial}院", starts_at=f"{serial + 8:02}:00",
                    ends_at=f"{serial + 9:02}:00", expected=str(count))
            for serial, count in enumerate(heads)
        ]  # fmt: skip
        at.append(len(lines))
        lines.append(total("总计", sum(heads)))
    lines.append(total("合计", sum(map(sum, rooms))))
    assert told(*lines) == []
    spoilt = data.draw(st.sampled_from([*at, len(lines) - 1]))
    lines[spoilt] = total("总计", 10_000)
    assert [line[:2] for line in told(*lines)] == [("S505", spoilt + 2)]


@pytest.mark.parametrize("unit", ["会计学院", "统计学院", "设计艺术学院", "合计算法研究院"])
def test_a_unit_that_sounds_like_a_total_is_a_session(unit):
    lines = [session(unit_name=unit)]
    assert schedule_of(*lines)["unit_name"].to_list() == [unit]
    assert totals_of(*lines).is_empty()


def test_sessions_count_on_across_totals():
    lines = [first, total("总计", 10), third]
    assert schedule_of(*lines).select("session_id", "row").rows() == [(1, 2), (2, 4)]


# -- sessions ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "limit"),
    [
        ({"starts_at": "12:00", "ends_at": "13:00"}, None),
        ({"starts_at": "08:00", "ends_at": "09:00"}, None),
        ({"room_name": "信工楼E202"}, None),
        ({"held_on": "2020-11-26"}, None),
        ({"starts_at": "11:59", "ends_at": "13:00"}, "≥ 12:00（第 2 行 文学院）"),
        ({"starts_at": "09:00", "ends_at": "12:00"}, "≥ 12:00（第 2 行 文学院）"),
    ],
)
def test_sessions_of_one_room_may_not_overlap(change, limit):
    begins = change.get("starts_at", "09:00")
    meant = [] if limit is None else [("S506", 3, "starts_at", f"信工楼E201 {begins} 理学院", limit)]
    assert told(session(), session(unit_name="理学院", **change)) == meant


def test_an_overlap_is_told_at_the_later_session():
    lines = [session(starts_at="10:00"), session(unit_name="理学院", starts_at="08:00", ends_at="10:30")]
    assert [line[:2] for line in told(*lines)] == [("S506", 2)]


@pytest.mark.parametrize(("ends_at", "is_wrong"), [("08:59", True), ("09:00", True), ("09:01", False)])
def test_a_session_ends_after_it_begins(ends_at, is_wrong):
    meant = [("S507", 2, "ends_at", f"09:00–{ends_at}", "> 09:00")] if is_wrong else []
    assert told(session(ends_at=ends_at)) == meant


def test_a_session_that_ends_before_it_begins_overlaps_with_none():
    lines = [session(starts_at="10:00", ends_at="09:00"), session(unit_name="理学院", starts_at="09:30")]
    assert [line[:2] for line in told(*lines)] == [("S507", 2)]


@pytest.mark.parametrize(
    ("change", "is_split"),
    [({}, True), *(({name: other}, False) for name, other in
                   [("level_name", "博士"), ("level_name", None), ("unit_name", "理学院")])],
)  # fmt: skip
def test_a_unit_in_several_sessions_is_told(change, is_split):
    second = session(starts_at="13:00", ends_at="14:00") | change
    assert told(session(), second) == (
        [("S508", 2, "unit_name", "文学院硕士 2 场", None)] if is_split else []
    )
