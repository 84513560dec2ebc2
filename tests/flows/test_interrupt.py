"""Stopping a run leaves nothing half-written, and says so without a trace."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from flows.settings import PHOTO_CACHE

pytestmark = pytest.mark.xdist_group("prefect")
PATIENCE_S = 180


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_a_stopped_run_leaves_no_bundle_and_no_scratch(day: Path, prefect_home: Path, sent):
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PREFECT_")}
    own = {"PREFECT_HOME": str(prefect_home), "REGPACK_WORKERS": "1", PHOTO_CACHE: ""}
    command = [sys.executable, "-m", "flows", "run", str(day / "campaign.toml")]
    with subprocess.Popen(
        command, env=environment | own,
        stderr=subprocess.PIPE, text=True, encoding="utf-8",
    ) as running:  # fmt: skip
        wait_for_photos(day / "out", running)
        running.send_signal(sent)
        _, said = running.communicate(timeout=PATIENCE_S)
    assert running.returncode == 130
    assert said.strip().splitlines() == ["已中止，没有留下半成品"]
    assert {path.name for path in (day / "out").iterdir()} <= {"cache", "ledger.db", ".run.lock"}


def wait_for_photos(out: Path, running: subprocess.Popen) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not list(out.glob("cache/*/pictures/*.jpg")):
        assert running.poll() is None, "the run ended before it could be stopped"
        assert time.monotonic() < deadline
        time.sleep(0.05)
