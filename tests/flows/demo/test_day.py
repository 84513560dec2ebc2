"""A whole day on the disk, and the make-up day after it."""

import csv
import hashlib
from pathlib import Path

import pytest
from PIL import Image

from flows.demo.day import SEED, generate, plan_day, write_inputs
from flows.demo.makeup import makeup_day
from flows.demo.truth import read_truth
from schemas.errors import InputError

TINY = 0.02
STUDENTS = 8


def digests(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


def captures(folder: Path) -> set[str]:
    return {path.relative_to(folder / "captures").as_posix() for path in (folder / "captures").rglob("*.JPG")}


def log(folder: Path) -> list[dict[str, str]]:
    return list(csv.DictReader((folder / "capture_log.csv").read_text("gb18030").splitlines()))


@pytest.fixture(scope="module")
def day(tmp_path_factory):
    folder = tmp_path_factory.mktemp("day")
    told = []
    made = generate(
        folder,
        students=STUDENTS,
        megapixels=TINY,
        workers=1,
        progress=lambda done, of: told.append((done, of)),
    )
    return folder, made, told


def test_every_frame_is_there_and_told(day):
    folder, made, told = day
    plan = plan_day(STUDENTS, SEED)
    assert captures(folder) == {frame.path for frame in plan.lineup.frames}
    assert told == [(done, made.captures) for done in range(1, made.captures + 1)]
    assert made.campaign.is_file()
    assert (made.enrolments, made.captures, made.planted) == (
        len(plan.roster),
        len(plan.lineup.frames),
        len(plan.truth),
    )


def test_two_processes_draw_the_same(day, tmp_path):
    generate(tmp_path, students=STUDENTS, megapixels=TINY, workers=2)
    assert digests(tmp_path) == digests(day[0])


def test_no_two_pictures_are_alike(day):
    pictures = [digest for path, digest in digests(day[0]).items() if path.endswith(".JPG")]
    assert len(set(pictures)) == len(pictures)


def test_a_second_day_does_not_mix_with_the_first(day):
    with pytest.raises(InputError, match="there are captures here already"):
        generate(day[0], students=STUDENTS, workers=1)


def test_an_interrupted_day_has_no_campaign_file(tmp_path):
    def interrupt(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        generate(tmp_path, students=3, megapixels=TINY, workers=1, progress=interrupt)
    assert not (tmp_path / "campaign.toml").exists()


def test_most_of_the_absent_come_later(tmp_path):
    plan = plan_day(130, SEED)
    write_inputs(tmp_path, plan)
    before = log(tmp_path)
    came = makeup_day(tmp_path, seed=SEED, workers=1, megapixels=TINY)

    absent = {line.student_no for line in read_truth(tmp_path / "truth.csv") if line.fault == "absent"}
    assert len(absent) == 4
    assert len(came) == 3
    assert set(came) < absent

    people = {s.student_no: s.person.document_no for s in plan.students}
    after = log(tmp_path)
    assert after[: len(before)] == before
    assert [line["证件号码"] for line in after[len(before) :]] == [people[no] for no in came]
    assert min(line["时间"] for line in after[len(before) :]) > max(line["时间"] for line in before)
    new = {f"{line['机位']}/{line['文件名']}" for line in after[len(before) :]}
    assert captures(tmp_path) == new
    for name in new:
        with Image.open(tmp_path / "captures" / name) as picture:
            assert picture.format == "JPEG"


def test_a_make_up_day_is_held_once(tmp_path):
    write_inputs(tmp_path, plan_day(10, SEED))
    makeup_day(tmp_path, seed=SEED, workers=1, megapixels=TINY)
    with pytest.raises(FileExistsError):
        makeup_day(tmp_path, seed=SEED, workers=1, megapixels=TINY)
