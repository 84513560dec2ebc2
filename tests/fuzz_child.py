"""A process that takes one input after another, with little room and little time: what fuzzing is done in."""

import multiprocessing
import resource
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NamedTuple


class Ended(NamedTuple):
    """What became of an input: what was said of it, or the fault that ended it; its work in ms of all
    cores, and the memory taken so far.
    """

    said: Any = None
    fault: str = ""
    took_ms: float = 0
    peak_mb: float = 0


class Child:
    """A process that takes one input at a time."""

    def __init__(self, serve: Callable[[Connection], None], limit_s: float) -> None:
        spawn = multiprocessing.get_context("spawn")
        self._pipe, far = spawn.Pipe()
        self._process = spawn.Process(target=serve, args=(far,), daemon=True)
        self._process.start()
        self._limit_s = limit_s
        far.close()
        self._pipe.recv()  # it is ready
        self.is_spent = False

    def ended(self, given: Any) -> Ended:
        """What the child says of an input, or what became of the child."""
        try:
            self._pipe.send(given)
            if self._pipe.poll(self._limit_s):
                return self._pipe.recv()
            fault = "hang"
        except (EOFError, OSError):
            fault = "crash: the process died"
        self.end()
        return Ended(fault=fault)

    def end(self) -> None:
        """Stop it, whatever it does."""
        self.is_spent = True
        self._process.kill()
        self._process.join()


def serve(pipe: Connection, take: Callable[[Any], Any], room_bytes: int) -> None:
    """Take what comes through the pipe until it is closed, in so much more memory than there is now."""
    began_mb = peak_mb()
    limit = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize() + room_bytes
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    with suppress(EOFError):
        pipe.send(None)
        while True:
            given = pipe.recv()
            began = time.process_time()
            ended = _ended(take, given)
            took_ms = 1000 * (time.process_time() - began)
            pipe.send(ended._replace(took_ms=took_ms, peak_mb=peak_mb() - began_mb))


def _ended(take: Callable[[Any], Any], given: Any) -> Ended:
    """What was said of an input, or what was raised."""
    try:
        return Ended(take(given))
    except BaseException as error:  # noqa: BLE001  whatever is raised is what is looked for
        *_, last = traceback.extract_tb(error.__traceback__)
        where = f"{Path(last.filename).name}:{last.lineno}"
        return Ended(fault=f"crash: {type(error).__name__}: {str(error)[:300]} ({where})")


def peak_mb() -> float:
    """The most memory that this process ever held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
