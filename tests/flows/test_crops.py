"""Crops that people place: within the limits or not at all, and then the next run makes the photo so."""

import pytest
from click.testing import CliRunner

from flows.cli import cli
from flows.crops import unfit
from flows.decisions import box_of
from flows.detectors import first_detector
from flows.examination import examine_chunk
from flows.known_files import KnownFiles
from flows.photo_store import made_store
from flows.picture_facts import digest, examined_as, pictured
from flows.sources import open_captures, read_campaign
from outputs.ledger import open_ledger
from outputs.ledger_decisions import decisions_of
from tests.builders import the_profile
from tests.campaign_builders import write_campaign
from tests.desk_day import add_run
from tests.run_frames import a_run, capture, enrolment
from tests.small_campaign import picture
from transforms.crop import Box
from transforms.decisions import boxes_of
from transforms.photo import head_in

PROFILE = the_profile("capture")
STUDENT = "401019000002"
WHO = ("--because", "构图更端正", "--by", "李老师")


@pytest.fixture(scope="module")
def automatic():
    """Where the program itself places the crop."""
    facts = examined_as(picture(1), PROFILE).facts
    return Box(facts.crop_left_px, facts.crop_top_px, facts.crop_width_px)


def moved(box, right=0, down=0, wider=0):
    return Box(box.left + right, box.top + down, box.width + wider)


@pytest.fixture
def campaign(tmp_path):
    path = write_campaign(tmp_path, {"campaign": {"id": '"demo-2020"'}})
    file = tmp_path / "captures" / "A" / "2.jpg"
    file.parent.mkdir(parents=True)
    file.write_bytes(picture(1))
    people = [enrolment(2, "accepted", capture_path="A/2.jpg"), enrolment(4, "missing", codes="L201")]
    shots = [capture("A/2.jpg", "used", row=2, student_no=STUDENT, sha256=digest(picture(1)))]
    add_run(path, a_run(people, shots))
    return path


def ask(path, *arguments):
    return CliRunner().invoke(cli, ["decide", str(path), *map(str, arguments)])


def made(path):
    with open_ledger(read_campaign(path).ledger_url) as ledger:
        return decisions_of(ledger, "demo-2020")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"right": 8, "down": 4}, None),
        ({"right": 60}, "偏离中线"),
        ({"down": -80}, "头顶距上边"),
        ({"wider": 160, "right": -80, "down": -100}, "脸宽"),
    ],
)
def test_a_crop_keeps_every_limit_or_is_told_which_it_breaks(automatic, change, said):
    told = unfit(picture(1), PROFILE, moved(automatic, **change))
    assert (told is None) if said is None else (said in told.zh)


def test_a_crop_that_fits_is_recorded_and_made_by_the_next_run(campaign, automatic, tmp_path):
    wanted = moved(automatic, right=8, down=4)
    box = ",".join(map(str, wanted))
    assert ask(campaign, "--crop", box, "--student", STUDENT, *WHO).stdout.startswith(
        "已记录第 1 号决定：裁切"
    )
    boxes = boxes_of(made(campaign))
    assert boxes == {digest(picture(1)): wanted}

    store = made_store(tmp_path / "cache", PROFILE)
    lines = {}
    for name, each in {"own": store, "placed": store._replace(boxes=boxes), "own again": store}.items():
        captures = KnownFiles(open_captures(tmp_path / "captures"), tmp_path / "index.json")
        lines[name] = examine_chunk(captures, ["A/2.jpg"], PROFILE, each, lambda _: None).row(0, named=True)
    placed = [lines["placed"][f"crop_{side}_px"] for side in ("left", "top", "width")]
    assert placed == pytest.approx(list(wanted), abs=2)
    assert lines["own"] == lines["own again"] != lines["placed"]
    photo = store._replace(boxes=boxes).photo(digest(picture(1))).read_bytes()
    assert digest(photo) == lines["placed"]["photo_sha256"] != lines["own"]["photo_sha256"]


def test_a_crop_that_does_not_fit_any_more_is_not_made(automatic):
    beyond = moved(automatic, right=60)
    own, placed = (pictured(picture(1), "0", PROFILE, box) for box in (None, beyond))
    assert placed == own


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--crop", "0,0,300", "--student", STUDENT], "裁切框不符合规格"),
        (["--crop", "一,二,三", "--student", STUDENT], "没有写裁切框"),
        (["--crop", "1,2,3"], "没有写学号"),
        (["--crop", "1,2,3", "--student", "401019000004"], "没有采用该生的这张照片"),
    ],
)
def test_what_may_not_be_cropped_is_told(campaign, arguments, said):
    ended = ask(campaign, *arguments, *WHO)
    assert (ended.exit_code, said in ended.stderr) == (2, True)
    assert made(campaign).is_empty()


def test_a_capture_that_is_away_cannot_be_cropped(campaign, automatic, tmp_path):
    (tmp_path / "captures" / "A" / "2.jpg").write_bytes(picture(2))
    ended = ask(campaign, "--crop", ",".join(map(str, automatic)), "--student", STUDENT, *WHO)
    assert "不在照片文件夹中" in ended.stderr


def test_a_file_of_decisions_may_place_crops(campaign, automatic, tmp_path):
    file = tmp_path / "decisions.csv"
    box = "，".join(map(str, moved(automatic, right=4)))
    file.write_text(f"决定,学号,裁切框,理由,决定人\n裁切,{STUDENT},{box},构图,李老师\n", encoding="utf-8")
    assert ask(campaign, "--from", file).exit_code == 0
    assert ask(campaign, "--from", file).stdout.count("没有重复记录") == 1
    assert made(campaign).select("kind", "crop_left_px").rows() == [("crop", automatic.left + 4)]


def test_where_the_head_is_told_as_a_run_finds_it(automatic):
    head = head_in(picture(1), PROFILE.photo, first_detector())
    assert automatic.left < head.centre < automatic.left + automatic.width
    assert head_in(b"no picture", PROFILE.photo, first_detector()) is None


@pytest.mark.parametrize("text", ["", None, "1,2", "1,2,3,4", "-1,2,3", "1e9,2,3", "nan,1,2", "1,2,٣"])
def test_what_is_no_box(text):
    assert box_of(text) is None
