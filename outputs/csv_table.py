"""A receiver's table as CSV (RFC 4180): CRLF, a header of column codes, unknown values empty.

Cells are never altered to please a spreadsheet: what is read back equals what was written. A cell that begins
like a formula (= + - @) would be run by a spreadsheet, quoted or not, and never comes here: a rule refuses it
(`schemas.records.FORMULA`). Numbers keep their zeros where every column is imported as text.
"""

import codecs
from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from outputs.writer import SLICE_ROWS, lines_of
from schemas.profile import Table

QUOTED = r'[",\r\n]|^[=+\-@\t ]|[\t ]$'
"""What makes a cell need its quotes."""


@dataclass(frozen=True)
class CsvTable:
    """Writes `<name>.csv` in the table's encoding; UnicodeEncodeError for a value that it cannot hold."""

    table: Table

    @property
    def filename(self) -> str:
        """The file's name inside its folder."""
        return f"{self.table.name}.csv"

    def render(self, records: pl.DataFrame) -> Iterator[bytes]:
        """Yield the header, then the records in slices; their columns are the table's codes, all text."""
        encoder = codecs.getincrementalencoder(self.table.encoding)()
        codes = [column.code for column in self.table.columns]
        yield encoder.encode(",".join(codes) + "\r\n")
        line = pl.concat_str([_cell(code) for code in codes], separator=",")
        for part in records.iter_slices(SLICE_ROWS):
            yield encoder.encode(lines_of(part.select(line).to_series(), "\r\n").decode())


def _cell(code: str) -> pl.Expr:
    """A column's values as they stand between the commas: null as nothing, quotes where they are needed."""
    value = pl.col(code).fill_null("")
    quoted = pl.concat_str(pl.lit('"'), value.str.replace_all('"', '""', literal=True), pl.lit('"'))
    return pl.when(value.str.contains(QUOTED)).then(quoted).otherwise(value)
