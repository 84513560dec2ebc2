"""Cases in the ledger, on both databases: opened once, ended by a fact, never changed."""

import polars as pl
import pytest

from outputs import ledger_cases as cases
from outputs.ledger import open_ledger
from outputs.ledger_cases import ListRead
from outputs.ledger_rows import SEALED, SealedBundle
from schemas.errors import InputError
from schemas.feedback import COMPLAINT, OPENED, PLATFORM, VENDOR
from tests.run_frames import a_run, enrolment

CAMPAIGN = "demo-2020"
TWO, THREE, FOUR = "401019000002", "401019000003", "401019000004"


@pytest.fixture
def ledger(ledger_url):
    with open_ledger(ledger_url) as ledger:
        yield ledger


def a_case(student_no, kind=COMPLAINT, code="R185", said="闭眼了"):
    return {"kind": kind, "student_no": student_no, "code": code, "due_on": "2021-01-05", "said": said}


def a_list(kind=PLATFORM, sha="aa", students=(), registered=(), opened=(), ended=()):
    return ListRead(
        kind, "2021-01-04T08:00:00Z", sha, len(students), pl.Series(students, dtype=pl.String),
        pl.Series(registered, dtype=pl.String),
        pl.DataFrame(list(opened), schema=dict.fromkeys(OPENED, pl.String)),
        pl.DataFrame({"case_id": list(ended)}, schema={"case_id": pl.Int64}),
    )  # fmt: skip


def seal(ledger, number, photos):
    """A run whose bundle holds these photos by student number."""
    lines = [enrolment(int(no[-2:]), "accepted") for no in photos]
    run = a_run(lines, run=f"2020110{number}-183000")
    records = [
        {
            "student_no": no,
            "record_sha256": f"{photo}{number}",
            "photo_sha256": photo,
            "capture_sha256": photo,
        }
        for no, photo in photos.items()
    ]
    bundle = SealedBundle(
        f"{CAMPAIGN}-{number:03}", number, "zip", None, pl.DataFrame(records, schema=SEALED)
    )
    with ledger.recording(run, inputs={}, sealed=[bundle]):
        pass


def open_students(ledger):
    return cases.open_cases(ledger, CAMPAIGN).select("student_no", "kind").rows()


def test_a_list_is_remembered_with_what_follows_from_it(ledger):
    opened = [a_case(TWO, PLATFORM, "R181", "身份核验未通过")]
    cases.add_list(ledger, CAMPAIGN, a_list(students=[TWO, THREE], registered=[THREE], opened=opened))
    assert open_students(ledger) == [(TWO, PLATFORM)]
    assert cases.on_platform(ledger, CAMPAIGN).to_list() == [TWO, THREE]
    assert cases.registered(ledger, CAMPAIGN).rows() == [(THREE, "2021-01-04T08:00:00Z")]
    assert cases.is_read(ledger, CAMPAIGN, PLATFORM, "aa")
    assert not cases.is_read(ledger, CAMPAIGN, VENDOR, "aa")
    assert not cases.is_read(ledger, "other", PLATFORM, "aa")
    ended = cases.open_cases(ledger, CAMPAIGN)["case_id"]
    cases.add_list(ledger, CAMPAIGN, a_list(sha="bb", students=[TWO], registered=[TWO, THREE], ended=ended))
    assert open_students(ledger) == []
    assert cases.registered(ledger, CAMPAIGN)["student_no"].to_list() == [TWO, THREE]
    assert cases.cases_of(ledger, CAMPAIGN, TWO).select("how", "closed_at").rows() == [
        ("no-longer-flagged", "2021-01-04T08:00:00Z")
    ]


def test_the_same_list_is_never_there_twice(ledger):
    cases.add_list(ledger, CAMPAIGN, a_list(opened=[a_case(TWO)]))
    with pytest.raises(InputError):
        cases.add_list(ledger, CAMPAIGN, a_list(opened=[a_case(THREE)]))
    assert open_students(ledger) == [(TWO, COMPLAINT)]


def test_a_new_photo_in_a_bundle_ends_what_was_said_of_the_old_one(ledger):
    seal(ledger, 1, {TWO: "p2", THREE: "p3", FOUR: "p4"})
    opened = [a_case(TWO), a_case(TWO, VENDOR, "R184"), a_case(THREE), a_case(FOUR, PLATFORM, "R181")]
    cases.open_by_hand(
        ledger,
        CAMPAIGN,
        pl.DataFrame(opened, schema=dict.fromkeys(OPENED, pl.String)),
        opened_at="2020-12-01",
    )
    cases.open_by_hand(
        ledger,
        "other",
        pl.DataFrame(opened[:1], schema=dict.fromkeys(OPENED, pl.String)),
        opened_at="2020-12-01",
    )
    assert cases.complained(ledger, CAMPAIGN).to_list() == [TWO, THREE]
    seal(ledger, 2, {TWO: "new2", THREE: "p3", FOUR: "new4"})
    assert open_students(ledger) == [(THREE, COMPLAINT), (FOUR, PLATFORM)], "the text alone changed; identity"
    assert cases.cases_of(ledger, CAMPAIGN, TWO).select("how", "bundle").rows() == [
        ("photo-accepted", "demo-2020-002")
    ] * 2  # fmt: skip
    assert cases.open_cases(ledger, "other").height == 1
    seal(ledger, 3, {THREE: "new3", TWO: "new2"})
    assert open_students(ledger) == [(FOUR, PLATFORM)]


def test_a_first_photo_ends_a_refusal_from_before(ledger):
    cases.open_by_hand(
        ledger,
        CAMPAIGN,
        pl.DataFrame([a_case(TWO)], schema=dict.fromkeys(OPENED, pl.String)),
        opened_at="2020",
    )
    seal(ledger, 1, {TWO: "p2"})
    assert open_students(ledger) == []


def test_a_case_is_withdrawn_by_somebodys_word_with_numbers_masked(ledger):
    said = "身份证 360102199801011234 的照片闭眼"
    cases.open_by_hand(
        ledger, CAMPAIGN, pl.DataFrame([a_case(TWO, said=said)], schema=dict.fromkeys(OPENED, pl.String)),
        opened_at="2020",
    )  # fmt: skip
    case = cases.open_cases(ledger, CAMPAIGN).row(0, named=True)
    assert case["said"] == "身份证 3601**********1234 的照片闭眼"
    cases.withdraw(
        ledger, case["case_id"], because="本人同意 360102199801011234", by_whom="王老师", closed_at="2021"
    )
    told = cases.cases_of(ledger, CAMPAIGN, TWO).row(0, named=True)
    assert (told["how"], told["by_whom"], told["because"]) == (
        "withdrawn",
        "王老师",
        "本人同意 3601**********1234",
    )
    with pytest.raises(InputError):
        cases.withdraw(ledger, case["case_id"], because="x", by_whom="y", closed_at="2021")


def test_the_day_of_sealing_and_the_unit_are_the_latest(ledger):
    seal(ledger, 1, {TWO: "p2", THREE: "p3"})
    seal(ledger, 2, {TWO: "q2"})
    assert cases.sealed_on(ledger, CAMPAIGN)["student_no"].sort().to_list() == [TWO, THREE]
    assert dict(cases.units(ledger, CAMPAIGN).iter_rows()) == {TWO: "文学院", THREE: "文学院"}
