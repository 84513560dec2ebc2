"""A small copy of a picture, in which faces and outlines are looked for, and the way back to the source."""

from math import sqrt
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from transforms.crop import Crop
from transforms.decode import Picture
from transforms.faces import Face
from transforms.silhouette import Silhouette

_STUDY_PX = 480
"""The shorter side of the copy in which faces and outlines are looked for."""
_STUDY_AREA = 4 * _STUDY_PX**2
"""Its most pixels: a strip longer than 4 to 1 is made narrower, for it would take any time and memory."""


class Study(NamedTuple):
    """A small copy of a source to look for things in; `scale` is its pixels per source pixel."""

    pixels: NDArray[np.uint8]
    scale: float

    def in_source(self, face: Face) -> Face:
        """A face found in this copy, in source pixels."""
        return face.placed(0, 0, 1 / self.scale)

    def outline_in_source(self, sitter: Silhouette) -> Silhouette:
        """An outline found in this copy, its extremes in source pixels."""
        crown, left, right = (
            None if edge is None else edge / self.scale for edge in (sitter.crown, sitter.left, sitter.right)
        )
        return Silhouette(sitter.mask, crown, left, right)

    def inside(self, crop: Crop) -> tuple[slice, slice]:
        """The rows and columns of this copy that the crop takes."""
        top, left = int(crop.top * self.scale), int(crop.left * self.scale)
        bottom = int((crop.top + crop.height) * self.scale)
        return slice(top, bottom), slice(left, int((crop.left + crop.width) * self.scale))


def study_of(picture: Picture) -> Study:
    """The copy in which faces and outlines are looked for; a small source is taken as it is."""
    # Only what could not be reduced while it was decoded is still so large; an array of it takes 3 copies.
    pixels = picture.pixels
    height, width = pixels.shape[:2]
    coarse = int(1 / _share(width, height) / 3)
    if coarse > 1:
        pixels = np.asarray(Image.fromarray(pixels).reduce(coarse))
        height, width = pixels.shape[:2]
    share = _share(width, height)
    if share < 1:
        # A mean and then a linear step: as smooth as OpenCV's area mean at a third of its time (measured).
        size = (max(1, round(width * share)), max(1, round(height * share)))
        mean = (round(1 / share),) * 2
        pixels = np.asarray(cv2.resize(cv2.blur(pixels, mean), size), np.uint8)
    return Study(pixels, pixels.shape[1] / picture.width_px)


def _share(width: int, height: int) -> float:
    """How many times as large as a picture its study would be."""
    return min(_STUDY_PX / min(width, height), sqrt(_STUDY_AREA / (width * height)))
