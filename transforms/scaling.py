"""Pixels -> the same picture in fewer pixels."""

import cv2
import numpy as np
from numpy.typing import NDArray

from transforms.pixels import Pixels

_MEAN_FROM = 4
"""From this many times the size asked on, a mean over squares comes first and leaves at least half."""
_LOBES = 3
_UNSEEN = 1.05
"""A filter narrower than this changes nothing: two portraits made 1.13 times smaller are 0.3 to 0.4 levels
from what Pillow's Lanczos makes of them, with it or without."""

_STEP_BLUR = 0.12
"""What the cubic step takes of fine detail, least where much is scaled away. With this much less filter the
whole is Lanczos to a few percent at every frequency, from 1.2 times the size asked on (against Pillow's)."""


def mean(pixels: Pixels, side: int) -> Pixels:
    """The means of squares `side` pixels wide; what is left over at the right and lower edge is left out."""
    if side == 1:
        return pixels
    height, width = (max(1, length // side) for length in pixels.shape[:2])
    whole = pixels[: height * side, : width * side]
    return np.asarray(cv2.resize(whole, (width, height), interpolation=cv2.INTER_AREA), np.uint8)


def shrunk(pixels: Pixels, size: tuple[int, int]) -> Pixels:
    """Pixels (h, w, 3) at a smaller size (w, h), as sharp as Lanczos and as free of false patterns.

    Lanczos as a filter and then a cubic step take a third of the time of Lanczos at once (measured).
    """
    coarse = mean(
        pixels, max(1, 2 * min(pixels.shape[1] // size[0], pixels.shape[0] // size[1]) // _MEAN_FROM)
    )
    across, down = (_lanczos(full / small) for full, small in zip(coarse.shape[1::-1], size, strict=True))
    smooth = coarse if len(across) == len(down) == 1 else cv2.sepFilter2D(coarse, -1, across, down)
    return np.asarray(cv2.resize(smooth, size, interpolation=cv2.INTER_CUBIC), np.uint8)


def _lanczos(ratio: float) -> NDArray[np.float32]:
    """The filter's weights for a picture `ratio` times as large as it shall be."""
    stretch = ratio - _STEP_BLUR / ratio**2
    if stretch < _UNSEEN:
        return np.ones(1, np.float32)
    places = np.arange(-int(_LOBES * stretch), int(_LOBES * stretch) + 1) / stretch
    weights = np.sinc(places) * np.sinc(places / _LOBES)
    return np.asarray(weights / weights.sum(), np.float32)
