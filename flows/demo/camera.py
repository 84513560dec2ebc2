"""A drawn scene -> what a camera makes of it: lens, sensor, and the file with its marks."""

import io
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from random import Random

import cv2
import numpy as np
from PIL import Image
from PIL.ExifTags import GPS, IFD, Base

from flows.demo.canvas import Plane, blurred
from transforms.pixels import Pixels

_NOISE_TILE = 1024
_BLOCK = 512
_NOISE = 1.4
"""Standard deviation of the sensor's noise, of 255."""
_FALLOFF = 0.045
"""What the picture's corners lack of the middle's light."""

AS_STORED = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}
"""How the pixels are stored so that the EXIF mark brings them upright."""


@dataclass(frozen=True, slots=True)
class Shot:
    """What a camera writes beside the pixels; `gps` is latitude and longitude in degrees."""

    taken_at: datetime
    camera_make: str
    camera_model: str
    orientation: int = 1
    gps: tuple[float, float] | None = None


def expose(planes: Plane, size: tuple[int, int], *, exposure: float, blur_px: float, seed: int) -> Pixels:
    """A scene (3, h, w; 0 to 255) as RGB pixels of the size asked: lens, shutter, sensor."""
    height, width = planes.shape[1:]
    if blur_px > 0:
        planes = np.stack([blurred(plane, blur_px * width / 2400) for plane in planes])
    falloff = _falloff(height, width)
    lit = [cv2.multiply(plane, falloff, scale=exposure, dtype=cv2.CV_8U) for plane in planes]
    scene = cv2.resize(cv2.merge(lit), size, interpolation=cv2.INTER_CUBIC)
    return _noisy(np.asarray(scene, np.uint8), seed)


@lru_cache(maxsize=2)
def _falloff(height: int, width: int) -> Plane:
    """The lens's light, 1 in the middle and less towards the corners."""
    far = np.hypot(width, height) / 2
    x = np.linspace(-width / 2, width / 2, width, dtype=np.float32)[None, :] / far
    y = np.linspace(-height / 2, height / 2, height, dtype=np.float32)[:, None] / far
    return np.asarray(1 - _FALLOFF * (x * x + y * y), np.float32)


def _noisy(pixels: Pixels, seed: int) -> Pixels:
    """Add the sensor's noise in place, from a tile laid at random."""
    rng = Random(f"noise/{seed}")
    brighter, darker = _noise()
    height, width = pixels.shape[:2]
    for top in range(0, height, _BLOCK):
        for left in range(0, width, _BLOCK):
            block = pixels[top : top + _BLOCK, left : left + _BLOCK]
            y, x = rng.randrange(_NOISE_TILE - _BLOCK), rng.randrange(_NOISE_TILE - _BLOCK)
            part = slice(y, y + block.shape[0]), slice(x, x + block.shape[1])
            cv2.subtract(cv2.add(block, brighter[part]), darker[part], dst=block)
    return pixels


@lru_cache(maxsize=1)
def _noise() -> tuple[Pixels, Pixels]:
    """What a tile of noise adds and what it takes away; neighbours are alike, as after demosaicing."""
    rng = np.random.default_rng(0)
    raw = rng.normal(0, 1, (_NOISE_TILE, _NOISE_TILE, 3)).astype(np.float32)
    grain = cv2.GaussianBlur(raw + raw.mean(axis=2, keepdims=True), (0, 0), 0.6)
    whole = np.rint(grain * (_NOISE / grain.std()))
    return np.maximum(whole, 0).astype(np.uint8), np.maximum(-whole, 0).astype(np.uint8)


def encode_jpeg(image: Image.Image, shot: Shot, quality: int = 90) -> bytes:
    """An upright picture as the JPEG file of a shot; an orientation other than 1 stores it turned."""
    stored = image.transpose(AS_STORED[shot.orientation]) if shot.orientation != 1 else image
    file = io.BytesIO()
    stored.save(file, "JPEG", quality=quality, exif=_exif(shot, stored.size))
    return file.getvalue()


def _exif(shot: Shot, size: tuple[int, int]) -> Image.Exif:
    exif = Image.Exif()
    moment = f"{shot.taken_at:%Y:%m:%d %H:%M:%S}"
    fraction = f"{shot.taken_at.microsecond // 10_000:02d}"
    exif[Base.Make], exif[Base.Model] = shot.camera_make, shot.camera_model
    exif[Base.Orientation], exif[Base.DateTime] = shot.orientation, moment
    exif.get_ifd(IFD.Exif).update(
        {
            Base.DateTimeOriginal: moment,
            Base.DateTimeDigitized: moment,
            Base.SubsecTimeOriginal: fraction,
            Base.SubsecTimeDigitized: fraction,
            Base.ExifImageWidth: size[0],
            Base.ExifImageHeight: size[1],
        }
    )
    if shot.gps is not None:
        exif.get_ifd(IFD.GPSInfo).update(_gps(*shot.gps))
    return exif


def _gps(latitude: float, longitude: float) -> dict[int, object]:
    return {
        GPS.GPSLatitudeRef: "N" if latitude >= 0 else "S",
        GPS.GPSLatitude: _sexagesimal(abs(latitude)),
        GPS.GPSLongitudeRef: "E" if longitude >= 0 else "W",
        GPS.GPSLongitude: _sexagesimal(abs(longitude)),
    }


def _sexagesimal(degrees: float) -> tuple[float, float, float]:
    minutes, seconds = divmod(round(degrees * 3600, 2), 60)
    return float(minutes // 60), float(minutes % 60), seconds
