"""The to-do list for the departments: a sheet for each unit, all text."""

from collections.abc import Mapping
from datetime import datetime
from io import BytesIO

import polars as pl
import xlsxwriter

from outputs.xlsx_table import CELL_MAX

COLUMNS = {
    "学院": 16, "学号": 14, "姓名": 10, "事项": 13, "原因": 24, "对方原话": 26, "提出日期": 11, "期限": 11,
    "逾期": 6, "办理": 36, "编号": 6,
}  # fmt: skip
"""The columns, as wide as their usual content, in characters of half a Han one."""
WRAPPED = ("原因", "对方原话", "办理")
NO_UNIT = "未注明学院"
_FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))
_SHEET_NAME_MAX = 31
"""Characters of a sheet's name."""
_A4 = 9


def case_workbook(lines: pl.DataFrame, made_at: datetime) -> bytes:
    """The lines (COLUMNS, all text) as a workbook, a sheet for each unit."""
    buffer = BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    book.set_properties({"created": made_at.replace(tzinfo=None)})
    looks = {
        "text": book.add_format({"num_format": "@", "valign": "top"}),
        "wrapped": book.add_format({"num_format": "@", "valign": "top", "text_wrap": True}),
        "bold": book.add_format({"num_format": "@", "bold": True, "bg_color": "#DDE6F0", "bottom": 1}),
    }
    parts = lines.partition_by("学院", maintain_order=True) or [lines]
    taken: set[str] = set()
    for part in parts:
        unit = part["学院"][0] if part.height else None
        _write_sheet(book, sheet_name(unit or NO_UNIT, taken), part, looks)
    book.close()
    return buffer.getvalue()


def sheet_name(unit: str, taken: set[str]) -> str:
    """A unit's name as a sheet may bear it, told apart from those `taken`, which it joins."""
    base = unit.translate(_FORBIDDEN).strip() or NO_UNIT
    name, number = base[:_SHEET_NAME_MAX], 1
    while name.casefold() in taken:
        number += 1
        mark = f" {number}"
        name = base[: _SHEET_NAME_MAX - len(mark)] + mark
    taken.add(name.casefold())
    return name


def _write_sheet(
    book: xlsxwriter.Workbook, name: str, lines: pl.DataFrame, looks: Mapping[str, object]
) -> None:
    """One unit: a header that stays and filters, and on paper A4 across."""
    sheet = book.add_worksheet(name)
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    for place, (header, width) in enumerate(COLUMNS.items()):
        sheet.set_column(place, place, width, looks["text"])
        sheet.write_string(0, place, header, looks["bold"])
    sheet.freeze_panes(1, list(COLUMNS).index("事项"))
    sheet.autofilter(0, 0, lines.height, len(COLUMNS) - 1)
    styles = [looks["wrapped" if header in WRAPPED else "text"] for header in COLUMNS]
    for number, values in enumerate(lines.select(list(COLUMNS)).iter_rows(), start=1):
        for place, value in enumerate(values):
            if value:
                sheet.write_string(number, place, value[:CELL_MAX], styles[place])
