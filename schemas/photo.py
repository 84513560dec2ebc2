"""The measured facts of one capture and of the photo made from it."""

from dataclasses import dataclass, fields

import polars as pl


@dataclass(frozen=True, slots=True)
class Facts:
    """What was measured; `None` means it could not be. Delivered pixels unless the name says source.

    Angles in degrees, clockwise positive; colour distances in CIEDE2000 units; shares in percent.
    """

    source_format: str | None = None
    """JPEG, PNG, … as the file's content says; None when it cannot be read."""
    source_mode: str | None = None
    """Pillow's mode before conversion: RGB, L, CMYK …"""
    source_width_px: int | None = None
    source_height_px: int | None = None
    """Of the upright picture, after the orientation mark."""
    orientation: int | None = None
    """EXIF orientation 1 to 8; None when the file has none."""
    has_gps: bool = False
    is_colour_known: bool | None = None
    """False for CMYK without an embedded profile: its colours would be a guess."""

    faces: int | None = None
    face_score: float | None = None

    crop_left_px: float | None = None
    crop_top_px: float | None = None
    crop_width_px: float | None = None
    crop_height_px: float | None = None
    """The crop box, in upright source pixels."""
    scale: float | None = None
    """Delivered pixels per source pixel; above 1 the source would have to be enlarged."""

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
    """What of the shoulders' sides is inside the source, the lesser side; below 0 a shoulder is cut off."""

    backdrop_distance: float | None = None
    """From the reference colour."""
    backdrop_spread: float | None = None
    """Largest distance between regions of the backdrop."""
    clothes_distance: float | None = None
    """From the backdrop's colour."""
    sharpness: float | None = None
    """Of the face at delivered scale."""
    face_luma: float | None = None
    """Median of the face, 0 to 255."""
    face_clipped_pct: float | None = None
    glare_pct: float | None = None
    """Share of the eye region that is burnt out."""

    size_kb: float | None = None
    quality: int | None = None
    encodes: int | None = None
    """How many JPEG encodes the photo took."""



_TYPES: dict[object, type[pl.DataType]] = {
    str | None: pl.String,
    int | None: pl.Int64,
    float | None: pl.Float64,
    bool | None: pl.Boolean,
    bool: pl.Boolean,
}
FACTS: dict[str, type[pl.DataType]] = {field.name: _TYPES[field.type] for field in fields(Facts)}
"""The facts as columns of a frame."""
