"""A capture's bytes -> its measured facts, the photo that is delivered, and small pictures for people."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any, NamedTuple

from schemas.photo import Facts
from schemas.profile import Derivative, PhotoSpec
from schemas.reasons import Severity
from transforms.backdrop import Scene, backdrop
from transforms.border import border_px
from transforms.chroma import chroma
from transforms.crop import Box, Crop, Head, choose, conflict, on_grid, placed
from transforms.decode import Picture, decode, other_format
from transforms.derivatives import derive
from transforms.eyes import with_irises
from transforms.faces import Detector, Face, eyes_apart
from transforms.frame_hash import frame_hash
from transforms.geometry import position
from transforms.jpeg import encode
from transforms.light import light
from transforms.pass_through import pass_through
from transforms.pixels import Pixels
from transforms.shown import shown
from transforms.silhouette import Silhouette, outline
from transforms.skin import skin
from transforms.study import Study, study_of
from transforms.view import cropped, near_enough

_AHEAD = 2
"""A source is decoded at no less than this many times the delivered size: what follows is smooth."""


class Examined(NamedTuple):
    """What became of a capture: its facts, the delivered JPEG, and small ones for people (`schemas.shown`).

    `photo` is None where none can be made: unreadable, not exactly one face, or a source that would have to
    be enlarged. `shown` is empty and `frame_hash` None only where the source is unreadable. `derivatives` are
    those further pictures of the photo's crop that could be made, by their ids.
    """

    facts: Facts
    photo: bytes | None
    shown: Mapping[str, bytes]
    frame_hash: str | None = None
    derivatives: Mapping[str, bytes] = MappingProxyType({})


def examine(  # noqa: PLR0913  what a profile says, what finds faces, what a person placed
    source: bytes,
    spec: PhotoSpec,
    detector: Detector,
    *,
    derivatives: Sequence[Derivative] = (),
    severities: Mapping[str, Severity] = MappingProxyType({}),
    second: Detector | None = None,
    box: Box | None = None,
) -> Examined:
    """Find the one face in a capture, choose the crop, measure everything, and make the photo.

    `severities` are those that the profile sets: they say which limits a file must keep to be let through.
    A `second` detector changes nothing but the facts of how far both agree. A `box` is where a person wants
    the crop.
    """
    picture = decode(source, (_AHEAD * spec.width_px.value, _AHEAD * spec.height_px.value))
    if picture is None:
        return Examined(Facts(other_format=other_format(source)), None, {})
    study = study_of(picture)
    mark = frame_hash(study.pixels, (picture.width_px * study.scale, picture.height_px * study.scale))
    faces = _sure(detector, study, spec)
    others = None if second is None else _sure(second, study, spec)
    facts = _account(picture, faces, others)
    if len(faces) != 1:
        return Examined(facts, None, shown(study.pixels, None), mark)

    sitter = _sitter(picture, study, faces[0], spec, box)
    near = near_enough(source, picture, sitter.crop, spec)
    view = cropped(near, sitter.crop, spec)
    facts = replace(facts, **_placed(sitter, study, others, spec), **_seen(view, sitter, study, spec))
    if view.shape[:2] != (spec.height_px.value, spec.width_px.value):
        return Examined(facts, None, shown(study.pixels, None), mark)

    photo = pass_through(source, picture, facts, spec, severities)
    photo = photo or encode(view, spec, spec.aim_max_kb.value)
    further = derive(source, near, sitter.crop, view, derivatives)
    unmade = ";".join(name for name, made in further.items() if made is None)
    facts = replace(facts, size_kb=photo.size_kb, quality=photo.quality, encodes=photo.encodes,
                    derivatives_unmade=unmade)  # fmt: skip
    made = {name: picture for name, picture in further.items() if picture}
    return Examined(facts, photo.data, shown(study.pixels, view), mark, made)


class Sitter(NamedTuple):
    """Who sits there, as found in the study copy and as placed in the source, and the crop chosen."""

    found: Face
    outline: Silhouette
    """Its extremes in source pixels, its mask the study copy's."""
    face: Face
    """In source pixels, the eyes on the irises."""
    head: Head
    crop: Crop


def _sure(detector: Detector, study: Study, spec: PhotoSpec) -> list[Face]:
    """The faces of which a detector is sure enough."""
    return [face for face in detector.find(study.pixels) if face.score >= spec.face_score_min.value]


def _account(picture: Picture, faces: list[Face], others: list[Face] | None) -> Facts:
    """What the file says of itself, and how many faces each detector found."""
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
        second_faces=None if others is None else len(others),
    )


def head_in(source: bytes, spec: PhotoSpec, detector: Detector) -> Head | None:
    """Where the one face of a capture is; None where there is not exactly one."""
    picture = decode(source, (_AHEAD * spec.width_px.value, _AHEAD * spec.height_px.value))
    if picture is None:
        return None
    study = study_of(picture)
    faces = _sure(detector, study, spec)
    return _sitter(picture, study, faces[0], spec, None).head if len(faces) == 1 else None


def _sitter(picture: Picture, study: Study, found: Face, spec: PhotoSpec, box: Box | None) -> Sitter:
    """The sitter's outline, eyes and head, and the crop that suits them best or that a person placed."""
    whole = study.in_source(found)
    seen = with_irises(picture.pixels, whole.placed(0, 0, 1 / picture.reduction))
    face = seen.placed(0, 0, picture.reduction)
    around = study.outline_in_source(outline(study.pixels, face.placed(0, 0, study.scale)))
    head = Head(
        crown=around.crown,
        eye_line=face.eyes.y,
        centre=face.eyes.x,
        face_width=face.width * spec.face_width_ratio.value,
        source=(picture.width_px, picture.height_px),
    )
    crop = on_grid(placed(box, spec) if box else choose(head, spec), head, spec, picture.reduction)
    return Sitter(found, around, face, head, crop)


def _placed(sitter: Sitter, study: Study, others: list[Face] | None, spec: PhotoSpec) -> dict[str, Any]:
    """The facts of place."""
    found, around, face, head, crop = sitter
    return {
        "crop_left_px": crop.left,
        "crop_top_px": crop.top,
        "crop_width_px": crop.width,
        "crop_height_px": crop.height,
        "scale": crop.scale,
        "limits_apart": "+".join(conflict(head, spec)) or None,
        **position(face, around, head, crop)._asdict(),
        "detectors_apart_px": eyes_apart(found, others[0]) * crop.scale / study.scale
        if others is not None and len(others) == 1
        else None,
    }


def _seen(view: Pixels, sitter: Sitter, study: Study, spec: PhotoSpec) -> dict[str, Any]:
    """The facts of light, colour, borders and backdrop."""
    width = view.shape[1]
    face = sitter.face.placed(sitter.crop.left, sitter.crop.top, width / sitter.crop.width)
    lit = light(view, face)
    scene = Scene(study.pixels, sitter.outline.mask, sitter.found, study.inside(sitter.crop))
    return {
        "border_px": border_px(view) * spec.width_px.value / width,
        "chroma": chroma(view),
        **lit._asdict(),
        **skin(view, face)._asdict(),
        **backdrop(scene, lit.face_luma, spec.backdrop_rgb)._asdict(),
    }
