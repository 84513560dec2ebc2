"""What is to be said of certificate numbers: the school's own, exchanges, ranges that lack or run out."""

from collections.abc import Mapping

import polars as pl

from schemas.numbers import SERIAL_DIGITS, number_forms
from schemas.profile import Profile
from schemas.reasons import Reason, Severity
from transforms.numbering import COMPLETED, EXCHANGED, Book
from transforms.validation import as_findings, severity_of

COLUMNS = {kind: form.of for kind, form in number_forms().items()}
_TOUCHED = ["row", "kind"]


def number_findings(claimed: pl.DataFrame, book: Book, severities: Mapping[str, Severity]) -> pl.DataFrame:
    """Everything that can be said of the claims (`transforms.numbering.claims`) before a number is given."""
    told = pl.concat([
        _claims_of_others(claimed, book), _claims_in_ranges(claimed, book), _changes(claimed),
        _exchanges(claimed), _without_range(claimed),
    ])  # fmt: skip
    return _as_findings(told, severities)


def shortage_findings(short: pl.DataFrame, severities: Mapping[str, Severity]) -> pl.DataFrame:
    """Those for whom the ranges did not suffice, with how many numbers are lacking."""
    limit = pl.format("还差 {} 个编号", "lacking")
    return _as_findings(_told(short, Reason.NUMBERS_EXHAUSTED, _whom(), limit), severities)


def answered(claimed: pl.DataFrame, profile: Profile) -> pl.DataFrame:
    """Findings (row, code, column) of table rules to which the book of numbers has the answer.

    Who is to get a number lacks none; a number that an exchange kept bears the earlier year; whose number an
    earlier bundle holds does not repeat it, but whoever else has it.
    """
    columns = [(kind, column.code) for table in profile.tables for column in table.columns
               for kind, of in COLUMNS.items() if column.of == of]  # fmt: skip
    codes = pl.DataFrame(list(dict.fromkeys(columns)), schema=["kind", "column"], orient="row")
    codes = codes.cast(pl.String)
    is_held = (pl.col("number") == pl.col("held")).fill_null(False)
    reasons = {
        Reason.VALUE_MISSING: pl.col("is_needed"),
        Reason.NUMBER_CONTRADICTS: pl.col("is_exchanged"),
        Reason.VALUE_REPEATED: is_held,
    }
    lines = pl.concat(
        claimed.filter(holds).select("row", "kind", code=pl.lit(reason.value))
        for reason, holds in reasons.items()
    )
    return lines.join(codes, on="kind", how="inner", validate="m:m", maintain_order="left_right").drop("kind")


def without_answered(found: pl.DataFrame, answers: pl.DataFrame) -> pl.DataFrame:
    """The findings to which there is no answer."""
    return found.join(answers, on=["row", "code", "column"], how="anti", maintain_order="left")


# -- one reason each -----------------------------------------------------------------------------------------


def _claims_of_others(claimed: pl.DataFrame, book: Book) -> pl.DataFrame:
    """The school's own numbers that are remembered of another enrolment."""
    holders = book.remembered.select("kind", "is_issued", own="number", holder="student_no", at="level_name")
    met = claimed.join(holders, on=["kind", "own"], how="inner", validate="m:1", maintain_order="left")
    is_other = pl.col("holder").ne_missing(pl.col("student_no")) | pl.col("at").ne_missing(
        pl.col("level_name")
    )
    others, limit = met.filter(is_other), pl.format("学号 {}", "holder")
    return pl.concat([
        _told(others.filter("is_issued"), Reason.NUMBER_TAKEN, pl.col("own"), limit),
        _told(others.filter(~pl.col("is_issued")), Reason.NUMBER_SEALED_FOR_ANOTHER, pl.col("own"), limit),
    ])  # fmt: skip


def _claims_in_ranges(claimed: pl.DataFrame, book: Book) -> pl.DataFrame:
    """The school's own numbers that lie in a range of somebody else's, or in none at all."""
    is_new = pl.col("is_managed") & pl.col("own").ne_missing(pl.col("held"))
    forms = {kind: form.pattern for kind, form in number_forms().items()}
    own = pl.concat([
        claimed.filter(is_new & (pl.col("kind") == kind) & pl.col("own").str.contains(f"^(?:{pattern})$"))
        for kind, pattern in forms.items()
    ]).with_columns(
        prefix=pl.col("own").str.head(-SERIAL_DIGITS),
        serial=pl.col("own").str.tail(SERIAL_DIGITS).cast(pl.Int64),
    )  # fmt: skip
    ranges = book.spans.rename({"level_name": "of_level", "study_form": "of_form"})
    inside = own.join(ranges, on=["kind", "prefix"], how="inner", validate="m:m", maintain_order="left")
    inside = inside.filter(pl.col("serial").is_between("first", "last"))
    is_theirs = (
        pl.col("is_serving")
        & pl.col("of_level").eq_missing(pl.col("level_name"))
        & pl.col("of_form").eq_missing(pl.col("range_form"))
    )
    limit = pl.concat_str("of_level", pl.lit(" "), "of_form").str.strip_chars_end()
    outside = own.join(inside, on=_TOUCHED, how="anti", maintain_order="left")
    return pl.concat([
        _told(inside.filter(~is_theirs), Reason.NUMBER_OF_OTHER_RANGE, pl.col("own"), limit),
        _told(outside, Reason.NUMBER_OUTSIDE_RANGES, pl.col("own")),
    ])  # fmt: skip


def _changes(claimed: pl.DataFrame) -> pl.DataFrame:
    changed = claimed.filter(pl.col("own") != pl.col("held"))
    return _told(changed, Reason.NUMBER_CHANGED, pl.col("own"), pl.col("held"))


def _exchanges(claimed: pl.DataFrame) -> pl.DataFrame:
    """Certificates of completion that became diplomas, and those whose remark is about something else."""
    exchanged = claimed.filter("is_exchanged")
    is_silent = ~pl.col("remark").str.contains(COMPLETED)
    unnoted = _told(
        exchanged.filter(is_silent), Reason.EXCHANGE_NOT_REMARKED, pl.col("remark"), pl.lit(EXCHANGED)
    )
    unnoted = unnoted.with_columns(column=pl.lit("remark"))
    return pl.concat([_told(exchanged, Reason.DIPLOMA_EXCHANGED, pl.col("number")), unnoted])


def _without_range(claimed: pl.DataFrame) -> pl.DataFrame:
    lost = claimed.filter(pl.col("is_needed") & ~pl.col("has_range"))
    return _told(lost, Reason.NUMBER_WITHOUT_RANGE, _whom())


def _whom() -> pl.Expr:
    """Level and form of study, as a range would name them."""
    return pl.concat_str("level_name", "study_form", separator=" ", ignore_nulls=True)


def _told(lines: pl.DataFrame, reason: Reason, seen: pl.Expr, limit: pl.Expr | None = None) -> pl.DataFrame:
    return lines.select(
        "row", "student_no",
        code=pl.lit(reason.value),
        column=pl.col("kind").replace_strict(COLUMNS, return_dtype=pl.String),
        seen=seen,
        limit=pl.lit(None, dtype=pl.String) if limit is None else limit,
    )  # fmt: skip


def _as_findings(told: pl.DataFrame, severities: Mapping[str, Severity]) -> pl.DataFrame:
    return as_findings(told.with_columns(severity=severity_of(pl.col("code"), severities)))
