"""Answers to runs that asked to seal: kept for good, masked, and told in a student's story."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import delete

from flows.story import story
from outputs.ledger import open_ledger
from outputs.ledger_approvals import add_approval, approvals
from outputs.ledger_tables import APPROVALS
from schemas.approvals import APPROVED, EXPIRED, Answer
from tests.run_frames import a_run, enrolment

AT = datetime(2020, 11, 6, 8, 0, tzinfo=UTC)
RUN, CAMPAIGN = "20201105-183000", "demo-2020"


@pytest.fixture
def ledger(ledger_url):
    with open_ledger(ledger_url) as opened:
        yield opened


def test_an_answer_is_kept_without_an_id_number(ledger):
    add_approval(ledger, CAMPAIGN, RUN, Answer(APPROVED, AT, "王科长", "110101199003071234 已核对"))
    add_approval(ledger, CAMPAIGN, "later", Answer(EXPIRED, AT))
    assert approvals(ledger, CAMPAIGN).rows() == [
        (RUN, "2020-11-06T08:00:00Z", "approved", "王科长", "1101**********1234 已核对"),
        ("later", "2020-11-06T08:00:00Z", "expired", None, None),
    ]
    assert approvals(ledger, "another").is_empty()


def test_an_answer_cannot_be_taken_back(ledger):
    add_approval(ledger, CAMPAIGN, RUN, Answer(APPROVED, AT, "王科长"))
    with pytest.raises(Exception, match="ledger"), ledger.transaction() as connection:
        connection.execute(delete(APPROVALS))
    assert approvals(ledger, CAMPAIGN).height == 1


def test_a_students_story_tells_who_approved(ledger):
    with ledger.recording(a_run([enrolment(2, "accepted")], run=RUN), inputs={}):
        pass
    add_approval(ledger, CAMPAIGN, RUN, Answer(APPROVED, AT, "王科长", "已核对"))
    told = story(ledger, CAMPAIGN, "401019000002").select("kind", "run", "state", "by_whom", "because").rows()
    assert told == [
        ("post-capture", RUN, "accepted", None, None),
        ("approval", RUN, "approved", "王科长", "已核对"),
    ]
