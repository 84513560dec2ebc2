"""What lies in the inbox, and when it has arrived: nothing changes any more and nothing is half copied.

The inbox is what the campaign file names: captures, a folder or zip, and tables.
"""

import os
import zipfile
from collections.abc import Iterator, Mapping
from fnmatch import fnmatch
from pathlib import Path
from typing import NamedTuple

from flows.sources import LoadedCampaign

UNFINISHED = (
    "*.part", "*.partial", "*.filepart", "*.crdownload", "*.download", "*.opdownload", "*.tmp", "*.temp",
    "~$*", ".~*", "*.swp", ".nfs*", ".syncthing.*", "*.!ut", "*.aria2", "*.downloading", "*.xltd", "*.td",
)  # fmt: skip
"""How programs call a file that they are still writing, or that somebody has open."""
JPEGS = (".jpg", ".jpeg")
JPEG_END = b"\xff\xd9"
TAIL_BYTES = 65_536
"""Cameras may write a little after a JPEG's end marker; where a copy is under way there are noughts."""
PATIENCE = 10
"""A file without its end holds a run back so many times as long as other changes do: it may be damaged."""

Stamp = tuple[int, int]
"""A file's size in bytes and its time of change in nanoseconds."""


class Look(NamedTuple):
    """The inbox at one moment: every file's stamp, and the names of files that are on their way."""

    files: Mapping[str, Stamp]
    unfinished: tuple[str, ...] = ()


def look_at(loaded: LoadedCampaign) -> Look:
    """The inbox as it is now; what is not there, or goes while it is looked at, is left out."""
    paths = list(_paths(loaded))
    stamps = {str(path): _stamp(path) for path in paths if not _is_unfinished(path)}
    unfinished = {path.name for path in paths if _is_unfinished(path)}
    return Look({path: stamp for path, stamp in stamps.items() if stamp}, tuple(sorted(unfinished)))


def _paths(loaded: LoadedCampaign) -> Iterator[Path]:
    """The campaign file, its tables, its captures, and what is being written beside them."""
    names, folder = loaded.campaign.inputs, loaded.path.parent
    tables = (names.roster, names.schedule, names.capture_log, names.awards, *names.corrections)
    captures = folder / names.captures
    for file in (loaded.path, captures, *(folder / name for name in tables if name)):
        if not file.is_dir():
            yield file
        yield from _unfinished_beside(file)
    for inside, _, files in os.walk(captures):
        yield from (Path(inside, file) for file in files)


def _unfinished_beside(file: Path) -> Iterator[Path]:
    """What a program that writes or edits a file puts beside it; Excel cuts two letters off a long name."""
    try:
        beside = sorted(file.parent.iterdir())
    except OSError:
        return
    yield from (other for other in beside if file.name[2:] in other.name and _is_unfinished(other))


def _is_unfinished(path: Path) -> bool:
    return any(fnmatch(path.name.lower(), pattern) for pattern in UNFINISHED)


def _stamp(path: Path) -> Stamp | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_size, status.st_mtime_ns


class Settling:
    """Looks at the inbox one after the other; says when it is settled."""

    def __init__(self, settle_s: float) -> None:
        self._settle_s = settle_s
        self._last: Look | None = None
        self._since_s = 0.0
        self._whole: dict[str, Stamp] = {}

    def is_settled(self, look: Look, at_s: float) -> bool:
        """Whether nothing has changed for `settle_s` seconds and every file is whole, as far as can be told.

        `at_s` is the moment of the look, by a clock that is never set.
        """
        if look != self._last:
            self._last, self._since_s = look, at_s
        waited_s = at_s - self._since_s
        if look.unfinished or not look.files or waited_s < self._settle_s:
            return False
        return waited_s >= PATIENCE * self._settle_s or all(map(self._is_whole, look.files.items()))

    def _is_whole(self, file: tuple[str, Stamp]) -> bool:
        """Whether a file has its end; one that had it is not read again until it changes."""
        name, stamp = file
        if self._whole.get(name) != stamp:
            if not is_whole(Path(name)):
                return False
            self._whole[name] = stamp
        return True


def is_whole(path: Path) -> bool:
    """Whether a JPEG, zip or workbook has its end; of other files nothing is known."""
    try:
        if path.suffix.lower() in JPEGS:
            return JPEG_END in _tail(path)
        if path.suffix.lower() in (".zip", ".xlsx"):
            return zipfile.is_zipfile(path)
    except OSError:
        return False
    return True


def _tail(path: Path) -> bytes:
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - TAIL_BYTES))
        return file.read()
