"""Runs leave no name and no number of the cohort in any place but the campaign's own folder.

Real programs, a real Prefect server, everything said at level DEBUG; what was said, written, stored or shown
by the system meanwhile is searched byte for byte.
"""

import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from flows.inputs import read_roster
from flows.sources import read_campaign
from tests.planted_bug import personal
from tests.small_campaign import picture, write_small
from tests.watched import Watch, search, wait_for

pytestmark = pytest.mark.xdist_group("prefect")
NAME, NUMBER = "欧阳沧澜", "360102199801310019"
SCRATCH = """
import os, pathlib, time
pathlib.Path(os.environ["TMPDIR"], "scratch").write_text(os.environ["WHO"])
time.sleep(60)
"""
"""A program that writes what its environment holds into a temporary file."""


@pytest.fixture
def watch(tmp_path: Path, prefect_server: None, prefect_home: Path):
    with Watch(tmp_path / "watch") as watch:
        shutil.copyfile(prefect_home / "prefect.db", watch.home / "prefect.db")
        yield watch


def secrets_of(campaign: Path) -> list[str]:
    return personal(read_roster(read_campaign(campaign)))


def test_a_run_and_a_bug_leave_nobody_behind_and_the_search_would_see_it(tmp_path: Path, watch: Watch):
    campaign = write_small(tmp_path / "day", {1: 1, 2: 2}, name=NAME)
    (tmp_path / "day" / "handed-in" / f"{NAME}{NUMBER}.jpg").write_bytes(picture(4))
    watch.guard(tmp_path / "day" / "out")
    secrets = secrets_of(campaign)
    assert {NAME, NUMBER} <= set(secrets)
    with watch.prefect_server():
        assert "合格 2" in watch.run("run", campaign, umask=0)
        said = watch.program("-m", "tests.planted_bug", "quiet", campaign, exits=1, umask=0)
        assert "builtins.KeyError" in said
        assert "choke" in said
        assert search(watch.places(), secrets) == []
        assert watch.open_to_others == []

        watch.program("-m", "tests.planted_bug", "plain", campaign, exits=1)
        found = {Path(each.place).name for each in search(watch.places(), secrets)}
        assert found >= {"003.txt", "prefect.db-wal"}


# -- the search --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", [
    NAME.encode(), NAME.encode("utf-16-le"), NAME.encode("gb18030"), b"\\u6b27\\u9633\\u6ca7\\u6f9c",
    b"\\u6B27\\u9633\\u6CA7\\u6F9C", b"%E6%AC%A7%E9%98%B3%E6%B2%A7%E6%BE%9C",
    b"&#27431;&#38451;&#27815;&#28572;",
])  # fmt: skip
def test_a_name_is_found_in_any_form(form: bytes):
    assert search([("log", b"before " + form + b" after")], [NAME])
    assert not search([("log", b"before " + form[:-1] + b" after")], [NAME])


def test_what_stood_in_a_database_is_found_after_it_was_deleted(tmp_path: Path):
    watch = Watch(tmp_path)
    with closing(sqlite3.connect(watch.home / "prefect.db")) as database, database:
        database.execute("CREATE TABLE log (message TEXT)")
        database.executemany("INSERT INTO log VALUES (?)", [(f"{NAME} {number}",) for number in range(300)])
    with closing(sqlite3.connect(watch.home / "prefect.db")) as database, database:
        database.execute("PRAGMA secure_delete = OFF")
        database.execute("DELETE FROM log")
    assert search(watch.places(), [NAME])


def test_what_programs_show_and_leave_for_a_moment_is_found(tmp_path: Path):
    """A process's arguments and environment, a temporary file that is gone again, and a file's name."""
    with Watch(tmp_path) as watch:
        scratch = watch.temporary / "scratch"
        shown = subprocess.Popen(
            [sys.executable, "-c", SCRATCH, "E12345678"],
            env=watch.environment({"WHO": NUMBER}),
        )
        try:
            wait_for(lambda: search(seen_of(watch, str(scratch)), [NUMBER]))
            wait_for(lambda: search(seen_of(watch, "process"), ["E12345678"]))
        finally:
            shown.kill()
            shown.wait()
        scratch.unlink()
        (watch.temporary / NAME).touch()
    found = {each.place.split()[0] for each in search(watch.places(), [NUMBER, NAME, "E12345678"])}
    assert {"process", "name", str(scratch)} <= found


def seen_of(watch: Watch, place: str) -> list[tuple[str, bytes]]:
    """What was seen in a place."""
    return [(each, content) for each, content in [*watch.seen.items()] if each.startswith(place)]
