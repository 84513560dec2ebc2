"""Prefect's temporary server ends with the run that started it, even one that is killed."""

import atexit
import subprocess
import sys
from functools import cache

from prefect.settings import PREFECT_API_URL

_WATCH = "import os, signal, sys; sys.stdin.read(); os.kill(int(sys.argv[1]), signal.SIGTERM)"
"""Reads what nobody writes: it ends when the only process that could write has ended."""


@cache
def end_with_this_process() -> None:
    """Have a watcher end the server that Prefect started for this process, if it did and nobody else can.

    Prefect ends it only where the process ends by itself; otherwise it would stay and hold its database.
    """
    if PREFECT_API_URL.value():
        return
    from prefect.server.api.server import SubprocessASGIServer

    server = SubprocessASGIServer().server_process
    if server is None:
        return
    watcher = subprocess.Popen(
        [sys.executable, "-S", "-c", _WATCH, str(server.pid)],
        stdin=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    atexit.register(watcher.kill)  # before Prefect ends the server, so that its number is never another's
