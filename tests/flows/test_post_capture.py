"""The main job from end to end: real files in, a real bundle out, through Prefect."""

import csv
import hashlib
import json
import re
import shutil
import zipfile
from collections import Counter
from pathlib import Path

import bagit
import httpx
import numpy as np
import openpyxl
import polars as pl
import pytest
import xmlschema
from click.testing import CliRunner
from PIL import Image, ImageOps

from flows.cli import cli
from flows.demo.truth import check_truth
from flows.freeze import after_freeze_of
from flows.settings import PHOTO_CACHE
from flows.sources import read_campaign
from flows.verify import verify
from outputs.ledger import open_ledger
from schemas.errors import InputError
from schemas.reasons import REASONS
from tests import ledgers

pytestmark = [pytest.mark.usefixtures("prefect_server"), pytest.mark.xdist_group("prefect")]


def run(day: Path, **options):
    from flows.post_capture import post_capture

    return post_capture(str(day / "campaign.toml"), **options)


@pytest.fixture(scope="module")
def finished_makeup(finished, tmp_path_factory):
    """The same day once some of its missing students came, and who; not to be changed."""
    from flows.demo.makeup import makeup_day

    day = Path(shutil.copytree(finished[0], tmp_path_factory.mktemp("makeup") / "day"))
    return day, makeup_day(day, seed=7, workers=1, megapixels=0.9)


ONE_DATABASE = pytest.mark.parametrize("ledger_url", ["sqlite"], indirect=True)
"""For what the year's story (`test_story_of_a_year.py`) runs on PostgreSQL."""


def copied(day: Path, folder: Path, ledger_url: str) -> Path:
    """The day with everything in it, its ledger on one database or the other."""
    copy = Path(shutil.copytree(day, folder / "sealed"))
    ledgers.move(copy / "campaign.toml", ledger_url)
    return copy


@pytest.fixture
def sealed(finished, tmp_path, ledger_url):
    """A copy of the day that was run once, which a test may run on, and what that run came to."""
    return copied(finished[0], tmp_path, ledger_url), finished[1]


@pytest.fixture
def sealed_makeup(finished, finished_makeup, tmp_path, ledger_url):
    """The same, with whoever came to its make-up."""
    day, came = finished_makeup
    return copied(day, tmp_path, ledger_url), finished[1], came


def parameters_kept():
    """The parameters of all runs that Prefect's server knows, as text."""
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.sorting import FlowRunSort

    with get_client(sync_client=True) as client:
        return str([run.parameters for run in client.read_flow_runs(limit=200, sort=FlowRunSort.ID_DESC)])


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_the_cashier_gets_a_sheet_that_adds_up_to_the_states(finished):
    _, outcome = finished
    book = openpyxl.load_workbook(outcome.audit / "fees.xlsx", data_only=True)
    label, _, expected, make_up, captured, due, *_ = [cell.value for cell in [*book.active.rows][-1]]
    people = table(outcome.audit / "enrolments.csv")
    summary = outcome.summary
    assert (label, expected) == ("总计", summary.accepted + summary.rejected + summary.missing)
    assert captured == sum(line["capture_path"] != "" for line in people)
    assert (make_up > 0, due) == (True, 15 * expected)


def test_everything_planted_is_found(finished):
    day, outcome = finished
    found = check_truth(day, outcome.audit)
    assert found.missed == []
    assert found.planted == found.found > 25


def test_the_innocent_are_accepted_without_a_warning(finished):
    day, outcome = finished
    planted = {line["student_no"] for line in table(day / "truth.csv")}
    others = [line for line in table(outcome.audit / "enrolments.csv") if line["student_no"] not in planted]
    assert {line["state"] for line in others} <= {"accepted", "ineligible"}
    told = {line["student_no"] for line in table(outcome.audit / "rejects.csv") if line["severity"] != "info"}
    assert told & {line["student_no"] for line in others if line["state"] == "accepted"} == set()


def test_the_summary_adds_up_to_the_files(finished):
    day, outcome = finished
    summary = json.loads((outcome.audit / "summary.json").read_text(encoding="utf-8"))
    assert summary["expected"] == sum(
        summary[state] for state in ("accepted", "rejected", "missing", "locked")
    )
    states = ("used", "superseded", "quarantined", "orphan", "unreadable")
    assert summary["captures"] == sum(summary[state] for state in states)
    assert summary["captures"] == sum(path.is_file() for path in (day / "captures").rglob("*"))
    assert summary["expected"] + summary["ineligible"] == len(table(outcome.audit / "enrolments.csv"))
    assert summary["sealed"] == summary["accepted"] == outcome.bundle.photos


def test_the_bundle_satisfies_other_readers(finished):
    _, outcome = finished
    folder = outcome.bundle.folder
    assert bagit.Bag(str(folder)).validate(processes=1)
    for name in ("images", "diploma", "degree"):
        xml = folder / "data" / f"{name}.xml"
        schema = next((folder / "data" / "schema").glob(f"{name}*.xsd"))
        xmlschema.XMLSchema(str(schema)).validate(str(xml))
        records = xmlschema.XMLResource(str(xml)).root
        cells = [{field.tag: field.text for field in record} for record in records]
        again = [{k: v for k, v in line.items() if v} for line in table(folder / "data" / f"{name}.csv")]
        assert cells == again
        assert len(again) == outcome.summary.accepted
    assert verify(folder).faults == verify(outcome.bundle.archive).faults == ()


def test_every_picture_is_a_scaled_crop_of_its_capture(finished):
    day, outcome = finished
    verified = verify(outcome.bundle.archive, day / "captures")
    assert verified.faults == ()
    assert (
        verified.compared
        == len(list((outcome.bundle.folder / "data").rglob("*.jpg")))
        > outcome.bundle.photos
    )


def test_every_photo_is_its_students(finished):
    """The picture delivered under a student's number is made from the capture that truth says is theirs."""
    _, outcome = finished
    captures = {line["capture_path"]: line for line in table(outcome.audit / "captures.csv")}
    images = {line["XH"]: line for line in table(outcome.bundle.folder / "data" / "images.csv")}
    for line in table(outcome.audit / "enrolments.csv"):
        if line["state"] == "accepted":
            image = images[line["student_no"]]
            photo = (outcome.bundle.folder / "data" / "photos" / image["ZP"]).read_bytes()
            assert hashlib.sha256(photo).hexdigest() == image["SHA256"] == line["photo_sha256"]
            assert captures[line["capture_path"]]["student_no"] == line["student_no"]


def test_every_print_is_cut_from_its_students_capture(finished):
    """The middle 440 of the photo's 480 columns, scaled by another hand from the camera's own file."""
    day, outcome = finished
    folder = outcome.bundle.folder / "data"
    names = sorted(path.name for path in (folder / "photos").iterdir())
    assert sorted(path.name for path in (folder / "print-33x48").iterdir()) == names
    captures = {line["capture_path"]: line for line in table(outcome.audit / "captures.csv")}
    accepted = [line for line in table(outcome.audit / "enrolments.csv") if line["state"] == "accepted"]
    for line in accepted[::5]:
        facts = captures[line["capture_path"]]
        left, top, width, height = (
            float(facts[f"crop_{part}_px"]) for part in ("left", "top", "width", "height")
        )
        box = (left + width / 24, top, left + width * 23 / 24, top + height)
        with (
            Image.open(day / "captures" / line["capture_path"]) as capture,
            Image.open(folder / "print-33x48" / line["photo_name"]) as further,
        ):
            expected = ImageOps.exif_transpose(capture).convert("RGB").resize((390, 567), box=box)
            difference = np.asarray(further, np.int16) - np.asarray(expected, np.int16)
        assert np.abs(difference).mean() < 2.5


@pytest.mark.long
def test_whoever_gets_other_pictures_is_sealed_anew(day):
    """A profile that lets pictures lack makes a sound bundle; another set of pictures makes a new one."""
    soft = (
        'extends = "graduate"\nname = "soft"\nderivatives = ["agency-upload"]\n[severities]\nP370 = "warn"\n'
    )
    (day / "soft.toml").write_text(soft, encoding="utf-8")
    campaign = (day / "campaign.toml").read_text(encoding="utf-8")
    (day / "campaign.toml").write_text(campaign.replace('"graduate"', '"soft.toml"'), encoding="utf-8")
    for room in ("E202", "E203"):  # every picture is examined again for another profile
        shutil.rmtree(day / "captures" / room)
    lacking = run(day)
    told = {line["code"] for line in table(lacking.audit / "rejects.csv") if line["severity"] == "warn"}
    assert "P370" in told
    assert verify(lacking.bundle.folder).faults == ()
    (day / "campaign.toml").write_text(campaign, encoding="utf-8")
    printed = run(day)
    assert printed.bundle.photos == lacking.bundle.photos == printed.summary.accepted
    assert run(day).bundle is None


def test_the_same_inputs_give_the_same_bytes(finished, day, monkeypatch):
    monkeypatch.setenv(PHOTO_CACHE, "")  # every picture is made again
    assert run(day).bundle.archive_sha256 == finished[1].bundle.archive_sha256


@ONE_DATABASE
def test_a_run_with_nothing_new_seals_nothing(sealed):
    day, first = sealed
    second = run(day)
    assert second.bundle is None
    assert second.summary.accepted == first.summary.accepted
    assert {path.name for path in (day / "out" / "bundles").iterdir()} == {
        first.bundle.name,
        f"{first.bundle.name}.zip",
    }
    bundles = {
        line["bundle"] for line in table(second.audit / "enrolments.csv") if line["state"] == "accepted"
    }
    assert bundles == {first.bundle.name}
    assert run(day, full=True).bundle.photos == first.summary.accepted


def test_a_dry_run_writes_the_audit_alone(day):
    outcome = run(day, dry_run=True)
    assert outcome.bundle is None
    assert {path.name for path in (day / "out").iterdir()} == {".run.lock", "audit"}


def test_what_a_clerk_corrects_is_sealed_next(sealed):
    """The sexes that contradict the ID number, exchanged in the workbook and handed back."""
    day, first = sealed
    book = openpyxl.load_workbook(first.audit / "rejects.xlsx")
    header, *lines = book.active.rows
    place = {cell.value: cell.column - 1 for cell in header}
    wrong = [line for line in lines if line[place["代码"]].value == "R115"]
    for line in wrong:
        line[place["更正为"]].value = {"男": "女", "女": "男"}[line[place["原值"]].value]
    book.save(day / "更正.xlsx")
    campaign = (day / "campaign.toml").read_text(encoding="utf-8")
    named = campaign.replace("[inputs]", '[inputs]\ncorrections = "更正.xlsx"')
    (day / "campaign.toml").write_text(named, encoding="utf-8")

    second = run(day)
    corrected = [line[place["学号"]].value for line in wrong]
    assert corrected
    assert [line["XH"] for line in table(second.bundle.folder / "data" / "images.csv")] == sorted(corrected)
    assert [line["student_no"] for line in table(second.audit / "corrections.csv")] == corrected
    assert verify(second.bundle.folder).faults == ()
    with open_ledger(read_campaign(day / "campaign.toml").ledger_url, must_exist=True) as ledger:
        read = dict(ledger.inputs(second.summary.campaign).select("input", "sha256").iter_rows())
    assert read["更正.xlsx"] == hashlib.sha256((day / "更正.xlsx").read_bytes()).hexdigest()


def test_makeup_seals_exactly_those_who_came(sealed_makeup):
    from flows.audit import audit
    from flows.makeup import makeup

    day, first, came = sealed_makeup
    missing = {line["student_no"] for line in table(first.audit / "missing.csv")}
    assert came
    assert set(came) <= missing

    supplement = makeup(str(day / "campaign.toml"))
    sealed = {line["XH"] for line in table(supplement.bundle.folder / "data" / "images.csv")}
    assert sealed == set(came)
    info = (supplement.bundle.folder / "bag-info.txt").read_text(encoding="utf-8")
    assert f"Regpack-Supplements: {first.bundle.name}" in info
    assert verify(supplement.bundle.folder).faults == ()

    with open_ledger(read_campaign(day / "campaign.toml").ledger_url, must_exist=True) as ledger:
        campaign = first.summary.campaign
        story = audit(ledger, campaign, run=None, student=came[0], reason=None)
    assert story["state"].to_list() == ["missing", "accepted"]
    assert story["bundle"].to_list() == [None, supplement.bundle.name]


@ONE_DATABASE
def test_makeup_of_named_students_seals_no_others(sealed_makeup):
    from flows.makeup import makeup

    day, _, came = sealed_makeup
    outcome = makeup(str(day / "campaign.toml"), students=(came[0],))
    assert [line["XH"] for line in table(outcome.bundle.folder / "data" / "images.csv")] == [came[0]]


def decide(day: Path, *arguments: str) -> None:
    said = CliRunner().invoke(cli, ["decide", str(day / "campaign.toml"), *arguments, "--by", "李老师"])
    assert (said.exit_code, said.stderr) == (0, "")


def one_blocked(outcome) -> tuple[str, str]:
    """A rejected student whom one waivable reason alone keeps out, and that reason."""
    blocked = [line for line in table(outcome.audit / "rejects.csv") if line["severity"] == "block"]
    times = Counter(line["student_no"] for line in blocked)
    return next(
        (line["student_no"], line["code"])
        for line in blocked
        if REASONS[line["code"]].waivable and line["state"] == "rejected" and times[line["student_no"]] == 1
    )


def sealed_in(bundle) -> list[str]:
    return [line["XH"] for line in table(bundle.folder / "data" / "images.csv")]


@pytest.mark.long
def test_what_people_decide_is_sealed_and_a_retake_waits_for_them(sealed):
    """A waiver, a retake beside a delivered photo, its choice, and the freeze: each bundle verifies."""
    from flows.makeup import makeup

    day, first = sealed
    (waived, code), delivered = one_blocked(first), first.bundle.folder / "data" / "images.csv"
    came = table(delivered)[0]["XH"]
    shot = next(line for line in table(first.audit / "enrolments.csv") if line["student_no"] == came)
    retake = f"{shot['capture_path'].split('/')[0]}/{came}.JPG"
    with Image.open(day / "captures" / shot["capture_path"]) as picture:
        picture.save(day / "captures" / retake, quality=97, subsampling=0)
    decide(day, "--waive", code, "--student", waived, "--because", "看过原图")

    second = run(day)
    assert sealed_in(second.bundle) == [waived]
    assert {waived, code, "看过原图", "李老师"} <= set(
        re.split(r"[<>\s]+", (second.bundle.folder / "cover.html").read_text(encoding="utf-8"))
    )
    people = {line["student_no"]: line for line in table(second.audit / "enrolments.csv")}
    assert (people[waived]["state"], people[waived]["waived"]) == ("accepted", code)
    assert people[came]["capture_path"] == shot["capture_path"]
    shots = {line["capture_path"]: line for line in table(second.audit / "captures.csv")}
    assert shots[retake]["state"] == "superseded"
    assert "L241" in shots[retake]["codes"]
    assert retake in (second.audit / "report.html").read_text(encoding="utf-8")

    decide(day, "--choose", retake, "--student", came, "--because", "本人要求")
    third = makeup(str(day / "campaign.toml"))
    assert sealed_in(third.bundle) == [came]
    info = (third.bundle.folder / "bag-info.txt").read_text(encoding="utf-8")
    assert f"Regpack-Supplements: {second.bundle.name}" in info
    assert "更换照片" in (third.bundle.folder / "cover.html").read_text(encoding="utf-8")

    campaign = (day / "campaign.toml").read_text(encoding="utf-8")
    frozen = campaign.replace("[campaign]", "[campaign]\nfreeze_date = 2020-12-01")
    (day / "campaign.toml").write_text(frozen, encoding="utf-8")
    held = run(day, full=True)
    assert (held.bundle, held.held) == (None, third.summary.accepted)
    assert "S551" in {line["code"] for line in table(held.audit / "rejects.csv")}
    last = run(day, full=True, after_freeze=after_freeze_of("12 号函", "王主任"))
    assert "12 号函" in (last.bundle.folder / "cover.html").read_text(encoding="utf-8")
    assert last.bundle.photos == third.summary.accepted
    kept = parameters_kept()
    assert "after_freeze" in kept
    assert not any(said in kept for said in ("12 号函", "王主任"))
    locked = {
        line["student_no"] for line in table(last.audit / "enrolments.csv") if line["state"] == "locked"
    }
    assert not locked & set(sealed_in(last.bundle))
    for outcome in (second, third, last):
        assert verify(outcome.bundle.archive).faults == ()


@ONE_DATABASE
def test_whoever_was_delivered_is_not_called_back(sealed_makeup):
    """A make-up may start from a folder that holds the new captures alone."""
    from flows.makeup import makeup

    day, first, came = sealed_makeup
    for room in ("E201", "E202", "E203"):
        shutil.rmtree(day / "captures" / room)
    second = makeup(str(day / "campaign.toml"))
    assert second.summary.accepted == first.summary.accepted + len(came)
    assert second.bundle.photos == len(came)
    third = run(day)
    assert third.bundle is None
    assert third.summary.accepted == second.summary.accepted


def test_an_unusable_input_stops_before_anything_is_written(day):
    (day / "schedule.csv").unlink()
    with pytest.raises(InputError, match="schedule"):
        run(day)
    assert not (day / "out").exists()


def test_captures_from_a_zip_are_the_same(finished, day):
    with zipfile.ZipFile(day / "captures.zip", "w") as archive:
        for path in sorted((day / "captures").rglob("*.JPG")):
            archive.write(path, path.relative_to(day / "captures").as_posix())
    shutil.rmtree(day / "captures")
    campaign = day / "campaign.toml"
    campaign.write_text(
        campaign.read_text(encoding="utf-8").replace('"captures"', '"captures.zip"'), encoding="utf-8"
    )
    assert run(day).bundle.archive_sha256 == finished[1].bundle.archive_sha256


def secrets_of(day: Path) -> list[str]:
    roster = pl.read_excel(day / "roster.xlsx", engine="openpyxl", infer_schema_length=0)
    return [*roster["姓名"].drop_nulls(), *roster["证件号码"].drop_nulls(), *roster["考生号"].drop_nulls()]


def test_no_person_reaches_the_ledger(finished):
    day, _ = finished
    kept = b"".join(path.read_bytes() for path in (day / "out").glob("ledger.db*"))
    assert b"accepted" in kept
    assert [secret for secret in secrets_of(day) if len(secret) > 2 and secret.encode() in kept] == []


def artifacts(**wanted: str) -> list[dict]:
    """The artifacts of which this is so; other tests run the same campaign."""
    from prefect.settings import PREFECT_API_URL

    asked = {"artifacts": {name: {"any_": [value]} for name, value in wanted.items()}}
    url = f"{PREFECT_API_URL.value()}/artifacts/filter"
    return list(httpx.post(url, json=asked, trust_env=False).json())


def test_prefect_is_told_counts_reasons_places_and_how_far_the_photos_are(finished):
    outcome = finished[1]
    summary = outcome.summary
    key = f"regpack-{summary.campaign}"
    report = (outcome.audit / "report.html").as_uri()
    (run_id,) = {each["flow_run_id"] for each in artifacts(key=f"{key}-report") if report in each["data"]}
    told = {each["key"].removeprefix(key): each for each in artifacts(flow_run_id=run_id)}
    (counts,) = json.loads(told[""]["data"])
    assert (counts["应拍"], counts["合格"], counts["上报"]) == (
        summary.expected, summary.accepted, summary.sealed,
    )  # fmt: skip
    assert counts["应拍"] == counts["合格"] + counts["退回"] + counts["缺拍"] + counts["已注册"]
    ranked = json.loads(told["-reasons"]["data"])
    assert ranked
    for line in ranked:
        assert REASONS[line["代码"]].text.zh == line["原因"]
    assert report in told["-report"]["data"]
    assert outcome.bundle.folder.as_uri() in told["-bundle"]["data"]
    assert told["-progress"]["data"] == 100
    assert told["-progress"]["description"] == f"已检查照片 {summary.captures}/{summary.captures}"


def test_no_person_reaches_prefect(finished):
    from prefect.settings import PREFECT_API_DATABASE_CONNECTION_URL

    day, _ = finished
    database = Path(str(PREFECT_API_DATABASE_CONNECTION_URL.value()).split("///")[1])
    kept = b"".join(path.read_bytes() for path in database.parent.glob(f"{database.name}*"))
    assert b"post-capture" in kept
    assert b"regpack-" in kept, "the summary is an artifact"
    forms = [form for secret in secrets_of(day) if len(secret) > 2
             for form in (secret.encode(), json.dumps(secret)[1:-1].encode())]  # fmt: skip
    assert [form for form in forms if form in kept] == []
