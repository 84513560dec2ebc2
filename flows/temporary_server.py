"""Prefect's server for one run: it starts while the inputs are read, and ends with the run."""

import atexit
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from flows.prefect_server import API, TEMPORARY, PrefectServer


class Starting(Protocol):
    """A server of which one need not know yet where it is."""

    def name_api(self) -> object:
        """Call before Prefect is imported."""

    def wait(self) -> None:
        """Call before a flow."""


@contextmanager
def starting_server() -> Iterator[Starting]:
    """Start a server, unless one is named; call its `wait` in the block, and a flow after it.

    Prefect itself would start one only when a flow is called, and load all of it into this process too.
    What fails in the block ends the server at once, else it ends with this process.
    """
    if os.environ.get(API) or "prefect" in sys.modules:
        yield _Named()
        return
    server = PrefectServer(TEMPORARY, os.environ)
    atexit.register(server.stop)  # after all that Prefect does at the end, as it is registered before
    try:
        yield server
    except BaseException:
        atexit.unregister(server.stop)
        server.stop()
        raise


class _Named:
    """The server that the environment names, or that Prefect, loaded already, has settled on."""

    def name_api(self) -> None:
        """It is named."""

    def wait(self) -> None:
        """Whether it answers is Prefect's to find out."""
