"""A Dask scheduler and workers as processes of their own, by Dask's own commands."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
DASK = Path(sys.executable).with_name("dask")
PATIENCE_S = 180
QUIET = {
    "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1",
    "DASK_DISTRIBUTED__WORKER__PROFILE__ENABLED": "false",
}  # fmt: skip
"""What a nanny sets for its worker (these have none, so that a killed one stays dead), and no profiler, which
takes a tenth of a worker's time (docs/scaling.md)."""


class Scheduler(NamedTuple):
    """A running scheduler, and the folder that holds its log and its workers'."""

    process: subprocess.Popen[bytes]
    folder: Path
    address: str


@contextmanager
def scheduler(folder: Path) -> Iterator[Scheduler]:
    """A scheduler on this machine; it ends with the block."""
    told = folder / "scheduler.json"
    options = ("--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(told))
    with _started(folder / "scheduler.log", "scheduler", *options) as process:
        _await(lambda: told.exists() and told.read_text().endswith("}"))
        yield Scheduler(process, folder, json.loads(told.read_text())["address"])


@contextmanager
def workers(
    at: Scheduler, *names: str, source: Path = ROOT, preload: bool = True
) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Workers of one thread each, registered; their program is that of `source`."""
    with ExitStack() as stack:
        started = [stack.enter_context(_worker(at, name, source, preload)) for name in names]
        for name in names:
            _await(partial(_is_registered, at.folder / f"{name}.log"))
        yield started


def _is_registered(log: Path) -> bool:
    return b"Registered to" in log.read_bytes()


def _worker(
    at: Scheduler, name: str, source: Path, preload: bool
) -> AbstractContextManager[subprocess.Popen[bytes]]:
    command = ["worker", at.address, "--name", name, "--local-directory", str(at.folder / "scratch")]
    command += ["--nthreads", "1", "--no-nanny", "--no-dashboard"]
    command += ["--preload", "flows.photo_worker"] if preload else []
    return _started(at.folder / f"{name}.log", *command, source=source)


@contextmanager
def _started(log: Path, *command: str, source: Path = ROOT) -> Iterator[subprocess.Popen[bytes]]:
    environment = os.environ | QUIET | {"PYTHONPATH": str(source), "NO_COLOR": "1"}
    with log.open("wb") as output:
        process = subprocess.Popen(
            [DASK, *command], stdout=output, stderr=subprocess.STDOUT, cwd=log.parent, env=environment
        )
        try:
            yield process
        finally:
            process.kill()
            process.wait()


def _await(is_there: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not is_there():
        if time.monotonic() > deadline:
            raise TimeoutError("Dask did not start")
        time.sleep(0.05)
