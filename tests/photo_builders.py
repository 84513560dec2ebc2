"""The profile as it ships, and the pictures that tests of the photo engine begin with."""

import dataclasses
import json
import tomllib
from functools import cache
from io import BytesIO
from pathlib import Path

import polars as pl
import pytest
from PIL import Image

from schemas.photo import FACTS, Facts, photo_rules
from schemas.profile import PhotoSpec
from transforms.faces import MtcnnDetector
from transforms.validation import check

ROOT = Path(__file__).parents[1]
PORTRAITS = ROOT.parent / "shared" / "portraits"
REAL = ("astronaut", "official-1", "official-2")


@cache
def the_spec() -> PhotoSpec:
    """The photo part of the default profile."""
    with (ROOT / "schemas" / "profiles" / "graduate.toml").open("rb") as file:
        return PhotoSpec(**tomllib.load(file)["photo"])


@cache
def the_detector() -> MtcnnDetector:
    """One detector for all tests of a process."""
    return MtcnnDetector()


def real_portrait(name: str) -> bytes:
    """The bytes of a real portrait; the test is skipped, and says so, where they are not at hand."""
    path = PORTRAITS / f"{name}.jpg"
    if not path.exists():
        pytest.skip(f"the real portraits are not here: {path.parent.name}/{path.name}")
    return path.read_bytes()


def landmarks(name: str) -> dict:
    """The reference points of a real portrait, in its own pixels."""
    real_portrait(name)
    return json.loads((PORTRAITS / "landmarks.json").read_text())[name]


def as_file(image: Image.Image, kind: str = "JPEG", **options) -> bytes:
    """An image as the bytes of a file."""
    buffer = BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def breaches(*facts: Facts) -> list[list[str]]:
    """For each of these facts, every rule of the default profile that they break, as `code:fact`, sorted."""
    frame = pl.DataFrame([dataclasses.asdict(each) for each in facts], schema=FACTS)
    broken = check(frame, photo_rules(the_spec()))
    rules = [
        broken.filter(pl.col("index") == row).select(pl.concat_str("code", "column", separator=":"))
        for row in range(len(facts))
    ]
    return [each.to_series().sort().to_list() for each in rules]
