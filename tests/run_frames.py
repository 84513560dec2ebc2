"""The smallest run that says something of everybody: builders for the audit's frames."""

from collections import Counter
from datetime import date, datetime, time
from hashlib import sha256

import polars as pl

from outputs.report.material import ROOMS, Material
from outputs.report.pictures import Pictures
from schemas.audit import CAPTURES, ENROLMENTS, FINDINGS, PLACE, SESSIONS, AuditFrames, Summary
from schemas.history import HISTORY
from schemas.photo import FACTS
from schemas.reasons import Reason
from tests.builders import the_profile

STARTED = datetime(2020, 11, 5, 18, 30)


def enrolment(row, state, **changes):
    """One roster row; its student number follows from the row."""
    line = {
        "row": row, "student_no": f"4010190000{row:02}", "name": f"学生{row}", "unit_name": "文学院",
        "class_name": "一班", "level_name": "硕士", "session_id": 1, "state": state, "codes": None,
    }  # fmt: skip
    return line | changes


def capture(path, state, **changes):
    """One capture; its digest follows from its path."""
    line = {
        "capture_path": path, "camera_name": "A", "taken_at": datetime(2020, 11, 5, 9, 0), "state": state,
        "sha256": sha256(path.encode()).hexdigest(), "evidence": "读卡后 3 秒拍摄", "has_gps": False,
    }  # fmt: skip
    return line | changes


def finding(code, **changes):
    """One finding with the severity of its reason."""
    return {"code": code, "severity": Reason(code).severity.value} | changes


SESSION = {
    "session_id": 1, "held_on": date(2020, 11, 5), "room_name": "前湖 101", "starts_at": time(8, 30),
    "ends_at": time(11, 30), "unit_name": "文学院", "level_name": "硕士", "expected": 5, "enrolled": 5,
    "logged": 3, "captured": 3, "accepted": 1, "missing": 2, "late": 1,
    "out_of_place": 0, "other_day": 0, "pace_s": 21.5,
}  # fmt: skip


def a_run(enrolments=(), captures=(), findings=(), *, run="20201105-183000", **changes):
    """The frames of one run; the summary counts what it is given."""
    ends = Counter(line["state"] for line in enrolments)
    shots = Counter(line["state"] for line in captures)
    facts = {
        "campaign": "demo-2020", "run": run, "kind": "post-capture", "profile": "graduate",
        "started_at": STARTED, "finished_at": STARTED, "sealed": 0, "bundle": None, "warnings": 0,
        "enrolments": len(enrolments), "expected": len(enrolments) - ends["ineligible"],
        "captures": len(captures),
    }  # fmt: skip
    for state in ("accepted", "rejected", "missing", "ineligible", "locked"):
        facts[state] = ends[state]
    for state in ("used", "superseded", "quarantined", "orphan", "unreadable"):
        facts[state] = shots[state]
    return AuditFrames(
        Summary(**facts | changes),
        pl.DataFrame(list(enrolments), schema=ENROLMENTS),
        pl.DataFrame(list(captures), schema=CAPTURES | FACTS),
        pl.DataFrame(list(findings), schema=FINDINGS | PLACE),
        pl.DataFrame([SESSION], schema=SESSIONS),
    )


def the_material(*, rooms=(), history=(), **pictures):
    """What the report needs besides frames: the default profile, and files by kind and capture path."""
    return Material(
        the_profile(), Pictures(pictures), pl.DataFrame(list(history), schema=HISTORY),
        pl.DataFrame(list(rooms), schema=ROOMS, orient="row"),
    )  # fmt: skip


def capture_day(**changes):
    """One enrolment of every state, one capture of every state, one finding of every kind of place."""
    enrolments = [
        enrolment(2, "accepted", capture_path="A/0002.jpg", photo_sha256="photo-2", codes="R106"),
        enrolment(3, "rejected", name="<b>张&三</b>", capture_path="A/0003.jpg", codes="P320;R114"),
        enrolment(4, "missing", codes="L201"),
        enrolment(5, "ineligible", unit_name="医学部", codes="R133"),
        enrolment(6, "locked", codes="R140"),
        enrolment(7, "rejected", codes="L202", class_name="二班"),
    ]
    captures = [
        capture("A/0002.jpg", "used", row=2, student_no="401019000002"),
        capture("A/0001.jpg", "superseded", row=2, student_no="401019000002"),
        capture("A/0003.jpg", "used", row=3, student_no="401019000003", crown_px=31.25),
        capture("A/0007.jpg", "quarantined", row=7, student_no="401019000007"),
        capture("A/360102199801011234.jpg", "orphan", evidence="文件名 360102199801011234 不在名册"),
        capture("B/E12345678.jpg", "unreadable", taken_at=None, sha256=None),
    ]
    findings = [
        finding("R106", row=2, student_no="401019000002", column="name", seen="𬭬"),
        finding("P320", row=3, student_no="401019000003", capture_path="A/0003.jpg", column="crown_px",
                seen="31.2", limit="50–110 px"),
        finding("R114", row=3, student_no="401019000003", column="document_no", seen="3601**********1234"),
        finding("L201", row=4, student_no="401019000004"),
        finding("R133", row=5, student_no="401019000005", column="unit_name", seen="医学部"),
        finding("R140", row=6, student_no="401019000006"),
        finding("L202", row=7, student_no="401019000007", capture_path="A/0007.jpg"),
        finding("L220", capture_path="A/360102199801011234.jpg"),
        finding("P301", capture_path="B/E12345678.jpg"),
        finding("S501", column="weekday", seen="星期三", limit="星期四"),
    ]  # fmt: skip
    return a_run(enrolments, captures, findings, **{"warnings": 3} | changes)
