"""A damaged number is reported and fits nobody; one that only looks odd is tidied, and that is reported."""

from functools import cache

import polars as pl
import pytest

from schemas.audit import FINDINGS
from tests.builders import (
    a_campaign,
    a_day,
    captures_of,
    citizen_no,
    log_line,
    log_of,
    roster_of,
    shot,
    student,
    the_profile,
)
from transforms.assessment import assess
from transforms.key_damage import damage_findings, tidied_log_findings, tidied_name_findings
from transforms.keys import file_identities, line_identities

RULES = the_profile().linking
WHERE = {"rules": RULES, "severities": {}}
ID = citizen_no(451)
LED = "0019000001"
PEOPLE = [
    student(1, document_no=ID),
    student(2, document_type="护照", document_no=LED),
    student(3, unique_no="360102199801310451"),
]
"""Somebody with an ID number, somebody whose passport begins with noughts, one with a long unique number."""


@cache
def the_roster():
    """The three, cleaned."""
    return roster_of(*PEOPLE)


DAMAGED = [
    (f"{float(ID):.5E}", "被写成科学计数法；若能复原，对应 2 名学生"),
    (f"{float(ID):.14E}", "被写成科学计数法；若能复原，对应 1 名学生"),
    ("4.01019E+11", "被写成科学计数法；若能复原，对应 3 名学生"),
    ("4.0102E+11", "被写成科学计数法；若能复原，对应 3 名学生"),
    ("4E+11", "被写成科学计数法；若能复原，对应 3 名学生"),
    ("9.9E+11", "被写成科学计数法；若能复原，对应 0 名学生"),
    ("401019000002.0", "多出小数；若能复原，对应 1 名学生"),
    ("501019000002.00", "多出小数；若能复原，对应 0 名学生"),
    (ID[:15] + "000", "末几位变成了 0；若能复原，对应 1 名学生"),
    ("36010219980131000", None),
    (LED.lstrip("0"), "前面的 0 有增减；若能复原，对应 1 名学生"),
    ("0" + LED, "前面的 0 有增减；若能复原，对应 1 名学生"),
    (LED[1:], "前面的 0 有增减；若能复原，对应 1 名学生"),
    (ID[:17], "后面被截短；若能复原，对应 1 名学生"),
    (ID[:14], "后面被截短；若能复原，对应 2 名学生"),
]


def logged(**cells):
    """What is said of a log of one line."""
    return damage_findings(captures_of(), log_of(log_line(**cells)), the_roster(), **WHERE)


def named(name):
    """What is said of the name of one file."""
    return damage_findings(captures_of(shot(f"E201/{name}")), log_of(), the_roster(), **WHERE)


@pytest.mark.parametrize(("number", "limit"), DAMAGED)
@pytest.mark.parametrize("column", ["document_no", "student_no"])
def test_a_damaged_number_in_the_log_is_reported_and_fits_nobody(column, number, limit):
    found = logged(**{column: number})
    assert dict(found.schema) == FINDINGS
    told = [("L222", "warn", column, limit, "capture_log", 2)] if limit else []
    assert found.select("code", "severity", "column", "limit", "input", "sheet_row").rows() == told
    log = log_of(log_line(**{column: number}))
    assert line_identities(log, the_roster(), RULES)["row"].to_list() == [None]


@pytest.mark.parametrize(("number", "limit"), DAMAGED)
def test_a_damaged_number_in_a_file_name_is_reported_and_fits_nobody(number, limit):
    found = named(f"张三_{number}.jpg")
    told = [("L222", "warn", "file_name", limit, None)] if limit and len(number) >= 8 else []
    assert found.select("code", "severity", "column", "limit", "sheet_row").rows() == told
    captures = captures_of(shot(f"E201/{number}.jpg"))
    rows = file_identities(captures, log_of(), the_roster(), RULES)["row"].to_list()
    assert rows in ([], [None])


@pytest.mark.parametrize("number", [ID, "401019000001", citizen_no(77), "X1234567", "12", None])
def test_whole_numbers_and_strangers_are_not_damaged(number):
    assert logged(document_no=number).is_empty()
    assert named(f"{number}.jpg").is_empty()


@pytest.mark.parametrize("name", ["20201119_090002.jpg", "DSC_0001.JPG", "IMG_20201119.jpg", "1E201_1.jpg"])
def test_what_cameras_write_is_not_damaged(name):
    assert named(name).is_empty()


def test_a_line_is_reported_once_and_its_number_is_not_shown():
    found = logged(document_no=ID[:17], student_no="401019000001.0")
    assert found.height == 1
    assert not pl.Series([ID[:17], "401019000001.0"]).is_in(found["seen"].implode()).any()


# -- tidied --------------------------------------------------------------------------------------------------

TIDIED = [
    "'401019000001",
    "４０１０１９０００００１",
    " 401019000001",
    "4010 1900 0001",
    "401019000001\u200b",
]


def sent_of(**cells):
    """A log of one line as it was sent."""
    schema = {"row": pl.UInt32, **dict.fromkeys(log_line(), pl.String)}
    return pl.DataFrame([{"row": 2} | log_line(**cells)], schema=schema)


@pytest.mark.parametrize("number", [*TIDIED, "36010219990115006x"])
def test_a_number_that_is_tidied_in_the_log_is_reported_once_and_fits(number):
    cells = {"document_no": number, "student_no": " 401019000001 "}
    found = tidied_log_findings(sent_of(**cells), log_of(log_line(**cells)), {})
    assert found.select("code", "severity", "input", "sheet_row").rows() == [
        ("L223", "info", "capture_log", 2)
    ]
    assert number not in found["seen"].to_list()


def test_clean_lines_are_not_reported():
    cells = {"document_no": ID, "ticket_no": "12", "unique_no": "  "}
    assert tidied_log_findings(sent_of(**cells), log_of(log_line(**cells)), {}).is_empty()


@pytest.mark.parametrize("number", TIDIED[:2])
def test_a_file_name_that_is_tidied_is_reported_and_fits(number):
    captures, roster = captures_of(shot(f"E201/张三_{number}.jpg")), the_roster()
    found = tidied_name_findings(captures, roster, **WHERE)
    assert found.select("code", "column", "capture_path").rows() == [
        ("L223", "file_name", captures["capture_path"][0])
    ]
    assert file_identities(captures, log_of(), roster, RULES)["row"].to_list() == [2]


@pytest.mark.parametrize("name", ["401019000001.JPG", "dsc_0001.jpg", "张三_１２.jpg"])
def test_other_file_names_are_not_tidied(name):
    assert tidied_name_findings(captures_of(shot(f"E201/{name}")), the_roster(), **WHERE).is_empty()


def test_a_small_x_in_a_file_name_is_tidied():
    person = student(35, document_no=citizen_no(35, born="19990115"))
    name = f"E201/{person['document_no'].lower()}.jpg"
    found = tidied_name_findings(captures_of(shot(name)), roster_of(person), **WHERE)
    assert found["code"].to_list() == ["L223"]
    assert found["seen"].str.contains("*", literal=True).all()


def test_an_assessment_tells_of_damaged_and_tidied_numbers():
    shots = [shot("E201/401019000001.jpg"), shot("E201/４０１０１９０００００１.jpg", 3)]
    day = a_day(shots=shots, lines=[log_line(9, document_no="401019000001.0")])
    found = assess(day, a_campaign(), the_profile()).findings
    codes = found.filter(pl.col("code").is_in(["L222", "L223"])).select("code", "input", "capture_path")
    assert codes.sort("code").rows() == [
        ("L222", "capture_log", None),
        ("L223", None, "E201/４０１０１９０００００１.jpg"),
    ]
