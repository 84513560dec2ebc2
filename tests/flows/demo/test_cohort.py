"""The invented students: as many as the timetable asks for, each with numbers that hold and are nobody's."""

import re
from collections import Counter

import pytest
from stdnum.cn import ric

from flows.demo.cohort import Student, cohort
from flows.demo.names import DOT
from flows.demo.people import HOME, ID_CARD, PASSPORT, PERMIT, Kind
from flows.demo.school import school, timetable
from flows.demo.timetable import scale

SEED = 7


@pytest.fixture(scope="module")
def everybody() -> list[Student]:
    return cohort(timetable(), SEED)


def of_kind(students, *kinds):
    return [student for student in students if student.kind in kinds]


def test_every_session_gets_whom_it_expects(everybody):
    counts = Counter(student.session for student in everybody)
    assert [counts[at] for at in range(len(timetable()))] == [s.expected for s in timetable()]
    assert sum(counts.values()) - counts[None] == 3253


def test_units_and_levels_are_those_of_the_session(everybody):
    for student in everybody:
        if student.session is None:
            continue
        session = timetable()[student.session]
        if session.who == "unit":
            assert (student.major.unit, student.major.level) == (session.unit, "硕士")
        if session.who == "doctors":
            assert student.major.level == "博士"
        assert (session.who == "international") == (student.kind is Kind.INTERNATIONAL)
        assert student.major.unit not in school().exclude_units


@pytest.mark.parametrize("students", [23, 120, 500])
def test_every_kind_is_there(students):
    kinds = {student.kind for student in cohort(scale(timetable(), students), SEED)}
    assert kinds == set(Kind)


def test_numbers_are_unique_and_shaped(everybody):
    for number, shape in [
        (lambda s: s.student_no, r"\d{12}"),
        (lambda s: s.examinee_no, school().school_code + r"\d{10}"),
        (lambda s: s.person.document_no, r"[0-9A-Z]{6,18}"),
    ]:
        numbers = [number(student) for student in everybody]
        assert len(set(numbers)) == len(numbers)
        assert all(re.fullmatch(shape, value) for value in numbers)


def test_id_numbers_hold_by_a_second_opinion(everybody):
    cards = [s.person for s in everybody if s.person.document_type == ID_CARD]
    assert len(cards) > 3000
    for person in cards:
        assert ric.is_valid(person.document_no)
        assert ric.get_birth_date(person.document_no) == person.born
        assert int(person.document_no[16]) % 2 == (0 if person.woman else 1)


def test_id_numbers_are_nobodys(everybody):
    cards = [s.person.document_no for s in everybody if s.person.document_type in (ID_CARD, PERMIT)]
    assert all(996 <= int(number[14:17]) <= 999 for number in cards)


def test_permits_and_passports(everybody):
    for student in of_kind(everybody, Kind.PERMIT):
        number = student.person.document_no
        assert student.person.document_type == PERMIT
        assert number[:6] in {"810000", "820000", "830000"}
        assert ric.calc_check_digit(number) == number[-1]
    for student in of_kind(everybody, Kind.INTERNATIONAL):
        assert student.person.document_type == PASSPORT
        assert student.person.country != HOME
        assert re.fullmatch(r"[A-Z]+( [A-Z]+)+", student.person.name)


def test_minorities_carry_the_dot(everybody):
    assert all(s.person.name.count("\u00b7") == 1 for s in of_kind(everybody, Kind.MINORITY))
    assert not any(DOT in s.person.name for s in of_kind(everybody, Kind.PLAIN))


def test_plain_names_are_within_gbk(everybody):
    for student in of_kind(everybody, Kind.PLAIN):
        assert 2 <= len(student.person.name.encode("gbk")) // 2 <= 4


def test_entry_years_tell_who_is_captured(everybody):
    years = {kind: {s.entry_year for s in of_kind(everybody, kind)} for kind in Kind}
    assert years[Kind.MAKE_UP] == set(school().make_up_years)
    assert years[Kind.LATER_YEAR] == set(school().later_years)
    assert years[Kind.EARLY] <= set(school().later_years)
    assert years[Kind.PLAIN] == {school().entry_year}
    single = {s.certificate for s in of_kind(everybody, Kind.SINGLE_CERTIFICATE)}
    assert single == {school().other_certificate}
    assert {s.major.unit for s in of_kind(everybody, Kind.EXCLUDED_UNIT)} <= set(school().exclude_units)


def test_the_seed_decides():
    sessions = scale(timetable(), 40)
    assert cohort(sessions, 1) == cohort(sessions, 1)
    assert cohort(sessions, 1) != cohort(sessions, 2)
