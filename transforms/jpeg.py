"""A picture -> the bytes of a JPEG inside a size window, with nothing but pixels and density in it."""

from io import BytesIO
from math import inf
from typing import NamedTuple

import cv2
import numpy as np
from PIL import Image

from schemas.profile import PictureSpec
from transforms.pixels import Pixels
from transforms.scaling import mean

_MEANS = 0.6
"""Of what a thumbnail is smaller by: so much is done by means, which leaves a linear step little to lose."""
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


def encode(pixels: Pixels, spec: PictureSpec, most_kb: float) -> Encoded:
    """A picture (h, w, 3) at the highest of its qualities that keeps within `most_kb`, or else at the lowest.

    The colour planes are stored at half size (4:2:0): on portraits they cost more bytes than they show, and
    every receiver's software reads it. Pixels only: no EXIF, profile, comment or thumbnail. Where any size
    will do, no time is spent on making it smaller.
    """
    bare = Image.fromarray(pixels)
    low, high = spec.quality_min.value, spec.quality_max.value
    quality, tried = high if most_kb == inf else min(high, max(low, _FIRST_GUESS)), dict[int, bytes]()
    while low <= high:
        data = tried[quality] = _encode(bare, quality, spec.dpi.value, optimize=most_kb < inf)
        low, high = (quality + 1, high) if len(data) <= most_kb * KB else (low, quality - 1)
        quality = _next(quality, len(data) / (most_kb * KB), low, high)
    best = max(high, spec.quality_min.value)
    return Encoded(tried[best], best, len(tried))


_FIRST_GUESS = 88
_GROWTH = 0.65
"""A portrait's file grows about as (100 - quality) to the power of minus this (measured)."""


def _next(quality: int, size_to_aim: float, low: int, high: int) -> int:
    """The quality to try next: where the aim should be met if files grow as portraits' files do."""
    expected = 100 - (100 - quality) * size_to_aim ** (1 / _GROWTH)
    return int(min(high, max(low, expected)))


def thumbnail(pixels: Pixels, size: tuple[int, int], quality: int) -> bytes:
    """A JPEG of a whole RGB picture (h, w, 3) within `size`, for people to look at."""
    return _encode(Image.fromarray(smaller(pixels, size)), quality, None)


def smaller(pixels: Pixels, size: tuple[int, int]) -> Pixels:
    """A whole RGB picture (h, w, 3) within `size` (width, height); a smaller one as it is."""
    height, width = pixels.shape[:2]
    share = min(1.0, size[0] / width, size[1] / height)
    inside = max(1, round(width * share)), max(1, round(height * share))
    coarse = mean(pixels, max(1, int(_MEANS / share)))
    return np.asarray(cv2.resize(coarse, inside), np.uint8)


def _encode(bare: Image.Image, quality: int, dpi: int | None, *, optimize: bool = True) -> bytes:
    buffer = BytesIO()
    density = {} if dpi is None else {"dpi": (dpi, dpi)}
    bare.save(buffer, "JPEG", quality=quality, optimize=optimize, subsampling="4:2:0", **density)
    return buffer.getvalue()
