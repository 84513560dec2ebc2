"""Zips from elsewhere: opened without an endless list, read without unpacking more than was said."""

import io
import lzma
import struct
import zlib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from flows.plain_file import open_plain
from schemas.reading import MB, reading_limits

ZIP_DAMAGE = (
    BadZipFile, NotImplementedError, zlib.error, lzma.LZMAError, EOFError, struct.error, OverflowError,
    UnicodeDecodeError,
)  # fmt: skip
"""`zipfile` raises NotImplementedError for a member compressed or encrypted in a way that it cannot undo."""
KNOWN_METHODS = frozenset({ZIP_STORED, ZIP_DEFLATED})
"""What every program writes. Python unpacks bzip2 and LZMA without any bound."""
ENCRYPTED = 0x1
PIECE = 1 << 20
"""Bytes that are unpacked at once."""


class _Bounded(io.BufferedReader):
    """A file of which no piece larger than a zip's list of members may be is taken in at once."""

    def read(self, size: int | None = -1, /) -> bytes:
        """Bytes; BadZipFile for more than may be."""
        if size is not None and size > reading_limits().directory_mb.value * MB:
            raise BadZipFile("an endless list of members")
        return super().read(size)


class OpenedZip(ZipFile):
    """A zip from elsewhere. ZIP_DAMAGE for what is none, OSError for what is no plain file."""

    _file: _Bounded | None = None

    def __init__(self, path: Path | BytesIO, encoding: str | None = None) -> None:
        raw: Any = open_plain(path) if isinstance(path, Path) else path
        self._file = _Bounded(raw)
        super().__init__(self._file, metadata_encoding=encoding)

    def close(self) -> None:
        """Close the zip and its file."""
        super().close()
        if self._file is not None:
            self._file.close()


def unpacks_to_too_much(archive: ZipFile, size: int) -> bool:
    """Whether a zip of so many bytes says that it unpacks to far more, or packs the same bytes twice."""
    members = archive.infolist()
    packed = sum(member.compress_size for member in members)
    unpacked = sum(member.file_size for member in members)
    return packed > size or unpacked > size * reading_limits().unpacked_ratio.value


def pieces(archive: ZipFile, member: ZipInfo) -> Iterator[bytes]:
    """A member piece by piece: never more than its size as told, never more than a piece at once."""
    if member.compress_type not in KNOWN_METHODS:
        raise BadZipFile("an unknown compression")
    with archive.open(member) as file:
        while piece := file.read(PIECE):
            yield piece


def leads_astray(name: str) -> bool:
    r"""Whether a path would leave the folder that it is unpacked in, on any system.

    >>> [leads_astray(name) for name in ("a/b", "a/../b", "/a", "C:/a", r"a\b", "a\0b")]
    [False, True, True, True, True, True]
    """
    return name.startswith("/") or ".." in PurePosixPath(name).parts or bool(set("\\:\0") & set(name))
