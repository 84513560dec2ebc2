"""`python -m tests.kill_runs [--kills N] [--seed S]` kills runs of a small day at random moments.

Half of the moments lie anywhere in the run, half while its results are staged, recorded and put in place.
After each kill nothing partial may stand under bundles, the ledger must be sound, and the next run must end
with the zip of a run that nobody disturbed. The figures are printed; the exit code is 1 if one did not.
"""

import argparse
import os
import random
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from flows.demo.day import generate
from flows.settings import PHOTO_CACHE
from flows.verify import verify
from outputs.archive import is_unpacked
from outputs.handover import BUNDLES
from outputs.staging import digest_of

STUDENTS, MEGAPIXELS, SEED = 30, 0.9, 7
PATIENCE_S, LOOK_S = 300, 0.002
PHASES = ("before staging", "staging", "recorded", "half in place", "in place", "ended before the kill")
"""What may stand after a kill, in the order of a run."""


class Undisturbed(NamedTuple):
    """A run that nobody killed: its zip's SHA-256, how long it took, how long its results were staged."""

    sha256: str
    run_s: float
    staged_s: float


class Killed(NamedTuple):
    """What stood after a kill, and whatever was wrong then or after the next run."""

    phase: str
    faults: list[str]


Moment = Callable[[subprocess.Popen[bytes], Path], None]
"""Waits, beside a process that runs a day, until it is to be killed."""


# -- one kill ----------------------------------------------------------------------------------------------


def killed(day: Path, moment: Moment, sha256: str, environment: dict[str, str]) -> Killed:
    """Run a day, kill it at a moment, look at what stands, run it again and look at that."""
    with started(day, environment) as running:
        moment(running, day)
        has_ended = running.poll() is not None
        with suppress(ProcessLookupError):
            os.killpg(running.pid, signal.SIGKILL)
        running.wait()
    phase = PHASES[-1] if has_ended else phase_of(day)
    faults = [f"after the kill: {fault}" for fault in (*partial(day), *unsound(day, bundles=(0, 1)))]
    return Killed(
        phase, [*faults, *(f"after the next run: {fault}" for fault in rerun(day, sha256, environment))]
    )


def rerun(day: Path, sha256: str, environment: dict[str, str]) -> list[str]:
    """What is wrong after the next run."""
    with started(day, environment) as running:
        _, said = running.communicate(timeout=PATIENCE_S)
    if running.returncode:
        return [f"exit code {running.returncode}: {said.decode()[-500:]}"]
    zips = [path for path in (day / "out" / BUNDLES).iterdir() if path.suffix == ".zip"]
    faults = unsound(day, bundles=(1, 1))
    if [digest_of(path) for path in zips] != [sha256]:
        faults.append(f"{len(zips)} zips, or another one than undisturbed")
    faults += [
        f"{path.name} is not its folder" for path in zips if not is_unpacked(path, path.with_suffix(""))
    ]
    left = [path.name for path in (day / "out").glob(".*") if path.name != ".run.lock"]
    return [*faults, *(f"{name} was left" for name in left)]


def phase_of(day: Path) -> str:
    """How far a killed run had come, by what stands."""
    out = day / "out"
    if list(out.glob(f"{BUNDLES}/*.zip")):
        return "half in place" if list(out.glob(".staging-*")) else "in place"
    if not list(out.glob(".staging-*")):
        return "before staging"
    return "recorded" if known(out / "ledger.db") else "staging"


def partial(day: Path) -> list[str]:
    """What stands under bundles and is not whole."""
    standing = list((day / "out").glob(f"{BUNDLES}/*"))
    return [f"{path.name}: {fault.text.en}" for path in standing for fault in verify(path).faults]


def unsound(day: Path, *, bundles: tuple[int, int]) -> list[str]:
    """What is wrong with the ledger, which is to know at least and at most so many bundles."""
    file = day / "out" / "ledger.db"
    if not file.exists():
        return ["no ledger"] if bundles[0] else []
    with closing(sqlite3.connect(file)) as ledger:
        (said,) = ledger.execute("PRAGMA integrity_check").fetchone()
        orphans = ledger.execute("PRAGMA foreign_key_check").fetchall()
    names = known(file)
    nowhere = [name for name in names if not list((day / "out").glob(f"*{BUNDLES}/{name}*"))
               and not list((day / "out").glob(f".staging-*/{BUNDLES}/{name}"))]  # fmt: skip
    faults = [] if said == "ok" else [f"the ledger says {said}"]
    faults += [f"{len(orphans)} lines of the ledger belong nowhere"] if orphans else []
    faults += [] if bundles[0] <= len(names) <= bundles[1] else [f"the ledger knows {len(names)} bundles"]
    return [*faults, *(f"{name} stands nowhere" for name in nowhere)]


def known(file: Path) -> list[str]:
    """The bundles that a ledger knows; none where it has no tables yet."""
    if not file.exists():
        return []
    with closing(sqlite3.connect(file)) as ledger, suppress(sqlite3.OperationalError):
        return [name for (name,) in ledger.execute("SELECT name FROM bundles")]
    return []


# -- moments -----------------------------------------------------------------------------------------------


def after(seconds: float) -> Moment:
    """So long after the run began."""
    return lambda running, _day: _ended_within(running, seconds)


def once_there(pattern: str, seconds: float = 0) -> Moment:
    """So long after a file appeared in the output folder."""

    def wait(running: subprocess.Popen[bytes], day: Path) -> None:
        watched(running, lambda: any((day / "out").glob(pattern)))
        _ended_within(running, seconds)

    return wait


def _ended_within(running: subprocess.Popen[bytes], seconds: float) -> None:
    with suppress(subprocess.TimeoutExpired):
        running.wait(timeout=seconds)


def watched(running: subprocess.Popen[bytes], is_so: Callable[[], bool]) -> None:
    """Wait until something is so, or the process has ended."""
    deadline = time.monotonic() + PATIENCE_S
    while running.poll() is None and not is_so() and time.monotonic() < deadline:
        time.sleep(LOOK_S)


# -- the day and its runs ----------------------------------------------------------------------------------


@contextmanager
def started(day: Path, environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """A process that runs a day."""
    command = [sys.executable, "-m", "flows", "run", str(day / "campaign.toml")]
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True
    ) as running:
        yield running


def undisturbed(day: Path, environment: dict[str, str]) -> Undisturbed:
    """Run a day to its end, by the clock."""
    staging, begun = (day / "out").glob, time.monotonic()
    with started(day, environment) as running:
        watched(running, lambda: any(staging(".staging-*")))
        staged = time.monotonic()
        watched(running, lambda: not any(staging(".staging-*")))
        placed = time.monotonic()
        _, said = running.communicate(timeout=PATIENCE_S)
    if running.returncode:
        raise RuntimeError(said.decode())
    (archive,) = (day / "out" / BUNDLES).glob("*.zip")
    return Undisturbed(digest_of(archive), time.monotonic() - begun, placed - staged)


def copied(day: Path, to: Path) -> Path:
    """A copy of a day that was never run; its captures are the same files."""
    shutil.copytree(day, to, ignore=shutil.ignore_patterns("captures", "out"))
    shutil.copytree(day / "captures", to / "captures", copy_function=os.link)
    return to


def environment_for(api: str, home: Path) -> dict[str, str]:
    """What a run is started with: Prefect's server, one worker, a photo store and a ledger key of its own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    return kept | {
        "PREFECT_API_URL": api, "PREFECT_HOME": str(home), "REGPACK_WORKERS": "1", "REGPACK_LANG": "en",
        PHOTO_CACHE: "", "REGPACK_LEDGER_KEY": "5" * 64,
    }  # fmt: skip


@contextmanager
def prefect_server(home: Path) -> Iterator[str]:
    """The address of a Prefect server that ends with the block."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    settings = {"PREFECT_HOME": str(home), "DO_NOT_TRACK": "1", "PREFECT_SERVER_ANALYTICS_ENABLED": "false"}
    command = ["prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port), "--no-ui"]
    with subprocess.Popen(
        [sys.executable, "-m", *command], env={**os.environ, **settings},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    ) as server:  # fmt: skip
        try:
            watched(server, lambda: answers(f"http://127.0.0.1:{port}/api/health"))
            yield f"http://127.0.0.1:{port}/api"
        finally:
            os.killpg(server.pid, signal.SIGTERM)


def answers(address: str) -> bool:
    """Whether a web server answers that all is well."""
    with suppress(urllib.error.URLError, OSError), urllib.request.urlopen(address, timeout=5) as answer:
        return bool(answer.status == 200)
    return False


# -- the command -------------------------------------------------------------------------------------------


def moments(kills: int, plain: Undisturbed, rng: random.Random) -> list[Moment]:
    """By turns anywhere in a run, and while its results are staged."""
    return [
        once_there(".staging-*", rng.uniform(0, plain.staged_s))
        if number % 2
        else after(rng.uniform(0, plain.run_s))
        for number in range(kills)
    ]


def main(kills: int, seed: int, jobs: int) -> int:
    """Kill so many runs and tell what came of it; the exit code."""
    with tempfile.TemporaryDirectory(prefix="regpack-kill-") as root:
        work = Path(root)
        generate(work / "day", students=STUDENTS, seed=SEED, megapixels=MEGAPIXELS, workers=jobs)
        with prefect_server(work / "prefect") as api:
            environment = environment_for(api, work / "prefect")
            plain = undisturbed(copied(work / "day", work / "plain"), environment)
            print(f"undisturbed: {plain.run_s:.1f} s, of which staged {plain.staged_s:.2f} s", flush=True)

            def one(numbered: tuple[int, Moment]) -> Killed:
                number, moment = numbered
                day = copied(work / "day", work / f"kill-{number}")
                result = killed(day, moment, plain.sha256, environment)
                shutil.rmtree(day)
                for fault in result.faults:
                    print(f"kill {number} ({result.phase}): {fault}", flush=True)
                return result

            begun = time.monotonic()
            with ThreadPoolExecutor(jobs) as pool:
                results = list(pool.map(one, enumerate(moments(kills, plain, random.Random(seed)))))
    return tell(results, time.monotonic() - begun)


def tell(results: list[Killed], seconds: float) -> int:
    """Print the figures; the exit code."""
    phases = Counter(result.phase for result in results)
    failed = Counter(result.phase for result in results if result.faults)
    print(f"{'the kill came':24}{'kills':>7}{'failed':>8}")
    for phase in PHASES:
        print(f"{phase:24}{phases[phase]:>7}{failed[phase]:>8}")
    print(f"{'in all':24}{len(results):>7}{failed.total():>8}, {seconds / max(1, len(results)):.1f} s a kill")
    return int(failed.total() > 0)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.kill_runs", description=__doc__)
    parser.add_argument("--kills", type=int, default=100, help="how many runs are killed (100)")
    parser.add_argument("--seed", type=int, default=0, help="of the moments (0)")
    parser.add_argument("--jobs", type=int, default=min(2, os.cpu_count() or 1), help="days at once")
    asked = parser.parse_args()
    sys.exit(main(asked.kills, asked.seed, asked.jobs))
