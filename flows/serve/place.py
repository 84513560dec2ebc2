"""What `regpack serve` keeps beside a campaign's results: the folder `.serve` in the output folder, 0700."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from filelock import FileLock, Timeout

from flows.prefect_server import API
from flows.sources import LoadedCampaign
from outputs.staging import delivering
from schemas.errors import CampaignError, InputError
from schemas.words import Text

FOLDER = ".serve"


class Place(NamedTuple):
    """The folder and what lies in it."""

    root: Path

    @property
    def lock(self) -> Path:
        """Held by the program that serves the campaign, as long as it lives."""
        return self.root / "lock"

    @property
    def address(self) -> Path:
        """Where Prefect's API answers, for `regpack approve`; there only while the campaign is served."""
        return self.root / "address"

    @property
    def database(self) -> Path:
        """Prefect's own, where no other server is named."""
        return self.root / "prefect.db"

    @property
    def log(self) -> Path:
        """What Prefect's server says."""
        return self.root / "server.log"


def place_of(loaded: LoadedCampaign) -> Place:
    """A campaign's place, which need not be there yet."""
    return Place(loaded.out.resolve() / FOLDER)


@contextmanager
def occupied(loaded: LoadedCampaign) -> Iterator[Place]:
    """A campaign's place, made if need be and held. CampaignError where another program serves it."""
    place = place_of(loaded)
    with delivering(place.root):
        place.root.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock = FileLock(place.lock, mode=0o600)
    try:
        lock.acquire(timeout=2)  # a child of an earlier one may be looking whether it is gone
    except Timeout:
        raise CampaignError(loaded.path, _SERVED, _STOP_IT) from None
    try:
        yield place
    finally:
        place.address.unlink(missing_ok=True)
        lock.release()


def find_server(loaded: LoadedCampaign) -> None:
    """Have Prefect ask the server of the campaign's serve, unless one is named. InputError for none."""
    if os.environ.get(API):
        return
    try:
        os.environ[API] = place_of(loaded).address.read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        raise InputError(loaded.path, _NOT_SERVED, _SERVE_IT) from None


_SERVED = Text("这个批次已有 regpack serve 在运行", "another regpack serve runs for this campaign")
_STOP_IT = Text("先在那个窗口按 Ctrl-C 停止", "stop it with Ctrl-C in its window first")
_NOT_SERVED = Text("这个批次没有 regpack serve 在运行", "no regpack serve runs for this campaign")
_SERVE_IT = Text(
    "先运行 regpack serve，或用 PREFECT_API_URL 指明 Prefect 服务器",
    "start regpack serve first, or name Prefect's server in PREFECT_API_URL",
)
