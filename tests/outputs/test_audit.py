"""The audit folder: whole or absent, readable by programs, closed to others."""

import csv
import io
import json
import sys

import pytest

from outputs.audit import write_audit
from outputs.audit_tables import REJECTS
from schemas.audit import CAPTURES, ENROLMENTS, SESSIONS, Summary
from schemas.errors import DeliveryError
from schemas.photo import FACTS
from schemas.reasons import Reason
from tests.run_frames import a_run, capture_day, enrolment, finding, the_material

FILES = {
    "summary.json", "enrolments.csv", "captures.csv", "rejects.csv", "rejects.xlsx", "corrections.csv",
    "missing.csv", "numbers.csv", "proof.csv", "sessions.csv", "report.html",
}  # fmt: skip


@pytest.fixture
def audit(tmp_path):
    return write_audit(capture_day(), the_material(), folder=tmp_path / "audit" / "r1")


def lines(folder, name):
    text = (folder / name).read_bytes().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_writes_its_files_and_nothing_beside(audit):
    assert {path.name for path in audit.iterdir()} == FILES
    assert [path.name for path in audit.parent.iterdir()] == ["r1"]


def test_summary_reads_back_and_adds_up(audit):
    said = json.loads((audit / "summary.json").read_text(encoding="utf-8"))
    assert Summary(**said) == capture_day().summary
    assert said["expected"] == said["accepted"] + said["rejected"] + said["missing"] + said["locked"] == 5
    assert said["captures"] == 6


@pytest.mark.parametrize(
    ("name", "columns", "height"),
    [
        ("enrolments.csv", [*ENROLMENTS], 6),
        ("captures.csv", [*CAPTURES, *FACTS], 6),
        ("sessions.csv", [*SESSIONS], 1),
        ("rejects.csv", [*REJECTS], 10),
    ],
)
def test_tables_have_the_declared_columns_and_every_line(audit, name, columns, height):
    table = lines(audit, name)
    assert list(table[0]) == columns
    assert len(table) == height


def test_csv_opens_in_excel(audit):
    for path in audit.glob("*.csv"):
        content = path.read_bytes()
        assert content.startswith(b"\xef\xbb\xbf")
        assert content.count(b"\n") == content.count(b"\r\n") > 0


def test_student_numbers_keep_their_zeros_and_names_their_characters(audit):
    table = {line["row"]: line for line in lines(audit, "enrolments.csv")}
    assert table["3"]["student_no"] == "401019000003"
    assert table["3"]["name"] == "<b>张&三</b>"


def test_rejects_say_who_what_and_what_to_do(audit):
    table = lines(audit, "rejects.csv")
    assert len(table) == capture_day().findings.height
    crown = next(line for line in table if line["code"] == "P320")
    assert crown == {
        "row": "3", "student_no": "401019000003", "name": "<b>张&三</b>", "unit_name": "文学院",
        "class_name": "一班", "state": "rejected", "capture_path": "A/0003.jpg", "code": "P320",
        "severity": "block", "message": Reason.CROWN_POSITION.text.zh, "column": "crown_px", "seen": "31.2",
        "limit": "50–110 px", "waived": "", "fix": Reason.CROWN_POSITION.fix.zh, "file": "", "sheet": "",
        "sheet_row": "", "cell": "", "header": "",
    }  # fmt: skip
    orphan = next(line for line in table if line["code"] == "L220")
    assert (orphan["state"], orphan["name"]) == ("orphan", "")


def test_rejects_put_block_first_then_code_then_row(audit):
    order = [(line["severity"], line["code"]) for line in lines(audit, "rejects.csv")]
    assert order == sorted(order, key=lambda of: (["block", "warn", "info"].index(of[0]), of[1]))
    assert order[0][0] == "block"
    assert order[-1] == ("info", "R140")


def test_no_cell_is_run_as_a_formula(tmp_path):
    """A spreadsheet runs what begins like a formula, quoted or not; numbers are none."""
    seen = ["=HYPERLINK(1)", "@SUM(1)", "-2+3", "+86", "-12.5", "a=1"]
    found = [finding("T411", row=2, column="name", seen=text) for text in seen]
    folder = write_audit(
        a_run([enrolment(2, "rejected", name="=1+1")], [], found), the_material(), folder=tmp_path / "r"
    )
    table = lines(folder, "rejects.csv")
    assert {line["name"] for line in table} == {"'=1+1"}
    assert sorted(line["seen"] for line in table) == sorted(
        ["'=HYPERLINK(1)", "'@SUM(1)", "'-2+3", "+86", "-12.5", "a=1"]
    )


def test_missing_is_ready_for_the_colleges(audit):
    assert lines(audit, "missing.csv") == [
        {
            "unit_name": "文学院", "class_name": "一班", "student_no": "401019000004", "name": "学生4",
            "room_name": "前湖 101", "held_on": "2020-11-05", "starts_at": "08:30", "ends_at": "11:30",
            "is_make_up": "false", "because": "",
        }
    ]  # fmt: skip


def test_same_frames_in_another_order_give_the_same_bytes(audit, tmp_path):
    frames = capture_day()
    turned = frames._replace(
        enrolments=frames.enrolments.reverse(),
        captures=frames.captures.reverse(),
        findings=frames.findings.reverse(),
    )
    again = write_audit(turned, the_material(), folder=tmp_path / "again")
    for name in FILES:
        assert (again / name).read_bytes() == (audit / name).read_bytes(), name


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other rights")
def test_only_the_owner_may_read(audit):
    assert audit.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in audit.iterdir()} == {0o600}


def test_an_audit_is_never_written_over(audit, tmp_path):
    before = (audit / "summary.json").stat().st_mtime_ns
    with pytest.raises(DeliveryError) as refused:
        write_audit(capture_day(), the_material(), folder=audit)
    assert "已经存在" in refused.value.say("zh")
    assert (audit / "summary.json").stat().st_mtime_ns == before


def test_a_failure_half_way_leaves_nothing(tmp_path):
    lost = {"A/0003.jpg": tmp_path / "gone.jpg"}
    with pytest.raises(DeliveryError):
        write_audit(capture_day(), the_material(thumbnail=lost), folder=tmp_path / "audit" / "r1")
    assert list((tmp_path / "audit").iterdir()) == []


def test_what_a_killed_run_left_is_in_nobodys_way(tmp_path):
    left = tmp_path / ".r1.partial"
    left.mkdir()
    (left / "summary.json").write_text("{")
    folder = write_audit(capture_day(), the_material(), folder=tmp_path / "r1")
    assert {path.name for path in folder.iterdir()} == FILES
    assert not left.exists()


def test_a_file_in_the_folders_place_is_said(tmp_path):
    (tmp_path / "audit").write_text("not a folder")
    with pytest.raises(DeliveryError) as refused:
        write_audit(capture_day(), the_material(), folder=tmp_path / "audit" / "r1")
    assert "写不进去" in refused.value.say("zh")
