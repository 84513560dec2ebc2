"""Whether Dask's workers can do a run's work: they are there, and have its program and its folders."""

import gc
import logging
import secrets
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress

from flows.engine import engine_parts
from flows.photo_store import PhotoStore
from flows.settings import log_level
from flows.sources import LoadedCampaign
from outputs.staging import delivering, write_whole
from schemas.errors import EngineError
from schemas.words import Text

try:
    from distributed import Client, Future, KilledWorker
    from distributed.versions import VersionMismatchWarning

    from flows.photo_worker import INSTALL, UNLIKE, Greeting, Landmarks, greet
except ModuleNotFoundError as error:
    raise EngineError(
        "distributed",
        Text("没有安装 Dask", "Dask is not installed"),
        Text('运行 pip install "regpack[dask]"', 'run pip install "regpack[dask]"'),
    ) from error

__all__ = ["Client", "Future", "KilledWorker", "connected", "refuse_blind", "refuse_unlike", "threads_of"]

CONNECT_S = 10.0
"""How long the scheduler may take to answer, and the first worker to be there."""
_PLACE = "engine.scheduler"
_PROOF = Text("工作进程的核对文件", "the file that workers look for")


@contextmanager
def connected(loaded: LoadedCampaign) -> Iterator[Client]:
    """The scheduler that a campaign names, with at least one worker. EngineError where there is none."""
    for name in ("distributed", "distributed.client", "tornado", "tornado.application"):
        logging.getLogger(name).setLevel(log_level())
    warnings.filterwarnings("ignore", category=VersionMismatchWarning)  # `refuse_unlike` says what matters
    address = loaded.campaign.engine.scheduler
    client = _client(address)
    if client is None:
        raise EngineError(loaded.path, _unreached(address), _START, place=_PLACE)
    with client:
        try:
            client.wait_for_workers(1, timeout=CONNECT_S)
        except TimeoutError as error:
            raise EngineError(loaded.path, _NOBODY, _START_WORKERS, place=_PLACE) from error
        yield client


def _client(address: str | None) -> Client | None:
    """A client of a scheduler, or None where it cannot be reached, or not without, or with, encryption.

    A failed one, held by its own error, is let go at once: else the program's end would wait for it.
    """
    with suppress(OSError, RuntimeError, TypeError, ValueError):
        return Client(address, timeout=CONNECT_S, set_as_default=False, name="regpack")
    gc.collect()
    return None


def threads_of(client: Client) -> int:
    """How many orders the workers carry out at once."""
    return sum(client.nthreads().values())


def refuse_unlike(client: Client, loaded: LoadedCampaign) -> None:
    """EngineError for a worker whose program might make other photos than this machine's."""
    mine = engine_parts(loaded.profile)
    for worker, greeting in _greetings(client, loaded).items():
        other = [part for part in mine if greeting.parts.get(part) != mine[part]]
        if other:
            raise EngineError(worker, _differing(other), INSTALL)


def refuse_blind(client: Client, loaded: LoadedCampaign, store: PhotoStore, name: str, size: int) -> None:
    """EngineError for a worker that does not see the run's folders where the run does.

    `name` and `size` are those of any capture.
    """
    kept, captures = store.root.parent.absolute(), loaded.captures.absolute()
    file, secret = kept / f".seen-{secrets.token_hex(8)}", secrets.token_hex(16)
    marks = Landmarks(str(file), secret, str(captures), name, size)
    with delivering(kept, _PROOF):
        write_whole(file, secret.encode())
    try:
        for worker, greeting in _greetings(client, loaded, marks).items():
            for folder, is_seen in ((kept, greeting.sees_store), (captures, greeting.sees_captures)):
                if not is_seen:
                    raise EngineError(folder, _unseen(worker), _SHARE)
    finally:
        file.unlink(missing_ok=True)


def _greetings(client: Client, loaded: LoadedCampaign, marks: Landmarks | None = None) -> dict[str, Greeting]:
    """What the workers say, by address, but those that went meanwhile. EngineError where one fails to."""
    answers = client.run(greet, loaded.profile.model_dump_json(), marks, on_error="return")
    for worker, answer in answers.items():
        if not isinstance(answer, Greeting | OSError):
            raise EngineError(worker, UNLIKE, INSTALL) from answer
    return {worker: answer for worker, answer in answers.items() if isinstance(answer, Greeting)}


def _differing(parts: Iterable[str]) -> Text:
    what = [_PARTS[part] for part in parts]
    return Text(
        f"{UNLIKE.zh}（{'、'.join(part.zh for part in what)}）",
        f"{UNLIKE.en} ({', '.join(part.en for part in what)})",
    )


_PARTS = {
    "source": Text("regpack 的程序代码", "regpack's source"),
    "libraries": Text("图像程序库的版本", "versions of the picture libraries"),
    "weights": Text("人脸检测模型", "the face detector's weights"),
    "second": Text("REGPACK_YUNET_MODEL 所指的模型", "the model of REGPACK_YUNET_MODEL"),
    "machine": Text("处理器类型", "the kind of processor"),
    "profile": Text("规格", "the profile"),
}
"""The parts of `flows.engine.engine_parts` in words."""


def _unreached(address: str | None) -> Text:
    return Text(f"连不上 Dask 调度器 {address}", f"the Dask scheduler {address} cannot be reached")


def _unseen(worker: str) -> Text:
    return Text(
        f"Dask 工作进程 {worker} 看不到这个位置，或看到的不是同一个",
        f"the Dask worker {worker} does not see this, or sees another in its place",
    )


_START = Text(
    '启动 dask scheduler，核对地址、防火墙和证书；或把 [engine] kind 改为 "threads"',
    'start dask scheduler, check address, firewall and certificates, or write kind = "threads"',
)
_NOBODY = Text("Dask 调度器没有工作进程", "the Dask scheduler has no worker")
_START_WORKERS = Text(
    "在各台机器上启动 dask worker 后重新运行", "start `dask worker` on the machines, then run again"
)
_SHARE = Text(
    "把它放在共享文件夹中，各台机器用同一路径、同一用户访问",
    "put it on a folder that all machines share, under the same path and user",
)
