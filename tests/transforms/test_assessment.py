"""A whole day: everybody in one state, nobody accepted whose photo is in doubt, whatever the day was like."""

from datetime import timedelta

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.audit import CAPTURES, ENROLMENTS, FINDINGS, SESSIONS, CaptureState, EnrolmentState
from schemas.photo import FACTS
from schemas.reasons import REASONS, Severity
from tests.builders import (
    a_campaign,
    a_day,
    award,
    citizen_no,
    log_line,
    session,
    shot,
    student,
    the_profile,
    unreadable,
)
from transforms.assessment import assess, record_digests
from transforms.reconcile import count_states

OWN = "E201/40101900000{}.jpg"
NO_PHOTO = {"photo_sha256": None}
TWO_ENROLMENTS = [student(), student(2, document_no=citizen_no(1))]
"""Of one person."""


def assessed(profile=None, campaign=None, **inputs):
    return assess(a_day(**inputs), campaign or a_campaign(), profile or the_profile())


def with_severities(**severities):
    changed = {code: Severity(severity) for code, severity in severities.items()}
    return the_profile().model_copy(update={"severities": changed})


def ends(outcome):
    """State and codes of every enrolment."""
    return outcome.enrolments.select("state", "codes").rows()


def capture_ends(outcome):
    """State and codes of every capture."""
    return outcome.captures.select("state", "codes").rows()


# -- one day, one thing changed ------------------------------------------------------------------------------


def test_a_good_day_finds_nothing():
    outcome = assessed()
    assert outcome.findings.is_empty()
    assert ends(outcome) == [("accepted", None)]
    assert capture_ends(outcome) == [("used", None)]
    assert {name: table.height for name, table in outcome.records.written().items()} == {
        "images": 1,
        "diploma": 1,
        "degree": 1,
    }


def test_frames_have_the_audits_columns():
    outcome = assessed()
    assert dict(outcome.enrolments.schema) == ENROLMENTS
    assert dict(outcome.captures.schema) == CAPTURES | FACTS
    assert dict(outcome.findings.schema) == FINDINGS
    assert dict(outcome.sessions.schema) == SESSIONS


@pytest.mark.parametrize(
    ("inputs", "enrolments", "captures"),
    [
        ({"shots": [shot("E201/1.jpg")]}, [("missing", "L201")], [("orphan", "L221")]),
        ({"shots": [unreadable(OWN.format(1))]}, [("rejected", "L203")], [("unreadable", "P301")]),
        (
            {"shots": [shot(OWN.format(1), crown_px=3.0)]},
            [("rejected", "P320")],
            [("used", "P320")],
        ),
        (
            {"shots": [shot(OWN.format(1), has_gps=True)]},
            [("accepted", "P305")],
            [("used", "P305")],
        ),
        (
            {"shots": [shot(OWN.format(1)), shot(f"E201/{citizen_no(1)}.jpg", 9, crown_px=3.0)]},
            [("accepted", None)],
            [("superseded", "L230;P320"), ("used", None)],
        ),
        (
            {"shots": [shot(OWN.format(1)), unreadable(f"E201/{citizen_no(1)}.jpg")]},
            [("accepted", None)],
            [("unreadable", "P301"), ("used", None)],
        ),
        (
            {"students": [student(registration="已注册")]},
            [("locked", "R140")],
            [("quarantined", "L212")],
        ),
        (
            {"students": [student(certificate_kind="单证")]},
            [("ineligible", "R132")],
            [("quarantined", "L212")],
        ),
        (
            {"students": [student(enrolment_status="退学", unit_name="医学部")]},
            [("ineligible", "R133;R141")],
            [("quarantined", "L212")],
        ),
        (
            {"students": [student(enrolment_status="提前毕业", entry_on="20200901")]},
            [("accepted", "R146")],
            [("used", None)],
        ),
        (
            {"students": [student(enrolment_status="交换")]},
            [("rejected", "R145")],
            [("used", None)],
        ),
        (
            {"students": [student(certificate_kind="单证")], "shots": [unreadable(OWN.format(1))]},
            [("ineligible", "R132")],
            [("unreadable", "L212;P301")],
        ),
        (
            {"students": TWO_ENROLMENTS, "shots": [shot(f"E201/{citizen_no(1)}.jpg")]},
            [("rejected", "L202"), ("rejected", "L202")],
            [("quarantined", "L211")],
        ),
        (
            {
                "students": [student(), student(2)],
                "shots": [shot(OWN.format(at), sha256="same") for at in (1, 2)],
            },
            [("rejected", "L202"), ("rejected", "L202")],
            [("quarantined", "L213"), ("quarantined", "L213")],
        ),
        (
            {"students": [student(document_no=citizen_no(1)[:-1] + "8")], "shots": [shot("E201/1.jpg")]},
            [("rejected", "R114")],
            [("orphan", "L221")],
        ),
        (
            {"shots": [shot(OWN.format(1), second_faces=1, detectors_apart_px=12.0)]},
            [("rejected", "L202")],
            [("quarantined", "P312")],
        ),
        (
            {"shots": [shot(OWN.format(1), second_faces=2, detectors_apart_px=None)]},
            [("rejected", "L202")],
            [("quarantined", "P312")],
        ),
        (
            {"shots": [
                shot(OWN.format(1), second_faces=0, detectors_apart_px=None),
                shot("E201/401019000001_2.jpg", second_faces=1, detectors_apart_px=1.0),
            ]},
            [("accepted", None)],
            [("quarantined", "P312"), ("used", None)],
        ),
        ({"awards": []}, [("rejected", "T401")], [("used", None)]),
        ({"awards": [award(), award()]}, [("rejected", "T401;T407")], [("used", None)]),
        ({"awards": [award(name="李四")]}, [("rejected", "R129")], [("used", None)]),
        ({"awards": [award(name="张　三")]}, [("accepted", None)], [("used", None)]),
        (
            {"students": TWO_ENROLMENTS, "shots": [shot(OWN.format(at)) for at in (1, 2)]},
            [("rejected", "T405"), ("rejected", "T405")],
            [("used", None), ("used", None)],
        ),
        (
            {"students": [student(), student(2, student_no=student()["student_no"])], "awards": [award()]},
            [("rejected", "L202;R102"), ("rejected", "L202;R102")],
            [("quarantined", "L211")],
        ),
    ],
)  # fmt: skip
def test_one_thing_changed(inputs, enrolments, captures):
    outcome = assessed(**inputs)
    without_head_counts = [
        (state, (codes and ";".join(code for code in codes.split(";") if code[0] != "S")) or None)
        for state, codes in ends(outcome)
    ]
    assert without_head_counts == enrolments
    assert capture_ends(outcome) == captures
    assert_adds_up(outcome)


def test_detectors_that_disagree_are_told_once_with_what_was_seen():
    outcome = assessed(shots=[shot(OWN.format(1), second_faces=1, detectors_apart_px=12.0)])
    told = (
        outcome.findings.filter(code="P312").select("capture_path", "column", "seen", "limit", "row").rows()
    )
    assert told == [(OWN.format(1), "detectors_apart_px", "12.0", "≤ 9 px", None)]


def test_where_a_profile_only_warns_of_it_nothing_is_quarantined():
    outcome = assessed(with_severities(P312="warn"), shots=[shot(OWN.format(1), second_faces=2)])
    assert ends(outcome) == [("accepted", "P312")]
    assert capture_ends(outcome) == [("used", "P312")]


def test_an_award_of_nobody_is_told():
    outcome = assessed(awards=[award(), award(77)])
    assert outcome.findings.select("row", "code", "seen").rows() == [(None, "S504", "401019000077")]
    assert ends(outcome) == [("accepted", None)]


NO_DEGREE = dict.fromkeys(("degree_no", "degree_category_code", "degree_category_name"))


def test_who_only_completed_has_a_diploma_record_and_none_of_a_degree():
    outcome = assessed(awards=[award(conclusion="结业", **NO_DEGREE)])
    assert ends(outcome) == [("accepted", None)]
    assert {name: table.height for name, table in outcome.records.written().items()} == {
        "images": 1, "diploma": 1, "degree": 0,
    }  # fmt: skip


@pytest.mark.parametrize("left", NO_DEGREE)
def test_a_degree_of_who_only_completed_is_a_contradiction(left):
    outcome = assessed(awards=[award(conclusion="结业", **NO_DEGREE | {left: award()[left]})])
    assert ends(outcome) == [("rejected", "T425")]
    assert outcome.findings.select("column", "seen").rows() == [("conclusion", "结业")]


def test_a_graduate_without_a_degree_is_asked_about():
    assert "T401" in ends(assessed(awards=[award(**NO_DEGREE)]))[0][1]


def test_a_log_line_without_any_capture_is_told_once():
    lines = [log_line(at, document_no=citizen_no(2)) for at in (200, 100)]
    outcome = assessed(students=[student(), student(2)], lines=lines, awards=[award(), award(2)])
    found = outcome.findings.filter(pl.col("code") == "L240")
    assert found.select("row", "severity", "seen").rows() == [(3, "warn", "2020-11-19 09:01:40.000")]
    assert ends(outcome)[1] == ("missing", "L201;L240")


# -- what must never be accepted -----------------------------------------------------------------------------


def test_a_photo_that_could_not_be_made_is_never_accepted():
    outcome = assessed(shots=[shot(OWN.format(1), **NO_PHOTO)])
    assert ends(outcome) == [("rejected", "P390")]
    assert outcome.findings.select("code", "severity", "column").rows() == [("P390", "block", "photo_sha256")]


def test_limits_that_no_crop_keeps_together_name_each_other():
    apart = {"limits_apart": "crown_px+eye_line_px+face_width_px"}
    outcome = assessed(shots=[shot(OWN.format(1), crown_px=20.0, **apart)])
    assert outcome.findings.filter(pl.col("code") == "P320")["limit"].to_list() == [
        "50–110 px，与眼睛距上边 200–300 px、脸宽 180–300 px 不能同时满足"
    ]


def test_a_limit_that_says_why_there_is_no_photo_says_enough():
    outcome = assessed(shots=[shot(OWN.format(1), **NO_PHOTO, scale=2.0)])
    assert ends(outcome) == [("rejected", "P324")]


def test_no_profile_lets_a_photo_pass_that_is_not_there():
    profile = with_severities(P324="warn", P390="info", P310="warn")
    for facts in ({"scale": 2.0}, {"faces": 0}, {}):
        assert ends(assessed(profile, shots=[shot(OWN.format(1), **NO_PHOTO, **facts)]))[0][0] == "rejected"


@pytest.mark.parametrize(("severity", "state"), [("block", "rejected"), ("warn", "accepted")])
def test_a_further_picture_that_was_not_made_is_named_and_weighs_what_the_profile_says(severity, state):
    lacking = shot(OWN.format(1), derivatives=[], derivatives_unmade="agency-upload")
    outcome = assessed(with_severities(P370=severity), shots=[lacking])
    assert ends(outcome) == [(state, "P370")]
    assert outcome.findings.select("column", "seen").rows() == [("derivatives_unmade", "agency-upload")]
    assert outcome.derivatives.is_empty()


def test_derivatives_are_those_of_the_accepted_by_row():
    shots = [shot(OWN.format(1)), shot(OWN.format(2), tilt_deg=40.0)]
    outcome = assessed(students=[student(1), student(2)], shots=shots)
    assert [state for state, _ in ends(outcome)] == ["accepted", "rejected"]
    sha256 = shots[0]["derivatives"][0]["sha256"]
    assert outcome.derivatives.rows() == [(2, "print-33x48", sha256)]


def test_a_capture_with_a_photo_goes_before_one_without():
    shots = [shot(OWN.format(1), 2), shot(f"E201/{citizen_no(1)}.jpg", 9, **NO_PHOTO)]
    outcome = assessed(shots=shots)
    assert ends(outcome) == [("accepted", None)]
    assert outcome.enrolments["capture_path"].to_list() == [OWN.format(1)]


def test_a_softened_key_reason_does_not_hide_an_absence():
    profile = with_severities(R114="warn")
    wrong = student(document_no=citizen_no(1)[:-1] + "8")
    assert ends(assessed(profile, students=[wrong], shots=[shot("E201/1.jpg")])) == [("missing", "L201;R114")]


def test_photos_of_one_name_are_both_kept_back():
    profile = the_profile("capture")
    images = profile.tables[0].model_copy(update={"unique": ("XH",)})
    both = profile.model_copy(update={"tables": (images,)})
    students = [student(), student(2, document_no=citizen_no(1))]
    outcome = assessed(both, students=students, shots=[shot(OWN.format(at)) for at in (1, 2)], sessions=[])
    assert ends(outcome) == [("rejected", "T410")] * 2


def test_a_photo_without_a_name_is_kept_back():
    profile = the_profile("capture")
    naming = profile.naming.model_copy(update={"photo": "{examinee_no}.jpg"})
    nameless = assessed(profile.model_copy(update={"naming": naming}), students=[student(examinee_no=None)])
    assert ends(nameless) == [("rejected", "T401")]


# -- whatever the day was like -------------------------------------------------------------------------------


def assert_adds_up(outcome):
    """The accounts of one day; every promise that the audit makes of everybody."""
    enrolments, captures, findings = outcome.enrolments, outcome.captures, outcome.findings
    people = count_states(enrolments, EnrolmentState)
    files = count_states(captures, CaptureState)
    assert sum(people.values()) == enrolments.height == enrolments["row"].n_unique()
    assert sum(files.values()) == captures.height == captures["capture_path"].n_unique()

    accepted = enrolments.filter(pl.col("state") == "accepted")
    assert accepted["photo_sha256"].null_count() == accepted["photo_name"].null_count() == 0
    assert accepted["photo_name"].str.to_lowercase().is_unique().all()
    blocked = findings.filter(pl.col("severity") == "block").drop_nulls("row")
    assert accepted.join(blocked, on="row", how="semi").is_empty()
    rejected = enrolments.filter(pl.col("state") == "rejected")
    assert rejected.join(blocked, on="row", how="anti").is_empty()

    used = captures.filter(pl.col("state") == "used")
    assert used["row"].null_count() == 0
    assert used["row"].is_unique().all()
    shown = enrolments.drop_nulls("capture_path").select("row", "capture_path").sort("row")
    assert shown.equals(used.select("row", "capture_path").sort("row"))
    assert accepted.join(used, on="row", how="anti").is_empty()
    assert used.join(
        enrolments.filter(pl.col("state").is_in(["accepted", "rejected"])), on="row", how="anti"
    ).is_empty()
    superseded = captures.filter(pl.col("state") == "superseded")
    assert superseded.join(used, on="row", how="anti").is_empty()

    invited = enrolments.filter(pl.col("session_id").is_not_null() & (pl.col("state") != "ineligible"))
    counts = {"enrolled": pl.lit(True), "captured": pl.col("capture_path").is_not_null()}
    counts |= {state: pl.col("state") == state for state in ("accepted", "missing")}
    for column, is_counted in counts.items():
        assert outcome.sessions[column].sum() == invited.filter(is_counted).height
    apart = outcome.sessions["late"] + outcome.sessions["other_day"]
    assert (apart <= outcome.sessions["captured"]).all()

    absent = findings.filter(pl.col("code") == "L201")["row"].sort()
    assert absent.equals(enrolments.filter(pl.col("state") == "missing")["row"].sort())
    for table in outcome.records.written().values():
        assert table["row"].sort().equals(accepted["row"].sort())
    assert set(findings["code"]) <= set(REASONS)
    assert findings["severity"].null_count() == 0


SERIALS = range(1, 7)
people = st.lists(
    st.tuples(
        st.sampled_from(SERIALS),
        st.sampled_from(SERIALS),
        st.sampled_from([
            {}, {}, {}, {"certificate_kind": "单证"}, {"registration": "已注册"}, {"sex": None},
            {"entry_on": None}, {"student_no": None}, {"document_no": None}, {"document_no": "3.60102E+17"},
            {"unit_name": "医学部"}, {"examinee_no": None}, {"name": "李四"},
            {"unit_name": "理学院", "level_name": "博士"},
        ]),
    ),
    min_size=1, max_size=6,
)  # fmt: skip
keys = st.one_of(
    st.builds(lambda serial: student(serial)["student_no"], st.sampled_from(SERIALS)),
    st.builds(citizen_no, st.sampled_from([*SERIALS, 400])),
)
file_names = st.one_of(keys, st.sampled_from(["1", "2", "3"]))
cameras = st.sampled_from(["E201", "E202"])
facts = st.sampled_from([
    {}, {}, {}, {"crown_px": 3.0}, {"crown_px": None}, {"size_kb": 50.0}, {"faces": 0}, {"faces": 2},
    NO_PHOTO,
    {"scale": 2.0} | NO_PHOTO, {"sha256": "same"}, {"taken_at": None}, {"is_colour_known": False},
    unreadable("x") | {"sha256": "same"}, unreadable("x"),
])  # fmt: skip
files = st.dictionaries(
    st.builds("{}/{}.jpg".format, cameras, file_names), st.tuples(st.integers(0, 40), facts), max_size=8
)
logs = st.lists(
    st.builds(
        lambda second, camera, document_no, student_no, name: log_line(
            second, camera_name=camera, document_no=document_no, student_no=student_no, file_name=name
        ),
        st.integers(0, 40), cameras, st.none() | keys, st.none() | keys,
        st.none() | st.builds("{}.JPG".format, file_names),
    ),
    max_size=8,
)  # fmt: skip
severities = st.dictionaries(
    st.sampled_from(["P310", "P311", "P320", "P324", "P390", "R112", "R114", "R115", "T401", "L210", "L220"]),
    st.sampled_from(list(Severity)), max_size=4,
)  # fmt: skip
days = st.fixed_dictionaries({"people": people, "files": files, "lines": logs})


def build(day):
    students = [
        student(serial, **{"document_no": citizen_no(document)} | change)
        for serial, document, change in day["people"]
    ]
    shots = [
        shot(path, second) | {key: value for key, value in facts.items() if key != "capture_path"}
        for path, (second, facts) in day["files"].items()
    ]
    serials = dict.fromkeys(serial for serial, _, _ in day["people"])
    return a_day(
        students=students, shots=shots, lines=day["lines"], awards=[award(serial) for serial in serials],
        sessions=[session(), session(unit_name="全体博士", level_name="博士")],
    )  # fmt: skip


random_days = settings(
    max_examples=8, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)  # fmt: skip


@random_days
@given(days, severities)
def test_the_accounts_add_up_whatever_the_day_was_like(day, changed):
    profile = the_profile("capture").model_copy(update={"severities": changed})
    outcome = assess(build(day), a_campaign(), profile)
    assert_adds_up(outcome)


@settings(random_days, max_examples=4)
@given(days, st.integers(0, 99))
def test_the_order_of_the_inputs_does_not_matter(day, seed):
    inputs = build(day)
    frames = {
        name: each for name, each in inputs._asdict().items() if isinstance(each, pl.DataFrame | pl.Series)
    }
    shuffled = inputs._replace(
        **{name: frame.sample(fraction=1, shuffle=True, seed=seed) for name, frame in frames.items()}
    )
    first, second = (assess(each, a_campaign(), the_profile("capture")) for each in (inputs, shuffled))
    for mine, other in zip(first[:4], second[:4], strict=True):
        by = [name for name in ("session_id", "row", "capture_path") if name in mine.columns]
        order = mine.columns if mine.columns == list(FINDINGS) else by
        assert mine.sort(order).equals(other.sort(order))
    written = second.records.written()
    for name, table in first.records.written().items():
        assert table.equals(written[name])
    one, other = (record_digests(each.records, each.derivatives) for each in (first, second))
    assert one.equals(other)


# -- digests -------------------------------------------------------------------------------------------------


def digest(**changes):
    inputs = {"shots": [shot(OWN.format(1))]} | changes
    made = assessed(**inputs)
    return record_digests(made.records, made.derivatives)["record_sha256"].to_list()


def test_a_record_has_one_digest_of_all_that_is_said_of_it():
    before = digest()
    assert len(before) == 1
    assert digest() == before
    taken_at = shot(OWN.format(1))["taken_at"] + timedelta(seconds=1)
    for change in (
        {"shots": [shot(OWN.format(1), photo_sha256="0" * 64)]},
        {"shots": [shot(OWN.format(1), derivatives=[])]},
        {"shots": [shot(OWN.format(1), derivatives=[{"id": "print-33x48", "sha256": "0" * 64}])]},
        {"shots": [shot(OWN.format(1), taken_at=taken_at)]},
        {"awards": [award(remark="补")]},
        {"students": [student(name="李四")]},
    ):
        assert digest(**change) != before


def test_nobody_accepted_is_no_digest():
    assert digest(shots=[shot("E201/1.jpg")]) == []


@pytest.mark.parametrize(
    "student_no", ["../../etc/passwd", "..\\x", "C:\\x", "a/b", "..", "/x", "con", "Nul"]
)
def test_a_student_number_that_is_a_path_names_no_photo(student_no):
    line = log_line(0, student_no=student_no, file_name="DSC_0001.jpg", document_no=citizen_no(1))
    outcome = assessed(
        the_profile("agency"),
        students=[student(student_no=student_no)], lines=[line], shots=[shot("E201/DSC_0001.jpg", 0)],
    )  # fmt: skip
    assert outcome.enrolments["state"].to_list() == ["rejected"]
    assert outcome.captures["state"].to_list() == ["used"]
    assert outcome.findings.filter(pl.col("severity") == "block")["code"].unique().to_list() == ["T403"]
