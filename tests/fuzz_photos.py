"""`python -m tests.fuzz_photos [--count N] [--seed S]` feeds odd and mutated files to the photo engine.

Every file is read and examined in a child process that may take 1 GB more than it begins with, and is given
5 seconds. The figures are printed; the exit code is 1 if any file ended in neither a photo nor a reason.
"""

import argparse
import multiprocessing
import resource
import sys
import tempfile
import time
import traceback
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import chain, islice
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NamedTuple

from flows.sources import CaptureFolder, read_capture
from schemas.photo import Facts
from tests.mutations import mutated_files
from tests.odd_photos import Odd, cut_files, odd_files
from tests.photo_builders import breaches, the_detector, the_spec
from transforms.photo import examine

LIMIT_S = 5.0
ROOM_BYTES = 10**9
CUTS = 150


class Outcome(NamedTuple):
    """What became of a file: its facts, or the fault that ended it; time, and memory taken so far."""

    facts: Facts = Facts()
    has_photo: bool = False
    fault: str = ""
    took_ms: float = 0
    peak_mb: float = 0


def main() -> int:
    """Run the files, print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=2_200, help="how many files")
    parser.add_argument("--seed", type=int, default=1, help="of the mutations")
    wanted = parser.parse_args()
    files = islice(chain(odd_files(), cut_files(CUTS), mutated_files(wanted.seed)), wanted.count)
    return report([(kind, outcome) for kind, outcome in run(files)])


def run(files: Iterable[Odd]) -> Iterator[tuple[str, Outcome]]:
    """Each file's outcome; a child that died or hung is replaced."""
    child = Child()
    for number, file in enumerate(files):
        outcome = child.outcome(file.content)
        if outcome.fault:
            print(f"file {number} ({file.kind}, {len(file.content)} bytes): {outcome.fault}", flush=True)
        if child.is_spent:
            child = Child()
        yield file.kind, outcome
    child.end()


class Child:
    """A process that examines one file at a time."""

    def __init__(self) -> None:
        spawn = multiprocessing.get_context("spawn")
        self._pipe, far = spawn.Pipe()
        self._process = spawn.Process(target=serve, args=(far,), daemon=True)
        self._process.start()
        far.close()
        self._pipe.recv()  # it is ready
        self.is_spent = False

    def outcome(self, content: bytes) -> Outcome:
        """What the child says of a file, or what became of the child."""
        try:
            self._pipe.send(content)
            if self._pipe.poll(LIMIT_S):
                return self._pipe.recv()
            fault = "hang"
        except (EOFError, OSError):
            fault = "crash: the process died"
        self.end()
        return Outcome(fault=fault)

    def end(self) -> None:
        """Stop it, whatever it does."""
        self.is_spent = True
        self._process.kill()
        self._process.join()


def serve(pipe: Connection) -> None:
    """Examine what comes through the pipe until it is closed."""
    warnings.filterwarnings("ignore", module="PIL")  # as the command line has it
    the_detector(), the_spec()
    began_mb = peak_mb()
    limit = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize() + ROOM_BYTES
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    with tempfile.TemporaryDirectory() as folder, suppress(EOFError):
        pipe.send(None)
        while True:
            (Path(folder) / "x.jpg").write_bytes(pipe.recv())
            began = time.perf_counter()
            outcome = examined(folder)
            took_ms = 1000 * (time.perf_counter() - began)
            pipe.send(outcome._replace(took_ms=took_ms, peak_mb=peak_mb() - began_mb))


def examined(folder: str) -> Outcome:
    """A file as the flow sees it, with what was raised, if anything was."""
    try:
        capture = read_capture(CaptureFolder(Path(folder)), "x.jpg")
        made = examine(capture.content, the_spec(), the_detector())
    except BaseException as error:  # noqa: BLE001  whatever is raised is what is looked for
        *_, last = traceback.extract_tb(error.__traceback__)
        return Outcome(
            fault=f"crash: {type(error).__name__}: {error} ({Path(last.filename).name}:{last.lineno})"
        )
    return Outcome(made.facts, made.photo is not None)


def peak_mb() -> float:
    """The most memory that this process ever held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def ending(outcome: Outcome, codes: list[str]) -> str:
    """A file's ending in a word: what it became, or why not."""
    if outcome.fault:
        return outcome.fault.split(":")[0]
    if outcome.facts.source_format is None:
        return "unreadable" if codes else "nothing said"
    return "photo" if outcome.has_photo else "reasons only" if codes else "nothing said"


def report(outcomes: list[tuple[str, Outcome]]) -> int:
    """Print the figures; 1 if there is anything to mend."""
    found = breaches(*(outcome.facts for _, outcome in outcomes))
    endings = [ending(outcome, codes) for (_, outcome), codes in zip(outcomes, found, strict=True)]
    table = Counter(zip((kind for kind, _ in outcomes), endings, strict=True))
    for (kind, end), count in sorted(table.items()):
        print(f"{count:6} {end:13} {kind}")
    codes = Counter(code for each in found for code in {breach.split(":")[0] for breach in each})
    print("reasons:", ", ".join(f"{code} {count}" for code, count in sorted(codes.items())))
    totals = Counter(endings)
    print("files:", len(outcomes), *(f"| {end} {count}" for end, count in totals.most_common()))
    slowest_kind, slowest = max(outcomes, key=lambda each: each[1].took_ms)
    print(f"slowest: {slowest.took_ms:.0f} ms ({slowest_kind})")
    print(f"peak: {max(outcome.peak_mb for _, outcome in outcomes):.0f} MB above the process as it begins")
    print(f"crashes: {totals['crash']}, hangs: {totals['hang']}, ended in nothing: {totals['nothing said']}")
    return int(bool(totals["crash"] + totals["hang"] + totals["nothing said"]))


if __name__ == "__main__":
    sys.exit(main())
