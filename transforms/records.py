"""From an enrolment, its awards and its photo to the records of the receivers' tables."""

import polars as pl

from schemas.campaign import Campaign
from schemas.profile import Naming, Table
from schemas.records import AWARDS, SUBJECT
from schemas.roster import ROSTER
from transforms.text import squeeze, tidy_number

DATE8 = "%Y%m%d"
NUMBERS = ("student_no", "diploma_no", "degree_no", "degree_category_code")


def clean_awards(sent: pl.LazyFrame) -> pl.LazyFrame:
    """The awards sheet with its numbers and texts tidied; `row` is the sheet's row."""
    texts = [column for column in AWARDS if column not in NUMBERS]
    return sent.select(
        "row",
        *(tidy_number(pl.col(column)) for column in NUMBERS),
        *(squeeze(pl.col(column)) for column in texts),
    )


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
        .join(awards.drop("row"), on="student_no", how="left", validate="m:1", maintain_order="left")
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
    return known.select(pl.col(column.of).alias(column.code) for column in table.columns)
