"""The rejects as a workbook for the clerk, who fills in the new values and hands it back."""

from collections.abc import Mapping
from io import BytesIO
from typing import NamedTuple

import polars as pl
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from outputs.audit_tables import told_findings
from outputs.xlsx_table import CELL_MAX, ROWS_MAX
from schemas.audit import AuditFrames
from schemas.places import CORRECTABLE, INPUTS
from schemas.titles import SEVERITIES, STATES, title
from schemas.words import Text

NAME = "退回清单"
TO_FILL_IN = "更正为"
OWN_FILE = "更正表"
"""The input of a finding that is about a corrections file's own line."""

A4 = 9
"""The number that workbooks have for it (ECMA-376, 18.3.1.63)."""

WRAPPED = ("原因", "要求", "处理办法", "豁免")
"""Columns of sentences."""

WIDTHS = {
    "级别": 7, "学号": 15, "姓名": 11, "学院": 16, "班级": 11, "原因": 34, "列": 13, "原值": 22,
    TO_FILL_IN: 22, "要求": 20, "处理办法": 46, "豁免": 30, "表": 11, "文件": 22, "工作表": 10,
    "行号": 7, "单元格": 8, "实测": 18, "状态": 8, "代码": 7,
}  # fmt: skip
"""The columns in the clerk's order, as wide as their usual content, in characters of half a Han one.

Who, what is wrong and the cell to fill in fit one screen. A filled-in workbook is read by the headers of
`schemas.corrections.CORRECTION_HEADERS`.
"""


class Styles(NamedTuple):
    """How cells look: plain text, a header, a sentence, a cell to fill in."""

    text: Format
    bold: Format
    wrapped: Format
    to_fill: Format


def reject_workbook(frames: AuditFrames) -> bytes:
    """One sheet, all text: a header that stays and filters, a line per finding, a column to fill in.

    Cells that can be corrected are coloured. The workbook is dated by the run. What one sheet cannot hold
    stands on the next.
    """
    lines = _lines(frames)
    buffer = BytesIO()
    book = xlsxwriter.Workbook(buffer, {"constant_memory": True})
    book.set_properties({"created": frames.summary.started_at.replace(tzinfo=None)})
    styles = _styles(book)
    parts = list(lines.iter_slices(ROWS_MAX - 1)) or [lines]
    for number, part in enumerate(parts, start=1):
        sheet = book.add_worksheet(NAME if number == 1 else f"{NAME} {number}")
        _set_up_page(sheet, part.height)
        _write_header(sheet, styles, part.height)
        _write_lines(sheet, styles, part)
    book.close()
    return buffer.getvalue()


def _styles(book: xlsxwriter.Workbook) -> Styles:
    plain = {"num_format": "@", "valign": "top"}
    return Styles(
        text=book.add_format(plain),
        bold=book.add_format({"num_format": "@", "bold": True, "bg_color": "#DDE6F0", "bottom": 1}),
        wrapped=book.add_format({**plain, "text_wrap": True}),
        to_fill=book.add_format({**plain, "bg_color": "#FFF8DC", "border": 4}),
    )


def _set_up_page(sheet: Worksheet, height: int) -> None:
    """On paper: A4 across, from the student to what is to be done, the header on each page."""
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.print_area(0, 0, height, list(WIDTHS).index("处理办法"))
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)


def _write_header(sheet: Worksheet, styles: Styles, height: int) -> None:
    for place, width in enumerate(WIDTHS.values()):
        sheet.set_column(place, place, width, styles.text)
    for place, header in enumerate(WIDTHS):
        sheet.write_string(0, place, header, styles.bold)
    sheet.freeze_panes(1, list(WIDTHS).index("学院"))
    sheet.autofilter(0, 0, height, len(WIDTHS) - 1)


def _write_lines(sheet: Worksheet, styles: Styles, lines: pl.DataFrame) -> None:
    to_fill = list(WIDTHS).index(TO_FILL_IN)
    looks = [styles.wrapped if header in WRAPPED else styles.text for header in WIDTHS]
    for number, (is_correctable, *values) in enumerate(lines.iter_rows(), start=1):
        for place, value in enumerate(values):
            if value:
                sheet.write_string(number, place, value, looks[place])
        if is_correctable:
            sheet.write_blank(number, to_fill, None, styles.to_fill)


def _lines(frames: AuditFrames) -> pl.DataFrame:
    """Whether a finding's cell can be corrected, then the columns of WIDTHS in words, all text."""
    told = told_findings(frames)
    inputs = {kind: text.zh for kind, text in INPUTS.items()}
    kind = pl.col("input").replace_strict(inputs, default=OWN_FILE, return_dtype=pl.String)
    items = {column: title(column, "zh") for column in told["column"].drop_nulls().unique()}
    is_more = pl.col("cell_text").is_null() | pl.col("seen").ne_missing(pl.col("cell_text"))
    columns: dict[str, pl.Expr | str] = {
        "级别": _said("severity", SEVERITIES), "学号": "student_no", "姓名": "name", "学院": "unit_name",
        "班级": "class_name", "原因": "message",
        "列": pl.coalesce("header", pl.col("column").replace(items)), "原值": "cell_text",
        TO_FILL_IN: pl.lit(None, pl.String), "要求": "limit", "处理办法": "fix", "豁免": "waived",
        "表": pl.when(pl.col("input").is_not_null()).then(kind), "文件": "file", "工作表": "sheet",
        "行号": "sheet_row", "单元格": "cell", "实测": pl.when(is_more).then("seen"),
        "状态": _said("state", STATES), "代码": "code",
    }  # fmt: skip
    ordered = {header: columns[header] for header in WIDTHS}
    can_be = pl.col("input").is_in(CORRECTABLE) & pl.col("sheet_row").is_not_null()
    return told.select(is_correctable=can_be.fill_null(False), **ordered).with_columns(
        pl.exclude("is_correctable").cast(pl.String).str.head(CELL_MAX)
    )


def _said(column: str, words: Mapping[str, Text]) -> pl.Expr:
    return pl.col(column).replace({key: text.zh for key, text in words.items()})
