"""A small copy of a picture, in which faces and outlines are looked for, and the way back to the source."""

from math import ceil, sqrt
from typing import NamedTuple

from transforms.crop import Crop
from transforms.decode import Picture
from transforms.faces import Face
from transforms.pixels import Pixels
from transforms.scaling import mean
from transforms.silhouette import Silhouette

_STUDY_PX = 480
"""About the shorter side of the copy in which faces and outlines are looked for: 400 to 600 of most sources,
since whole squares of pixels are averaged, which takes a quarter of any other scaling's time (measured)."""
_STUDY_AREA = 4 * _STUDY_PX**2
"""Its most pixels: a strip longer than 4 to 1 is made narrower, for it would take any time and memory."""


class Study(NamedTuple):
    """A small copy of a source to look for things in; `scale` is its pixels per source pixel."""

    pixels: Pixels
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
    height, width = picture.pixels.shape[:2]
    side = max(round(min(width, height) / _STUDY_PX), ceil(sqrt(width * height / _STUDY_AREA)), 1)
    return Study(mean(picture.pixels, side), 1 / (side * picture.reduction))
