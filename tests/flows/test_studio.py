"""Studio photos that students bring: no timetable, no log, no camera's clock; everybody is accounted for."""

import csv
import json
from pathlib import Path

import polars as pl
import pytest
from PIL import Image

from flows.demo.portrait import draw, look_of
from flows.inputs import read_inputs
from flows.sources import read_campaign
from flows.verify import verify
from schemas.errors import CampaignError
from tests.builders import award, citizen_no, student, the_profile
from tests.photo_builders import as_file

CAMPAIGN = """
[campaign]
id = "studio"
school_code = "10403"
school_name = "某校"
president = "王校长"
degree_chair = "李主席"
profile = "{profile}"
[inputs]
roster = "roster.csv"
awards = "awards.csv"
captures = "handed-in"
[eligibility]
certificate = ["单证", "仅学位"]
study_forms = ["非全日制"]
student_kinds = ["同等学力", "学历教育"]
[certificates]
award_date = 2021-06-30
"""
STUDIO = {"certificate_kind": "单证", "study_form": "非全日制", "student_kind": "学历教育"}
STUDENTS = [
    student(1, **STUDIO),
    student(2, **STUDIO | {"student_kind": "同等学力", "certificate_kind": "仅学位", "examinee_no": None}),
    student(3, **STUDIO),
    student(4, **STUDIO),
    student(5, **STUDIO | {"certificate_kind": "双证", "study_form": "全日制"}),
    student(6, **STUDIO, enrolment_status="退学"),
    student(7, **STUDIO | {"student_kind": None}),
]
SIZE, SCAN = (768, 1024), (295, 413)
PHOTOS = {
    "401019000001_张三.jpg": (0, SIZE),
    f"文学院/{citizen_no(2)}.JPG": (1, SIZE),
    f"文学院/{citizen_no(2)} (2).jpg": (1, SCAN),
    "401019000003.png": (2, SCAN),
    "401019000006.jpg": (3, SIZE),
    "张三.jpg": (4, SCAN),
}
"""By file: whose look, and how large. Nothing but the names says whose they are."""

prefect = [pytest.mark.usefixtures("prefect_server"), pytest.mark.xdist_group("prefect")]


def write_studio(folder: Path, *, profile: str = "studio") -> Path:
    """A campaign of seven students and six files; its path."""
    headers = the_profile("studio").headers
    people = [{"enrolment_status": "在读"} | person for person in STUDENTS]
    write_table(folder / "roster.csv", headers.roster, people)
    awarded = [award(serial, diploma_no=None, conclusion=None) for serial in range(1, 8)]
    write_table(folder / "awards.csv", headers.awards, awarded)
    for name, (seed, size) in PHOTOS.items():
        path = folder / "handed-in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(picture(seed, size, "PNG" if name.endswith("png") else "JPEG"))
    campaign = folder / "campaign.toml"
    campaign.write_text(CAMPAIGN.format(profile=profile), encoding="utf-8")
    return campaign


def picture(seed: int, size: tuple[int, int], kind: str) -> bytes:
    """A portrait without EXIF, as a studio exports it; a scan is a small copy of it."""
    image, _ = draw(look_of(seed, woman=False), SIZE)
    image = image if size == SIZE else image.resize(size, Image.Resampling.LANCZOS)
    return as_file(image, kind, **({"quality": 92} if kind == "JPEG" else {}))


def write_table(path: Path, headers, rows) -> None:
    names = {column: words[0] for column, words in headers.items() if column in rows[0]}
    pl.DataFrame(rows).select(list(names)).rename(names).write_csv(path, include_bom=True)


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def ends(path: Path, key: str) -> dict[str, tuple[str, str]]:
    return {line[key]: (line["state"], line["codes"]) for line in table(path)}


@pytest.fixture(scope="module")
def handed_in(tmp_path_factory, prefect_server):
    """A studio campaign that was run once; not to be changed."""
    from flows.post_capture import post_capture

    return post_capture(str(write_studio(tmp_path_factory.mktemp("studio"))))


class TestRun:
    """What becomes of the seven students and the six files."""

    pytestmark = prefect

    def test_everybody_ends_in_one_state(self, handed_in):
        assert ends(handed_in.audit / "enrolments.csv", "row") == {
            "2": ("accepted", ""),
            "3": ("accepted", ""),
            "4": ("rejected", "P302;P324"),
            "5": ("missing", "L201"),
            "6": ("ineligible", "R132;R148"),
            "7": ("ineligible", "R141"),
            "8": ("missing", "L201;R149"),
        }

    def test_every_file_ends_in_one_state(self, handed_in):
        assert ends(handed_in.audit / "captures.csv", "capture_path") == {
            "401019000001_张三.jpg": ("used", ""),
            "401019000003.png": ("used", "P302;P324"),
            "401019000006.jpg": ("quarantined", "L212"),
            "张三.jpg": ("orphan", "L221;P324"),
            f"文学院/{citizen_no(2)} (2).jpg": ("superseded", "L230;P324"),
            f"文学院/{citizen_no(2)}.JPG": ("used", ""),
        }

    def test_the_summary_adds_up_and_counts_who_is_left_out_by_reason(self, handed_in):
        summary = json.loads((handed_in.audit / "summary.json").read_text(encoding="utf-8"))
        counts = [summary[state] for state in ("accepted", "rejected", "missing", "locked", "ineligible")]
        assert counts == [2, 1, 2, 0, 2]
        assert summary["expected"] + summary["ineligible"] == summary["enrolments"] == 7
        assert summary["ineligible_by_reason"] == {"R132": 1, "R141": 1, "R148": 1}

    def test_the_bundle_has_a_degree_and_no_diploma(self, handed_in):
        folder = handed_in.bundle.folder
        assert verify(folder).faults == verify(handed_in.bundle.archive).faults == ()
        names = {path.name for path in (folder / "data").iterdir()}
        assert names == {
            "photos", "print-33x48", "schema", "images.csv", "images.xml", "degree.csv", "degree.xml",
        }  # fmt: skip

    def test_the_index_has_no_time_where_no_camera_told_one(self, handed_in):
        images = table(handed_in.bundle.folder / "data" / "images.csv")
        assert [(line["XH"], line["PSSJ"]) for line in images] == [("401019000001", ""), ("401019000002", "")]
        assert "<PSSJ>" not in (handed_in.bundle.folder / "data" / "images.xml").read_text(encoding="utf-8")

    def test_the_report_speaks_of_no_sessions(self, handed_in):
        assert table(handed_in.audit / "sessions.csv") == []
        report = (handed_in.audit / "report.html").read_text(encoding="utf-8")
        assert 'id="sessions"' not in report
        assert "S503" not in report


def test_a_capture_day_without_a_timetable_is_refused(tmp_path):
    campaign = read_campaign(write_studio(tmp_path, profile="graduate"))
    with pytest.raises(CampaignError, match="there is no schedule") as raised:
        read_inputs(campaign)
    assert raised.value.place == "inputs.schedule"
