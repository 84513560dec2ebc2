"""What people decide takes effect, no further than it may, and is never silently dropped."""

from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.reasons import REASONS, Reason
from tests.builders import a_campaign, a_day, award, citizen_no, shot, student, the_profile, unreadable
from tests.decision_builders import (
    a_choice,
    a_crop,
    a_rejection,
    a_release,
    a_retake,
    a_waiver,
    a_withdrawal,
    decisions_of,
)
from tests.transforms.test_assessment import assert_adds_up, build, capture_ends, days, ends, random_days
from transforms.assessment import assess
from transforms.crop import Box
from transforms.decisions import boxes_of, standing

OWN = "E201/40101900000{}.jpg"
CROWN = {"crown_px": 3.0}
LOW = shot(OWN.format(1), **CROWN)
OTHER = shot(f"E201/{citizen_no(1)}.jpg", 9)
NOBODYS = shot("E201/1.jpg")
TODAY = date(2020, 12, 1)


def assessed(*decisions, profile=None, **inputs):
    day = a_day(**inputs)._replace(decisions=decisions_of(*decisions), today=TODAY)
    return assess(day, a_campaign(), profile or the_profile("capture"))


def told(outcome):
    """Of every finding on a decision: its code, severity, row, and which decision."""
    found = outcome.findings.filter(pl.col("column") == "decision")
    return found.select("code", "severity", "row", "seen").rows()


# -- which decisions stand -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("decisions", "left"),
    [
        ([a_waiver("P320", LOW), a_waiver("P320", OTHER)], [2]),
        ([a_waiver("P320", LOW), a_waiver("P321", LOW), a_waiver("P320", LOW, 2)], [1, 2, 3]),
        ([a_choice(LOW), a_choice(OTHER), a_choice(LOW, 2)], [2, 3]),
        ([a_release(LOW), a_release(LOW, 2), a_release(OTHER)], [2, 3]),
        ([a_waiver("P320", LOW), a_withdrawal(1)], []),
        ([a_waiver("P320", LOW), a_waiver("P320", OTHER), a_withdrawal(2)], []),
        ([a_choice(LOW), a_withdrawal(1), a_choice(LOW)], [3]),
        ([a_choice(LOW), a_retake(LOW), a_rejection(), a_rejection(2)], [2, 3, 4]),
        ([a_retake(LOW), a_choice(LOW), a_rejection(), a_withdrawal(3)], [2]),
    ],
)
def test_the_last_word_stands_until_it_is_withdrawn(decisions, left):
    assert standing(decisions_of(*decisions))["decision_id"].to_list() == left


# -- who stays out -------------------------------------------------------------------------------------------

GOOD = shot(OWN.format(1))
AGAIN = shot(f"E201/{citizen_no(1)}.jpg", 9)


def test_whom_a_person_rejects_stays_out_whatever_photo_comes():
    for shots in ([GOOD], [GOOD, AGAIN]):
        outcome = assessed(a_rejection(), shots=shots)
        assert [state for state, _ in ends(outcome)] == ["rejected"]
        assert ("L247", "block", 2, "看过原图") in told(outcome)
        assert outcome.records.written()["images"].height == 0
    assert ends(assessed(a_rejection(), a_withdrawal(1), shots=[GOOD])) == [("accepted", None)]


def test_a_retake_asked_for_stops_the_shots_there_were_and_lets_the_next_one_in():
    asked = a_retake(GOOD)
    assert ends(assessed(asked, shots=[GOOD])) == [("rejected", "L248")]
    came = assessed(asked, shots=[GOOD, AGAIN])
    assert [state for state, _ in ends(came)] == ["accepted"]
    assert dict(came.captures.select("capture_path", "state").iter_rows()) == {
        GOOD["capture_path"]: "superseded",
        AGAIN["capture_path"]: "used",
    }
    assert ends(assessed(a_retake(GOOD, AGAIN), shots=[GOOD, AGAIN]))[0][0] == "rejected"


def test_a_retake_asked_of_somebody_without_a_shot_is_said_and_one_who_never_came_stays_missing():
    outcome = assessed(a_retake(), shots=[])
    assert ends(outcome) == [("missing", "L201;L248")]
    assert ends(assessed(a_retake(LOW, serial=2), shots=[GOOD])) == [("accepted", None)]


# -- crops ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("box", "code"),
    [((100.0, 80.0, 600.0), None), ((103.0, 80.0, 600.0), None), ((130.0, 80.0, 600.0), "L249")],
)
def test_a_crop_that_was_not_used_is_told(box, code):
    made = shot(OWN.format(1), crop_left_px=100.0, crop_top_px=80.0, crop_width_px=600.0)
    outcome = assessed(a_crop(made, box), shots=[made])
    assert [state for state, _ in ends(outcome)] == ["accepted"]
    assert [told_code for told_code, *_ in told(outcome)] == ([code] if code else [])
    unseen = assessed(a_crop(OTHER, box), shots=[made])
    assert [told_code for told_code, *_ in told(unseen)] == ["L242"]


def test_the_last_crop_of_a_capture_is_the_one_to_use():
    made = decisions_of(
        a_crop(LOW, (1, 2, 3)), a_crop(LOW, (4, 5, 6)), a_crop(OTHER, (7, 8, 9)), a_withdrawal(3)
    )
    assert boxes_of(made) == {LOW["sha256"]: Box(4, 5, 6)}


# -- waivers -------------------------------------------------------------------------------------------------


def test_a_waived_reason_stays_and_blocks_no_more():
    outcome = assessed(a_waiver("P320", LOW, valid_until=TODAY), shots=[LOW])
    assert ends(outcome) == [("accepted", "P320")]
    assert outcome.enrolments["waived"].to_list() == ["P320"]
    assert outcome.findings.select("code", "severity", "waived").rows() == [
        ("P320", "info", "李老师 豁免：看过原图，至 2020-12-01")
    ]
    assert outcome.records.written()["images"].height == 1


def test_what_else_blocks_goes_on_blocking():
    both = shot(OWN.format(1), crown_px=3.0, size_kb=50.0)
    outcome = assessed(a_waiver("P320", both), shots=[both], students=[student(sex=None)])
    assert [state for state, _ in ends(outcome)] == ["rejected"]
    assert {"R119", "P320"} <= set(ends(outcome)[0][1].split(";"))
    assert outcome.enrolments["waived"].to_list() == ["P320"]


@pytest.mark.parametrize("code", ["P301", "P311", "P324", "R119"])
def test_what_the_catalogue_does_not_let_waive_is_not_waived(code):
    """Whatever a ledger holds: `regpack decide` would not have taken it."""
    facts = {"P301": unreadable(OWN.format(1)), "P311": shot(OWN.format(1), faces=2)}
    facts["P324"] = shot(OWN.format(1), scale=2.0, photo_sha256=None)
    mine = facts.get(code, LOW)
    assert not REASONS[code].waivable
    outcome = assessed(a_waiver(code, mine), shots=[mine], students=[student(sex=None)])
    assert outcome.enrolments["state"].to_list() == ["rejected"]


def test_a_photo_that_was_not_made_is_not_waived_into_being():
    unmade = shot(OWN.format(1), photo_sha256=None)
    assert ends(assessed(a_waiver("P390", unmade), shots=[unmade])) == [("rejected", "P390")]
    low = shot(OWN.format(1), photo_sha256=None, **CROWN)
    assert ends(assessed(a_waiver("P320", low), shots=[low])) == [("rejected", "P320;P390")]
    both = (a_waiver("P320", low), a_waiver("P390", low))
    assert ends(assessed(*both, shots=[low])) == [("rejected", "P320;P390")]


def test_what_could_not_be_measured_is_waived_where_there_is_a_photo():
    unsure = shot(OWN.format(1), crown_px=None)
    assert ends(assessed(shots=[unsure])) == [("rejected", "P390")]
    assert ends(assessed(a_waiver("P390", unsure), shots=[unsure])) == [("accepted", "P390")]


def test_a_waiver_holds_for_the_photo_that_was_looked_at():
    worse = shot(f"E201/{citizen_no(1)}.jpg", 9, **CROWN)
    outcome = assessed(a_waiver("P320", LOW), shots=[worse])
    assert ends(outcome) == [("rejected", "L242;P320")]
    here = assessed(a_waiver("P320", LOW), a_choice(worse), shots=[LOW, worse])
    assert ends(here) == [("rejected", "L244;P320")]
    assert told(here) == [("L244", "warn", 2, "豁免 P320，第 1 号决定")]


def test_a_waiver_is_one_students():
    students, shots = [student(), student(2)], [LOW, shot(OWN.format(2), **CROWN)]
    outcome = assessed(a_waiver("P320", LOW, 2), students=students, shots=shots)
    assert [state for state, _ in ends(outcome)] == ["rejected", "rejected"]
    assert told(outcome) == [("L244", "warn", 3, "豁免 P320，第 1 号决定")]


def test_a_waiver_past_its_day_counts_no_more():
    outcome = assessed(a_waiver("P320", LOW, valid_until=date(2020, 11, 30)), shots=[LOW])
    assert ends(outcome) == [("rejected", "L245;P320")]
    assert told(outcome) == [("L245", "warn", 2, "豁免 P320，第 1 号决定")]


def test_a_waiver_of_nothing_is_told():
    good = shot(OWN.format(1))
    outcome = assessed(a_waiver("P320", good), shots=[good])
    assert ends(outcome) == [("accepted", "L246")]


# -- choices -------------------------------------------------------------------------------------------------


def test_the_shot_that_a_person_chose_is_used():
    first = shot(OWN.format(1), 2)
    assert capture_ends(assessed(shots=[first, OTHER])) == [("used", None), ("superseded", "L230")]
    outcome = assessed(a_choice(first), shots=[first, OTHER])
    assert capture_ends(outcome) == [("superseded", "L230"), ("used", None)]
    assert told(outcome) == []


def test_a_choice_lets_nothing_pass():
    outcome = assessed(a_choice(LOW), shots=[LOW, OTHER])
    assert ends(outcome) == [("rejected", "P320")]
    waived = assessed(a_choice(LOW), a_waiver("P320", LOW), shots=[LOW, OTHER])
    assert ends(waived) == [("accepted", "P320")]


@pytest.mark.parametrize("shots", [[shot(OWN.format(2)), OTHER], [OTHER | {"sha256": None}]])
def test_a_choice_that_cannot_be_kept_is_told(shots):
    students = [student(), student(2)]
    outcome = assessed(a_choice(shot(OWN.format(2))), students=students, shots=shots)
    assert outcome.enrolments["state"][0] == "accepted"
    assert [line[:3] for line in told(outcome)] == [("L243" if len(shots) > 1 else "L242", "warn", 2)]


# -- releases ------------------------------------------------------------------------------------------------


def test_a_released_capture_is_its_students_with_who_said_so():
    outcome = assessed(a_release(NOBODYS), shots=[NOBODYS])
    assert ends(outcome) == [("accepted", None)]
    assert outcome.captures.select("state", "student_no", "evidence", "supports").rows() == [
        ("used", "401019000001", "由 李老师 认定：看过原图", "decision")
    ]
    assert outcome.records.written()["images"].height == 1


def test_a_release_takes_the_capture_from_everybody_else():
    """Two enrolments fit; of the other, nothing doubtful is left."""
    students = [student(), student(2, document_no=citizen_no(1))]
    outcome = assessed(a_release(OTHER, 2), students=students, shots=[OTHER])
    assert ends(outcome) == [("missing", "L201"), ("accepted", None)]
    assert "由 李老师 认定" in outcome.captures["evidence"][0]


def test_identical_files_are_released_together():
    shots = [shot(OWN.format(1), sha256="same"), shot(OWN.format(2), sha256="same")]
    students = [student(), student(2)]
    assert ends(assessed(students=students, shots=shots)) == [("rejected", "L202")] * 2
    outcome = assessed(a_release(shots[0]), students=students, shots=shots)
    assert ends(outcome) == [("accepted", None), ("missing", "L201")]
    assert capture_ends(outcome) == [("superseded", "L230"), ("used", None)]


def test_a_released_picture_puts_its_like_in_doubt():
    """What stands under one student cannot stand under another as well."""
    nobodys, anothers = NOBODYS | {"frame_hash": "0" * 256}, shot(OWN.format(2), frame_hash="0" * 256)
    students = [student(), student(2)]
    assert ends(assessed(students=students, shots=[nobodys, anothers])) == [
        ("missing", "L201"), ("accepted", None),
    ]  # fmt: skip
    outcome = assessed(a_release(nobodys), students=students, shots=[nobodys, anothers])
    assert ends(outcome) == [("accepted", None), ("rejected", "L202")]


def test_a_person_who_looked_settles_what_two_detectors_did_not():
    unsure = shot(OWN.format(1), second_faces=1, detectors_apart_px=12.0)
    outcome = assessed(a_release(unsure), shots=[unsure])
    assert ends(outcome) == [("accepted", "P312")]
    assert outcome.findings["waived"].to_list() == ["李老师 看图放行：看过原图"]


@pytest.mark.parametrize(
    ("change", "ended"),
    [
        ({"registration": "已注册"}, ("locked", "L243;R140")),
        ({"certificate_kind": "单证"}, ("ineligible", "L243;R132")),
    ],
)
def test_nobody_outside_comes_in_by_a_decision(change, ended):
    outcome = assessed(
        a_release(NOBODYS), a_waiver("P320", NOBODYS), a_choice(NOBODYS),
        students=[student(**change)], shots=[NOBODYS],
    )  # fmt: skip
    assert outcome.enrolments["state"].to_list() == [ended[0]]
    assert outcome.captures["state"].to_list() == ["quarantined"]
    assert ("L243", "warn", 2) in [line[:3] for line in told(outcome)]


def test_a_released_file_that_cannot_be_read_stays_so():
    outcome = assessed(a_release(unreadable("E201/1.jpg")), shots=[unreadable("E201/1.jpg")])
    assert capture_ends(outcome) == [("unreadable", "P301")]
    assert ends(outcome)[0][0] == "rejected"
    assert told(outcome) == [("L243", "warn", 2, "放行，第 1 号决定")]


# -- what is gone --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("decision", [a_waiver("P320", NOBODYS), a_choice(NOBODYS), a_release(NOBODYS)])
def test_a_decision_about_a_capture_that_is_gone_is_told(decision):
    outcome = assessed(decision)
    assert [line[:3] for line in told(outcome)] == [("L242", "warn", 2)]
    assert ends(outcome) == [("accepted", "L242")]


@pytest.mark.parametrize("students", [[student(2)], [student(), student(name="李四")]])
def test_a_decision_about_nobody_is_told(students):
    outcome = assessed(a_release(NOBODYS), students=students, shots=[NOBODYS], awards=[award(2)])
    found = outcome.findings.filter(pl.col("code") == "S550")
    assert found.select("student_no", "row", "seen").rows() == [("401019000001", None, "放行，第 1 号决定")]
    assert outcome.captures["state"].to_list() == ["orphan"]


# -- whatever was decided ------------------------------------------------------------------------------------


SERIALS = range(1, 7)
WAIVABLE = [reason.value for reason in Reason if reason.value.startswith("P")]
choices = st.tuples(st.sampled_from([a_choice, a_release]), st.none())
waivers = st.tuples(st.just(a_waiver), st.sampled_from(WAIVABLE))
rulings = st.lists(
    st.tuples(choices | waivers, st.integers(0, 9), st.sampled_from(SERIALS), st.integers(0, 3)), max_size=8
)


@settings(random_days, max_examples=4)
@given(days, rulings)
def test_the_accounts_add_up_whatever_was_decided(day, ruled):
    inputs = build(day)
    files = inputs.captures.to_dicts() or [NOBODYS]
    decisions = [
        make(
            *([code] if code else []),
            files[place % len(files)],
            serial,
            valid_until=TODAY if days_left else None,
        )
        for (make, code), place, serial, days_left in ruled
    ]
    frame = decisions_of(*(line for line in decisions))
    outcome = assess(inputs._replace(decisions=frame, today=TODAY), a_campaign(), the_profile("capture"))
    assert_adds_up(outcome)
    waived = outcome.findings.drop_nulls("waived")
    assert all(REASONS[code].waivable or code == "P312" for code in waived["code"])
    assert set(waived["severity"]) <= {"info"}
