"""Captures that were read before and are as they were: their SHA-256 is known without reading them again.

A capture day is tens of gigabytes, often on a slow disk. A file is taken for the one that was read if its
stamp is the same (`CaptureStore.stamp`): copying, editing or exchanging a file changes it. A file that was
changed so shortly before it was read that a coarse clock could hide a further change is not remembered.
"""

import hashlib
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from flows.checked_json import closed, opened
from flows.sources import CaptureStore, Stamp
from outputs.staging import delivering, write_whole
from schemas.words import Text

STOOD_STILL = timedelta(seconds=4)
"""Twice the coarsest step of a file system's clock, which is FAT's."""
_WHAT = Text("照片缓存", "the photo cache")


class KnownFiles:
    """The captures of one folder or zip that were read before; several threads may use it."""

    def __init__(self, captures: CaptureStore, index: Path) -> None:
        self._captures, self._index = captures, index
        self._read: dict[str, list[object]] = {}
        with suppress(OSError):
            self._read = opened(index.read_bytes()) or {}

    def sha256(self, name: str) -> str | None:
        """The SHA-256 of a capture that is as it was when it was read; None of any other."""
        stamp, sha256 = self._read.get(_key(name), (None, None))
        return str(sha256) if stamp == [*self._captures.stamp(name)] else None

    def read(self, name: str, *, at: datetime) -> tuple[bytes, str]:
        """A capture's bytes and SHA-256, known from now on if it stood still."""
        stamp = self.stamp(name)  # before reading: what is changed meanwhile has another
        content = self._captures.read(name)
        sha256 = hashlib.sha256(content).hexdigest()
        self.note(name, stamp, sha256, at=at)
        return content, sha256

    def stamp(self, name: str) -> Stamp:
        """What tells whether a capture is as it was; whoever is to note what is read takes it before."""
        return self._captures.stamp(name)

    def note(self, name: str, stamp: Stamp, sha256: str, *, at: datetime) -> None:
        """Know from now on what was read of a capture after it was given a stamp, if it stood still."""
        self._read.pop(_key(name), None)
        if stamp.changed_at < (at - STOOD_STILL).timestamp():
            self._read[_key(name)] = [[*stamp], sha256]

    def save(self) -> None:
        """Keep what is known for the next run, and let go of it: Prefect keeps whatever its tasks were given.

        DeliveryError where the folder cannot be written to.
        """
        with delivering(self._index.parent, _WHAT):
            write_whole(self._index, closed(self._read))
        self._read = {}


def _key(name: str) -> str:
    """A name that tells nobody's number, as names of captures may."""
    return hashlib.sha256(name.encode()).hexdigest()
