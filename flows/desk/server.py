"""The desk's server: a port of this machine alone, the address with its token, and the browser."""

import os
import tempfile
import webbrowser
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from html import escape
from pathlib import Path
from socket import socket

from flows import loopback
from flows.desk.application import application
from flows.desk.desk import Desk
from flows.sources import LoadedCampaign
from schemas.errors import InputError
from schemas.words import Text


def serve(loaded: LoadedCampaign, *, port: int, by_whom: str, ready: Callable[[str], None]) -> None:
    """Serve the desk until Ctrl-C; `ready` gets its address. InputError where there is nothing to show."""
    with _listener(port) as listener:
        desk = Desk(loaded, listener.getsockname()[1], by_whom)
        desk.now()
        address = f"http://{loopback.LOOPBACK}:{desk.port}/enter?token={desk.sessions.token}"
        loopback.serve(application(desk), listener, lambda: ready(address), lifespan="off")


def _listener(port: int) -> socket:
    try:
        return loopback.bound(port)
    except OSError as error:
        raise InputError(
            f"--port {port}",
            Text("这个端口已被占用或不能使用", "this port is taken or may not be used"),
            Text("换一个端口，或不写 --port", "choose another, or leave --port out"),
        ) from error


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
