"""A capture's bytes -> its measured facts, the photo that is delivered, and a thumbnail for the report."""

from dataclasses import replace
from math import sqrt
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from schemas.photo import Facts
from schemas.profile import PhotoSpec
from transforms.backdrop import Scene, backdrop
from transforms.colour import lab
from transforms.crop import Crop, Head, choose
from transforms.decode import Picture, decode
from transforms.faces import Detector, Face
from transforms.geometry import position
from transforms.jpeg import encode, thumbnail
from transforms.light import light
from transforms.silhouette import Silhouette, outline

_AHEAD = 2
"""A source is decoded at no less than this many times the delivered size: what follows is smooth."""
_STUDY_PX = 480
"""The shorter side of the copy in which faces and outlines are looked for."""
_STUDY_AREA = 4 * _STUDY_PX**2
"""Its most pixels: a strip longer than 4 to 1 is made narrower, for it would take any time and memory."""
_THUMBNAIL, _THUMBNAIL_QUALITY = (150, 200), 70


class Examined(NamedTuple):
    """What became of a capture: its facts, the delivered JPEG and a small one of the whole source.

    `photo` is None where none can be made: unreadable, not exactly one face, or a source that would have to
    be enlarged. `thumbnail` is None only where the source is unreadable.
    """

    facts: Facts
    photo: bytes | None
    thumbnail: bytes | None


class Study(NamedTuple):
    """A small copy of a source to look for things in; `scale` is its pixels per source pixel."""

    pixels: NDArray[np.uint8]
    scale: float


def examine(source: bytes, spec: PhotoSpec, detector: Detector) -> Examined:
    """Find the one face in a capture, choose the crop, measure everything, and make the photo."""
    picture = decode(source, (_AHEAD * spec.width_px.value, _AHEAD * spec.height_px.value))
    if picture is None:
        return Examined(Facts(), None, None)
    study = _study(picture)
    small = thumbnail(Image.fromarray(study.pixels), _THUMBNAIL, _THUMBNAIL_QUALITY)
    faces = [face for face in detector.find(study.pixels) if face.score >= spec.face_score_min.value]
    facts = _account(picture, faces)
    if len(faces) != 1:
        return Examined(facts, None, small)
    facts, crop, sitter = _placed_in(picture, study, faces[0], facts, spec)
    view = _view(_near_enough(source, picture, crop, spec), crop, spec)
    seen = light(np.asarray(view), _seen(faces[0], study, crop, view))
    scene = Scene(study.pixels, sitter.mask, faces[0], _inside(crop, study))
    behind = backdrop(scene, seen.face_luma, spec.backdrop_rgb)
    facts = replace(facts, **seen._asdict(), **behind._asdict())
    if view.size != (spec.width_px.value, spec.height_px.value):
        return Examined(facts, None, small)
    photo = encode(view, spec)
    facts = replace(facts, size_kb=photo.size_kb, quality=photo.quality, encodes=photo.encodes)
    return Examined(facts, photo.data, small)


def _account(picture: Picture, faces: list[Face]) -> Facts:
    """What the file says of itself, and how many faces were found."""
    return Facts(
        source_format=picture.format,
        source_mode=picture.mode,
        source_width_px=picture.width_px,
        source_height_px=picture.height_px,
        orientation=picture.orientation,
        has_gps=picture.has_gps,
        is_colour_known=picture.is_colour_known,
        faces=len(faces),
        face_score=max((face.score for face in faces), default=None),
    )


def _study(picture: Picture) -> Study:
    """The copy in which faces and outlines are looked for; a small source is taken as it is."""
    # Only what could not be reduced while it was decoded is still so large; an array of it takes 3 copies.
    coarse = int(1 / _share(*picture.image.size) / 3)
    pixels = np.asarray(picture.image.reduce(coarse) if coarse > 1 else picture.image)
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


def _placed_in(
    picture: Picture, study: Study, face: Face, facts: Facts, spec: PhotoSpec
) -> tuple[Facts, Crop, Silhouette]:
    """The facts of place, the crop, and the sitter's outline in the study copy."""
    sitter = outline(lab(study.pixels), face)
    whole = face.placed(0, 0, 1 / study.scale)
    head = Head(
        crown=None if sitter.crown is None else sitter.crown / study.scale,
        eye_line=whole.eyes.y,
        centre=whole.eyes.x,
        face_width=whole.width * spec.face_width_ratio.value,
        source=(picture.width_px, picture.height_px),
    )
    crop = choose(head, spec)
    facts = replace(
        facts,
        crop_left_px=crop.left,
        crop_top_px=crop.top,
        crop_width_px=crop.width,
        crop_height_px=crop.height,
        scale=crop.scale,
        **position(whole, _placed(sitter, study), head, crop)._asdict(),
    )
    return facts, crop, sitter


def _placed(sitter: Silhouette, study: Study) -> Silhouette:
    """The outline's extremes in source pixels."""
    crown, left, right = (
        None if edge is None else edge / study.scale for edge in (sitter.crown, sitter.left, sitter.right)
    )
    return Silhouette(sitter.mask, crown, left, right)


def _inside(crop: Crop, study: Study) -> tuple[slice, slice]:
    """The rows and columns of the study copy that the crop takes."""
    top, left = int(crop.top * study.scale), int(crop.left * study.scale)
    bottom = int((crop.top + crop.height) * study.scale)
    return slice(top, bottom), slice(left, int((crop.left + crop.width) * study.scale))


def _near_enough(source: bytes, picture: Picture, crop: Crop, spec: PhotoSpec) -> Picture:
    """The picture, decoded anew at full size where the crop is so small that the reduced one lacks pixels."""
    if picture.reduction == 1 or crop.width / picture.reduction >= spec.width_px.value:
        return picture
    return decode(source, (picture.width_px, picture.height_px)) or picture


def _view(picture: Picture, crop: Crop, spec: PhotoSpec) -> Image.Image:
    """The crop at delivered size; at its own size where it would have to be enlarged."""
    share = min(1.0, 1 / crop.scale)
    size = (round(spec.width_px.value * share), round(spec.height_px.value * share))
    edges = (crop.left, crop.top, crop.left + crop.width, crop.top + crop.height)
    limits = (0, 0, picture.image.width, picture.image.height)
    left, top, right, bottom = (edge / picture.reduction for edge in edges)
    box = (max(left, limits[0]), max(top, limits[1]), min(right, limits[2]), min(bottom, limits[3]))
    return picture.image.resize(size, Image.Resampling.LANCZOS, box=box, reducing_gap=2.0)


def _seen(face: Face, study: Study, crop: Crop, view: Image.Image) -> Face:
    """The face as it stands in the view."""
    whole = face.placed(0, 0, 1 / study.scale)
    return whole.placed(crop.left, crop.top, view.width / crop.width)
