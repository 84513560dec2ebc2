"""Captures examined: read, measured, cropped, encoded; or found in the photo store, as they were before."""

from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Any

import polars as pl

from flows.photo_store import PhotoStore
from flows.picture_facts import digest, pictured
from flows.settings import now
from flows.sources import CaptureStore
from schemas.capture import CAPTURE_FILES
from schemas.photo import FACTS, MADE
from schemas.profile import Profile
from transforms.captures import camera_of, file_of

EXAMINED = CAPTURE_FILES | {"photo_sha256": pl.String, "derivatives": MADE} | FACTS
"""One line per capture: its file, the digests of what was made of it, its measured facts."""


def examine_chunk(
    captures: CaptureStore, names: Sequence[str], profile: Profile, store: PhotoStore
) -> pl.DataFrame:
    """Examine captures one after another; each one's line depends on nothing but its file (EXAMINED)."""
    lines = [_line(captures, name, profile, store) for name in names]
    return with_places(
        pl.DataFrame(lines, schema={name: kind for name, kind in EXAMINED.items() if name not in _PLACES})
    )


_PLACES = ("camera_name", "file_name")


def with_places(examined: pl.DataFrame) -> pl.DataFrame:
    """Captures with the camera and file name that their path tells, in the order of EXAMINED."""
    path = pl.col("capture_path")
    return examined.with_columns(camera_name=camera_of(path), file_name=file_of(path)).select(list(EXAMINED))


def _line(captures: CaptureStore, name: str, profile: Profile, store: PhotoStore) -> dict[str, Any]:
    """A capture's line; its bytes are read and hashed whatever is kept of it."""
    content = captures.read(name)
    sha256 = digest(content)
    facts = store.find(sha256, used_at=now())
    if facts is None:
        made = pictured(content, sha256, profile)
        store.add(sha256, made)
        facts = made.facts
    return {"capture_path": str(PurePosixPath(name)), **facts}
