"""How large a rectangle a workbook's cells span, told from its XML without holding it as cells."""

import re
import zipfile
from pathlib import Path
from typing import IO

from flows.zip_damage import ZIP_DAMAGE

UNPACKED_MAX = 1 << 30
"""Bytes; what unpacks to more is no roster."""

FILLED = re.compile(
    rb"""<(?:\w+:)?c\s(?:[^>]*?\s)?r=["']([A-Za-z]+)([0-9]+)["'][^>]*(?<!/)>"""
    rb"""(?!<(?:\w+:)?v\s*/>|<(?:\w+:)?v></|</)"""
)
"""Column and row of a cell that holds something (ECMA-376 Part 1, 18.3.1.4); formats alone take none."""


class ExtentError(Exception):
    """It is no workbook: not a zip, encrypted, packed in an unknown way, or vast."""


def cells_spanned(path: Path | IO[bytes]) -> int:
    """Rows times columns of the largest worksheet, blank cells between included. ExtentError: no workbook."""
    try:
        with zipfile.ZipFile(path) as archive:
            return max((_spanned(archive.read(part)) for part in _sheets(archive)), default=0)
    except (*ZIP_DAMAGE, ValueError) as error:
        raise ExtentError from error


def _sheets(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    parts = archive.infolist()
    if sum(part.file_size for part in parts) > UNPACKED_MAX or any(part.flag_bits & 1 for part in parts):
        raise ExtentError
    return [part for part in parts if part.filename.startswith("xl/worksheets/")]


def _spanned(sheet: bytes) -> int:
    filled = FILLED.findall(sheet)
    columns = max((_column(letters) for letters in {letters for letters, _ in filled}), default=0)
    return columns * max((int(row) for _, row in filled), default=0)


def _column(letters: bytes) -> int:
    """The number of a column by its letters.

    >>> _column(b"A"), _column(b"AB"), _column(b"XFD")
    (1, 28, 16384)
    """
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - ord("A") + 1
    return number
