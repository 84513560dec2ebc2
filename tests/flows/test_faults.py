"""What happens to a run when disk, folder, captures, database or clock let it down, each for real.

Every time: a clear error or a completed retry, nothing lost, and the next run ends like an undisturbed one.
"""

import shutil
import sqlite3
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine

from flows.settings import PHOTO_CACHE
from outputs import ledger_engine
from outputs.ledger import open_ledger
from schemas.errors import DeliveryError, InputError, PipelineError
from tests.ledgers import Cluster

pytestmark = [pytest.mark.usefixtures("prefect_server"), pytest.mark.xdist_group("prefect")]
ROOM_MB = 64
PATIENCE_S = 120


def run(day: Path, **options):
    from flows.post_capture import post_capture

    return post_capture(str(day / "campaign.toml"), **options)


@pytest.fixture(scope="module")
def undisturbed(generated_day: Path, tmp_path_factory, prefect_server) -> str:
    """The zip's digest of a run that nothing let down."""
    return run(
        Path(shutil.copytree(generated_day, tmp_path_factory.mktemp("plain") / "day"))
    ).bundle.archive_sha256


@pytest.fixture
def disk(day: Path) -> Iterator[Callable[[str], None]]:
    """The output folder as a small disk of its own; what is yielded mounts it anew with other options."""
    out = day / "out"
    out.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={ROOM_MB}m", "tmpfs", str(out)]
    if shutil.which("mount") is None or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("no disk can be mounted here")
    yield lambda options: subprocess.run(["mount", "-o", f"remount,{options}", str(out)], check=True) and None
    subprocess.run(["umount", str(out)], check=True)


@pytest.fixture
def own_cache(monkeypatch) -> None:
    """The photo store in the output folder."""
    monkeypatch.setenv(PHOTO_CACHE, "")


def refused(day: Path, kind: type[PipelineError] = DeliveryError) -> str:
    with pytest.raises(kind) as stopped:
        run(day)
    said = stopped.value.say("zh")
    assert "\n" not in said
    return said


def completed(day: Path, sha256: str) -> bool:
    """Whether the next run ends as an undisturbed one, with one run in the ledger and nothing left over."""
    outcome = run(day)
    with open_ledger(f"sqlite:///{day}/out/ledger.db") as ledger:
        assert ledger.bundles(outcome.summary.campaign)["archive_sha256"].to_list() == [sha256]
    return outcome.bundle.archive_sha256 == sha256 and not list((day / "out").glob(".staging-*"))


def filled(out: Path, leave_kb: int) -> Path:
    """A file that takes all of a disk but so much."""
    file = out / "film.mov"
    free = shutil.disk_usage(out).free - leave_kb * 1024
    with suppress(OSError):  # a run that goes on takes some of it meanwhile
        file.write_bytes(bytes(max(0, free)))
    return file


# -- the disk is full --------------------------------------------------------------------------------------


@pytest.mark.usefixtures("own_cache")
@pytest.mark.long
def test_a_disk_that_fills_up_with_photos_is_told_and_what_was_examined_is_kept(day, disk, undisturbed):
    film = filled(day / "out", 1000)
    assert "磁盘已满，照片缓存没有写成" in refused(day)
    kept = len(list((day / "out").glob("cache/*/facts/*.json")))
    assert kept > 3
    assert not (day / "out" / "bundles").exists()
    film.unlink()
    assert completed(day, undisturbed)


@pytest.mark.long
@pytest.mark.parametrize(
    ("leave_kb", "said"),
    [(1500, "磁盘已满，上报包没有写成"), (20, "磁盘已满")],
)
def test_a_disk_without_room_for_the_bundle_is_told_and_nothing_half_stays(
    day, disk, undisturbed, leave_kb, said
):
    film = filled(day / "out", leave_kb)
    assert said in refused(day)
    assert {path.name for path in (day / "out").iterdir()} <= {"film.mov", ".run.lock"}
    film.unlink()
    assert completed(day, undisturbed)


@pytest.mark.long
def test_a_disk_without_room_for_the_ledgers_lines_is_told_and_nothing_half_stays(day, disk, undisturbed):
    room = Path(f"{day}/out/film.mov")

    def fill() -> None:
        while not list((day / "out").glob(".staging-*/audit/*/report.html")):
            time.sleep(0.001)
        filled(day / "out", 40)

    with_thread(fill, lambda: refused(day, PipelineError))
    assert not (day / "out" / "bundles").exists()
    room.unlink()
    assert completed(day, undisturbed)


# -- the folder may not be written to ----------------------------------------------------------------------


@pytest.mark.usefixtures("own_cache")
def test_an_output_folder_that_is_read_only_is_told_before_any_work(day, disk, undisturbed):
    disk("ro")
    assert "没有写入权限" in refused(day)
    disk("rw")
    assert list((day / "out").iterdir()) == []
    assert completed(day, undisturbed)


# -- captures that vanish ----------------------------------------------------------------------------------


@pytest.mark.usefixtures("own_cache")
def test_captures_that_vanish_during_a_run_are_told_and_nothing_is_done_twice(day, undisturbed, monkeypatch):
    monkeypatch.setenv("REGPACK_WORKERS", "1")

    def unplug() -> None:
        while len(list((day / "out").glob("cache/*/facts/*.json"))) < 3:
            time.sleep(0.001)
        (day / "captures").rename(day / "unplugged")

    said = with_thread(unplug, lambda: refused(day, InputError))
    assert "读不到" in said
    assert "JPG" not in said
    kept = {path: path.stat().st_ino for path in (day / "out").glob("cache/*/pictures/*")}
    assert kept
    (day / "unplugged").rename(day / "captures")
    assert completed(day, undisturbed)
    assert {path: path.stat().st_ino for path in kept} == kept


@pytest.mark.long
def test_captures_that_come_back_within_seconds_are_read_by_a_retry(day, undisturbed, monkeypatch):
    monkeypatch.setenv(PHOTO_CACHE, "")

    def jolt() -> None:
        while not list((day / "out").glob("cache/*/facts/*.json")):
            time.sleep(0.001)
        (day / "captures").rename(day / "unplugged")
        time.sleep(0.5)
        (day / "unplugged").rename(day / "captures")

    outcome = with_thread(jolt, lambda: run(day))
    assert outcome.bundle.archive_sha256 == undisturbed


# -- the database goes and comes back ----------------------------------------------------------------------


@pytest.mark.long
def test_a_ledger_that_another_program_locks_for_longer_than_patience_is_waited_for(
    day, undisturbed, monkeypatch
):
    """SQLite gives up after a second; the commit is tried again."""
    monkeypatch.setattr(ledger_engine, "BUSY_MS", 1_000)
    open_ledger(f"sqlite:///{day}/out/ledger.db").close()

    def lock() -> None:
        while not list((day / "out").glob(".staging-*/audit")):
            time.sleep(0.001)
        with closing(sqlite3.connect(day / "out" / "ledger.db", isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            time.sleep(3)

    outcome = with_thread(lock, lambda: run(day))
    assert outcome.bundle.archive_sha256 == undisturbed


def test_a_server_that_is_restarted_while_a_run_commits_has_the_run_once(
    day, undisturbed, postgresql_cluster: Cluster
):
    campaign = day / "campaign.toml"
    text = campaign.read_text("utf-8").replace("sqlite:///ledger.db", postgresql_cluster.url)
    campaign.write_text(text, encoding="utf-8")

    def restart() -> None:
        while not list((day / "out").glob(".staging-*/audit")):
            time.sleep(0.001)
        postgresql_cluster.stop()
        time.sleep(2)
        postgresql_cluster.start()

    outcome = with_thread(restart, lambda: run(day))
    assert outcome.bundle.archive_sha256 == undisturbed
    with open_ledger(postgresql_cluster.url) as ledger:
        assert ledger.runs(outcome.summary.campaign).height == 1


# -- the clock is set back ---------------------------------------------------------------------------------


@pytest.mark.long
def test_a_clock_that_was_set_back_changes_no_order_and_loses_nothing(day, undisturbed):
    at = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
    outcomes = []
    for moment in (at, at, at - timedelta(days=1)):
        with time_machine.travel(moment, tick=False):
            outcomes.append(run(day, full=True))
    names = [outcome.summary.run for outcome in outcomes]
    assert names == ["20260301-080000-000", "20260301-080000-001", "20260228-080000-000"]
    with open_ledger(f"sqlite:///{day}/out/ledger.db") as ledger:
        assert ledger.runs(outcomes[0].summary.campaign)["run"].to_list() == names
        last = ledger.last_bundle(outcomes[0].summary.campaign)
    assert last == outcomes[2].bundle.name
    assert outcomes[0].bundle.archive_sha256 == undisturbed
    assert len(list((day / "out" / "bundles").glob("*.zip"))) == len(names)


def with_thread(disturb: Callable[[], None], act: Callable):
    """Do something while something else happens."""
    thread = threading.Thread(target=disturb, daemon=True)
    thread.start()
    try:
        return act()
    finally:
        thread.join(timeout=PATIENCE_S)
        assert not thread.is_alive()
