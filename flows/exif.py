"""What a capture's EXIF says: when it was taken, by which body, and whether an editor wrote the file."""

import io
from datetime import datetime
from typing import Any, NamedTuple

from PIL import Image
from PIL.ExifTags import IFD, Base

from transforms.decode import DAMAGE, FORMATS, PIXELS_MAX

WRITTEN_LATER_S = 120
"""A camera writes a file within seconds of the shot."""
EDITORS = (
    "photoshop", "lightroom", "camera raw", "capture one", "gimp", "meitu", "snapseed", "acdsee",
    "picasa", "paint.net", "photoscape", "irfanview", "xnview", "faststone", "microsoft", "affinity",
    "darktable", "rawtherapee",
)  # fmt: skip
"""What programs that change pictures call themselves in the field Software; firmware names its camera."""


class ExifFacts(NamedTuple):
    """When, by the camera's clock; by which make, model and serial number; whether it was saved again."""

    taken_at: datetime | None = None
    camera_body: str | None = None
    is_resaved: bool | None = None


def exif_facts(content: bytes) -> ExifFacts:
    """What a file's EXIF says (Exif 2.32, 4.6.4 and 4.6.5); nothing where there is none or it is damaged."""
    try:
        with Image.open(io.BytesIO(content), formats=(*FORMATS, "TIFF")) as image:
            if image.width * image.height > PIXELS_MAX:
                return ExifFacts()  # a PNG's EXIF may stand behind its pixels, which are then unpacked for it
            exif = image.getexif()
            main, shot = dict(exif), dict(exif.get_ifd(IFD.Exif))
    except DAMAGE:
        return ExifFacts()
    taken_at = _moment(shot.get(Base.DateTimeOriginal), shot.get(Base.SubsecTimeOriginal))
    return ExifFacts(taken_at, _body(main, shot), _is_resaved(main, taken_at))


def _moment(stamp: object, fraction: object = None) -> datetime | None:
    """A time with its sub-seconds; None if absent or unreadable."""
    digits = str(fraction or "").strip()
    try:
        moment = datetime.strptime(_text(stamp), "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007  a camera knows no zone
    except ValueError:
        return None
    milliseconds = int(digits[:3].ljust(3, "0")) if digits.isdecimal() else 0
    return moment.replace(microsecond=milliseconds * 1000)


def _body(main: dict[int, Any], shot: dict[int, Any]) -> str | None:
    """Make, model and serial number, as far as they are there."""
    said = (main.get(Base.Make), main.get(Base.Model), shot.get(Base.BodySerialNumber))
    return " ".join(text for text in map(_text, said) if text) or None


def _is_resaved(main: dict[int, Any], taken_at: datetime | None) -> bool | None:
    """Whether an editor names itself or the file was written long after the shot; None if unsaid."""
    software, written_at = _text(main.get(Base.Software)), _moment(main.get(Base.DateTime))
    if any(name in software.casefold() for name in EDITORS):
        return True
    if taken_at is not None and written_at is not None:
        return (written_at - taken_at).total_seconds() > WRITTEN_LATER_S
    return False if software else None


def _text(value: object) -> str:
    """An EXIF text without what pads it."""
    return "" if value is None else str(value).strip("\0 \t\r\n")
