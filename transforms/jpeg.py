"""A picture -> the bytes of a JPEG inside a size window, with nothing but pixels and density in it."""

from io import BytesIO
from typing import NamedTuple

from PIL import Image

from schemas.profile import PhotoSpec

KB = 1000
"""Bytes: a file that keeps an upper limit so counted keeps it at 1,024 as well."""


class Encoded(NamedTuple):
    """A JPEG, and what it took."""

    data: bytes
    quality: int
    encodes: int

    @property
    def size_kb(self) -> float:
        """The size as limits count it."""
        return len(self.data) / KB


def encode(photo: Image.Image, spec: PhotoSpec) -> Encoded:
    """The photo at the highest quality that keeps it within the size aimed at, never below `quality_min`.

    The colour planes are stored at half size (4:2:0): on portraits they cost more bytes than they show, and
    every receiver's software reads it. Pixels only: no EXIF, profile, comment or thumbnail.
    """
    bare = Image.frombytes(photo.mode, photo.size, photo.tobytes())
    low, high = spec.quality_min.value, spec.quality_max.value
    aim = spec.aim_max_kb.value * KB
    quality, tried = min(high, max(low, _FIRST_GUESS)), dict[int, bytes]()
    while low <= high:
        data = tried[quality] = _encode(bare, quality, spec.dpi.value)
        low, high = (quality + 1, high) if len(data) <= aim else (low, quality - 1)
        quality = _next(quality, len(data) / aim, low, high)
    best = max(high, spec.quality_min.value)
    return Encoded(tried[best], best, len(tried))


_FIRST_GUESS = 88
_GROWTH = 0.65
"""A portrait's file grows about as (100 - quality) to the power of minus this (measured)."""


def _next(quality: int, size_to_aim: float, low: int, high: int) -> int:
    """The quality to try next: where the aim should be met if files grow as portraits' files do."""
    expected = 100 - (100 - quality) * size_to_aim ** (1 / _GROWTH)
    return int(min(high, max(low, expected)))


def thumbnail(picture: Image.Image, size: tuple[int, int], quality: int) -> bytes:
    """A small JPEG of the whole picture, for a report."""
    share = min(1.0, size[0] / picture.width, size[1] / picture.height)
    inside = max(1, round(picture.width * share)), max(1, round(picture.height * share))
    small = picture.resize(inside, Image.Resampling.BILINEAR)
    bare = Image.frombytes(small.mode, small.size, small.tobytes())
    return _encode(bare, quality, None)


def _encode(bare: Image.Image, quality: int, dpi: int | None) -> bytes:
    buffer = BytesIO()
    density = {} if dpi is None else {"dpi": (dpi, dpi)}
    bare.save(buffer, "JPEG", quality=quality, optimize=True, subsampling="4:2:0", **density)
    return buffer.getvalue()
