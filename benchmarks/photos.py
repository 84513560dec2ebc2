"""From capture file to delivered photo: the engine with every check, against thumbnailers that check nothing.

All three work on the same generated files in the same run, taking turns, so that a busy machine slows all
alike; each has the same number of threads. Afterwards: whether a photo takes as long in a batch of thousands
as in one of ten.
"""

import hashlib
import io
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from datetime import date, datetime
from datetime import time as midnight
from functools import partial
from itertools import cycle, islice
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

import pyvips
from PIL import Image

from benchmarks.memory import status_mb
from flows.demo.portrait import Shot, draw, encode_jpeg, look_of
from flows.photo_store import PhotoStore, made_store
from flows.picture_facts import digest, pictured
from flows.profiles import read_profile
from flows.sources import CaptureFolder, read_capture
from schemas.photo import Facts
from schemas.shown import PHOTO
from transforms.faces import MtcnnDetector
from transforms.photo import examine

PICTURES, TURN, ROUNDS = 24, 8, 3
SIZE = (4000, 6000)
DELIVERED = (480, 640)
QUALITY = 90
"""What the thumbnailers encode at, once: about the quality that the engine settles on."""
SOURCE_QUALITIES = (90, 99)
"""Of the captures: 2 MB each, and as large as cameras write 24 megapixels at their finest."""
BATCHES, REPEATS = (10, 100), 3
THREADS = (1, 2)

_local = threading.local()
_PROFILE = read_profile("graduate", beside=Path())


class Speed(NamedTuple):
    """Medians of one way: milliseconds from a file to its photo, photos a second in all threads together, and
    milliseconds of processor time that a photo took, which other programs' work hardly changes.
    """

    latency_ms: float
    per_second: float
    processor_ms: float


class Spent(NamedTuple):
    """What a photo of a batch took in milliseconds, all threads together: by the clock, of the processor."""

    wall_ms: float
    processor_ms: float


Way = Callable[[Path], object]


def main(many: int) -> None:
    """Print a table for each set of files and number of threads, then batches of up to `many` photos."""
    for quality in SOURCE_QUALITIES:
        files = captures(PICTURES, SIZE, quality=quality)
        for threads in THREADS:
            _print_ways(files, threads)
        encodes = [with_checks(file).encodes or 0 for file in files]
        middle = statistics.median(encodes)
        print(f"JPEG encodes a photo: {min(encodes)} to {max(encodes)}, median {middle:g}")
    _print_batches(captures(PICTURES, SIZE, quality=SOURCE_QUALITIES[0]), many)


def _print_ways(files: Sequence[Path], threads: int) -> None:
    """One table: medians, ratios to the engine, peak memory."""
    memory = {name: peak_mb(name, files, threads) for name in WAYS}
    speeds = compare(files, threads)
    ours = speeds["regpack"]
    size_mb = statistics.median(file.stat().st_size for file in files) / 1e6
    print(f"\n{threads} thread(s), {len(files)} JPEGs of {SIZE[0]}x{SIZE[1]}, {size_mb:.1f} MB each")
    print(
        f"{'':10}{'a photo':>12}{'photos/s':>10}{'regpack is':>14}{'processor':>12}{'ratio':>7}{'memory':>10}"
    )
    for name, speed in speeds.items():
        ratio = f"{speed.per_second / ours.per_second:.2f} x time"
        row = f"{speed.latency_ms:>9.0f} ms{speed.per_second:>10.1f}{ratio:>14}{speed.processor_ms:>9.0f} ms"
        print(f"{name:10}{row}{ours.processor_ms / speed.processor_ms:>7.2f}{memory[name]:>7.0f} MB")


def _print_batches(files: Sequence[Path], many: int) -> None:
    """The time of a photo in small batches and in a large one, with as many threads as measured above."""
    print(f"\nA photo in a batch, {THREADS[-1]} threads, with its files written")
    with ThreadPoolExecutor(THREADS[-1]) as pool:
        in_batch(pool, files, BATCHES[0])
        for count in (*BATCHES, many, *BATCHES[::-1]):
            repeats = 1 if count == many else REPEATS
            spent = [in_batch(pool, files, count) for _ in range(repeats)]
            wall, processor = (statistics.median(times) for times in zip(*spent, strict=True))
            print(f"{count:>8,}{wall:>9.1f} ms, of the processor{processor:>7.1f} ms")


# -- the ways ----------------------------------------------------------------------------------------------


def with_checks(file: Path) -> Facts:
    """What a run does with a capture: read, digest, find, measure, crop, encode. ValueError for no photo."""
    if not hasattr(_local, "detector"):
        _local.detector = MtcnnDetector()
    capture = read_capture(CaptureFolder(file.parent), file.name)
    examined = examine(capture.content, _PROFILE.photo, _local.detector)
    if examined.photo is None:
        raise ValueError("a capture gave no photo: the ways would not do comparable work")
    return examined.facts


def by_vips(file: Path) -> bytes:
    """`vips thumbnail`: decode reduced, scale, crop to the centre, encode."""
    small = pyvips.Image.thumbnail(str(file), DELIVERED[0], height=DELIVERED[1], crop="centre")
    return bytes(small.jpegsave_buffer(Q=QUALITY, keep="none"))


def by_pillow(file: Path) -> bytes:
    """What a script does: open, resize, save."""
    out = io.BytesIO()
    with Image.open(file) as image:
        image.resize(DELIVERED, Image.Resampling.LANCZOS).save(out, "JPEG", quality=QUALITY)
    return out.getvalue()


WAYS: dict[str, Way] = {"regpack": with_checks, "libvips": by_vips, "Pillow": by_pillow}


# -- measuring ---------------------------------------------------------------------------------------------


def compare(files: Sequence[Path], threads: int, rounds: int = ROUNDS) -> dict[str, Speed]:
    """The speed of each way over the same files, by turns of a few files; a first turn is not counted."""
    _settle_vips()
    turns = [files[begin : begin + TURN] for begin in range(0, len(files), TURN)]
    latencies: dict[str, list[float]] = {name: [] for name in WAYS}
    rates: dict[str, list[float]] = {name: [] for name in WAYS}
    processor: dict[str, list[float]] = {name: [] for name in WAYS}
    with ThreadPoolExecutor(threads) as pool:
        for number, turn in enumerate([turns[0], *(turns * rounds)]):
            for name, way in WAYS.items():
                used = time.process_time()
                spent, wall = _timed(pool, way, turn)
                if number:
                    latencies[name] += spent
                    rates[name].append(len(turn) / wall)
                    processor[name].append((time.process_time() - used) / len(turn))
    median = statistics.median
    return {
        name: Speed(median(latencies[name]) * 1000, median(rates[name]), median(processor[name]) * 1000)
        for name in WAYS
    }


def in_batch(pool: ThreadPoolExecutor, files: Sequence[Path], count: int) -> Spent:
    """What a photo takes when so many captures are examined as a run does it."""
    names = [file.name for file in islice(cycle(files), count)]
    with tempfile.TemporaryDirectory() as root:
        store = made_store(Path(root), _PROFILE)
        examine = partial(_kept, CaptureFolder(files[0].parent), store)
        begun, used = time.perf_counter(), time.process_time()
        examined = sum(pool.map(examine, names))
        wall, processor = time.perf_counter() - begun, time.process_time() - used
    if examined != count:
        raise ValueError("a capture gave no photo: the batches would not be comparable")
    return Spent(wall / count * 1000, processor / count * 1000)


def _kept(captures: CaptureFolder, store: PhotoStore, name: str) -> bool:
    """Make and keep all that a run keeps of a capture, as if never seen before; whether it has a photo."""
    content = captures.read(name)
    sha256 = digest(content)
    made = pictured(content, sha256, _PROFILE)
    store.add(sha256, made)
    return PHOTO in made.pictures


def _timed(pool: Executor, way: Way, files: Sequence[Path]) -> tuple[list[float], float]:
    """Seconds that each file took, and seconds that all of them took together."""

    def one(file: Path) -> float:
        begun = time.perf_counter()
        way(file)
        return time.perf_counter() - begun

    begun = time.perf_counter()
    spent = list(pool.map(one, files))
    return spent, time.perf_counter() - begun


def peak_mb(name: str, files: Sequence[Path], threads: int) -> float:
    """The most memory that a way held in its own process beyond imports, in MB; NaN where not on Linux."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as alone:
        return alone.submit(_peak_mb, name, files, threads).result()


def _settle_vips() -> None:
    """One thread an operation, since the caller's threads are parallel already; no thumbnail remembered."""
    pyvips.concurrency_set(1)
    pyvips.cache_set_max(0)


def _peak_mb(name: str, files: Sequence[Path], threads: int) -> float:
    _settle_vips()
    before = status_mb("VmRSS")
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(WAYS[name], files))
    return status_mb("VmHWM") - before


# -- the files ---------------------------------------------------------------------------------------------


def captures(count: int, size: tuple[int, int], root: Path | None = None, quality: int = 90) -> list[Path]:
    """Different generated captures as JPEG files; kept for the next run until the renderer changes."""
    mark = hashlib.sha256(_capture(0, size, quality)).hexdigest()[:12]
    folder = (root or Path(tempfile.gettempdir())) / f"regpack-bench-{mark}"
    folder.mkdir(exist_ok=True)
    files = [folder / f"{seed:03}.jpg" for seed in range(count)]
    for seed, file in enumerate(files):
        if not file.exists():
            begun = file.with_suffix(".part")
            begun.write_bytes(_capture(seed, size, quality))
            begun.replace(file)
    return files


def _capture(seed: int, size: tuple[int, int], quality: int) -> bytes:
    shot = Shot(datetime.combine(date.min, midnight()), "regpack", "bench")
    return encode_jpeg(draw(look_of(seed, woman=seed % 2 == 0), size)[0], shot, quality)
