"""Earlier years come in by name, and by nothing else."""

import pytest

from tests.builders import a_campaign, a_day, shot, student, the_profile
from transforms.assessment import assess

NUMBER = student()["student_no"]
SHOTS = [shot("E201/401019000001.jpg")]


def assessed(eligibility=None, *, named=(NUMBER,), let_in=(), **changes):
    day = a_day(students=[student(**{"entry_on": "20170901"} | changes)], shots=SHOTS)
    day = day._replace(named=named, let_in=let_in)
    outcome = assess(day, a_campaign(**eligibility or {}), the_profile("capture"))
    return outcome.enrolments.select("state", "codes").row(0)


def test_an_earlier_year_is_let_in_by_name():
    assert assessed() == ("accepted", "S553")
    assert assessed(named=(), let_in=(NUMBER,)) == ("accepted", "S553")
    assert assessed(named=()) == ("ineligible", "R131")


@pytest.mark.parametrize(
    ("change", "ended"),
    [
        ({"entry_on": "20200901"}, ("ineligible", "R131;S554")),
        ({"certificate_kind": "单证"}, ("ineligible", "R131;R132;S554")),
        ({"registration": "已注册"}, ("ineligible", "R131;R140;S554")),
        ({"entry_on": "20190901"}, ("accepted", None)),
    ],
)
def test_a_name_lets_nobody_else_in(change, ended):
    assert assessed(**change) == ended


def test_a_whole_year_is_the_campaigns_to_let_in():
    assert assessed({"make_up_from": [2017]}, named=()) == ("accepted", "R147")
