"""Who stands on the sheets, in which order, and what is asked of them."""

import polars as pl

from schemas.audit import ENROLMENTS
from schemas.reasons import Reason
from schemas.sheets import TURNS, turn_of
from tests.run_frames import enrolment, finding
from transforms.sheets import NO_CLASS, NO_UNIT, faceless, in_order, recalls


def people(*lines) -> pl.DataFrame:
    return pl.DataFrame(list(lines), schema=ENROLMENTS)


def found(*lines) -> pl.DataFrame:
    columns = {
        "row": pl.UInt32,
        "code": pl.String,
        "severity": pl.String,
        "seen": pl.String,
        "waived": pl.String,
    }
    return pl.DataFrame([{name: line.get(name) for name in columns} for line in lines], schema=columns)


def test_units_and_classes_come_as_the_roster_has_them_and_students_by_number():
    lines = people(
        enrolment(2, "missing", unit_name="理学院", class_name="二班"),
        enrolment(3, "missing", unit_name="法学院", class_name="一班"),
        enrolment(4, "missing", unit_name="理学院", class_name="一班"),
        enrolment(6, "missing", unit_name=None, class_name=None, student_no=None),
        enrolment(5, "missing", unit_name="理学院", class_name="二班", student_no="1"),
    )
    assert in_order(lines).select("unit_name", "class_name", "row").rows() == [
        ("理学院", "二班", 5), ("理学院", "二班", 2), ("理学院", "一班", 4), ("法学院", "一班", 3),
        (NO_UNIT, NO_CLASS, 6),
    ]  # fmt: skip


def test_a_student_of_two_rows_stands_once_with_the_reasons_of_both():
    lines = people(
        enrolment(2, "rejected", student_no="7"), enrolment(3, "missing", student_no="7"),
        enrolment(4, "rejected", student_no=None), enrolment(5, "rejected", student_no=None),
    )  # fmt: skip
    reasons = found(
        finding("R102", row=2), finding("R102", row=3), finding("L201", row=3), finding("R101", row=4),
        finding("L202", row=5), finding("P330", row=5, waived="甲：可以"),
    )  # fmt: skip
    told = recalls(lines, reasons)
    assert told.select("student_no", "turns", "state", "reasons").rows() == [
        ("7", "补拍、更正信息", "退回；缺拍", "学号在名册中出现不止一次；没有拍摄"),
        (None, "更正信息", "退回", "没有学号"),
        (None, "等候核对", "退回", "拍到的照片人像对应存疑"),
    ]
    assert faceless(lines, reasons, pl.Series(dtype=pl.String)).height == 3


def test_whom_the_office_still_checks_is_not_called():
    told = recalls(people(enrolment(2, "rejected")), found(finding("L202", row=2)))
    assert told["advice"].to_list() == ["学校核对中，暂不必来；需要补拍时另行通知"]


def test_whose_photo_the_vendor_refused_is_called_though_it_was_accepted():
    lines = people(enrolment(2, "accepted"), enrolment(3, "accepted"), enrolment(4, "locked"))
    refused = found(finding("R184", row=2), finding("R185", row=3), finding("R184", row=4))
    told = recalls(lines, refused)
    assert told.select("student_no", "turns", "state", "reasons").rows() == [
        ("401019000002", "补拍", "退片", "采集单位退回了已上报的照片")
    ]


def test_whom_a_person_asked_to_come_again_is_told_why():
    asked = found(finding("L248", row=2, seen="头发遮住眉毛"), finding("P350", row=2, seen="9.1"))
    told = recalls(people(enrolment(2, "rejected")), asked)
    assert told.select("turns", "reasons").rows() == [
        ("补拍", "由人决定补拍，已有的照片不用：头发遮住眉毛；照片清晰度不合格")
    ]


def test_every_reason_is_somebodys_turn():
    assert {turn_of(reason) for reason in Reason} == set(TURNS)


def test_an_accepted_student_in_no_bundle_is_told_as_such():
    told = faceless(people(enrolment(2, "accepted")), found(), pl.Series(dtype=pl.String))
    assert told.select("state", "reasons").rows() == [("合格，尚未上报", None)]
