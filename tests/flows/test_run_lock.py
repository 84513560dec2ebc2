"""One run of a campaign at a time: the second stops at once or waits, and a killed one lets go."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from flows.run_lock import LOCK, only_run
from flows.sources import LoadedCampaign, read_campaign
from schemas.errors import DeliveryError, InputError
from tests.campaign_builders import a_campaign, write_campaign

HOLDS = """
import sys
from pathlib import Path
from flows.run_lock import only_run
from flows.sources import read_campaign
with only_run(read_campaign(Path(sys.argv[1]))):
    print("held", flush=True)
    sys.stdin.read()
"""
ENOUGH_S = 60


@pytest.fixture
def loaded(tmp_path: Path, ledger_url: str) -> LoadedCampaign:
    """A campaign whose ledger is on one database or the other."""
    a_campaign(tmp_path)
    return read_campaign(write_campaign(tmp_path, {"output": {"ledger": f'"{ledger_url}"'}}))


@contextmanager
def held_elsewhere(loaded: LoadedCampaign) -> Iterator[subprocess.Popen]:
    """Another process that runs the campaign until its standard input ends."""
    command = [sys.executable, "-c", HOLDS, str(loaded.path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout.readline() == "held\n"
        try:
            yield holder
        finally:
            holder.kill()


def elsewhere(loaded: LoadedCampaign, tmp_path: Path) -> LoadedCampaign:
    """The same campaign with the same ledger on a machine of its own: with another output folder."""
    (tmp_path / "office").mkdir()
    a_campaign(tmp_path / "office")
    changes = {"output": {"ledger": f'"{loaded.ledger_url}"'}}
    return read_campaign(write_campaign(tmp_path / "office", changes))


def test_a_second_run_stops_at_once_and_says_who_runs(loaded):
    with held_elsewhere(loaded) as holder, pytest.raises(InputError) as refused, only_run(loaded):
        pass
    for said in (refused.value.say("zh"), refused.value.say("en")):
        assert str(holder.pid) in said
        assert "test-day" in said
        assert "--wait" in said
        assert "\n" not in said


def test_a_second_run_can_wait(loaded):
    with held_elsewhere(loaded) as holder:
        command = [sys.executable, "-c", HOLDS.replace("[1]))", "[1])), wait=True"), str(loaded.path)]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as waiting:
            with pytest.raises(subprocess.TimeoutExpired):
                waiting.wait(timeout=2)
            holder.stdin.close()
            assert waiting.stdout.readline() == "held\n"
            waiting.stdin.close()
            assert waiting.wait(timeout=ENOUGH_S) == 0


def test_a_killed_run_lets_go_by_itself(loaded):
    with held_elsewhere(loaded) as holder:
        os.kill(holder.pid, signal.SIGKILL)
        holder.wait(timeout=ENOUGH_S)
        with only_run(loaded, wait=True) as has_waited:
            assert has_waited in {True, False}


def test_whoever_did_not_have_to_wait_is_told_so(loaded):
    for _ in range(2):
        with only_run(loaded, wait=True) as has_waited:
            assert not has_waited


@pytest.mark.parametrize("ledger_url", ["postgresql"], indirect=True)
def test_two_offices_with_one_ledger_run_one_after_the_other(loaded, tmp_path):
    other = elsewhere(loaded, tmp_path)
    with held_elsewhere(loaded) as holder, pytest.raises(InputError) as refused, only_run(other):
        pass
    assert str(holder.pid) in refused.value.say("zh")
    with only_run(other):
        pass


@pytest.mark.parametrize("ledger_url", ["postgresql"], indirect=True)
def test_another_campaign_of_the_same_ledger_is_free(loaded, tmp_path):
    other = elsewhere(loaded, tmp_path)
    renamed = other.path.read_text("utf-8").replace("test-day", "other-day")
    other.path.write_text(renamed, encoding="utf-8")
    with held_elsewhere(loaded), only_run(read_campaign(other.path)):
        pass


@pytest.mark.parametrize("ledger_url", ["sqlite"], indirect=True)
def test_a_lock_that_cannot_be_made_is_told(loaded):
    (loaded.out / LOCK).mkdir(parents=True)
    with pytest.raises(DeliveryError, match="the run's lock"), only_run(loaded):
        pass


@pytest.mark.parametrize("ledger_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("command", ["run", "makeup"])
def test_the_commands_stop_with_one_line_before_anything_else(loaded, command):
    with held_elsewhere(loaded) as holder:
        done = subprocess.run(
            [sys.executable, "-m", "flows", command, str(loaded.path)],
            capture_output=True, text=True, encoding="utf-8", check=False, timeout=ENOUGH_S,
        )  # fmt: skip
    assert done.returncode == 2
    (line,) = done.stderr.strip().splitlines()
    assert "批次 test-day 正在运行（" in line
    assert str(holder.pid) in line
