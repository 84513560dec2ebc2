"""From capture file to delivered photo: our engine with every check, against Pillow that checks nothing.

Both work on the same generated files, one thread each, taking turns, so that a busy machine slows both alike.
"""

import io
import statistics
import time
from collections.abc import Callable
from datetime import date, datetime
from datetime import time as midnight
from pathlib import Path

from PIL import Image

from flows.demo.portrait import Shot, draw, encode_jpeg, look_of
from flows.sources import read_profile
from transforms.faces import MtcnnDetector
from transforms.photo import examine

PICTURES, ROUNDS = 8, 3
SIZES = {"7.7 MP": (2400, 3200), "24 MP": (4240, 5654)}
DELIVERED = (480, 640)


def main() -> None:
    """Print a line for each size: medians in milliseconds and their ratio."""
    print(f"{'photos':10}{'regpack':>12}{'Pillow':>12}{'ratio':>8}")
    for name, size in SIZES.items():
        ours, theirs = compare(captures(size))
        print(f"{name:10}{ours:>9.0f} ms{theirs:>9.0f} ms{ours / theirs:>8.2f}")


def captures(size: tuple[int, int]) -> list[bytes]:
    """Generated captures of a size, as JPEG files."""
    shot = Shot(datetime.combine(date.min, midnight()), "regpack", "bench")
    return [encode_jpeg(draw(look_of(seed, woman=seed % 2 == 0), size)[0], shot) for seed in range(PICTURES)]


def compare(files: list[bytes]) -> tuple[float, float]:
    """Median milliseconds a photo of both ways over the same files."""
    spec, detector = read_profile("graduate", beside=Path()).photo, MtcnnDetector()
    ways: tuple[Callable[[bytes], object], ...] = (lambda file: examine(file, spec, detector), resize_only)
    spent: tuple[list[float], list[float]] = ([], [])
    for _ in range(ROUNDS):
        for file in files:
            for way, times in zip(ways, spent, strict=True):
                begun = time.perf_counter()
                way(file)
                times.append((time.perf_counter() - begun) * 1000)
    return statistics.median(spent[0]), statistics.median(spent[1])


def resize_only(file: bytes) -> bytes:
    """What a script does that checks nothing: open, resize, save."""
    out = io.BytesIO()
    with Image.open(io.BytesIO(file)) as image:
        image.resize(DELIVERED, Image.Resampling.LANCZOS).save(out, "JPEG", quality=90)
    return out.getvalue()
