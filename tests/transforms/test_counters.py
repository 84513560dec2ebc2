"""What counters and clocks of a camera's folder show, each kind told once."""

from datetime import timedelta
from random import Random

import polars as pl
import pytest

from schemas.audit import FINDINGS
from tests.builders import a_campaign, a_day, captures_of, log_line, shot, student, the_profile
from transforms.assessment import assess
from transforms.counters import counter_findings

DAY = timedelta(days=1).total_seconds()


def told(*shots):
    """Each finding as its code and what was seen."""
    found = counter_findings(captures_of(*shots), {})
    assert dict(found.schema) == FINDINGS
    assert found["row"].is_null().all()
    return found.select("code", "seen").rows()


def series(*numbers, name="DSC_{:04}.JPG", folder="E201", start=0.0, **facts):
    """One shot a number, ten seconds apart."""
    return [
        shot(f"{folder}/{name.format(number)}", start + 10 * at, **facts) for at, number in enumerate(numbers)
    ]


@pytest.mark.parametrize(
    "name",
    ["DSC_{:04}.JPG", "IMG_{:04}.jpg", "_MG_{:04}.JPG", "DSC{:05}.JPG", "P100{:04}.JPG", "dsc_{:04}.jpg"],
)
def test_a_gap_is_told_by_its_numbers(name):
    assert told(*series(40, 41, 43, 46, name=name)) == [("S532", "E201 2020-11-19，3 张：0042、0044–0045")]


def test_an_unbroken_series_says_nothing():
    assert told(*series(7, 8, 9), *series(3, 4, folder="E202")) == []


@pytest.mark.parametrize(
    "name", ["40101900{:04}.JPG", "张三{:04}.JPG", "IMG_2020{:04}.JPG", "E1234{:04}.JPG", "{}.JPG"]
)
def test_other_names_have_no_counter(name):
    assert told(*series(4, 9, name=name, taken_at=None, is_resaved=True)) == []


def test_a_counter_that_turns_leaves_no_gap():
    assert told(*series(9998, 9999, 1, 2)) == []
    assert told(*series(9997, 9999, 2)) == [("S532", "E201 2020-11-19，2 张：9998、0001")]


def test_what_was_begun_anew_is_no_gap():
    assert told(*series(1, 2, 700, 701)) == []


def test_a_gap_between_days_is_none():
    assert told(*series(1, 2), *series(60, 61, start=DAY)) == []


def test_a_file_without_time_is_told_and_leaves_no_gap():
    png = shot("E201/DSC_0002.JPG", None)
    assert told(*series(1, 3, camera_body="NIKON Z 5"), png) == [
        ("S535", "E201 2020-11-19，1 张：DSC_0002.JPG")
    ]


def test_two_bodies_in_one_folder():
    shots = [*series(1, 2, camera_body="NIKON Z 5 11"), *series(80, 81, camera_body="NIKON Z 5 12")]
    assert told(*shots) == [("S533", "E201 2020-11-19，4 张：NIKON Z 5 11、NIKON Z 5 12")]
    apart = [shots[0], *series(80, folder="E202", camera_body="NIKON Z 5 12")]
    assert told(*apart) == []


def test_one_number_at_two_times_is_of_two_bodies():
    other = series(1, name="DSC_{:04} (2).JPG", start=3.0)
    assert told(*series(1, 2), *other) == [("S533", "E201 2020-11-19，2 张：DSC_0001 (2).JPG、DSC_0001.JPG")]
    assert told(*series(1, 2), *series(1, name="DSC_{:04} (2).JPG")) == [], "a copy"


def test_a_clock_that_goes_back():
    shots = [*series(1, 2), *series(3, 4, start=-600)]
    assert told(*shots) == [("S534", "E201 2020-11-19，1 张：DSC_0003.JPG 08:50:00")]


def test_files_that_were_saved_again_are_counted():
    shots = series(*range(1, 9), is_resaved=True)
    assert told(*shots) == [
        ("S536", "E201 2020-11-19，8 张：" + "、".join(f"DSC_{at:04}.JPG" for at in range(1, 6)) + "…")
    ]
    assert told(*series(1, 2, is_resaved=False)) == []


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_captures_changes_nothing(seed):
    shots = [
        *series(9990, 9991, 9999, 3, camera_body="A"), *series(4, 9, camera_body="B", is_resaved=True),
        *series(10, 11, start=-300), *series(5, 7, folder="E202"), shot("E202/DSC_0006.JPG", None),
    ]  # fmt: skip
    frame = captures_of(*shots)
    order = Random(seed).sample(range(frame.height), frame.height)
    assert counter_findings(frame[order], {}).equals(counter_findings(frame, {}))
    assert {code for code, _ in told(*shots)} == {"S532", "S533", "S534", "S535", "S536"}


def test_the_day_tells_them_without_a_student():
    shots = [shot("E201/DSC_0001.JPG", 2), shot("E201/DSC_0003.JPG", 42)]
    lines = [log_line(at, student_no=student(no)["student_no"]) for no, at in ((1, 0), (2, 40))]
    day = a_day(students=[student(1), student(2)], shots=shots, lines=lines)
    found = assess(day, a_campaign(), the_profile()).findings.filter(pl.col("code") == "S532")
    assert found.select("row", "capture_path", "severity").rows() == [(None, "E201/DSC_0003.JPG", "info")]
