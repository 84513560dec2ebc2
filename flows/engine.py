"""The engine's mark: a digest of everything that decides what becomes of a capture besides its own bytes.

Photo limits, derivatives and severities, both detectors' weights, the libraries that touch pixels, and our
own source: whatever changes, pictures made before are not used.
"""

import hashlib
import json
import platform
from collections.abc import Iterable
from functools import cache
from importlib import resources
from importlib.metadata import version
from pathlib import Path

from flows.settings import yunet_model
from schemas.profile import Profile

LIBRARIES = ("mtcnn-runtime", "numpy", "onnxruntime", "opencv-python-headless", "pillow", "simplejpeg")
PACKAGES = ("flows", "outputs", "schemas", "transforms")
_HOME = Path(__file__).parents[1]
_DIGITS = 16


def engine_mark(profile: Profile) -> str:
    """The mark of the engine that this machine and this profile make."""
    return _digest(json.dumps(engine_parts(profile), sort_keys=True).encode())[:_DIGITS]


def engine_parts(profile: Profile) -> dict[str, object]:
    """What that mark is made of."""
    photo = profile.model_dump_json(include={"photo", "derivatives", "severities"})
    second = yunet_model()
    return {
        "profile": json.loads(photo),
        "weights": _digests(_weights()),
        "second": None if second is None else _digest(second.read_bytes()),
        "libraries": {name: version(name) for name in LIBRARIES},
        "machine": platform.machine(),
        "source": source_digest(),
    }


@cache
def source_digest() -> str:
    """A digest of all our own source, so that no module on which pictures depend can be forgotten."""
    told = hashlib.sha256()
    for package in PACKAGES:
        for file in sorted((_HOME / package).rglob("*.py")):
            told.update(f"{file.relative_to(_HOME).as_posix()}\0{_digest(file.read_bytes())}\n".encode())
    return told.hexdigest()


def _weights() -> Iterable[bytes]:
    folder = resources.files("mtcnnruntime").joinpath("weights")
    return [
        file.read_bytes() for file in sorted(folder.iterdir(), key=lambda file: file.name) if file.is_file()
    ]


def _digests(contents: Iterable[bytes]) -> list[str]:
    return [_digest(content) for content in contents]


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
