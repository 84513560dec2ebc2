"""One run of a campaign at a time: the second stops at once or waits, and a killed one lets go."""

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner

from flows.cli import cli
from flows.run_lock import LOCK, only_run
from flows.sources import LoadedCampaign, read_campaign
from schemas.errors import DeliveryError, InputError
from tests.campaign_builders import a_campaign, write_campaign

HOLDS = """
import sys
from pathlib import Path
from flows.run_lock import only_run
from flows.sources import read_campaign
for campaign in iter(sys.stdin.readline, ""):
    with only_run(read_campaign(Path(campaign.strip()))):
        print("held", flush=True)
        sys.stdin.readline()
    print("let go", flush=True)
"""
ENOUGH_S = 60


@pytest.fixture
def loaded(tmp_path: Path, ledger_url: str) -> LoadedCampaign:
    """A campaign whose ledger is on one database or the other."""
    a_campaign(tmp_path)
    return read_campaign(write_campaign(tmp_path, {"output": {"ledger": f'"{ledger_url}"'}}))


class Neighbour:
    """Another process, which runs a campaign for as long as it is told to."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", HOLDS], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )
        self.pid = self.process.pid

    @contextmanager
    def running(self, loaded: LoadedCampaign) -> Iterator[None]:
        """It runs the campaign meanwhile."""
        self.begins(loaded)
        yield
        self.process.stdin.write("\n")
        assert self.process.stdout.readline() == "let go\n"

    def begins(self, loaded: LoadedCampaign) -> None:
        self.process.stdin.write(f"{loaded.path}\n")
        assert self.process.stdout.readline() == "held\n"

    def ends(self) -> None:
        """It is killed."""
        self.process.kill()
        self.process.communicate(timeout=ENOUGH_S)


@pytest.fixture(scope="module")
def neighbour() -> Iterator[Neighbour]:
    there = Neighbour()
    yield there
    there.ends()


def elsewhere(loaded: LoadedCampaign, tmp_path: Path) -> LoadedCampaign:
    """The same campaign with the same ledger on a machine of its own: with another output folder."""
    (tmp_path / "office").mkdir()
    a_campaign(tmp_path / "office")
    changes = {"output": {"ledger": f'"{loaded.ledger_url}"'}}
    return read_campaign(write_campaign(tmp_path / "office", changes))


def test_a_second_run_stops_at_once_and_says_who_runs(loaded, neighbour):
    with neighbour.running(loaded), pytest.raises(InputError) as refused, only_run(loaded):
        pass
    for said in (refused.value.say("zh"), refused.value.say("en")):
        assert str(neighbour.pid) in said
        assert "test-day" in said
        assert "--wait" in said
        assert "\n" not in said


def test_a_second_run_can_wait(loaded, neighbour):
    def second() -> bool:
        with only_run(loaded, wait=True) as has_waited:
            return has_waited

    with ThreadPoolExecutor() as pool:
        with neighbour.running(loaded):
            waiting = pool.submit(second)
            with pytest.raises(TimeoutError):
                waiting.result(timeout=1)
        assert waiting.result(timeout=ENOUGH_S)


def test_a_killed_run_lets_go_by_itself(loaded):
    killed = Neighbour()
    killed.begins(loaded)
    killed.ends()
    with only_run(loaded, wait=True) as has_waited:
        assert has_waited in {True, False}


def test_whoever_did_not_have_to_wait_is_told_so(loaded):
    for _ in range(2):
        with only_run(loaded, wait=True) as has_waited:
            assert not has_waited


@pytest.mark.parametrize("ledger_url", ["postgresql"], indirect=True)
def test_two_offices_with_one_ledger_run_one_after_the_other(loaded, neighbour, tmp_path):
    other = elsewhere(loaded, tmp_path)
    with neighbour.running(loaded), pytest.raises(InputError) as refused, only_run(other):
        pass
    assert str(neighbour.pid) in refused.value.say("zh")
    with only_run(other):
        pass


@pytest.mark.parametrize("ledger_url", ["postgresql"], indirect=True)
def test_another_campaign_of_the_same_ledger_is_free(loaded, neighbour, tmp_path):
    other = elsewhere(loaded, tmp_path)
    renamed = other.path.read_text("utf-8").replace("test-day", "other-day")
    other.path.write_text(renamed, encoding="utf-8")
    with neighbour.running(loaded), only_run(read_campaign(other.path)):
        pass


@pytest.mark.parametrize("ledger_url", ["sqlite"], indirect=True)
def test_a_lock_that_cannot_be_made_is_told(loaded):
    (loaded.out / LOCK).mkdir(parents=True)
    with pytest.raises(DeliveryError, match="the run's lock"), only_run(loaded):
        pass


@pytest.mark.parametrize("ledger_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("command", ["run", "makeup"])
def test_the_commands_stop_with_one_line_before_anything_else(loaded, neighbour, command):
    with neighbour.running(loaded):
        done = CliRunner().invoke(cli, [command, str(loaded.path)], catch_exceptions=False)
    assert done.exit_code == 2
    (line,) = done.stderr.strip().splitlines()
    assert "批次 test-day 正在运行（" in line
    assert str(neighbour.pid) in line
