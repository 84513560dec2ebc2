"""The face at delivered scale -> facts of the light on both cheeks and of the skin's hue."""

from math import atan2, degrees
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from transforms.colour import lab
from transforms.faces import Face, Point
from transforms.pixels import Pixels

_ASIDE, _BELOW = 0.25, 0.275
"""In face widths, from between the eyes to a cheek: clear of nose, spectacles and beard."""
_HALF_WIDTH, _HALF_HEIGHT = 0.1, 0.125
_LUMINANCE = np.array([0.2126, 0.7152, 0.0722])


class Skin(NamedTuple):
    """The facts of the skin; `schemas.photo.Facts` says what each is."""

    face_balance_pct: float | None
    skin_hue_deg: float | None


def skin(picture: Pixels, face: Face) -> Skin:
    """Balance and hue of the cheeks in an RGB picture (h, w, 3)."""
    cheeks = [_around(picture, _cheek(face, side), face.width) for side in (-1, 1)]
    if not all(zone.size for zone in cheeks):
        return Skin(None, None)
    colours = np.array([np.median(zone.reshape(-1, 3), axis=0) for zone in cheeks])
    _, a, b = lab(np.rint(colours).astype(np.uint8)[np.newaxis])[0].mean(0).tolist()
    return Skin(face_balance_pct=_lack_pct(colours), skin_hue_deg=degrees(atan2(b, a)))


def _lack_pct(colours: NDArray[np.float64]) -> float:
    """How much less light the darker of two sRGB colours sends than the brighter, in percent.

    Held against each other, not subtracted: complexion cancels out.
    """
    part = colours / 255
    linear = np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)
    lights = linear @ _LUMINANCE
    return float(100 * (1 - lights.min() / max(lights.max(), 1e-6)))


def _cheek(face: Face, side: int) -> Point:
    """The middle of a cheek, as the head is tilted."""
    across = (face.right_eye.x - face.left_eye.x), (face.right_eye.y - face.left_eye.y)
    unit = face.width / max(float(np.hypot(*across)), 1e-6)
    x, y = across[0] * unit, across[1] * unit
    aside = side * _ASIDE
    return Point(face.eyes.x + aside * x - _BELOW * y, face.eyes.y + aside * y + _BELOW * x)


def _around(picture: Pixels, centre: Point, width: float) -> Pixels:
    """What of a cheek lies inside the picture."""
    height_px, width_px = picture.shape[:2]
    left, right = (int(np.clip(centre.x + side * _HALF_WIDTH * width, 0, width_px)) for side in (-1, 1))
    top, bottom = (int(np.clip(centre.y + side * _HALF_HEIGHT * width, 0, height_px)) for side in (-1, 1))
    return picture[top:bottom, left:right]
