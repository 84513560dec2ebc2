"""A campaign from its capture day to a change after the freeze, told by `regpack audit --student` all along.

Everything goes through the commands, on a generated day, and every bundle is verified as it is sealed; on
PostgreSQL, and by `make long` on SQLite, on which the other tests of runs have their ledgers.
"""

import csv
import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
import time_machine
from click.testing import CliRunner

from flows.demo.lineup import Take, Visit
from flows.demo.pictures import take_pictures
from flows.demo.school import school
from flows.demo.sheets import log_lines
from flows.demo.truth import read_truth
from flows.tabular import Headers, read_table

pytestmark = [pytest.mark.usefixtures("prefect_server"), pytest.mark.xdist_group("prefect")]

ROSTER = Headers(
    {"student_no": ("学号",), "name": ("姓名",), "sex": ("性别",), "document_no": ("证件号码",)},
    ("student_no", "name", "sex", "document_no"),
)
CLERK, BOSS = "王老师", "李主任"


class Office:
    """A clerk at the campaign of a day: types commands, takes pictures, asks for stories."""

    def __init__(self, day: Path) -> None:
        self.day, self.campaign = day, str(day / "campaign.toml")
        self.sealed: list[Path] = []
        lines = read_table(day / "roster.xlsx", ROSTER).iter_rows(named=True)
        self.roster = {line["student_no"]: line for line in lines}

    def types(self, command, *arguments, exits=0):
        """Run a command as typed; what it printed."""
        from flows.cli import cli

        done = CliRunner().invoke(cli, [command, self.campaign, *map(str, arguments)], catch_exceptions=False)
        assert done.exit_code == exits, done.output
        return done.output

    def seals(self, command, *arguments, exits=0):
        """Run a command that may seal; the students of the bundle that came of it, none if none did."""
        self.types(command, *arguments, exits=exits)
        new = sorted(set((self.day / "out" / "bundles").glob("*.zip")) - set(self.sealed))
        self.sealed += new
        for bundle in new:
            self.verify(bundle)
        self.adds_up()
        return {no for bundle in new for no in students_in(bundle.with_suffix(""))}

    def verify(self, bundle):
        from flows.cli import cli

        done = CliRunner().invoke(cli, ["verify", str(bundle)], catch_exceptions=False)
        assert done.exit_code == 0, done.output

    def adds_up(self):
        """Everybody stands in exactly one state in the run recorded last."""
        last = max((self.day / "out" / "audit").glob("*/summary.json"), key=lambda path: path.parent.name)
        told = json.loads(last.read_text(encoding="utf-8"))
        assert told["expected"] == sum(told[state] for state in ("accepted", "rejected", "missing", "locked"))
        assert told["captures"] == sum(path.is_file() for path in (self.day / "captures").rglob("*.*"))

    def story(self, student):
        """What `regpack audit --student` says: kind and state of each line, and the bundle."""
        return [(line["kind"], line["state"], line["bundle"]) for line in self.lines(student)]

    def lines(self, student):
        return json.loads(self.types("audit", "--student", student, "--format", "json"))

    def last_line(self, student):
        return [line for line in self.lines(student) if line["run"]][-1]

    def shoot(self, folder, *students, days_later):
        """Take one good picture of each at a camera that the log knows."""
        take = Take(school().cameras[0], Random(folder), folder=folder)
        opens = datetime.combine(school().held_on + timedelta(days=days_later), school().make_up_from)
        for place, student in enumerate(students):
            who = self.roster[student]
            visit = Visit(student, who["document_no"], who["sex"] == "女")
            take.visit(visit, opens + timedelta(seconds=60 * place))
        (self.day / "captures" / folder).mkdir()
        take_pictures(self.day / "captures", take.frames, seed=days_later, workers=1, megapixels=0.9)
        with (self.day / "capture_log.csv").open("ab") as log:
            log.write(log_lines(take.readings))

    def writes(self, name, header, *lines):
        """A table of the clerk's, beside the campaign file; its path."""
        path = self.day / name
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerows([header, *lines])
        return path

    def edits(self, section, line):
        """Add a line to a section of the campaign file."""
        self.replaces(f"[{section}]\n", f"[{section}]\n{line}\n")

    def replaces(self, old, new):
        """Change the campaign file in one place."""
        path = Path(self.campaign)
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1
        path.write_text(text.replace(old, new), encoding="utf-8")


def students_in(bundle):
    with (bundle / "data" / "images.csv").open(encoding="utf-8-sig", newline="") as file:
        return [line["XH"] for line in csv.DictReader(file)]


@pytest.fixture
def office(generated_day, tmp_path, ledger_url):
    office = Office(Path(shutil.copytree(generated_day, tmp_path / "day")))
    office.replaces("sqlite:///ledger.db", ledger_url)
    return office


def number(bundle):
    return f"{school().campaign_id}-{bundle:03d}"


@pytest.mark.parametrize(
    "ledger_url", ["postgresql", pytest.param("sqlite", marks=pytest.mark.long)], indirect=True
)
def test_a_year_of_a_campaign(office):
    day, truth = office.day, read_truth(office.day / "truth.csv")
    absent, tilted, bun, wrong_sex = (
        next(line.student_no for line in truth if line.fault == fault)
        for fault in ("absent", "head_tilted", "bun_high", "sex_contradicts")
    )

    # the capture day
    sealed = office.seals("run")
    complainer, quiet, flagged, misspelt, *others = sorted(sealed - {line.student_no for line in truth})
    assert not {absent, tilted, bun, wrong_sex} & sealed
    assert office.story(quiet) == [("post-capture", "accepted", number(1))]
    assert office.story(absent) == [("post-capture", "missing", None)]
    assert office.last_line(tilted)["codes"] == "P330"

    # whoever was absent comes to the first make-up; a tilted head is waived
    office.shoot("M1", absent, days_later=14)
    waiver = ("--student", tilted, "--because", "颈部有疾，已核实", "--by", CLERK)
    assert "P330" in office.types("decide", "--waive", "P330", *waiver)
    assert office.seals("makeup") == {absent, tilted}
    assert office.story(absent)[1:] == [("makeup", "accepted", number(2))]
    assert office.story(tilted)[1:] == [("waive", None, None), ("makeup", "accepted", number(2))]
    waived = office.lines(tilted)[1]
    assert (waived["because"], waived["by_whom"]) == ("颈部有疾，已核实", CLERK)
    cover = (day / "out" / "bundles" / number(2) / "cover.html").read_text(encoding="utf-8")
    assert "颈部有疾，已核实" in cover
    assert number(1) in cover

    # the second make-up: a retake of a rejected photo, one after a complaint, one that nobody asked for;
    # and a sex that the roster has wrong
    office.types("feedback", "--complaint", complainer, "--because", "照片上眼睛没睁开")
    office.shoot("M2", bun, complainer, quiet, days_later=40)
    right = {"男": "女", "女": "男"}[office.roster[wrong_sex]["sex"]]
    office.writes("c1.csv", ("学号", "列", "更正为"), (wrong_sex, "性别", right))
    office.edits("inputs", 'corrections = "c1.csv"')
    assert office.seals("run") == {bun, complainer, wrong_sex}
    assert office.story(bun)[-1] == ("post-capture", "accepted", number(3))
    assert office.story(complainer)[-3:] == [
        ("complaint", "opened", None),
        ("post-capture", "accepted", number(3)),
        ("complaint", "photo-accepted", number(3)),
    ]
    untouched = office.lines(quiet)[-1]
    assert (untouched["state"], untouched["bundle"]) == ("accepted", number(1))
    assert "L241" in untouched["codes"]

    # somebody approves the retake that nobody asked for; the platform doubts an identity
    retake = next(path for path in untouched["capture_path"].split(";") if path.startswith("M2/"))
    office.types("decide", "--choose", retake, "--student", quiet, "--because", "新照更清晰", "--by", BOSS)
    header = ("学号", "姓名", "bz", "图像注册状态")
    people = [(no, office.roster[no]["name"], "", "") for no in sorted(sealed)]
    marked = [(*who[:2], "身份核验未通过" if who[0] == flagged else "", "") for who in people]
    office.types("feedback", "--platform", office.writes("p1.csv", header, *marked))
    assert office.seals("run") == {quiet}
    assert office.story(quiet)[-2:] == [("choose", None, None), ("post-capture", "accepted", number(4))]
    assert ("platform", "opened", None) in office.story(flagged)
    assert "R181" in office.last_line(flagged)["codes"]

    # two months later the identity is cleared and most are registered; whoever is not, is overdue
    late = others[0]
    done = [(*who[:3], "" if who[0] in {late, misspelt} else "已注册") for who in people]
    with time_machine.travel(datetime.now(UTC) + timedelta(days=70)):
        office.types("feedback", "--platform", office.writes("p2.csv", header, *done))
        overdue = office.types("feedback", "--format", "csv")
    assert bun in overdue
    assert quiet not in overdue
    assert ("platform", "no-longer-flagged", None) in office.story(flagged)
    assert office.seals("run", "--full") == {late, misspelt, absent, tilted, bun, wrong_sex}
    assert office.last_line(flagged)["state"] == "locked"

    # after the freeze a name is corrected: nothing is sealed until somebody says why
    yesterday = (datetime.now() - timedelta(days=1)).date()
    office.edits("campaign", f"freeze_date = {yesterday}")
    sheets = ("名册", "证书信息表")
    office.writes(
        "c2.csv", ("表", "学号", "列", "更正为"), *((sheet, misspelt, "姓名", "欧阳某") for sheet in sheets)
    )
    office.replaces('corrections = "c1.csv"', 'corrections = ["c1.csv", "c2.csv"]')
    assert office.seals("run", exits=3) == set()
    assert office.story(misspelt)[-1] == ("post-capture", "accepted", number(5))
    assert office.seals("run", "--after-freeze", "公安已更名，附证明", "--by", BOSS) == {misspelt}
    assert office.story(misspelt)[-1] == ("post-capture", "accepted", number(6))
    cover = (day / "out" / "bundles" / number(6) / "cover.html").read_text(encoding="utf-8")
    assert "公安已更名，附证明" in cover
