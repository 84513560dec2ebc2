"""What tests of flows share: a Prefect server; a capture day and a bundle to be read only."""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from filelock import FileLock

from flows.settings import PHOTO_CACHE, quiet_prefect
from outputs.bundle import Bundle
from tests.bundle_builders import sealed_in, some_contents

if TYPE_CHECKING:
    from flows.delivery import Outcome

STUDENTS, MEGAPIXELS, SEED = 42, 0.9, 7


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that the session's xdist workers have in common."""
    session = tmp_path_factory.getbasetemp()
    return session.parent if "PYTEST_XDIST_WORKER" in os.environ else session


@pytest.fixture(scope="session", autouse=True)
def photo_cache(shared: Path) -> Iterator[None]:
    """One photo store for all tests of all xdist workers, which so examine each picture once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(PHOTO_CACHE, str(shared / "photo-cache"))
        yield


@pytest.fixture(scope="session")
def prefect_server(shared: Path) -> Iterator[None]:
    """A server and database of the tests' own, gone afterwards."""
    quiet_prefect()
    from prefect.settings import PREFECT_API_DATABASE_CONNECTION_URL
    from prefect.testing.utilities import prefect_test_harness

    with prefect_test_harness(server_startup_timeout=180):
        keep_empty(Path(str(PREFECT_API_DATABASE_CONNECTION_URL.value()).split("///")[1]), shared)
        yield


def keep_empty(database: Path, shared: Path) -> None:
    """Keep Prefect's database as it is before any flow, with its tables, which take seconds to make."""
    copy = shared / f"{os.getpid()}.db"
    with closing(sqlite3.connect(database)) as made, closing(sqlite3.connect(copy)) as kept:
        made.backup(kept)
    copy.rename(shared / EMPTY)


EMPTY = "empty-prefect.db"


@pytest.fixture(scope="session")
def prefect_home(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where programs that tests start keep Prefect's database, which takes long to make."""
    home = tmp_path_factory.mktemp("prefect")
    if (shared / EMPTY).exists():
        shutil.copyfile(shared / EMPTY, home / "prefect.db")
    return home


@pytest.fixture(scope="session")
def generated_day(shared: Path) -> Path:
    """A small capture day as `regpack demo --generate-only` writes it; not to be changed."""
    from flows.demo.day import generate

    folder = shared / "generated"
    with FileLock(shared / "generated.lock"):
        if not folder.exists():
            generate(folder, students=STUDENTS, seed=SEED, megapixels=MEGAPIXELS, workers=1)
    return folder


@pytest.fixture(scope="session")
def finished(generated_day: Path, tmp_path_factory, prefect_server) -> tuple[Path, "Outcome"]:
    """The day once it was run, and what that came to; not to be changed. Only for the group `prefect`."""
    from flows.post_capture import post_capture

    day = Path(shutil.copytree(generated_day, tmp_path_factory.mktemp("finished") / "day"))
    return day, post_capture(str(day / "campaign.toml"))


@pytest.fixture
def day(generated_day: Path, tmp_path: Path) -> Path:
    """A copy of the day that a test may run and change."""
    return Path(shutil.copytree(generated_day, tmp_path / "day"))


@pytest.fixture(scope="module")
def sealed(tmp_path_factory) -> Bundle:
    """A small bundle, sealed; not to be changed."""
    place = tmp_path_factory.mktemp("sealed")
    return sealed_in(place / "out", some_contents(place / "work"))


@pytest.fixture
def folder(sealed: Bundle, tmp_path: Path) -> Path:
    """A copy of its folder that a test may spoil."""
    return Path(shutil.copytree(sealed.folder, tmp_path / sealed.name))
