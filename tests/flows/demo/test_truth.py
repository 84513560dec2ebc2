"""The truth: one line per planted thing, and a check that sees what a run got wrong."""

import csv
from pathlib import Path

import pytest

from flows.demo.day import SEED, plan_day, write_inputs
from flows.demo.faults import FAULTS, LET_IN, NOT_CAPTURED, STRANGERS
from flows.demo.truth import Planted, check_truth, missing_codes, read_truth, unlisted_codes
from schemas.audit import CAPTURES, ENROLMENTS, FINDINGS


@pytest.fixture
def day(tmp_path) -> Path:
    """A day, and the audit of a run that got everything right."""
    write_inputs(tmp_path, plan_day(120, SEED))
    write_audit(tmp_path / "audit", read_truth(tmp_path / "truth.csv"))
    return tmp_path


def write_audit(audit: Path, truth: list[Planted]) -> None:
    audit.mkdir(exist_ok=True)
    enrolments = [{"row": t.row, "state": t.state, "codes": f"S503;{t.code}"} for t in truth if t.row]
    captures = [
        {"capture_path": t.capture_path, "state": t.capture_state, "codes": t.code}
        for t in truth
        if t.capture_path
    ]
    write(audit / "enrolments.csv", ENROLMENTS, enrolments)
    write(audit / "captures.csv", CAPTURES, captures)
    rejects = [
        {"code": code, "row": t.row, "capture_path": t.capture_path}
        for t in truth
        for code in t.code.split(";")
    ]
    write(audit / "rejects.csv", FINDINGS, rejects)


def write(path: Path, columns, rows) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as lines:
        writer = csv.DictWriter(lines, list(columns))
        writer.writeheader()
        writer.writerows(rows)


def test_each_kind_has_a_line(day):
    kinds = {line.fault for line in read_truth(day / "truth.csv")}
    assert kinds == {*(f.name for f in FAULTS), *(s.name for s in STRANGERS), *NOT_CAPTURED, *LET_IN}


def test_no_student_has_two_faults(day):
    numbers = [
        line.student_no
        for line in read_truth(day / "truth.csv")
        if line.student_no and line.fault != "row_doubled"
    ]
    assert len(numbers) == len(set(numbers))


def test_rows_are_the_sheets(day):
    plan = plan_day(120, SEED)
    for line in read_truth(day / "truth.csv"):
        if line.row:
            assert plan.roster[int(line.row) - 2]["学号"] == line.student_no


def test_paths_are_the_students(day):
    frames = {frame.path: frame for frame in plan_day(120, SEED).lineup.frames}
    for line in read_truth(day / "truth.csv"):
        assert bool(line.capture_path) == bool(line.capture_state)
        if line.student_no and line.capture_path:
            assert frames[line.capture_path].key == line.student_no


def test_a_right_run_is_found_right(day):
    found = check_truth(day, day / "audit")
    assert (found.found, found.missed) == (found.planted, [])
    assert found.planted == len(read_truth(day / "truth.csv"))


@pytest.mark.parametrize(("file", "column"), [("enrolments", "state"), ("captures", "state")])
def test_a_wrong_state_is_missed(day, file, column):
    path = day / "audit" / f"{file}.csv"
    with path.open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(lines))
    rows[0][column] = "nowhere"
    write(path, rows[0], rows)
    found = check_truth(day, day / "audit")
    assert found.found == found.planted - 1
    assert "nowhere" in found.missed[0]


def test_someone_lost_is_missed(day):
    write_audit(day / "audit", read_truth(day / "truth.csv")[1:])
    found = check_truth(day, day / "audit")
    assert len(found.missed) == 1
    assert "none" in found.missed[0]


LINE = Planted("jpeg_truncated", "1", "2", "E201/DSC_0001.JPG", "rejected", "unreadable", "L203;P301")


def test_every_code_is_asked_for():
    assert missing_codes(LINE, {"codes": "L203"}, {"codes": "L220;P301"}) == []
    assert missing_codes(LINE, {"codes": "L203"}, {"codes": ""}) == ["without P301"]


def test_every_code_is_to_be_listed():
    assert unlisted_codes(LINE, {("L203", "2"), ("P301", "E201/DSC_0001.JPG")}) == []
    assert unlisted_codes(LINE, {("L203", "3"), ("P301", "")}) == [
        "L203 not in rejects.csv",
        "P301 not in rejects.csv",
    ]


def test_no_sentence_holds_personal_data(day):
    write_audit(day / "audit", [])
    numbers = {row["证件号码"] for row in plan_day(120, SEED).roster}
    said = " ".join(check_truth(day, day / "audit").missed)
    assert not any(str(number) in said for number in numbers)
