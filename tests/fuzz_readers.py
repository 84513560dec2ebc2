"""`python -m tests.fuzz_readers [--count N] [--seed S] [--reader NAME]` feeds odd files to every reader.

Sheets as XLSX, CSV and DBF, lists and decisions, campaign and profile files, zips and folders of captures,
bundles: mutated and generated. An input is taken in a child process that may take 2 GB more than it begins
with, and 5 seconds of work. Allowed is what is understood, and what is refused in one printable line that
tells nobody's name or number. The exit code is 1 if anything ended otherwise.
"""

import argparse
import os
import sys
import tempfile
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import islice
from multiprocessing.connection import Connection
from pathlib import Path

from tests.fuzz_child import Child, Ended, serve
from tests.reader_inputs import inputs
from tests.reader_targets import REFUSED, UNDERSTOOD, Desk, Given

LIMIT_S, WAIT_S = 5.0, 60.0
"""So long an input may be worked on; after so long by the clock, on however busy a machine, it hangs."""
ROOM_BYTES = 2 * 10**9
SHARES = {"roster": 6, "schedule": 3, "log": 3, "awards": 2, "corrections": 3, "feedback": 2, "decisions": 3,
          "students": 1, "campaign": 5, "profile": 4, "captures zip": 4, "captures folder": 1,
          "bundle": 3}  # fmt: skip
"""How much of the whole each reader gets."""


def main() -> int:
    """Run the inputs, print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=21_000, help="how many inputs over all readers")
    parser.add_argument("--seed", type=int, default=1, help="of the mutations")
    parser.add_argument("--reader", choices=SHARES, help="this one alone")
    parser.add_argument("--keep", type=Path, help="a folder for the inputs that failed")
    wanted = parser.parse_args()
    shares = {wanted.reader: 1} if wanted.reader else SHARES
    counts = {reader: -(-wanted.count * share // sum(shares.values())) for reader, share in shares.items()}
    feed_one = partial(feed, seed=wanted.seed, kept=wanted.keep)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return total(
            [each for ended in pool.map(feed_one, *zip(*counts.items(), strict=True)) for each in ended]
        )


def feed(reader: str, count: int, *, seed: int, kept: Path | None) -> list[Ended]:
    """Feed a reader and tell its figures."""
    found = []
    for given, ended in run(islice(inputs(reader, seed), count)):
        if ended.fault:
            print(f"{reader}, {given.kind}, {len(given.content)} bytes: {ended.fault}", flush=True)
            keep(kept, given)
        found.append(ended)
    tell(reader, found)
    return found


def keep(folder: Path | None, given: Given) -> None:
    """Keep an input that failed."""
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        name = f"{len(list(folder.iterdir())):04} {given.reader} {given.kind} {given.file}"
        (folder / name).write_bytes(given.content)


def run(given: Iterable[Given]) -> Iterator[tuple[Given, Ended]]:
    """What each input ends in; a child that died or hung is replaced."""
    with tempfile.TemporaryDirectory() as folder:
        child = Child(partial(take_inputs, folder), WAIT_S)
        for each in given:
            ended = child.ended(each)
            if ended.took_ms > 1000 * LIMIT_S:
                ended = ended._replace(fault=f"slow: {ended.took_ms / 1000:.1f} s")
            if child.is_spent:
                child = Child(partial(take_inputs, folder), WAIT_S)
            yield each, ended
        child.end()


def take_inputs(folder: str, pipe: Connection) -> None:
    """What the child does."""
    warnings.simplefilter("ignore")
    desk = Desk(Path(tempfile.mkdtemp(dir=folder)))
    desk.warm_up()
    serve(pipe, desk.take, ROOM_BYTES)


def tell(reader: str, found: list[Ended]) -> None:
    """A reader's figures in a line."""
    ends = Counter(ended.said or "failed" for ended in found)
    slowest = max(ended.took_ms for ended in found)
    print(
        f"{reader:16} {len(found):6} inputs: {ends[UNDERSTOOD]:6} understood, {ends[REFUSED]:6} refused,"
        f" {ends['failed']} failed; slowest {slowest / 1000:.2f} s,"
        f" peak {max(ended.peak_mb for ended in found):.0f} MB above the process as it begins",
        flush=True,
    )


def total(found: list[Ended]) -> int:
    """Print the figures of all; 1 if there is anything to mend."""
    faults = Counter(each.fault.split(":")[0] for each in found if each.fault)
    print(
        f"inputs: {len(found)}, failed: {sum(faults.values())}",
        *(f"| {name} {faults[name]}" for name in faults),
    )
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main())
