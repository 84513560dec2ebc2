"""`regpack demo` as its user meets it: one command, a whole day, and no word to the outside."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.xdist_group("demo")

SENTRY = """
import os, sys
LOOPBACK = ("127.", "::1", "localhost", "0.0.0.0")

def note(event, args):
    if event == "socket.connect":
        address = args[1]
        outside = isinstance(address, tuple) and not str(address[0]).startswith(LOOPBACK)
    elif event == "socket.getaddrinfo":
        outside = args[0] is not None and not str(args[0]).startswith(LOOPBACK)
    else:
        return
    with open(os.environ["SENTRY_LOG"], "a") as log:
        log.write(f"{'outside' if outside else 'inside'} {event}\\n")

sys.addaudithook(note)
"""


@pytest.fixture
def watched(tmp_path: Path, prefect_home: Path) -> dict[str, str]:
    """An environment in which every Python process notes whom it connects to."""
    (tmp_path / "sentry").mkdir()
    (tmp_path / "sentry" / "sitecustomize.py").write_text(SENTRY, encoding="utf-8")
    own = {"PYTHONPATH": str(tmp_path / "sentry"), "SENTRY_LOG": str(tmp_path / "sentry.log"),
           "PREFECT_HOME": str(prefect_home)}  # fmt: skip
    return {key: value for key, value in os.environ.items() if not key.startswith("PREFECT_")} | own


def test_the_demo_finds_what_it_planted_and_stays_on_this_machine(tmp_path, watched):
    command = [
        sys.executable,
        "-m",
        "flows",
        "demo",
        str(tmp_path / "day"),
        "--students",
        "30",
        "--megapixels",
        "0.9",
    ]
    done = subprocess.run(command, env=watched, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    *_, last = done.stdout.strip().splitlines()
    _, planted, _, found = last.replace(",", "").split()
    assert planted == found
    assert int(planted) > 25
    for told in ("bundles", ".zip", "report.html"):
        assert told in done.stdout
    connections = (tmp_path / "sentry.log").read_text(encoding="utf-8").splitlines()
    assert "inside socket.connect" in connections
    assert [line for line in connections if line.startswith("outside")] == []


def test_a_folder_with_a_day_in_it_is_refused(tmp_path):
    (tmp_path / "captures").mkdir()
    done = subprocess.run(
        [sys.executable, "-m", "flows", "demo", str(tmp_path)], capture_output=True, check=False
    )
    assert done.returncode == 2
    assert b"Traceback" not in done.stderr
