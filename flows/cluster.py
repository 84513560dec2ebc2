"""Photos' work on other machines: the workers of a Dask scheduler, which share the campaign's folders.

Dask is an extra: this module and `flows.photo_worker` alone import it. A worker that is lost costs what it
had in hand: Dask gives its orders to another, which finds in the photo store what was done before.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import contextmanager
from itertools import count
from threading import Lock
from time import monotonic
from typing import Self
from uuid import uuid4

import polars as pl

from flows.cluster_checks import (
    Client,
    Future,
    KilledWorker,
    connected,
    refuse_blind,
    refuse_unlike,
    threads_of,
)
from flows.engine import engine_mark
from flows.known_files import KnownFiles
from flows.photo_store import PhotoStore
from flows.photo_worker import Order, examine
from flows.settings import now
from flows.sources import LoadedCampaign
from schemas.errors import EngineError, PipelineError
from schemas.words import Text

Examined = Callable[[str], None]
LOOK_S, ALONE_S = 15.0, 120.0
"""How often a run that waits looks whether any worker is left, and for how long none may be."""
_AGAIN = Text(
    "排除故障后重新运行，已检查的照片不会重做", "mend it, then run again: no photo's work is done twice"
)


class Cluster:
    """The workers of a scheduler, each of which makes of a photo what this machine would."""

    def __init__(self, client: Client, loaded: LoadedCampaign, store: PhotoStore) -> None:
        self._client, self._loaded, self._store = client, loaded, store
        self._profile, self._mark = loaded.profile.model_dump_json(), engine_mark(loaded.profile)
        self._topic, self._numbers = f"regpack-{uuid4().hex}", count()
        self._listening: dict[int, tuple[Sequence[str], Examined]] = {}
        self._given: dict[int, Future[pl.DataFrame]] = {}
        self._giving, self._has_ended = Lock(), False
        self._seen_at = monotonic()
        client.subscribe_topic(self._topic, self._heard)

    @property
    def at_once(self) -> int:
        """How many photos the workers work on at once; one where none is there just now."""
        return max(1, threads_of(self._client))

    def examine(self, captures: KnownFiles, names: Sequence[str], examined: Examined) -> pl.DataFrame:
        """Have one worker examine captures one after another (EXAMINED).

        EngineError where no worker is left, where the scheduler is lost, or where these end whoever tries.
        """
        at, part = now(), next(self._numbers)
        stamps = [captures.stamp(name) for name in names]
        self._listening[part] = names, examined
        try:
            lines = self._carried_out(self._order(names, part))
        finally:
            del self._listening[part]
        for name, stamp, sha256 in zip(names, stamps, lines["sha256"], strict=True):
            captures.note(name, stamp, sha256, at=at)
            examined(name)
        return lines

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Take back what is not done and give out no more, so that nobody waits any longer."""
        with self._giving:
            self._has_ended = True
            self._client.cancel(list(self._given.values()), reason="the run has ended")

    def _order(self, names: Sequence[str], part: int) -> Order:
        boxes = dict(self._store.boxes)
        captures, store = str(self._loaded.captures.absolute()), str(self._store.root.absolute())
        return Order(captures, tuple(names), self._profile, store, boxes, self._mark, self._topic, part)

    def _carried_out(self, order: Order) -> pl.DataFrame:
        """What comes of an order; Dask's own words for what went wrong become ours."""
        future = self._give(order)
        try:
            self._wait_for(future)
            lines: pl.DataFrame = future.result()
        except CancelledError as error:
            raise EngineError(self._loaded.path, _LOST, _AGAIN) from error
        except KilledWorker as error:
            raise EngineError(self._loaded.path, _FATAL, _ROOM) from error
        except PipelineError:
            raise
        except Exception:
            refuse_unlike(self._client, self._loaded)  # one that came later may lack the very module
            raise
        finally:
            self._given.pop(order.part).release()
        return lines

    def _give(self, order: Order) -> "Future[pl.DataFrame]":
        with self._giving:
            if self._has_ended:
                raise EngineError(self._loaded.path, _LOST, _AGAIN)
            key = f"examine-chunk-{uuid4().hex}"  # Dask shows it: no names
            self._given[order.part] = self._client.submit(examine, order, key=key, pure=False)
            return self._given[order.part]

    def _wait_for(self, future: "Future[pl.DataFrame]") -> None:
        """Until it is done; EngineError where there has been nobody to do it for long."""
        while True:
            try:
                future.exception(timeout=LOOK_S)
            except TimeoutError:
                self._refuse_deserted()
            else:
                return

    def _refuse_deserted(self) -> None:
        if threads_of(self._client):
            self._seen_at = monotonic()
        elif monotonic() > self._seen_at + ALONE_S:
            raise EngineError(self._loaded.path, _DESERTED, _AGAIN)

    def _heard(self, event: tuple[float, tuple[int, int]]) -> None:
        """Pass on how far a worker is with its order."""
        part, done = event[1]
        names, examined = self._listening.get(part, ((), _nobody))
        for name in names[:done]:
            examined(name)


def _nobody(_: str) -> None:
    """Whom nothing is told: the order is done."""


@contextmanager
def cluster_of(
    loaded: LoadedCampaign, captures: KnownFiles, store: PhotoStore, name: str
) -> Iterator[Cluster]:
    """The workers that a campaign names, once all are seen to be fit; `name` is any capture's."""
    with connected(loaded) as client:
        refuse_unlike(client, loaded)
        refuse_blind(client, loaded, store, name, captures.stamp(name).size)
        yield Cluster(client, loaded, store)


def refuse_unready(loaded: LoadedCampaign) -> None:
    """EngineError at once where a run would find no scheduler, no worker, or workers of another program."""
    with connected(loaded) as client:
        refuse_unlike(client, loaded)


_LOST = Text("运行期间与 Dask 调度器的连接断开", "the Dask scheduler was lost during the run")
_DESERTED = Text(
    "所有 Dask 工作进程都已断开，等了两分钟没有恢复",
    "all Dask workers are gone, and none has come back for two minutes",
)
_FATAL = Text(
    "处理同一组照片时接连有多个 Dask 工作进程中断",
    "several Dask workers in turn ended over the same photos",
)
_ROOM = Text(
    "查看工作进程的日志；多半是内存不足，减少每台机器的工作进程后重新运行",
    "look into the workers' logs; mostly it is memory: start fewer on a machine, then run again",
)
