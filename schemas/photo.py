"""The measured facts of one capture and of the photo made from it."""

from dataclasses import dataclass, fields
from functools import lru_cache, reduce
from operator import and_

import pandera.polars as pa
import polars as pl

from schemas.profile import Limit, PhotoSpec
from schemas.reasons import Reason
from schemas.rules import check_of, rules_of


@dataclass(frozen=True, slots=True)
class Facts:
    """What was measured; `None` means it could not be. Delivered pixels unless the name says source.

    Angles in degrees, clockwise positive; colour distances in CIEDE2000 units; shares in percent.
    """

    source_format: str | None = None
    """JPEG, PNG, … as the file's content says; None when it cannot be read."""
    other_format: str | None = None
    """HEIC, TIFF …: what a file is that is not read; None where that cannot be told."""
    source_mode: str | None = None
    """Pillow's mode before conversion: RGB, L, CMYK …"""
    source_width_px: int | None = None
    source_height_px: int | None = None
    """Of the upright picture, after the orientation mark."""
    orientation: int | None = None
    """EXIF orientation 1 to 8; None when the file has none."""
    has_gps: bool = False
    is_colour_known: bool | None = None
    """False where sRGB would be a guess: grey-scale, transparency, CMYK or Adobe RGB without its profile."""
    is_intact: bool | None = None
    """False where the decoder met damage inside the picture and went on."""
    source_bits: int | None = None
    """Of one colour channel."""
    source_quality: int | None = None
    """The IJG quality that a JPEG's tables imply; None for other formats."""
    source_dpi: int | None = None
    """Across, as a JPEG's JFIF header says; None where it says nothing."""
    trailing_bytes: int | None = None
    """After a JPEG's end: further pictures of an MPO, or junk."""

    faces: int | None = None
    face_score: float | None = None
    second_faces: int | None = None
    """How many a second detector found; None where only one is at work."""
    detectors_apart_px: float | None = None
    """The larger of the distances between their places for an eye."""

    crop_left_px: float | None = None
    crop_top_px: float | None = None
    crop_width_px: float | None = None
    crop_height_px: float | None = None
    """The crop box, in upright source pixels."""
    scale: float | None = None
    """Delivered pixels per source pixel; above 1 the source would have to be enlarged."""
    limits_apart: str | None = None
    """The facts, '+' between them, whose limits no crop keeps together; None where some crop keeps all."""

    left_eye_x_px: float | None = None
    left_eye_y_px: float | None = None
    right_eye_x_px: float | None = None
    right_eye_y_px: float | None = None
    """Eye centres in the delivered photo, left and right as the viewer sees them."""
    crown_px: float | None = None
    """Top of the silhouette to the top edge."""
    eye_line_px: float | None = None
    """Mean of both eye centres to the top edge."""
    chin_px: float | None = None
    """To the top edge, as the detector's box has it, which is too rough for a limit: on 140 drawn portraits
    within 14 px, the median 4 too low; on three real ones within 6."""
    face_width_px: float | None = None
    """Cheek to cheek."""
    centre_offset_px: float | None = None
    """How far the face's centre line is from the photo's, always positive."""
    tilt_deg: float | None = None
    """Angle of the pupil line, always positive."""
    yaw_ratio: float | None = None
    """How far the nose stands from the middle of the eyes, in eye distances, always positive."""
    head_room_px: float | None = None
    """Source pixels between the crown and the source's top edge, scaled to delivered pixels."""
    shoulder_room_px: float | None = None
    """Between the shoulders and the source's sides, the lesser side; a shoulder that runs out of the source
    has less than none: what the other one shows more."""

    backdrop_distance: float | None = None
    """From the reference colour, as it looks in the light that there is."""
    backdrop_spread: float | None = None
    """Largest distance between regions of the backdrop, its even slope taken out."""
    backdrop_gradient: float | None = None
    """Of the backdrop's even slope, from one corner of the photo to the farthest other."""
    backdrop_shadow_pct: float | None = None
    """How much darker the backdrop is beside the sitter than it should be there."""
    border_px: float | None = None
    """The widest strip of one colour along an edge that is neither backdrop nor sitter."""
    clothes_distance: float | None = None
    """From the backdrop's colour."""
    sharpness: float | None = None
    """Of the face at delivered scale: how much of a contrast its sharpest edges cross in one pixel."""
    exposure_pct: float | None = None
    """Light on the picture, as the backdrop shows it: 100 where it is as bright as its reference."""
    face_luma: float | None = None
    """Median of the face, 0 to 255."""
    face_clipped_pct: float | None = None
    """Share of the skin without any detail left in highlights."""
    face_crushed_pct: float | None = None
    """Share of the skin without any detail left in shadows."""
    face_balance_pct: float | None = None
    """How much less light the darker cheek sends than the brighter one."""
    skin_hue_deg: float | None = None
    """The cheeks' hue angle in CIELAB: counter-clockwise from red (0) by yellow (90)."""
    chroma: float | None = None
    """CIELAB chroma that a twentieth of the photo exceeds; 0 of a grey one."""
    glare_pct: float | None = None
    """Share of the eye region under burnt-out spots larger than a catch-light."""

    size_kb: float | None = None
    """Of 1,000 bytes, so that an upper limit is kept by whoever counts."""
    quality: int | None = None
    encodes: int | None = None
    """How many JPEG encodes the photo took; none where the source's own data was delivered."""
    derivatives_unmade: str | None = None
    """The ids of the further pictures that could not be made, `;` between them; empty where none failed."""


_TYPES: dict[object, type[pl.DataType]] = {
    str | None: pl.String,
    int | None: pl.Int64,
    float | None: pl.Float64,
    bool | None: pl.Boolean,
    bool: pl.Boolean,
}
FACTS: dict[str, type[pl.DataType]] = {field.name: _TYPES[field.type] for field in fields(Facts)}
"""The facts as columns of a frame."""

MADE = pl.List(pl.Struct({"id": pl.String, "sha256": pl.String}))
"""The derivatives that were made of a capture, each with its digest; a column beside the facts."""
NEED_COLOUR = frozenset(
    {"backdrop_distance", "backdrop_spread", "backdrop_shadow_pct", "clothes_distance", "skin_hue_deg"}
)
"""Facts that mean nothing of a picture which is not in colour: in tones of grey, skin looks like backdrop."""
ONE_FACE = pl.col("faces") == 1
"""Whose picture it is cannot be told otherwise, and no other measure means anything."""
PLACED = ("scale", "face_width_px", "eye_line_px", "crown_px", "centre_offset_px")
"""The facts that a crop is chosen by: without a limit on each there is nothing to aim at."""
MADE_ONLY_AT_SIZE = frozenset({"size_kb", "quality", "encodes"})
"""Facts of the delivered file, which a source too small for it does not get."""
ONLY_OF_JPEG = frozenset({"source_quality", "source_dpi", "trailing_bytes"})
"""Facts that other formats do not have."""
MPO = "MPO"
JPEG_FORMATS = ("JPEG", MPO)
"""MPO is a camera's JPEG with further pictures behind it."""

_REASONS = {reason.value: reason for reason in Reason}


@lru_cache(maxsize=64)
def photo_rules(spec: PhotoSpec) -> pa.DataFrameSchema:
    """The rules that a profile sets for a frame of facts, one row per capture.

    A limit is held only where its fact means something.
    """
    checks = [
        *_file_rules(),
        *(_within(limit, _held(limit, spec)) for limit in spec.limits),
        *_assessed(spec),
    ]
    columns = {fact: pa.Column(dtype, nullable=True) for fact, dtype in FACTS.items()}
    return rules_of(checks, columns)


def _file_rules() -> list[pa.Check]:
    """What is asked of the source file, whatever the profile."""
    is_read = pl.col("source_format").is_not_null()
    return [
        check_of(Reason.PHOTO_UNREADABLE, "source_format", is_read | pl.col("other_format").is_not_null()),
        check_of(Reason.FORMAT_NOT_READ, "other_format", is_read | pl.col("other_format").is_null()),
        check_of(Reason.PICTURE_DAMAGED, "is_intact", pl.col("is_intact")),
        check_of(Reason.FORMAT_NOT_AS_NAMED, "source_format", pl.col("source_format").is_in(JPEG_FORMATS)),
        check_of(Reason.COLOUR_UNKNOWN, "is_colour_known", pl.col("is_colour_known")),
        check_of(Reason.ORIENTATION_APPLIED, "orientation", pl.col("orientation") == 1),
        check_of(Reason.LOCATION_REMOVED, "has_gps", ~pl.col("has_gps")),
        check_of(
            Reason.TRAILING_BYTES_REMOVED,
            "trailing_bytes",
            (pl.col("trailing_bytes") == 0) | (pl.col("source_format") == MPO),
        ),
        check_of(Reason.DETECTORS_DISAGREE, "second_faces", pl.col("second_faces") == pl.col("faces")),
        check_of(Reason.PASSED_THROUGH, "encodes", pl.col("encodes") > 0),
        check_of(Reason.DERIVATIVE_UNMADE, "derivatives_unmade", pl.col("derivatives_unmade") == ""),
    ]


def _held(limit: Limit, spec: PhotoSpec) -> pl.Expr:
    """Where a limit is held: on one face, in colour where colours are judged, and on a hue not burnt out."""
    held = pl.lit(True) if limit.fact == "faces" else ONE_FACE
    if limit.fact in NEED_COLOUR:
        held &= _keeps(spec, "chroma")
    if limit.fact == "skin_hue_deg":
        held &= _keeps(spec, "face_luma") & _keeps(spec, "face_clipped_pct")
    return held


def _keeps(spec: PhotoSpec, fact: str) -> pl.Expr:
    """A fact keeps all its limits; one that could not be assessed does not break them."""
    limits = [_bounds(limit) for limit in spec.limits if limit.fact == fact]
    return reduce(and_, limits, pl.lit(True)).fill_null(True)


def _within(limit: Limit, held: pl.Expr) -> pa.Check:
    """The fact keeps its limit, where that is held."""
    return check_of(_REASONS[limit.reason], limit.fact, ~held | _bounds(limit))


def _bounds(limit: Limit) -> pl.Expr:
    fact = pl.col(limit.fact)
    bounds = [
        *([] if limit.min is None else [fact >= limit.min]),
        *([] if limit.max is None else [fact <= limit.max]),
    ]
    return reduce(and_, bounds, pl.lit(True))


def _assessed(spec: PhotoSpec) -> list[pa.Check]:
    """Every fact that has a limit could be measured."""
    excused = dict.fromkeys(MADE_ONLY_AT_SIZE, pl.col("scale") > (spec.limit("scale").max or 1))
    excused |= dict.fromkeys(ONLY_OF_JPEG, ~pl.col("source_format").is_in(JPEG_FORMATS))
    excused["detectors_apart_px"] = pl.col("second_faces").is_null() | (pl.col("second_faces") != 1)
    limited = dict.fromkeys(limit.fact for limit in spec.limits if limit.fact != "faces")
    return [
        check_of(
            Reason.PHOTO_NOT_ASSESSED,
            fact,
            ~ONE_FACE | pl.col(fact).is_not_null() | excused.get(fact, pl.lit(False)),
        )
        for fact in limited
    ]
