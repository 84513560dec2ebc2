"""Photos a second of two Dask workers against one, each a process of one thread on this machine.

Scheduler, workers and whoever gives the orders share the cores, as they do in a run. Every round makes all
photos anew, by turns with one worker and with two, from the first order given to the last answer.
"""

import statistics
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle, islice
from pathlib import Path
from typing import NamedTuple

from benchmarks.dask_cluster import scheduler, workers
from benchmarks.photos import PICTURES, SIZE, captures
from flows.cluster import Cluster, cluster_of
from flows.known_files import KnownFiles
from flows.photo_store import made_store
from flows.post_capture import chunks
from flows.sources import LoadedCampaign, open_captures, read_campaign

PHOTOS, ROUNDS = 96, 3
WARM_UP = 4
CAMPAIGN = """
[campaign]
id = "bench"
school_code = "10000"
school_name = "bench"
[inputs]
roster = "roster.csv"
schedule = "schedule.csv"
captures = "captures"
[engine]
kind = "dask"
scheduler = "{}"
"""


class Rates(NamedTuple):
    """Photos a second, medians over the rounds."""

    one: float
    two: float

    @property
    def ratio(self) -> float:
        """How many times as many two workers do."""
        return self.two / self.one


def main(photos: int = PHOTOS) -> None:
    """Print the rates of one worker and of two."""
    with tempfile.TemporaryDirectory() as root:
        rates = measured(captures(PICTURES, SIZE), photos, Path(root))
    print(f"\nDask workers of one thread, {photos} captures of {SIZE[0]}x{SIZE[1]}")
    print(f"{'one worker':12}{rates.one:>8.2f} photos/s")
    print(f"{'two workers':12}{rates.two:>8.2f} photos/s, ratio{rates.ratio:>6.2f}")


def measured(files: Sequence[Path], photos: int, root: Path, rounds: int = ROUNDS) -> Rates:
    """The rates over so many captures, made of `files` by turns."""
    write_captures(files, photos, root / "captures")
    one, two = [], []
    with scheduler(root) as at, workers(at, "one"):
        (root / "campaign.toml").write_text(CAMPAIGN.format(at.address), encoding="utf-8")
        loaded = read_campaign(root / "campaign.toml")
        for number in range(rounds):
            one.append(rate(loaded, root / f"one-{number}"))
            with workers(at, "two"):
                two.append(rate(loaded, root / f"two-{number}"))
    return Rates(statistics.median(one), statistics.median(two))


def rate(loaded: LoadedCampaign, folder: Path) -> float:
    """Photos a second of the workers that are there, into stores that hold nothing."""
    names = open_captures(loaded.captures).names()
    examined(loaded, names[:WARM_UP], folder / "warm-up")
    return len(names) / examined(loaded, names, folder / "measured")


def examined(loaded: LoadedCampaign, names: Sequence[str], folder: Path) -> float:
    """Seconds from the first order to the last answer. ValueError where a capture gives no photo."""
    store = made_store(folder, loaded.profile)
    known = KnownFiles(open_captures(loaded.captures), folder / "index.json")
    with cluster_of(loaded, known, store, names[0]) as cluster:
        begun = time.perf_counter()
        done = _by_all(cluster, known, names)
        spent = time.perf_counter() - begun
    if done != len(names):
        raise ValueError("a capture gave no photo: the rates would not be comparable")
    return spent


def _by_all(cluster: Cluster, known: KnownFiles, names: Sequence[str]) -> int:
    """How many photos come of captures, in chunks as a run gives them out."""
    with ThreadPoolExecutor(cluster.at_once) as waiting:
        lines = waiting.map(
            lambda chunk: cluster.examine(known, chunk, lambda _: None), chunks(names, cluster.at_once)
        )
        return sum(frame["photo_sha256"].count() for frame in lines)


def write_captures(files: Sequence[Path], count: int, folder: Path) -> None:
    """So many captures of different bytes and few pictures: a comment tells them apart."""
    folder.mkdir()
    for number, file in enumerate(islice(cycle(files), count)):
        content, comment = file.read_bytes(), f"{number:06}".encode()
        marked = content[:2] + b"\xff\xfe" + (2 + len(comment)).to_bytes(2, "big") + comment + content[2:]
        (folder / f"{number:06}.jpg").write_bytes(marked)
