"""Which of a student's captures becomes the photo."""

import polars as pl

from schemas.reasons import Severity


def choose_captures(linked: pl.DataFrame, photo_findings: pl.DataFrame) -> pl.DataFrame:
    """`capture_path` of the one capture used for each roster row.

    `linked` has capture_path, row and taken_at of readable captures, and what people and earlier runs say of
    them (`transforms.retakes.preferred`). A shot that a person chose wins; else the fewest findings that
    block, then the shot that is kept, then the fewest warnings, then the latest shot; a last tie goes to the
    path that sorts last.
    """
    counts = photo_findings.group_by("capture_path", maintain_order=True).agg(
        blocks=(pl.col("severity") == Severity.BLOCK).sum(), warns=(pl.col("severity") == Severity.WARN).sum()
    )
    ranked = linked.join(
        counts, on="capture_path", how="left", validate="1:1", maintain_order="left"
    ).with_columns(pl.col("blocks", "warns").fill_null(0))
    order = ["is_chosen", "blocks", "keeps", "warns", "taken_at", "capture_path"]
    best = ranked.sort(order, descending=[True, False, True, False, True, True], nulls_last=True)
    return best.unique("row", keep="first", maintain_order=True).select("row", "capture_path").sort("row")
