"""Large campaigns from roster to bundles, each a run as an office starts it: time, memory, verification.

The run is a first one: nothing is kept from before. Its receiver takes 5,000 photos in a bundle, so that a
larger campaign has more bundles. Memory is told of the run's own process at its peak, and of the processes
that it starts (Prefect's temporary server among them) at their highest sum.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Mapping, Sequence
from math import isnan
from pathlib import Path
from typing import NamedTuple

from benchmarks.crowd import crowd
from benchmarks.memory import status_mb
from flows.settings import PHOTO_CACHE, workers

SIZES = (10_000, 30_000, 100_000)
LOOK_EVERY_S = 0.5
MARK = "REGPACK_BENCHMARK"
"""The environment variable by which the processes that a run starts are told from others."""


class Spent(NamedTuple):
    """Seconds by the clock, and memory in MB: of a program's own process, and of all that it started."""

    wall_s: float
    own_mb: float
    others_mb: float


class Cost(NamedTuple):
    """What a run and the verification of its bundles took, and how many bundles with how many students."""

    run: Spent
    verification: Spent
    bundles: int
    sealed: int


def main(sizes: Sequence[int] = SIZES) -> None:
    """Print a line for each size; the ratio is of memory to that of the first."""
    print(f"\nCampaigns from roster to bundles, {workers()} workers")
    print(f"{'captures':>9}{'run':>10}{'a capture':>11}{'memory':>10}{'ratio':>7}{'server':>9}"
          f"{'sealed':>9}{'bundles':>9}{'verified':>10}{'memory':>10}")  # fmt: skip
    first = None
    for count in sizes:
        cost = measured(count)
        first = first or cost
        run, told = cost.run, cost.verification
        print(f"{count:>9,}{run.wall_s:>8.0f} s{1000 * run.wall_s / count:>8.1f} ms{run.own_mb:>7.0f} MB"
              f"{run.own_mb / first.run.own_mb:>7.2f}{run.others_mb:>6.0f} MB{cost.sealed:>9,}"
              f"{cost.bundles:>9}{told.wall_s:>8.0f} s{told.own_mb:>7.0f} MB", flush=True)  # fmt: skip


def measured(count: int, root: Path | None = None) -> Cost:
    """One campaign, run and verified; what it leaves is removed, its captures are kept for the next time."""
    campaign = crowd(count, root)
    out = campaign.parent / "out"
    shutil.rmtree(out, ignore_errors=True)
    try:
        with tempfile.TemporaryDirectory() as home:
            run = spent(["-m", "flows", "run", str(campaign)], {"PREFECT_HOME": home, PHOTO_CACHE: ""})
        archives = sorted((out / "bundles").glob("*.zip"))
        checks = [spent(["-m", "flows", "verify", str(archive)], {}) for archive in archives]
        sealed = sum(photos_in(archive.with_suffix("")) for archive in archives)
    finally:
        shutil.rmtree(out, ignore_errors=True)
    seconds, peak = sum(check.wall_s for check in checks), max(check.own_mb for check in checks)
    return Cost(run, Spent(seconds, peak, 0.0), len(archives), sealed)


def photos_in(bundle: Path) -> int:
    """How many photos a bundle's folder holds."""
    return sum(1 for _ in (bundle / "data" / "photos").iterdir())


def spent(arguments: Sequence[str], environment: Mapping[str, str]) -> Spent:
    """What a Python program takes from its start to its end; CalledProcessError where it fails."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    mark, begun = uuid.uuid4().hex, time.perf_counter()
    program = subprocess.Popen(
        [sys.executable, *arguments], env={**own, **environment, MARK: mark}, stdout=subprocess.DEVNULL
    )
    peak = others = 0.0
    while program.poll() is None:
        peak = max(peak, _known(status_mb("VmHWM", program.pid)))
        started = (pid for pid in _marked(mark) if pid != program.pid)
        others = max(others, sum(_known(status_mb("VmRSS", pid)) for pid in started))
        time.sleep(LOOK_EVERY_S)
    if program.returncode:
        raise subprocess.CalledProcessError(program.returncode, program.args)
    return Spent(time.perf_counter() - begun, peak, others)


def _known(value_mb: float) -> float:
    """A process's memory; none where it has just ended."""
    return 0.0 if isnan(value_mb) else value_mb


def _marked(mark: str) -> list[int]:
    """The processes that bear a mark in their environment, whoever their parent is by now."""
    wanted, found = f"{MARK}={mark}".encode(), []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if wanted in (process / "environ").read_bytes():
                found.append(int(process.name))
        except OSError:
            continue
    return found
