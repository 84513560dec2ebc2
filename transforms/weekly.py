"""What a week's audit tells: who is still open, how many by unit, what changed, which feedback is overdue."""

import polars as pl

OPEN = ("missing", "rejected")


def still_open(now: pl.DataFrame) -> pl.DataFrame:
    """Who is missing or rejected, by unit and student number."""
    return now.filter(pl.col("state").is_in(OPEN)).sort("unit_name", "student_no", nulls_last=True)


def by_unit(now: pl.DataFrame) -> pl.DataFrame:
    """Each unit's heads: expected, accepted, missing, rejected.

    >>> by_unit(pl.DataFrame({"unit_name": ["A", "A"], "state": ["missing", "accepted"]})).row(0)
    ('A', 2, 1, 1, 0)
    """
    counted = [
        (pl.col("state") == state).sum().cast(pl.UInt32).alias(state)
        for state in ("accepted", "missing", "rejected")
    ]
    expected = pl.len().cast(pl.UInt32).alias("expected")
    heads = now.filter(pl.col("state") != "ineligible")
    return heads.group_by("unit_name").agg(expected, *counted).sort("unit_name", nulls_last=True)


def overdue(follow_ups: pl.DataFrame) -> pl.DataFrame:
    """Of FOLLOW_UPS those whose day has passed, the longest ago first in each unit."""
    return (
        follow_ups.filter("is_overdue")
        .sort("unit_name", "due_on", "student_no", nulls_last=True)
        .select("unit_name", "student_no", "kind", "code", "opened_on", "due_on")
    )


def changed(before: pl.DataFrame, now: pl.DataFrame) -> pl.DataFrame:
    """Whose state or bundle is another than it was; `state_before` is null for who was not known then."""
    was = before.select("student_no", state_before="state", bundle_before="bundle")
    both = now.join(was, on="student_no", how="left", validate="1:1", maintain_order="left")
    is_other = pl.col("state").ne_missing(pl.col("state_before")) | pl.col("bundle").ne_missing(
        pl.col("bundle_before")
    )
    return both.filter(is_other).select(
        "student_no", "unit_name", "state_before", "state", "codes", "bundle", "run"
    )
