"""Tables as people send them (.xlsx .csv .dbf), read with every cell as text. A wrong file is refused whole."""

import codecs
import io
import struct
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import NamedTuple

import dbfread
import polars as pl
import python_calamine as calamine

from schemas.errors import InputError
from schemas.words import Text

EXACT_DIGITS = 15
"""A spreadsheet keeps this many digits of a number; what is longer has lost some (IEEE 754 double)."""

DBF_HEADER = struct.Struct("<4sIHH")
DBF_HEADER_MIN = 32
"""dBASE III: kind and date, records, bytes of header, bytes of a record; 32 bytes before the first field."""


class Grid(NamedTuple):
    """Cells as text; `first_row` is the sheet's number of the first one, `sheet` its name (empty for CSV, DBF)."""

    rows: list[list[str | None]]
    first_row: int
    sheet: str


class Headers(NamedTuple):
    """For each column its accepted headers, and the columns that a file must have."""

    synonyms: Mapping[str, Sequence[str]]
    required: Sequence[str]


def read_table(path: Path, headers: Headers) -> pl.DataFrame:
    """One file as a frame of text: `row` (the sheet's row number) and every column of `headers`, null if absent.

    Raises InputError for a file that is missing, is not what its suffix says, has no rows, or has a missing
    or doubled column.
    """
    grid = _read_grid(path)
    names = _columns(path, grid, headers)
    body = [(number, cells) for number, cells in enumerate(grid.rows[1:], grid.first_row + 1) if any(cells)]
    if not body:
        raise InputError(path, Text("表中没有数据行", "the table has no rows"),
                         Text("请检查是否选错了文件或工作表", "check whether it is the right file and sheet"),
                         place=grid.sheet)  # fmt: skip
    data = {name: [cells[index] for _, cells in body] for name, index in names.items()}
    absent = {name: [None] * len(body) for name in headers.synonyms if name not in names}
    schema = {"row": pl.UInt32} | dict.fromkeys(headers.synonyms, pl.String)
    return pl.DataFrame({"row": [number for number, _ in body]} | data | absent, schema=schema)


def _read_grid(path: Path) -> Grid:
    readers = {".xlsx": _read_xlsx, ".csv": _read_csv, ".dbf": _read_dbf}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise InputError(path, Text("不支持这种文件", "this kind of file is not supported"),
                         Text("请另存为 .xlsx、.csv 或 .dbf", "save it as .xlsx, .csv or .dbf"))  # fmt: skip
    if not path.is_file():
        raise InputError(path, Text("找不到文件", "the file does not exist"),
                         Text("请核对批次文件 [inputs] 中的文件名", "check the name under [inputs]"))  # fmt: skip
    try:
        grid = reader(path)
    except OSError as error:
        reason = error.strerror or "OSError"
        raise InputError(path, Text(f"文件无法读取（{reason}）", f"the file cannot be read ({reason})"),
                         Text("请检查文件权限或重新拷贝", "check its permissions or copy it again")) from error  # fmt: skip
    rows = [[_blank_to_null(cell) for cell in cells] for cells in grid.rows]
    filled = next((index for index, cells in enumerate(rows) if any(cells)), None)
    if filled is None:
        raise InputError(path, Text("表是空的", "the table is empty"),
                         Text("请检查是否选错了文件或工作表", "check whether it is the right file and sheet"),
                         place=grid.sheet)  # fmt: skip
    return Grid(_squared(rows[filled:]), grid.first_row + filled, grid.sheet)


def _blank_to_null(cell: str | None) -> str | None:
    return cell if cell is not None and cell.strip(" \t\r\n\u3000") else None


def _squared(rows: list[list[str | None]]) -> list[list[str | None]]:
    width = max(map(len, rows))
    return [cells + [None] * (width - len(cells)) for cells in rows]


# -- one reader per kind of file -------------------------------------------------------------------------------


def _read_xlsx(path: Path) -> Grid:
    _refuse_wrong_magic(path, b"PK\x03\x04", "xlsx")
    try:
        book = calamine.CalamineWorkbook.from_path(str(path))
        sheet = book.get_sheet_by_index(0)
    except (calamine.CalamineError, IndexError) as error:
        raise _not_as_named(path, "xlsx") from error
    rows = [[_cell_text(cell) for cell in cells] for cells in sheet.to_python(skip_empty_area=False)]
    return Grid(rows, 1, sheet.name)


def _cell_text(cell: object) -> str:
    """A spreadsheet cell as the text a person sees; a number too long to be exact shows as 3.60102E+17."""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        if abs(cell) >= 10**EXACT_DIGITS:
            return f"{cell:.5E}"
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ")
    if isinstance(cell, date | time):
        return cell.isoformat()
    return str(cell)


def _read_csv(path: Path) -> Grid:
    text = decode_text(path, path.read_bytes())
    first_line = text.lstrip("\r\n").split("\n", 1)[0]
    separator = max(",\t;", key=first_line.count)
    try:
        frame = pl.read_csv(io.StringIO(text), has_header=False, infer_schema=False, separator=separator)
    except pl.exceptions.NoDataError:
        return Grid([], 1, "")
    except pl.exceptions.ComputeError as error:
        raise InputError(path, Text("有的行比表头的列多，或引号不成对", "a line has more cells than the header, or an odd quote"),
                         Text("请用 Excel 打开检查后另存为 CSV", "open it in Excel, check, and save as CSV again")) from error  # fmt: skip
    return Grid([list(cells) for cells in frame.iter_rows()], 1, "")


def decode_text(path: Path, raw: bytes) -> str:
    """Text of a file: by its byte order mark, else strict UTF-8, else GB18030. InputError for anything else."""
    marks = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
    marked = [encoding for mark, encoding in marks.items() if raw.startswith(mark)]
    if not marked and b"\0" in raw:
        raise _not_as_named(path, path.suffix.lower().lstrip("."))
    for encoding in marked or ["utf-8", "gb18030"]:
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError as error:
            line = raw[: error.start].count(b"\n") + 1
    raise InputError(path, Text("文字编码既不是 UTF-8 也不是 GB18030", "the text is neither UTF-8 nor GB18030"),
                     Text("请用 Excel 或记事本另存为 UTF-8", "save it as UTF-8"), place=f"第 {line} 行")  # fmt: skip


def _read_dbf(path: Path) -> Grid:
    _refuse_broken_dbf(path)
    try:
        table = dbfread.DBF(str(path), encoding="gb18030", char_decode_errors="strict", load=True)
        rows = [[_cell_text(cell) if cell is not None else "" for cell in record.values()] for record in table]
    except UnicodeDecodeError as error:
        raise InputError(path, Text("文字编码不是 GBK", "the text is not GBK"),
                         Text("请从原系统重新导出，或另存为 .xlsx", "export it again, or save as .xlsx")) from error  # fmt: skip
    except (dbfread.MissingMemoFile, ValueError, LookupError, struct.error) as error:
        raise _not_as_named(path, "dbf") from error
    return Grid([list(table.field_names), *rows], 0, "")


def _refuse_broken_dbf(path: Path) -> None:
    """Hold the header's own lengths against the file's; dbfread would loop for ever on a record of no bytes."""
    raw = path.read_bytes()
    if len(raw) < DBF_HEADER.size:
        raise _not_as_named(path, "dbf")
    _, records, header_bytes, record_bytes = DBF_HEADER.unpack_from(raw)
    fields = header_bytes > DBF_HEADER_MIN and record_bytes > 1
    if not fields or len(raw) < header_bytes + records * record_bytes:
        raise _not_as_named(path, "dbf")


def _refuse_wrong_magic(path: Path, magic: bytes, kind: str) -> None:
    with path.open("rb") as file:
        head = file.read(8)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise InputError(path, Text("这是旧版 .xls 或加密的工作簿", "this is an old .xls or an encrypted workbook"),
                         Text("请取消密码并另存为 .xlsx", "remove the password and save it as .xlsx"))  # fmt: skip
    if not head.startswith(magic):
        raise _not_as_named(path, kind)


def _not_as_named(path: Path, kind: str) -> InputError:
    return InputError(path, Text(f"文件内容不是 .{kind}", f"the content is not .{kind}"),
                      Text(f"请用原程序打开后另存为 .{kind}，不要只改扩展名", f"open it in its own program and save it as .{kind}"))  # fmt: skip


# -- headers -----------------------------------------------------------------------------------------------------


def _columns(path: Path, grid: Grid, headers: Headers) -> dict[str, int]:
    """Where each of our columns stands in the file."""
    known = {_folded(word): name for name, words in headers.synonyms.items() for word in words}
    found: dict[str, list[int]] = {}
    for index, header in enumerate(grid.rows[0]):
        name = known.get(_folded(header or ""))
        if name is not None:
            found.setdefault(name, []).append(index)
    _refuse_doubled(path, grid, found)
    _refuse_missing(path, grid, headers, found)
    return {name: indexes[0] for name, indexes in found.items()}


def _folded(header: str) -> str:
    return "".join(unicodedata.normalize("NFKC", header).split()).casefold()


def _refuse_doubled(path: Path, grid: Grid, found: Mapping[str, list[int]]) -> None:
    doubled = [index for indexes in found.values() if len(indexes) > 1 for index in indexes]
    if doubled:
        names = "、".join(f"{grid.rows[0][index]}（{_letter(index)} 列）" for index in doubled)
        raise InputError(path, Text(f"列重复：{names}", f"doubled columns: {names}"),
                         Text("请只保留一列", "keep one of them"), place=_place(grid))  # fmt: skip


def _refuse_missing(path: Path, grid: Grid, headers: Headers, found: Iterable[str]) -> None:
    missing = [headers.synonyms[name][0] for name in headers.required if name not in found]
    if missing:
        names = "、".join(missing)
        raise InputError(path, Text(f"缺少列：{names}", f"missing columns: {names}"),
                         Text("请在表头行补上，或检查文件编码和表头位置", "add them to the header row, or check encoding and header row"),
                         place=_place(grid))  # fmt: skip


def _letter(index: int) -> str:
    """A column's letters as a spreadsheet shows them.

    >>> _letter(0), _letter(27)
    ('A', 'AB')
    """
    letters = ""
    number = index + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _place(grid: Grid) -> str:
    line = f"第 {max(grid.first_row, 1)} 行"
    return f"{grid.sheet} {line}" if grid.sheet else line
