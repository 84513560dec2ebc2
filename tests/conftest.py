"""What all tests share: ledgers on both databases; CI allows no skipped test, and says which one was."""

import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from tests import ledgers


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail a CI run in which a test was skipped."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    skipped = reporter.stats.get("skipped", []) if reporter else []
    if skipped and os.environ.get("CI") and session.exitstatus == 0:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(scope="session", autouse=True)
def _ledger_key() -> Iterator[None]:
    """A key for the ledgers of tests, so that none is made among the user's own settings."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("REGPACK_LEDGER_KEY", secrets.token_hex(32))
        yield


@pytest.fixture(scope="session")
def postgresql_cluster() -> Iterator[ledgers.Cluster]:
    """A PostgreSQL server of this process's own, which a test may stop and start."""
    found = ledgers.programs()
    if found is None:
        pytest.skip(ledgers.NONE_THERE)
    with ledgers.running(found) as cluster:
        yield cluster


@pytest.fixture(scope="session")
def postgresql(request: pytest.FixtureRequest) -> str:
    """The URL of a database in which tests may make schemas."""
    given = os.environ.get(ledgers.GIVEN)
    return given or request.getfixturevalue("postgresql_cluster").url


@pytest.fixture(params=["sqlite", "postgresql"])
def ledger_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An address where no ledger is yet; the test runs once on each database."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/out/ledger.db"
        return
    with ledgers.schema(request.getfixturevalue("postgresql"), f"t{uuid4().hex}") as url:
        yield url
