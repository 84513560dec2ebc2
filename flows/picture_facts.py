"""A capture's bytes -> all that a run needs of it: what is known of it, and the pictures made from it."""

import hashlib
from dataclasses import asdict
from typing import Any, NamedTuple

from flows.detectors import first_detector, second_detector
from flows.exif import exif_facts
from schemas.profile import Profile
from schemas.shown import PHOTO
from transforms.photo import examine


class Pictured(NamedTuple):
    """What depends on nothing but a capture's bytes and the engine.

    `facts` are the columns of EXAMINED but those of its path; `pictures` the JPEGs that could be made.
    """

    facts: dict[str, Any]
    pictures: dict[str, bytes]


def pictured(content: bytes, sha256: str, profile: Profile) -> Pictured:
    """Read, measure, crop and encode one capture."""
    examined = examine(
        content,
        profile.photo,
        first_detector(),
        derivatives=profile.derivatives,
        severities=profile.severities,
        second=second_detector(),
    )
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
