"""How much a reader takes in before it refuses; the numbers and their reasons stand in `limits.toml`."""

import tomllib
from functools import cache
from importlib.resources import files

from schemas.campaign import Strict
from schemas.cited import Cited

KB, MB = 1_000, 1_000_000
"""Bytes."""


class ReadingLimits(Strict):
    """What is beyond these is no input that regpack was made for, or an attack."""

    text_kb: Cited[int]
    key_depth: Cited[int]
    table_mb: Cited[int]
    cells: Cited[int]
    cell_chars: Cited[int]
    columns: Cited[int]
    rows: Cited[int]
    unpacked_mb: Cited[int]
    directory_mb: Cited[int]
    unpacked_ratio: Cited[int]
    capture_mb: Cited[int]
    bundle_file_mb: Cited[int]
    quantified: Cited[int]


@cache
def reading_limits() -> ReadingLimits:
    """The limits that come with regpack."""
    text = (files("schemas.reading") / "limits.toml").read_text(encoding="utf-8")
    return ReadingLimits.model_validate(tomllib.loads(text))
