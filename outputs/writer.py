"""How a file leaves: a writer renders bytes, `write` puts them on disk and signs for them."""

from collections.abc import Iterable, Iterator
from datetime import date
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import NamedTuple, Protocol

import polars as pl

from schemas.profile import Table

SLICE_ROWS = 10_000
"""How many records a writer renders at a time, so that a million need no more memory than ten thousand."""

UNDATED = date(1980, 1, 1)
"""The day of a file whose records tell none: the first that zip, and so a workbook, knows."""


class Receipt(NamedTuple):
    """A written file: its name inside the folder ('/' between parts), its SHA-256 in hex, its bytes."""

    name: str
    sha256: str
    size: int


class Writer(Protocol):
    """Turns accepted records into one file of a bundle."""

    @property
    def filename(self) -> str:
        """The file's name inside its folder."""
        ...

    def render(self, records: pl.DataFrame) -> Iterator[bytes]:
        """Yield the file's bytes in order. Pure, so a golden file can test it."""
        ...


def write(writer: Writer, records: pl.DataFrame, folder: Path) -> Receipt:
    """Render the records into a new file of `folder`, which must not exist yet, and sign for it."""
    return store(writer.filename, writer.render(records), folder)


def store(name: str, chunks: Iterable[bytes], folder: Path) -> Receipt:
    """Write bytes to the new file `folder/name` and sign for them; FileExistsError where it stands."""
    digest, size = sha256(), 0
    with (folder / name).open("xb") as file:
        for chunk in chunks:
            digest.update(chunk)
            size += file.write(chunk)
    return Receipt(name, digest.hexdigest(), size)


def lines_of(texts: pl.Series, end: str = "\n") -> bytes:
    """Texts as they are, in UTF-8, each with the line's end behind it."""
    buffer = BytesIO()
    texts.to_frame().write_csv(buffer, include_header=False, quote_style="never", line_terminator=end)
    return buffer.getvalue()


def latest_day(table: Table, records: pl.DataFrame) -> date:
    """The latest day that the records tell: a date for files that must bear one, and not the clock's."""
    codes = [column.code for column in table.columns if column.format == "date8"]
    days = records.select(pl.col(codes).str.to_date("%Y%m%d", strict=False).max()).row(0) if codes else ()
    return max((day for day in days if day is not None and day > UNDATED), default=UNDATED)
