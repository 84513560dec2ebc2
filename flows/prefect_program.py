"""Prefect's server as a program of its own: `python -m flows.prefect_program served|temporary`.

It writes to standard output where Prefect's API is, and once it answers a second line. It ends when its
standard input does: nobody writes there, so that is when the program that started it has ended.
"""

import os
import signal
import socket
import sys
import threading
from contextlib import suppress
from typing import TextIO

from flows.loopback import bound, serve
from flows.prefect_server import READY, TEMPORARY

USUAL_PORT = 4200
START_S = 180.0
"""How long the server may take until it answers."""
DATABASE_S = 60
"""How long it waits for its database; with Prefect's 10 s a busy machine answers "unavailable"."""


def main(kind: str) -> None:
    """Tell the address that Prefect's settings name; where they name none, serve."""
    threading.Thread(target=_end_with_the_starter, name="lifeline", daemon=True).start()
    told = _standard_output()
    with _listener(0 if kind == TEMPORARY else USUAL_PORT) as listener:
        url = "http://{}:{}/api".format(*listener.getsockname())
        os.environ.setdefault("PREFECT_SERVER_DATABASE_TIMEOUT", str(DATABASE_S))
        os.environ.setdefault("PREFECT_UI_API_URL", url)
        from prefect.settings import PREFECT_API_URL  # noqa: PLC0415  reads the environment, once

        named = PREFECT_API_URL.value()
        print(named or url, file=told, flush=True)
        if named:
            print(READY, file=told, flush=True)
        else:
            _serve(kind, listener, told)


def _serve(kind: str, listener: socket.socket, told: TextIO) -> None:
    from prefect.server.api.server import create_app  # noqa: PLC0415  takes seconds: after the address is told

    late = threading.Timer(START_S, os._exit, (1,))
    late.daemon = True
    late.start()

    def ready() -> None:
        late.cancel()
        print(READY, file=told, flush=True)

    serve(create_app(final=True, ephemeral=kind == TEMPORARY), listener, ready, lifespan="on")


def _standard_output() -> TextIO:
    """Standard output for our two lines alone: what else is printed goes to standard error."""
    own = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return own


def _listener(wanted: int) -> socket.socket:
    """A socket on the port wanted, or else on any that is free."""
    with suppress(OSError):
        return bound(wanted)
    return bound(0)


def _end_with_the_starter() -> None:
    os.read(sys.stdin.fileno(), 1)
    signal.raise_signal(signal.SIGTERM)


if __name__ == "__main__":
    main(sys.argv[1])
