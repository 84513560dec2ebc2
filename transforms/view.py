"""A crop of a picture -> its pixels at delivered size."""

from math import ceil

from schemas.profile import PictureSpec
from transforms.crop import Crop
from transforms.decode import Picture, decode
from transforms.pixels import Pixels
from transforms.scaling import shrunk


def near_enough(source: bytes, picture: Picture, crop: Crop, spec: PictureSpec) -> Picture:
    """The picture, decoded anew and larger where the crop is so small that the reduced one lacks pixels."""
    if picture.reduction == 1 or crop.width / picture.reduction >= spec.width_px.value:
        return picture
    share = spec.width_px.value / crop.width
    return decode(source, (ceil(picture.width_px * share), ceil(picture.height_px * share))) or picture


def cropped(picture: Picture, crop: Crop, spec: PictureSpec) -> Pixels:
    """The crop, which lies on whole decoded pixels, at delivered size; at its own size if that is smaller."""
    share = min(1.0, 1 / crop.scale)
    size = (round(spec.width_px.value * share), round(spec.height_px.value * share))
    rows = _taken(crop.top, crop.height, picture.reduction)
    columns = _taken(crop.left, crop.width, picture.reduction)
    return shrunk(picture.pixels[rows, columns], size)


def _taken(begin: float, length: float, reduction: int) -> slice:
    """The decoded pixels of a stretch of the source."""
    first = round(begin / reduction)
    return slice(first, first + round(length / reduction))
