"""What a Dask worker does for a run: it says what it is and what it sees, and examines captures.

Orders name files, answers hold facts and digests; pixels pass neither way. Neither shows a name when it is
printed, as Dask's log and pages do, since a capture's file name may tell whose it is.
"""

import asyncio
import warnings
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from time import monotonic
from typing import NamedTuple

import polars as pl
from distributed import get_worker

from flows.engine import engine_mark, engine_parts
from flows.examination import examine_chunk
from flows.known_files import KnownFiles
from flows.photo_store import PhotoStore
from flows.sources import CaptureFolder, CaptureStore, CaptureZip, Stamp
from schemas.errors import EngineError, InputError
from schemas.profile import Profile
from schemas.words import Text
from transforms.crop import Box

warnings.filterwarnings("ignore", module="PIL")  # what is wrong with a picture is a finding
EVERY_S = 1.0
"""How often a worker tells how far it is, in seconds."""
ANSWER_S = 60.0
"""How long a worker may take to look for its folders: a share that has gone answers never."""
UNLIKE = Text(
    "这个工作进程的程序与本机不同，做出的照片可能不同",
    "this worker's program differs from this machine's: it might make other photos",
)
INSTALL = Text(
    "在那台机器上安装相同的版本，再重新启动工作进程", "install the same there, and start the worker again"
)


@dataclass(frozen=True, repr=False)
class Order:
    """Captures to examine, and all that decides what becomes of them.

    `profile` is its JSON, `part` the order's number in its run, `topic` where the run hears of it.
    """

    captures: str
    names: tuple[str, ...]
    profile: str
    store: str
    boxes: dict[str, Box]
    mark: str
    topic: str
    part: int

    def __repr__(self) -> str:
        return f"<{len(self.names)} captures>"


@dataclass(frozen=True, repr=False)
class Landmarks:
    """What a worker sees if its folders are the run's: a file with a secret beside the store, a capture."""

    secret_file: str
    secret: str
    captures: str
    name: str
    size: int


class Greeting(NamedTuple):
    """What a worker is (`flows.engine.engine_parts`), and whether it sees what it should, if it was asked."""

    parts: dict[str, object]
    sees_store: bool = True
    sees_captures: bool = True


# -- what it is --------------------------------------------------------------------------------------------


async def greet(profile: str, landmarks: Landmarks | None) -> Greeting:
    """A worker's answer before it gets any order, given beside its work; `profile` is its JSON."""
    parts = await asyncio.to_thread(engine_parts, Profile.model_validate_json(profile))
    if landmarks is None:
        return Greeting(parts)
    with suppress(TimeoutError):
        return Greeting(parts, *await asyncio.wait_for(asyncio.to_thread(sees, landmarks), ANSWER_S))
    return Greeting(parts, sees_store=False, sees_captures=False)


def sees(landmarks: Landmarks) -> tuple[bool, bool]:
    """Whether the store and the captures are, where the run says, those of the run."""
    store = captures = False
    with suppress(OSError):
        store = Path(landmarks.secret_file).read_text(encoding="ascii") == landmarks.secret
    with suppress(OSError, InputError, KeyError):
        captures = captures_at(landmarks.captures).stamp(landmarks.name).size == landmarks.size
    return store, captures


# -- what it does ------------------------------------------------------------------------------------------


def examine(order: Order) -> pl.DataFrame:
    """Carry out an order: its lines (EXAMINED), pictures go to the store. EngineError for another program."""
    profile = Profile.model_validate_json(order.profile)
    if engine_mark(profile) != order.mark:
        raise EngineError(get_worker().address, UNLIKE, INSTALL)
    store = PhotoStore(Path(order.store), boxes=order.boxes)
    captures = KnownFiles(captures_at(order.captures), Path(order.store) / "no-index")
    return examine_chunk(captures, order.names, profile, store, telling(order))


def telling(order: Order) -> Callable[[str], None]:
    """What is called after each capture: tells the run, now and then, how many of an order are done."""
    worker, done, told_at = get_worker(), 0, monotonic()

    def examined(_: str) -> None:
        nonlocal done, told_at
        done += 1
        if monotonic() > told_at + EVERY_S:
            told_at = monotonic()
            worker.log_event(order.topic, [order.part, done])

    return examined


def captures_at(path: str) -> CaptureStore:
    """The captures at a path; a zip stays open from order to order while it is the same."""
    if Path(path).is_dir():
        return CaptureFolder(Path(path))
    told = Path(path).stat()
    return _zip(path, Stamp(told.st_size, told.st_mtime_ns, told.st_ctime_ns, told.st_ino))


@lru_cache(maxsize=1)
def _zip(path: str, _: Stamp) -> CaptureZip:
    return CaptureZip(Path(path))
