"""What goes wrong in front of a camera, and in its files; keys are names of `flows/demo/faults.py`."""

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from random import Random

from PIL import Image

from flows.demo.portrait import BACKDROP_BLUE, Look, Shot, encode_jpeg
from flows.demo.school import school


def chance(look: Look) -> Random:
    """A generator of the sitter's own."""
    return Random(f"mishap/{look.seed}")


def to_one_side(look: Look, least: float, most: float) -> float:
    """So much to the left or to the right."""
    rng = chance(look)
    return rng.choice((-1, 1)) * rng.uniform(least, most)


def tilted(look: Look) -> Look:
    """A head tilted to one side."""
    return replace(look, tilt_deg=to_one_side(look, 8, 12))


def blue_clothes(look: Look) -> Look:
    """A top of the backdrop's blue."""
    return replace(look, top=BACKDROP_BLUE)


def blurred(look: Look) -> Look:
    """Out of focus."""
    return replace(look, blur_px=chance(look).uniform(14, 18))


def too_dark(look: Look) -> Look:
    """The flash did not fire."""
    return replace(look, exposure=chance(look).uniform(0.32, 0.36))


def lamp_glare(look: Look) -> Look:
    """A lamp in both lenses."""
    return replace(look, glare=chance(look).uniform(0.9, 1.0))


def high_bun(look: Look) -> Look:
    """A bun on top of the head."""
    return replace(look, bun=1.9, head_scale=0.88)


def shoulder_cut(look: Look) -> Look:
    """Somebody who stands too far to one side."""
    return replace(look, offset_x=to_one_side(look, 0.24, 0.28))


LOOKS: Mapping[str, Callable[[Look], Look]] = {
    "head_tilted": tilted,
    "clothes_blue": blue_clothes,
    "blurred": blurred,
    "too_dark": too_dark,
    "lamp_glare": lamp_glare,
    "bun_high": high_bun,
    "shoulder_cut": shoulder_cut,
}
"""How the person in the picture differs from one who sits as asked."""

SIZES: Mapping[str, tuple[int, int]] = {"too_small": (300, 400)}
"""How many pixels there are instead."""


@dataclass(frozen=True, slots=True)
class Export:
    """How a picture becomes a file; a PNG is as most editors write it, without EXIF."""

    mode: str = "RGB"
    orientation: int = 1
    has_gps: bool = False
    is_png: bool = False
    kept_share: float = 1.0


EXPORTS: Mapping[str, Export] = {
    "jpeg_truncated": Export(kept_share=0.4),
    "jpeg_cmyk": Export(mode="CMYK"),
    "png_named_jpg": Export(is_png=True),
    "exif_rotated": Export(orientation=6),
    "gps_in_exif": Export(has_gps=True),
}
"""How the file differs from the JPEG that the camera writes."""


def export(picture: Image.Image, shot: Shot, how: Export) -> bytes:
    """The bytes of a picture's file."""
    if how.is_png:
        file = io.BytesIO()
        picture.save(file, "PNG", compress_level=1)
        return file.getvalue()
    place = (school().gps.latitude, school().gps.longitude) if how.has_gps else None
    shot = replace(shot, orientation=how.orientation, gps=place)
    whole = encode_jpeg(picture if how.mode == "RGB" else picture.convert(how.mode), shot)
    return whole[: int(len(whole) * how.kept_share)]
