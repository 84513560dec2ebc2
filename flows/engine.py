"""The engine's mark: a digest of everything that decides what becomes of a capture besides its own bytes.

Photo limits, derivatives and severities, both detectors' weights, the libraries that touch pixels, and the
source of our own modules that make or measure pictures: whatever changes, pictures made before are not used.
"""

import ast
import hashlib
import json
import platform
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import resources
from importlib.metadata import version
from pathlib import Path

from flows.settings import yunet_model
from schemas.profile import Profile

LIBRARIES = ("mtcnn-runtime", "numpy", "onnxruntime", "opencv-python-headless", "pillow", "simplejpeg")
ROOTS = ("flows.photo_store", "flows.picture_facts")
"""The modules that make an entry of the photo store; what they import counts too."""
PACKAGES = ("flows", "outputs", "schemas", "transforms")
_HOME = Path(__file__).parents[1]
_DIGITS = 16


def engine_mark(profile: Profile) -> str:
    """The mark of the engine that this machine and this profile make."""
    photo = profile.model_dump_json(include={"photo", "derivatives", "severities"})
    second = yunet_model()
    parts = {
        "profile": json.loads(photo),
        "weights": _digests(_weights()),
        "second": None if second is None else _digest(second.read_bytes()),
        "libraries": {name: version(name) for name in LIBRARIES},
        "machine": platform.machine(),
        "source": dict(source_digests()),
    }
    return _digest(json.dumps(parts, sort_keys=True).encode())[:_DIGITS]


@cache
def source_digests() -> tuple[tuple[str, str], ...]:
    """The modules of ours that ROOTS import, at first or second hand, each with its file's digest."""
    found: dict[str, str] = {}
    waiting = list(ROOTS)
    while waiting:
        name = waiting.pop()
        if name not in found and (file := _file_of(name)) is not None:
            source = file.read_bytes()
            found[name] = _digest(source)
            waiting += _imports(source)
    return tuple(sorted(found.items()))


def _imports(source: bytes) -> Iterator[str]:
    """The names of ours that a module's source imports: of modules, and of what is in them."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith(PACKAGES):
            parts = node.module.split(".")
            yield from (".".join(parts[:count]) for count in range(1, len(parts) + 1))
            yield from (f"{node.module}.{name.name}" for name in node.names)
        elif isinstance(node, ast.Import):
            yield from (name.name for name in node.names if name.name.startswith(PACKAGES))


def _file_of(module: str) -> Path | None:
    path = _HOME.joinpath(*module.split("."))
    return next((file for file in (path.with_suffix(".py"), path / "__init__.py") if file.is_file()), None)


def _weights() -> Iterable[bytes]:
    folder = resources.files("mtcnnruntime").joinpath("weights")
    return [
        file.read_bytes() for file in sorted(folder.iterdir(), key=lambda file: file.name) if file.is_file()
    ]


def _digests(contents: Iterable[bytes]) -> list[str]:
    return [_digest(content) for content in contents]


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
