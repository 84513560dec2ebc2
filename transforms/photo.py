"""A capture's bytes -> its measured facts, the photo that is delivered, and a thumbnail for the report."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from schemas.photo import Facts
from schemas.profile import Derivative, PhotoSpec
from schemas.reasons import Severity
from transforms.backdrop import Scene, backdrop
from transforms.border import border_px
from transforms.chroma import chroma
from transforms.crop import Crop, Head, choose, conflict, on_grid
from transforms.decode import Picture, decode, other_format
from transforms.derivatives import derive
from transforms.eyes import with_irises
from transforms.faces import Detector, Face, eyes_apart
from transforms.geometry import position
from transforms.jpeg import encode, thumbnail
from transforms.light import light
from transforms.pass_through import pass_through
from transforms.silhouette import Silhouette, outline
from transforms.skin import skin
from transforms.study import Study, study_of
from transforms.view import crop_out, near_enough, seen_in

_AHEAD = 2
"""A source is decoded at no less than this many times the delivered size: what follows is smooth."""
_THUMBNAIL, _THUMBNAIL_QUALITY = (150, 200), 70


class Examined(NamedTuple):
    """What became of a capture: its facts, the delivered JPEG and a small one of the whole source.

    `photo` is None where none can be made: unreadable, not exactly one face, or a source that would have to
    be enlarged. `thumbnail` is None only where the source is unreadable. `derivatives` are those further
    pictures of the photo's crop that could be made, by their ids.
    """

    facts: Facts
    photo: bytes | None
    thumbnail: bytes | None
    derivatives: Mapping[str, bytes] = MappingProxyType({})


def examine(
    source: bytes,
    spec: PhotoSpec,
    detector: Detector,
    *,
    derivatives: Sequence[Derivative] = (),
    severities: Mapping[str, Severity] = MappingProxyType({}),
    second: Detector | None = None,
) -> Examined:
    """Find the one face in a capture, choose the crop, measure everything, and make the photo.

    `severities` are those that the profile sets: they say which limits a file must keep to be let through.
    A `second` detector changes nothing but the facts of how far both agree.
    """
    picture = decode(source, (_AHEAD * spec.width_px.value, _AHEAD * spec.height_px.value))
    if picture is None:
        return Examined(Facts(other_format=other_format(source)), None, None)
    study = study_of(picture)
    small = thumbnail(study.pixels, _THUMBNAIL, _THUMBNAIL_QUALITY)
    faces = _sure(detector, study, spec)
    others = None if second is None else _sure(second, study, spec)
    facts = replace(_account(picture, faces), second_faces=None if others is None else len(others))
    if len(faces) != 1:
        return Examined(facts, None, small)
    face = _settled(picture, study.in_source(faces[0]))
    facts, crop, sitter = _placed_in(picture, study, face, facts, spec)
    if others is not None and len(others) == 1:
        facts = replace(facts, detectors_apart_px=eyes_apart(faces[0], others[0]) * crop.scale / study.scale)
    near = near_enough(source, picture, crop, spec)
    view = crop_out(near, crop, spec)
    shown = np.asarray(view)
    facts = _seen(facts, shown, seen_in(face, crop, view), spec)
    scene = Scene(study.pixels, sitter.mask, faces[0], study.inside(crop))
    facts = replace(facts, **backdrop(scene, facts.face_luma, spec.backdrop_rgb)._asdict())
    if view.size != (spec.width_px.value, spec.height_px.value):
        return Examined(facts, None, small)
    photo = pass_through(source, picture, facts, spec, severities) or encode(view, spec)
    further = derive(source, near, crop, shown, derivatives)
    unmade = ";".join(name for name, made in further.items() if made is None)
    facts = replace(facts, size_kb=photo.size_kb, quality=photo.quality, encodes=photo.encodes,
                    derivatives_unmade=unmade)  # fmt: skip
    return Examined(facts, photo.data, small, {name: made for name, made in further.items() if made})


def _sure(detector: Detector, study: Study, spec: PhotoSpec) -> list[Face]:
    """The faces of which a detector is sure enough."""
    return [face for face in detector.find(study.pixels) if face.score >= spec.face_score_min.value]


def _account(picture: Picture, faces: list[Face]) -> Facts:
    """What the file says of itself, and how many faces were found."""
    jpeg = picture.jpeg
    return Facts(
        source_format=picture.format,
        source_mode=picture.mode,
        source_width_px=picture.width_px,
        source_height_px=picture.height_px,
        orientation=picture.orientation,
        has_gps=picture.has_gps,
        is_colour_known=picture.is_colour_known,
        is_intact=picture.is_intact,
        source_bits=picture.bits,
        source_quality=jpeg and jpeg.quality,
        source_dpi=jpeg and jpeg.dpi and jpeg.dpi[0],
        trailing_bytes=jpeg and jpeg.trailing,
        faces=len(faces),
        face_score=max((face.score for face in faces), default=None),
    )


def _seen(facts: Facts, view: NDArray[np.uint8], face: Face, spec: PhotoSpec) -> Facts:
    """The facts of light and colour, and of borders, in what is delivered."""
    return replace(
        facts,
        border_px=border_px(view) * spec.width_px.value / view.shape[1],
        chroma=chroma(view),
        **light(view, face)._asdict(),
        **skin(view, face)._asdict(),
    )


def _settled(picture: Picture, face: Face) -> Face:
    """The face with its eyes on the irises, in source pixels."""
    seen = with_irises(picture.pixels, face.placed(0, 0, 1 / picture.reduction))
    return seen.placed(0, 0, picture.reduction)


def _placed_in(
    picture: Picture, study: Study, face: Face, facts: Facts, spec: PhotoSpec
) -> tuple[Facts, Crop, Silhouette]:
    """The facts of place, the crop, and the sitter's outline in the study copy; the face in source pixels."""
    sitter = outline(study.pixels, face.placed(0, 0, study.scale))
    head = Head(
        crown=None if sitter.crown is None else sitter.crown / study.scale,
        eye_line=face.eyes.y,
        centre=face.eyes.x,
        face_width=face.width * spec.face_width_ratio.value,
        source=(picture.width_px, picture.height_px),
    )
    crop = on_grid(choose(head, spec), head, spec, picture.reduction)
    facts = replace(
        facts,
        crop_left_px=crop.left,
        crop_top_px=crop.top,
        crop_width_px=crop.width,
        crop_height_px=crop.height,
        scale=crop.scale,
        limits_apart="+".join(conflict(head, spec)) or None,
        **position(face, study.outline_in_source(sitter), head, crop)._asdict(),
    )
    return facts, crop, sitter
