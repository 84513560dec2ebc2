"""A delivered photo stays until a person chooses another, or it is rejected or complained of."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.audit import CaptureState, EnrolmentState
from tests.builders import a_campaign, a_day, citizen_no, log_line, shot, student, the_profile
from tests.decision_builders import a_choice, decisions_of, settled_of
from tests.transforms.test_assessment import build, days, ends, random_days
from transforms.assessment import assess
from transforms.reconcile import count_states

DELIVERED = shot("E201/401019000001.jpg", 2)
RETAKE = shot(f"E201/{citizen_no(1)}.jpg", 90)
WORSE = shot(f"E201/{citizen_no(1)}.jpg", 90, crown_px=3.0)
NUMBER = student()["student_no"]


def assessed(*shots, sealed=(DELIVERED,), complained=(), decisions=(), lines=(), profile=None):
    """The day after a delivery: what there was then, its first shot sealed."""
    day = a_day(shots=list(shots), lines=lines)._replace(
        settled=settled_of((1, sealed)),
        delivered=pl.Series([NUMBER]),
        complained=pl.Series(complained, dtype=pl.String),
        decisions=decisions_of(*decisions),
    )
    return assess(day, a_campaign(), profile or the_profile("capture"))


def capture_ends(outcome):
    """State and codes of every capture, as they were taken."""
    return outcome.captures.sort("taken_at").select("state", "codes").rows()


def used(outcome):
    return outcome.enrolments["capture_path"].to_list()


def test_a_retake_waits_beside_the_delivered_photo():
    outcome = assessed(DELIVERED, RETAKE)
    assert capture_ends(outcome) == [("used", None), ("superseded", "L241")]
    assert ends(outcome) == [("accepted", "L241")]
    told = outcome.findings.select("code", "severity", "row", "capture_path").rows()
    assert told == [("L241", "warn", 2, RETAKE["capture_path"])]


def test_what_was_there_when_the_photo_was_sealed_waits_for_nothing():
    outcome = assessed(DELIVERED, RETAKE, sealed=(DELIVERED, RETAKE))
    assert capture_ends(outcome) == [("used", None), ("superseded", "L230")]
    assert ends(outcome) == [("accepted", None)]


def test_before_a_delivery_the_best_shot_is_used():
    assert used(assessed(DELIVERED, RETAKE, sealed=())) == [RETAKE["capture_path"]]


def test_a_person_may_have_the_retake_used():
    outcome = assessed(DELIVERED, RETAKE, decisions=[a_choice(RETAKE)])
    assert capture_ends(outcome) == [("superseded", "L230"), ("used", None)]
    kept = assessed(DELIVERED, RETAKE, decisions=[a_choice(DELIVERED)])
    assert capture_ends(kept) == [("used", None), ("superseded", "L230")]


def test_a_photo_complained_of_is_replaced_by_a_good_one():
    assert used(assessed(DELIVERED, RETAKE, complained=[NUMBER])) == [RETAKE["capture_path"]]
    outcome = assessed(DELIVERED, WORSE, complained=[NUMBER])
    assert used(outcome) == [DELIVERED["capture_path"]]
    assert ends(outcome) == [("accepted", None)]


def test_a_complaint_brings_back_nothing_that_was_there_before():
    older = {"complained": [NUMBER], "sealed": (DELIVERED, RETAKE)}
    assert used(assessed(DELIVERED, RETAKE, **older)) == [DELIVERED["capture_path"]]
    assert ends(assessed(RETAKE, **older)) == [("accepted", "L204")]


def test_a_photo_that_the_rules_reject_is_replaced_by_one_that_they_do_not():
    low = DELIVERED | {"crown_px": 3.0}
    assert used(assessed(low, RETAKE)) == [RETAKE["capture_path"]]
    assert used(assessed(low, WORSE)) == [DELIVERED["capture_path"]]


def test_a_photo_in_quarantine_is_replaced():
    stranger = log_line(0, student_no="401019000077", file_name="401019000001.jpg")
    outcome = assessed(DELIVERED, RETAKE, lines=[stranger])
    assert capture_ends(outcome)[0][0] == "quarantined"
    assert used(outcome) == [RETAKE["capture_path"]]


def test_where_the_delivered_capture_is_gone_the_student_stays_as_delivered():
    outcome = assessed(RETAKE)
    assert capture_ends(outcome) == [("superseded", "L241")]
    assert ends(outcome) == [("accepted", "L204;L241")]
    assert used(outcome) == [None]


@pytest.mark.parametrize("change", [{"complained": [NUMBER]}, {"decisions": [a_choice(RETAKE)]}])
def test_even_then_a_choice_or_a_complaint_lets_the_retake_in(change):
    assert used(assessed(RETAKE, **change)) == [RETAKE["capture_path"]]


def test_a_doubtful_retake_does_not_call_back_whom_a_bundle_holds():
    """The delivered capture is not here; what came now fits two."""
    twins = [student(), student(2, document_no=citizen_no(1))]
    day = a_day(students=twins, shots=[RETAKE])._replace(
        settled=settled_of((1, [DELIVERED])), delivered=pl.Series([NUMBER])
    )
    outcome = assess(day, a_campaign(), the_profile("capture"))
    assert ends(outcome) == [("accepted", "L204"), ("rejected", "L202")]


sealed_lines = st.lists(
    st.tuples(st.integers(1, 6), st.lists(st.integers(0, 9), min_size=1, max_size=2, unique=True)),
    max_size=5, unique_by=lambda line: line[0],
)  # fmt: skip


complaints = st.lists(st.integers(1, 6), unique=True)
chosen_shots = st.lists(st.tuples(st.integers(0, 9), st.integers(1, 6)), max_size=3)


@settings(random_days, max_examples=4)
@given(days, sealed_lines, complaints, chosen_shots)
def test_the_accounts_add_up_whatever_was_delivered(day, sealed, complained, chosen):
    inputs = build(day)
    known = inputs.captures.unique("sha256", maintain_order=True).drop_nulls("sha256")
    files = [*known.to_dicts(), RETAKE, DELIVERED]
    settled = [(serial, [files[place % len(files)] for place in places]) for serial, places in sealed]
    settled = [(serial, list({each["sha256"]: each for each in shots}.values())) for serial, shots in settled]
    choices = [a_choice(files[place % len(files)], serial) for place, serial in chosen]
    numbers = [student(serial)["student_no"] for serial, _ in settled]
    outcome = assess(
        inputs._replace(
            settled=settled_of(*settled), delivered=pl.Series(numbers, dtype=pl.String),
            complained=pl.Series([student(serial)["student_no"] for serial in complained], dtype=pl.String),
            decisions=decisions_of(*choices),
        ),
        a_campaign(), the_profile("capture"),
    )  # fmt: skip
    people, shots = outcome.enrolments, outcome.captures
    assert sum(count_states(people, EnrolmentState).values()) == people["row"].n_unique() == people.height
    assert sum(count_states(shots, CaptureState).values()) == shots["capture_path"].n_unique() == shots.height
    assert shots.filter(state="used")["row"].is_unique().all()
    accepted = people.filter(state="accepted")
    kept = outcome.findings.filter(code="L204")["row"]
    assert accepted.filter(pl.col("photo_sha256").is_null() & ~pl.col("row").is_in(kept.implode())).is_empty()
    waiting = shots.filter(pl.col("codes").str.contains("L241"))
    assert set(waiting["student_no"]) <= set(numbers)
