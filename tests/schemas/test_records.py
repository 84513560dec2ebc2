"""The receivers' tables: every column refuses a wrong value with the right reason, and takes a good one."""

from functools import cache
from pathlib import Path

import polars as pl
import pytest

from flows.profiles import packaged_profiles
from schemas.reasons import REASONS
from schemas.records import AWARDS, PHOTO_COLUMNS, SUBJECT, allowed, table_rules
from tests.builders import a_campaign, award, awards_of, roster_of, student, the_profile
from transforms.records import records_of, subjects
from transforms.validation import check

TABLES = {table.name: table for table in the_profile().tables}
PACKAGED = {table.id: table for name in packaged_profiles() for table in the_profile(name).tables}
every_table = pytest.mark.parametrize("table", PACKAGED.values(), ids=PACKAGED)
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


@cache
def good_subjects():
    """The same, made once."""
    return known()


def breaches_of(table, **values):
    """What two good records break once the first one's columns are replaced."""
    subject = good_subjects()
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
    good = good_subjects().head(1)
    record = records_of(table, good).hstack(good.select("level_name")).row(0, named=True)
    frame = pl.DataFrame(
        [record | {column.code: value} for column, value in cases], schema=dict.fromkeys(record, pl.String)
    )
    told = {}
    for index, code, shown in check(frame, table_rules(table)).rows():
        if shown == cases[index][0].code and code != "T405":
            told.setdefault(index, []).append(code)
    return [told.get(index, []) for index in range(len(cases))]


def wrongs(column):
    """Values that a column's declaration alone makes wrong, each with its reason."""
    if column.required and column.of not in PHOTO_COLUMNS:
        yield None, "T401"
    if column.max_bytes:
        yield "一" * column.max_bytes, "T402"
    if column.pattern:
        yield "?", "T403"
    if allowed(column):
        yield "?", "T404"
    yield "\x01", "T403"


@every_table
def test_a_wrong_value_in_each_column_is_refused_with_its_reason(table):
    cases = [(column, value, code) for column in table.columns for value, code in wrongs(column)]
    told = outcomes(table, [case[:2] for case in cases])
    assert [(column.code, code) for (column, _, code), codes in zip(cases, told, strict=True)
            if code not in codes] == []  # fmt: skip


def test_every_packaged_table_is_in_a_packaged_profile():
    files = Path(__file__).parents[2].glob("schemas/tables/*.toml")
    assert {path.stem for path in files} == set(PACKAGED)


def test_the_layouts_have_their_columns():
    counts = {"diploma-18": 18, "diploma-19": 19, "degree-27": 27, "degree-34": 34, "degree-34-2005": 34}
    assert {table: len(PACKAGED[table].columns) for table in counts} == counts


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
    good = records_of(table, good_subjects()).row(0, named=True)
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


FORMULAS = ["=1+1", "+86", "-1", "@x", "\tx", "\rx", "\nx"]
OUTSIDE_GBK = ["𬱖", "䶮", "a😀"]


@pytest.mark.parametrize(
    ("code", "values", "kinds", "others"),
    [
        ("T411", FORMULAS, ("xml", "csv"), ("xml", "xlsx", "dbf")),
        ("T412", OUTSIDE_GBK, ("xml", "dbf"), ("xml", "csv")),
    ],
)
@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_what_a_kind_of_file_cannot_take_stays_out_of_it(table, code, values, kinds, others):
    cases = [(column, value) for column in table.columns for value in values]
    assert all(code in codes for codes in outcomes(as_files(table, *kinds), cases))
    assert not any(code in codes for codes in outcomes(as_files(table, *others), cases))


@pytest.mark.parametrize(
    ("kind", "value"), [("dbf", "x "), ("dbf", "x\0"), ("xlsx", "a\rb"), ("xlsx", "_x000D_")]
)
def test_what_a_file_would_not_give_back_is_malformed(kind, value):
    remark = next(column for column in TABLES["diploma"].columns if column.code == "BZ")
    assert outcomes(as_files(TABLES["diploma"], "xml", kind), [(remark, value)]) == [["T403"]]


def as_files(table, *kinds):
    return table.model_copy(update={"files": kinds})


@pytest.mark.parametrize(
    "table",
    [table for table in PACKAGED.values() if any(map(allowed, table.columns))],
    ids=lambda table: table.id,
)
def test_a_value_off_the_list_is_refused(table):
    listed = [column for column in table.columns if allowed(column)]
    told = outcomes(table, [(column, "无") for column in listed])
    assert ["T404" in codes and set(codes) <= {"T402", "T404"} for codes in told] == [True for _ in listed]
    assert not any(outcomes(table, [(column, value) for column in listed for value in allowed(column)]))


def told_of(*changes):
    """What good records break in the old degree table once each subject is changed, repeats apart."""
    good = good_subjects().head(1)
    subject = pl.concat(good.with_columns(pl.lit(value).alias(of) for of, value in each.items())
                        for each in changes)  # fmt: skip
    records = records_of(PACKAGED["degree-34"], subject).hstack(subject.select("level_name"))
    told = [[] for _ in changes]
    for index, code, column in check(records, table_rules(PACKAGED["degree-34"])).rows():
        if code != "T405":
            told[index].append((code, column))
    return told


def degree(code, name, major="050101", major_name="文艺学", level="硕士研究生"):
    """The columns in which a degree stands."""
    return {
        "degree_category_code": code, "degree_category_name": name, "major_code": major,
        "major_name": major_name, "level_name": level,
    }  # fmt: skip


DEGREES = [
    (degree("305", "文学硕士"), []),
    (degree("305", "文学硕士学位"), []),
    (degree("305", "文学硕士（学术学位）"), []),
    (degree("305", "法学硕士"), [("T421", "XWLBM")]),
    (degree("205", "文学博士", level="硕士研究生"), [("T420", "XWLBM")]),
    (degree("303", "法学硕士"), [("T422", "ZYDM")]),
    (degree("343", "工程硕士专业学位"), [("T422", "ZYDM")]),
    (degree("999", "其他"), []),
    (degree("998", "无"), [("T403", "XWLBM")]),
    (degree("30501", "文学硕士"), [("T423", "XWLBM")]),
    (degree("343", "工程硕士", "085400", "电子信息"), []),
    (degree("308", "工学硕士", "085400", "电子信息"), [("T422", "ZYDM")]),
    (degree("308", "工学硕士", "0812", "计算机科学与技术"), []),
    (degree("307", "理学硕士", "0812Z1", "智能信息处理"), []),
    (degree("304", "教育学硕士", "081200", "计算机科学与技术"), [("T422", "ZYDM")]),
    (degree("308", "工学硕士", "081200", "软件工程"), [("T421", "ZYDM")]),
    (degree("308", "工学硕士", "081203", "软件工程"), []),
    (degree("308", "工学硕士", "081200", "计算机科学"), []),
    (degree("312", "管理学硕士", "120400", "公共管理"), []),
    (degree("349", "公共管理硕士", "1252", "公共管理"), []),
    (degree("308", "工学硕士", "99J1", "人工智能与教育"), []),
    (degree("307", "理学硕士", "140100", "集成电路科学与工程"), []),
    (degree("305", "文学硕士", "050400", "艺术学"), [("T423", "ZYDM")]),
    (degree("305", "文学硕士", "50101"), [("T403", "ZYDM"), ("T423", "ZYDM")]),
    (degree("305", "文学硕士", "150101"), [("T403", "ZYDM"), ("T423", "ZYDM")]),
    (degree("305", "文学硕士", "0501A1"), [("T403", "ZYDM")]),
]


def test_a_degree_is_held_against_level_discipline_and_text():
    told = told_of(*(changes for changes, _ in DEGREES))
    assert list(zip(DEGREES, told, strict=True)) == [((changes, meant), meant) for changes, meant in DEGREES]


def test_dates_come_in_their_order():
    wrong = [
        {"entry_on": "20210901"}, {"entry_on": "19970901"}, {"graduation_on": "20190630"},
        {"award_on": "20190831"},
    ]  # fmt: skip
    columns = [[column for code, column in each if code == "T424"] for each in told_of({}, *wrong)]
    assert columns == [[], ["RXNY"], ["CSRQ"], ["RXNY"], ["RXNY"]]


def test_a_degree_without_code_or_text_has_both():
    sheet = [("305", None), (None, "文学硕士"), ("30501", None), (None, "文学士")]
    rows = awards_of(*(award(at, degree_category_code=code, degree_category_name=name)
                       for at, (code, name) in enumerate(sheet)))  # fmt: skip
    assert rows.select("degree_category_code", "degree_category_name").rows() == [
        ("305", "文学硕士学位"), ("305", "文学硕士"), ("30501", None), (None, "文学士"),
    ]  # fmt: skip


CODED = [
    (
        "MZM",
        "ethnic_group",
        {"汉": "01", "汉族": "01", "01": "01", "毛难族": "36", "崩龙": "46", "基诺族": "56"},
    ),
    ("MZ", "ethnic_group", {"汉": "汉族", "1": "1", "毛难族": "毛南族", "98": "外国血统"}),
    ("ZZMMM", "political_status", {"群众": "13", "中共党员": "01", "团员": "03"}),
    ("ZZMM", "political_status", {"13": "群众", "无": "无"}),
    ("XBM", "sex", {"男": "1", "女": "2"}),
    ("ZJLXM", "document_type", {"居民身份证": "01", "护照": "护照"}),
    ("RXNY", "entry_on", {"20190901": "201909"}),
]


@pytest.mark.parametrize(("code", "of", "written"), CODED)
def test_codes_and_texts_are_written_as_the_column_has_them(code, of, written):
    subject = good_subjects().head(1)
    frames = [subject.with_columns(pl.lit(value).alias(of)) for value in written]
    assert [records_of(PACKAGED["degree-34"], frame)[code][0] for frame in frames] == list(written.values())


def test_what_no_code_table_knows_is_refused_by_column():
    strange = good_subjects().with_columns(ethnic_group=pl.lit("汉民"), document_type=pl.lit("护照"))
    records = records_of(PACKAGED["degree-34"], strange).hstack(strange.select("level_name")).head(1)
    told = [(code, column) for _, code, column in check(records, table_rules(PACKAGED["degree-34"])).rows()]
    assert told == [("T402", "MZM"), ("T402", "ZJLXM"), ("T404", "MZ"), ("T404", "MZM"), ("T404", "ZJLXM")]


OLD_NUMBERS = {
    "1040332021000001": [], "Z104033202100000A": ["T403"], "Z1040332021S00001": [], "L1040332021000001": [],
    "Z1040332014000001": ["T406"], "X1040332021000001": ["T403"], "1040342021000001": ["T406"],
}  # fmt: skip
"""Of an award of 2021, whatever its era."""


def test_a_degree_number_before_2016_may_have_letters():
    numbers = PACKAGED["degree-34-2005"], PACKAGED["degree-34"]
    column = {table.id: next(each for each in table.columns if each.code == "XWZSBH") for table in numbers}
    cases = {table.id: [(column[table.id], number) for number in OLD_NUMBERS] for table in numbers}
    old, new = (outcomes(table, cases[table.id]) for table in numbers)
    assert old == list(OLD_NUMBERS.values())
    assert ["T403" in codes for codes in new] == [not number.isdigit() for number in OLD_NUMBERS]


@pytest.mark.parametrize(
    ("table", "code"),
    [(table, code) for table in PACKAGED.values() for code in table.unique],
    ids=lambda part: getattr(part, "id", part),
)
def test_a_unique_value_may_not_repeat(table, code):
    other = records_of(table, good_subjects())[code][1]
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
    assert breaches_of(TABLES["degree"], XWZSBH="Z1040332021000001"[:16]) == [(0, "T403", "XWZSBH")]


def test_every_rule_of_a_table_has_been_broken_above():
    by_assessment = {"T407", "T410", "T425"}
    by_numbering = {f"T43{last}" for last in range(9)}
    broken = {"T401", "T402", "T403", "T404", "T405", "T406", "T411", "T412"}
    broken |= {"T420", "T421", "T422", "T423", "T424"}
    assert broken | by_assessment | by_numbering == {code for code in REASONS if code.startswith("T")}


def test_every_column_is_of_something_known():
    assert {column.of for table in PACKAGED.values() for column in table.columns} <= set(SUBJECT)
    assert set(AWARDS) <= set(SUBJECT)


def test_a_blank_president_is_missing():
    campaign = a_campaign()
    blank = campaign.model_copy(update={"campaign": campaign.campaign.model_copy(update={"president": ""})})
    subject = known(campaign=blank)
    records = records_of(TABLES["diploma"], subject).hstack(subject.select("level_name"))
    assert check(records, table_rules(TABLES["diploma"])).rows() == [(0, "T401", "XZM"), (1, "T401", "XZM")]


def test_dates_and_names_are_written_as_the_receivers_want_them():
    subject = good_subjects().row(0, named=True)
    assert subject["born_on"] == "19980131"
    assert subject["graduation_on"] == "20210630"
    assert subject["photo_name"] == f"{subject['document_no']}.jpg"


def test_without_a_photo_there_is_no_photo_name():
    assert known(photos=PHOTOS.clear())["photo_name"].to_list() == [None, None]
