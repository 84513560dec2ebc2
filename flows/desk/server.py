"""The desk's server: a port of this machine alone, the address with its token, and the browser."""

import asyncio
import os
import socket
import tempfile
import webbrowser
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from html import escape
from pathlib import Path

import uvicorn

from flows.desk.application import application
from flows.desk.desk import Desk
from flows.sources import LoadedCampaign
from schemas.errors import InputError
from schemas.words import Text

LOOPBACK = "127.0.0.1"
GRACE_S = 2
"""How long a request that is under way may take when the desk is stopped."""


def serve(loaded: LoadedCampaign, *, port: int, by_whom: str, ready: Callable[[str], None]) -> None:
    """Serve the desk until Ctrl-C; `ready` gets its address. InputError where there is nothing to show."""
    with _listening(port) as listener:
        desk = Desk(loaded, listener.getsockname()[1], by_whom)
        desk.now()
        config = uvicorn.Config(
            application(desk), access_log=False, log_level="error", server_header=False, lifespan="off",
            timeout_graceful_shutdown=GRACE_S,
        )  # fmt: skip
        server = _Server(
            config, lambda: ready(f"http://{LOOPBACK}:{desk.port}/enter?token={desk.sessions.token}")
        )
        asyncio.run(server.serve(sockets=[listener]))


class _Server(uvicorn.Server):
    """Says when it answers."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and say so."""
        await super().startup(sockets)
        self._ready()


@contextmanager
def _listening(port: int) -> Iterator[socket.socket]:
    """A socket on loopback; port 0 is any that is free."""
    with socket.socket() as listener:
        if os.name == "posix":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((LOOPBACK, port))
        except OSError as error:
            raise InputError(
                f"--port {port}",
                Text("这个端口已被占用或不能使用", "this port is taken or may not be used"),
                Text("换一个端口，或不写 --port", "choose another, or leave --port out"),
            ) from error
        yield listener


@contextmanager
def opening_page(address: str) -> Iterator[None]:
    """Open the browser on an address by way of a file that only its owner reads.

    On a program's command line, where a browser gets its address, other users of the machine could read it.
    """
    handle, name = tempfile.mkstemp(prefix="regpack-desk-", suffix=".html")  # mode 0600
    file = Path(name)
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        out.write(f'<!doctype html><meta http-equiv="refresh" content="0;url={escape(address)}">')
    try:
        webbrowser.open(file.as_uri())
        yield
    finally:
        with suppress(OSError):
            file.unlink()
