"""Tables as people send them (.xlsx .csv .dbf), read cell by cell as text."""

import csv
import io
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import polars as pl
import python_calamine as calamine

from flows.cells import Cells, Row, cell_text, named, squared
from flows.dbf import read_dbf
from flows.plain_file import open_plain, refuse_no_file, unreadable
from flows.sheet_extent import ExtentError, extent_of
from flows.text_file import decode_text, line_of, not_as_named, too_large
from outputs.staging import digest_of
from schemas.errors import InputError
from schemas.reading import MB, reading_limits
from schemas.words import Text

OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"
"""A compound file: .xls, and what Office makes of a workbook with a password."""

CHECK_SHEET = Text("请检查是否选错了文件或工作表", "check whether it is the right file and sheet")


BLANK = r"^[\s\p{Cf}\x1C-\x1F]*$"
"""A cell in which nothing can be seen."""


class Grid(NamedTuple):
    """The first row that is not blank as `header`, and all rows behind it; a blank cell is null.

    `body` has one text column for each of the header's, named by its place from 0; `header_row` is the
    header's number in the sheet, `sheet` the worksheet's name, empty for CSV and DBF.
    """

    header: Row
    body: pl.DataFrame
    header_row: int
    sheet: str

    @property
    def place(self) -> Text:
        """Where the header stands, for a person."""
        line = line_of(max(self.header_row, 1))
        return Text(f"{self.sheet} {line.zh}".strip(), f"{self.sheet} {line.en}".strip())


def read_grid(path: Path) -> Grid:
    """A table from its first row that is not blank.

    InputError for a file that is missing, is no table, is not what its suffix says, or holds no cell.
    """
    if path.suffix.lower() not in _readers():
        raise InputError(
            path,
            Text("不支持这种文件", "this kind of file is not supported"),
            Text("请另存为 .xlsx、.csv 或 .dbf", "save it as .xlsx, .csv or .dbf"),
        )
    refuse_no_file(path)
    try:
        return _grid(path, digest_of(path))
    except OSError as error:
        raise unreadable(path, error) from error


@lru_cache(maxsize=8)
def _grid(path: Path, sha256: str) -> Grid:
    """A file's table; while its bytes are the same it is parsed once, though a command looks at it twice."""
    grid = _from_first_filled(path, _readers()[path.suffix.lower()](path))
    if digest_of(path) != sha256:
        raise InputError(
            path,
            Text("文件在读取期间被改动", "the file was changed while it was read"),
            Text("请保存并关闭它，再重新运行", "save and close it, then run again"),
        )
    return grid


def forget_grids() -> None:
    """Let go of what was parsed: once the inputs of a run are read, nobody looks at them again."""
    _grid.cache_clear()


def _readers() -> dict[str, Callable[[Path], Cells]]:
    return {".xlsx": _read_xlsx, ".csv": _read_csv, ".dbf": read_dbf}


def _from_first_filled(path: Path, cells: Cells) -> Grid:
    _refuse_long_cell(path, cells)
    text = pl.all()
    seen = cells.rows.select(pl.when(~text.str.contains(BLANK)).then(text))
    filled = seen.select(pl.any_horizontal(text.is_not_null()).arg_true()).to_series()
    if filled.is_empty():
        raise InputError(path, Text("表是空的", "the table is empty"), CHECK_SHEET, place=cells.sheet)
    first = filled[0]
    return Grid(list(seen.row(first)), seen[first + 1 :], cells.first_row + first, cells.sheet)


def _refuse_long_cell(path: Path, cells: Cells) -> None:
    """A cell of more characters than a spreadsheet can hold is a file's end that was lost, or no cell."""
    longest = reading_limits().cell_chars.value
    is_long = pl.any_horizontal(pl.all().str.len_chars() > longest)
    found = cells.rows.select(is_long.arg_true()).to_series()
    if found.len():
        line = line_of(cells.first_row + found[0])
        raise InputError(
            path,
            Text(f"有单元格超过 {longest} 个字符", f"a cell has more than {longest} characters"),
            Text(
                "请检查这一行的引号和分隔符，或缩短内容",
                "check this line's quotes and separators, or shorten it",
            ),
            place=Text(f"{cells.sheet} {line.zh}".strip(), f"{cells.sheet} {line.en}".strip()),
        )


# -- XLSX --------------------------------------------------------------------------------------------------


def _read_xlsx(path: Path) -> Cells:
    """The first worksheet that a person sees."""
    with open_plain(path) as file:
        if file.read(4) == OLD_WORKBOOK:
            raise InputError(
                path,
                Text("这是旧版 .xls 或加密的工作簿", "this is an old .xls or an encrypted workbook"),
                Text("请取消密码并另存为 .xlsx", "remove the password and save it as .xlsx"),
            )
    _refuse_vast_book(path)
    try:
        book = calamine.CalamineWorkbook.from_path(str(path))
        sheet = book.get_sheet_by_name(_first_visible(book))
    except (calamine.CalamineError, StopIteration) as error:
        raise not_as_named(path) from error
    rows: list[Row] = [
        [cell_text(cell) for cell in cells] for cells in sheet.to_python(skip_empty_area=False)
    ]
    return Cells(squared(rows), 1, sheet.name)


def _first_visible(book: calamine.CalamineWorkbook) -> str:
    """The name of the first worksheet that is not hidden; StopIteration where there is none."""
    worksheet, visible = calamine.SheetTypeEnum.WorkSheet, calamine.SheetVisibleEnum.Visible
    return next(
        each.name for each in book.sheets_metadata if each.typ == worksheet and each.visible == visible
    )


def _refuse_vast_book(path: Path) -> None:
    """A stray cell at a sheet's far end makes the reader ask for more memory than there is, and die."""
    try:
        extent = extent_of(path)
    except ExtentError as error:
        raise not_as_named(path) from error
    refuse_vast(path, extent.cells, text_bytes=extent.text_bytes)


def refuse_vast(path: Path, cells: int, *, columns: int = 0, text_bytes: int = 0) -> None:
    """InputError for a sheet of so many cells, blank ones too, or so much text, that no memory holds it."""
    limits = reading_limits()
    if cells > limits.cells.value or columns > limits.columns.value:
        raise InputError(
            path,
            Text(
                f"工作表的范围太大（{cells} 格），远处可能有多余的单元格",
                f"the sheet spans {cells} cells; there may be stray ones far away",
            ),
            Text("请把数据复制到新工作簿再保存", "copy the data into a new workbook and save that"),
        )
    if text_bytes > limits.table_mb.value * MB:
        raise too_large(path)


# -- CSV ---------------------------------------------------------------------------------------------------


def _read_csv(path: Path) -> Cells:
    """Cells between commas, tabs or semicolons, whichever the header has most of."""
    text = decode_text(path, path.read_bytes())
    header = text.lstrip("\r\n").split("\n", 1)[0]
    separator = max(",\t;", key=header.count)
    width, lines = header.count(separator) + 1, text.count("\n") + text.count("\r") + 1
    refuse_vast(path, max(width * lines, text.count(separator)), columns=width)
    rows = _plain_cells(text, separator) if _is_plain(text) else None
    return Cells(_quoted_cells(path, text, separator) if rows is None else rows, 1, "")


def _is_plain(text: str) -> bool:
    """Whether every separator separates and every line is a row: without quotes, blank lines, a lone CR."""
    has_marks = '"' in text or "\n\n" in text or "\n\r" in text or text.startswith(("\n", "\r"))
    return not has_marks and text.count("\r") == text.count("\r\n")


def _plain_cells(text: str, separator: str) -> pl.DataFrame | None:
    """The cells of a plain text, a tenth of the time that others take; None where a line is too long."""
    width = text.split("\n", 1)[0].count(separator) + 1
    with suppress(pl.exceptions.ComputeError, pl.exceptions.NoDataError):
        return pl.read_csv(
            text.encode(), has_header=False, separator=separator, quote_char=None, schema=named(width)
        )
    return None


def _quoted_cells(path: Path, text: str, separator: str) -> pl.DataFrame:
    """The cells of any text (RFC 4180). InputError for a quote without partner or a line too long."""
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        rows: list[Row] = [list(cells) for cells in lines]
    except csv.Error as error:
        raise InputError(
            path,
            Text("引号不成对", "a quote has no partner"),
            Text("请用 Excel 打开检查后另存为 CSV", "open it in Excel, check, and save as CSV again"),
            place=line_of(lines.line_num),
        ) from error
    _refuse_overlong(path, rows)
    width = max(map(len, rows), default=0)
    refuse_vast(path, width * len(rows), columns=width)
    return squared(rows)


def _refuse_overlong(path: Path, rows: list[Row]) -> None:
    """A line longer than its header has a separator too many: its cells stand in wrong columns."""
    header = next((cells for cells in rows if _is_seen(cells)), [])
    for number, cells in enumerate(rows, 1):
        if len(cells) > len(header) and _is_seen(cells[len(header) :]):
            raise InputError(
                path,
                Text("这一行的列比表头多", "this line has more cells than the header"),
                Text(
                    "含逗号的内容请加引号，表头上方不要有标题行",
                    "quote what holds a comma; no title may stand above the header",
                ),
                place=line_of(number),
            )


def _is_seen(cells: Row) -> bool:
    """Whether anything can be seen in some cell."""
    return bool(pl.Series(cells, dtype=pl.String).str.contains(BLANK).not_().any())
