"""From the roster as sent to the roster as meant."""

import polars as pl

from schemas import identity
from schemas.codes import DocumentType, Level, document_types, levels, statuses
from schemas.roster import ROSTER
from transforms.resemblance import with_resembling_row
from transforms.text import (
    INVISIBLE,
    fold_width,
    null_if_empty,
    read_date,
    squeeze,
    tidy_document_no,
    tidy_name,
    tidy_number,
)


def clean_roster(sent: pl.LazyFrame) -> pl.LazyFrame:
    """Every cell tidied as far as may be, dates read, synonyms resolved; what cannot be read becomes null.

    `is_name_tidied` and `is_document_no_tidied` say where tidying changed something; `is_document_type_told`
    where the type was left out and the number's check character tells it.
    """
    return (
        sent.with_columns(
            name_sent=pl.col("name"), document_no_sent=pl.col("document_no"), is_type_sent=_says_something()
        )
        .with_columns(
            tidy_name(pl.col("name")),
            tidy_document_no(pl.col("document_no")),
            *(tidy_number(pl.col(column)) for column in ("student_no", "examinee_no", "unique_no")),
            *(squeeze(pl.col(column)) for column in _PLAIN),
        )
        .with_columns(
            read_date(pl.col("born_on")),
            read_date(pl.col("entry_on")),
            entry_year=fold_width(pl.col("entry_on")).str.extract(r"^\s*((?:19|20)[0-9]{2})").cast(pl.Int32),
            level_name=by_usual_name(pl.col("level_name"), levels()),
            document_type=by_usual_name(pl.col("document_type"), document_types()),
            enrolment_status=by_usual_status(pl.col("enrolment_status")),
            schooling_years=pl.col("schooling_years").str.strip_suffix("年").str.replace(r"\.0$", ""),
            country_name=pl.col("country_name").fill_null("中国"),
        )
        .with_columns(
            told=pl.when(~pl.col("is_type_sent")).then(identity.type_told_by(pl.col("document_no")))
        )
        .with_columns(
            document_type=pl.coalesce("document_type", "told"),
            is_document_type_told=pl.col("told").is_not_null(),
            is_name_tidied=pl.col("name").ne_missing(pl.col("name_sent")),
            is_document_no_tidied=pl.col("document_no").ne_missing(pl.col("document_no_sent")),
        )
        .pipe(with_resembling_row)
        .select(pl.col(column).cast(dtype) for column, dtype in ROSTER.items())
    )


_PLAIN = (
    "sex", "document_type", "unit_name", "class_name", "major_code", "major_name", "level_name", "study_form",
    "schooling_years", "certificate_kind", "country_name", "registration", "name_pinyin", "ethnic_group",
    "political_status", "student_kind",
)  # fmt: skip


def _says_something() -> pl.Expr:
    return squeeze(pl.col("document_type")).is_not_null()


def by_usual_name(text: pl.Expr, table: tuple[DocumentType, ...] | tuple[Level, ...]) -> pl.Expr:
    """A code table's usual name for each of its names; null for what the table does not know."""
    names = {synonym: line.name for line in table for synonym in (line.name, *line.synonyms)}
    return text.replace_strict(list(names), list(names.values()), default=None, return_dtype=pl.String)


def by_usual_status(text: pl.Expr) -> pl.Expr:
    """Enrolment statuses by their usual names; what the code table does not know stays, without blanks."""
    names = {word: line.name for line in statuses() for word in (line.name, *line.synonyms)}
    tidy = text.str.normalize("NFKC").str.replace_all(rf"\s+|{INVISIBLE}", "")
    return null_if_empty(tidy).replace(names)
