"""`python -m tests.fuzz_photos [--count N] [--seed S]` feeds odd and mutated files to the photo engine.

Every file is read and examined in a child process that may take 1 GB more than it begins with, and is given
5 seconds. The figures are printed; the exit code is 1 if any file ended in neither a photo nor a reason.
"""

import argparse
import sys
import tempfile
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import partial
from itertools import chain, islice
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NamedTuple

from flows.sources import CaptureFolder, read_capture
from schemas.photo import Facts
from tests.fuzz_child import Child, Ended, serve
from tests.mutations import mutated_files
from tests.odd_photos import Odd, cut_files, odd_files
from tests.photo_builders import breaches, the_detector, the_spec
from transforms.photo import examine

LIMIT_S = 5.0
ROOM_BYTES = 10**9
CUTS = 150


class Outcome(NamedTuple):
    """What became of a file: its facts, and whether it became a photo."""

    facts: Facts = Facts()
    has_photo: bool = False


def main() -> int:
    """Run the files, print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=2_200, help="how many files")
    parser.add_argument("--seed", type=int, default=1, help="of the mutations")
    wanted = parser.parse_args()
    files = islice(chain(odd_files(), cut_files(CUTS), mutated_files(wanted.seed)), wanted.count)
    return report([(kind, outcome) for kind, outcome in run(files)])


def run(files: Iterable[Odd]) -> Iterator[tuple[str, Ended]]:
    """What each file ends in; a child that died or hung is replaced."""
    child = Child(take_files, LIMIT_S)
    for number, file in enumerate(files):
        ended = child.ended(file.content)
        if ended.fault:
            print(f"file {number} ({file.kind}, {len(file.content)} bytes): {ended.fault}", flush=True)
        if child.is_spent:
            child = Child(take_files, LIMIT_S)
        yield file.kind, ended
    child.end()


def take_files(pipe: Connection) -> None:
    """What the child does."""
    warnings.filterwarnings("ignore", module="PIL")  # as the command line has it
    the_detector(), the_spec()
    with tempfile.TemporaryDirectory() as folder:
        serve(pipe, partial(examined, folder), ROOM_BYTES)


def examined(folder: str, content: bytes) -> Outcome:
    """A file as the flow sees it."""
    (Path(folder) / "x.jpg").write_bytes(content)
    capture = read_capture(CaptureFolder(Path(folder)), "x.jpg")
    made = examine(capture.content, the_spec(), the_detector())
    return Outcome(made.facts, made.photo is not None)


def ending(ended: Ended, codes: list[str]) -> str:
    """A file's ending in a word: what it became, or why not."""
    if ended.fault:
        return ended.fault.split(":")[0]
    outcome = outcome_of(ended)
    if outcome.facts.source_format is None:
        return "unreadable" if codes else "nothing said"
    return "photo" if outcome.has_photo else "reasons only" if codes else "nothing said"


def outcome_of(ended: Ended) -> Outcome:
    """What was said of a file; nothing where it failed."""
    return ended.said or Outcome()


def report(outcomes: list[tuple[str, Ended]]) -> int:
    """Print the figures; 1 if there is anything to mend."""
    found = breaches(*(outcome_of(ended).facts for _, ended in outcomes))
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
