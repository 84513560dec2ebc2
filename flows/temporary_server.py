"""Prefect's server for one run: it starts while the inputs are read, and ends with the run."""

import atexit
import os
from typing import Protocol

from flows.prefect_server import API, TEMPORARY, PrefectServer


class Starting(Protocol):
    """A server of which one need not know yet where it is."""

    def name_api(self) -> object:
        """Call before Prefect is imported."""

    def wait(self) -> None:
        """Call before a flow."""


def begin_server() -> Starting:
    """Start a server, unless the environment names one.

    Prefect itself would start one only when a flow is called, and load all of it into this process too.
    """
    if os.environ.get(API):
        return _Named()
    server = PrefectServer(TEMPORARY, os.environ)
    atexit.register(server.stop)  # after all that Prefect does at the end, as it is registered before
    return server


class _Named:
    """The server that the environment names."""

    def name_api(self) -> None:
        """It is named."""

    def wait(self) -> None:
        """Whether it answers is Prefect's to find out."""
