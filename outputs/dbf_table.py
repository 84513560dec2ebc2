"""A receiver's table as dBASE III: every field text (type C) in GBK, blanks where nothing is known.

Written here and not by the `dbf` package, which puts the day of writing into the header (0.99.11): the same
records would not give the same bytes. What GBK or a field cannot hold is refused, never cut and never "?".
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from outputs.writer import SLICE_ROWS, latest_day
from schemas.profile import Table

HEAD = struct.Struct("<4BIHH17xB2x")
"""Kind, date (year since 1900, month, day), records, bytes of header and of a record, language: 32 bytes."""
FIELD = struct.Struct("<11sc4xB15x")
"""Name, type, length: 32 bytes."""
KIND = 3
"""dBASE III without memo."""
GBK_LANGUAGE = 0x4D
"""The language byte of code page 936 (S60)."""
END_OF_FIELDS, END_OF_FILE, LIVE = b"\r", b"\x1a", b" "
WIDTH_MAX = 254
"""A text field's most bytes."""


@dataclass(frozen=True)
class DbfTable:
    """Writes `<name>.dbf`; ValueError names the column of a value that would not come back as it is."""

    table: Table

    @property
    def filename(self) -> str:
        """The file's name inside its folder."""
        return f"{self.table.name}.dbf"

    def render(self, records: pl.DataFrame) -> Iterator[bytes]:
        """Yield the header, dated by the records themselves, then the records in slices."""
        day, described = latest_day(self.table, records), fields(self.table)
        yield HEAD.pack(
            KIND, day.year - 1900, day.month, day.day, records.height,
            HEAD.size + len(described), record_bytes(self.table), GBK_LANGUAGE,
        ) + described  # fmt: skip
        widths = widths_of(self.table)
        for part in records.iter_slices(SLICE_ROWS):
            columns = [_cells(part[code], width) for code, width in widths.items()]
            yield b"".join(LIVE + b"".join(cells) for cells in zip(*columns, strict=True))
        yield END_OF_FILE


def widths_of(table: Table) -> dict[str, int]:
    """Each field's bytes, by its name; a column without a width is as wide as a field can be."""
    return {column.code: column.max_bytes or WIDTH_MAX for column in table.columns}


def record_bytes(table: Table) -> int:
    """How many bytes a record takes, its mark of deletion first."""
    return len(LIVE) + sum(widths_of(table).values())


def fields(table: Table) -> bytes:
    """What the header says of the fields."""
    described = (FIELD.pack(code.encode("ascii"), b"C", width) for code, width in widths_of(table).items())
    return b"".join(described) + END_OF_FIELDS


def _cells(values: pl.Series, width: int) -> list[bytes]:
    """A column's values, each as wide as its field."""
    try:
        encoded = [(value or "").encode("gbk") for value in values]
    except UnicodeEncodeError:
        raise ValueError(f"a character that GBK cannot hold in column {values.name}") from None
    if any(len(cell) > width or cell != cell.rstrip(b" \0") for cell in encoded):
        raise ValueError(f"a value that its field cannot hold in column {values.name}")
    return [cell.ljust(width) for cell in encoded]
