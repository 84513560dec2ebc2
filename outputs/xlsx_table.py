"""A receiver's table as a workbook: every cell text, so that numbers keep their zeros and no formula runs."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time
from io import BytesIO

import polars as pl
import xlsxwriter

from outputs.writer import latest_day
from schemas.profile import Table
from schemas.records import UNKEPT

CELL_MAX, ROWS_MAX = 32_767, 1_048_576
"""What a sheet holds: characters in a cell, and rows with the header (Excel specifications and limits)."""
COLUMN_WIDTH = 16
"""In characters: an ID number can be read without widening."""


@dataclass(frozen=True)
class XlsxTable:
    """Writes `<name>.xlsx`; ValueError names the column of a value that would not come back as it is."""

    table: Table

    @property
    def filename(self) -> str:
        """The file's name inside its folder."""
        return f"{self.table.name}.xlsx"

    def render(self, records: pl.DataFrame) -> Iterator[bytes]:
        """Yield the workbook, dated by the records themselves: a bold header that stays, then the records."""
        _refuse_unfit(records)
        buffer = BytesIO()
        book = xlsxwriter.Workbook(buffer, {"constant_memory": True})
        book.set_properties({"created": datetime.combine(latest_day(self.table, records), time())})
        text = book.add_format({"num_format": "@"})
        sheet = book.add_worksheet(self.table.name)
        sheet.set_column(0, len(records.columns) - 1, COLUMN_WIDTH, text)
        sheet.freeze_panes(1, 0)
        bold = book.add_format({"bold": True, "num_format": "@"})
        for place, code in enumerate(records.columns):
            sheet.write_string(0, place, code, bold)
        for number, values in enumerate(records.iter_rows(), start=1):
            for place, value in enumerate(values):
                if value:
                    sheet.write_string(number, place, value, text)
        book.close()
        yield buffer.getvalue()


def _refuse_unfit(records: pl.DataFrame) -> None:
    if records.height >= ROWS_MAX:
        raise ValueError("more records than a sheet has rows")
    value = pl.all()
    found = records.select(
        (value.str.contains(UNKEPT["xlsx"]) | (value.str.len_chars() > CELL_MAX)).any()
    ).row(0, named=True)
    columns = [code for code, is_unfit in found.items() if is_unfit]
    if columns:
        raise ValueError(f"a value that a workbook cannot hold in column {', '.join(columns)}")
