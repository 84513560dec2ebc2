"""The roster: what is true of every enrolment, and who is to be captured."""

from datetime import date
from functools import lru_cache

import pandera.polars as pa
import polars as pl

from schemas import identity
from schemas.campaign import Eligibility
from schemas.codes import code_table, statuses, usual_status
from schemas.encodings import fits_gb18030, outside_gbk
from schemas.reasons import Reason
from schemas.rules import Ruled, check_of, rule, rules_of
from schemas.rules_of_day import People

ROSTER_TEXT = (
    "student_no", "name", "sex", "document_type", "document_no", "examinee_no", "unit_name", "class_name",
    "major_code", "major_name", "level_name", "study_form", "schooling_years", "certificate_kind",
    "country_name", "registration", "unique_no", "name_pinyin", "ethnic_group", "political_status",
    "student_kind", "enrolment_status",
)  # fmt: skip
ROSTER: dict[str, type[pl.DataType]] = {
    "row": pl.UInt32,
    **dict.fromkeys(ROSTER_TEXT, pl.String),
    "born_on": pl.Date,
    "entry_on": pl.Date,
    "entry_year": pl.Int32,
    "is_name_tidied": pl.Boolean,
    "is_document_no_tidied": pl.Boolean,
    "is_document_type_told": pl.Boolean,
    "resembling_row": pl.UInt32,
}
"""The roster as meant: one line per roster row, `row` its number in the sheet.

`resembling_row` is the row of somebody whose document number is almost the same.
"""

DAMAGE = r"[?？\u{FFFD}\u{E000}-\u{F8FF}\u{F0000}-\u{10FFFD}\p{Cc}\p{Cf}\p{Noncharacter_Code_Point}*＊□■〓]"
"""What stands in a name only where a character was lost: placeholders, private use, controls."""
DAMAGED_NAME = rf"{DAMAGE}|\p{{Han}}\p{{M}}|^\p{{M}}"
USUAL_NAME = r"^[\p{L}\p{M}\p{Han}]+([ '’\-.,·]+[\p{L}\p{M}\p{Han}]+)*\.?$"
"""Letters or Han characters, with what passports and the ethnic groups' names have between them."""
MISPLACED_DOT = r"^·|·$|··|·[ .,]|[ .,]·"
SEXES = ("男", "女")
SPREADSHEET_NUMBER = r"^[0-9](\.[0-9]+)?E\+?[0-9]+$|^[0-9]+\.[0-9]+$"


class Roster(Ruled):
    """Enrolments as the school lists them, one row each; see ROSTER for the columns."""

    student_no: str = pa.Field(nullable=True)
    name: str = pa.Field(nullable=True)
    sex: str = pa.Field(nullable=True)
    born_on: pl.Date = pa.Field(nullable=True)
    document_type: str = pa.Field(nullable=True)
    document_no: str = pa.Field(nullable=True)
    country_name: str = pa.Field(nullable=True)
    unit_name: str = pa.Field(nullable=True)
    entry_year: pl.Int32 = pa.Field(nullable=True)
    is_name_tidied: bool
    is_document_no_tidied: bool
    is_document_type_told: bool
    resembling_row: pl.UInt32 = pa.Field(nullable=True)

    @rule(Reason.STUDENT_NO_MISSING, "student_no")
    def student_no_is_present(cls) -> pl.Expr:
        return pl.col("student_no").is_not_null()

    @rule(Reason.STUDENT_NO_REPEATED, "student_no")
    def student_no_is_unique(cls) -> pl.Expr:
        return pl.col("student_no").is_null() | (pl.len().over("student_no") == 1)

    @rule(Reason.STUDENT_NO_DAMAGED, "student_no")
    def student_no_is_text(cls) -> pl.Expr:
        return ~pl.col("student_no").str.contains(SPREADSHEET_NUMBER)

    @rule(Reason.NAME_MISSING, "name")
    def name_is_present(cls) -> pl.Expr:
        return pl.col("name").is_not_null()

    @rule(Reason.NAME_TIDIED, "name")
    def name_was_clean(cls) -> pl.Expr:
        return ~pl.col("is_name_tidied")

    @rule(Reason.NAME_DAMAGED, "name")
    def name_is_whole(cls) -> pl.Expr:
        return ~pl.col("name").str.contains(DAMAGED_NAME)

    @rule(Reason.NAME_OUTSIDE_GBK, "name")
    def name_is_in_gbk(cls) -> pl.Expr:
        return ~outside_gbk(pl.col("name")) | pl.col("name").str.contains(DAMAGED_NAME)

    @rule(Reason.NAME_UNUSUAL, "name")
    def name_is_usual(cls) -> pl.Expr:
        name = pl.col("name")
        is_usual = name.str.contains(USUAL_NAME) & ~name.str.contains(MISPLACED_DOT)
        return is_usual | name.str.contains(DAMAGED_NAME)

    @rule(Reason.SEX_MISSING, "sex")
    def sex_is_known(cls) -> pl.Expr:
        return pl.col("sex").is_in(SEXES).fill_null(False)

    @rule(Reason.BIRTH_MISSING, "born_on")
    def birth_is_known(cls) -> pl.Expr:
        return pl.col("born_on").is_not_null()

    @rule(Reason.UNIT_MISSING, "unit_name")
    def unit_is_present(cls) -> pl.Expr:
        return pl.col("unit_name").is_not_null()

    @rule(Reason.DOCUMENT_TYPE_MISSING, "document_type")
    def document_type_is_known(cls) -> pl.Expr:
        return _kind().is_not_null()

    @rule(Reason.DOCUMENT_TYPE_TOLD, "document_type")
    def document_type_was_given(cls) -> pl.Expr:
        return ~pl.col("is_document_type_told")

    @rule(Reason.DOCUMENT_TYPE_CONTRADICTS, "document_type")
    def document_type_agrees(cls) -> pl.Expr:
        return _contradicting_type().is_null()

    @rule(Reason.DOCUMENT_NO_MISSING, "document_no")
    def document_no_is_present(cls) -> pl.Expr:
        return pl.col("document_no").is_not_null()

    @rule(Reason.DOCUMENT_NO_DAMAGED, "document_no")
    def document_no_is_text(cls) -> pl.Expr:
        return ~pl.col("document_no").str.contains(SPREADSHEET_NUMBER)

    @rule(Reason.DOCUMENT_NO_TIDIED, "document_no")
    def document_no_was_clean(cls) -> pl.Expr:
        return ~pl.col("is_document_no_tidied")

    @rule(Reason.DOCUMENT_NO_MALFORMED, "document_no")
    def document_no_has_form(cls) -> pl.Expr:
        number = pl.col("document_no")
        has_form = identity.has_form_of(_kind(), number)
        return number.str.contains(SPREADSHEET_NUMBER) | has_form | _contradicting_type().is_not_null()

    @rule(Reason.DOCUMENT_NO_LEGACY, "document_no")
    def document_no_is_of_today(cls) -> pl.Expr:
        is_citizens = (_kind() == identity.CITIZEN).fill_null(True)
        return ~(is_citizens & identity.is_legacy(pl.col("document_no")))

    @rule(Reason.DOCUMENT_NO_CHECK_DIGIT, "document_no")
    def check_digit_holds(cls) -> pl.Expr:
        return ~_is_checked() | identity.check_character_holds(pl.col("document_no"))

    @rule(Reason.REGION_UNKNOWN, "document_no")
    def region_is_known(cls) -> pl.Expr:
        is_citizens = _is_checked() & (pl.col("document_type") == identity.CITIZEN)
        return ~is_citizens | identity.is_region_known(pl.col("document_no"))

    @rule(Reason.SEX_CONTRADICTS_DOCUMENT, "sex")
    def sex_agrees(cls) -> pl.Expr:
        tells = identity.tells_sex(pl.col("document_type"), pl.col("document_no")).fill_null(False)
        told = tells & pl.col("sex").is_in(SEXES)
        return ~told | (identity.sex_of(pl.col("document_no")) == pl.col("sex"))

    @rule(Reason.BIRTH_CONTRADICTS_DOCUMENT, "born_on")
    def birth_agrees(cls) -> pl.Expr:
        told = _is_checked() & pl.col("born_on").is_not_null()
        return ~told | identity.born_on_of(pl.col("document_no")).eq_missing(pl.col("born_on"))

    @rule(Reason.COUNTRY_CONTRADICTS_DOCUMENT, "country_name")
    def country_agrees(cls) -> pl.Expr:
        country = pl.col("country_name")
        told = identity.country_told_by(pl.col("document_type"), pl.col("document_no"))
        is_known = country.is_in([line.name for line in code_table("countries")])
        is_ours = (country == identity.HOME) & told.str.starts_with(identity.HOME)
        return ~is_known | (country == told) | is_ours

    @rule(Reason.DOCUMENT_NO_SHARED, "document_no")
    def document_no_is_one_persons(cls) -> pl.Expr:
        number = pl.col("document_no")
        is_number = ~number.str.contains(SPREADSHEET_NUMBER).fill_null(True)
        return ~is_number | (pl.col("name").drop_nulls().n_unique().over("document_no") <= 1)

    @rule(Reason.DOCUMENT_NO_RESEMBLES, "document_no")
    def document_no_resembles_none(cls) -> pl.Expr:
        return pl.col("resembling_row").is_null()


def _is_checked() -> pl.Expr:
    return identity.is_checked(pl.col("document_type"), pl.col("document_no")).fill_null(False)


def _contradicting_type() -> pl.Expr:
    return identity.type_contradicting(_kind(), pl.col("document_no"))


def _kind() -> pl.Expr:
    """The document type, null where the code table does not know it."""
    known = [line.name for line in code_table("document_types")]
    return pl.when(pl.col("document_type").is_in(known)).then("document_type")


@lru_cache(maxsize=64)
def people_rules(people: People, captured_on: date | None) -> pa.DataFrameSchema:
    """How long a name is usually, and what dates of birth and entry may be, seen from the day of capture."""
    is_short = fits_gb18030(pl.col("name"), people.name_max_bytes.value)
    checks = [check_of(Reason.NAME_LONG, "name", is_short)]
    if captured_on is not None:
        born_on = pl.col("born_on")
        is_born = born_on <= captured_on
        age = identity.age_on(captured_on, born_on)
        age_fits = age.is_between(people.age_min.value, people.age_max.value)
        checks += [
            check_of(Reason.BIRTH_IN_FUTURE, "born_on", is_born),
            check_of(Reason.ENTRY_IN_FUTURE, "entry_on", pl.col("entry_on") <= captured_on),
            check_of(Reason.AGE_UNUSUAL, "born_on", age_fits | ~is_born),
        ]
    return rules_of(checks)


@lru_cache(maxsize=64)
def eligibility_rules(eligibility: Eligibility) -> pa.DataFrameSchema:
    """The campaign's own rules of who is to be captured."""
    return rules_of([
        check_of(Reason.UNIT_EXCLUDED, "unit_name", ~pl.col("unit_name").is_in(eligibility.exclude_units)),
        check_of(Reason.ALREADY_REGISTERED, "registration", ~pl.col("registration").str.contains("^已")),
        *_year_checks(eligibility),
        *_certificate_checks(eligibility),
        *_kind_checks(eligibility),
        *_status_checks(eligibility),
    ])  # fmt: skip


def _year_checks(eligibility: Eligibility) -> list[pa.Check]:
    """Entry years; whoever graduates early may have entered later than the others."""
    years = [*eligibility.entry_years, *eligibility.make_up_from]
    if not years:
        return []
    year, status = pl.col("entry_year"), pl.col("enrolment_status")
    excluded = _usual(eligibility.exclude_statuses)
    early = [name for name in _names_of("early") if name not in excluded]
    is_early = (status.is_in(early) & (year > max(years))).fill_null(False)
    is_made_up = year.is_in(eligibility.make_up_from) & ~year.is_in(eligibility.entry_years)
    return [
        check_of(Reason.OTHER_ENTRY_YEAR, "entry_year", year.is_in(years) | is_early),
        check_of(Reason.ENTRY_YEAR_UNKNOWN, "entry_on", year.is_not_null()),
        check_of(Reason.GRADUATES_EARLY, "enrolment_status", ~is_early),
        check_of(Reason.MAKE_UP_YEAR, "entry_year", ~is_made_up),
    ]


def _certificate_checks(eligibility: Eligibility) -> list[pa.Check]:
    kind = pl.col("certificate_kind")
    if not eligibility.certificate:
        return []
    return [
        check_of(Reason.OTHER_CERTIFICATE, "certificate_kind", kind.is_in(eligibility.certificate)),
        check_of(Reason.CERTIFICATE_UNKNOWN, "certificate_kind", kind.is_not_null()),
    ]


def _kind_checks(eligibility: Eligibility) -> list[pa.Check]:
    """The forms of study and kinds of student that a campaign names, where it names any."""
    wanted = {"study_form": eligibility.study_forms, "student_kind": eligibility.student_kinds}
    return [
        check
        for column, names in wanted.items()
        if names
        for check in (
            check_of(Reason.OTHER_STUDENTS, column, pl.col(column).is_in(names)),
            check_of(Reason.STUDENT_KIND_UNKNOWN, column, pl.col(column).is_not_null()),
        )
    ]


STATUS_REASONS = {
    "withdrawn": Reason.WITHDRAWN,
    "deferred": Reason.DEFERRED,
    "suspended": Reason.SUSPENDED,
    "finished": Reason.FINISHED,
}
"""Why a status leaves somebody out, by its meaning; the other meanings let everybody in."""


def _status_checks(eligibility: Eligibility) -> list[pa.Check]:
    """What a status lets in or leaves out. A roster in which no row has one is judged without."""
    status = pl.col("enrolment_status")
    captured, excluded = _usual(eligibility.capture_statuses), _usual(eligibility.exclude_statuses)
    out = {
        reason: [name for name in _names_of(meaning) if name not in captured]
        for meaning, reason in STATUS_REASONS.items()
    }
    further = [name for name in excluded if not any(name in names for names in out.values())]
    known = [line.name for line in statuses()] + captured + excluded
    is_told = status.is_not_null().any()
    written = status.fill_null("")
    return [
        *(check_of(reason, "enrolment_status", ~status.is_in(names)) for reason, names in out.items()),
        check_of(Reason.OTHER_STUDENTS, "enrolment_status", ~is_told | ~written.is_in(further)),
        check_of(Reason.STATUS_UNKNOWN, "enrolment_status", ~is_told | written.is_in(known)),
    ]


def _usual(written: tuple[str, ...]) -> list[str]:
    return [usual_status(status) for status in written]


def _names_of(meaning: str) -> list[str]:
    return [line.name for line in statuses() if line.meaning == meaning]


INELIGIBLE = (
    Reason.UNIT_EXCLUDED, Reason.OTHER_ENTRY_YEAR, Reason.OTHER_CERTIFICATE, Reason.OTHER_STUDENTS,
    *STATUS_REASONS.values(),
)  # fmt: skip
"""The reasons that take an enrolment out of the campaign."""

UNLINKABLE = (
    Reason.STUDENT_NO_MISSING, Reason.STUDENT_NO_REPEATED, Reason.STUDENT_NO_DAMAGED,
    Reason.DOCUMENT_NO_MISSING, Reason.DOCUMENT_NO_DAMAGED, Reason.DOCUMENT_NO_MALFORMED,
    Reason.DOCUMENT_NO_CHECK_DIGIT, Reason.DOCUMENT_NO_LEGACY,
)  # fmt: skip
"""The reasons that spoil an enrolment's keys: it cannot be told whether the student came.

They stand for the absent capture only while they block.
"""
