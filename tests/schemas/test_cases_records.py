"""Codes, dates and numbers as offices send them, each with what must come of it: `cases_records.csv`.

One line is one cell of a good student's row or award; `becomes` is what it means, `codes` what then holds.
"""

import csv
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from schemas.records import AWARDS, table_rules
from schemas.roster import Roster
from tests.builders import a_campaign, award, awards_of, roster_of, student, the_profile
from transforms.records import records_of, subjects
from transforms.validation import check

TEXT = (Path(__file__).parent / "cases_records.csv").read_text(encoding="utf-8")
CASES = list(csv.DictReader(TEXT.splitlines()))
NO_PHOTOS = pl.DataFrame(
    schema={"row": pl.UInt32, "photo_sha256": pl.String, "captured_at": pl.Datetime("ms")}
)
TABLES = [table for table in the_profile().tables if table.name in ("diploma", "degree")]


@pytest.mark.parametrize("case", CASES, ids=[case["why"] for case in CASES])
def test_a_case_ends_as_it_must(case):
    change = {case["column"]: case["written"]}
    is_award = case["column"] in AWARDS
    roster = roster_of(student(**({} if is_award else change)))
    awards = awards_of(award(**(change if is_award else {})))
    meant = (awards if is_award else roster)[case["column"]][0]
    assert (meant.isoformat() if isinstance(meant, date) else meant) == case["becomes"]
    known = subjects(roster, awards, NO_PHOTOS, campaign=a_campaign(), naming=the_profile().naming)
    codes = set(check(roster, Roster)["code"])
    for table in TABLES:
        records = records_of(table, known).hstack(known.select("level_name"))
        codes |= set(check(records, table_rules(table))["code"])
    assert codes == {code for code in case["codes"].split(";") if code}


@pytest.mark.parametrize(
    ("given", "code"), [("4136010403", "10403"), (" 10403 ", "10403"), ("4111012345", "12345")]
)
def test_a_school_may_give_its_ten_digits(given, code):
    campaign = a_campaign().model_dump()
    identity = campaign["campaign"] | {"school_code": given}
    assert type(a_campaign())(**campaign | {"campaign": identity}).campaign.school_code == code


@pytest.mark.parametrize("given", ["1040", "4036010403", "104031", "学校10403"])
def test_anything_else_is_no_school(given):
    campaign = a_campaign().model_dump()
    with pytest.raises(ValueError, match="school_code"):
        type(a_campaign())(**campaign | {"campaign": campaign["campaign"] | {"school_code": given}})
