"""The end of a campaign by its command: what goes, what stays, what stops it, and how it goes on."""

import json
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import time_machine
from click.testing import CliRunner

from flows.photo_store import open_store
from flows.run_lock import only_run
from flows.settings import PHOTO_CACHE
from flows.sources import read_campaign
from outputs.ledger_engine import file_of
from tests.small_campaign import picture, write_small
from tests.watched import OTHERS, search

pytestmark = pytest.mark.xdist_group("prefect")
NAME, NUMBER = "欧阳沧澜", "360102199801310019"
UNTIL, AFTER = date(2027, 6, 30), datetime(2027, 7, 1, 4, tzinfo=UTC)
BY = ("--yes", "--by", "王老师")


def types(command: str, campaign: Path | str, *arguments: str, exits: int = 0) -> str:
    """A command as typed; what it printed."""
    from flows.cli import cli

    done = CliRunner().invoke(cli, [command, str(campaign), *arguments], catch_exceptions=False)
    assert done.exit_code == exits, done.output
    return done.output


@pytest.fixture
def campaign(tmp_path: Path, prefect_server: None, monkeypatch) -> Path:
    """A campaign that was run, with a capture called after somebody, and notes of the office."""
    monkeypatch.setenv(PHOTO_CACHE, "")
    return a_campaign(tmp_path / "day")


def a_campaign(folder: Path, **pictures: int) -> Path:
    campaign = write_small(folder, {1: 1, 2: 2}, name=NAME)
    captures = folder / "handed-in"
    (captures / "晚到").mkdir()
    (captures / "晚到" / f"{NAME}{NUMBER}.jpg").write_bytes(picture(4))
    (captures / "notes.txt").write_text("the office's")
    text = campaign.read_text(encoding="utf-8")
    campaign.write_text(text.replace("[inputs]", f"retain_until = {UNTIL}\n[inputs]"), encoding="utf-8")
    types("run", campaign)
    return campaign


def registered(campaign: Path) -> None:
    """Have the platform say that everybody sealed is registered."""
    table = campaign.with_name("platform.csv")
    table.write_text("学号,bz,图像注册状态\n401019000001,,已注册\n401019000002,,已注册\n", "utf-8-sig")
    types("feedback", campaign, "--platform", str(table))
    table.unlink()


def files_of(campaign: Path) -> set[str]:
    folder = campaign.parent
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def certificate_of(campaign: Path) -> dict:
    (path,) = campaign.parent.glob("out/certificates/*.json")
    return json.loads(path.read_text(encoding="utf-8"))


def stays(name: str) -> bool:
    return name.startswith("out/bundles/") or name in {
        "campaign.toml", "handed-in/notes.txt", "out/ledger.db", "out/.run.lock"
    }  # fmt: skip


def test_after_its_date_a_campaign_goes_and_what_proves_something_stays(campaign: Path):
    registered(campaign)
    before = files_of(campaign)
    with time_machine.travel(AFTER):
        assert "相机原图：3 个" in types("purge", campaign)
        assert files_of(campaign) == before
        assert "相机原图：3 个" in types("purge", campaign, *BY)
    left = files_of(campaign)
    assert {name for name in before if stays(name)} <= left
    assert {name for name in left if not stays(name)} == {
        f"out/certificates/purge-small-20270701T040000Z.{kind}" for kind in ("html", "json")
    }
    assert not list(campaign.parent.glob("out/audit/*"))
    assert not (campaign.parent / "handed-in" / "晚到").exists()
    told = [path for path in campaign.parent.glob("out/*/*.*") if path.parent.name == "certificates"]
    ledger = file_of(read_campaign(campaign).ledger_url)
    assert ledger is not None
    assert search([(path.name, path.read_bytes()) for path in (*told, ledger)], [NAME, NUMBER]) == []
    assert not any(path.stat().st_mode & OTHERS for path in told)

    said = certificate_of(campaign)
    assert len(said["deleted"]) == len([name for name in before if not stays(name)])
    counts = {each["kind"]: each["files"] for each in said["kinds"]}
    assert (counts["captures"], counts["inputs"]) == (3, 2)
    assert [(each["name"], each["state"]) for each in said["bundles"]] == [("small-001", "whole")]
    assert said["purge"] | {"retain_until": str(UNTIL), "by_whom": "王老师"} == said["purge"]
    assert said["against"] == []

    types("verify", campaign.parent / "out" / "bundles" / "small-001.zip")
    assert "small-001" in types("audit", campaign, "--student", "401019000001", "--format", "csv")
    for command in (["run"], ["makeup"], ["sheets"], ["decide", "--list"]):
        assert "2027-07-01 销毁，不能再处理" in types(command[0], campaign, *command[1:], exits=2)
    with time_machine.travel(AFTER):
        assert "没有可删除的了" in types("purge", campaign, *BY)


def test_before_its_date_and_while_something_is_open_or_runs_it_is_refused(campaign: Path):
    before = files_of(campaign)
    assert f"保存到 {UNTIL}" in types("purge", campaign)
    assert "2 人没有平台已注册的记录" in types("purge", campaign, *BY, "--because", "试点结束", exits=3)
    assert "--anyway" in types("purge", campaign, *BY, exits=3)
    types("purge", campaign, *BY, "--anyway", exits=3)
    registered(campaign)
    assert "保存期限未到" in types("purge", campaign, *BY, exits=3)
    assert "--by" in types("purge", campaign, "--yes", "--because", "试点结束", exits=2)
    types("feedback", campaign, "--complaint", "401019000001", "--because", "照片不像")
    assert "1 件反馈事项没有了结" in types("purge", campaign, *BY, "--because", "试点结束", exits=3)
    with only_run(read_campaign(campaign)):
        assert "正在运行" in types("purge", campaign, *BY, "--because", "试点", "--anyway", exits=2)
    assert files_of(campaign) == before
    types("purge", campaign, *BY, "--because", f"试点结束 {NUMBER}", "--anyway")
    said = certificate_of(campaign)
    assert said["purge"]["because"] == "试点结束 3601**********0019"
    assert [each["zh"][:4] for each in said["against"]] == ["保存期限", "还有 1"]


def test_a_purge_that_was_interrupted_is_gone_on_with_and_tells_all(campaign: Path, monkeypatch):
    """Another program reads the ledger, whose old pages so cannot go yet."""
    monkeypatch.setattr("outputs.ledger_engine.BUSY_MS", 1_000)
    before = {name for name in files_of(campaign) if not stays(name)}
    ledger = campaign.parent / "out" / "ledger.db"
    with closing(sqlite3.connect(ledger, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM run_captures").fetchone()
        assert "台账" in types("purge", campaign, *BY, "--because", "试点", "--anyway", exits=2)
    assert not list(campaign.parent.glob("handed-in/*.jpg"))
    assert not (campaign.parent / "out" / "certificates").exists()
    assert "不能再处理" in types("run", campaign, exits=2)
    listed = campaign.parent / "out" / ".purge-small.json"
    assert search([("list", listed.read_bytes())], [NAME, NUMBER]) == []
    late = campaign.parent / "handed-in" / "401019000003.jpg"
    late.write_bytes(picture(5))
    assert "没有完成" in types("purge", campaign)
    types("purge", campaign, "--yes")
    assert not late.exists()
    said = certificate_of(campaign)
    assert len(said["deleted"]) == len(before) + 1
    assert (said["purge"]["because"], said["erased"]["run_captures"]) == ("试点", 3)
    assert search([("ledger", ledger.read_bytes())], [NAME, NUMBER]) == []


@pytest.mark.long
def test_what_another_campaign_needs_stays(campaign: Path, tmp_path: Path, monkeypatch):
    """The same roster and two of the captures, a ledger and a photo cache for both."""
    other = tmp_path / "other"
    shutil.copytree(campaign.parent, other, ignore=shutil.ignore_patterns("out", "晚到"))
    monkeypatch.setenv(PHOTO_CACHE, str(tmp_path / "cache"))
    text = (other / "campaign.toml").read_text(encoding="utf-8").replace('"small"', '"other"')
    shared = f'[output]\nledger = "sqlite:///{campaign.parent}/out/ledger.db"\n'
    (other / "campaign.toml").write_text(f"{text}{shared}", encoding="utf-8")
    types("run", other / "campaign.toml")
    types("run", campaign, "--full")
    said = types("purge", campaign, *BY, "--because", "试点", "--anyway")
    assert "其他批次还在用" in said
    left = {path.name for path in (campaign.parent / "handed-in").rglob("*.jpg")}
    assert left == {"401019000001.jpg", "401019000002.jpg"}
    assert (campaign.parent / "roster.csv").exists()
    store = open_store(read_campaign(other / "campaign.toml"))
    assert len(list((store.root / "facts").iterdir())) == 2
    assert "没有新的" in types("run", other / "campaign.toml")
