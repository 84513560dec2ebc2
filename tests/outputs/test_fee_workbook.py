"""The cashier's sheet: what a reader of its own finds in it adds up."""

import io
from decimal import Decimal

import openpyxl
import polars as pl
import pytest

from outputs.audit import write_audit
from outputs.fee_workbook import HEADERS, fee_workbook
from schemas.audit import FEES, FeeSheet
from schemas.titles import title
from tests.run_frames import capture_day, the_material

LINES = [
    ("=文学院", "一班", 30, 2, 28), ("=文学院", "二班", 25, 0, 0), ("=文学院", None, 1, 1, 1),
    ("理学院", "一班", 7, 0, 7), (None, "一班", 3, 0, 2),
]  # fmt: skip
SUMMARY = capture_day().summary
TITLES = [title(column, "zh") for column in HEADERS]


def sheet_of(lines, *, per_person="15.00", payer="class", values=True):
    fees = FeeSheet(Decimal(per_person), payer, pl.DataFrame(lines, schema=FEES, orient="row"))
    book = openpyxl.load_workbook(io.BytesIO(fee_workbook(SUMMARY, fees)), data_only=values)
    (sheet,) = book.worksheets
    return sheet


def rows(sheet):
    return [[cell.value for cell in row] for row in sheet.iter_rows(min_row=4)]


def test_every_payer_has_a_line_every_unit_of_several_a_sum():
    sheet = sheet_of(LINES)
    assert [cell.value for cell in sheet[3]] == TITLES
    assert rows(sheet) == [
        ["=文学院", "一班", 30, 2, 28, 450, 420, None, None],
        ["=文学院", "二班", 25, 0, 0, 375, 0, None, None],
        ["=文学院", "未分班", 1, 1, 1, 15, 15, None, None],
        ["=文学院", "小计", 56, 3, 29, 840, 435, 0, None],
        ["理学院", "一班", 7, 0, 7, 105, 105, None, None],
        ["未注明学院", "一班", 3, 0, 2, 45, 30, None, None],
        ["总计", "", 66, 3, 38, 990, 570, 0, None],
    ]


def test_sums_are_formulas_that_do_not_count_a_line_twice():
    written = rows(sheet_of(LINES, values=False))
    assert written[3][2:8] == [f"=SUBTOTAL(9,{letter}4:{letter}6)" for letter in "CDEFGH"]
    assert written[6][2:8] == [f"=SUBTOTAL(9,{letter}4:{letter}9)" for letter in "CDEFGH"]
    assert sheet_of(LINES, values=False)["A4"].data_type == "s"


@pytest.mark.parametrize(("fee", "due"), [("15", 45), ("0.10", 0.3), ("12.35", 37.05)])
def test_amounts_are_exact_to_the_fen(fee, due):
    (line, total) = rows(sheet_of([("文学院", "一班", 3, 0, 3)], per_person=fee))
    assert line[5:7] == total[5:7] == [due, due]


def test_units_that_collect_have_one_line_each():
    assert [row[:3] for row in rows(sheet_of([("文学院", None, 5, 0, 0)], payer="unit"))] == [
        ["文学院", "全院", 5],
        ["总计", "", 5],
    ]


def test_nobody_to_come_is_an_empty_sheet():
    assert rows(sheet_of([])) == [["总计", "", 0, 0, 0, 0, 0, 0, None]]


def test_it_prints_on_a4_with_its_header_on_each_page():
    sheet = sheet_of(LINES)
    assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "portrait")
    assert sheet.print_title_rows == "$3:$3"
    assert sheet.print_area == "'收费表'!$A$1:$I$10"
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.page_setup.fitToHeight == 0


def test_the_audit_has_it_where_there_is_a_fee(tmp_path):
    fees = FeeSheet(Decimal(15), "class", pl.DataFrame(LINES, schema=FEES, orient="row"))
    folder = write_audit(capture_day()._replace(fees=fees), the_material(), folder=tmp_path / "r")
    assert (folder / "fees.xlsx").read_bytes() == fee_workbook(SUMMARY, fees)
