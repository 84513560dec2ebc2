"""Work spread over processes, which are faster than threads where Python itself is busy."""

import multiprocessing
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")
Made = TypeVar("Made")


def spread(
    work: Callable[[Item], Made],
    items: Sequence[Item],
    workers: int,
    *,
    chunk: int,
    prepare: Callable[[], None] | None = None,
) -> Iterator[Made]:
    """`work` on every item, in their order: here when there is one worker, else in processes.

    A worker takes `chunk` items at once, and calls `prepare` first. Processes are spawned, since a fork of a
    threaded program may hang.
    """
    if workers == 1:
        yield from map(work, items)
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, context, initializer=_begin, initargs=(prepare,)) as pool:
        yield from pool.map(work, items, chunksize=chunk)


def _begin(prepare: Callable[[], None] | None) -> None:
    """In a worker: Ctrl-C is the parent's."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if prepare is not None:
        prepare()
