"""From an enrolment, its awards and its photo to the records of the receivers' tables."""

from collections.abc import Mapping
from typing import NamedTuple

import polars as pl

from schemas.campaign import Campaign
from schemas.codes import meanings
from schemas.profile import Column, Naming, Profile, Table, Written
from schemas.reasons import Reason, Severity
from schemas.records import AWARDS, DEVICE_NAME, FILE_NAME, SUBJECT, table_rules
from schemas.roster import ROSTER
from schemas.rules import Breach
from transforms.codes import meant
from transforms.hints import with_value_hints
from transforms.text import squeeze, tidy_name, tidy_number
from transforms.validation import as_findings, check, findings, severity_of

DATE8 = "%Y%m%d"
NUMBERS = ("student_no", "diploma_no", "degree_no", "degree_category_code")


def clean_awards(sent: pl.LazyFrame) -> pl.LazyFrame:
    """The awards sheet with its numbers and texts tidied; `row` is the sheet's row.

    Of the degree's code and text the one that was left out follows from the other.
    """
    texts = [column for column in AWARDS if column not in (*NUMBERS, "name")]
    return sent.select(
        "row",
        tidy_name(pl.col("name")),
        *(tidy_number(pl.col(column)) for column in NUMBERS),
        *(squeeze(pl.col(column)) for column in texts),
    ).with_columns(
        meant(pl.col("conclusion"), "conclusions"),
        degree_category_code=pl.coalesce("degree_category_code", _in_degrees("degree_category_name", "code")),
        degree_category_name=pl.coalesce("degree_category_name", _in_degrees("degree_category_code", "text")),
    )


def _in_degrees(column: str, written: Written) -> pl.Expr:
    """What the table of degrees has beside a code or a text; null for what it does not know."""
    known = meanings("degrees", written)
    return pl.col(column).replace_strict(known, default=None, return_dtype=pl.String)


def subjects(
    roster: pl.DataFrame, awards: pl.DataFrame, photos: pl.DataFrame, *, campaign: Campaign, naming: Naming
) -> pl.DataFrame:
    """All that is known of each roster row, as text (`row` and SUBJECT), null where it is not known.

    `awards` has one line per student_no at most; `photos` has row, photo_sha256 and captured_at.
    """
    identity, dates = campaign.campaign, campaign.certificates
    constants = {
        "school_code": identity.school_code,
        "school_name": identity.school_name,
        "president": identity.president,
        "degree_chair": identity.degree_chair,
        "graduation_on": dates.graduation_date and dates.graduation_date.strftime(DATE8),
        "award_on": dates.award_date and dates.award_date.strftime(DATE8),
    }
    return (
        roster.select(list(ROSTER))
        .join(awards.drop("row", "name"), on="student_no", how="left", validate="m:1", maintain_order="left")
        .join(photos, on="row", how="left", validate="1:1", maintain_order="left")
        .with_columns(
            *(pl.lit(value, dtype=pl.String).alias(name) for name, value in constants.items()),
            pl.col("born_on").dt.to_string(DATE8),
            pl.col("entry_on").dt.to_string(DATE8),
            pl.col("captured_at").dt.to_string("%Y-%m-%dT%H:%M:%S"),
        )
        .with_columns(photo_name=photo_name(naming))
        .select("row", *SUBJECT)
    )


def photo_name(naming: Naming) -> pl.Expr:
    """The delivered file's name as the profile writes it; null where there is no photo or no number."""
    pieces = naming.photo.replace("{", "\0").replace("}", "\0").split("\0")
    parts = [pl.col(piece) if place % 2 else pl.lit(piece) for place, piece in enumerate(pieces)]
    return pl.when(pl.col("photo_sha256").is_not_null()).then(pl.concat_str(parts))


def records_of(table: Table, known: pl.DataFrame) -> pl.DataFrame:
    """One table's records from subjects: its columns in order, all text."""
    return known.select(_values(table))


def is_listed(table: Table) -> pl.Expr:
    """Whether a table has a record of somebody; who has no conclusion is in every table."""
    return ~pl.col("conclusion").is_in(list(table.leaves_out)).fill_null(False)


def _values(table: Table) -> list[pl.Expr]:
    return [_written(column).alias(column.code) for column in table.columns]


def _written(column: Column) -> pl.Expr:
    """A column's values as its table writes them; what its code table does not know stays, and is refused."""
    value = pl.col(column.of)
    if column.format == "month6":
        return value.str.head(6)
    if column.codes is None:
        return value
    return meant(value, column.codes, column.written)


class Records(NamedTuple):
    """What tables say of the `accepted` rows, written when it is asked for: many tables take much memory.

    `subjects` has `row` and SUBJECT of everybody.
    """

    subjects: pl.DataFrame
    accepted: pl.Series
    tables: tuple[Table, ...]

    def written(self, rows: pl.Series | None = None) -> dict[str, pl.DataFrame]:
        """By table the accepted's records, or those of these rows, by student number, `row` first."""
        wanted = self.accepted if rows is None else rows.filter(rows.is_in(self.accepted.implode()))
        subjects = self.subjects.lazy().filter(pl.col("row").is_in(wanted.implode())).sort("student_no")
        return {
            table.name: subjects.filter(is_listed(table))
            .select("row", *_values(table))
            .collect()  # lazy: only what the table needs
            for table in self.tables
        }


# -- findings ------------------------------------------------------------------------------------------------


def settle_awards(
    awards: pl.DataFrame, roster: pl.DataFrame, severities: Mapping[str, Severity]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The awards that can be used, one line per student, and a finding on each line that cannot."""
    is_repeated = pl.len().over("student_no") > 1
    enrolled = roster.select("student_no", enrolment="row").drop_nulls().sort("enrolment")
    numbers = enrolled.unique("student_no", keep="first", maintain_order=True)
    named = awards.select("row", "student_no").join(
        numbers, on="student_no", how="left", validate="m:1", maintain_order="left"
    )
    told = named.with_columns(
        code=pl.when(pl.col("enrolment").is_null()).then(pl.lit(Reason.AWARD_WITHOUT_ROSTER.value))
        .when(is_repeated).then(pl.lit(Reason.AWARD_REPEATED.value))
    )  # fmt: skip
    bad = told.drop_nulls("code").with_columns(
        row="enrolment", column=pl.lit("student_no"), seen="student_no", input=pl.lit("awards"),
        sheet_row="row", severity=severity_of(pl.col("code"), severities),
    )  # fmt: skip
    usable = awards.filter(~is_repeated & pl.col("student_no").is_not_null())
    return usable, as_findings(bad)


def name_findings(
    awards: pl.DataFrame, roster: pl.DataFrame, severities: Mapping[str, Severity]
) -> pl.DataFrame:
    """Enrolments whose name in the awards sheet is not the roster's: perhaps another student's line."""
    sheet = awards.select("student_no", seen="name", sheet_row="row").drop_nulls()
    named = roster.select("row", "student_no", "name").join(
        sheet, on="student_no", how="inner", validate="m:m", maintain_order="left_right"
    )
    apart = named.filter(pl.col("name") != pl.col("seen"))
    told = apart.with_columns(
        code=pl.lit(Reason.NAME_DIFFERS.value), column=pl.lit("name"), limit=pl.format("名册为 {}", "name"),
        input=pl.lit("awards"),
    )  # fmt: skip
    return as_findings(told.with_columns(severity=severity_of(pl.col("code"), severities)))


def record_findings(expected: pl.DataFrame, profile: Profile) -> pl.DataFrame:
    """What the rules of every table say of the expected enrolments' records."""
    found = []
    for table in profile.tables:
        listed = expected.filter(is_listed(table))
        beside = listed.select("row", "student_no", "level_name")
        records = records_of(table, listed).hstack(beside)
        breaches = check(records, table_rules(table))
        limits = {
            Breach(Reason.VALUE_TOO_LONG.value, column.code).rule: f"≤ {column.max_bytes} B"
            for column in table.columns
            if column.max_bytes is not None
        }
        told = findings(records, breaches, severities=profile.severities, limits=limits)
        found.append(with_value_hints(told, table))
    return pl.concat(found)


DEGREE = ("degree_no", "degree_category_code", "degree_category_name")


def left_out_findings(expected: pl.DataFrame, profile: Profile) -> pl.DataFrame:
    """Those whom a table leaves out although they have a degree: that or their conclusion is wrong."""
    is_left_out = pl.any_horizontal(~is_listed(table) for table in profile.tables)
    told = expected.filter(is_left_out & pl.any_horizontal(pl.col(DEGREE).is_not_null())).with_columns(
        code=pl.lit(Reason.DEGREE_WITHOUT_GRADUATION.value), column=pl.lit("conclusion"), seen="conclusion"
    )
    return as_findings(told.with_columns(severity=severity_of(pl.col("code"), profile.severities)))


def photo_name_findings(
    expected: pl.DataFrame, found: pl.DataFrame, severities: Mapping[str, Severity]
) -> pl.DataFrame:
    """Photos that would be accepted, but have no name, none of a file, or would overwrite one another."""
    blocked = found.filter(pl.col("severity") == Severity.BLOCK)["row"].drop_nulls()
    name = pl.col("photo_name")
    is_taken = name.is_not_null() & (pl.len().over(name.str.to_lowercase()) > 1)
    is_no_file = ~name.str.contains(FILE_NAME) | name.str.contains(DEVICE_NAME)
    code = (
        pl.when(name.is_null())
        .then(pl.lit(Reason.VALUE_MISSING.value))
        .when(is_no_file)
        .then(pl.lit(Reason.VALUE_MALFORMED.value))
        .when(is_taken)
        .then(pl.lit(Reason.PHOTO_NAME_TAKEN.value))
    )
    told = (
        expected.filter(~pl.col("row").is_in(blocked.implode()) & pl.col("photo_sha256").is_not_null())
        .with_columns(code=code, column=pl.lit("photo_name"))
        .drop_nulls("code")
    )
    return as_findings(told.with_columns(severity=severity_of(pl.col("code"), severities)))
