"""The roster's rules: from the smallest valid row, one thing broken, one reason."""

from datetime import date

import polars as pl
import pytest
from pydantic import ValidationError

from schemas.codes import statuses, usual_status
from schemas.reasons import REASONS
from schemas.roster import STATUS_REASONS, Roster, eligibility_rules, people_rules
from tests.builders import a_campaign, citizen_no, roster_of, student, the_profile
from transforms.validation import check

CAPTURED_ON = date(2020, 11, 19)
WOMAN = citizen_no(1, is_man=False)
CASES = [
    ("R101", "student_no", {"student_no": None}),
    ("R103", "name", {"name": None}),
    ("R104", "name", {"name": "张　三"}),
    ("R104", "name", {"name": "阿依古丽•买买提"}),
    ("R105", "name", {"name": "张?"}),
    ("R105", "name", {"name": "张？"}),
    ("R105", "name", {"name": "张\ue81e"}),
    ("R105", "name", {"name": "张\U000f0001"}),
    ("R105", "name", {"name": "张\ufffd"}),
    ("R104", "name", {"name": "张\u00ad三"}),
    ("R105", "name", {"name": "张\u0301三"}),
    ("R106", "name", {"name": "由𬱖"}),
    ("R106", "name", {"name": "张㛃"}),
    ("R107", "student_no", {"student_no": "4.01019E+11"}),
    ("R107", "student_no", {"student_no": "401019000001.0"}),
    ("R108", "document_no", {"document_no": "360102980131001"}),
    ("R109", "document_type", {"document_type": None}),
    ("R110", "document_type", {"document_type": None, "document_no": "G12345678"}),
    ("R110", "document_type", {"document_type": "借书证"}),
    ("R111", "document_no", {"document_no": None}),
    ("R112", "document_no", {"document_no": "3.60102E+17"}),
    ("R112", "document_no", {"document_no": "360102199801310000.0"}),
    ("R113", "document_no", {"document_no": "36010219980131001"}),
    ("R113", "document_no", {"document_no": "360102199813310018"}),
    ("R113", "document_no", {"document_type": "护照", "document_no": "G.1234567"}),
    ("R114", "document_no", {"document_no": citizen_no(1)[:-1] + "8"}),
    ("R115", "sex", {"sex": "女"}),
    ("R115", "sex", {"document_no": WOMAN}),
    ("R116", "born_on", {"born_on": "1998-01-30"}),
    ("R116", "born_on", {"document_no": citizen_no(1, born="19980230")}),
    ("R118", "document_no", {"document_no": f" {citizen_no(1)}"}),
    ("R118", "document_no", {"document_no": citizen_no(35, born="19990115").lower(), "born_on": "19990115"}),
    ("R118", "document_no", {"document_no": citizen_no(1).replace("1", "１")}),
    ("R119", "sex", {"sex": None}),
    ("R119", "sex", {"sex": "9"}),
    ("R150", "country_name", {"country_name": "韩国"}),
    ("R120", "born_on", {"born_on": None}),
    ("R120", "born_on", {"born_on": "1998年"}),
    ("R121", "unit_name", {"unit_name": "　"}),
    ("R122", "document_type", {"document_type": "护照"}),
    ("R122", "document_type", {"document_no": "H12345678"}),
    ("R123", "born_on", {"document_type": "护照", "document_no": "G12345678", "born_on": "20201120"}),
    ("R124", "name", {"name": "阿" * 26}),
    ("R125", "name", {"name": "张三2"}),
    ("R125", "name", {"name": "阿依古丽··买买提"}),
    ("R126", "document_no", {"document_no": citizen_no(1, region="360199")}),
    ("R127", "born_on", {"document_type": "护照", "document_no": "G12345678", "born_on": "20081120"}),
    ("R131", "entry_year", {"entry_on": "20180901"}),
    ("R132", "certificate_kind", {"certificate_kind": "单证"}),
    ("R133", "unit_name", {"unit_name": "医学部"}),
    ("R134", "entry_on", {"entry_on": "秋季"}),
    ("R135", "certificate_kind", {"certificate_kind": None}),
    ("R140", "registration", {"registration": "已注册"}),
    ("R141", "enrolment_status", {"enrolment_status": "退学"}),
    ("R142", "enrolment_status", {"enrolment_status": "延期毕业"}),
    ("R143", "enrolment_status", {"enrolment_status": "保留学籍"}),
    ("R144", "enrolment_status", {"enrolment_status": "结业"}),
    ("R145", "enrolment_status", {"enrolment_status": "交换"}),
    ("R146", "enrolment_status", {"enrolment_status": "提前毕业", "entry_on": "20200901"}),
]  # fmt: skip
SHARED = {"R102", "R117", "R128", "R129", "R147", "R148", "R149", "R151", "R160", "R161"}
"""Reasons that take two rows, two sheets, corrections, or a campaign of another kind."""


def breaches_of(*students, **eligibility):
    roster = roster_of(*students)
    rules = eligibility_rules(a_campaign(**eligibility).eligibility)
    return pl.concat(
        [
            check(roster, Roster),
            check(roster, rules),
            check(roster, people_rules(the_profile().people, CAPTURED_ON)),
        ]
    )


def codes_of(*students, **eligibility):
    return breaches_of(*students, **eligibility).select("code", "column").rows()


def test_the_smallest_student_is_sound():
    assert codes_of(student()) == []


@pytest.mark.parametrize(("code", "column", "change"), CASES)
def test_one_thing_broken_is_one_reason(code, column, change):
    assert codes_of(student(**change)) == [(code, column)]


def test_every_reason_of_the_roster_has_a_case():
    by_feedback = {f"R18{last}" for last in range(1, 6)}
    told = {code for code, _, _ in CASES} | SHARED | by_feedback
    assert told == {code for code in REASONS if code.startswith("R")}


def test_the_tidied_number_above_ends_in_x():
    assert citizen_no(35, born="19990115").endswith("X")


def test_a_student_number_in_two_rows_is_told_of_both():
    twice = breaches_of(student(1), student(2, student_no=student(1)["student_no"]))
    assert twice.rows() == [(0, "R102", "student_no"), (1, "R102", "student_no")]


def test_a_document_of_two_names_is_told_of_both():
    shared = breaches_of(student(1), student(2, document_no=citizen_no(1), name="李四"))
    assert shared.rows() == [(0, "R117", "document_no"), (1, "R117", "document_no")]


def test_one_person_may_hold_two_enrolments():
    assert codes_of(student(1), student(2, document_no=citizen_no(1), level_name="博士研究生")) == []


def test_a_missing_name_does_not_make_a_document_shared():
    assert codes_of(student(1), student(2, document_no=citizen_no(1), name=None)) == [("R103", "name")]


def test_rounded_numbers_are_damaged_and_not_shared():
    rounded = [student(at, document_no="3.60102E+17", name=name) for at, name in ((1, "张三"), (2, "李四"))]
    assert codes_of(*rounded) == [("R112", "document_no")] * 2


@pytest.mark.parametrize("missing", ["student_no", "document_no", "name"])
def test_several_rows_without_a_value_are_not_repeated(missing):
    codes = {code for code, _ in codes_of(student(1, **{missing: None}), student(2, **{missing: None}))}
    assert len(codes) == 1


@pytest.mark.parametrize(
    ("kind", "number"),
    [
        ("护照", "G12345678"), ("护照", "AB1234567890123456"), ("回乡证", "H12345678"),
        ("台胞证", "12345678"),
        ("外国人永久居留身份证", "USA360198010112"), ("港澳居民来往内地通行证", "M1234567801"),
    ],
)  # fmt: skip
def test_documents_without_a_birth_date_contradict_nobody(kind, number):
    person = {
        "document_type": kind,
        "document_no": number,
        "sex": "女",
        "born_on": "19970707",
        "country_name": None,
    }
    assert codes_of(student(**person)) == []


@pytest.mark.parametrize("number", ["810000199408230021", "830000199201300022"])
def test_residence_permits_are_held_against_their_own_digits(number):
    permit = {"document_type": "港澳台居民居住证", "document_no": number}
    born_on = number[6:14]
    assert codes_of(student(**permit, born_on=born_on, sex="女")) == []
    assert codes_of(student(**permit, born_on=born_on, sex="男")) == [("R115", "sex")]


def test_years_for_make_up_are_eligible_and_told():
    assert codes_of(student(entry_on="20160901"), make_up_from=[2016]) == [("R147", "entry_year")]
    assert codes_of(student(), make_up_from=[2016, 2019]) == []


def test_nobody_enters_after_the_day_of_capture():
    years = [2019, 2091]
    assert codes_of(student(entry_on="20910901"), entry_years=years) == [("R151", "entry_on")]
    assert codes_of(student(entry_on="20201119"), entry_years=[2020]) == []


@pytest.mark.parametrize(
    ("kind", "number", "country", "codes"),
    [
        ("居民身份证", citizen_no(1), "US", [("R150", "country_name")]),
        ("居民身份证", citizen_no(1), "中国香港", [("R150", "country_name")]),
        ("居民身份证", citizen_no(1), "火星", []),
        ("港澳居民来往内地通行证", "H12345678", "香港", []),
        ("港澳居民来往内地通行证", "H12345678", "中国", []),
        ("港澳居民来往内地通行证", "H12345678", "澳门", [("R150", "country_name")]),
        ("港澳居民来往内地通行证", "H12345678", "泰国", [("R150", "country_name")]),
        ("外国人永久居留身份证", "USA110198013112", "美国", []),
        ("外国人永久居留身份证", "USA110198013112", "英国", [("R150", "country_name")]),
        ("护照", "AB1234567", "英国", []),
    ],
)
def test_a_country_is_held_against_the_number_that_tells_it(kind, number, country, codes):
    person = {"document_type": kind, "document_no": number, "country_name": country}
    assert codes_of(student(**person)) == codes


def test_a_year_alone_tells_eligibility():
    assert codes_of(student(entry_on="2019级")) == []
    assert codes_of(student(entry_on="２０１９-09-01")) == []


def test_a_campaign_without_limits_takes_everybody():
    anybody = student(entry_on=None, certificate_kind=None, unit_name="医学部")
    assert codes_of(anybody, entry_years=[], certificate=[], exclude_units=[]) == []


# -- statuses, certificates, kinds of student ----------------------------------------------------------------


def with_status(*written, **eligibility):
    """Row and code of each student of these statuses, beside somebody of whom it is known."""
    people = [student(at, enrolment_status=status) for at, status in enumerate(["在读", *written], start=1)]
    return [code for code, _ in codes_of(*people, **eligibility)]


@pytest.mark.parametrize("status", statuses(), ids=lambda status: status.name)
def test_every_name_of_a_status_means_the_same(status):
    reason = STATUS_REASONS.get(status.meaning)
    words = (status.name, *status.synonyms)
    assert with_status(*words) == [reason.value] * len(words) if reason else with_status(*words) == []
    assert {usual_status(word) for word in words} == {status.name}


def test_no_word_stands_for_two_statuses():
    words = [word for status in statuses() for word in (status.name, *status.synonyms)]
    assert len(words) == len(set(words))
    assert {status.meaning for status in statuses()} == {"enrolled", "early", *STATUS_REASONS}


def test_a_status_is_read_whatever_its_blanks_and_brackets():
    assert with_status("延 期 毕业", "在籍（注册学籍）", "不在籍（退学）\u200b") == ["R142", "R141"]


@pytest.mark.parametrize("status", ["交换", "04", "在读?", "未注册", "转学"])
def test_a_status_that_is_not_known_is_asked_about(status):
    assert with_status(status) == ["R145"]


def test_an_empty_status_is_asked_about_only_beside_others():
    assert with_status(None, "　") == ["R145", "R145"]
    assert codes_of(student(1, enrolment_status=None), student(2, enrolment_status=" ")) == []


def test_a_campaign_lets_statuses_in():
    words = ["延期毕业", "延毕", "交换", None, "休学"]
    assert with_status(*words, capture_statuses=["延毕", "交 换", ""]) == ["R143"]


def test_a_campaign_leaves_statuses_out():
    words = ["提前毕业", "交换", "退学"]
    assert with_status(*words, exclude_statuses=["提前毕业", "交换", "退学"]) == ["R148", "R148", "R141"]


def test_a_status_is_either_let_in_or_left_out():
    with pytest.raises(ValidationError, match="statuses_in_and_out"):
        a_campaign(capture_statuses=["延毕"], exclude_statuses=["延期毕业"])


def test_only_a_later_year_is_let_in_for_graduating_early():
    early = {"enrolment_status": "提前毕业"}
    assert codes_of(student(**early)) == []
    assert codes_of(student(entry_on="20180901", **early)) == [("R131", "entry_year")]
    assert codes_of(student(entry_on="20200901")) == [("R131", "entry_year")]
    later = student(entry_on="20200901", **early)
    assert codes_of(later, exclude_statuses=["提前毕业"]) == [
        ("R131", "entry_year"),
        ("R148", "enrolment_status"),
    ]


def test_every_reason_to_be_left_out_is_told():
    nobody = student(
        enrolment_status="退学", entry_on="20180901", unit_name="医学部", certificate_kind="单证"
    )
    assert [code for code, _ in codes_of(nobody)] == ["R131", "R132", "R133", "R141"]


def test_a_campaign_takes_several_kinds_of_certificate():
    people = [student(at, certificate_kind=kind) for at, kind in enumerate(("单证", "仅学位", "双证"), 1)]
    assert breaches_of(*people, certificate=["单证", "仅学位"]).rows() == [(2, "R132", "certificate_kind")]


@pytest.mark.parametrize(
    ("key", "column", "wanted", "other"),
    [
        ("study_forms", "study_form", "非全日制", "全日制"),
        ("student_kinds", "student_kind", "同等学力", "学历教育"),
    ],
)
def test_a_campaign_is_for_some_forms_of_study_or_kinds_of_student(key, column, wanted, other):
    people = [student(at, **{column: said}) for at, said in enumerate((wanted, other, None), start=1)]
    asked = {key: [wanted]}
    assert breaches_of(*people, **asked).rows() == [(1, "R148", column), (2, "R149", column)]
    assert codes_of(*people) == []
