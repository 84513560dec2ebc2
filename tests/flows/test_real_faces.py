"""Three real portraits, linked to three roster rows, through the whole run."""

import csv
import json
import shutil
from math import hypot
from pathlib import Path

import polars as pl
import pytest

from tests.builders import student
from tests.yunet_builders import a_model

PORTRAITS = Path(__file__).parents[3] / "shared" / "portraits"
STUDENTS = {"official-1": "401019000001", "official-2": "401019000002", "astronaut": "401019000003"}
CAMPAIGN = """
[campaign]
id = "faces"
school_code = "99999"
school_name = "某某学院"
profile = "capture"
[inputs]
roster = "roster.csv"
schedule = "schedule.csv"
captures = "captures"
"""
SCHEDULE = """date,weekday,room,start,end,unit,level,expected
2020-11-19,周四,一号楼E201,09:00,10:00,文学院,硕士,3
"""

pytestmark = [
    pytest.mark.usefixtures("prefect_server"),
    pytest.mark.xdist_group("prefect"),
    pytest.mark.skipif(not PORTRAITS.is_dir(), reason=f"the real portraits are not here: {PORTRAITS.name}"),
]


@pytest.fixture(scope="module")
def audited(tmp_path_factory, prefect_server):
    """What the run says of the three captures, and of their students, by portrait."""
    return run(tmp_path_factory.mktemp("faces"))


def run(folder: Path) -> dict[str, tuple[dict[str, str], dict[str, str]]]:
    from flows.post_capture import post_capture

    (folder / "captures" / "E201").mkdir(parents=True)
    for name, number in STUDENTS.items():
        shutil.copy(PORTRAITS / f"{name}.jpg", folder / "captures" / "E201" / f"{number}.jpg")
    rows = [student(serial, unit_name="文学院") for serial in (1, 2, 3)]
    headers = {
        "student_no": "学号", "name": "姓名", "sex": "性别", "born_on": "出生日期",
        "document_type": "证件类型",
        "document_no": "证件号码", "unit_name": "院系", "level_name": "层次",
    }  # fmt: skip
    roster = pl.DataFrame(rows).select(pl.col(column).alias(header) for column, header in headers.items())
    roster.write_csv(folder / "roster.csv", include_bom=True)
    (folder / "schedule.csv").write_text(SCHEDULE, encoding="utf-8")
    (folder / "campaign.toml").write_text(CAMPAIGN, encoding="utf-8")
    outcome = post_capture(str(folder / "campaign.toml"))
    enrolments, captures = (
        {line["student_no"]: line for line in table(outcome.audit / f"{name}.csv")}
        for name in ("enrolments", "captures")
    )
    return {name: (enrolments[number], captures[number]) for name, number in STUDENTS.items()}


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize(
    ("name", "state", "blocking"),
    [
        ("official-1", "accepted", set()),
        ("official-2", "rejected", {"P330"}),
        ("astronaut", "rejected", {"P324"}),
    ],
)
def test_each_is_judged_as_its_readme_says(audited, name, state, blocking):
    enrolment, capture = audited[name]
    assert (enrolment["state"], capture["state"]) == (state, "used")
    assert {code for code in enrolment["codes"].split(";") if code.startswith("P3")} == blocking


@pytest.mark.parametrize("name", STUDENTS)
def test_eyes_are_found_within_4_px_at_480_px_width(audited, name):
    truth = json.loads((PORTRAITS / "landmarks.json").read_text(encoding="utf-8"))[name]
    seen = {key: float(value) for key, value in audited[name][1].items() if key.endswith("_px") and value}
    scale = float(audited[name][1]["scale"])
    for eye, marked in (("left_eye", truth["eye_a"]), ("right_eye", truth["eye_b"])):
        x = seen["crop_left_px"] + seen[f"{eye}_x_px"] / scale
        y = seen["crop_top_px"] + seen[f"{eye}_y_px"] / scale
        assert hypot(x - marked[0], y - marked[1]) * 480 / truth["width"] < 4


def test_a_second_detector_that_disagrees_puts_every_capture_in_quarantine(tmp_path, monkeypatch):
    """One that sees a face in the corner of every picture."""
    model = tmp_path / "second.onnx"
    model.write_bytes(a_model(((30, 40), (80, 40), (55, 70), (40, 90), (70, 90)), (10, 10, 100, 110)))
    monkeypatch.setenv("REGPACK_YUNET_MODEL", str(model))
    for enrolment, capture in run(tmp_path).values():
        assert (enrolment["state"], capture["state"]) == ("rejected", "quarantined")
        assert "L202" in enrolment["codes"]
        assert "P312" in capture["codes"]
        assert float(capture["detectors_apart_px"]) > 50
