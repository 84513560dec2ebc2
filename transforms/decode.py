"""Bytes of an image file -> an upright sRGB picture, reduced while decoding, and what the file says."""

import struct
import zlib
from collections.abc import Callable
from io import BytesIO
from typing import NamedTuple

import numpy as np
import simplejpeg
from PIL import ExifTags, Image, ImageCms

from transforms.jpeg_file import Jpeg, read_jpeg
from transforms.pixels import Pixels

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

_UPRIGHT: dict[int, Callable[[Pixels], Pixels]] = {
    2: lambda stored: stored[:, ::-1],
    3: lambda stored: stored[::-1, ::-1],
    4: lambda stored: stored[::-1],
    5: lambda stored: stored.swapaxes(0, 1),
    6: lambda stored: stored.swapaxes(0, 1)[:, ::-1],
    7: lambda stored: stored.swapaxes(0, 1)[::-1, ::-1],
    8: lambda stored: stored.swapaxes(0, 1)[::-1],
}
"""What each EXIF orientation asks for (Exif 2.32, 4.6.4)."""
_REDUCTIONS = (8, 4, 2)
"""How many times smaller a JPEG is decoded without any loss of speed."""
_COLOURSPACES = {"RGB": "RGB", "L": "GRAY", "CMYK": "CMYK"}
"""Pillow's modes of a JPEG, as libjpeg-turbo calls them."""
_BITS = {"1": 1, "I;16": 16, "I;16B": 16, "I": 32, "F": 32}
_INTEROPERABILITY_INDEX = 1
_NO_CACHE = ImageCms.Flags(0x0040)
_JPEG_SIGNATURE = b"\xff\xd8\xff"
_OTHERS = {
    b"ftyp": "HEIC", b"II*\0": "TIFF", b"MM\0*": "TIFF", b"GIF8": "GIF", b"%PDF": "PDF", b"PK\3\4": "ZIP",
}  # fmt: skip
"""How files begin that people take for a JPEG; HEIC and its kin say so from their fifth byte on."""


class Picture(NamedTuple):
    """An upright sRGB picture (h, w, 3) and its file's own account.

    `reduction` is source pixels per pixel of `pixels`. `is_intact` is False where the decoder met damage and
    went on; `jpeg` is None for other formats. `bits` counts those of one channel.
    """

    pixels: Pixels
    reduction: int
    width_px: int
    height_px: int
    format: str
    mode: str
    bits: int
    orientation: int | None
    has_gps: bool
    is_colour_known: bool
    is_intact: bool
    jpeg: Jpeg | None


def decode(source: bytes, enough: tuple[int, int]) -> Picture | None:
    """The picture in a file's bytes, no smaller than `enough` (w, h) where the file is not; None if damaged.

    A JPEG is reduced by 2, 4 or 8 while it is decoded, which is most of the speed there is to gain.
    """
    jpeg = None
    if source.startswith(_JPEG_SIGNATURE):
        jpeg = _structure(source)
        if jpeg is None:
            return None
    try:
        with Image.open(BytesIO(source), formats=FORMATS) as opened:
            if opened.width * opened.height > PIXELS_MAX:
                return None
            return _read(opened, source, jpeg, enough)
    except DAMAGE:
        return None


def other_format(source: bytes) -> str | None:
    """What a file is that is not read at all: HEIC, TIFF …; None where it cannot be told."""
    return _OTHERS.get(source[4:8]) or _OTHERS.get(source[:4])


def _structure(source: bytes) -> Jpeg | None:
    """A JPEG's structure, None where it is not whole or would keep a decoder busy without end."""
    try:
        jpeg = read_jpeg(source)
    except ValueError:
        return None
    return jpeg if 1 <= jpeg.scans <= SCANS_MAX else None


def _read(opened: Image.Image, source: bytes, jpeg: Jpeg | None, enough: tuple[int, int]) -> Picture:
    """Unpack, convert, turn upright."""
    mode, exif = opened.mode, _exif(opened)
    orientation = _orientation(exif)
    sideways = orientation is not None and orientation >= 5
    width, height = opened.size
    reduction = _reduction(opened.size, (enough[1], enough[0]) if sideways else enough) if jpeg else 1
    known = _is_colour_known(opened, exif)
    stored, is_intact = _unpacked(opened, source, jpeg, reduction)
    upright = _UPRIGHT[orientation](stored) if orientation in _UPRIGHT else stored
    return Picture(
        pixels=np.ascontiguousarray(upright),
        reduction=reduction,
        width_px=height if sideways else width,
        height_px=width if sideways else height,
        format=opened.format or "",
        mode=mode,
        bits=jpeg.bits if jpeg else _BITS.get(mode, 8),
        orientation=orientation,
        has_gps=bool(exif.get_ifd(ExifTags.IFD.GPSInfo)),
        is_colour_known=known,
        is_intact=is_intact,
        jpeg=jpeg,
    )


def _reduction(size: tuple[int, int], enough: tuple[int, int]) -> int:
    """How many times smaller a JPEG may be decoded and still have `enough` pixels (w, h)."""
    fitting = (
        by for by in _REDUCTIONS if all(side >= by * least for side, least in zip(size, enough, strict=True))
    )
    return next(fitting, 1)


def _unpacked(opened: Image.Image, source: bytes, jpeg: Jpeg | None, reduction: int) -> tuple[Pixels, bool]:
    """The stored pixels in sRGB, and whether the decoder found nothing wrong with them."""
    profile = opened.info.get("icc_profile")
    if jpeg is None:
        return np.asarray(_to_srgb(opened, profile)), True
    reduced = -(-opened.width // reduction), -(-opened.height // reduction)
    pixels, is_intact = _jpeg_pixels(source, _COLOURSPACES[opened.mode], reduced)
    if opened.mode != "RGB":
        opened.draft(None, reduced)
        return np.asarray(_to_srgb(opened, profile)), is_intact
    return np.asarray(_to_srgb(Image.fromarray(pixels), profile)) if profile else pixels, is_intact


def _jpeg_pixels(source: bytes, colourspace: str, size: tuple[int, int]) -> tuple[Pixels, bool]:
    """A JPEG's pixels at this size (w, h), and whether all went well; ValueError where libjpeg gave up."""
    least = {"min_width": size[0], "min_height": size[1]}
    try:
        return simplejpeg.decode_jpeg(source, colourspace, **least), True
    except ValueError:
        return simplejpeg.decode_jpeg(source, colourspace, **least, strict=False), False


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


def _to_srgb(opened: Image.Image, profile: bytes | None) -> Image.Image:
    """RGB in sRGB: through the embedded profile where there is one and it is usable."""
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
