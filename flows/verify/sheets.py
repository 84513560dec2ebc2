"""What a table has besides its XML, read back as rows of text with their header, or why there are none."""

import csv
import struct
from collections.abc import Callable
from io import BytesIO, StringIO

import python_calamine as calamine

from flows.sheet_extent import ExtentError, extent_of
from flows.verify.source import LARGEST
from outputs import dbf_table
from schemas.profile import FileKind, Table
from schemas.words import Text

Rows = list[list[str]]

CELLS_MAX = 50_000_000
"""A workbook that spans more cells is not opened: a sheet has 1,048,576 rows, our tables some 40 columns."""
NO_WORKBOOK = Text("不是有效的工作簿", "is no valid workbook")
NO_DBF = Text("不是完整的 dBASE III 文件", "is no whole dBASE III file")


def csv_rows(data: bytes, table: Table) -> Rows | Text:
    """The rows of a CSV in the table's encoding, of which every byte is as that writes it."""
    try:
        text = data.decode(table.encoding)
    except UnicodeDecodeError:
        text = ""
    if text.encode(table.encoding) != data:
        return Text(f"不是 {table.encoding} 编码", f"is not encoded as {table.encoding}")
    try:
        return list(csv.reader(StringIO(text, newline=""), strict=True))
    except csv.Error:
        return Text("不是有效的 CSV", "is not valid CSV")


def xlsx_rows(data: bytes, _: Table) -> Rows | Text:
    """The rows of a workbook's only sheet, of which every cell is a text and none a formula."""
    try:
        extent = extent_of(BytesIO(data))
        if extent.cells > CELLS_MAX or extent.text_bytes > LARGEST or extent.has_formula:
            return Text("含有公式或范围太大", "holds a formula, or spans too many cells")
        book = calamine.CalamineWorkbook.from_filelike(BytesIO(data))
        if len(book.sheet_names) != 1:
            return Text("工作表不止一张", "has more than one sheet")
        rows = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except (ExtentError, calamine.CalamineError, OSError):
        return NO_WORKBOOK
    if not all(isinstance(cell, str) for row in rows for cell in row):
        return Text("有单元格不是文本", "has a cell that is no text")
    return [[str(cell) for cell in row] for row in rows]


def dbf_rows(data: bytes, table: Table) -> Rows | Text:
    """The rows of a DBF in GBK whose fields are the table's and of whose records none is deleted."""
    try:
        described = dbf_table.fields(table)
    except (struct.error, UnicodeEncodeError):
        return NO_DBF
    start, size = dbf_table.HEAD.size + len(described), dbf_table.record_bytes(table)
    if len(data) < start:
        return NO_DBF
    kind, _, _, _, count, *shape = dbf_table.HEAD.unpack_from(data)
    declared = data[dbf_table.HEAD.size : start]
    if (kind, shape, declared) != (dbf_table.KIND, [start, size, dbf_table.GBK_LANGUAGE], described):
        return Text("字段或语言标记与规格不符", "its fields or its language are not the profile's")
    end = start + count * size
    marks = data[start:end:size]
    if data[end:] != dbf_table.END_OF_FILE or len(marks) != count or set(marks) - set(dbf_table.LIVE):
        return NO_DBF
    try:
        records = [_fields(data[place + 1 : place + size], table) for place in range(start, end, size)]
    except UnicodeDecodeError:
        return Text("不是 GBK 编码", "is not encoded as GBK")
    return [list(dbf_table.widths_of(table)), *records]


def _fields(record: bytes, table: Table) -> list[str]:
    """A record's texts, without the blanks that fill their fields."""
    texts, place = [], 0
    for width in dbf_table.widths_of(table).values():
        texts.append(record[place : place + width].decode("gbk").rstrip(" \0"))
        place += width
    return texts


READERS: dict[FileKind, Callable[[bytes, Table], Rows | Text]] = {
    "csv": csv_rows, "dbf": dbf_rows, "xlsx": xlsx_rows,
}  # fmt: skip
