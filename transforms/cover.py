"""What a bundle's cover sheet says of its records: new or changed, and the waivers that they rest on."""

import polars as pl

from schemas.decisions import CROP, RELEASE, WAIVE
from transforms.decisions import standing


def changed_records(new: pl.DataFrame, decisions: pl.DataFrame) -> pl.DataFrame:
    """`student_no` and `change` of every record to be sealed, by the digests of what was sealed last.

    A photo is another one if its capture is, or if it looks different since a person placed its crop.
    """
    placed = decisions.filter(pl.col("kind") == CROP)["capture_sha256"]
    is_cropped = pl.col("capture_sha256").is_in(placed.implode()).fill_null(False)
    is_same_photo = pl.col("sealed_photo_sha256").eq_missing(pl.col("photo_sha256")) | ~is_cropped
    photo = pl.col("sealed_capture_sha256").eq_missing(pl.col("capture_sha256")) & is_same_photo
    change = (
        pl.when(pl.col("sealed_record_sha256").is_null()).then(pl.lit("new"))
        .when(~photo).then(pl.lit("photo"))
        .when(pl.col("sealed_record_sha256") != pl.col("record_sha256")).then(pl.lit("text"))
        .otherwise(pl.lit("same"))
    )  # fmt: skip
    return new.select("student_no", change=change)


def crops_of(new: pl.DataFrame, decisions: pl.DataFrame) -> pl.DataFrame:
    """Who placed the crop of which record to be sealed, and why: student_no, because, by_whom."""
    placed = standing(decisions).filter(pl.col("kind") == CROP)
    said = placed.select("capture_sha256", "because", "by_whom")
    cropped = new.join(said, on="capture_sha256", how="inner", validate="m:1", maintain_order="left")
    return cropped.select("student_no", "because", "by_whom").sort("student_no")


def waivers_of(new: pl.DataFrame, findings: pl.DataFrame, decisions: pl.DataFrame) -> pl.DataFrame:
    """The decisions by which findings of the records to be sealed block no more, one line each."""
    waived = findings.filter(pl.col("waived").is_not_null()).select("row", "code").unique()
    records = new.select("row", "student_no", "capture_sha256")
    rested = waived.join(records, on="row", how="inner", validate="m:1", maintain_order="left")
    said = ["by_whom", "because", "valid_until"]
    made = standing(decisions)
    waivers = made.filter(pl.col("kind") == WAIVE).select("student_no", "capture_sha256", "code", *said)
    releases = made.filter(pl.col("kind") == RELEASE).select("student_no", "capture_sha256", *said)
    key = ["student_no", "capture_sha256"]
    given = rested.join(waivers, on=[*key, "code"], how="inner", validate="m:1", maintain_order="left")
    others = rested.join(given, on=["row", "code"], how="anti", maintain_order="left")
    seen = others.join(releases, on=key, how="inner", validate="m:1", maintain_order="left")
    return pl.concat(
        each.select("student_no", "code", "because", "by_whom", "valid_until") for each in (given, seen)
    ).sort("student_no", "code")
