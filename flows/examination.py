"""Captures examined: read, measured, cropped, encoded. Pictures go to the work folder, facts come back."""

import hashlib
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

import polars as pl

from flows.detectors import first_detector, second_detector
from flows.sources import CaptureStore, read_capture
from schemas.capture import CAPTURE_FILES
from schemas.photo import FACTS, MADE
from schemas.profile import Profile
from transforms.captures import camera_of, file_of
from transforms.photo import examine

EXAMINED = CAPTURE_FILES | {"photo_sha256": pl.String, "derivatives": MADE} | FACTS
"""One line per capture: its file, the digests of what was made of it, its measured facts."""


class WorkFolder(NamedTuple):
    """Where a run keeps pictures until bundle and report are written, named by their capture's digest."""

    root: Path

    def photo(self, sha256: str) -> Path:
        """The delivered picture made from a capture."""
        return self.root / "photos" / f"{sha256}.jpg"

    def derivative(self, sha256: str, name: str) -> Path:
        """A further picture made from a capture; `name` is the derivative's id."""
        return self.root / "derivatives" / f"{sha256}-{name}.jpg"

    def thumbnail(self, sha256: str) -> Path:
        """The small picture of a capture for the report."""
        return self.root / "thumbnails" / f"{sha256}.jpg"


def examine_chunk(
    store: CaptureStore, names: Sequence[str], profile: Profile, work: WorkFolder
) -> pl.DataFrame:
    """Examine captures one after another; each one's line depends on nothing but its file (EXAMINED)."""
    lines = [_examine_one(store, name, profile, work) for name in names]
    return with_places(
        pl.DataFrame(lines, schema={name: kind for name, kind in EXAMINED.items() if name not in _PLACES})
    )


_PLACES = ("camera_name", "file_name")


def with_places(examined: pl.DataFrame) -> pl.DataFrame:
    """Captures with the camera and file name that their path tells, in the order of EXAMINED."""
    path = pl.col("capture_path")
    return examined.with_columns(camera_name=camera_of(path), file_name=file_of(path)).select(list(EXAMINED))


def _examine_one(store: CaptureStore, name: str, profile: Profile, work: WorkFolder) -> dict[str, Any]:
    source = read_capture(store, name)
    examined = examine(
        source.content,
        profile.photo,
        first_detector(),
        derivatives=profile.derivatives,
        severities=profile.severities,
        second=second_detector(),
    )
    further = {work.derivative(source.sha256, each): made for each, made in examined.derivatives.items()}
    ours = {work.photo(source.sha256): examined.photo, work.thumbnail(source.sha256): examined.thumbnail}
    for path, picture in (ours | further).items():
        if picture is not None:
            path.write_bytes(picture)
    return {
        "capture_path": str(PurePosixPath(name)),
        "taken_at": source.taken_at,
        "sha256": source.sha256,
        "frame_hash": examined.frame_hash,
        "camera_body": source.camera_body,
        "is_resaved": source.is_resaved,
        "photo_sha256": examined.photo and _digest(examined.photo),
        "derivatives": [{"id": each, "sha256": _digest(made)} for each, made in examined.derivatives.items()],
        **asdict(examined.facts),
    }


def _digest(picture: bytes) -> str:
    return hashlib.sha256(picture).hexdigest()
