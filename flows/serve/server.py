"""The server that a served campaign's runs share: the one that PREFECT_API_URL names, or one of our own."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from flows.prefect_server import API, SERVED, PrefectServer
from flows.serve.lifeline import LOCK
from flows.serve.place import Place


@contextmanager
def prefect_server(place: Place) -> Iterator[str]:
    """The address of Prefect's API, in the environment too; a server of our own is stopped afterwards."""
    os.environ[LOCK] = str(place.lock)
    if named := os.environ.get(API):
        place.address.write_text(named, encoding="utf-8")
        yield named
        return
    with place.log.open("wb") as log:
        server = PrefectServer(SERVED, _environment(place), log)
        try:
            url = server.name_api()
            server.wait()
            place.address.write_text(url, encoding="utf-8")
            yield url
        finally:
            server.stop()


def _environment(place: Place) -> dict[str, str]:
    """The server's settings; what the engineer set in the environment stays."""
    ours = {"PREFECT_SERVER_DATABASE_CONNECTION_URL": f"sqlite+aiosqlite:///{place.database.as_posix()}"}
    package = _prefect_folder() / "server"
    if not os.access(package, os.W_OK):
        ours["PREFECT_UI_STATIC_DIRECTORY"] = str(place.root / "ui")
    return ours | os.environ


def _prefect_folder() -> Path:
    """Where Prefect is installed; its server copies the pages of its UI there."""
    spec = find_spec("prefect")
    return Path(spec.origin).parent if spec and spec.origin else Path()
