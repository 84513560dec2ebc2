"""A picture -> 1,024 bits that a copy of it has as well, however it was saved again.

They say how the light of the whole frame goes up and down, as the signs of its lowest cosine waves. No face
is looked for: two shots of one person differ almost as much as two people do.
"""

from functools import cache, lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from transforms.pixels import Pixels
from transforms.scaling import mean

BITS = 1024
_WAVES = 45
"""The waves whose counts down and across add up to less than this are somewhat more than BITS."""
_SIDE_PX = 96
"""About the shorter side of the copy whose waves are taken."""
_STRIDE = 397
"""Odd: neighbouring bits tell of waves far apart, so that no stretch of the hash is the backdrop's alone."""

Weights = NDArray[np.float32]


def frame_hash(pixels: Pixels, size: tuple[float, float]) -> str:
    """The hash of an upright RGB picture, as hexadecimal digits.

    `size` (w, h) is the whole frame's in these pixels, of which up to one may lack at the right and the lower
    edge: a fifth of a percent more or less, and a copy's hash is another.
    """
    side = max(1, min(pixels.shape[:2]) // _SIDE_PX)
    grey = mean(np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), np.uint8), side).astype(np.float32)
    across, down = (_waves(count, full / side) for count, full in zip(grey.shape[::-1], size, strict=True))
    uneven = _product(down, grey - grey.mean(), 0)
    waves = _product(uneven, across, cv2.GEMM_2_T)
    return np.packbits(waves[_lowest()] > 0).tobytes().hex()


def _product(one: Weights, other: Weights, flags: int) -> Weights:
    """The product of two matrices. That of numpy waits for threads of its own: 8 ms beside other workers."""
    product = cv2.gemm(one, other, 1, None, 0, flags=flags)  # type: ignore[call-overload]  # None: no third
    return np.asarray(product, np.float32)


@lru_cache(maxsize=32)
def _waves(count: int, length: float) -> Weights:
    """The cosine waves (one a line) of an edge of `length` pixels, of which `count` are there."""
    places = (np.arange(count) + 0.5) / length
    waves = np.cos(np.pi * np.arange(_WAVES)[:, None] * places)
    waves[:, -1] *= 1 + length - count
    return waves.astype(np.float32)


@cache
def _lowest() -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Down and across, how often each of the lowest waves goes up and down; even light is none of them."""
    down, across = np.indices((_WAVES, _WAVES)).reshape(2, -1)
    lowest = np.lexsort((down, down + across))[1 : BITS + 1]
    mixed = lowest[np.arange(BITS) * _STRIDE % BITS]
    return down[mixed], across[mixed]
