"""A crop of a picture -> its pixels at delivered size."""

from PIL import Image

from schemas.profile import PhotoSpec
from transforms.crop import Crop
from transforms.decode import Picture, decode
from transforms.faces import Face


def near_enough(source: bytes, picture: Picture, crop: Crop, spec: PhotoSpec) -> Picture:
    """The picture, decoded anew at full size where the crop is so small that the reduced one lacks pixels."""
    if picture.reduction == 1 or crop.width / picture.reduction >= spec.width_px.value:
        return picture
    return decode(source, (picture.width_px, picture.height_px)) or picture


def crop_out(picture: Picture, crop: Crop, spec: PhotoSpec) -> Image.Image:
    """The crop at delivered size; at its own size where it would have to be enlarged."""
    share = min(1.0, 1 / crop.scale)
    size = (round(spec.width_px.value * share), round(spec.height_px.value * share))
    edges = (crop.left, crop.top, crop.left + crop.width, crop.top + crop.height)
    image = Image.fromarray(picture.pixels)
    left, top, right, bottom = (edge / picture.reduction for edge in edges)
    box = (max(left, 0), max(top, 0), min(right, image.width), min(bottom, image.height))
    return image.resize(size, Image.Resampling.LANCZOS, box=box, reducing_gap=2.0)


def seen_in(face: Face, crop: Crop, pixels: Image.Image) -> Face:
    """A face of the source as it stands in the crop's pixels."""
    return face.placed(crop.left, crop.top, pixels.width / crop.width)
