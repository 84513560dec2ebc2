"""Who must come again, as a workbook for one unit: a sheet of all, and one for each of several classes."""

from datetime import date
from io import BytesIO
from typing import NamedTuple

import polars as pl
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from outputs.case_workbook import sheet_name
from outputs.reject_workbook import A4
from outputs.xlsx_table import CELL_MAX
from schemas.sheets import TURNS, Head

WHOLE = "全院"
TITLE = "毕业生图像采集补拍与更正名单"
HEADERS = {
    "序号": 5, "学号": 15, "姓名": 13, "班级": 24, "办理": 11, "情况": 6, "原因": 30, "处理办法": 40,
    "通知与回执": 12,
}  # fmt: skip
"""The columns, as wide as their usual content, in characters of half a Han one."""
COLUMNS = ("student_no", "name", "class_name", "turns", "state", "reasons", "advice")
"""What stands between the number and the cell to fill in."""
WRAPS = [width for header, width in HEADERS.items() if header not in {"序号", "通知与回执"}]
CENTRED = ("序号", "学号", "情况")
FIRST_LINE = 5
"""Above stand the title, what it says, what is asked, and the header below an empty line."""
LINE_PT, SPARE_PT = 15, 6
"""A line of text in a cell, and the room around all of them."""
MARGIN_IN = 0.5


class Styles(NamedTuple):
    """How cells look."""

    title: Format
    note: Format
    asked: Format
    header: Format
    text: Format
    centred: Format
    strong: Format
    to_fill: Format


def recall_workbook(unit: str, lines: pl.DataFrame, head: Head) -> bytes:
    """The unit's lines (RECALLS) ready to send: all text, no ID number, dated by the run."""
    buffer = BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    made_at = pl.Series([head.made_on]).cast(pl.Datetime)[0]
    book.set_properties({"title": f"{unit} {TITLE}", "created": made_at})
    styles = _styles(book)
    taken: set[str] = set()
    _write_sheet(book.add_worksheet(sheet_name(WHOLE, taken)), styles, unit, lines, head)
    classes = lines.partition_by("class_name", maintain_order=True)
    for part in classes if len(classes) > 1 else ():
        name = part["class_name"][0]
        _write_sheet(book.add_worksheet(sheet_name(name, taken)), styles, f"{unit} {name}", part, head)
    book.close()
    return buffer.getvalue()


def _styles(book: xlsxwriter.Workbook) -> Styles:
    boxed = {
        "border": 1, "border_color": "#888888", "valign": "vcenter", "num_format": "@", "text_wrap": True,
    }  # fmt: skip
    return Styles(
        title=book.add_format({"bold": True, "font_size": 16, "align": "center_across", "valign": "vcenter"}),
        note=book.add_format({"align": "center_across", "font_color": "#444444"}),
        asked=book.add_format({"align": "left", "valign": "vcenter", "text_wrap": True}),
        header=book.add_format({**boxed, "bold": True, "align": "center", "bg_color": "#DDE6F0"}),
        text=book.add_format(boxed),
        centred=book.add_format({**boxed, "align": "center"}),
        strong=book.add_format({**boxed, "bold": True, "align": "center"}),
        to_fill=book.add_format({**boxed, "bg_color": "#FFF8DC"}),
    )


def _write_sheet(sheet: Worksheet, styles: Styles, whose: str, lines: pl.DataFrame, head: Head) -> None:
    _write_head(sheet, styles, whose, lines, head)
    _write_lines(sheet, styles, lines)
    _set_up_page(sheet, lines.height, head)


def _write_head(sheet: Worksheet, styles: Styles, whose: str, lines: pl.DataFrame, head: Head) -> None:
    for place, width in enumerate(HEADERS.values()):
        sheet.set_column(place, place, width)
    for row, (text, look) in enumerate(
        [(f"{whose}　{TITLE}", styles.title), (_counted(lines, head), styles.note)]
    ):
        sheet.write_string(row, 0, text, look)
        for place in range(1, len(HEADERS)):
            sheet.write_blank(row, place, None, look)
    sheet.merge_range(2, 0, 2, len(HEADERS) - 1, _asked(head), styles.asked)
    for row, height in enumerate((30, 18, 36, 6)):
        sheet.set_row(row, height)
    for place, header in enumerate(HEADERS):
        sheet.write_string(FIRST_LINE - 1, place, header, styles.header)


def _counted(lines: pl.DataFrame, head: Head) -> str:
    """Whose run it was and how many are asked for what."""
    turns = ((text.zh, lines["turns"].str.contains(text.zh, literal=True).sum()) for text in TURNS.values())
    counts = "，".join(f"{word} {heads} 人" for word, heads in turns)
    whole = f"{said_of(head.made_on)}处理结果　共 {lines.height} 人：{counts}"
    return f"{head.school}　批次 {head.campaign}　{whole}"


def _asked(head: Head) -> str:
    """What the unit is to do."""
    until = f"，最迟{said_of(head.deadline)}办完" if head.deadline else ""
    return (
        f"请通知下列学生{until}。办理为“补拍”的，须本人按处理办法重新采集；为“更正信息”的，请核对证件或学籍后把正确内容"
        "报回，本人不必来；为“等候核对”的，学校正在核对，暂不必来。通知后请在最后一列注明。"
    )


def said_of(day: date) -> str:
    """A day in Chinese."""
    return f"{day.year}年{day.month}月{day.day}日"


def _write_lines(sheet: Worksheet, styles: Styles, lines: pl.DataFrame) -> None:
    looks = [styles.centred if header in CENTRED else styles.text for header in HEADERS]
    heights = lines.select(pl.max_horizontal(_height(*each) for each in zip(COLUMNS, WRAPS, strict=True)))
    for number, values in enumerate(lines.select(COLUMNS).iter_rows(), start=1):
        row = FIRST_LINE + number - 1
        sheet.set_row(row, heights.item(number - 1, 0))
        sheet.write_number(row, 0, number, looks[0])
        for place, value in enumerate(values, start=1):
            look = styles.strong if COLUMNS[place - 1] == "turns" else looks[place]
            sheet.write_string(row, place, (value or "")[:CELL_MAX], look)
        sheet.write_blank(row, len(HEADERS) - 1, None, styles.to_fill)


def _height(column: str, width: int) -> pl.Expr:
    """The row's height in points that a cell's text needs; a Han character is as wide as two others."""
    text = pl.col(column).fill_null("")
    halves = (text.str.len_bytes() + text.str.len_chars()) / 2
    return (halves / (width - 1)).ceil().clip(1) * LINE_PT + SPARE_PT


def _set_up_page(sheet: Worksheet, height: int, head: Head) -> None:
    """On paper: A4 across, all columns, title and header on each page, pages counted."""
    last = FIRST_LINE + height - 1
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.set_margins(left=MARGIN_IN, right=MARGIN_IN, top=MARGIN_IN, bottom=1.5 * MARGIN_IN)
    sheet.center_horizontally()
    sheet.print_area(0, 0, last, len(HEADERS) - 1)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(FIRST_LINE - 1)
    said = f"运行 {head.run}".replace("&", "&&")
    sheet.set_footer(f"&L{said}&C第 &P 页，共 &N 页&R含个人信息，仅供办理使用")
    sheet.freeze_panes(FIRST_LINE, 3)
    sheet.ignore_errors({"number_stored_as_text": f"B{FIRST_LINE + 1}:B{last + 1}"})
    sheet.autofilter(FIRST_LINE - 1, 0, last, len(HEADERS) - 1)
