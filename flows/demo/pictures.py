"""The pictures of a day, drawn by a pool and written one by one."""

from collections.abc import Callable
from functools import partial
from math import sqrt
from pathlib import Path
from random import Random

import cv2

from flows.demo.lineup import Frame
from flows.demo.mishaps import EXPORTS, LOOKS, SIZES, Export, export
from flows.demo.portrait import Shot, draw, look_of
from flows.processes import spread

MEGAPIXELS = 7.68
CHUNK = 4

Progress = Callable[[int, int], None]


def take_pictures(
    captures: Path,
    frames: list[Frame],
    *,
    seed: int,
    workers: int,
    megapixels: float = MEGAPIXELS,
    progress: Progress | None = None,
) -> None:
    """Draw every frame and write it under `captures`; no more than a picture per worker is held at a time."""
    take = partial(take_picture, captures, seed, size_px(megapixels))
    for folder in {Path(frame.path).parent for frame in frames}:
        (captures / folder).mkdir(parents=True, exist_ok=True)
    drawn = spread(take, frames, workers, chunk=CHUNK, prepare=one_core_each)
    for done, _ in enumerate(drawn, start=1):
        if progress is not None:
            progress(done, len(frames))


def one_core_each() -> None:
    """In a worker: leave the other cores to the other workers."""
    cv2.setNumThreads(1)


def size_px(megapixels: float) -> tuple[int, int]:
    """Width and height of an upright 3:4 sensor.

    >>> size_px(7.68)
    (2400, 3200)
    """
    unit = round(sqrt(megapixels * 1_000_000 / 12))
    return 3 * unit, 4 * unit


def take_picture(captures: Path, seed: int, size: tuple[int, int], frame: Frame) -> None:
    """Draw one frame and write its file; the same seed and frame give the same bytes."""
    look = look_of(Random(f"{seed}/{frame.key}").getrandbits(32), woman=frame.woman)
    if frame.mishap in LOOKS:
        look = LOOKS[frame.mishap](look)
    picture, _ = draw(look, SIZES.get(frame.mishap, size))
    shot = Shot(frame.taken_at, frame.camera.make, frame.camera.model)
    content = export(picture, shot, EXPORTS.get(frame.mishap, Export()))
    (captures / frame.path).write_bytes(content)
