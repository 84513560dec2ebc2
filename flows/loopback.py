"""A web application on this machine alone, which says when it answers."""

import asyncio
import os
import socket
from collections.abc import Callable
from typing import Any

import uvicorn

LOOPBACK = "127.0.0.1"
GRACE_S = 2
"""How long a request that is under way may take when the server is stopped."""


def bound(port: int) -> socket.socket:
    """A socket on loopback; port 0 is any that is free. OSError where the port is taken."""
    listener = socket.socket()
    try:
        if os.name == "posix":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((LOOPBACK, port))
    except OSError:
        listener.close()
        raise
    return listener


def serve(application: Any, listener: socket.socket, ready: Callable[[], None], *, lifespan: Any) -> None:
    """Serve an ASGI application until SIGINT or SIGTERM; `ready` is called once it answers."""
    config = uvicorn.Config(
        application, access_log=False, log_level="error", server_header=False, lifespan=lifespan,
        timeout_graceful_shutdown=GRACE_S,
    )  # fmt: skip
    asyncio.run(_Server(config, ready).serve(sockets=[listener]))


class _Server(uvicorn.Server):
    """Says when it answers."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and say so."""
        await super().startup(sockets)
        if self.started:
            self._ready()
