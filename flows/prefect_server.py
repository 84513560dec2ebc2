"""Prefect's server: the one that Prefect's settings name, or one of our own on this machine alone.

Ours is a process that ends with the program that started it, even if that is killed.
"""

import os
import subprocess
import sys
from collections.abc import Mapping
from typing import IO

from schemas.errors import InputError
from schemas.words import Text

API = "PREFECT_API_URL"
SERVED, TEMPORARY = "served", "temporary"
"""A server with pages and all of Prefect's services, or one that only keeps account of a run."""
READY = "ready"
"""What the process says once it answers, or where Prefect's settings name another server."""
STOP_S = 10.0


class PrefectServer:
    """A server that is starting. Ctrl-C does not reach it, since it has to outlive the runs."""

    def __init__(self, kind: str, environment: Mapping[str, str], log: IO[bytes] | None = None) -> None:
        group = getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)  # Windows' own
        self._process = subprocess.Popen(  # noqa: S603  ourselves
            [sys.executable, "-m", "flows.prefect_program", kind],
            env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True,
            encoding="utf-8", creationflags=group, start_new_session=not group,
        )  # fmt: skip

    def name_api(self) -> str:
        """Put the address of Prefect's API into the environment; to be called before Prefect is imported."""
        os.environ[API] = self._said()
        return os.environ[API]

    def wait(self) -> None:
        """Wait until it answers."""
        self._said()

    def _said(self) -> str:
        """The process's next line. InputError where it ended instead."""
        line = self._process.stdout.readline().strip() if self._process.stdout else ""
        if not line:
            raise InputError("Prefect", *_NO_SERVER)
        return line

    def stop(self) -> None:
        """Have it end, and wait until it has."""
        self._process.terminate()
        try:
            self._process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream:
                stream.close()


_NO_SERVER = (
    Text("Prefect 服务器没有启动", "Prefect's server did not start"),
    Text("看看上面的报错或服务器日志，改正后重试", "mend what it says above or in its log, and try again"),
)
