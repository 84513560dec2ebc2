"""Who is meant by a list's lines, which cases they open and end, and what becomes overdue."""

from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.feedback import CASES, COMPLAINT, LIST_HEADERS, PLATFORM, VENDOR
from schemas.reasons import Reason, Severity
from tests.builders import citizen_no, roster_of, student, the_profile
from transforms import feedback
from transforms.case_findings import case_findings, registered_findings
from transforms.feedback import AWAITED, identified, tidied, to_end, to_open, with_codes, with_due

ONE, TWO = student(1)["student_no"], student(2)["student_no"]
GONE, GONE_NO = "401018000009", citizen_no(9)
ROSTER = roster_of(student(1, name="张三"), student(2, name="李四"))
KNOWN = pl.DataFrame({"student_no": [ONE, GONE], "document_no": [None, GONE_NO]})
TODAY = date(2021, 1, 4)
WAIT = the_profile().feedback


def a_list(kind, *lines):
    schema = {"row": pl.UInt32, **dict.fromkeys(LIST_HEADERS[kind], pl.String)}
    cells = pl.DataFrame([{"row": row, **line} for row, line in enumerate(lines, start=2)], schema=schema)
    return with_codes(identified(tidied(cells), ROSTER, KNOWN), kind)


def open_cases(*cases):
    lines = [
        {"case_id": at, "opened_at": "2020-12-01T08:00:00+00:00"} | case for at, case in enumerate(cases, 1)
    ]
    return pl.DataFrame(lines, schema=CASES)


NO_CASE = open_cases()


@pytest.mark.parametrize(
    ("line", "meant", "doubt"),
    [
        ({"student_no": f" {ONE} "}, ONE, None),
        ({"student_no": ONE, "name": "张 三", "document_no": citizen_no(1)}, ONE, None),
        ({"document_no": citizen_no(2)}, TWO, None),
        ({"student_no": "0", "document_no": citizen_no(2)}, TWO, None),
        ({"student_no": ONE, "name": "张*", "document_no": "3601**********0011"}, ONE, None),
        ({"student_no": GONE}, GONE, None),
        ({"document_no": GONE_NO, "name": "王五"}, GONE, None),
        ({"student_no": ONE, "name": "李四"}, None, "name"),
        ({"document_no": citizen_no(1), "name": "李四"}, None, "name"),
        ({"student_no": ONE, "document_no": citizen_no(2)}, None, "contradicts"),
        ({"student_no": ONE, "document_no": citizen_no(7)}, None, "contradicts"),
        ({"student_no": "401019999999"}, None, "unknown"),
        ({"document_no": citizen_no(7)}, None, "unknown"),
        ({"name": "张三"}, None, "nobody"),
    ],
)
def test_only_who_is_surely_meant_is_taken(line, meant, doubt):
    found = a_list(VENDOR, {"said": "x"} | line).row(0, named=True)
    assert (found["student"], found["doubt"]) == (meant, doubt)


def test_of_a_number_in_two_roster_rows_nobody_is_meant():
    roster = roster_of(student(1, name="张三"), student(1, name="李四"))
    lines = pl.DataFrame({"student_no": [ONE], "document_no": [None], "name": [None]}, schema_overrides={
        "document_no": pl.String, "name": pl.String})  # fmt: skip
    assert identified(lines, roster, KNOWN.clear())["doubt"].to_list() == ["unknown"]


FLAGGED = [
    ("身份核验未通过", "R181", None), (" 身份核验不确定", "R182", None), ("身份核验异常", "R183", None),
    ("", None, None), ("身份核验通过", None, None), ("待定", None, "flag"),
]  # fmt: skip


@pytest.mark.parametrize(("flag", "code", "doubt"), FLAGGED)
def test_what_the_platform_says(flag, code, doubt):
    line = a_list(PLATFORM, {"student_no": ONE, "flag": flag}).row(0, named=True)
    assert (line["code"], line["doubt"]) == (code, doubt)


def test_the_vendors_words_are_known_where_they_are_the_platforms():
    lines = a_list(
        VENDOR, {"student_no": ONE, "said": "瞳孔平行角度不合格"}, {"student_no": TWO, "said": "反光"}
    )
    assert lines["code"].to_list() == ["P330", "R184"]


def test_who_is_registered():
    lines = a_list(
        PLATFORM,
        {"student_no": ONE, "registration": "已注册"}, {"student_no": TWO, "registration": "未注册"},
        {"student_no": GONE, "photo": "有"}, {"student_no": ONE, "name": "李四", "photo": "有"},
    )  # fmt: skip
    assert feedback.registered_in(lines).to_list() == sorted([ONE, GONE])


def test_a_case_is_opened_once_for_a_student_and_reason():
    twice = [{"student_no": ONE, "flag": "身份核验异常"}] * 2
    lines = a_list(PLATFORM, *twice, {"student_no": TWO, "name": "张三", "flag": "身份核验异常"})
    new = to_open(lines, PLATFORM, NO_CASE)
    assert new.select("kind", "student_no", "code").rows() == [(PLATFORM, ONE, "R183")]
    known = open_cases({"kind": PLATFORM, "student_no": ONE, "code": "R183"})
    assert to_open(lines, PLATFORM, known).is_empty()
    other_reason = open_cases({"kind": PLATFORM, "student_no": ONE, "code": "R181"})
    assert to_open(lines, PLATFORM, other_reason).height == 1


def test_what_a_student_says_is_kept_without_the_name():
    lines = a_list(
        COMPLAINT, {"student_no": ONE, "name": "张三", "said_on": "2021-01-02", "said": "张三闭眼了"}
    )
    assert to_open(lines, COMPLAINT, NO_CASE)["said"].to_list() == ["2021-01-02 本人闭眼了"]
    nameless = a_list(COMPLAINT, {"student_no": GONE, "said": "闭眼了"})
    assert to_open(nameless, COMPLAINT, NO_CASE)["said"].to_list() == ["闭眼了"]


@pytest.mark.parametrize(
    ("line", "is_ended"),
    [
        ({"student_no": ONE, "flag": ""}, True),
        ({"student_no": ONE, "flag": "身份核验异常"}, False),
        ({"student_no": ONE, "flag": "身份核验不确定"}, True),
        ({"student_no": ONE, "flag": "待定"}, False),
        ({"student_no": ONE, "name": "李四", "flag": ""}, False),
        ({"student_no": TWO, "flag": ""}, False),
    ],
)
def test_a_case_ends_only_where_a_list_shows_its_student_without_the_flag(line, is_ended):
    cases = open_cases(
        {"kind": PLATFORM, "student_no": ONE, "code": "R183"},
        {"kind": VENDOR, "student_no": ONE, "code": "R184"},
    )
    assert to_end(a_list(PLATFORM, line), cases)["case_id"].to_list() == [1] * is_ended


def test_a_case_is_due_with_the_answer_but_never_at_once():
    new = pl.DataFrame(
        {"kind": [VENDOR] * 3, "student_no": [ONE, TWO, GONE], "code": ["R184"] * 3, "said": ["x"] * 3}
    )
    sealed = pl.DataFrame({"student_no": [ONE, TWO], "sealed_on": [date(2021, 1, 1), date(2020, 10, 1)]})
    due = with_due(new, sealed, WAIT, TODAY)["due_on"].to_list()
    assert due == ["2021-03-02", "2021-01-18", "2021-01-18"]
    assert with_due(new, sealed, None, TODAY)["due_on"].to_list() == [None] * 3


def test_who_shows_in_no_list_in_time_is_overdue_by_unit():
    sealed = pl.DataFrame(
        {"student_no": [ONE, TWO, GONE, "4"], "sealed_on": [date(2020, 11, 5)] * 2 + [TODAY] * 2}
    )
    waiting = feedback.awaited(sealed, pl.Series(["4"]), pl.Series([TWO]), WAIT)
    assert waiting.rows() == [(ONE, TODAY), (GONE, date(2021, 3, 5))]
    assert feedback.awaited(sealed, pl.Series([TWO]), pl.Series([TWO]), None).is_empty()
    people = pl.DataFrame({"student_no": [ONE, TWO], "unit_name": ["文学院", None], "name": ["张三", None]})
    cases = open_cases({"kind": VENDOR, "student_no": TWO, "code": "R184", "due_on": "2021-01-04"})
    for today, overdue in ((TODAY, []), (date(2021, 1, 5), [(AWAITED, ONE), (VENDOR, TWO)])):
        lines = feedback.to_do(cases, waiting, people, pl.Series([TWO]), today=today)
        assert lines.filter("is_overdue").select("kind", "student_no").rows() == overdue
        assert (AWAITED in lines["kind"]) == bool(overdue)
    counted = feedback.by_unit(lines).select("unit_name", "awaited", "vendor", "overdue").rows()
    assert counted == [("文学院", 1, 0, 1), (None, 0, 1, 1)]
    assert lines.select("name", "is_registered").rows() == [("张三", False), (None, True)]


numbers = st.sampled_from([ONE, TWO, GONE, "401019999999", None])
entries = st.sampled_from(["身份核验未通过", "身份核验异常", "", None, "待定"])


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(numbers, entries), max_size=8), st.lists(st.tuples(numbers, entries), max_size=8))
def test_after_two_lists_the_open_cases_are_those_of_the_last_word(first, second):
    """A model by hand: a student's flags are those of the last list in which every line could be read."""
    cases, wanted = NO_CASE, {}
    for said in (first, second):
        lines = a_list(PLATFORM, *({"student_no": no, "flag": flag} for no, flag in said))
        ended, new = to_end(lines, cases), to_open(lines, PLATFORM, cases)
        kept = cases.join(ended, on="case_id", how="anti")
        opened = new.with_columns(opened_at=pl.lit("2021"), due_on=pl.lit(None, pl.String))
        cases = pl.concat([kept.drop("case_id"), opened.select(kept.drop("case_id").columns)]).with_row_index(
            "case_id", 1
        ).cast({"case_id": pl.Int64})  # fmt: skip
        for no in {no for no, _ in said if no in (ONE, TWO, GONE)}:
            flags = {flag for other, flag in said if other == no}
            read = {flag for flag in flags if flag and flag != "待定"}
            wanted[no] = wanted.get(no, set()) | read if "待定" in flags else read
    flags = {"R181": "身份核验未通过", "R183": "身份核验异常"}
    found = {(no, flags[code]) for no, code in cases.select("student_no", "code").iter_rows()}
    assert found == {(no, flag) for no, read in wanted.items() for flag in read}


def test_a_run_tells_of_open_cases_and_of_who_is_registered():
    cases = open_cases(
        {"kind": PLATFORM, "student_no": ONE, "code": "R182", "said": "身份核验不确定"},
        {"kind": VENDOR, "student_no": ONE, "code": "P330", "said": "瞳孔"},
        {"kind": COMPLAINT, "student_no": GONE, "code": "R185", "said": "x"},
    )
    found = case_findings(cases, ROSTER, {})
    assert found.select("student_no", "code", "severity").rows() == [
        (ONE, "R182", "block"),
        (ONE, "R184", "warn"),
    ]
    softer = case_findings(cases, ROSTER, {"R182": Severity.WARN})
    assert softer["severity"].to_list() == ["warn", "warn"]
    none = found.clear()
    locked = registered_findings(pl.Series([TWO, GONE]), ROSTER, none, {})
    assert locked.select("student_no", "code", "column").rows() == [
        (TWO, Reason.ALREADY_REGISTERED, "registration")
    ]
    assert registered_findings(pl.Series([TWO]), ROSTER, locked, {}).is_empty(), "the roster says so already"
