"""How large a rectangle a workbook's cells span, told from its XML without holding it as cells."""

import re
import zipfile
from pathlib import Path

UNPACKED_MAX = 1 << 30
"""Bytes; what unpacks to more is no roster."""

REFERENCE = re.compile(rb"""\br\s*=\s*["']([A-Za-z]*)([0-9]+)["']""")
"""`r="B7"` of a cell or `r="7"` of a row (ECMA-376 Part 1, 18.3.1.4 and 18.3.1.73)."""


class ExtentError(Exception):
    """The archive is encrypted, packed in a way that is not known, or vast."""


def cells_spanned(path: Path) -> int:
    """Rows times columns of the largest worksheet, blank cells between included.

    ExtentError, BadZipFile or zlib.error for what is no workbook.
    """
    with zipfile.ZipFile(path) as archive:
        parts = archive.infolist()
        if sum(part.file_size for part in parts) > UNPACKED_MAX or any(part.flag_bits & 1 for part in parts):
            raise ExtentError
        sheets = [part for part in parts if part.filename.startswith("xl/worksheets/")]
        try:
            return max((_spanned(archive.read(part)) for part in sheets), default=0)
        except (NotImplementedError, EOFError) as error:
            raise ExtentError from error


def _spanned(sheet: bytes) -> int:
    references = set(REFERENCE.findall(sheet))
    rows = max((int(row) for _, row in references), default=1)
    columns = max((_column(letters) for letters in {letters for letters, _ in references}), default=1)
    return rows * max(columns, 1)


def _column(letters: bytes) -> int:
    """The number of a column by its letters.

    >>> _column(b"A"), _column(b"AB"), _column(b"XFD")
    (1, 28, 16384)
    """
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - ord("A") + 1
    return number
