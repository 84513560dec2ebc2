"""How much a workbook's sheets span, told from their XML piece by piece, before anything holds them as cells.

The library that reads cells ends the whole program where a sheet asks for more memory than there is; so its
every step is walked here first, by another parser.
"""

import re
import zipfile
from collections.abc import Iterator
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import NamedTuple
from xml.parsers import expat

from flows.foreign_zip import ENCRYPTED, ZIP_DAMAGE, OpenedZip, pieces
from schemas.reading import MB, reading_limits

DOCTYPE = b"<!DOCTYPE"
"""No part of a workbook has one (ECMA-376 Part 2, 8.2); it may name entities and other files."""
SHARED = "sharedStrings"
END_OF_TEXT = re.compile(rb"</(?:\w+:)?si\s*>")


class ExtentError(Exception):
    """It is no workbook: not a zip, encrypted, packed in an unknown way, no XML, or vast."""


class Extent(NamedTuple):
    """Rows times columns of the largest worksheet, blank cells between included; and all its texts' bytes."""

    cells: int = 0
    text_bytes: int = 0
    has_formula: bool = False


def extent_of(path: Path | BytesIO) -> Extent:
    """What a workbook's worksheets come to. ExtentError: no workbook."""
    try:
        with OpenedZip(path) as archive:
            sheets = [part for part in _sound_parts(archive) if part.filename.startswith("xl/worksheets/")]
            lengths = _lengths_of_texts(archive)
            extents = [_extent(pieces(archive, part), lengths) for part in sheets]
    except (*ZIP_DAMAGE, ValueError, expat.ExpatError) as error:
        raise ExtentError from error
    return Extent(
        max((each.cells for each in extents), default=0),
        max((each.text_bytes for each in extents), default=0),
        any(each.has_formula for each in extents),
    )


def _sound_parts(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """All parts, of which those that are XML unpack to what they say."""
    parts = archive.infolist()
    vast = reading_limits().unpacked_mb.value * MB
    if sum(part.file_size for part in parts) > vast or any(part.flag_bits & ENCRYPTED for part in parts):
        raise ExtentError
    for part in parts:
        is_read = not part.filename.startswith(("xl/worksheets/", "xl/media/"))
        if is_read and any(DOCTYPE in piece for piece in pieces(archive, part)):
            raise ExtentError
    return parts


def _lengths_of_texts(archive: zipfile.ZipFile) -> list[int]:
    """The bytes of each text that cells share, markup included."""
    texts = [part for part in archive.infolist() if SHARED in part.filename]
    content = b"".join(piece for part in texts for piece in pieces(archive, part))
    return [len(text) for text in END_OF_TEXT.split(content)]


def _extent(sheet: Iterator[bytes], lengths: list[int]) -> Extent:
    walk = _Walk(lengths)
    for piece in sheet:
        walk.parser.Parse(piece)
    walk.parser.Parse(b"", True)
    return Extent(walk.rows * walk.columns, walk.text_bytes, walk.has_formula)


class _Walk:
    """A sheet's XML element by element: where the last cell stands that holds something.

    A cell without a reference stands behind the one before it, a row without a number below.
    """

    def __init__(self, lengths: list[int]) -> None:
        self.rows = self.columns = self.text_bytes = 0
        self.has_formula = False
        self._lengths, self._row, self._cell_row, self._column = lengths, 0, 0, 0
        self._kind: str | None = None
        self._is_cell = False
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._started
        self.parser.CharacterDataHandler = self._told
        self.parser.EndElementHandler = self._ended
        self.parser.StartDoctypeDeclHandler = _refused

    def _started(self, name: str, said: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        if local == "c":
            self._kind, self._is_cell = said.get("t"), True
            self._stands(said.get("r"))
        elif local == "row":
            self._row = _row(said["r"]) if "r" in said else self._row + 1
            self._column = 0
        elif local == "f":
            self.has_formula = True

    def _stands(self, place: str | None) -> None:
        if place is None:
            self._cell_row, self._column = self._row, self._column + 1
            return
        letters = place.rstrip(_DIGITS)
        self._cell_row, self._column = max(self._row, _row(place[len(letters) :])), _column(letters)

    def _told(self, text: str) -> None:
        """A text inside a cell: the cell holds something."""
        if not self._is_cell:
            return
        self.rows, self.columns = max(self.rows, self._cell_row), max(self.columns, self._column)
        self.text_bytes += self._lengths[int(text)] if self._is_shared(text) else len(text)

    def _is_shared(self, text: str) -> bool:
        is_index = self._kind == "s" and text.isdecimal() and len(text) <= _INDEX_DIGITS
        return is_index and int(text) < len(self._lengths)

    def _ended(self, name: str) -> None:
        if name.rpartition(":")[2] == "c":
            self._is_cell = False


_DIGITS = "0123456789"
_INDEX_DIGITS = 9


def _refused(*_: object) -> None:
    """There is a document type."""
    raise ExtentError


def _row(number: str) -> int:
    row = int(number)
    if not 0 < row <= reading_limits().rows.value:
        raise ExtentError
    return row


@cache
def _column(letters: str) -> int:
    """The number of a column by its letters; ExtentError for one that no sheet has.

    >>> _column("A"), _column("AB"), _column("XFD")
    (1, 28, 16384)
    """
    if not _LETTERS.fullmatch(letters):
        raise ExtentError
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    if number > reading_limits().columns.value:
        raise ExtentError
    return number


_LETTERS = re.compile(r"[A-Za-z]{1,3}")
