"""Prefect's server: the one that PREFECT_API_URL names, or one of our own on this machine alone."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from importlib.util import find_spec
from pathlib import Path

from flows.serve.lifeline import LOCK, end_with_serve
from flows.serve.place import API, Place
from schemas.errors import InputError
from schemas.words import Text

HOST, PORT = "127.0.0.1", 4200
START_S, STOP_S = 180.0, 10.0
DATABASE_S = 60
"""How long the server waits for its database; with Prefect's 10 s a busy machine answers "unavailable"."""


@contextmanager
def prefect_server(place: Place) -> Iterator[str]:
    """The address of Prefect's API, in the environment too; a server of our own is stopped afterwards."""
    os.environ[LOCK] = str(place.lock)
    if named := os.environ.get(API):
        place.address.write_text(named, encoding="utf-8")
        yield named
        return
    port = _free_port()
    os.environ[API] = url = f"http://{HOST}:{port}/api"
    with place.log.open("wb") as log, _started(port, _environment(place, url), log.fileno()) as process:
        _wait(process, port, place)
        place.address.write_text(url, encoding="utf-8")
        yield url


def _free_port() -> int:
    """Prefect's usual port, or else any that is free."""
    for port in (PORT, 0):
        with socket.socket() as tried:
            try:
                tried.bind((HOST, port))
            except OSError:
                continue
            return int(tried.getsockname()[1])
    raise InputError(HOST, *_NO_PORT)


def _environment(place: Place, url: str) -> dict[str, str]:
    """The server's settings; what the engineer set in the environment stays."""
    ours = {
        "PREFECT_SERVER_DATABASE_CONNECTION_URL": f"sqlite+aiosqlite:///{place.database.as_posix()}",
        "PREFECT_SERVER_DATABASE_TIMEOUT": str(DATABASE_S),
        "PREFECT_UI_API_URL": url,
    }
    package = _prefect_folder() / "server"
    if not os.access(package, os.W_OK):
        ours["PREFECT_UI_STATIC_DIRECTORY"] = str(place.root / "ui")
    return ours | os.environ


def _prefect_folder() -> Path:
    """Where Prefect is installed; its server copies the pages of its UI there."""
    spec = find_spec("prefect")
    return Path(spec.origin).parent if spec and spec.origin else Path()


@contextmanager
def _started(port: int, environment: dict[str, str], log: int) -> Iterator[subprocess.Popen[bytes]]:
    """The server's process, out of the reach of Ctrl-C, since it has to outlive the runs."""
    command = [sys.executable, "-m", "flows.serve.server", str(port)]
    group = getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)  # Windows' own
    process = subprocess.Popen(  # noqa: S603  ourselves
        command, env=environment, stdout=log, stderr=log, creationflags=group, start_new_session=not group
    )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(process: subprocess.Popen[bytes], port: int, place: Place) -> None:
    """Wait until the server answers."""
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline and process.poll() is None:
        if _answers(port):
            return
        time.sleep(0.1)
    raise InputError(place.log, *_NO_SERVER)


def _answers(port: int) -> bool:
    with closing(HTTPConnection(HOST, port, timeout=5)) as asked:
        try:
            asked.request("GET", "/api/health")
            return asked.getresponse().status == HTTPStatus.OK
        except (OSError, HTTPException):
            return False


_NO_PORT = (
    Text("没有可用的端口", "no port is free"),
    Text("关闭占用端口的程序后重试", "close what holds the ports and try again"),
)
_NO_SERVER = (
    Text("Prefect 服务器没有启动", "Prefect's server did not start"),
    Text("查看这个日志文件，改正后重试", "see this log, mend what it says and try again"),
)


def main(port: int) -> None:
    """The server itself, until it is stopped or the program that started it is gone."""
    import uvicorn  # noqa: PLC0415  the program that starts the server needs neither
    from prefect.server.api.server import create_app  # noqa: PLC0415

    end_with_serve()
    uvicorn.run(create_app(final=True), host=HOST, port=port, log_level="error")


if __name__ == "__main__":
    main(int(sys.argv[1]))
