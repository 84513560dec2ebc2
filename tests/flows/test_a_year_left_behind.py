"""A year of a campaign, as in `test_story_of_a_year`, leaves nobody behind, whatever goes wrong in it."""

import shutil
import threading
import time
from pathlib import Path

import httpx
import pytest

from flows.demo.truth import read_truth
from flows.inputs import read_roster
from flows.sources import read_campaign
from outputs.ledger import open_ledger
from tests.flows.test_story_of_a_year import BOSS, CLERK, Office, number
from tests.planted_bug import personal
from tests.small_campaign import picture
from tests.watched import OTHERS, Watch, search, wait_for

pytestmark = [pytest.mark.xdist_group("prefect"), pytest.mark.long]
SERVE = """
[serve]
run_cron = ""
audit_cron = ""
settle_s = 1.0
"""
MASKS = (0, 0o022, 0o077)


class WatchedOffice(Office):
    """The clerk's commands as programs of their own, under watch, each with another umask."""

    def __init__(self, day: Path, watch: Watch) -> None:
        super().__init__(day)
        self.watch, self.typed = watch, 0

    def types(self, command, *arguments, exits=0):
        self.typed += 1
        umask = MASKS[self.typed % len(MASKS)]
        return self.watch.run(command, self.campaign, *arguments, exits=exits, umask=umask)

    def verify(self, bundle):
        self.watch.run("verify", bundle)


@pytest.fixture
def office(generated_day: Path, tmp_path: Path):
    day = Path(shutil.copytree(generated_day, tmp_path / "day"))
    with Watch(tmp_path / "watch") as watch:
        watch.guard(day / "out")
        with watch.prefect_server():
            yield WatchedOffice(day, watch)


def test_a_year_leaves_nobody_behind(office: WatchedOffice):
    secrets = personal(read_roster(read_campaign(Path(office.campaign))))
    assert len(secrets) > 100
    files_are_called_after_people(office)
    inputs_are_faulty(office)
    asked = a_year(office)
    sheets_desk_and_differences(office)
    it_is_served(office, asked)
    it_lets_down(office)
    assert search(office.watch.places(), secrets) == []
    assert office.watch.open_to_others == []
    assert rights_of(office.day / "out") == []
    with open_ledger(read_campaign(Path(office.campaign)).ledger_url) as ledger:
        assert ledger.bundles(ledger_name(office)).height == 5


def ledger_name(office: WatchedOffice) -> str:
    return read_campaign(Path(office.campaign)).campaign.campaign.id


def files_are_called_after_people(office: WatchedOffice) -> None:
    """A folder called after one, and in it a picture called after another, which nothing else tells."""
    one, other = sorted(office.roster)[-2:]
    folder = office.day / "captures" / office.roster[one]["name"]
    folder.mkdir()
    who = office.roster[other]
    (folder / f"{who['name']}_{who['document_no']}.jpg").write_bytes(picture(9))


def inputs_are_faulty(office: WatchedOffice) -> None:
    """A roster without a column, one that is cut off, and a correction that nobody can make."""
    roster = office.day / "roster.xlsx"
    whole = roster.read_bytes()
    roster.write_bytes(whole[: len(whole) // 2])
    office.types("run", exits=2)
    roster.write_bytes(whole)
    who = office.roster[min(office.roster)]
    office.writes("roster.csv", ("姓名", "证件号码"), (who["name"], who["document_no"]))
    office.replaces("roster.xlsx", "roster.csv")
    office.types("run", exits=2)
    office.replaces("roster.csv", "roster.xlsx")
    office.types("makeup", "--student", who["document_no"][:6], exits=2)


def a_year(office: WatchedOffice) -> str:
    """The capture day, a make-up, a correction, feedback, decisions; who is asked to come again."""
    truth = read_truth(office.day / "truth.csv")
    absent, tilted, bun, wrong_sex = (
        next(line.student_no for line in truth if line.fault == fault)
        for fault in ("absent", "head_tilted", "bun_high", "sex_contradicts")
    )
    sealed = office.seals("run")
    complainer, quiet, flagged, *_ = sorted(sealed - {line.student_no for line in truth})
    office.shoot("M1", absent, days_later=14)
    office.types("decide", "--waive", "P330", "--student", tilted, "--because", "已核实", "--by", CLERK)
    assert office.seals("makeup") == {absent, tilted}
    office.types("feedback", "--complaint", complainer, "--because", "照片上眼睛没睁开")
    office.shoot("M2", bun, complainer, days_later=40)
    right = {"男": "女", "女": "男"}[office.roster[wrong_sex]["sex"]]
    office.writes("c1.csv", ("学号", "列", "更正为"), (wrong_sex, "性别", right))
    office.edits("inputs", 'corrections = "c1.csv"')
    assert office.seals("run") == {bun, complainer, wrong_sex}
    people = [(no, office.roster[no]["name"], "身份核验未通过" if no == flagged else "", "") for no in sealed]
    listed = office.writes("p1.csv", ("学号", "姓名", "bz", "图像注册状态"), *people)
    office.types("feedback", "--platform", listed)
    office.types("decide", "--retake", "--student", quiet, "--because", "要求重拍", "--by", BOSS)
    assert office.seals("run", "--full", "--dry-run") == set()
    assert office.seals("run") == set()
    assert office.seals("run", "--full")
    return quiet


def sheets_desk_and_differences(office: WatchedOffice) -> None:
    """What is printed and looked at."""
    office.types("sheets")
    bundles, page = office.day / "out" / "bundles", office.day / "out" / "diff.html"
    office.watch.run("diff", bundles / number(1), bundles / number(4), "--html", page, is_answer=True)
    to_do = office.day / "out" / "to-do.xlsx"
    office.watch.run("feedback", office.campaign, "--out", to_do, is_answer=True)
    office.types("audit")
    with office.watch.started("desk", office.campaign, "--no-open", "--by", CLERK, until="http://") as said:
        address = next(word for word in said.read_text("utf-8").split() if word.startswith("http://"))
        with httpx.Client(follow_redirects=True, trust_env=False) as browser:
            assert browser.get(address).is_success


def it_is_served(office: WatchedOffice, asked: str) -> None:
    """A picture arrives while the campaign is served by a server of its own."""
    with Path(office.campaign).open("a", encoding="utf-8") as file:
        file.write(SERVE)
    with office.watch.started("serve", office.campaign, until="Ctrl-C"):
        office.shoot("M3", asked, days_later=60)
        bundle = office.day / "out" / "bundles" / f"{number(5)}.zip"
        wait_for(bundle.exists, 180)
        time.sleep(3)


def it_lets_down(office: WatchedOffice) -> None:
    """A bug in a task, captures that vanish, a ledger that is away."""
    office.watch.program("-m", "tests.planted_bug", "quiet", office.campaign, exits=1)
    shutil.rmtree(office.day / "out" / "cache")
    captures = office.day / "captures"

    def unplug() -> None:
        wait_for(lambda: len(list((office.day / "out").glob("cache/*/facts/*.json"))) > 2)
        captures.rename(office.day / "unplugged")

    thread = threading.Thread(target=unplug, daemon=True)
    thread.start()
    assert "照片读不到了" in office.types("run", exits=2)
    thread.join()
    (office.day / "unplugged").rename(captures)
    office.replaces("sqlite:///ledger.db", "postgresql+psycopg://regpack@127.0.0.1:1/regpack")
    assert "台账" in office.types("run", exits=2)
    office.replaces("postgresql+psycopg://regpack@127.0.0.1:1/regpack", "sqlite:///ledger.db")


def rights_of(folder: Path) -> list[str]:
    """What others than the owner have a right to."""
    paths = [folder, *folder.rglob("*")]
    return [str(path) for path in paths if path.stat().st_mode & OTHERS and not path.is_symlink()]
