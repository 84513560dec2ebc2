"""One Prefect server for all tests of flows, and one generated capture day for those that only read it."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.settings import PHOTO_CACHE, quiet_prefect

STUDENTS, MEGAPIXELS, SEED = 45, 1.92, 7


@pytest.fixture(scope="session", autouse=True)
def photo_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """One photo store for all tests of all xdist workers, which so examine each picture once."""
    session = tmp_path_factory.getbasetemp()
    whole = session.parent if "PYTEST_XDIST_WORKER" in os.environ else session
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(PHOTO_CACHE, str(whole / "photo-cache"))
        yield


@pytest.fixture(scope="session")
def prefect_server() -> Iterator[None]:
    """A server and database of the tests' own, gone afterwards."""
    quiet_prefect()
    from prefect.testing.utilities import prefect_test_harness

    with prefect_test_harness(server_startup_timeout=180):
        yield


@pytest.fixture(scope="session")
def prefect_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where programs that tests start keep Prefect's database, which takes long to make."""
    return tmp_path_factory.mktemp("prefect")


@pytest.fixture(scope="session")
def generated_day(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small capture day as `regpack demo --generate-only` writes it; not to be changed."""
    from flows.demo.day import generate

    folder = tmp_path_factory.mktemp("day") / "generated"
    generate(folder, students=STUDENTS, seed=SEED, megapixels=MEGAPIXELS, workers=2)
    return folder


@pytest.fixture
def day(generated_day: Path, tmp_path: Path) -> Path:
    """A copy of the day that a test may run and change."""
    return Path(shutil.copytree(generated_day, tmp_path / "day"))
