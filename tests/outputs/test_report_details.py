"""The detail view's data: limits beside values, the standard's lines, what came before; no ID number."""

from datetime import datetime

import polars as pl
import pytest

from outputs.report.details import details, needs_a_look
from outputs.report.measures import Box, Point
from schemas.history import HISTORY
from tests.builders import the_profile
from tests.run_frames import a_run, capture, capture_day, enrolment, finding

SPEC = the_profile().photo
PLACE = {
    "source_width_px": 1000, "source_height_px": 1500, "crop_left_px": 100.0, "crop_top_px": -15.0,
    "crop_width_px": 720.0, "crop_height_px": 960.0, "left_eye_x_px": 190.0, "left_eye_y_px": 256.0,
    "right_eye_x_px": 290.0, "right_eye_y_px": 256.0, "eye_line_px": 256.0, "crown_px": 32.0,
    "face_width_px": 240.0, "centre_offset_px": 0.0,
}  # fmt: skip


@pytest.fixture(scope="module")
def shot():
    facts = capture("A/1.jpg", "used", row=2, **PLACE)
    told = [finding("P320", row=2, capture_path="A/1.jpg", column="crown_px", seen="32", limit="50–110 px"),
            finding("P390", row=2, capture_path="A/1.jpg", column="tilt_deg")]  # fmt: skip
    return details(a_run([enrolment(2, "rejected", capture_path="A/1.jpg")], [facts], told), SPEC).shots[
        "A/1.jpg"
    ]


def test_every_limit_stands_beside_what_was_measured(shot):
    assert [(each.fact, each.limit) for each in shot.measures] == [
        (each.fact, each.text) for each in SPEC.limits
    ]
    crown = next(each for each in shot.measures if each.fact == "crown_px")
    assert crown[2:] == (32.0, 50, 110, "px", "50–110 px", "P320", "low")
    assert {each.fact: each.broken for each in shot.measures if each.broken} == {
        "crown_px": "low", "tilt_deg": "unknown",
    }  # fmt: skip


def test_the_upper_side_is_told_too():
    facts = capture("A/1.jpg", "used", crown_px=111.0)
    told = [finding("P320", capture_path="A/1.jpg", column="crown_px")]
    found = details(a_run([], [facts], told), SPEC).shots["A/1.jpg"].measures
    assert [each.broken for each in found if each.fact == "crown_px"] == ["high"]


def test_a_value_beyond_a_limit_that_is_not_held_is_not_called_broken():
    found = details(a_run([], [capture("A/1.jpg", "orphan", crown_px=1.0)]), SPEC).shots["A/1.jpg"].measures
    assert not any(each.broken for each in found)


def test_the_lines_of_the_standard_lie_on_the_photo(shot):
    assert [(line.fact, line.axis, line.low, line.high, line.at, line.is_broken) for line in shot.guides] == [
        ("crown_px", "y", 7.81, 17.19, 5.0, True),
        ("eye_line_px", "y", 31.25, 46.88, 40.0, False),
        ("face_width_px", "x", 18.75, 31.25, 25.0, False),
        ("face_width_px", "x", 68.75, 81.25, 75.0, False),
        ("centre_offset_px", "x", 46.88, 53.12, 50.0, False),
    ]
    assert shot.eyes == (Point(39.58, 40.0), Point(60.42, 40.0))
    assert shot.crop == Box(10.0, -1.0, 72.0, 64.0)


def test_a_capture_without_a_crop_has_no_lines():
    shot = details(a_run([], [capture("A/1.jpg", "unreadable")]), SPEC).shots["A/1.jpg"]
    assert (shot.crop, shot.guides, shot.eyes, shot.source_size) == (None, (), (), None)


def test_captures_stand_in_the_order_of_their_cameras():
    shots = [
        capture("B/1.jpg", "used", camera_name="B"),
        capture("A/3.jpg", "unreadable", taken_at=None),
        capture("A/1.jpg", "used", taken_at=datetime(2020, 11, 5, 9, 2)),
        capture("A/2.jpg", "used", taken_at=datetime(2020, 11, 5, 9, 1)),
    ]
    assert list(details(a_run([], shots), SPEC).shots) == ["A/2.jpg", "A/1.jpg", "A/3.jpg", "B/1.jpg"]


def test_a_student_has_captures_findings_and_history():
    event = {
        "student_no": "401019000003", "at": "2020-11-04 18:00", "kind": "post-capture", "state": "missing",
        "codes": "L201;R114",
    }  # fmt: skip
    told = details(capture_day(), SPEC, pl.DataFrame([event], schema=HISTORY))
    student = told.students[3]
    assert (student.chosen, student.shots) == ("A/0003.jpg", ("A/0003.jpg",))
    assert {found.code for found in student.findings} == {"P320", "R114"}
    assert [(each.kind, each.codes) for each in student.history] == [("post-capture", ("L201", "R114"))]
    assert told.students[2].history == ()


def test_no_id_number_is_shown():
    frames = capture_day()
    loud = frames._replace(
        captures=frames.captures.with_columns(contradicts=pl.lit("卡号 360102199801011234")),
    )
    told = details(loud, SPEC)
    orphan = told.shots["A/360102199801011234.jpg"]
    shown = repr([shot._replace(path="") for shot in told.shots.values()])
    assert "360102199801011234" not in shown.replace(repr("A/360102199801011234.jpg"), "")
    assert orphan.shown_path == "A/3601**********1234.jpg"
    assert "3601**********1234" in orphan.evidence


def test_who_needs_a_look():
    shots = details(capture_day(), SPEC).shots
    assert [path for path, shot in shots.items() if needs_a_look(shot)] == [
        "A/0007.jpg", "A/360102199801011234.jpg", "B/E12345678.jpg",
    ]  # fmt: skip
    waiting = capture("A/1.jpg", "superseded", codes="L241")
    assert needs_a_look(details(a_run([], [waiting]), SPEC).shots["A/1.jpg"])
