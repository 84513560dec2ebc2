"""Certificate numbers: no double, no gap, one for each student and kind for ever, whatever the runs."""

from collections import Counter
from datetime import date

import polars as pl
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from flows.past import NO_PAST
from flows.scope import MAKEUP, POST_CAPTURE, Scope, choose_new, numbering_of
from schemas.audit import CAPTURES
from schemas.numbers import REMEMBERED
from schemas.photo import FACTS
from schemas.profile import Column, Table
from schemas.records import AWARDS, SUBJECT
from tests.builders import a_campaign, the_profile
from transforms.assessment import Assessment
from transforms.number_findings import answered, number_findings, shortage_findings, without_answered
from transforms.numbering import (
    claims,
    give_numbers,
    newly_sealed,
    number_book,
    numbers_of,
    ready_claims,
    with_bundles,
    with_claims,
    with_numbers,
)
from transforms.records import Records, record_findings

MASTER, DOCTOR = "硕士研究生", "博士研究生"
DIPLOMA, DEGREE = "10403120210{}{:06}", "1040{}2021{:06}"
TABLE = Table(
    id="numbers", name="numbers", title="表", title_en="table", version="1", unique=["ZSBH", "XWZSBH"],
    columns=[
        Column(code="XH", title="学号", of="student_no", source="S1"),
        Column(code="BJYJL", title="结论", of="conclusion", values=["毕业", "结业"], source="S1"),
        Column(code="ZSBH", title="编号", of="diploma_no", required=True, source="S1"),
        Column(code="XWZSBH", title="学位编号", of="degree_no", source="S1"),
        Column(code="BZ", title="备注", of="remark", source="S1"),
    ],
)  # fmt: skip
PROFILE = the_profile().model_copy(update={"tables": (TABLE,)})


def diploma(serial, level=2):
    return DIPLOMA.format(level, serial)


def degree(serial, digit=33):
    return DEGREE.format(digit, serial)


def a_range(first, last, kind="diploma", level=MASTER, **more):
    return {"kind": kind, "level": level, "first": first, "last": last} | more


def numbered(*ranges, season=None, graduation_date=date(2021, 6, 30)):
    """A campaign that issues numbers from these ranges."""
    campaign = a_campaign()
    dates = campaign.certificates.model_dump() | {"season": season, "graduation_date": graduation_date}
    return type(campaign).model_validate(campaign.model_dump() | {"numbers": ranges, "certificates": dates})


BOTH = numbered(
    a_range(diploma(1), diploma(99)), a_range(degree(1), degree(99), "degree"),
    a_range(diploma(1, 1), diploma(99, 1), level=DOCTOR),
    a_range(degree(1, 32), degree(99, 32), "degree", level=DOCTOR),
)  # fmt: skip


def person(serial=1, **changes):
    """What is known of an accepted student who needs both numbers."""
    facts = {
        "row": serial + 1, "student_no": f"{serial:03}", "level_name": MASTER, "study_form": "全日制",
        "conclusion": "毕业", "degree_category_code": "305", "photo_sha256": "p",
        "photo_name": f"{serial}.jpg",
    }  # fmt: skip
    return facts | changes


def subjects_of(*people):
    return pl.DataFrame(list(people), schema={"row": pl.UInt32, **SUBJECT})


def sheet_of(known):
    """The awards sheet that says the same."""
    return known.select(
        pl.col(column) if column in known.columns else pl.lit(None, pl.String).alias(column)
        for column in AWARDS
    )


def memory(*lines):
    return pl.DataFrame([dict.fromkeys(REMEMBERED) | line for line in lines], schema=REMEMBERED)


def remembered(number, student_no="001", **changes):
    kind = "diploma" if len(number) == 18 else "degree"
    facts = {"kind": kind, "number": number, "student_no": student_no, "level_name": MASTER}
    return facts | {"conclusion": "毕业", "is_issued": True, "bundle": "b-001"} | changes


def given_to(*people, campaign=BOTH, known_before=()):
    """(student_no, kind, number) of what is issued, and the codes of what is found by student number."""
    known = subjects_of(*people)
    book = number_book(memory(*known_before), campaign, PROFILE)
    claimed = claims(known, book)
    allotted = give_numbers(claimed, book, sheet_of(known))
    found = pl.concat([number_findings(claimed, book, {}), shortage_findings(allotted.short, {})])
    return allotted.given.select("student_no", "kind", "number").rows(), found


def issued(*people, kind="diploma", **more):
    lines, _ = given_to(*people, **more)
    return [(who, number) for who, what, number in lines if what == kind]


def codes(*people, **more):
    return sorted(given_to(*people, **more)[1].select("student_no", "code", "column").rows())


# -- who gets which ------------------------------------------------------------------------------------------


def test_numbers_follow_the_student_numbers_whatever_the_order_of_rows():
    people = [person(3), person(1), person(2, study_form="非全日制"), person(4, level_name=DOCTOR)]
    expected = [("004", diploma(1, 1)), ("001", diploma(1)), ("003", diploma(2)), ("002", diploma(3))]
    assert issued(*people) == expected
    assert issued(*people[::-1]) == expected


def test_who_completed_shares_the_range_and_who_left_gets_none():
    people = [
        person(1, conclusion="结业"),
        person(2, conclusion="肄业"),
        person(3, conclusion=None),
        person(4),
    ]
    assert issued(*people) == [("001", diploma(1)), ("004", diploma(2))]


def test_only_who_is_awarded_a_degree_gets_its_number():
    people = [
        person(1, degree_category_code=None),
        person(2, degree_category_code=None, degree_category_name="文学硕士"),
    ]
    assert issued(*people, kind="degree") == [("002", degree(1))]


def test_forms_and_levels_have_their_own_ranges():
    campaign = numbered(
        a_range(diploma(1), diploma(9), study_form="全日制"),
        a_range(diploma(500), diploma(509), study_form="非全日制"),
        a_range(diploma(1, 1), diploma(9, 1), level="博士"),
    )
    people = [person(1), person(2, study_form="非全日制"), person(3, level_name=DOCTOR, study_form=None)]
    assert issued(*people, campaign=campaign) == [
        ("003", diploma(1, 1)), ("001", diploma(1)), ("002", diploma(500)),
    ]  # fmt: skip


def test_who_is_in_no_range_is_told_so():
    campaign = numbered(a_range(diploma(1), diploma(9), study_form="全日制"))
    strange = person(1, study_form="函授")
    assert issued(strange, campaign=campaign) == []
    assert codes(strange, campaign=campaign) == [("001", "T430", "diploma_no")]
    assert codes(person(1, conclusion="肄业"), campaign=campaign) == []


@pytest.mark.parametrize(("season", "number"), [("春季", diploma(1)), ("夏季", diploma(50)), (None, None)])
def test_a_range_serves_the_campaign_of_its_season(season, number):
    ranges = [
        a_range(diploma(1), diploma(9), season="春季"),
        a_range(diploma(50), diploma(59), season="夏季"),
    ]
    campaign = numbered(*ranges, season=season)
    assert issued(person(), campaign=campaign) == ([("001", number)] if number else [])


def test_without_ranges_nothing_is_issued_and_nothing_said():
    people = [person(1), person(2, diploma_no="x"), person(3, diploma_no=diploma(7), degree_no=degree(7))]
    held = [remembered(diploma(7), "009", is_issued=False), remembered(diploma(8), "001", is_issued=False)]
    assert given_to(*people, campaign=a_campaign(), known_before=held)[0] == []
    assert codes(*people, campaign=a_campaign(), known_before=held) == []


def test_numbers_go_on_after_the_last_issued_and_pass_over_the_schools():
    before = [remembered(diploma(4), "090"), remembered(diploma(7), "091", is_issued=False)]
    people = [person(1), person(2, diploma_no=diploma(5)), person(3), person(4)]
    assert issued(*people, known_before=before) == [
        ("001", diploma(6)), ("003", diploma(8)), ("004", diploma(9)),
    ]  # fmt: skip


def test_a_second_range_goes_on_where_the_first_ends():
    campaign = numbered(a_range(diploma(50), diploma(60)), a_range(diploma(1), diploma(2)))
    assert [number for _, number in issued(*map(person, (1, 2, 3, 4)), campaign=campaign)] == [
        diploma(1), diploma(2), diploma(50), diploma(51),
    ]  # fmt: skip


def test_a_range_that_runs_out_says_how_many_are_lacking():
    campaign = numbered(a_range(diploma(1), diploma(2)), a_range(degree(1), degree(9), "degree"))
    lines, found = given_to(*map(person, (1, 2, 3, 4)), campaign=campaign)
    assert lines == [
        ("001", "degree", degree(1)), ("002", "degree", degree(2)),
        ("001", "diploma", diploma(1)), ("002", "diploma", diploma(2)),
    ]  # fmt: skip
    assert found.select("student_no", "code", "column", "limit").rows() == [
        (who, "T431", "diploma_no", "还差 2 个编号") for who in ("003", "004")
    ]


def test_the_last_number_of_all_is_issued():
    campaign = numbered(a_range(diploma(999_998), diploma(999_999)))
    assert [number for _, number in issued(*map(person, (1, 2, 3)), campaign=campaign)] == [
        diploma(999_998), diploma(999_999),
    ]  # fmt: skip


# -- what an earlier bundle holds ----------------------------------------------------------------------------


def recalled(known, campaign, *before):
    book = number_book(memory(*before), campaign, PROFILE)
    claimed = claims(known, book)
    return with_claims(known, claimed).select("diploma_no", "degree_no", "remark").row(0), claimed


def test_an_issued_number_comes_back_even_without_its_range():
    held = remembered(diploma(7))
    assert recalled(subjects_of(person()), a_campaign(), held)[0] == (diploma(7), None, None)
    assert issued(person(), known_before=[held]) == []


def test_a_number_is_of_one_student_one_kind_and_one_level():
    held = [remembered(diploma(7), level_name=DOCTOR), remembered(degree(7)), remembered(diploma(8), "002")]
    assert recalled(subjects_of(person()), BOTH, *held)[0] == (None, degree(7), None)


def test_the_schools_own_number_comes_back_where_ranges_are_declared():
    held = remembered(diploma(7), is_issued=False)
    assert recalled(subjects_of(person()), BOTH, held)[0] == (diploma(7), None, None)
    assert recalled(subjects_of(person()), a_campaign(), held)[0] == (None, None, None)


@pytest.mark.parametrize(
    ("remark", "expected", "codes_found"),
    [
        (None, "结业换毕业", ["T436"]),
        ("结业换发毕业证书", "结业换发毕业证书", ["T436"]),
        ("应征入伍", "应征入伍", ["T436", "T437"]),
    ],
)
def test_completion_that_becomes_a_diploma_keeps_its_number_and_is_remarked(remark, expected, codes_found):
    """Also years later, when the number bears the year of the first certificate."""
    campaign = BOTH.model_copy(
        update={"certificates": BOTH.certificates.model_copy(update={"graduation_date": date(2023, 6, 30)})}
    )
    held = remembered(diploma(7), conclusion="结业")
    student = person(remark=remark)
    facts, claimed = recalled(subjects_of(student), campaign, held)
    assert facts == (diploma(7), None, expected)
    assert [code for _, code, _ in codes(student, campaign=campaign, known_before=[held])] == codes_found
    told = answered(claimed, PROFILE).select("code", "column").rows()
    assert ("T406", "ZSBH") in told
    assert ("T401", "ZSBH") not in told


@pytest.mark.parametrize(("before", "now"), [("毕业", "毕业"), ("毕业", "结业"), ("结业", "结业")])
def test_nothing_else_is_an_exchange(before, now):
    held = remembered(diploma(7), conclusion=before)
    facts, claimed = recalled(subjects_of(person(conclusion=now)), BOTH, held)
    assert facts == (diploma(7), None, None)
    assert "T406" not in answered(claimed, PROFILE)["code"].to_list()


# -- the school's own numbers --------------------------------------------------------------------------------

OWN = [
    (diploma(5), [], []),
    (diploma(100), [], ["T435"]),
    (diploma(5, 1), [], ["T433"]),
    ("12345", [], []),
    (diploma(5), [remembered(diploma(5), "009")], ["T432"]),
    (diploma(5), [remembered(diploma(5), "009", is_issued=False)], ["T438"]),
    (diploma(5), [remembered(diploma(5), level_name=DOCTOR)], ["T432"]),
    (diploma(5), [remembered(diploma(5))], []),
    (diploma(5), [remembered(diploma(6))], ["T434"]),
    (diploma(5), [remembered(diploma(6), is_issued=False)], ["T434"]),
    (diploma(200), [remembered(diploma(200), is_issued=False)], []),
]


@pytest.mark.parametrize(("own", "before", "expected"), OWN)
def test_the_schools_own_numbers_are_checked(own, before, expected):
    student = person(diploma_no=own)
    assert [code for _, code, column in codes(student, known_before=before)] == expected
    assert issued(student, known_before=before) == []


def test_a_number_in_another_forms_or_seasons_range_is_told():
    campaign = numbered(
        a_range(diploma(1), diploma(9), study_form="全日制"),
        a_range(diploma(10), diploma(19), study_form="非全日制"),
        a_range(diploma(20), diploma(29), study_form="全日制", season="春季"),
        season="夏季",
    )
    for serial, expected in ((5, []), (15, ["T433"]), (25, ["T433"]), (35, ["T435"])):
        assert [
            code for _, code, _ in codes(person(diploma_no=diploma(serial)), campaign=campaign)
        ] == expected


def test_a_number_issued_elsewhere_is_protected_where_no_range_is_declared():
    people = (person(diploma_no=diploma(5), degree_no=degree(5)),)
    held = [remembered(diploma(5), "009"), remembered(degree(5), "009", is_issued=False)]
    assert codes(*people, campaign=a_campaign(), known_before=held) == [("001", "T432", "diploma_no")]


def test_whose_number_is_sealed_does_not_repeat_it():
    held = remembered(diploma(5), "001")
    people = subjects_of(person(1), person(2, diploma_no=diploma(5)))
    told = answered(claims(people, number_book(memory(held), BOTH, PROFILE)), PROFILE)
    assert told.filter(pl.col("code") == "T405")["row"].to_list() == [2]


def test_of_a_number_that_is_let_repeat_the_first_holder_is_remembered():
    known = subjects_of(*(person(serial, diploma_no=diploma(5)) for serial in (1, 2)))
    claimed = claims(known, number_book(memory(), a_campaign(), PROFILE))
    now = known.select("row", sealed_in=pl.lit("b-001"))
    numbers = with_bundles(numbers_of(claimed, claimed.clear(), known["row"]), memory(), now)
    new = newly_sealed(numbers, memory(), known["row"])
    assert new.select("student_no", "number", "is_issued", "bundle").rows() == [
        ("001", diploma(5), False, "b-001")
    ]
    assert newly_sealed(numbers, new, known["row"]).is_empty()


# -- whatever the runs were like -----------------------------------------------------------------------------

STUDENTS = range(1, 9)
SERIES = (
    a_range(diploma(3), diploma(4)), a_range(diploma(11), diploma(16)),
    a_range(degree(1), degree(7), "degree", study_form="全日制"),
    a_range(degree(8), degree(9), "degree", study_form="非全日制"),
)  # fmt: skip
ENDS = {"bundle": None, "state": "accepted", "capture_path": "A/1.jpg"}


def run_once(people, accepted, scope, past):
    """A run of the flow but for files and rules: what it seals, and what is remembered after it.

    `accepted` are the rows that nothing else blocks.
    """
    campaign, known = numbered(*SERIES), subjects_of(*people)
    numbering = numbering_of(past, scope)
    book = number_book(numbering.remembered, campaign, PROFILE)
    claimed = claims(known, book)
    found = record_findings(with_claims(known, claimed), PROFILE)
    found = without_answered(found, answered(claimed, PROFILE))
    found = pl.concat([found, number_findings(claimed, book, {})])
    severe = found.filter(pl.col("severity") == "block")["row"]
    sound = [row for row in accepted if row not in severe]
    ready = ready_claims(claimed, pl.Series(sound, dtype=pl.UInt32), numbering, past.sealed["student_no"])
    given = give_numbers(ready, book, sheet_of(known))
    rows = pl.Series([row for row in sound if row not in given.short["row"]], dtype=pl.UInt32)
    numbers = numbers_of(claimed, given.given, rows)
    final = with_numbers(with_claims(known, claimed), given.given).filter(pl.col("row").is_in(rows.implode()))
    records = Records(final, rows, (TABLE,))
    lines = final.select("row", "student_no", "photo_name", "photo_sha256").with_columns(
        pl.lit(value, pl.String).alias(name) for name, value in ENDS.items()
    )
    shots = pl.DataFrame([{"capture_path": "A/1.jpg", "sha256": "c"}], schema=CAPTURES | FACTS)
    nothing = pl.DataFrame(schema={"row": pl.UInt32, "id": pl.String, "sha256": pl.String})
    ended = Assessment(lines, shots, pl.DataFrame(), pl.DataFrame(), records, nothing, numbers)
    new = choose_new(ended, past, scope)
    name = f"b-{past.next_number:03}" if new.height else None
    told = with_bundles(numbers, past.numbers, new.select("row", sealed_in=pl.lit(name, pl.String)))
    return (
        records.written(new["row"])[TABLE.name],
        told,
        sealed_past(past, new, told, name),
    )


def sealed_past(past, new, told, name):
    """What the ledger remembers after a run."""
    lately = new.with_columns(bundle=pl.lit(name, pl.String))
    kept = [column for column in past.sealed.columns if column in lately.columns]
    sealed = pl.concat([past.sealed, lately.select(kept)], how="diagonal")
    return past._replace(
        sealed=sealed.unique("student_no", keep="last", maintain_order=True),
        numbers=pl.concat([past.numbers, newly_sealed(told, past.numbers, new["row"])]),
        next_number=past.next_number + bool(name),
    )


conditions = st.fixed_dictionaries({
    "conclusion": st.sampled_from(["毕业", "毕业", "毕业", "结业", "肄业"]),
    "study_form": st.sampled_from(["全日制", "全日制", "非全日制", "函授"]),
    "degree_category_code": st.sampled_from(["305", "305", None]),
    "photo_sha256": st.sampled_from(["p", "p", "p", "q", None]),
    "diploma_no": st.sampled_from([None] * 6 + [diploma(3), diploma(12), diploma(13), diploma(77)]),
})  # fmt: skip
scopes = st.builds(
    Scope,
    kind=st.sampled_from([POST_CAPTURE, POST_CAPTURE, MAKEUP]),
    students=st.one_of(st.just(()), st.lists(st.sampled_from(["001", "003", "005"]), unique=True).map(tuple)),
    full=st.booleans(),
    dry_run=st.sampled_from([False, False, False, True]),
    after_freeze=st.none(),
)
a_run_of = st.tuples(
    st.lists(st.tuples(st.sampled_from(STUDENTS), conditions), unique_by=lambda each: each[0], min_size=1),
    st.sets(st.sampled_from(STUDENTS)),
    scopes,
)


@settings(
    max_examples=20, deadline=None, derandomize=True, phases=[Phase.generate]
)  # shrinking takes minutes
@given(st.lists(a_run_of, min_size=2, max_size=5))
def test_no_double_no_gap_one_each_for_ever(runs):
    past, claimed_by_school, holders = NO_PAST, set(), {}
    for present, rejected, scope in runs:
        people = [person(serial, row=row, **facts) for row, (serial, facts) in enumerate(present, 2)]
        accepted = [each["row"] for each in people if int(each["student_no"]) not in rejected]
        claimed_by_school |= {each["diploma_no"] for each in people} - {None}
        before = past
        records, told, past = run_once(people, accepted, scope, past)
        seals_nobody = scope.dry_run or scope.withheld
        if seals_nobody:
            assert past.numbers.equals(before.numbers)
        assert ("issued" if seals_nobody else "proposed") not in told["origin"]
        assert not scope.students or set(records["XH"]) <= set(scope.students)
        assert scope.kind != MAKEUP or not set(records["XH"]) & set(before.sealed["student_no"])
        assert_each_has_one(records, past.numbers, holders)
        assert_no_gap(past.numbers, claimed_by_school)


def assert_each_has_one(records, numbers, holders):
    """In the bundles, not in what is said of them: who is due one has one, always the same, his alone."""
    due = {"ZSBH": pl.col("BJYJL").is_in(["毕业", "结业"]), "XWZSBH": pl.col("XWZSBH").is_not_null()}
    for code, is_due in due.items():
        for who, number in records.filter(is_due).select("XH", code).iter_rows():
            assert number is not None
            assert holders.setdefault(number, who) == who
            assert holders.setdefault((code, who), number) == number
    assert set(numbers["number"]) == {key for key in holders if isinstance(key, str)}
    assert max(Counter(numbers["number"]).values(), default=1) == 1


def assert_no_gap(numbers, claimed_by_school):
    """Below the greatest number issued of a range, each is in a bundle or was the school's own."""
    known = set(numbers["number"]) | claimed_by_school
    issued_ones = set(numbers.filter("is_issued")["number"])
    for each in SERIES:
        width = len(each["first"])
        span = [f"{value:0{width}}" for value in range(int(each["first"]), int(each["last"]) + 1)]
        greatest = max((at for at, number in enumerate(span) if number in issued_ones), default=-1)
        assert [number for number in span[: greatest + 1] if number not in known] == []
