"""Stopping a run leaves nothing half-written, and says so without a trace."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from flows.settings import PHOTO_CACHE
from outputs.staging import digest_of
from tests import kill_runs
from tests.kill_runs import environment_for, once_there, partial, unsound

pytestmark = pytest.mark.xdist_group("prefect")
PATIENCE_S = 600


@pytest.mark.long
@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_a_stopped_run_leaves_no_bundle_and_no_scratch(day: Path, prefect_home: Path, sent):
    with started(day, prefect_home) as running:
        running.send_signal(sent)
        _, said = running.communicate(timeout=PATIENCE_S)
    assert running.returncode == 130
    assert said.strip().splitlines() == ["已中止，没有留下半成品"]
    assert {path.name for path in (day / "out").iterdir()} <= {"cache", "ledger.db", ".run.lock"}


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="who started whom is looked up in /proc")
def test_a_killed_run_leaves_no_server_behind(killed_once: tuple[Path, int]):
    deadline = time.monotonic() + PATIENCE_S
    while b"prefect_program" in command_of(killed_once[1]):
        assert time.monotonic() < deadline
        time.sleep(0.1)


@pytest.mark.long
@pytest.mark.usefixtures("prefect_server")
def test_a_run_killed_again_and_again_ends_like_an_undisturbed_one(killed_once, finished, tmp_path):
    """`python -m tests.kill_runs` does this at random moments."""
    from prefect.settings import PREFECT_API_URL

    from flows.post_capture import post_capture

    day, _ = killed_once
    environment = environment_for(PREFECT_API_URL.value(), tmp_path / "prefect")
    environment["REGPACK_LEDGER_KEY"] = os.environ["REGPACK_LEDGER_KEY"]
    sha256 = finished[1].bundle.archive_sha256
    for place in (".staging-*/bundles/*.zip", "bundles/*.zip"):
        with kill_runs.started(day, environment) as running:
            once_there(place)(running, day)
            with suppress(ProcessLookupError):  # on a busy machine it may have ended
                os.killpg(running.pid, signal.SIGKILL)
        assert [*partial(day), *unsound(day, bundles=(0, 1))] == []
    post_capture(str(day / "campaign.toml"))
    assert unsound(day, bundles=(1, 1)) == []
    assert [digest_of(path) for path in (day / "out" / "bundles").glob("*.zip")] == [sha256]


@pytest.fixture(scope="module")
def killed_once(
    prefect_server: None, prefect_home: Path, generated_day: Path, tmp_path_factory
) -> tuple[Path, int]:
    """A day whose run was killed while it examined photos, and the process of its Prefect server."""
    day = Path(shutil.copytree(generated_day, tmp_path_factory.mktemp("killed") / "day"))
    with started(day, prefect_home) as running:
        servers = [child for child in children_of(running.pid) if b"prefect_program" in command_of(child)]
        running.kill()
    return day, servers[0] if servers else 0


def children_of(process: int) -> list[int]:
    if not Path("/proc/self").exists():
        return []
    return [int(child) for child in Path(f"/proc/{process}/task/{process}/children").read_text().split()]


def command_of(process: int) -> bytes:
    """Empty for a process that is no more."""
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:
        return b""


@contextmanager
def started(day: Path, prefect_home: Path) -> Iterator[subprocess.Popen]:
    """A run with Prefect's temporary server, in the midst of examining photos."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PREFECT_")}
    own = {"PREFECT_HOME": str(prefect_home), "REGPACK_WORKERS": "1", PHOTO_CACHE: ""}
    command = [sys.executable, "-m", "flows", "run", str(day / "campaign.toml")]
    with subprocess.Popen(
        command, env=environment | own, stderr=subprocess.PIPE, text=True, encoding="utf-8"
    ) as running:
        wait_for_photos(day / "out", running)
        yield running


def wait_for_photos(out: Path, running: subprocess.Popen) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not list(out.glob("cache/*/pictures/*.jpg")):
        assert running.poll() is None, "the run ended before it could be stopped"
        assert time.monotonic() < deadline
        time.sleep(0.05)
