"""The desk's pictures, each under an address that tells nothing: only what the audit names is ever read."""

import hashlib
import secrets
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from flows.decision_checks import SHA256
from flows.photo_store import CACHE, MARK, PhotoStore
from flows.picture_facts import digest
from flows.settings import photo_cache
from flows.sources import CaptureStore, LoadedCampaign, open_captures
from outputs.report.details import Shot
from schemas.errors import InputError
from schemas.shown import PHOTO, SOURCE, THUMBNAIL
from transforms.decode import decode
from transforms.jpeg import thumbnail

SOURCE_SIZE, SOURCE_QUALITY = (1500, 1500), 85
"""How large a capture is shown at most, in pixels."""
KEPT = 64
"""So many captures are kept decoded: about 20 MB."""


class Place(NamedTuple):
    """Which picture of a capture is meant: `photo`, `small` or `source`."""

    kind: str
    shot: Shot


class Pictures:
    """What is shown of a run's captures; `digests` are those of the photos, by capture."""

    def __init__(self, loaded: LoadedCampaign, shots: Iterable[Shot], digests: dict[str, str]) -> None:
        self._secret = secrets.token_bytes(32)
        self._digests = digests
        self._stores = _stores(loaded)
        self._captures = _captures(loaded)
        shown = [Place(kind, shot) for shot in shots for kind in ("photo", "small", "source")]
        self._places = {self.name(place.kind, place.shot): place for place in shown}
        self._read = lru_cache(maxsize=KEPT)(self._source)

    def name(self, kind: str, shot: Shot) -> str:
        """Under which name a picture of a capture is asked for."""
        told = f"{kind}\0{shot.path}".encode("utf-8", "surrogateescape")
        return hashlib.blake2b(told, key=self._secret, digest_size=16).hexdigest()

    def has_photo(self, shot: Shot) -> bool:
        """Whether the photo made of a capture is still there."""
        return self._kept(PHOTO, shot) is not None

    def jpeg(self, name: str) -> bytes | None:
        """A picture by its name; None where there is none, or the capture is not what it was in the run."""
        place = self._places.get(name)
        if place is None:
            return None
        if place.kind == "photo":
            return self._kept(PHOTO, place.shot)
        if place.kind == "small":
            return self._kept(THUMBNAIL, place.shot) or self._read(name)
        return self._read(name) or self._kept(SOURCE, place.shot)

    def content(self, shot: Shot) -> bytes | None:
        """A capture's bytes as the run read them; None where they are not there any more."""
        if self._captures is None or not shot.sha256:
            return None
        with suppress(InputError, KeyError):
            content = self._captures.read(shot.path)
            return content if digest(content) == shot.sha256 else None
        return None

    def _kept(self, kind: str, shot: Shot) -> bytes | None:
        """What the photo store has of a capture; a photo only if it is the one that the run delivered."""
        for path in self._files(kind, shot.sha256):
            with suppress(OSError):
                content = path.read_bytes()
                if kind != PHOTO or digest(content) == self._digests.get(shot.sha256, digest(content)):
                    return content
        return None

    def _files(self, kind: str, sha256: str) -> Iterator[Path]:
        """Where a picture of a capture may be kept: also under the name of a crop that a person placed."""
        if SHA256.fullmatch(sha256):
            for store in self._stores:
                plain = store.picture(sha256, kind)
                yield plain
                yield from plain.parent.glob(f"{sha256}x*-{kind}.jpg")

    def _source(self, name: str) -> bytes | None:
        content = self.content(self._places[name].shot)
        picture = decode(content, SOURCE_SIZE) if content is not None else None
        return picture and thumbnail(picture.pixels, SOURCE_SIZE, SOURCE_QUALITY)


def _stores(loaded: LoadedCampaign) -> list[PhotoStore]:
    """The photo stores of all engines, the one used last first."""
    engines = photo_cache() or loaded.out / CACHE
    found: list[Path] = []
    with suppress(OSError):
        found = [folder for folder in engines.iterdir() if MARK.fullmatch(folder.name)]
    return [PhotoStore(folder) for folder in sorted(found, key=_changed, reverse=True)]


def _changed(folder: Path) -> float:
    return folder.stat().st_mtime


def _captures(loaded: LoadedCampaign) -> CaptureStore | None:
    """The campaign's captures; None where they have been taken away since the run."""
    with suppress(InputError):
        return open_captures(loaded.captures)
    return None
