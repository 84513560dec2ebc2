"""What the ledger tells of all students at once, on both databases: only what changed something."""

import polars as pl
import pytest

from flows.history import history
from flows.settings import utc_offset
from outputs.ledger import open_ledger
from outputs.ledger_cases import open_by_hand, withdraw
from outputs.ledger_decisions import ASKED, add_decisions
from schemas.feedback import COMPLAINT, OPENED
from schemas.history import HISTORY
from tests.decision_builders import a_waiver, a_withdrawal
from tests.run_frames import a_run, enrolment

CAMPAIGN = "demo-2020"
TWO, THREE = "401019000002", "401019000003"


@pytest.fixture
def ledger(ledger_url):
    with open_ledger(ledger_url) as ledger:
        for number, state, bundle in ((1, "missing", None), (2, "missing", None), (3, "accepted", "day-001")):
            frames = a_run(
                [enrolment(2, state, codes="L201" if state == "missing" else None, bundle=bundle),
                 enrolment(3, "accepted", bundle="day-000")],
                run=f"2020110{number}-183000", started_at=f"2020-11-0{number}T10:30:00",
            )  # fmt: skip
            with ledger.recording(frames, inputs={}):
                pass
        yield ledger


def told(ledger, student):
    lines = history(ledger, CAMPAIGN).filter(student_no=student)
    return list(lines.select("kind", "state", "codes", "bundle").iter_rows())


def decide(ledger, *decisions):
    lines = [{name: line.get(name) for name in ASKED} for line in decisions]
    with ledger.transaction() as connection:
        add_decisions(connection, CAMPAIGN, pl.DataFrame(lines, schema=ASKED))


def test_a_run_that_changed_nothing_is_not_told(ledger):
    assert told(ledger, TWO) == [
        ("post-capture", "missing", "L201", None), ("post-capture", "accepted", None, "day-001"),
    ]  # fmt: skip
    assert told(ledger, THREE) == [("post-capture", "accepted", None, "day-000")]
    assert history(ledger, CAMPAIGN).schema == HISTORY
    assert history(ledger, "another").is_empty()


def test_moments_are_the_offices(ledger):
    first = history(ledger, CAMPAIGN).filter(student_no=TWO)["at"][0]
    here = pl.Series(["2020-11-01T10:30:00"]).str.to_datetime() + utc_offset()
    assert first == here.dt.to_string("%Y-%m-%d %H:%M").item()


def test_a_decision_and_its_withdrawal_are_the_students(ledger):
    decide(ledger, a_waiver("P330", {"sha256": "aa"}, serial=2, decided_at="2020-11-04T01:00:00Z"))
    decide(ledger, a_withdrawal(1, decided_at="2020-11-05T01:00:00Z"))
    whose = history(ledger, CAMPAIGN).filter(pl.col("kind").is_in(["waive", "withdraw"]))
    assert whose["student_no"].n_unique() == 1
    assert whose.select("kind", "codes", "by_whom").rows() == [
        ("waive", "P330", "李老师"), ("withdraw", None, "李老师"),
    ]  # fmt: skip


def test_a_case_is_told_twice(ledger):
    case = {"kind": COMPLAINT, "student_no": TWO, "code": "R185", "due_on": "2021-01-05", "said": "闭眼了"}
    opened = pl.DataFrame([case], schema=dict.fromkeys(OPENED, pl.String))
    open_by_hand(ledger, CAMPAIGN, opened, opened_at="2020-12-24T08:00:00+00:00")
    withdraw(ledger, 1, because="看错了", by_whom="李老师", closed_at="2020-12-25T08:00:00+00:00")
    assert told(ledger, TWO)[2:] == [
        (COMPLAINT, "opened", "R185", None), (COMPLAINT, "withdrawn", "R185", None),
    ]  # fmt: skip
