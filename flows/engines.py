"""What examines the captures of a run, as `[engine]` of its campaign says; Prefect sees the same tasks."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

import polars as pl
from prefect.futures import PrefectFuture
from prefect.task_runners import ThreadPoolTaskRunner

from flows import tasks
from flows.handed import Handed
from flows.known_files import KnownFiles
from flows.photo_store import PhotoStore
from flows.settings import workers
from flows.sources import LoadedCampaign

Submit = Callable[[Sequence[str], Callable[[str], None]], PrefectFuture[Handed[pl.DataFrame]]]
WAITING = 64
"""How many chunks are given to a cluster at once, at least: so that workers that come later find some."""


class Engine(NamedTuple):
    """How many photos are worked on at once, and what has a chunk of them examined.

    The latter takes paths of captures, and what is told of each that is done.
    """

    at_once: int
    submit: Submit


@contextmanager
def engine_for(
    loaded: LoadedCampaign, captures: KnownFiles, store: PhotoStore, names: Sequence[str]
) -> Iterator[Engine]:
    """The engine that a campaign names, ready to examine `names`. Call it inside a flow.

    EngineError where it is not ready.
    """
    if loaded.campaign.engine.kind == "dask":
        with _cluster(loaded, captures, store, names) as engine:
            yield engine
    else:
        examine = tasks.examine_chunk.submit
        yield Engine(workers(), lambda chunk, told: examine(captures, chunk, loaded.profile, store, told))


@contextmanager
def _cluster(
    loaded: LoadedCampaign, captures: KnownFiles, store: PhotoStore, names: Sequence[str]
) -> Iterator[Engine]:
    """The workers of a scheduler: one thread here waits for each chunk that is theirs."""
    from flows.cluster import cluster_of

    with cluster_of(loaded, captures, store, names[0]) as cluster:
        waiting = max(WAITING, 2 * cluster.at_once)
        examine = tasks.examining(cluster.examine)
        with ThreadPoolTaskRunner[Handed[pl.DataFrame]](max_workers=waiting) as threads, cluster:
            yield Engine(
                cluster.at_once,
                lambda chunk, told: threads.submit(
                    examine, {"captures": captures, "names": chunk, "examined": told}
                ),
            )
