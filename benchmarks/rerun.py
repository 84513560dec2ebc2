"""A second run of a demo day whose inputs have not changed, against the first, beyond Prefect's own start.

Each is a process of its own, as an office starts it. The day is drawn once and kept until the code that draws
it changes; every measurement begins with a copy that was never run.
"""

import hashlib
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import flows.demo
from flows.demo.day import generate
from flows.demo.pictures import MEGAPIXELS
from flows.settings import PHOTO_CACHE, workers

STUDENTS, SEED, REPEATS = 3_253, 7, 3
NOTHING = """
from flows.settings import quiet_prefect
quiet_prefect()
from prefect import flow
flow(lambda: None)()
"""
"""A flow that does nothing, in a program that does nothing else."""


class Times(NamedTuple):
    """Seconds by the clock, medians but the first: a first run, the runs after it, Prefect's start alone."""

    first: float
    second: float
    start: float

    @property
    def share(self) -> float:
        """What the second run takes of the first one's time, both beyond Prefect's start."""
        return (self.second - self.start) / (self.first - self.start)


def main(students: int = STUDENTS) -> None:
    """Print what a first and a second run of a day take."""
    day = drawn(students, MEGAPIXELS, Path(tempfile.gettempdir()))
    with tempfile.TemporaryDirectory() as root:
        times = measured(day, Path(root))
    print(f"\nA demo day of {students:,} students, {workers()} workers")
    for name, seconds in zip(("first run", "second run", "Prefect's start alone"), times, strict=True):
        print(f"{name:24}{seconds:>8.1f} s")
    print(f"{'second of first, beyond':24}{times.share:>8.1%}")


def measured(day: Path, root: Path, repeats: int = REPEATS) -> Times:
    """Run a copy of a day in `root` once, and then again and again."""
    copy = root / "day"
    shutil.copytree(day, copy, ignore=shutil.ignore_patterns("captures"))
    shutil.copytree(day / "captures", copy / "captures", copy_function=_linked)
    run = ["-m", "flows", "run", str(copy / "campaign.toml")]
    environment = {"PREFECT_HOME": str(root / "prefect"), PHOTO_CACHE: ""}
    _seconds(["-c", NOTHING], environment)  # makes Prefect's database
    starts = [_seconds(["-c", NOTHING], environment) for _ in range(repeats)]
    first = _seconds(run, environment)
    seconds = [_seconds(run, environment) for _ in range(repeats)]
    return Times(first, statistics.median(seconds), statistics.median(starts))


def drawn(students: int, megapixels: float, root: Path) -> Path:
    """A generated day, drawn now if it is not there yet."""
    sources = sorted(Path(flows.demo.__path__[0]).rglob("*.py"))
    mark = hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()[:12]
    folder = root / f"regpack-day-{students}-{megapixels}-{mark}"
    if not folder.exists():
        with tempfile.TemporaryDirectory(dir=root) as scratch:
            day = Path(scratch) / "day"
            generate(day, students=students, seed=SEED, megapixels=megapixels, workers=workers())
            day.rename(folder)
    return folder


def _linked(source: str, target: str) -> str:
    """The same file under another name, where the disk can do that."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
    return target


def _seconds(arguments: Sequence[str], environment: dict[str, str]) -> float:
    """How long a Python program takes from its start to its end."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    begun = time.perf_counter()
    subprocess.run([sys.executable, *arguments], env=own | environment, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begun
