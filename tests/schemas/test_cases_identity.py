"""Documents, names and dates as offices send them, each with what must come of it: `cases_identity.csv`.

One line is one roster row; an empty cell is what the smallest student has, `∅` is an empty cell. `codes` are
the reasons that hold, `meant` is what the cell becomes. Characters that look like others stand as escapes.
"""

import csv
from codecs import decode
from datetime import date
from functools import cache
from pathlib import Path

import polars as pl
import pytest

from schemas.roster import Roster, people_rules
from tests.builders import roster_of, student, the_profile
from transforms.validation import check

CAPTURED_ON = date(2020, 11, 19)
CHANGED = ("name", "document_type", "document_no", "sex", "born_on")
OF_TWO_ROWS = ("R117", "R128")
"""The reasons that hold of several rows together; all cases are one roster here, and resemble one another."""


def read_cases():
    """Every line of the table, its escapes read."""
    text = (Path(__file__).parent / "cases_identity.csv").read_text(encoding="utf-8")
    return [
        {key: unescaped(cell) for key, cell in line.items()} for line in csv.DictReader(text.splitlines())
    ]


def unescaped(cell):
    return decode(cell.encode("ascii", "backslashreplace"), "unicode_escape")


CASES = read_cases()


def sent(serial, case):
    """The case's roster row."""
    changes = {key: None if case[key] == "∅" else case[key] for key in CHANGED if case[key]}
    changes |= {"country_name": None}
    return student(**{"student_no": f"40102{serial:07}"} | changes)


@cache
def outcomes():
    """All cases checked at once: the roster as meant, and the codes by the place of the case."""
    roster = roster_of(*(sent(serial, case) for serial, case in enumerate(CASES)))
    breaches = pl.concat(
        [check(roster, Roster), check(roster, people_rules(the_profile().people, CAPTURED_ON))]
    )
    codes = [set() for _ in CASES]
    for place, code, _ in breaches.filter(~pl.col("code").is_in(list(OF_TWO_ROWS))).rows():
        codes[place].add(code)
    return roster, codes


def test_there_are_more_cases_than_the_issue_asks_for():
    assert len(CASES) >= 150
    assert len({tuple(case[key] for key in CHANGED) for case in CASES}) >= 150


@pytest.mark.parametrize("place", range(len(CASES)), ids=[case["why"] for case in CASES])
def test_a_case_ends_as_it_must(place):
    (roster, codes), case = outcomes(), CASES[place]
    assert codes[place] == {code for code in case["codes"].split(";") if code}
    if case["meant"]:
        assert str(roster[changed_in(case)][place]) == case["meant"]


def changed_in(case):
    """The column that `meant` is of."""
    return next(column for column in ("born_on", "name", "document_no") if case[column])
