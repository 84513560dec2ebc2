"""Captures examined: read, measured, cropped, encoded; or found in the photo store, as they were before."""

from collections.abc import Callable, Sequence
from pathlib import PurePosixPath
from typing import Any

import polars as pl

from flows.known_files import KnownFiles
from flows.photo_store import PhotoStore
from flows.picture_facts import pictured
from flows.settings import now
from schemas.capture import CAPTURE_FILES
from schemas.photo import FACTS, MADE
from schemas.profile import Profile
from transforms.captures import camera_of, file_of

EXAMINED = CAPTURE_FILES | {"photo_sha256": pl.String, "derivatives": MADE} | FACTS
"""One line per capture: its file, the digests of what was made of it, its measured facts."""


def examine_chunk(
    captures: KnownFiles,
    names: Sequence[str],
    profile: Profile,
    store: PhotoStore,
    examined: Callable[[str], None],
) -> pl.DataFrame:
    """Examine captures one after another; each one's line depends on nothing but its file (EXAMINED).

    `examined` is told the path of each that is done.
    """
    lines = []
    for name in names:
        lines.append(_line(captures, name, profile, store))
        examined(name)
    return with_places(
        pl.DataFrame(lines, schema={name: kind for name, kind in EXAMINED.items() if name not in _PLACES})
    )


_PLACES = ("camera_name", "file_name")


def with_places(examined: pl.DataFrame) -> pl.DataFrame:
    """Captures with the camera and file name that their path tells, in the order of EXAMINED."""
    path = pl.col("capture_path")
    return examined.with_columns(camera_name=camera_of(path), file_name=file_of(path)).select(list(EXAMINED))


def _line(captures: KnownFiles, name: str, profile: Profile, store: PhotoStore) -> dict[str, Any]:
    """A capture's line; its file is read unless it is known and what was made of it is kept."""
    known = captures.sha256(name)
    facts = known and store.find(known, used_at=now())
    return {"capture_path": str(PurePosixPath(name)), **(facts or _facts(captures, name, profile, store))}


def _facts(captures: KnownFiles, name: str, profile: Profile, store: PhotoStore) -> dict[str, Any]:
    """What is known of a file that has to be read, from the store if it is kept there."""
    content, sha256 = captures.read(name, at=now())
    kept = store.find(sha256, used_at=now())
    if kept is not None:
        return kept
    made = pictured(content, sha256, profile, store.boxes.get(sha256))
    store.add(sha256, made)
    return made.facts
