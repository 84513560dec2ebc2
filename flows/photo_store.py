"""What was made of captures, kept by their content: whoever runs again does no photo's work twice.

A capture's entry is named by its SHA-256 and the engine's mark: pictures, and `facts/<sha256>.json`, which is
written last. An entry is whole or not there, may be deleted at any time, and is checked whenever it is used.
"""

import os
import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from flows.checked_json import closed, opened
from flows.engine import engine_mark
from flows.picture_facts import Pictured, derivative, digest
from flows.settings import photo_cache
from flows.sources import LoadedCampaign
from outputs.staging import delivering, write_whole
from schemas.profile import Profile
from schemas.shown import PHOTO
from schemas.words import Text
from transforms.crop import Box

CACHE = "cache"
"""The store's folder in the output folder, unless the machine's settings name another."""
FACTS, PICTURES = "facts", "pictures"
MARK, INDEX = re.compile(r"[0-9a-f]{16}"), re.compile(r"read-[0-9a-f]{16}\.json")
"""What an engine's folder and an index are called; whatever else lies beside them is not ours."""
KEEP_OWN, KEEP_SHARED = timedelta(days=30), timedelta(days=180)
"""An entry that no run has used for so long goes; of a shared store, longer than campaigns lie apart."""
_STORE = Text("照片缓存", "the photo cache")


class PhotoStore(NamedTuple):
    """The entries of one engine, in a folder of their own."""

    root: Path
    keep: timedelta = KEEP_OWN
    boxes: Mapping[str, Box] = MappingProxyType({})
    """Where people placed crops, by capture: what was made so is kept under names of its own."""

    def photo(self, sha256: str) -> Path:
        """The delivered picture made from a capture."""
        return self.picture(sha256, PHOTO)

    def derivative(self, sha256: str, name: str) -> Path:
        """A further picture made from a capture; `name` is the derivative's id."""
        return self.picture(sha256, derivative(name))

    def picture(self, sha256: str, name: str) -> Path:
        """Any picture made from a capture: of `schemas.shown`, or a derivative."""
        return self.root.joinpath(PICTURES, f"{self._entry(sha256)}-{name}.jpg")

    def facts(self, sha256: str) -> Path:
        """What is known of a capture, and the digests of its pictures."""
        return self.root.joinpath(FACTS, f"{self._entry(sha256)}.json")

    def _entry(self, sha256: str) -> str:
        """Under which name a capture is kept: its content's, and that of a crop that a person placed."""
        box = self.boxes.get(sha256)
        return sha256 if box is None else f"{sha256}x{digest(repr(tuple(box)).encode())[:16]}"

    def index_of(self, captures: Path) -> Path:
        """What is known of the files of a folder or zip of captures, whatever the engine."""
        return self.root.parent / f"read-{digest(str(captures.resolve()).encode())[:16]}.json"

    def find(self, sha256: str, *, used_at: datetime) -> dict[str, Any] | None:
        """A capture's facts, or None where there is no entry, or one that is damaged in any part."""
        try:
            entry = opened(self.facts(sha256).read_bytes())
            if entry is None or not self._holds(sha256, entry["pictures"]):
                return None
            os.utime(self.facts(sha256), (used_at.timestamp(),) * 2)
        except OSError:
            return None
        facts: dict[str, Any] = entry["facts"]
        taken_at = facts["taken_at"]
        return facts | {"taken_at": taken_at and datetime.fromisoformat(taken_at)}

    def _holds(self, sha256: str, digests: Mapping[str, str]) -> bool:
        kept = ((self.picture(sha256, name), digests[name]) for name in digests)
        return all(digest(path.read_bytes()) == told for path, told in kept)

    def add(self, sha256: str, made: Pictured) -> None:
        """Keep what was made of a capture. DeliveryError where the folder cannot be written to."""
        digests = {name: digest(picture) for name, picture in made.pictures.items()}
        with delivering(self.root, _STORE):
            for name, picture in made.pictures.items():
                write_whole(self.picture(sha256, name), picture)
            write_whole(self.facts(sha256), closed({"facts": made.facts, "pictures": digests}))


def open_store(loaded: LoadedCampaign) -> PhotoStore:
    """A campaign's store for the engine at hand. DeliveryError where its folder cannot be made."""
    shared = photo_cache()
    if shared is not None:
        return made_store(shared, loaded.profile, KEEP_SHARED)
    return made_store(loaded.out / CACHE, loaded.profile)


def made_store(engines: Path, profile: Profile, keep: timedelta = KEEP_OWN) -> PhotoStore:
    """The store of a profile's engine in the folder of all engines, both made where they are not there."""
    store = PhotoStore(engines / engine_mark(profile), keep)
    with delivering(engines, _STORE):
        engines.mkdir(parents=True, exist_ok=True, mode=0o700)
        for part in (store.root, store.root / FACTS, store.root / PICTURES):
            part.mkdir(exist_ok=True, mode=0o700)
    return store


def prune(store: PhotoStore, *, at: datetime) -> None:
    """Remove what no run has used for long, whatever its engine; a run's own captures were all just used.

    What the disk does not let go of stays: a run that is done does not fail for it.
    """
    before = (at - store.keep).timestamp()
    with suppress(OSError):
        for entry in store.root.parent.iterdir():
            if MARK.fullmatch(entry.name) and entry.is_dir():
                _prune(entry, before)
            elif INDEX.fullmatch(entry.name) and entry.stat().st_mtime < before:
                entry.unlink()


def _prune(engine: Path, before: float) -> None:
    """Remove old entries, and an old folder that is left empty."""
    facts, pictures = engine / FACTS, engine / PICTURES
    for path in _old(facts, before):
        path.unlink(missing_ok=True)
    for path in _old(pictures, before):
        if not (facts / f"{path.name.partition('-')[0]}.json").exists():
            path.unlink(missing_ok=True)
    for folder in (each for each in (facts, pictures, engine) if each.is_dir()):
        if folder.stat().st_mtime < before and not any(folder.iterdir()):
            folder.rmdir()


def _old(folder: Path, before: float) -> list[Path]:
    """What of a folder, if it is there, was last changed before a moment; the rest is passed over."""
    if not folder.is_dir():
        return []
    with os.scandir(folder) as entries:
        return [Path(entry.path) for entry in entries if entry.stat().st_mtime < before]
