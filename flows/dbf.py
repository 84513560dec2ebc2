"""dBASE tables, as old registers export them (.dbf), read cell by cell as text."""

import struct
from collections.abc import Iterator
from pathlib import Path

import dbfread

from flows.cells import Cells, Row, cell_text, squared
from flows.plain_file import refuse_large
from flows.text_file import not_as_named, too_large
from schemas.errors import InputError
from schemas.reading import MB, reading_limits
from schemas.words import Text

DBF_HEADER = struct.Struct("<B3xIHH")
DBF_HEADER_MIN = 32
"""dBASE III: kind, date, records, bytes of header, bytes of a record; 32 bytes before the first field."""

DBF_KINDS = frozenset({0x02, 0x03, 0x04, 0x05, 0x30, 0x31, 0x32, 0x43, 0x63, 0x83, 0x8B, 0xCB, 0xF5, 0xFB})
"""First byte of a DBF: dBASE II to 7, FoxBASE, FoxPro, with and without memo."""


def read_dbf(path: Path) -> Cells:
    """Field names, then a row per record; one that is marked deleted is blank, so that numbers stay."""
    deleted = _deleted_flags(path)
    try:
        table = dbfread.DBF(str(path), encoding="gb18030", char_decode_errors="strict", recfactory=list)
        if sum(field.length for field in table.fields) + 1 != table.header.recordlen:
            raise not_as_named(path)
        live = iter(table)
        _refuse_large_memo(table)
        rows = list(_within(path, ([] if flag else _dbf_cells(next(live)) for flag in deleted)))
    except UnicodeDecodeError as error:
        raise InputError(
            path,
            Text("文字编码不是 GBK", "the text is not GBK"),
            Text("请从原系统重新导出，或另存为 .xlsx", "export it again, or save as .xlsx"),
        ) from error
    except dbfread.MissingMemoFile as error:
        raise InputError(
            path,
            Text("缺少同名的备注文件（.fpt 或 .dbt）", "its memo file (.fpt or .dbt) is missing"),
            Text("请把它一起拷贝到同一文件夹", "copy it into the same folder"),
        ) from error
    except (ValueError, LookupError, TypeError, ArithmeticError, StopIteration, struct.error) as error:
        raise not_as_named(path) from error
    return Cells(squared([list(table.field_names), *rows]), 0, "")


def _refuse_large_memo(table: dbfread.DBF) -> None:
    if table.memofilename is not None:
        refuse_large(Path(table.memofilename))


def _within(path: Path, rows: Iterator[Row]) -> Iterator[Row]:
    """Rows, as long as their texts are no more than a file may hold: many records may share one memo."""
    left = reading_limits().table_mb.value * MB
    for row in rows:
        left -= sum(len(cell or "") for cell in row)
        if left < 0:
            raise too_large(path)
        yield row


def _dbf_cells(record: list[tuple[str, object]]) -> Row:
    return [cell_text(value) for _, value in record]


def _deleted_flags(path: Path) -> list[bool]:
    """For each record whether it is marked deleted, once the header's lengths agree with the file's.

    dbfread would loop for ever on records of no bytes.
    """
    raw = path.read_bytes()
    if len(raw) < DBF_HEADER_MIN or raw[0] not in DBF_KINDS:
        raise not_as_named(path)
    _, records, header_bytes, record_bytes = DBF_HEADER.unpack_from(raw)
    if header_bytes <= DBF_HEADER_MIN or record_bytes <= 1:
        raise not_as_named(path)
    if len(raw) < header_bytes + records * record_bytes:
        raise InputError(
            path,
            Text(
                "文件不完整，记录数比表头所说的少",
                "the file is cut short: it holds fewer records than it says",
            ),
            Text("请重新拷贝或重新导出", "copy it or export it again"),
        )
    flags = raw[header_bytes : header_bytes + records * record_bytes : record_bytes]
    return [flag != ord(" ") for flag in flags]
