"""The weekly audit's folder: CSV tables for programs, one workbook for people; folder 0700, files 0600."""

import io
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

import polars as pl
import xlsxwriter

from outputs.audit import inert_csv
from outputs.staging import delivering
from schemas.feedback import CASE_KINDS
from schemas.titles import COLUMNS, STATES, title
from schemas.words import Language, Text

_WHAT = Text("每周审计", "the weekly audit")
COLUMN_WIDTH = 18
"""In characters."""


def write_weekly(tables: Mapping[str, tuple[Text, pl.DataFrame]], folder: Path, language: Language) -> Path:
    """Write tables (by file name, each with its sheet's name) as `folder`, whole, in an older one's place."""
    scratch = folder.with_name(f".{folder.name}.partial")
    with delivering(folder, _WHAT):
        shutil.rmtree(scratch, ignore_errors=True)
        scratch.mkdir(mode=0o700, parents=True)
        for name, content in _files(tables, language):
            (scratch / name).touch(mode=0o600)
            (scratch / name).write_bytes(content)
        if folder.exists():
            shutil.rmtree(folder)
        scratch.replace(folder)
    return folder


def _files(
    tables: Mapping[str, tuple[Text, pl.DataFrame]], language: Language
) -> Iterator[tuple[str, bytes]]:
    for name, (_, table) in tables.items():
        yield f"{name}.csv", inert_csv(table)
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(
        buffer, {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
    )
    bold = book.add_format({"bold": True})
    for sheet_name, table in tables.values():
        sheet = book.add_worksheet(sheet_name.say(language))
        sheet.set_column(0, len(table.columns), COLUMN_WIDTH)
        sheet.freeze_panes(1, 0)
        sheet.write_row(0, 0, [title(column, language) for column in table.columns], bold)
        for number, line in enumerate(_worded(table, language).iter_rows(), start=1):
            sheet.write_row(number, 0, ["" if cell is None else cell for cell in line])
    book.close()
    yield "weekly.xlsx", buffer.getvalue()


def _worded(table: pl.DataFrame, language: Language) -> pl.DataFrame:
    """States and kinds of case in words."""
    told = STATES | {"awaited": COLUMNS["awaited"]} | {str(kind): said for kind, said in CASE_KINDS.items()}
    words = {word: text.say(language) for word, text in told.items()}
    spoken = [name for name in ("state", "state_before", "kind") if name in table.columns]
    return table.with_columns(pl.col(name).replace(words) for name in spoken)
