"""Captures examined: read, measured, cropped, encoded; or found in the photo store, as they were before."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import PurePosixPath
from typing import Any

import polars as pl

from flows.known_files import KnownFiles
from flows.photo_store import PhotoStore
from flows.picture_facts import pictured
from flows.settings import now
from schemas.capture import CAPTURE_FILES
from schemas.errors import InputError
from schemas.photo import FACTS, MADE
from schemas.profile import Profile
from transforms.captures import camera_of, file_of

EXAMINED = CAPTURE_FILES | {"photo_sha256": pl.String, "derivatives": MADE} | FACTS
"""One line per capture: its file, the digests of what was made of it, its measured facts."""

TOGETHER = 1_024
"""Captures whose lines are looked up before they become a frame, which takes a tenth of their memory."""


def examine_chunk(
    captures: KnownFiles,
    names: Sequence[str],
    profile: Profile,
    store: PhotoStore,
    examined: Callable[[str], None],
) -> pl.DataFrame:
    """Read and examine captures one after another; a line depends on nothing but its file (EXAMINED).

    `examined` is told the path of each that is done.
    """
    lines = []
    for name in names:
        lines.append(_line(name, _facts(captures, name, profile, store)))
        examined(name)
    return lines_of(lines)


def kept_lines(
    captures: KnownFiles, names: Sequence[str], store: PhotoStore
) -> tuple[list[pl.DataFrame], list[str]]:
    """The lines of captures that are as they were and of which the store keeps all; the other names."""
    frames, others = [], list[str]()
    for start in range(0, len(names), TOGETHER):
        found = {name: _kept(captures, name, store) for name in names[start : start + TOGETHER]}
        others += [name for name, facts in found.items() if facts is None]
        frames.append(lines_of([_line(name, facts) for name, facts in found.items() if facts is not None]))
    return frames, others


def lines_of(lines: Sequence[dict[str, Any]]) -> pl.DataFrame:
    """Lines of captures as a frame (EXAMINED)."""
    schema = {name: kind for name, kind in EXAMINED.items() if name not in _PLACES}
    return with_places(pl.DataFrame(lines, schema=schema))


_PLACES = ("camera_name", "file_name")


def with_places(examined: pl.DataFrame) -> pl.DataFrame:
    """Captures with the camera and file name that their path tells, in the order of EXAMINED."""
    path = pl.col("capture_path")
    return examined.with_columns(camera_name=camera_of(path), file_name=file_of(path)).select(list(EXAMINED))


def _line(name: str, facts: dict[str, Any]) -> dict[str, Any]:
    return {"capture_path": str(PurePosixPath(name)), **facts}


def _kept(captures: KnownFiles, name: str, store: PhotoStore) -> dict[str, Any] | None:
    """What the store keeps of a file that need not be read; one that is lost is left to whoever reads it."""
    with suppress(InputError):
        known = captures.sha256(name)
        return None if known is None else store.find(known, used_at=now())
    return None


def _facts(captures: KnownFiles, name: str, profile: Profile, store: PhotoStore) -> dict[str, Any]:
    """What is known of a file that has to be read, from the store if it is kept there."""
    content, sha256 = captures.read(name, at=now())
    kept = store.find(sha256, used_at=now())
    if kept is not None:
        return kept
    made = pictured(content, sha256, profile, store.boxes.get(sha256))
    store.add(sha256, made)
    return made.facts
