"""A look -> the picture a capture room takes of it, and where everything on it truly is."""

from dataclasses import dataclass

import numpy as np
from PIL import Image

from flows.demo.camera import Shot, encode_jpeg, expose
from flows.demo.canvas import Canvas, Points
from flows.demo.clothes import body_outline, paint_clothes, paint_neck
from flows.demo.features import eye_centre, paint_features
from flows.demo.hair import bun_outline, crest, paint_behind, paint_front
from flows.demo.look import BACKDROP_BLUE, Look, Top, look_of
from flows.demo.skin import outline, paint_skin
from flows.demo.spectacles import paint_ears, paint_spectacles

__all__ = ["BACKDROP_BLUE", "Landmarks", "Look", "Shot", "Top", "draw", "encode_jpeg", "look_of"]

BACKDROP_RGB = (100, 197, 255)
_SCENE_WIDTH = 1200
"""Pixels across which a scene is drawn at most; larger pictures are enlarged before the sensor's noise falls."""
_UNIT = 0.168
"""Half a face's width as a share of the frame's width, at a head scale of 1."""
_EYES = 0.372
"""Where the eyes stand, as a share of the frame's height."""
_NECK = (0.0, 2.0)
"""About where the head tilts."""

_CHIN = 1.95
"""The chin of the body that `clothes` dresses; a shorter face draws the shoulders up with it."""

Spot = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Landmarks:
    """The truth of a drawn portrait in pixels of the upright picture; left and right as the viewer sees them."""

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
    width, height = size
    enlarged = max(1.0, width / _SCENE_WIDTH)
    body = _scene(look, round(width / enlarged), round(height / enlarged))
    head = body.turned(look.tilt_deg, _NECK)
    paint_behind(head, look)
    body = body.moved(0.0, look.features.chin - _CHIN)
    paint_neck(body, look)
    paint_clothes(body, look)
    paint_ears(head, look)
    paint_skin(head, look)
    paint_features(head, look)
    paint_front(head, look)
    if look.glasses or look.glare > 0:
        paint_spectacles(head, look)
    pixels = expose(body.planes, size, exposure=look.exposure, blur_px=look.blur_px, seed=look.seed)
    return Image.fromarray(pixels), _landmarks(look, head, body, enlarged)


def _scene(look: Look, width: int, height: int) -> Canvas:
    """The bare backdrop, with the sitter's measure on it."""
    planes = np.empty((3, height, width), np.float32)
    planes[:] = np.array(BACKDROP_RGB, np.float32)[:, None, None]
    unit = _UNIT * look.head_scale * min(width, 0.75 * height)
    return Canvas(planes, unit, ((0.5 + look.offset_x) * width, _EYES * height))


def _landmarks(look: Look, head: Canvas, body: Canvas, enlarged: float) -> Landmarks:
    def on_head(points: object) -> Points:
        return _enlarged(head.pixels(np.asarray(points, float)), enlarged)

    face = outline(look)
    hair = np.vstack([crest(look), bun_outline(look)] if look.bun > 0 else [crest(look)])
    top = on_head(hair)
    f = look.features
    places = on_head(
        [eye_centre(look, -1), eye_centre(look, 1), (0, f.chin), (0, f.nose_length + f.mouth_drop)]
    )
    left_eye, right_eye, chin, mouth = ((float(x), float(y)) for x, y in places)
    cheeks = on_head(face[(face[:, 1] > -0.1) & (face[:, 1] < 0.7)])[:, 0]
    arms = body_outline(look)
    shoulders = _enlarged(body.pixels(arms[arms[:, 1] < f.chin + 2]), enlarged)[:, 0]
    crown = top[top[:, 1].argmin()]
    return Landmarks(
        left_eye=left_eye,
        right_eye=right_eye,
        crown=(float(crown[0]), float(crown[1])),
        chin=chin,
        mouth=mouth,
        face_left_x=float(cheeks.min()),
        face_right_x=float(cheeks.max()),
        tilt_deg=look.tilt_deg,
        shoulder_left_x=float(shoulders.min()),
        shoulder_right_x=float(shoulders.max()),
    )


def _enlarged(points: Points, factor: float) -> Points:
    """Pixels of the scene as pixels of the picture; both count from the middle of the first pixel."""
    moved: Points = (points + 0.5) * factor - 0.5
    return moved
