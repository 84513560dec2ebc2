"""The face's pixels at delivered scale -> facts of focus and light."""

from typing import NamedTuple

import cv2
import numpy as np

from transforms.faces import Face, Point
from transforms.pixels import Pixels

_BURNT_OUT = 250
_CRUSHED = 8
"""No colour channel is brighter where a shadow has swallowed everything; black hair is (measured: 15)."""
_GLARING = 240
_CATCH_LIGHT = 0.05
"""Of the face's width: a lamp mirrored in the pupil is a spot smaller than this, and welcome."""
_EDGE_WINDOW = 9
_EDGE_MIN = 12.0
"""Of 255: what is fainter is noise."""
_ACROSS = np.array([[-0.5, 0.0, 0.5]], np.float32)
_DOWN = _ACROSS.reshape(3, 1)


class Light(NamedTuple):
    """The facts of focus and light; `schemas.photo.Facts` says what each is."""

    sharpness: float | None
    face_luma: float | None
    face_clipped_pct: float | None
    face_crushed_pct: float | None
    glare_pct: float | None


def light(picture: Pixels, face: Face) -> Light:
    """Focus, exposure and glare of the face in an RGB picture (h, w, 3)."""
    whole = _zone(picture, face.eyes, face.width, (-0.45, 0.45), (-0.3, 0.75))
    skin = _zone(picture, face.eyes, face.width, (-0.35, 0.35), (0.2, 0.6))
    if not (whole.size and skin.size):
        return Light(None, None, None, None, None)
    return Light(
        sharpness=sharpness(_luma(whole)),
        face_luma=float(np.median(_luma(skin))),
        face_clipped_pct=float((skin.min(2) >= _BURNT_OUT).mean() * 100),
        face_crushed_pct=float((skin.max(2) <= _CRUSHED).mean() * 100),
        glare_pct=glare_pct(picture, face),
    )


def sharpness(luma: Pixels) -> float | None:
    """How much of a local contrast the sharpest edges cross in one pixel, in percent; None without an edge.

    Only places with at least half of the strongest contrast count, so that noise does not; and since a slope
    is held against its own contrast, complexion and exposure cancel out.
    """
    plane = luma.astype(np.float32)
    window = np.ones((_EDGE_WINDOW, _EDGE_WINDOW), np.uint8)
    contrast = cv2.dilate(plane, window) - cv2.erode(plane, window)
    slope = cv2.magnitude(*(cv2.filter2D(plane, cv2.CV_32F, each) for each in (_ACROSS, _DOWN)))
    strong = contrast >= max(_EDGE_MIN, 0.5 * float(np.percentile(contrast, 99)))
    return float(np.percentile(slope[strong] / contrast[strong], 90) * 100) if strong.any() else None


def glare_pct(picture: Pixels, face: Face) -> float:
    """The share of the eye regions, in percent, under burnt-out spots larger than a catch-light."""
    zones = [
        _zone(picture, eye, face.width, (-0.22, 0.22), (-0.16, 0.16))
        for eye in (face.left_eye, face.right_eye)
    ]
    spot_min = (_CATCH_LIGHT * face.width) ** 2
    return max(_spots(zone, spot_min) for zone in zones)


def _spots(zone: Pixels, spot_min: float) -> float:
    """The percentage of a zone that lies in glaring spots of at least `spot_min` pixels."""
    if not zone.size:
        return 0.0
    glaring = (zone.min(2) >= _GLARING).astype(np.uint8)
    _, _, sizes, _ = cv2.connectedComponentsWithStats(glaring)
    areas = sizes[1:, cv2.CC_STAT_AREA]
    return float(areas[areas >= spot_min].sum() / glaring.size * 100)


def _luma(picture: Pixels) -> Pixels:
    return np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), np.uint8)


def _zone(
    picture: Pixels, centre: Point, width: float, across: tuple[float, float], down: tuple[float, float]
) -> Pixels:
    """A rectangle about `centre`, its edges in face widths; what of it lies inside the picture."""
    left, right = (int(np.clip(centre.x + edge * width, 0, picture.shape[1])) for edge in across)
    top, bottom = (int(np.clip(centre.y + edge * width, 0, picture.shape[0])) for edge in down)
    return picture[top:bottom, left:right]
