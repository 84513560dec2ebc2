"""Face, outline and crop -> where everything stands in the delivered photo."""

from math import atan2, cos, degrees, radians, sin
from typing import NamedTuple

from transforms.crop import Crop, Head
from transforms.faces import Face
from transforms.silhouette import Silhouette


class Position(NamedTuple):
    """The facts of place; `schemas.photo.Facts` says what each is."""

    left_eye_x_px: float
    left_eye_y_px: float
    right_eye_x_px: float
    right_eye_y_px: float
    crown_px: float | None
    eye_line_px: float
    chin_px: float
    face_width_px: float
    centre_offset_px: float
    tilt_deg: float
    yaw_ratio: float
    head_room_px: float | None
    shoulder_room_px: float | None


def position(face: Face, outline: Silhouette, head: Head, crop: Crop) -> Position:
    """Where the head of a source stands in the photo that `crop` makes of it; all inputs in source pixels."""
    seen = face.placed(crop.left, crop.top, crop.scale)
    crown = None if head.crown is None else (head.crown - crop.top) * crop.scale
    return Position(
        left_eye_x_px=seen.left_eye.x,
        left_eye_y_px=seen.left_eye.y,
        right_eye_x_px=seen.right_eye.x,
        right_eye_y_px=seen.right_eye.y,
        crown_px=crown,
        eye_line_px=seen.eyes.y,
        chin_px=seen.bottom,
        face_width_px=head.face_width * crop.scale,
        centre_offset_px=abs(seen.eyes.x - crop.width * crop.scale / 2),
        tilt_deg=abs(tilt_deg(face)),
        yaw_ratio=yaw_ratio(face),
        head_room_px=None if head.crown is None else head.crown * crop.scale,
        shoulder_room_px=shoulder_room(outline, head, crop.scale),
    )


def tilt_deg(face: Face) -> float:
    """The angle of the pupil line, clockwise positive."""
    return degrees(atan2(face.right_eye.y - face.left_eye.y, face.right_eye.x - face.left_eye.x))


def yaw_ratio(face: Face) -> float:
    """How far the nose stands from the middle of the eyes, along the pupil line, in eye distances."""
    angle = radians(tilt_deg(face))
    eyes = (face.right_eye.x - face.left_eye.x) / max(cos(angle), 1e-6)
    along = (face.nose.x - face.eyes.x) * cos(angle) + (face.nose.y - face.eyes.y) * sin(angle)
    return abs(along) / max(eyes, 1e-6)


def shoulder_room(outline: Silhouette, head: Head, scale: float) -> float | None:
    """Room between the shoulders and the source's sides, on the lesser side, in delivered pixels.

    A shoulder that runs out of the source has less than none: what the other one shows more. Where both run
    out alike, the picture is framed closely and nothing is missing on one side alone.
    """
    if outline.left is None or outline.right is None:
        return None
    to_sides = head.centre, head.source[0] - head.centre
    widths = head.centre - outline.left, outline.right - head.centre
    rooms = [
        side - (max(widths) if side - width < _TOUCHING * head.source[0] else width)
        for side, width in zip(to_sides, widths, strict=True)
    ]
    return min(rooms) * scale


_TOUCHING = 0.004
"""Of the source's width: an outline this near to its side runs out of it."""
