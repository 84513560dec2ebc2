"""Pictures for the pages: JPEG files become `data:` addresses."""

import base64
import io
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from PIL import Image

HEIGHT_PX = 264
"""Shown 176 px high, so that they stay sharp on a dense screen and in print."""
QUALITY = 72
_PREFIX = "data:image/jpeg;base64,"


class Pictures(NamedTuple):
    """Where the pictures lie: by kind (`schemas.shown`), then by capture path."""

    files: Mapping[str, Mapping[str, Path]]

    def base64(self, kind: str, capture_path: str | None) -> str | None:
        """A picture as it is, in base64; None where there is none."""
        file = self._file(kind, capture_path)
        return None if file is None else base64.b64encode(file.read_bytes()).decode()

    def address(self, kind: str, capture_path: str | None) -> str | None:
        """A picture as it is, as a `data:` address; None where there is none."""
        content = self.base64(kind, capture_path)
        return None if content is None else _PREFIX + content

    def size(self, kinds: Iterable[str], capture_path: str) -> int:
        """The characters that pictures of a capture take in base64."""
        files = (self._file(kind, capture_path) for kind in kinds)
        return sum(4 * -(-file.stat().st_size // 3) for file in files if file is not None)

    def _file(self, kind: str, capture_path: str | None) -> Path | None:
        return self.files.get(kind, {}).get(capture_path or "")


NO_PICTURES = Pictures(MappingProxyType({}))


def address_of(jpeg: bytes) -> str:
    """A picture small, as a `data:` address."""
    return _PREFIX + base64.b64encode(_shrunk(jpeg)).decode()


def _shrunk(jpeg: bytes) -> bytes:
    """A JPEG at most `HEIGHT_PX` high and two thirds as much again wide; a smaller one as it is."""
    with Image.open(io.BytesIO(jpeg)) as picture:  # noqa: TID251  # only the page knows how small it wants them
        scale = min(HEIGHT_PX / picture.height, HEIGHT_PX * 5 / 3 / picture.width)
        if scale >= 1:
            return jpeg
        size = (round(picture.width * scale), round(picture.height * scale))
        picture.draft("RGB", size)
        out = io.BytesIO()
        picture.convert("RGB").resize(size, Image.Resampling.BICUBIC).save(out, "JPEG", quality=QUALITY)
    return out.getvalue()
