"""Pictures for the page: JPEG files become small `data:` addresses."""

import base64
import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

HEIGHT_PX = 264
"""Shown 176 px high, so that they stay sharp on a dense screen and in print."""
QUALITY = 72


@dataclass(frozen=True)
class Pictures:
    """Where the pictures lie, by capture path: thumbnails of sources, and delivered photos."""

    thumbnails: Mapping[str, Path]
    photos: Mapping[str, Path]

    def source(self, capture_path: str | None) -> str | None:
        """A capture's thumbnail; None where there is none."""
        return _address(self.thumbnails.get(capture_path or ""))

    def photo(self, capture_path: str | None) -> str | None:
        """The photo made from a capture; None where there is none."""
        return _address(self.photos.get(capture_path or ""))


def _address(path: Path | None) -> str | None:
    return None if path is None else address_of(path.read_bytes())


def address_of(jpeg: bytes) -> str:
    """A picture small, as a `data:` address."""
    return "data:image/jpeg;base64," + base64.b64encode(_shrunk(jpeg)).decode()


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
