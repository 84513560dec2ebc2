"""The capture fee as a sheet that the cashier ticks off: heads and amounts by unit and class, no names."""

from collections.abc import Sequence
from io import BytesIO
from itertools import groupby
from typing import Any, NamedTuple, TypeAlias

import polars as pl
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from outputs.reject_workbook import A4
from schemas.audit import FeeSheet, Summary
from schemas.titles import title

NAME = "收费表"
NO_UNIT, NO_CLASS, WHOLE_UNIT = "未注明学院", "未分班", "全院"
SUBTOTAL, TOTAL = "小计", "总计"

HEADERS = {
    "unit_name": 20, "class_name": 24, "to_capture": 9, "make_up": 9, "heads_captured": 9,
    "due_to_capture": 12, "due_captured": 12, "received": 12, "signature": 13,
}  # fmt: skip
"""The columns, as wide as their usual content, in characters of half a Han one."""

TEXTS, TO_FILL_IN = ("unit_name", "class_name"), ("received", "signature")
HEADS, AMOUNTS = ("to_capture", "make_up", "heads_captured"), ("due_to_capture", "due_captured")
Line: TypeAlias = dict[str, Any]
"""What stands in a line's cells, by column."""

FIRST_LINE = 3
"""Above stand what the sheet is, what it says, and the header."""
ROW_HEIGHT = 24
"""In points: room for a signature."""
TYPED = "#,##0.00;-#,##0.00;"
"""Nothing is shown as long as nothing was received."""


class Styles(NamedTuple):
    """How cells look, lines first, then sums."""

    heading: Format
    note: Format
    header: Format
    text: Format
    heads: Format
    amount: Format
    to_fill: Format
    sum_text: Format
    sum_heads: Format
    sum_amount: Format
    sum_typed: Format


def fee_workbook(summary: Summary, fees: FeeSheet) -> bytes:
    """One sheet: a line for each payer, a sum for each unit of several, one for all; dated by the run.

    Sums are formulas that follow what the cashier types in, and hold their values already.
    """
    buffer = BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    book.set_properties({"created": summary.started_at.replace(tzinfo=None)})
    sheet, styles = book.add_worksheet(NAME), _styles(book)
    _write_head(sheet, styles, summary, fees)
    last = _write_units(sheet, styles, fees)
    _set_up_page(sheet, last)
    book.close()
    return buffer.getvalue()


def _styles(book: xlsxwriter.Workbook) -> Styles:
    boxed = {"border": 1, "valign": "vcenter"}
    summed = {**boxed, "bold": True, "bg_color": "#DDE6F0"}
    heads, amount = {"num_format": "#,##0"}, {"num_format": "#,##0.00"}
    return Styles(
        heading=book.add_format({"bold": True, "font_size": 14}),
        note=book.add_format({"font_color": "#444444"}),
        header=book.add_format({**summed, "align": "center", "text_wrap": True}),
        text=book.add_format({**boxed, "num_format": "@", "text_wrap": True}),
        heads=book.add_format({**boxed, **heads}),
        amount=book.add_format({**boxed, **amount}),
        to_fill=book.add_format({**boxed, **amount, "bg_color": "#FFF8DC"}),
        sum_text=book.add_format(summed),
        sum_heads=book.add_format({**summed, **heads}),
        sum_amount=book.add_format({**summed, **amount}),
        sum_typed=book.add_format({**summed, "num_format": TYPED}),
    )


def _write_head(sheet: Worksheet, styles: Styles, summary: Summary, fees: FeeSheet) -> None:
    sheet.set_default_row(ROW_HEIGHT)
    for place, width in enumerate(HEADERS.values()):
        sheet.set_column(place, place, width)
    sheet.write_string(0, 0, f"图像采集费收缴表　{summary.campaign}", styles.heading)
    said = f"每人 {fees.per_person:.2f} 元；应拍不含已注册和不在范围的学生；运行编号 {summary.run}"
    sheet.write_string(1, 0, said, styles.note)
    for place, column in enumerate(HEADERS):
        sheet.write_string(FIRST_LINE - 1, place, title(column, "zh"), styles.header)


def _write_units(sheet: Worksheet, styles: Styles, fees: FeeSheet) -> int:
    """Write every unit and the total; the number of the last row."""
    row, lines = FIRST_LINE, _lines(fees)
    for unit, of_unit in groupby(lines, lambda line: line["unit_name"]):
        classes, first = list(of_unit), row
        for line in classes:
            _write_line(sheet, styles, row, line)
            row += 1
        if len(classes) > 1:
            _write_sum(sheet, styles, range(first, row), (str(unit), SUBTOTAL), classes)
            row += 1
    _write_sum(sheet, styles, range(FIRST_LINE, row), (TOTAL, ""), lines)
    return row


def _lines(fees: FeeSheet) -> list[Line]:
    """Every payer's cells by column: in words, heads, and what is due for all and for those who came."""
    per_person = int(fees.per_person * 100)
    named = fees.lines.select(
        pl.col("unit_name").fill_null(NO_UNIT),
        pl.col("class_name").fill_null(WHOLE_UNIT if fees.payer == "unit" else NO_CLASS),
        "make_up",
        to_capture="expected",
        heads_captured="captured",
        due_to_capture=pl.col("expected").cast(pl.Int64) * per_person / 100,
        due_captured=pl.col("captured").cast(pl.Int64) * per_person / 100,
    )
    return named.to_dicts()


def _write_line(sheet: Worksheet, styles: Styles, row: int, line: Line) -> None:
    looks = dict.fromkeys(TEXTS, styles.text) | dict.fromkeys(HEADS, styles.heads)
    looks |= dict.fromkeys(AMOUNTS, styles.amount) | dict.fromkeys(TO_FILL_IN, styles.to_fill)
    for place, column in enumerate(HEADERS):
        if column in TEXTS:
            sheet.write_string(row, place, line[column], looks[column])
        elif column in TO_FILL_IN:
            sheet.write_blank(row, place, None, looks[column])
        else:
            sheet.write_number(row, place, line[column], looks[column])


def _write_sum(
    sheet: Worksheet, styles: Styles, rows: range, label: tuple[str, str], lines: Sequence[Line]
) -> None:
    """Below `rows`, what `lines` add up to; a sum of everything passes over the sums in between."""
    looks = dict.fromkeys(HEADS, styles.sum_heads) | dict.fromkeys(AMOUNTS, styles.sum_amount)
    looks |= dict.fromkeys((*TEXTS, "signature"), styles.sum_text) | {"received": styles.sum_typed}
    for place, column in enumerate(HEADERS):
        letter = xl_col_to_name(place)
        if column in TEXTS:
            sheet.write_string(rows.stop, place, label[place], looks[column])
        elif column == "signature":
            sheet.write_blank(rows.stop, place, None, looks[column])
        elif not rows:
            sheet.write_number(rows.stop, place, 0, looks[column])
        else:
            formula = f"=SUBTOTAL(9,{letter}{rows.start + 1}:{letter}{rows.stop})"
            value = round(sum(line.get(column, 0) for line in lines), 2)
            sheet.write_formula(rows.stop, place, formula, looks[column], value)


def _set_up_page(sheet: Worksheet, last_row: int) -> None:
    """On paper: A4 upright, all columns, the header on each page, pages counted."""
    sheet.set_portrait()
    sheet.set_paper(A4)
    sheet.print_area(0, 0, last_row, len(HEADERS) - 1)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(FIRST_LINE - 1)
    sheet.set_footer("&C第 &P 页，共 &N 页")
    sheet.freeze_panes(FIRST_LINE, 2)
