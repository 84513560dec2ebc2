"""The cells of a table file, as the text that a person sees, whatever kind of file it is."""

from collections.abc import Sequence
from datetime import date, datetime, time
from itertools import zip_longest
from typing import NamedTuple, TypeAlias

import polars as pl

Row: TypeAlias = list[str | None]

EXACT_DIGITS = 15
"""A spreadsheet keeps this many digits of a number; what is longer has lost some (IEEE 754 double)."""


class Cells(NamedTuple):
    """All cells of a sheet as text, named like a grid's; `first_row` is the number of the first row."""

    rows: pl.DataFrame
    first_row: int
    sheet: str


def squared(rows: Sequence[Row]) -> pl.DataFrame:
    """Rows as a frame, the short ones filled up with nulls."""
    width = max(map(len, rows), default=0)
    columns = zip_longest(*rows) if width else ()
    return pl.DataFrame({str(place): cells for place, cells in enumerate(columns)}, schema=named(width))


def named(width: int) -> dict[str, type[pl.String]]:
    """The columns of so many cells a row, all text."""
    return {str(place): pl.String for place in range(width)}


def cell_text(cell: object) -> str:
    """A cell as the text a person sees; a number too long to be exact shows as 3.60102E+17."""
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
    return "" if cell is None else str(cell)
