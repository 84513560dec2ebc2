"""A real `regpack serve` for tests: its process, and Prefect's API as a program of the school uses it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

import httpx

from flows.sources import read_campaign

ROOT = Path(__file__).parents[1]
PATIENCE_S = 180


def environment(home: Path) -> dict[str, str]:
    """Without the settings of a server that other tests use; the scheduler looks every two seconds."""
    own = {
        "PREFECT_HOME": str(home),
        "REGPACK_WORKERS": "1",
        "PREFECT_SERVER_SERVICES_SCHEDULER_LOOP_SECONDS": "2",
    }
    return {key: value for key, value in os.environ.items() if not key.startswith("PREFECT_")} | own


class Served:
    """One campaign, served by a process of its own."""

    def __init__(self, campaign: Path, home: Path) -> None:
        self.campaign, self.out = campaign, campaign.parent / "out"
        self._environment = environment(home)
        self._said = campaign.parent / "said.txt"

    def __enter__(self) -> Self:
        with self._said.open("ab") as said:
            self.process = subprocess.Popen(
                [sys.executable, "-u", "-m", "flows", "serve", str(self.campaign)],
                cwd=ROOT, env=self._environment, stdout=said, stderr=said, start_new_session=True,
            )  # fmt: skip
        before = self.said().count("Ctrl-C")
        self.wait_for(lambda: self.said().count("Ctrl-C") > before)
        address = (self.out / ".serve" / "address").read_text(encoding="utf-8")
        self.api = httpx.Client(base_url=address, trust_env=False, timeout=30)
        return self

    def __exit__(self, *_: object) -> None:
        self.api.close()
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGINT)
            self.process.wait(PATIENCE_S)

    @property
    def name(self) -> str:
        """The campaign's, which is that of its deployments and bundles."""
        return read_campaign(self.campaign).campaign.campaign.id

    def bundles(self) -> list[str]:
        """The folders of sealed bundles."""
        return sorted(path.name for path in (self.out / "bundles").iterdir() if path.is_dir())

    def completed(self) -> int:
        """How many runs came to their end."""
        return len(self.runs("COMPLETED"))

    def said(self) -> str:
        """All that stood on the terminal."""
        return self._said.read_text(encoding="utf-8")

    def wait_for(self, true: Callable[[], Any]) -> Any:
        """What a question answers once it is true."""
        deadline = time.monotonic() + PATIENCE_S
        while not (answer := true()):
            assert self.process.poll() is None, self.said()
            assert time.monotonic() < deadline, self.said()
            time.sleep(0.5)
        return answer

    def ask(self, path: str, **body: Any) -> Any:
        """What Prefect's API answers."""
        answer = self.send(path, body)
        assert answer.is_success, answer.text
        return answer.json()

    def send(self, path: str, body: Any) -> httpx.Response:
        """An answer, once the server's database is not busy; Prefect's own client asks again likewise."""
        deadline = time.monotonic() + PATIENCE_S
        while (answer := self.api.post(path, json=body)).status_code == httpx.codes.SERVICE_UNAVAILABLE:
            assert time.monotonic() < deadline
            time.sleep(0.5)
        return answer

    def deployment(self, flow: str) -> dict[str, Any]:
        """One of the three, by its flow's name."""
        return dict(self.api.get(f"/deployments/name/{flow}/{self.name}").json())

    def runs(self, *states: str) -> list[dict[str, Any]]:
        """Flow runs in these states, the oldest first."""
        which = {"state": {"type": {"any_": list(states)}}}
        return list(self.ask("/flow_runs/filter", flow_runs=which, sort="EXPECTED_START_TIME_ASC"))

    def started(self) -> list[dict[str, Any]]:
        """Flow runs that are not only planned by a schedule."""
        runs = self.ask("/flow_runs/filter", sort="EXPECTED_START_TIME_ASC")
        return [run for run in runs if run["state_type"] != "SCHEDULED" or not run["auto_scheduled"]]

    def start(self, flow: str, parameters: dict[str, Any]) -> httpx.Response:
        """Ask for a run with parameters, as the form of the UI does."""
        path = f"/deployments/{self.deployment(flow)['id']}/create_flow_run"
        return self.send(path, {"parameters": parameters})

    def answer(self, run: str, **form: Any) -> None:
        """Answer a run that waits, as the form of the UI does."""
        assert self.ask(f"/flow_runs/{run}/resume", run_input=form)["status"] == "ACCEPT"

    def program(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Another command of regpack beside it."""
        return subprocess.run(
            [sys.executable, "-m", "flows", *arguments], cwd=ROOT, env=self._environment,
            capture_output=True, text=True, encoding="utf-8", check=False,
        )  # fmt: skip

    def children(self) -> list[int]:
        """The processes that it started, and those they started."""
        listed = subprocess.run(
            ["ps", "-eo", "pid,ppid"], capture_output=True, text=True, check=True
        ).stdout.split()[2:]
        parents = {int(pid): int(parent) for pid, parent in zip(listed[::2], listed[1::2], strict=True)}
        found = {self.process.pid}
        while more := {pid for pid, parent in parents.items() if parent in found} - found:
            found |= more
        return sorted(found - {self.process.pid})
