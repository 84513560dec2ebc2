"""A look -> the picture a capture room takes of it, and where everything on it truly is."""

from dataclasses import dataclass

import numpy as np
from PIL import Image

from flows.demo.camera import Shot, encode_jpeg, expose
from flows.demo.canvas import Canvas, Plane, Points
from flows.demo.clothes import paint_clothes, paint_neck
from flows.demo.features import eye_centre, paint_features
from flows.demo.garments import CHIN, body_outline
from flows.demo.hair import bun_outline, crest, paint_behind, paint_front, paint_over
from flows.demo.look import BACKDROP_BLUE, Look, Top, look_of
from flows.demo.skin import outline, paint_skin
from flows.demo.spectacles import paint_ears, paint_spectacles

__all__ = ["BACKDROP_BLUE", "Landmarks", "Look", "Shot", "Top", "draw", "encode_jpeg", "landmarks", "look_of"]

BACKDROP_RGB = (100, 197, 255)
_SCENE_WIDTH = 1080
"""Pixels across which a scene is drawn at most; it is enlarged before the sensor's noise falls on it."""
_UNIT = 0.168
"""Half a face's width as a share of the frame's width, at a head scale of 1."""
_EYES = 0.372
"""Where the eyes stand, as a share of the frame's height."""
_NECK = (0.0, 2.0)
"""About where the head tilts."""

Spot = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Landmarks:
    """The truth of a portrait in pixels of the upright picture; left and right as the viewer sees them."""

    left_eye: Spot
    right_eye: Spot
    crown: Spot
    """The highest point of hair before the backdrop."""
    chin: Spot
    mouth: Spot
    face_left_x: float
    face_right_x: float
    """Cheek to cheek."""
    tilt_deg: float
    """Clockwise positive."""
    shoulder_left_x: float
    shoulder_right_x: float
    """The shoulders' outer edges; outside the picture where it cuts them off."""


def draw(look: Look, size: tuple[int, int]) -> tuple[Image.Image, Landmarks]:
    """An RGB portrait of the size asked (width, height), upright, with its truth."""
    drawn = min(1.0, _SCENE_WIDTH / size[0])
    planes = np.empty((3, round(size[1] * drawn), round(size[0] * drawn)), np.float32)
    planes[:] = np.array(BACKDROP_RGB, np.float32)[:, None, None]
    _paint(_measured(planes, look), look)
    pixels = expose(planes, size, exposure=look.exposure, blur_px=look.blur_px, seed=look.seed)
    return Image.fromarray(pixels), landmarks(look, size)


def _measured(planes: Plane, look: Look) -> Canvas:
    """The picture's planes, with the sitter's measure laid on them."""
    height, width = planes.shape[1:]
    unit = _UNIT * look.head_scale * min(width, 0.75 * height)
    return Canvas(planes, unit, ((0.5 + look.offset_x) * width - 0.5, _EYES * height - 0.5))


def _paint(frame: Canvas, look: Look) -> None:
    """Paint the sitter from back to front."""
    head, body = _head(frame, look), _body(frame, look)
    paint_behind(head, look)
    paint_neck(body, look)
    paint_clothes(body, look)
    paint_over(head, look)
    paint_ears(head, look)
    paint_skin(head, look)
    paint_features(head, look)
    paint_front(head, look)
    if look.glasses or look.glare > 0:
        paint_spectacles(head, look)


def _head(frame: Canvas, look: Look) -> Canvas:
    return frame.turned(look.tilt_deg, _NECK)


def _body(frame: Canvas, look: Look) -> Canvas:
    return frame.moved(0.0, look.features.chin - CHIN)


def landmarks(look: Look, size: tuple[int, int]) -> Landmarks:
    """Where everything is on a portrait of that size."""
    frame = _measured(np.empty((3, size[1], size[0]), np.float32), look)
    head, f = _head(frame, look), look.features
    spots = [eye_centre(look, -1), eye_centre(look, 1), (0, f.chin), (0, f.nose_length + f.mouth_drop)]
    left_eye, right_eye, chin, mouth = (_spot(each) for each in head.pixels(np.array(spots)))
    hair = head.pixels(np.vstack([crest(look), bun_outline(look)] if look.bun > 0 else [crest(look)]))
    face, arms = outline(look), body_outline(look)
    cheeks = head.pixels(face[(face[:, 1] > -0.1) & (face[:, 1] < 0.7)])[:, 0]
    shoulders = _body(frame, look).pixels(arms[arms[:, 1] < CHIN + 2])[:, 0]
    return Landmarks(
        left_eye=left_eye,
        right_eye=right_eye,
        crown=_spot(hair[hair[:, 1].argmin()]),
        chin=chin,
        mouth=mouth,
        face_left_x=float(cheeks.min()),
        face_right_x=float(cheeks.max()),
        tilt_deg=look.tilt_deg,
        shoulder_left_x=float(shoulders.min()),
        shoulder_right_x=float(shoulders.max()),
    )


def _spot(point: Points) -> Spot:
    return float(point[0]), float(point[1])
