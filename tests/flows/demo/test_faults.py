"""The planted faults: each kind once, one to a student, and the roster rows they make."""

import re
from collections import Counter

import pytest
from stdnum.cn import ric

from flows.demo import miswriting
from flows.demo.cohort import cohort
from flows.demo.day import SEED, plan_day
from flows.demo.faults import FAULTS, plant
from flows.demo.people import Kind
from flows.demo.roster import row_of
from flows.demo.school import timetable
from flows.demo.timetable import scale


@pytest.fixture(scope="module")
def planted():
    sessions = scale(timetable(), 120)
    students = cohort(sessions, SEED)
    return {s.student_no: s for s in students}, plant(students, sessions, SEED)


def test_names_are_distinct():
    assert len({fault.name for fault in FAULTS}) == len(FAULTS)


@pytest.mark.parametrize("seed", range(5))
def test_a_default_day_has_every_kind(seed):
    sessions = scale(timetable(), 120)
    names = Counter(fault.name for fault in plant(cohort(sessions, seed), sessions, seed).values())
    assert set(names) == {fault.name for fault in FAULTS}
    assert names["absent"] == 4


def test_shares_grow_with_the_day():
    faults = plant(cohort(timetable(), SEED), timetable(), SEED)
    names = Counter(fault.name for fault in faults.values())
    assert (names["absent"], names["photographed_twice"]) == (98, 33)
    assert all(names[fault.name] == round(3.253 * fault.per_mille) for fault in FAULTS)


def test_only_plain_students_have_faults(planted):
    students, faults = planted
    assert {students[no].kind for no in faults} == {Kind.PLAIN}


@pytest.mark.parametrize("students", [1, 2, 8, 30])
def test_half_of_everybody_stays_without(students):
    sessions = scale(timetable(), students)
    assert len(plant(cohort(sessions, SEED), sessions, SEED)) <= students // 2


@pytest.fixture(scope="module")
def rows():
    """Each fault's rows, as they should be and as they stand."""
    plan = plan_day(120, SEED)
    meant = {student.student_no: row_of(student) for student in plan.students}
    named = {fault.name: no for no, fault in plan.planted.items()}
    stand = {}
    for row in plan.roster:
        stand.setdefault(row["学号"], []).append(row)
    return {name: (meant[no], stand[no]) for name, no in named.items()}


CELLS = {
    "x_lower_case": ("证件号码", r"\d{17}x"),
    "digits_full_width": ("证件号码", r"[０-９]{17}[０-９Ｘ]"),
    "number_as_exponent": ("证件号码", r"\d\.\d{5}E\+17"),
    "blanks_in_name": ("姓名", r"\w(\s+\w)+"),
    "already_registered": ("图像注册状态", "已注册"),
}


@pytest.mark.parametrize("name", CELLS)
def test_miswritten_cells(rows, name):
    column, shape = CELLS[name]
    meant, (row,) = rows[name]
    assert re.fullmatch(shape, row[column])
    assert {key for key in row if row[key] != meant[key]} == {column}


def test_a_value_keeps_fifteen_digits(rows):
    meant, (row,) = rows["number_as_value"]
    assert isinstance(row["证件号码"], float)
    mantissa, _ = f"{row['证件号码']:.14e}".split("e")
    assert mantissa.replace(".", "") == meant["证件号码"][:15]


def test_a_wrong_check_digit_leaves_birth_and_sex(rows):
    meant, (row,) = rows["check_digit_wrong"]
    seen, number = row["证件号码"], meant["证件号码"]
    assert sum(a != b for a, b in zip(seen, number, strict=True)) == 1
    assert ric.calc_check_digit(seen) != seen[-1]
    assert (seen[:14], int(seen[16]) % 2) == (number[:14], int(number[16]) % 2)


def test_sex_and_birth_contradict(rows):
    for name, column in [("sex_contradicts", "性别"), ("birth_contradicts", "出生日期")]:
        meant, (row,) = rows[name]
        assert {key for key in row if row[key] != meant[key]} == {column}
    assert re.fullmatch(r"\d{8}", rows["birth_contradicts"][1][0]["出生日期"])


def test_a_rare_character_is_outside_gbk(rows):
    _, (row,) = rows["rare_character"]
    with pytest.raises(UnicodeEncodeError):
        row["姓名"].encode("gbk")


def test_a_doubled_row_stands_twice(rows):
    meant, stand = rows["row_doubled"]
    assert stand == [meant, meant]


def test_the_same_row_always_comes_out_the_same():
    row = row_of(cohort(scale(timetable(), 30), SEED)[0])
    for rewrite in (miswriting.wrong_digit, miswriting.other_birth, miswriting.blanks, miswriting.rare):
        assert rewrite(row) == rewrite(row) != row
