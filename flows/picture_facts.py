"""A capture's bytes -> all that a run needs of it: what is known of it, and the pictures made from it."""

import hashlib
from dataclasses import asdict
from typing import Any, NamedTuple

import polars as pl

from flows.detectors import first_detector, second_detector
from flows.exif import exif_facts
from schemas.photo import FACTS, Facts
from schemas.profile import Profile
from schemas.reasons import Severity
from schemas.shown import PHOTO
from transforms.crop import Box
from transforms.photo import Examined, examine
from transforms.photo_findings import photo_findings

OF_PLACE = ("crown_px", "eye_line_px", "chin_px", "face_width_px", "centre_offset_px", "scale")
"""The facts that a crop decides."""


class Pictured(NamedTuple):
    """What depends on nothing but a capture's bytes and the engine.

    `facts` are the columns of EXAMINED but those of its path; `pictures` the JPEGs that could be made.
    """

    facts: dict[str, Any]
    pictures: dict[str, bytes]


def pictured(content: bytes, sha256: str, profile: Profile, box: Box | None = None) -> Pictured:
    """Read, measure, crop and encode one capture; its crop in a `box` that a person placed, if it fits."""
    if box is None:
        return _pictured(content, sha256, examined_as(content, profile))
    tried = tried_in(content, profile, box)
    return _pictured(content, sha256, tried.placed if tried.fits else tried.automatic)


class Tried(NamedTuple):
    """A capture with its crop where a person placed it, and as it is by itself; the limits that breaks."""

    placed: Examined
    automatic: Examined
    broken: pl.DataFrame

    @property
    def fits(self) -> bool:
        """Whether the placed crop may be used."""
        return self.broken.is_empty() and self.placed.photo is not None


def tried_in(content: bytes, profile: Profile, box: Box) -> Tried:
    """Hold a placed crop against every limit."""
    placed, automatic = examined_as(content, profile, box), examined_as(content, profile)
    return Tried(placed, automatic, broken_by(placed.facts, automatic.facts, profile))


def broken_by(facts: Facts, automatic: Facts, profile: Profile) -> pl.DataFrame:
    """The limits that a crop breaks (FINDINGS): of place any, of others what the automatic one keeps."""
    lines = [{"capture_path": name, **asdict(each)} for name, each in (("box", facts), ("own", automatic))]
    schema = {"capture_path": pl.String} | FACTS
    found = photo_findings(pl.DataFrame(lines, schema=schema), profile)
    found = found.filter(pl.col("severity") != Severity.INFO)
    mine, own = (found.filter(pl.col("capture_path") == name) for name in ("box", "own"))
    new = mine.join(own, on=["code", "column"], how="anti", maintain_order="left")
    of_place = mine.filter(pl.col("column").is_in(OF_PLACE))
    return pl.concat([of_place, new]).unique(["code", "column"], keep="first", maintain_order=True)


def examined_as(content: bytes, profile: Profile, box: Box | None = None) -> Examined:
    """Read, measure, crop and encode one capture, whatever limits that breaks."""
    return examine(
        content,
        profile.photo,
        first_detector(),
        derivatives=profile.derivatives,
        severities=profile.severities,
        second=second_detector(),
        box=box,
    )


def _pictured(content: bytes, sha256: str, examined: Examined) -> Pictured:
    facts = {
        **exif_facts(content)._asdict(),
        "sha256": sha256,
        "frame_hash": examined.frame_hash,
        "photo_sha256": examined.photo and digest(examined.photo),
        "derivatives": [{"id": each, "sha256": digest(made)} for each, made in examined.derivatives.items()],
        **asdict(examined.facts),
    }
    further = {derivative(name): made for name, made in examined.derivatives.items()}
    photo = {} if examined.photo is None else {PHOTO: examined.photo}
    return Pictured(facts, {**photo, **examined.shown, **further})


def derivative(name: str) -> str:
    """A derivative among the pictures, by its id; no id makes it the photo."""
    return f"derivative-{name}"


def digest(content: bytes) -> str:
    """The SHA-256 of bytes, in hex."""
    return hashlib.sha256(content).hexdigest()
