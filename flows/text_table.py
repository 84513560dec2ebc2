"""A frame as a table on the terminal."""

import io
import shutil
from collections.abc import Collection
from typing import Literal

import polars as pl
from rich import box
from rich.console import Console
from rich.table import Table

from schemas.inert import legible
from schemas.titles import title
from schemas.words import Language

Layout = Literal["table", "csv", "json"]
NO_TERMINAL = (140, 40)
"""Columns and lines assumed where the output is a file."""


def text_table(frame: pl.DataFrame, language: Language, *, one_line: Collection[str] = ()) -> str:
    """A frame of texts under its columns' titles; cells fold, but for those of the columns on one line."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    for column in frame.columns:
        table.add_column(title(column, language), no_wrap=column in one_line, overflow="fold")
    for line in frame.iter_rows():
        table.add_row(*(legible(cell or "") for cell in line))
    text = io.StringIO()
    width = shutil.get_terminal_size(NO_TERMINAL).columns
    Console(file=text, width=width, markup=False, emoji=False, highlight=False).print(table)
    return "".join(f"{line.rstrip()}\n" for line in text.getvalue().splitlines())
