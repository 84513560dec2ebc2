"""The accounts: states of captures and enrolments, and why somebody has no photo."""

import polars as pl
import pytest

from schemas.audit import CaptureState, EnrolmentState
from schemas.reasons import Severity
from schemas.roster import UNLINKABLE
from transforms.reconcile import (
    absence_findings,
    capture_states,
    codes_by,
    count_ineligible,
    count_states,
    enrolment_states,
)

ROSTER = pl.DataFrame({"row": [2, 3], "student_no": ["a", "b"]}, schema_overrides={"row": pl.UInt32})
NO_CANDIDATES = {"capture_path": pl.String, "row": pl.UInt32}
NOBODY = pl.Series(dtype=pl.String)


def captures(*lines):
    schema = {"capture_path": pl.String, "row": pl.UInt32, "code": pl.String, "source_format": pl.String}
    return pl.DataFrame(lines, schema=schema, orient="row")


def findings_of(*lines):
    schema = {"row": pl.UInt32, "code": pl.String, "severity": pl.String}
    return pl.DataFrame(lines, schema=schema, orient="row")


@pytest.mark.parametrize(
    ("row", "code", "source_format", "state", "told"),
    [
        (2, None, "JPEG", "used", None),
        (3, None, "JPEG", "superseded", None),
        (4, None, "JPEG", "quarantined", "L212"),
        (None, "L210", "JPEG", "quarantined", "L210"),
        (None, "L211", "JPEG", "quarantined", "L211"),
        (None, "L213", "JPEG", "quarantined", "L213"),
        (None, "L220", "JPEG", "orphan", "L220"),
        (None, "L221", "JPEG", "orphan", "L221"),
        (2, None, None, "unreadable", None),
        (4, None, None, "unreadable", "L212"),
        (None, "L210", None, "unreadable", "L210"),
        (None, "L221", None, "unreadable", "L221"),
    ],
)
def test_a_capture_ends_in_one_state(row, code, source_format, state, told):
    chosen = pl.DataFrame({"capture_path": ["x"] if row == 2 else ["y"]})
    outside = pl.Series([4], dtype=pl.UInt32)
    settled = capture_states(captures(("x", row, code, source_format)), chosen, outside)
    assert settled.select("state", "code").row(0) == (state, told)


@pytest.mark.parametrize(
    ("states", "code"),
    [
        ([], "L201"),
        (["quarantined"], "L202"),
        (["unreadable"], "L203"),
        (["unreadable", "quarantined"], "L202"),
        (["orphan"], "L201"),
        (["used"], None),
        (["used", "quarantined", "unreadable"], None),
    ],
)
def test_why_somebody_has_no_photo(states, code):
    lines = [(f"{at}.jpg", 2, state) for at, state in enumerate(states)]
    settled = pl.DataFrame(lines, schema=NO_CANDIDATES | {"state": pl.String}, orient="row")
    candidates = settled.select("capture_path", "row")
    found = absence_findings(
        ROSTER, settled, candidates, known=findings_of(), delivered=NOBODY, severities={}
    )
    assert found.filter(pl.col("row") == 2)["code"].to_list() == ([code] if code else [])
    assert found.filter(pl.col("row") == 3)["code"].to_list() == ["L201"]


def test_whoever_an_earlier_bundle_holds_needs_no_capture():
    nothing = pl.DataFrame(schema=NO_CANDIDATES | {"state": pl.String})
    held = ROSTER["student_no"].head(1)
    found = absence_findings(
        ROSTER,
        nothing,
        pl.DataFrame(schema=NO_CANDIDATES),
        known=findings_of(),
        delivered=held,
        severities={},
    )
    assert found["code"].to_list() == ["L204", *["L201"] * (ROSTER.height - 1)]


@pytest.mark.parametrize("reason", UNLINKABLE)
@pytest.mark.parametrize(("severity", "codes"), [(Severity.BLOCK, []), (Severity.WARN, ["L201"])])
def test_a_spoilt_key_stands_for_the_absence_only_while_it_blocks(reason, severity, codes):
    nothing = pl.DataFrame(schema=NO_CANDIDATES | {"state": pl.String})
    known = findings_of((2, reason.value, severity.value))
    found = absence_findings(
        ROSTER, nothing, nothing.select("capture_path", "row"), known=known, delivered=NOBODY, severities={}
    )
    assert found.filter(pl.col("row") == 2)["code"].to_list() == codes


@pytest.mark.parametrize(
    ("told", "state"),
    [
        ([], "accepted"),
        ([("R104", "info"), ("R106", "warn")], "accepted"),
        ([("R114", "block")], "rejected"),
        ([("R106", "block")], "rejected"),
        ([("L201", "block")], "missing"),
        ([("L201", "block"), ("R114", "block")], "missing"),
        ([("L202", "block")], "rejected"),
        ([("R140", "info"), ("R114", "block")], "locked"),
        ([("R131", "info"), ("R140", "info"), ("R114", "block")], "ineligible"),
        ([("R132", "info")], "ineligible"),
        ([("R133", "info")], "ineligible"),
        ([("R134", "block")], "rejected"),
    ],
)
def test_an_enrolment_ends_in_one_state(told, state):
    found = findings_of(*((2, *line) for line in told), (None, "L220", "warn"))
    assert enrolment_states(ROSTER, found).rows() == [(2, state), (3, "accepted")]


def test_codes_stand_once_each_and_sorted():
    found = findings_of(
        (2, "R114", "block"), (2, "R104", "info"), (2, "R114", "block"), (None, "L220", "warn")
    )
    assert codes_by(found, "row").rows() == [(2, "R104;R114")]


@pytest.mark.parametrize("states", [EnrolmentState, CaptureState])
def test_states_are_counted_with_their_zeros(states):
    first, *others = states
    counts = count_states(pl.DataFrame({"state": [first.value, first.value]}), states)
    assert counts == {first.value: 2} | {state.value: 0 for state in others}
    assert count_states(pl.DataFrame(schema={"state": pl.String}), states) == {
        state.value: 0 for state in states
    }


def test_who_is_ineligible_is_counted_under_every_reason_for_it():
    ends = pl.DataFrame(
        [("ineligible", "L212;R131;R141"), ("ineligible", "R131"), ("accepted", "R131"), ("missing", None)],
        schema={"state": pl.String, "codes": pl.String},
        orient="row",
    )
    assert count_ineligible(ends) == {"R131": 2, "R141": 1}
