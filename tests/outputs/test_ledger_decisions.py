"""Decisions stay as they were made, without an ID number; what they are held against is told rightly."""

from datetime import date

import polars as pl
import pytest

from outputs.ledger import open_ledger
from outputs.ledger_decisions import ASKED, add_decisions, decisions_of, latest_run, let_in_of, settled_of
from outputs.ledger_rows import SEALED, SealedBundle
from schemas.decisions import DECISIONS, SETTLED
from schemas.errors import InputError
from tests.builders import citizen_no, shot
from tests.decision_builders import a_choice, a_waiver, a_withdrawal
from tests.outputs.test_ledger import CAMPAIGN, record
from tests.run_frames import a_run, capture, enrolment, finding

SHOT = shot("E201/1.jpg")
WHO = "401019000002"


@pytest.fixture
def ledger(ledger_url):
    with open_ledger(ledger_url) as ledger:
        yield ledger


def add(ledger, *lines, campaign=CAMPAIGN):
    with ledger.transaction() as connection:
        return add_decisions(connection, campaign, pl.DataFrame(lines, schema=ASKED))


def bundle(number, path):
    sha256 = capture(path, "used")["sha256"]
    line = {"student_no": WHO, "record_sha256": f"r{number}", "photo_sha256": "p", "capture_sha256": sha256}
    return SealedBundle(f"{CAMPAIGN}-{number:03}", number, "zip", None, pl.DataFrame([line], schema=SEALED))


def a_day(run, used, *others, codes=()):
    """A run in which a student's one shot was used, and others were there too."""
    shots = [capture(used, "used", row=2, student_no=WHO)]
    shots += [capture(path, "superseded", row=2, student_no=WHO) for path in others]
    told = [finding(code, row=2, student_no=WHO, column="crown_px") for code in codes]
    return a_run([enrolment(2, "accepted", capture_path=used)], shots, told, run=run)


def sha(path):
    return capture(path, "used")["sha256"]


def test_decisions_are_found_as_they_were_made(ledger):
    lines = [a_waiver("P320", SHOT, valid_until=date(2021, 6, 30)), a_choice(SHOT, 2), a_withdrawal(1)]
    assert add(ledger, *lines[:2]) == [1, 2]
    assert add(ledger, lines[2]) == [3]
    add(ledger, a_choice(SHOT), campaign="another")
    expected = pl.DataFrame(
        [{"decision_id": at} | line for at, line in enumerate(lines, 1)], schema=DECISIONS
    )
    assert decisions_of(ledger, CAMPAIGN).equals(expected)


def test_an_id_number_in_a_reason_is_masked(ledger):
    add(ledger, a_waiver("P320", SHOT, because=f"核对过 {citizen_no(1)}", by_whom="李老师 E12345678"))
    line = decisions_of(ledger, CAMPAIGN).row(0, named=True)
    assert (line["because"], line["by_whom"]) == ("核对过 3601**********0019", "李老师 E1*****78")


def test_a_withdrawal_of_nothing_is_refused(ledger):
    with pytest.raises(InputError):
        add(ledger, a_withdrawal(7))
    assert decisions_of(ledger, CAMPAIGN).is_empty()


def test_what_was_there_when_a_photo_was_first_sealed_is_told(ledger):
    """The second bundle holds the same photo anew; the third another one."""
    assert dict(settled_of(ledger, CAMPAIGN).schema) == SETTLED
    record(ledger, a_day("20201105-183000-000", "A/1.jpg", "A/2.jpg"), bundle(1, "A/1.jpg"))
    record(ledger, a_day("20201106-183000-000", "A/1.jpg", "A/2.jpg", "A/3.jpg"), bundle(2, "A/1.jpg"))
    told = dict(settled_of(ledger, CAMPAIGN).select("sha256", "is_sealed").iter_rows())
    assert told == {sha("A/1.jpg"): True, sha("A/2.jpg"): False}
    record(ledger, a_day("20201107-183000-000", "A/3.jpg", "A/1.jpg"), bundle(3, "A/3.jpg"))
    told = dict(settled_of(ledger, CAMPAIGN).select("sha256", "is_sealed").iter_rows())
    assert told == {sha("A/3.jpg"): True, sha("A/1.jpg"): False}


def test_the_latest_run_is_the_one_recorded_last(ledger):
    assert latest_run(ledger, CAMPAIGN) is None
    record(ledger, a_day("20201106-183000-000", "A/1.jpg"))
    record(ledger, a_day("20201105-183000-000", "A/3.jpg", codes=["P320"]))
    latest = latest_run(ledger, CAMPAIGN)
    assert latest.run == "20201105-183000-000"
    assert latest.enrolments.rows() == [(WHO, "accepted", sha("A/3.jpg"))]
    assert latest.captures["capture_path"].to_list() == ["A/3.jpg"]
    assert latest.findings.rows() == [(WHO, "P320", "crown_px")]


def test_whom_a_makeup_let_in_is_remembered(ledger):
    assert let_in_of(ledger, CAMPAIGN) == []
    record(ledger, a_day("20201105-183000-000", "A/1.jpg", codes=["S553"]))
    assert let_in_of(ledger, CAMPAIGN) == [WHO]
