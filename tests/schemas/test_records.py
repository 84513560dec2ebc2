"""The receivers' tables: every column refuses a wrong value with the right reason, and takes a good one."""

import polars as pl
import pytest

from schemas.reasons import REASONS
from schemas.records import AWARDS, PHOTO_COLUMNS, SUBJECT, table_rules
from tests.builders import a_campaign, award, awards_of, roster_of, student, the_profile
from transforms.records import records_of, subjects
from transforms.validation import check

TABLES = {table.name: table for table in the_profile().tables}
every_table = pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
PHOTOS = pl.DataFrame(
    {"row": [2, 3], "photo_sha256": ["a" * 64, "b" * 64], "captured_at": [None, None]},
    schema={"row": pl.UInt32, "photo_sha256": pl.String, "captured_at": pl.Datetime("ms")},
)
FOREIGN_CHARACTER = "𬱖"
"""Four bytes in GB18030."""


def known(*, photos=PHOTOS, campaign=None):
    """Two good subjects."""
    return subjects(
        roster_of(student(1), student(2)), awards_of(award(1), award(2)), photos,
        campaign=campaign or a_campaign(), naming=the_profile().naming,
    )  # fmt: skip


def breaches_of(table, **values):
    """What two good records break once the first one's columns are replaced."""
    subject = known()
    first = pl.int_range(pl.len()) == 0
    records = records_of(table, subject).hstack(subject.select("level_name")).with_columns(
        pl.when(first).then(pl.lit(value, dtype=pl.String)).otherwise(code).alias(code)
        for code, value in values.items()
    )  # fmt: skip
    return check(records, table_rules(table)).rows()


def outcomes(table, cases):
    """For each (column, value) the codes that a good record gets in that column once it holds the value.

    All in one frame, so that a repeated value counts for nothing here.
    """
    good = known().head(1)
    record = records_of(table, good).hstack(good.select("level_name")).row(0, named=True)
    frame = pl.DataFrame([record | {column.code: value} for column, value in cases])
    told = {}
    for index, code, shown in check(frame.cast(pl.String), table_rules(table)).rows():
        if shown == cases[index][0].code and code != "T405":
            told.setdefault(index, []).append(code)
    return [told.get(index, []) for index in range(len(cases))]


@every_table
def test_good_subjects_pass(table):
    assert breaches_of(table) == []


@every_table
@pytest.mark.parametrize("nothing", [None, "", "  "])
def test_what_is_required_is_missed(table, nothing):
    cases = [(column, nothing) for column in table.columns]
    for (column, _), codes in zip(cases, outcomes(table, cases), strict=True):
        assert ("T401" in codes) == (column.required and column.of not in PHOTO_COLUMNS), column.code
        assert nothing is not None or set(codes) <= {"T401"}


@every_table
def test_a_value_fits_to_the_byte(table):
    sized = [column for column in table.columns if column.max_bytes]
    full = [(column, "一" * (column.max_bytes // 2) + "x" * (column.max_bytes % 2)) for column in sized]
    assert not any("T402" in codes for codes in outcomes(table, full))
    over = [(column, value + "x") for column, value in full]
    assert all("T402" in codes for codes in outcomes(table, over))


def test_a_rare_character_takes_four_bytes():
    name = FOREIGN_CHARACTER * 10
    assert breaches_of(TABLES["degree"], XM=name) == []
    assert breaches_of(TABLES["degree"], XM=name + "x") == [(0, "T402", "XM")]


@every_table
@pytest.mark.parametrize("wrong", ["!", "{}!", "!{}", "{}\n"])
def test_a_wrong_form_is_refused(table, wrong):
    good = records_of(table, known()).row(0, named=True)
    formed = [column for column in table.columns if column.pattern]
    cases = [(column, wrong.replace("{}", good[column.code])) for column in formed]
    for (column, _), codes in zip(cases, outcomes(table, cases), strict=True):
        assert "T403" in codes, column.code


@every_table
@pytest.mark.parametrize("control", ["\x00", "\ufffe"])
def test_what_xml_cannot_hold_is_refused_once(table, control):
    cases = [(column, f"1{control}1") for column in table.columns]
    for (column, _), codes in zip(cases, outcomes(table, cases), strict=True):
        assert codes.count("T403") == 1, column.code


@every_table
@pytest.mark.parametrize("value", ["=1+1", "+86", "-1", "@x", "\tx", "\rx", "\nx"])
def test_what_a_spreadsheet_would_run_stays_out_of_a_csv(table, value):
    cases = [(column, value) for column in table.columns]
    assert all("T411" in codes for codes in outcomes(table, cases))
    assert not any("T411" in codes for codes in outcomes(as_files(table, "xml", "xlsx", "dbf"), cases))


@every_table
@pytest.mark.parametrize("value", ["𬱖", "䶮", "a😀"])
def test_what_gbk_lacks_stays_out_of_a_dbf(table, value):
    cases = [(column, value) for column in table.columns]
    assert all("T412" in codes for codes in outcomes(as_files(table, "xml", "dbf"), cases))
    assert not any("T412" in codes for codes in outcomes(table, cases))


@pytest.mark.parametrize(
    ("kind", "value"), [("dbf", "x "), ("dbf", "x\0"), ("xlsx", "a\rb"), ("xlsx", "_x000D_")]
)
def test_what_a_file_would_not_give_back_is_malformed(kind, value):
    remark = next(column for column in TABLES["diploma"].columns if column.code == "BZ")
    assert outcomes(as_files(TABLES["diploma"], "xml", kind), [(remark, value)]) == [["T403"]]


def as_files(table, *kinds):
    return table.model_copy(update={"files": kinds})


@pytest.mark.parametrize(
    "table", [table for table in TABLES.values() if any(column.values for column in table.columns)]
)
def test_a_value_off_the_list_is_refused(table):
    listed = [column for column in table.columns if column.values]
    assert outcomes(table, [(column, "无") for column in listed]) == [["T404"] for _ in listed]
    assert not any(outcomes(table, [(column, value) for column in listed for value in column.values]))


@pytest.mark.parametrize(
    ("table", "code"), [(table, code) for table in TABLES.values() for code in table.unique], ids=str
)
def test_a_unique_value_may_not_repeat(table, code):
    other = records_of(table, known())[code][1]
    told = breaches_of(table, **{code: other})
    assert told == [(0, "T405", code), (1, "T405", code)]


@pytest.mark.parametrize(
    ("table", "code", "number"),
    [
        ("diploma", "ZSBH", "104041202102000001"),
        ("diploma", "ZSBH", "104031202002000001"),
        ("diploma", "ZSBH", "104031202101000001"),
        ("degree", "XWZSBH", "1040432021000001"),
        ("degree", "XWZSBH", "1040332020000001"),
        ("degree", "XWZSBH", "1040322021000001"),
    ],
)
def test_a_certificate_number_tells_school_year_and_level(table, code, number):
    assert breaches_of(TABLES[table], **{code: number}) == [(0, "T406", code)]


def test_a_number_of_the_wrong_length_is_malformed():
    assert breaches_of(TABLES["diploma"], ZSBH="10403120210200001") == [(0, "T403", "ZSBH")]
    assert breaches_of(TABLES["degree"], XWZSBH="Z1040332021000001"[:16]) == [
        (0, "T403", "XWZSBH"), (0, "T406", "XWZSBH"),
    ]  # fmt: skip


def test_every_rule_of_a_table_has_been_broken_above():
    by_assessment = {"T407", "T410"}
    broken = {"T401", "T402", "T403", "T404", "T405", "T406", "T411", "T412"}
    assert broken | by_assessment == {code for code in REASONS if code.startswith("T")}


def test_every_column_is_of_something_known():
    assert {column.of for table in TABLES.values() for column in table.columns} <= set(SUBJECT)
    assert set(AWARDS) <= set(SUBJECT)


def test_a_blank_president_is_missing():
    campaign = a_campaign()
    blank = campaign.model_copy(update={"campaign": campaign.campaign.model_copy(update={"president": ""})})
    subject = known(campaign=blank)
    records = records_of(TABLES["diploma"], subject).hstack(subject.select("level_name"))
    assert check(records, table_rules(TABLES["diploma"])).rows() == [(0, "T401", "XZM"), (1, "T401", "XZM")]


def test_dates_and_names_are_written_as_the_receivers_want_them():
    subject = known().row(0, named=True)
    assert subject["born_on"] == "19980131"
    assert subject["graduation_on"] == "20210630"
    assert subject["photo_name"] == f"{subject['document_no']}.jpg"


def test_without_a_photo_there_is_no_photo_name():
    assert known(photos=PHOTOS.clear())["photo_name"].to_list() == [None, None]
