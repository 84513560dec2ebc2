"""The records of a receiver's tables: what a value of each column must be."""

from collections.abc import Mapping
from functools import lru_cache

import pandera.polars as pa
import polars as pl

from schemas.codes import code_table, disciplines, levels
from schemas.encodings import fits_gb18030, outside_gbk
from schemas.profile import Column, Known, Table
from schemas.reasons import Reason
from schemas.rules import check_of, rules_of

PHOTO_COLUMNS = frozenset({"photo_name", "photo_sha256", "captured_at"})
"""Subject columns that come from the photo; a student without one is told so by an L or P reason."""

SUBJECT: dict[str, type[pl.DataType]] = dict.fromkeys(
    (
        "student_no", "name", "sex", "born_on", "document_type", "document_no", "examinee_no", "country_name",
        "school_code", "school_name", "president", "degree_chair", "major_code", "major_name", "level_name",
        "study_form", "schooling_years", "entry_on", "graduation_on", "award_on", "conclusion", "diploma_no",
        "degree_no", "degree_category_code", "degree_category_name", "adviser_name", "thesis_type",
        "thesis_title", "thesis_keywords", "thesis_origin", "thesis_field", "thesis_language", "remark",
        "unit_name", "class_name", "name_pinyin", "ethnic_group", "political_status", "unique_no",
        "certificate_major_name", "is_second_degree", "is_minor_degree",
        "photo_name", "photo_sha256", "captured_at",
    ),
    pl.String,
)  # fmt: skip
"""All that is known of one enrolment, as text: what a table's column may be `of`."""

AWARDS: tuple[str, ...] = (
    "student_no", "name", "conclusion", "diploma_no", "degree_no", "degree_category_code",
    "degree_category_name", "adviser_name", "thesis_type", "thesis_title", "thesis_keywords",
    "thesis_origin", "thesis_field", "thesis_language", "certificate_major_name", "is_second_degree",
    "is_minor_degree", "remark",
)  # fmt: skip
"""What the awards sheet adds to an enrolment; its `name` only says whose line is meant."""

AGENCY = frozenset(
    {"student_no", "unit_name", "class_name", "unique_no", "photo_name", "photo_sha256", "captured_at"}
)
"""All that may go to a capture agency: no name and no ID number (教学服〔2022〕10号)."""

FORMULA = r"^[=+\-@\t\r\n]"
"""How a cell begins that a spreadsheet takes for a formula when it opens a CSV, quoted or not."""
FORMULA_LIKE = r"^[=+\-@\t\r\n\x00＝＋－＠]"
"""The same, and what an East Asian spreadsheet may take for it: kept from being run, never refused."""

FILE_NAME = r"^[A-Za-z0-9_-]{1,64}\.jpg$"
"""A delivered photo's name: no path, on no system, and short enough for a zip on Windows."""
DEVICE_NAME = r"(?i)^(con|prn|aux|nul|com[0-9]|lpt[0-9])\."
"""What Windows takes for a device instead (learn.microsoft.com, Naming Files)."""

SELF_SET = "^99J"
"""How the code of a discipline begins that a school set up across categories."""
FIRST_LEVEL = "^[0-9]{4}(00)?$"
PROFESSIONAL = "^[0-9]{2}[56]"
"""How a professional category's code begins (S95); from 7 on the third digit is an older way to write that a
discipline grants a degree of another category."""
LAST_CATEGORY = 13
"""The last two digits of the last academic degree (GB/T 6864, with 13 for the arts)."""

UNKEPT = {
    "xml": r"[\x00-\x08\x0B\x0C\x0E-\x1F\uFFFE\uFFFF]",
    "dbf": r"[ \x00]$",
    "xlsx": r"\r|_x[0-9A-Fa-f]{4}_",
}
"""What a kind of file does not give back as it was: what XML 1.0 has no place for, blanks at a field's end, a
carriage return inside a workbook and what looks like the workbook's own escape of a character."""


@lru_cache(maxsize=64)
def table_rules(table: Table) -> pa.DataFrameSchema:
    """A table's columns as rules over its records: its codes, all text, and `level_name` beside them."""
    checks = [check for column in table.columns for check in _column_checks(column, table)]
    checks += [
        check_of(Reason.VALUE_REPEATED, code, pl.col(code).is_null() | (pl.len().over(code) == 1))
        for code in table.unique
    ]
    checks += _number_checks({column.code for column in table.columns})
    return rules_of([*checks, *_degree_checks(_by_subject(table)), *_date_checks(_by_subject(table))])


def _by_subject(table: Table) -> dict[str, str]:
    """For every subject column that the table shows, the first column that shows it."""
    return {column.of: column.code for column in reversed(table.columns)}


def _column_checks(column: Column, table: Table) -> list[pa.Check]:
    value = pl.col(column.code)
    checks = []
    if column.required and column.of not in PHOTO_COLUMNS:
        checks.append(check_of(Reason.VALUE_MISSING, column.code, value.str.contains(r"\S").fill_null(False)))
    if column.max_bytes is not None:
        checks.append(check_of(Reason.VALUE_TOO_LONG, column.code, fits_gb18030(value, column.max_bytes)))
    if column.pattern is not None:
        form = f"^(?:{column.pattern})$"
        checks.append(check_of(Reason.VALUE_MALFORMED, column.code, value.str.contains(form)))
    if listed := allowed(column):
        checks.append(check_of(Reason.VALUE_NOT_LISTED, column.code, value.is_in(listed)))
    if column.known is not None:
        checks.append(check_of(Reason.CODE_UNLISTED, column.code, _is_known(value, column.known)))
    return checks + _file_checks(column.code, table)


def allowed(column: Column) -> list[str]:
    """The only values that a column may have; none where it may have any."""
    if column.values or column.codes is None:
        return list(column.values)
    return [line.code if column.written == "code" else line.name for line in code_table(column.codes)]


def _file_checks(code: str, table: Table) -> list[pa.Check]:
    """What the kinds of file that a table is written as ask of a column's values."""
    value = pl.col(code)
    unkept = "|".join(form for kind, form in UNKEPT.items() if kind in table.files)
    checks = [check_of(Reason.VALUE_MALFORMED, code, ~value.str.contains(unkept))]
    if "csv" in table.files:
        checks.append(check_of(Reason.VALUE_AS_FORMULA, code, ~value.str.contains(FORMULA)))
    if "dbf" in table.files:
        checks.append(check_of(Reason.VALUE_OUTSIDE_GBK, code, ~outside_gbk(value)))
    return checks


def _is_known(code: pl.Expr, table: Known) -> pl.Expr:
    """Whether a code table has a code; of a discipline the first four characters are looked up."""
    if table == "degrees":
        return code.is_in([line.code for line in code_table(table)])
    is_own = code.str.contains(SELF_SET)
    return is_own | code.str.head(4).is_in([discipline.code for discipline in disciplines()])


def _degree_checks(columns: Mapping[str, str]) -> list[pa.Check]:
    """The degree against level and discipline, and each code against the text beside it."""
    degree, major = columns.get("degree_category_code"), columns.get("major_code")
    checks = []
    if degree is not None:
        checks.append(check_of(Reason.DEGREE_CONTRADICTS_LEVEL, degree, _is_of_level(pl.col(degree))))
        if "degree_category_name" in columns:
            same = _says_degree(pl.col(degree), pl.col(columns["degree_category_name"]))
            checks.append(check_of(Reason.CODE_CONTRADICTS_TEXT, degree, same))
    if degree is not None and major is not None:
        grants = _grants(pl.col(major), pl.col(degree))
        checks.append(check_of(Reason.DEGREE_OUTSIDE_DISCIPLINE, major, grants))
    if major is not None and "major_name" in columns:
        same = _says_discipline(pl.col(major), pl.col(columns["major_name"]))
        checks.append(check_of(Reason.CODE_CONTRADICTS_TEXT, major, same))
    return checks


def _is_of_level(degree: pl.Expr) -> pl.Expr:
    """Whether a code of three digits begins with its student's level; null where the level is not known."""
    level = _digits_of_level({level.name: level.degree_digit for level in levels()})
    return ~degree.str.contains("^[1-4]([0-9]{2})?$") | (degree.str.head(1) == level)


def _says_degree(code: pl.Expr, text: pl.Expr) -> pl.Expr:
    """Whether code and text mean one degree, where each is known to mean one."""
    known = {name: line.code for line in code_table("degrees") for name in (line.name, *line.synonyms)}
    said = text.replace_strict(known, default=None, return_dtype=pl.String)
    return ~_is_known(code, "degrees") | (code == said)


def _says_discipline(code: pl.Expr, text: pl.Expr) -> pl.Expr:
    """Whether a first-level code has its own name beside it and not another discipline's."""
    pairs = [(line.code, name) for line in disciplines() for name in line.names]
    stated = pl.concat_str(code.str.head(4), text, separator=" ")
    is_named = text.is_in(sorted({name for _, name in pairs}))
    is_known = code.str.contains(FIRST_LEVEL) & _is_known(code, "disciplines") & is_named
    return ~is_known | stated.is_in([f"{own} {name}" for own, name in pairs])


def _grants(major: pl.Expr, degree: pl.Expr) -> pl.Expr:
    """Whether a discipline grants a degree: one of its categories, or a professional one where it is so."""
    category = degree.str.extract("^[234]([0-9]{2})$")
    usual = [f"{line.code} {grant}" for line in disciplines() for grant in line.grants]
    academic = [line.code for line in disciplines() if line.grants]
    first = major.str.head(4)
    in_category = pl.concat_str(first, category, separator=" ").is_in(usual)
    is_professional = category.cast(pl.Int32) > LAST_CATEGORY
    return (
        pl.when(major.str.contains(PROFESSIONAL)).then(is_professional)
        .when(first.is_in(academic)).then(in_category)
    )  # fmt: skip


def _date_checks(columns: Mapping[str, str]) -> list[pa.Check]:
    """Birth, entry and graduation in this order, and no degree before the entry."""
    checks = []
    for earlier, later in (("born_on", "entry_on"), ("entry_on", "graduation_on"), ("entry_on", "award_on")):
        if earlier in columns and later in columns:
            months = (pl.col(columns[day]).str.head(6) for day in (earlier, later))
            checks.append(check_of(Reason.DATES_OUT_OF_ORDER, columns[earlier], next(months) < next(months)))
    return checks


def _number_checks(codes: set[str]) -> list[pa.Check]:
    """Certificate numbers against school, year and level (教学司〔2001〕80号, 学位〔2015〕18号)."""
    checks = []
    if {"ZSBH", "YXDM", "BYRQ"} <= codes:
        level = _digits_of_level({level.name: level.diploma_digits for level in levels()})
        agrees = _agrees("ZSBH", school="YXDM", dated="BYRQ") & (pl.col("ZSBH").str.slice(10, 2) == level)
        checks.append(check_of(Reason.NUMBER_CONTRADICTS, "ZSBH", agrees))
    if {"XWZSBH", "XWSYDWM", "HXWRQ"} <= codes:
        level = _digits_of_level({level.name: level.degree_digit for level in levels()})
        agrees = _agrees("XWZSBH", school="XWSYDWM", dated="HXWRQ")
        agrees &= _bare("XWZSBH").str.slice(5, 1) == level
        checks.append(check_of(Reason.NUMBER_CONTRADICTS, "XWZSBH", agrees))
    return checks


def _digits_of_level(digits: Mapping[str, str]) -> pl.Expr:
    """The digits that a number has for its student's level; null for a level that is not known."""
    names = pl.col("level_name")
    return names.replace_strict(list(digits), list(digits.values()), default=None, return_dtype=pl.String)


def _agrees(number: str, *, school: str, dated: str) -> pl.Expr:
    """Both kinds of number begin with the school's five digits and have the year at the seventh place."""
    same_school = _bare(number).str.head(5) == pl.col(school)
    return same_school & (_bare(number).str.slice(6, 4) == pl.col(dated).str.head(4))


def _bare(number: str) -> pl.Expr:
    """A number without the letter before it that some degree numbers had until 2015 (S74)."""
    return pl.col(number).str.replace(r"^[A-Z]", "")
