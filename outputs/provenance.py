"""The list of sources that travels with a bundle, for whoever holds the captures and wants to check it."""

from importlib.metadata import version

import polars as pl

from schemas.provenance import Origin

SOURCES_FILE = "regpack-sources.csv"
MADE_FROM = {
    "photo_name": "photo", "capture_sha256": "source_sha256", "orientation": "orientation",
    "crop_left_px": "left_px", "crop_top_px": "top_px", "crop_width_px": "width_px",
    "crop_height_px": "height_px",
}  # fmt: skip
"""What a photo's line is made of: our columns, and the list's."""
_DECIMALS = 3
"""A thousandth of a source pixel is less than any picture shows."""


def origins(photos: pl.DataFrame) -> str:
    """The list as CSV, a line a photo (`schemas.provenance.Origin`); never a path or a camera's file name."""
    columns = [pl.col(ours).alias(theirs) for ours, theirs in MADE_FROM.items()]
    lines = photos.select(*columns, engine=pl.lit(f"regpack {version('regpack')}")).sort("photo")
    lines = lines.with_columns(pl.col("orientation").fill_null(1)).select(list(Origin.model_fields))
    return lines.write_csv(float_precision=_DECIMALS)
