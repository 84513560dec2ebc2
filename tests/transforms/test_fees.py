"""Who owes the capture fee."""

from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.audit import ENROLMENTS, FEES, EnrolmentState
from schemas.campaign import Fees
from transforms.fees import fee_lines, fee_sheet

FEE = Fees(per_person="15.00")
CAME = {"capture_path": "A/1.jpg"}


def enrolments(*lines):
    usual = {"unit_name": "文学院", "class_name": "一班"}
    return pl.DataFrame([usual | line for line in lines], schema=ENROLMENTS)


def counted(*lines, fees=FEE):
    return fee_lines(enrolments(*lines), fees).rows()


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ({"state": "accepted"} | CAME, [(1, 0, 1)]),
        ({"state": "accepted"}, [(1, 0, 0)]),
        ({"state": "rejected"} | CAME, [(1, 0, 1)]),
        ({"state": "rejected"}, [(1, 0, 0)]),
        ({"state": "missing"}, [(1, 0, 0)]),
        ({"state": "missing", "codes": "L201;R147"}, [(1, 1, 0)]),
        ({"state": "accepted", "codes": "R147"} | CAME, [(1, 1, 1)]),
        ({"state": "locked"}, []),
        ({"state": "ineligible"}, []),
    ],
)
def test_whoever_is_to_come_owes_the_fee(line, expected):
    assert [row[2:] for row in counted(line)] == expected


def test_a_line_for_each_class_in_order_those_without_one_last():
    lines = [
        {"state": "missing", "unit_name": "理学院"}, {"state": "missing", "class_name": None},
        {"state": "missing", "class_name": "二班"}, {"state": "accepted"} | CAME, {"state": "missing"},
        {"state": "missing", "unit_name": None},
    ]  # fmt: skip
    assert counted(*lines) == [
        ("文学院", "一班", 2, 0, 1), ("文学院", "二班", 1, 0, 0), ("文学院", None, 1, 0, 0),
        ("理学院", "一班", 1, 0, 0), (None, "一班", 1, 0, 0),
    ]  # fmt: skip


def test_units_may_collect():
    lines = [{"state": "missing"}, {"state": "missing", "class_name": "二班"}, {"state": "locked"}]
    assert counted(*lines, fees=Fees(per_person=15, payer="unit")) == [("文学院", None, 2, 0, 0)]


def test_without_a_fee_there_is_no_sheet():
    people = enrolments({"state": "missing"})
    assert fee_sheet(people, None) is None
    sheet = fee_sheet(people, FEE)
    assert (sheet.per_person, sheet.payer, dict(sheet.lines.schema)) == (Decimal("15.00"), "class", FEES)


people = st.lists(
    st.fixed_dictionaries({
        "state": st.sampled_from(sorted(EnrolmentState)), "unit_name": st.sampled_from(["甲", "乙", None]),
        "class_name": st.sampled_from(["一", "二", None]), "capture_path": st.sampled_from(["A/1.jpg", None]),
    }), max_size=12,
)  # fmt: skip


@given(people, st.sampled_from(["class", "unit"]))
def test_the_sheet_adds_up_to_the_states(lines, payer):
    sheet = fee_lines(enrolments(*lines), Fees(per_person=15, payer=payer))
    invited = [line for line in lines if line["state"] in {"accepted", "rejected", "missing"}]
    assert sheet["expected"].sum() == len(invited)
    assert sheet["captured"].sum() == sum(line["capture_path"] is not None for line in invited)
