"""Decisions as the ledger remembers them, for tests."""

import polars as pl

from schemas.decisions import (
    CHOOSE,
    CROP,
    CROP_COLUMNS,
    DECISIONS,
    REJECT,
    RELEASE,
    RETAKE,
    SETTLED,
    WAIVE,
    WITHDRAW,
)
from tests.builders import student


def _decision(kind, serial=None, **facts):
    number = None if serial is None else student(serial)["student_no"]
    said = {"decided_at": "2020-11-20T01:00:00Z", "by_whom": "李老师", "because": "看过原图"}
    return {"kind": kind, "student_no": number, **said, **facts}


def a_waiver(code, shot, serial=1, **facts):
    """A reason accepted for the shot that a person looked at."""
    return _decision(WAIVE, serial, code=code, capture_sha256=shot["sha256"], **facts)


def a_choice(shot, serial=1, **facts):
    """This shot, and no other."""
    return _decision(CHOOSE, serial, capture_sha256=shot["sha256"], **facts)


def a_release(shot, serial=1, **facts):
    """This capture shows that student."""
    return _decision(RELEASE, serial, capture_sha256=shot["sha256"], **facts)


def a_rejection(serial=1, **facts):
    """The student stays out."""
    return _decision(REJECT, serial, **facts)


def a_retake(*shots, serial=1, **facts):
    """The student is to come again; these shots there were."""
    return _decision(RETAKE, serial, shots=[shot["sha256"] for shot in shots], **facts)


def a_crop(shot, box, serial=1, **facts):
    """The crop of this shot, placed by a person: left, top, width."""
    placed = dict(zip(CROP_COLUMNS, box, strict=True))
    return _decision(CROP, serial, capture_sha256=shot["sha256"], **placed, **facts)


def a_withdrawal(number, **facts):
    """The decision of this number is taken back."""
    return _decision(WITHDRAW, withdraws=number, **facts)


def decisions_of(*decisions):
    """Decisions, numbered from 1 in the order given."""
    lines = [{"decision_id": number} | line for number, line in enumerate(decisions, start=1)]
    return pl.DataFrame(lines, schema=DECISIONS)


def settled_of(*lines):
    """What there was of delivered students: pairs of serial and shots, the first of which was sealed."""
    return pl.DataFrame(
        [
            (student(serial)["student_no"], shot["sha256"], place == 0)
            for serial, shots in lines
            for place, shot in enumerate(shots)
        ],
        schema=SETTLED,
        orient="row",
    )
