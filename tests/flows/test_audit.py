"""The ledger asked: the story of a student, who was left out, and what became of it."""

import csv
import io
import json
import subprocess
import sys
import time
from datetime import UTC, datetime

import polars as pl
import pytest

from flows.audit import audit, render
from outputs.ledger import open_ledger
from outputs.ledger_cases import open_by_hand, withdraw
from outputs.ledger_decisions import add_decisions
from outputs.ledger_rows import SEALED, SealedBundle
from schemas.decisions import DECISIONS
from schemas.errors import InputError
from schemas.feedback import COMPLAINT, OPENED
from schemas.reasons import Reason
from tests.run_frames import a_run, capture, capture_day, enrolment, finding

CAMPAIGN = "demo-2020"
CAME_AGAIN, STILL_MISSING = "401019000003", "401019000004"


@pytest.fixture
def empty(ledger_url):
    with open_ledger(ledger_url) as ledger:
        yield ledger


@pytest.fixture
def ledger(empty):
    """A capture day, then a make-up round in which row 3 is accepted and sealed and row 4 still missing."""
    with empty.recording(capture_day(), inputs={}):
        pass
    makeup = a_run(
        [enrolment(3, "accepted", capture_path="C/1.jpg", bundle="demo-2020-001"), enrolment(4, "missing")],
        [
            capture("C/0.jpg", "superseded", row=3, student_no=CAME_AGAIN, evidence="文件名为学号"),
            capture("C/1.jpg", "used", row=3, student_no=CAME_AGAIN),
        ],
        [finding("L201", row=4, student_no=STILL_MISSING)],
        run="20201201-090000", kind="makeup", started_at=datetime(2020, 12, 1, 9, 0, 0, 5000, UTC),
    )  # fmt: skip
    digests = {"record_sha256": "r", "photo_sha256": "p", "capture_sha256": "c"}
    records = pl.DataFrame([{"student_no": CAME_AGAIN} | digests], schema=SEALED)
    with empty.recording(makeup, inputs={}, sealed=[SealedBundle("demo-2020-001", 1, "zip", None, records)]):
        pass
    return empty


DECIDED = {name: dtype for name, dtype in DECISIONS.items() if name != "decision_id"}


def decision(kind, student_no, *, at, code=None, because="", withdraws=None):
    return {
        "decided_at": at, "kind": kind, "student_no": student_no, "code": code, "by_whom": "李主任",
        "because": because, "withdraws": withdraws,
    }  # fmt: skip


def ask(ledger, *, run=None, student=None, reason=None):
    return audit(ledger, CAMPAIGN, run=run, student=student, reason=reason)


def test_a_students_story_over_two_runs(ledger):
    lines = ask(ledger, student=CAME_AGAIN).to_dicts()
    assert [(line["run"], line["kind"], line["state"], line["bundle"]) for line in lines] == [
        ("20201105-183000", "post-capture", "rejected", None),
        ("20201201-090000", "makeup", "accepted", "demo-2020-001"),
    ]
    assert lines[0]["codes"] == "P320;R114"
    assert lines[0]["capture_path"] == "A/0003.jpg"
    assert lines[1]["capture_path"] == "C/0.jpg;C/1.jpg"
    assert lines[1]["capture_state"] == "superseded;used"
    assert lines[1]["evidence"] == "文件名为学号;读卡后 3 秒拍摄"


def test_decisions_and_cases_stand_between_the_runs(ledger, monkeypatch):
    """In the order of time, though a clock that was set back must not turn the order of recording round."""
    decided = [
        decision("waive", CAME_AGAIN, code="P320", at="2020-11-20T08:00:00+00:00", because="扎不低"),
        decision("withdraw", None, withdraws=1, at="2020-11-10T08:00:00+00:00", because="看错了"),
        decision("waive", STILL_MISSING, code="P320", at="2020-11-21T08:00:00+00:00"),
    ]
    with ledger.transaction() as connection:
        add_decisions(connection, CAMPAIGN, pl.DataFrame(decided, schema=DECIDED))
    case = {"kind": COMPLAINT, "student_no": CAME_AGAIN, "code": "R185", "due_on": None, "said": "闭眼"}
    opened = pl.DataFrame([case], schema=dict.fromkeys(OPENED, pl.String))
    open_by_hand(ledger, CAMPAIGN, opened, opened_at="2020-12-24T08:00:00+00:00")
    withdraw(ledger, 1, because="没有闭眼", by_whom="王老师", closed_at="2020-12-25T08:00:00+00:00")

    told = ask(ledger, student=CAME_AGAIN).select("kind", "state", "codes", "because", "by_whom").rows()
    assert told == [
        ("post-capture", "rejected", "P320;R114", None, None),
        ("waive", None, "P320", "扎不低", "李主任"),
        ("withdraw", None, None, "看错了", "李主任"),
        ("makeup", "accepted", None, None, None),
        ("complaint", "opened", "R185", "闭眼", None),
        ("complaint", "withdrawn", "R185", "没有闭眼", "王老师"),
    ]
    monkeypatch.setenv("COLUMNS", "240")
    text = render(ask(ledger, student=CAME_AGAIN), "table", "zh")
    for words in ("豁免", "学生异议", "立案", "没有闭眼", "2020-12-24 08:00"):
        assert words in text, words


def test_a_run_follows_what_was_decided_in_the_same_second(ledger):
    decided = [decision("waive", CAME_AGAIN, code="P320", at="2020-12-01T09:00:00Z")]
    with ledger.transaction() as connection:
        add_decisions(connection, CAMPAIGN, pl.DataFrame(decided, schema=DECIDED))
    assert ask(ledger, student=CAME_AGAIN)["kind"].to_list() == ["post-capture", "waive", "makeup"]


def test_who_was_left_out_and_what_became_of_it(ledger):
    lines = ask(ledger).select("run", "student_no", "code", "now_state", "now_run", "bundle").rows()
    assert ("20201105-183000", CAME_AGAIN, "P320", "accepted", "20201201-090000", "demo-2020-001") in lines
    assert ("20201105-183000", STILL_MISSING, "L201", "missing", "20201201-090000", None) in lines
    assert [(line[0], line[2]) for line in lines] == [
        ("20201105-183000", "P320"),
        ("20201105-183000", "R114"),
        ("20201105-183000", "L201"),
        ("20201105-183000", "L202"),
        ("20201201-090000", "L201"),
    ]


def test_a_run_or_a_reason_narrows_the_answer(ledger):
    assert ask(ledger, run="20201201-090000")["code"].to_list() == ["L201"]
    assert ask(ledger, reason="L201")["run"].to_list() == ["20201105-183000", "20201201-090000"]
    assert ask(ledger, reason="S501").height == 1
    assert ask(ledger, student=CAME_AGAIN, reason="P320")["run"].to_list() == ["20201105-183000"]
    assert ask(ledger, student=CAME_AGAIN, run="20201201-090000")["state"].to_list() == ["accepted"]


@pytest.mark.parametrize(
    ("question", "nearest"),
    [
        ({"run": "20201105-183001"}, "20201105-183000"),
        ({"student": "401019000013"}, CAME_AGAIN),
        ({"reason": "p320"}, "P320"),
        ({"run": "?"}, "20201201-090000"),
    ],
)
def test_an_unknown_question_names_the_nearest(ledger, question, nearest):
    with pytest.raises(InputError) as unknown:
        ask(ledger, **question)
    assert nearest in unknown.value.say("zh")
    assert "没有" in unknown.value.say("zh")


def test_an_id_number_typed_as_student_number_is_not_repeated(ledger):
    with pytest.raises(InputError) as unknown:
        ask(ledger, student="360102199801011234")
    assert "360102199801011234" not in unknown.value.say("zh") + str(unknown.value)


def test_a_campaign_without_a_run_is_said(empty):
    with pytest.raises(InputError) as none:
        ask(empty)
    assert "还没有运行过" in none.value.say("zh")


def test_table_speaks_chinese(ledger, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    text = render(ask(ledger, student=CAME_AGAIN), "table", "zh")
    for words in (
        "状态",
        "补拍处理",
        "退回",
        "合格",
        "备用",
        Reason.CROWN_POSITION.text.zh,
        "2020-11-05 18:30",
    ):
        assert words in text, words
    text = render(ask(ledger), "table", "zh")
    for words in ("目前状态", "头顶距上边", "31.2", "50–110 px", "demo-2020-001"):
        assert words in text, words
    assert "rejected" not in text


def test_times_are_those_of_the_clock_on_the_wall(ledger, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    time.tzset()
    try:
        assert "2020-11-06 02:30" in render(ask(ledger, student=CAME_AGAIN), "table", "zh")
    finally:
        monkeypatch.undo()
        time.tzset()


def test_table_speaks_english(ledger, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    text = render(ask(ledger), "table", "en")
    assert "state now" in text
    assert "The ID number's check digit is wrong" in text


def test_brackets_in_a_path_are_no_markup(empty, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    frames = a_run(
        [enrolment(2, "rejected", capture_path="[red]/1.jpg")],
        [capture("[red]/1.jpg", "used", row=2, student_no="401019000002")],
        [finding("P350", row=2, student_no="401019000002", capture_path="[red]/1.jpg")],
    )
    with empty.recording(frames, inputs={}):
        pass
    assert "[red]/1.jpg" in render(ask(empty), "table", "zh")


def test_nothing_found_is_said(ledger):
    assert render(ask(ledger, reason="P352"), "table", "zh") == "没有符合条件的记录\n"


def test_csv_and_json_hold_the_same_lines(ledger):
    frame = ask(ledger)
    from_csv = list(csv.DictReader(io.StringIO(render(frame, "csv", "zh"))))
    from_json = json.loads(render(frame, "json", "zh"))
    assert len(from_csv) == len(from_json) == frame.height
    assert [line["message"] for line in from_csv] == [Reason(code).text.zh for code in frame["code"]]
    assert [{key: value or "" for key, value in line.items()} for line in from_json] == from_csv


def test_asking_needs_no_prefect():
    code = "import sys, flows.audit; sys.exit('prefect' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
