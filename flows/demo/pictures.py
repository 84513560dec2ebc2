"""The pictures of a day, drawn by a pool and written one by one."""

import multiprocessing
import signal
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from math import sqrt
from pathlib import Path
from random import Random

import cv2

from flows.demo.lineup import Frame
from flows.demo.mishaps import EXPORTS, LOOKS, SIZES, Export, export
from flows.demo.portrait import Shot, draw, look_of

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
    for done, _ in enumerate(spread(take, frames, workers), start=1):
        if progress is not None:
            progress(done, len(frames))


def spread(take: Callable[[Frame], None], frames: list[Frame], workers: int) -> Iterable[None]:
    """Call `take` on every frame: here when there is one worker, else in processes (faster than threads).

    Processes are spawned, since a fork of a threaded program may hang.
    """
    if workers == 1:
        yield from map(take, frames)
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, context, initializer=keep_quiet) as pool:
        yield from pool.map(take, frames, chunksize=CHUNK)


def keep_quiet() -> None:
    """In a worker: leave Ctrl-C to the parent, and the other cores to the other workers."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
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
