"""Holding frames against rules: bad rows are caught, broken rules are told, and no row is quoted."""

import pandera.polars as pa
import polars as pl
import pytest
from pandera.errors import SchemaErrors

from schemas.reasons import Reason, Severity
from schemas.roster import Roster
from schemas.rules import Ruled, check_of, rule, rules_of
from tests.builders import citizen_no, roster_of, student
from transforms.validation import as_findings, check, findings, masked

SECRET = citizen_no(7)


def positive(column="size"):
    return check_of(Reason.VALUE_MALFORMED, column, pl.col(column) > 0)


def test_bad_rows_are_caught():
    frame = pl.DataFrame({"size": [1, -1, 0, None, 5]})
    assert check(frame, rules_of([positive()])).rows() == [(1, "T403", "size"), (2, "T403", "size")]


def test_good_rows_break_nothing():
    broken = check(pl.DataFrame({"size": [1, None]}), rules_of([positive()]))
    assert broken.is_empty()
    assert broken.columns == ["index", "code", "column"]
    assert check(pl.DataFrame({"size": []}, schema={"size": pl.Int64}), rules_of([positive()])).is_empty()


def test_every_one_of_many_equal_rows_is_told():
    frame = pl.DataFrame({"size": [-1] * 3000})
    assert check(frame, rules_of([positive()]))["index"].to_list() == list(range(3000))


def test_a_lazy_frame_would_let_bad_rows_pass():
    """Why `check` takes frames that are there: pandera looks at no row of a lazy one."""
    lazy = pl.LazyFrame({"size": [-1]}).with_row_index("index")
    assert rules_of([positive()]).validate(lazy, lazy=True).collect().height == 1
    assert check(lazy.drop("index").collect(), rules_of([positive()])).height == 1


def test_pandera_quotes_nobody():
    frame = pl.DataFrame({"size": [-1], "name": [SECRET]}).with_row_index("index")
    with pytest.raises(SchemaErrors) as caught:
        rules_of([positive()]).validate(frame, lazy=True)
    assert caught.value.failure_cases["failure_case"].to_list() == ["0"]
    assert SECRET not in str(caught.value.failure_cases.rows())


@pytest.mark.parametrize("serials", [range(1, 40), ()])
def test_what_pandera_finds_rule_by_rule_is_what_one_query_finds(serials):
    odd = (
        {"sex": None},
        {"document_no": citizen_no(1)[:-1] + "?"},
        {"name": "张?"},
        {"student_no": "1E+11"},
        {},
    )
    roster = roster_of(*(student(serial, **odd[serial % len(odd)]) for serial in serials))
    found = check(roster, Roster).select("index", pl.concat_str("code", pl.lit(":"), "column")).rows()
    placed = roster.with_row_index("index")
    if not serials:
        assert Roster.validate(placed, lazy=True).is_empty()
        assert not found
        return
    with pytest.raises(SchemaErrors) as caught:
        Roster.validate(placed, lazy=True)
    assert sorted(found) == sorted(
        caught.value.failure_cases.select(pl.col("index").cast(pl.UInt32), "check").rows()
    )


def test_two_rules_of_one_name_are_told_once():
    frame = pl.DataFrame({"size": [-1]})
    assert check(frame, rules_of([positive(), positive()])).rows() == [(0, "T403", "size")]


def test_a_rule_that_looks_at_no_row_holds_for_all():
    rules = rules_of([positive(), check_of(Reason.VALUE_MISSING, "size", pl.col("size").max() > 5)])
    frame = pl.DataFrame({"size": [1, -1]})
    assert check(frame, rules).rows() == [(0, "T401", "size"), (1, "T401", "size"), (1, "T403", "size")]
    nothing = check_of(Reason.VALUE_NOT_LISTED, "size", pl.col("size").is_in([]).not_())
    assert check(frame, rules_of([positive(), nothing])).rows() == [(1, "T403", "size")]


class Named(Ruled):
    size: int

    @rule(Reason.VALUE_MALFORMED, "size")
    def size_is_positive(cls):
        return pl.col("size") > 0


def test_a_declared_rule_is_a_rule():
    assert check(pl.DataFrame({"size": [1, -1]}), Named).rows() == [(1, "T403", "size")]


@pytest.mark.parametrize(
    "rules",
    [
        rules_of([positive("weight")]),
        rules_of([check_of(Reason.VALUE_MALFORMED, "name", pl.col("name").cast(pl.Int64) > 0)]),
        rules_of([positive(), positive("weight")]),
        pa.DataFrameSchema({"weight": pa.Column(pl.Int64)}),
        pa.DataFrameSchema({"name": pa.Column(pl.Int64)}),
    ],
    ids=["missing column", "exception", "beside a bad row", "column declared", "wrong type"],
)
def test_a_rule_that_cannot_be_held_is_the_codes_fault(rules):
    frame = pl.DataFrame({"size": [-1, 1], "name": [SECRET, "张三"]})
    with pytest.raises(RuntimeError, match="rules could not be held") as caught:
        check(frame, rules)
    error = caught.value
    assert error.__cause__ is None
    assert error.__suppress_context__
    assert SECRET not in str(error)
    assert "张三" not in str(error)


def test_a_roster_without_a_column_is_the_codes_fault():
    with pytest.raises(RuntimeError):
        check(roster_of(student()).drop("sex"), Roster)


# -- findings ------------------------------------------------------------------------------------------------


def seen_of(**changes):
    roster = roster_of(student(**changes))
    found = findings(roster, check(roster, Roster), severities={})
    return dict(found.select("code", "seen").rows())


def test_a_finding_says_who_what_and_how_bad():
    roster = roster_of(student(), student(2, sex="女"))
    found = findings(roster, check(roster, Roster), severities={}, limits={"R115:sex": "男"})
    assert found.drop("input", "sheet_row", "waived").rows() == [
        (3, "401019000002", None, "R115", "block", "sex", "女", "男")
    ]


def test_a_profile_changes_the_severity():
    roster = roster_of(student(sex="女"))
    found = findings(roster, check(roster, Roster), severities={"R115": Severity.INFO})
    assert found["severity"].to_list() == ["info"]


def test_id_numbers_are_masked_wherever_they_are_seen():
    wrong = citizen_no(1)[:-1] + "8"
    assert seen_of(document_no=wrong) == {"R114": f"{wrong[:4]}**********{wrong[-4:]}"}
    assert seen_of(document_no="3.60102E+17") == {"R112": "3.60102E+17"}
    assert seen_of(document_no=None) == {"R111": None}


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        (SECRET, SECRET[:4] + "*" * 10 + SECRET[-4:]),
        (f"{SECRET}.0", f"{SECRET[:4]}{'*' * 12}{SECRET[-2:]}.0"),
        ("3.60102199801011E+17", "3.60************E+17"),
        ("G12345678", "G1*****78"),
        ("A12", "***"),
        ("", ""),
        ("7" * 100, "7777" + "*" * 64 + "7777"),
        (f"{SECRET}.jpg", f"{SECRET[:4]}{'*' * 14}.jpg"),
    ],
)
def test_nothing_of_a_number_is_left_to_read(number, shown):
    assert pl.DataFrame({"no": [number]}).select(masked(pl.col("no")))["no"].item() == shown


@pytest.mark.parametrize("column", ["document_no", "examinee_no", "ZJHM", "KSH", "SFZH", "ZP", "photo_name"])
def test_columns_of_id_numbers_are_masked(column):
    frame = pl.DataFrame({"row": [2], column: [SECRET]}, schema_overrides={"row": pl.UInt32})
    broken = pl.DataFrame(
        {"index": [0], "code": ["T405"], "column": [column]}, schema_overrides={"index": pl.UInt32}
    )
    assert SECRET not in findings(frame, broken, severities={})["seen"].item()


def test_a_column_that_the_frame_lacks_is_seen_as_nothing():
    frame = pl.DataFrame({"row": [2]}, schema={"row": pl.UInt32})
    broken = pl.DataFrame(
        {"index": [0], "code": ["T405"], "column": ["x"]}, schema_overrides={"index": pl.UInt32}
    )
    assert findings(frame, broken, severities={})["seen"].to_list() == [None]


def test_numbers_are_seen_to_four_places():
    frame = pl.DataFrame({"size": [-0.123456]})
    found = findings(frame, check(frame, rules_of([positive()])), severities={})
    assert found["seen"].to_list() == ["-0.1235"]


def test_findings_have_their_columns_whatever_they_come_from():
    assert as_findings(pl.DataFrame({"code": ["L201"]})).columns[:4] == [
        "row",
        "student_no",
        "capture_path",
        "code",
    ]
