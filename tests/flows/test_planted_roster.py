"""A roster of 3,253 with 200 planted faults: each is told, and nobody innocent hears of it."""

from collections import Counter
from functools import cache

import polars as pl
import pytest

from flows.inputs import read_inputs
from flows.sources import read_campaign
from schemas.reasons import REASONS, Severity
from tests.planted_roster import KINDS, clean_sheets, plant, write_sheets
from transforms.assessment import assess_records
from transforms.day import Day
from transforms.numbering import number_book
from transforms.people import last_day, roster_findings

FAULTS = 200
NO_PHOTOS = pl.DataFrame(
    schema={
        "row": pl.UInt32, "capture_path": pl.String, "photo_sha256": pl.String,
        "captured_at": pl.Datetime("ms"),
    }
)  # fmt: skip

pytestmark = pytest.mark.xdist_group("planted")


def found_in(campaign):
    """What the product says of rows and records of a campaign, read from its files; photos apart."""
    loaded = read_campaign(campaign)
    inputs = read_inputs(loaded)
    day = Day(inputs.roster, inputs.schedule, inputs.log, inputs.awards, pl.DataFrame())
    captured_on = last_day(day, loaded.campaign)
    people = roster_findings(day.roster, loaded.campaign, loaded.profile, captured_on=captured_on)
    book = number_book(day.numbering.remembered, loaded.campaign, loaded.profile)
    parts = {"campaign": loaded.campaign, "profile": loaded.profile}
    told = assess_records(day, people, NO_PHOTOS, **parts, book=book)
    return pl.concat([people, told.findings])


@pytest.fixture(scope="module")
def clean(tmp_path_factory):
    return found_in(write_sheets(tmp_path_factory.mktemp("planted") / "clean", clean_sheets()))


@cache
def the_spoilt():
    sheets = clean_sheets()
    return sheets, plant(sheets, FAULTS)


@pytest.fixture(scope="module")
def spoilt(tmp_path_factory):
    return found_in(write_sheets(tmp_path_factory.mktemp("planted") / "spoilt", the_spoilt()[0]))


def told_by_row(found, *severities):
    told = found.drop_nulls("row").filter(pl.col("severity").is_in([each.value for each in severities]))
    return Counter(told.select("row", "code").iter_rows())


def test_the_clean_roster_is_as_large_as_it_was_and_blocks_nobody(clean):
    assert len(clean_sheets().roster) == 3253
    assert told_by_row(clean, Severity.BLOCK) == {}


def test_there_are_200_faults_of_more_than_30_kinds():
    _, planted = the_spoilt()
    assert len(planted) == FAULTS
    assert len({fault.kind for fault in planted}) == len(KINDS) > 30
    concerned = [row for fault in planted for row in fault.rows]
    assert len(set(concerned)) == len(concerned)
    assert {kind.code for kind in KINDS} <= set(REASONS)


def test_every_fault_is_told_of_everybody_concerned(spoilt):
    told = told_by_row(spoilt, *Severity)
    missed = [
        (fault.kind, fault.code, row)
        for fault in the_spoilt()[1]
        for row in fault.rows
        if (row, fault.code) not in told
    ]
    assert missed == []


def test_no_innocent_row_is_refused_or_warned_of(clean, spoilt):
    concerned = {row for fault in the_spoilt()[1] for row in fault.rows}
    before = told_by_row(clean, Severity.BLOCK, Severity.WARN)
    now = told_by_row(spoilt, Severity.BLOCK, Severity.WARN)
    size = len(the_spoilt()[0].roster)
    innocent = [each for each in now if each[0] not in concerned and each[0] <= size + 1]
    assert [each for each in innocent if each not in before] == []
    assert not [each for each in innocent if REASONS[each[1]].severity is Severity.BLOCK]
