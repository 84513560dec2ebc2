"""Bytes of an image file -> an upright sRGB picture, reduced while decoding, and what the file says."""

import re
import struct
import zlib
from io import BytesIO
from typing import NamedTuple

from PIL import ExifTags, Image, ImageCms

FORMATS = ("JPEG", "PNG", "WEBP", "BMP")
"""What is read under a .jpg name. Pillow calls a JPEG with further pictures behind it MPO."""
PIXELS_MAX = 64_000_000
"""The largest full-frame sensors have 61 million; a copy of so many takes 256 MB, and three may be needed."""
SCANS_MAX = 100
"""A decoder passes over all of a JPEG's pixels once per scan. Progressive files have about ten scans."""
DAMAGE = (
    OSError, SyntaxError, ValueError, TypeError, KeyError, IndexError, EOFError, OverflowError, MemoryError,
    struct.error, zlib.error, Image.DecompressionBombError, Image.DecompressionBombWarning,
)  # fmt: skip
"""What Pillow's readers raise on bytes that are not what they seem."""

_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_INTEROPERABILITY_INDEX = 1
_NO_CACHE = ImageCms.Flags(0x0040)
_JPEG_SIGNATURE = b"\xff\xd8\xff"
_START_OF_SCAN, _END_OF_IMAGE = b"\xff\xda", b"\xff\xd9"
_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
"""Whatever may stand between segments is passed over: a scan's data, restarts, fill bytes."""


class Picture(NamedTuple):
    """An upright picture and its file's own account. `reduction` is source pixels per pixel of `image`."""

    image: Image.Image
    reduction: int
    width_px: int
    height_px: int
    format: str
    mode: str
    orientation: int | None
    has_gps: bool
    is_colour_known: bool


def decode(source: bytes, enough: tuple[int, int]) -> Picture | None:
    """The picture in a file's bytes, no smaller than `enough` (w, h) where the file is not; None if damaged.

    A JPEG is reduced by 2, 4 or 8 while it is decoded, which is most of the speed there is to gain.
    """
    if source.startswith(_JPEG_SIGNATURE) and not 1 <= scans(source) <= SCANS_MAX:
        return None
    try:
        with Image.open(BytesIO(source), formats=FORMATS) as opened:
            if opened.width * opened.height > PIXELS_MAX:
                return None
            return _read(opened, enough)
    except DAMAGE:
        return None


def scans(source: bytes) -> int:
    """How many scans a JPEG has before its end marker; 0 without one: off a failing card, a tail is zeros."""
    found, at = 0, len(_JPEG_SIGNATURE) - 1
    while marker := _MARKER.search(source, at):
        if marker[0] == _END_OF_IMAGE:
            return found
        found += marker[0] == _START_OF_SCAN
        at = marker.end() + int.from_bytes(source[marker.end() : marker.end() + 2])
    return 0


def _read(opened: Image.Image, enough: tuple[int, int]) -> Picture:
    """Draft, load, turn upright, convert: in the order that Pillow needs."""
    mode, width, height = opened.mode, opened.width, opened.height
    exif = _exif(opened)
    orientation = _orientation(exif)
    sideways = orientation is not None and orientation >= 5
    opened.draft(None, (enough[1], enough[0]) if sideways else enough)
    opened.load()
    known = _is_colour_known(opened, exif)
    upright = _to_srgb(opened)
    if orientation in _UPRIGHT:
        upright = upright.transpose(_UPRIGHT[orientation])
    return Picture(
        image=upright,
        reduction=max(1, round(width / opened.width)),
        width_px=height if sideways else width,
        height_px=width if sideways else height,
        format=opened.format or "",
        mode=mode,
        orientation=orientation,
        has_gps=bool(exif.get_ifd(ExifTags.IFD.GPSInfo)),
        is_colour_known=known,
    )


def _exif(opened: Image.Image) -> Image.Exif:
    """The file's EXIF block; an empty one where it cannot be read, since the pixels may still be sound."""
    try:
        exif = opened.getexif()
        exif.get_ifd(ExifTags.IFD.GPSInfo)
        exif.get_ifd(ExifTags.IFD.Interop)
    except DAMAGE:
        return Image.Exif()
    return exif


def _orientation(exif: Image.Exif) -> int | None:
    value = exif.get(ExifTags.Base.Orientation)
    return value if isinstance(value, int) and 1 <= value <= 8 else None


def _is_colour_known(opened: Image.Image, exif: Image.Exif) -> bool:
    """Whether the pixels can become sRGB without a guess.

    Grey has no colour to tell; CMYK needs its profile; an Adobe RGB mark (R03) without the profile only names
    a space; what shows through a transparent pixel is nobody's colour.
    """
    if opened.info.get("icc_profile"):
        return opened.mode in {"RGB", "CMYK"}
    if opened.mode in {"RGBA", "P", "PA"} or "transparency" in opened.info:
        return _is_opaque(opened)
    is_adobe_rgb = exif.get_ifd(ExifTags.IFD.Interop).get(_INTEROPERABILITY_INDEX) == "R03"
    return opened.mode == "RGB" and not is_adobe_rgb


def _is_opaque(opened: Image.Image) -> bool:
    return opened.convert("RGBA").getchannel("A").getextrema()[0] == 255


def _to_srgb(opened: Image.Image) -> Image.Image:
    """RGB in sRGB: through the embedded profile where there is one and it is usable."""
    profile = opened.info.get("icc_profile")
    if profile and opened.mode in {"RGB", "CMYK"}:
        converted = _through_profile(opened, profile)
        if converted is not None:
            return converted
    if opened.mode == "P" and "transparency" in opened.info:
        return opened.convert("RGBA").convert("RGB")  # as Pillow would have it, or it warns
    return opened if opened.mode == "RGB" else opened.convert("RGB")


def _through_profile(opened: Image.Image, profile: bytes) -> Image.Image | None:
    """The pixels converted from `profile` to sRGB, unless they are sRGB; None where the profile is broken."""
    try:
        embedded = ImageCms.ImageCmsProfile(BytesIO(profile))
        if ImageCms.getProfileDescription(embedded).startswith("sRGB"):
            return None
        return ImageCms.profileToProfile(
            opened, embedded, ImageCms.createProfile("sRGB"), outputMode="RGB", flags=_NO_CACHE
        )
    except (ImageCms.PyCMSError, *DAMAGE):
        return None
