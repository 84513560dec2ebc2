"""From the roster as sent to the roster as meant."""

import polars as pl

from schemas import identity
from schemas.codes import usual_status
from schemas.profile import CodeTable
from schemas.roster import ROSTER
from transforms.codes import by_word, meant
from transforms.resemblance import with_resembling_row
from transforms.text import (
    fold_width,
    null_if_empty,
    read_date,
    squeeze,
    tidy_document_no,
    tidy_name,
    tidy_number,
)


def clean_roster(sent: pl.LazyFrame) -> pl.LazyFrame:
    """Every cell tidied as far as may be, dates and codes read, synonyms resolved; an unread date is null.

    What no code table knows stays as it is, so that the audit can show it.

    `is_name_tidied` and `is_document_no_tidied` say where tidying changed something; `is_document_type_told`
    where the type was left out and the number's check character tells it. A country left out is the one that
    the number tells.
    """
    return (
        sent.with_columns(
            name_sent=pl.col("name"), document_no_sent=pl.col("document_no"), is_type_sent=_says_something()
        )
        .with_columns(
            tidy_name(pl.col("name")),
            tidy_document_no(pl.col("document_no")),
            *(tidy_number(pl.col(column)) for column in _NUMBERS),
            *(squeeze(pl.col(column)) for column in _PLAIN),
        )
        .with_columns(
            read_date(pl.col("born_on")),
            read_date(pl.col("entry_on")),
            entry_year=fold_width(pl.col("entry_on")).str.extract(r"^\s*((?:19|20)[0-9]{2})").cast(pl.Int32),
            enrolment_status=null_if_empty(by_word(squeeze(pl.col("enrolment_status")), usual_status)),
            document_type=_by_code(pl.col("document_type")),
        )
        .with_columns(meant(pl.col(column), table) for column, table in _CODED.items())
        .with_columns(
            told=pl.when(~pl.col("is_type_sent")).then(identity.type_told_by(pl.col("document_no")))
        )
        .with_columns(document_type=pl.coalesce("document_type", "told"))
        .with_columns(
            country_name=pl.coalesce("country_name", _country_told()),
            is_document_type_told=pl.col("told").is_not_null(),
            is_name_tidied=pl.col("name").ne_missing(pl.col("name_sent")),
            is_document_no_tidied=pl.col("document_no").ne_missing(pl.col("document_no_sent")),
        )
        .pipe(with_resembling_row)
        .select(pl.col(column).cast(dtype) for column, dtype in ROSTER.items())
    )


_NUMBERS = ("student_no", "examinee_no", "unique_no", "major_code")
_PLAIN = (
    "sex", "document_type", "unit_name", "class_name", "major_name", "level_name", "study_form",
    "schooling_years", "certificate_kind", "country_name", "registration", "name_pinyin", "ethnic_group",
    "political_status", "student_kind",
)  # fmt: skip
_CODED: dict[str, CodeTable] = {
    "sex": "sexes", "document_type": "document_types", "level_name": "levels", "study_form": "study_forms",
    "schooling_years": "schooling_years", "country_name": "countries", "ethnic_group": "ethnic_groups",
    "political_status": "political_statuses",
}  # fmt: skip
"""The columns that hold what a code table knows, by code or by text."""


def _by_code(document_type: pl.Expr) -> pl.Expr:
    """A document type by its text where it is written as a code of either system; anything else stays."""
    return meant(meant(document_type, "school_document_types"), "degree_document_types")


def _says_something() -> pl.Expr:
    return squeeze(pl.col("document_type")).is_not_null()


def _country_told() -> pl.Expr:
    return identity.country_told_by(pl.col("document_type"), pl.col("document_no"))
