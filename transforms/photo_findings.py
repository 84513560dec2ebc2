"""What is wrong with photos: limits that their measured facts break, and photos that could not be made."""

import polars as pl

from schemas.photo import photo_rules
from schemas.profile import PhotoSpec, Profile
from schemas.reasons import Reason, Severity
from schemas.rules import Breach
from schemas.titles import title
from transforms.validation import as_findings, check, findings


def photo_findings(captures: pl.DataFrame, profile: Profile) -> pl.DataFrame:
    """What the profile's limits say of each capture's measured facts."""
    limits = {Breach(limit.reason, limit.fact).rule: limit.text for limit in profile.photo.limits}
    breaches = check(captures, photo_rules(profile.photo))
    found = findings(captures, breaches, severities=profile.severities, limits=limits)
    return with_conflicts(found, captures, profile.photo)


def with_conflicts(found: pl.DataFrame, captures: pl.DataFrame, spec: PhotoSpec) -> pl.DataFrame:
    """A limit that cannot be kept together with another one says so, and which."""
    names = {limit.fact: f"{title(limit.fact, 'zh')} {limit.text}" for limit in spec.limits}
    apart = captures.select("capture_path", column=pl.col("limits_apart").str.split("+")).drop_nulls()
    each = apart.with_columns(other="column").explode("column").explode("other")
    others = (
        each.filter(pl.col("column") != pl.col("other"))
        .with_columns(pl.col("other").replace_strict(names, default=None, return_dtype=pl.String))
        .group_by("capture_path", "column", maintain_order=True)
        .agg(pl.col("other").str.join("、"))
    )
    told = found.join(
        others, on=["capture_path", "column"], how="left", validate="m:1", maintain_order="left"
    ).with_columns(
        limit=pl.when(pl.col("other").is_null())
        .then("limit")
        .otherwise(pl.format("{}，与{} 不能同时满足", "limit", "other"))
    )
    return as_findings(told)


def unmade_photos(captures: pl.DataFrame, found: pl.DataFrame) -> pl.DataFrame:
    """Captures that could be read and broke no limit that blocks, but have no photo: never a pass."""
    blocked = found.filter(pl.col("severity") == Severity.BLOCK)["capture_path"]
    is_unmade = pl.col("source_format").is_not_null() & pl.col("photo_sha256").is_null()
    told = captures.filter(is_unmade & ~pl.col("capture_path").is_in(blocked.implode())).select(
        "capture_path", code=pl.lit(Reason.PHOTO_NOT_ASSESSED.value), severity=pl.lit(Severity.BLOCK.value),
        column=pl.lit("photo_sha256"),
    )  # fmt: skip
    return as_findings(told)
