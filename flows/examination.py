"""Captures examined: read, measured, cropped, encoded. Pictures go to the work folder, facts come back."""

import hashlib
import threading
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

import polars as pl

from flows.sources import CaptureStore, read_capture
from schemas.capture import CAPTURE_FILES
from schemas.photo import FACTS
from schemas.profile import PhotoSpec
from transforms.captures import camera_of, file_of
from transforms.faces import MtcnnDetector
from transforms.photo import examine

EXAMINED = CAPTURE_FILES | {"photo_sha256": pl.String} | FACTS
"""One line per capture: its file, its photo's digest, its measured facts."""

_local = threading.local()


class WorkFolder(NamedTuple):
    """Where a run keeps pictures until bundle and report are written, named by their capture's digest."""

    root: Path

    def photo(self, sha256: str) -> Path:
        """The delivered picture made from a capture."""
        return self.root / "photos" / f"{sha256}.jpg"

    def thumbnail(self, sha256: str) -> Path:
        """The small picture of a capture for the report."""
        return self.root / "thumbnails" / f"{sha256}.jpg"


def examine_chunk(
    store: CaptureStore, names: Sequence[str], spec: PhotoSpec, work: WorkFolder
) -> pl.DataFrame:
    """Examine captures one after another; each one's line depends on nothing but its file (EXAMINED)."""
    lines = [_examine_one(store, name, spec, work) for name in names]
    return with_places(
        pl.DataFrame(lines, schema={name: kind for name, kind in EXAMINED.items() if name not in _PLACES})
    )


_PLACES = ("camera_name", "file_name")


def with_places(examined: pl.DataFrame) -> pl.DataFrame:
    """Captures with the camera and file name that their path tells, in the order of EXAMINED."""
    path = pl.col("capture_path")
    return examined.with_columns(camera_name=camera_of(path), file_name=file_of(path)).select(list(EXAMINED))


def _examine_one(store: CaptureStore, name: str, spec: PhotoSpec, work: WorkFolder) -> dict[str, Any]:
    source = read_capture(store, name)
    examined = examine(source.content, spec, _detector())
    for path, picture in (
        (work.photo(source.sha256), examined.photo),
        (work.thumbnail(source.sha256), examined.thumbnail),
    ):
        if picture is not None:
            path.write_bytes(picture)
    photo_sha256 = examined.photo and hashlib.sha256(examined.photo).hexdigest()
    return {
        "capture_path": str(PurePosixPath(name)),
        "taken_at": source.taken_at,
        "sha256": source.sha256,
        "photo_sha256": photo_sha256,
        **asdict(examined.facts),
    }


def _detector() -> MtcnnDetector:
    """This thread's own detector: an onnxruntime session is not shared between threads."""
    if not hasattr(_local, "detector"):
        _local.detector = MtcnnDetector()
    return _local.detector  # type: ignore[no-any-return]  # threading.local has no types
