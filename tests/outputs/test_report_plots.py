"""The drawings: the day as cameras saw it, distributions between limits, reasons by place and hour."""

from datetime import datetime, time

import polars as pl
import pytest

from outputs.report.drawing import BARS, draw_days, draw_spread, shares
from outputs.report.plots import BINS, heat_map, spreads
from outputs.report.timeline import GAP_MIN, MANY, Span, timeline
from tests.builders import the_profile
from tests.run_frames import SESSION, a_run, capture, finding

SPEC = the_profile().photo
ROOMS = pl.DataFrame({"camera_name": ["A"], "room_name": ["前湖 101"]})


def at(hour, minute, second=0):
    return datetime(2020, 11, 5, hour, minute, second)


def shots(*moments, **facts):
    return [
        capture(f"A/{place}.jpg", "used", taken_at=moment, **facts) for place, moment in enumerate(moments)
    ]


def the_day(captures, findings=()):
    (day,) = timeline(a_run([], captures, findings), ROOMS, SPEC)
    return day


def test_captures_are_counted_by_minute():
    day = the_day(shots(at(9, 0), at(9, 0, 40), at(9, 2)))
    assert (day.room, day.captures, day.counts) == ("前湖 101", 3, ((540, 2), (542, 1)))
    assert day.sessions == (Span(510, 690, "文学院"),)


def test_every_camera_and_day_stands_alone():
    captures = [
        capture("B/1.jpg", "used", camera_name="B"),
        capture("A/1.jpg", "used"),
        *(capture(f"A/2-{place}.jpg", "used", taken_at=datetime(2020, 11, 6, 9)) for place in range(MANY)),
        capture("A/3.jpg", "unreadable", taken_at=None),
    ]
    days = timeline(a_run([], captures), ROOMS, SPEC)
    assert [(f"{day.day:%d}", day.camera, day.room) for day in days] == [
        ("05", "A", "前湖 101"), ("05", "B", ""), ("06", "A", "前湖 101"),
    ]  # fmt: skip


def test_a_few_photos_of_another_day_are_no_course_of_it():
    captures = [capture(f"{day}.jpg", "used", taken_at=datetime(2020, 10, day, 9)) for day in range(1, 29)]
    assert timeline(a_run([], captures), ROOMS, SPEC) == []


def test_a_gap_is_within_a_session_and_long():
    minutes = [*range(31, 60, 4), 63, 63 + GAP_MIN - 1]
    day = the_day(shots(*(at(8 + minute // 60, minute % 60) for minute in minutes)))
    assert day.gaps == (Span(547.0, 690.0),)
    assert [(hour.hour, hour.gap_min) for hour in day.hours] == [(8, 0), (9, 53)]


def test_a_break_between_sessions_is_no_gap():
    frames = a_run([], shots(*(at(8, minute) for minute in range(30, 60, 3)), at(14, 1)))
    sessions = [SESSION | {"ends_at": time(9, 0)},
                SESSION | {"session_id": 2, "starts_at": time(14, 0), "ends_at": time(14, 3)}]  # fmt: skip
    frames = frames._replace(sessions=pl.DataFrame(sessions, schema=frames.sessions.schema))
    assert timeline(frames, ROOMS, SPEC)[0].gaps == ()


def test_a_gap_may_lie_across_sessions_that_follow_at_once():
    minutes = [*range(30, 58, 3), *range(63, 90, 3)]
    frames = a_run([], shots(*(at(8 + minute // 60, minute % 60) for minute in minutes)))
    sessions = [SESSION | {"ends_at": time(9, 0)},
                SESSION | {"session_id": 2, "starts_at": time(9, 0), "ends_at": time(9, 30)}]  # fmt: skip
    frames = frames._replace(sessions=pl.DataFrame(sessions, schema=frames.sessions.schema))
    assert timeline(frames, ROOMS, SPEC)[0].gaps == (Span(537, 543),)


def test_order_slips_are_marked_where_they_stand():
    codes = [None, "L214", "L214", None, "L214"]
    captures = [
        capture(f"A/{place}.jpg", "quarantined", taken_at=at(9, place), codes=code)
        for place, code in enumerate(codes)
    ]
    assert the_day(captures).slips == (Span(541, 542, "2"), Span(544, 544, "1"))


def test_drift_has_every_value_and_its_median_and_what_broke():
    captures = [capture(f"A/{place}.jpg", "used", taken_at=at(9, place), backdrop_distance=float(place * 5))
                for place in range(4)]  # fmt: skip
    told = [finding("P340", capture_path="A/3.jpg", column="backdrop_distance")]
    drift = the_day(captures, told).drifts[0]
    assert [(dot.value, dot.is_broken) for dot in drift.dots] == [
        (0, False),
        (5, False),
        (10, False),
        (15, True),
    ]
    assert drift.medians == ((545.0, 7.5),)
    assert [limit.max for limit in drift.limits] == [12]


def test_a_day_is_drawn_from_hour_to_hour():
    ((_, drawing),) = draw_days([the_day(shots(at(9, 0), at(9, 30), at(9, 30, 20), backdrop_distance=6.0))])
    assert [tick.label for tick in drawing.hours] == ["8:00", "9:00", "10:00", "11:00", "12:00"]
    assert (drawing.x(480), drawing.x(720)) == (0, 1000)
    assert drawing.most == 2
    assert drawing.bars == f"M250.4 {BARS}v-{BARS // 2}M375.4 {BARS}v-{BARS}"
    assert drawing.strips[0].bad == ""
    assert drawing.strips[0].good.count("h0") == 3


def test_cameras_of_one_date_have_the_same_hours():
    captures = [capture("A/1.jpg", "used", taken_at=at(7, 0)), capture("B/1.jpg", "used", camera_name="B")]
    drawn = draw_days(timeline(a_run([], captures), ROOMS, SPEC))
    assert [drawing.hours[0].label for _, drawing in drawn] == ["7:00", "7:00"]


def test_a_spread_puts_every_value_in_a_bin():
    captures = shots(*(at(9, minute) for minute in range(20)))
    for place, line in enumerate(captures):
        line["eye_line_px"] = 190.0 + place
    (spread,) = spreads(a_run([], captures).captures, SPEC)
    assert (spread.fact, spread.measured, spread.kept) == ("eye_line_px", 20, 10)
    assert sum(each.captures for each in spread.bins) == 20
    assert len(spread.bins) == BINS
    assert spread.bins[0].low <= 190
    assert spread.bins[-1].high >= 300
    assert spread.median == 199.5
    below = [each for each in spread.bins if each.high <= 200]
    assert all(each.is_beyond for each in below)


def test_a_wild_value_stands_in_the_outermost_bin():
    captures = shots(*(at(9, minute % 60) for minute in range(300)), backdrop_distance=1.0)
    captures[0]["backdrop_distance"] = 90.0
    (spread,) = spreads(a_run([], captures).captures, SPEC)
    assert spread.bins[-1].high < 30
    assert (spread.bins[-1].captures, spread.kept) == (1, 299)


def test_a_spread_is_drawn_between_its_limits():
    (spread,) = spreads(a_run([], shots(at(9, 0), at(9, 1), crown_px=80.0)).captures, SPEC)
    drawing = draw_spread(spread)
    assert [tick.label for tick in drawing.limits] == ["50", "110"]
    assert 0 < drawing.limits[0].at < drawing.median.at < drawing.limits[1].at < 1000
    assert (drawing.within.count("M"), drawing.beyond) == (1, "")


def test_what_lies_beyond_its_limit_is_drawn_apart():
    captures = shots(at(9, 0), at(9, 1))
    captures[0]["crown_px"], captures[1]["crown_px"] = 80.0, 20.0
    (spread,) = spreads(a_run([], captures).captures, SPEC)
    drawing = draw_spread(spread)
    assert (drawing.within.count("M"), drawing.beyond.count("M")) == (1, 1)


def test_reasons_stand_by_camera_and_hour():
    captures = [capture("A/1.jpg", "used"), capture("A/2.jpg", "used", taken_at=at(10, 0)),
                capture("B/1.jpg", "used", camera_name="B")]  # fmt: skip
    told = [finding("P350", capture_path=path) for path in ("A/1.jpg", "A/2.jpg", "B/1.jpg", "B/1.jpg")]
    told += [
        finding("P351", capture_path="A/2.jpg"),
        finding("P304", capture_path="A/1.jpg"),
        finding("R101", row=2),
    ]
    heat = heat_map(a_run([], captures, told))
    assert [(column.camera, column.hour, column.captures) for column in heat.columns] == [
        ("A", 9, 1), ("A", 10, 1), ("B", 9, 1),
    ]  # fmt: skip
    assert [(row.code, row.counts) for row in heat.rows] == [("P350", (1, 1, 1)), ("P351", (0, 1, 0))]
    assert heat.most == 1


@pytest.mark.parametrize(
    ("counts", "parts"), [((3, 1, 0), [(0, 75), (75, 25), (100, 0)]), ((0, 0), [(0, 0), (0, 0)])]
)
def test_parts_of_a_bar_follow_one_another(counts, parts):
    assert shares(counts) == parts
