"""What no photo may have been through: edits of delivered pixels, each as slight as it must be found."""

from collections.abc import Callable
from functools import partial
from io import BytesIO

import cv2
import numpy as np
from PIL import Image

from schemas.photo import Facts
from tests.photo_builders import as_file

Pixels = np.ndarray
Edit = Callable[[Pixels, Facts], Pixels]


def warped(matrix, pixels, facts):
    return cv2.warpAffine(
        pixels, np.float32(matrix), (480, 640), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )


def mirrored(pixels, facts):
    return pixels[:, ::-1]


def with_spot(levels, pixels, facts):
    """6 by 6 px on the cheek."""
    x, y = int(facts.left_eye_x_px), int(facts.eye_line_px + 50)
    spotted = pixels.copy()
    spotted[y : y + 6, x : x + 6] += levels
    return spotted


def smoothed(by, pixels, facts):
    """The face alone, with a soft border."""
    apart = facts.right_eye_x_px - facts.left_eye_x_px
    middle = int((facts.left_eye_x_px + facts.right_eye_x_px) / 2), int(facts.eye_line_px + apart / 2)
    face = np.zeros(pixels.shape[:2], np.float32)
    cv2.ellipse(face, middle, (int(0.95 * apart), int(1.3 * apart)), 0, 0, 360, 1, -1)
    share = cv2.GaussianBlur(face, (0, 0), 4)[..., np.newaxis]
    return pixels * (1 - share) + by(pixels) * share


def bilateral(pixels):
    return cv2.bilateralFilter(pixels, 9, 30, 5)


def gaussian(pixels):
    return cv2.GaussianBlur(pixels, (0, 0), 1)


def shifted(colour, pixels, facts):
    return pixels + np.float32(colour)


def of_contrast(gain, pixels, facts):
    return (pixels - 128) * gain + 128


def bordered(pixels, facts):
    """2 px of black at the left, drawn over the picture."""
    framed = pixels.copy()
    framed[:, :2] = 0
    return framed


def squeezed(pixels, facts):
    """2 px at both sides, like what is beside them; the picture narrower by as much."""
    narrow = cv2.resize(pixels, (476, 640), interpolation=cv2.INTER_AREA)
    return np.pad(narrow, ((0, 0), (2, 2), (0, 0)), mode="edge")


def sharpened(pixels, facts):
    return pixels + 0.75 * (pixels - gaussian(pixels))


EDITS: dict[str, tuple[Edit, str]] = {
    "mirrored": (mirrored, "mirrored"),
    "turned by 0.5 degrees": (partial(warped, cv2.getRotationMatrix2D((240, 320), 0.5, 1)), "moved"),
    "wider by 1 %": (partial(warped, [[1.01, 0, -2.4], [0, 1, 0]]), "moved"),
    "lower by 1 %": (partial(warped, [[1, 0, 0], [0, 0.99, 3.2]]), "moved"),
    "2 px further down": (partial(warped, [[1, 0, 0], [0, 1, 2]]), "moved"),
    "2 px of padding at both sides": (squeezed, "moved"),
    "2 px of black": (bordered, "retouched"),
    "a brighter spot": (partial(with_spot, 25), "retouched"),
    "a darker spot": (partial(with_spot, -25), "retouched"),
    "skin under a bilateral filter": (partial(smoothed, bilateral), "smoothed"),
    "skin under a Gaussian": (partial(smoothed, gaussian), "smoothed"),
    "sharpened": (sharpened, "sharpened"),
    "redder by 4 levels": (partial(shifted, (4, 0, 0)), "recoloured"),
    "greener by 4 levels": (partial(shifted, (0, 4, 0)), "recoloured"),
    "less blue by 4 levels": (partial(shifted, (0, 0, -4)), "recoloured"),
    "brighter by 4 levels": (partial(shifted, (4, 4, 4)), "recoloured"),
    "4 % more contrast": (partial(of_contrast, 1.04), "contrast"),
    "4 % less contrast": (partial(of_contrast, 0.96), "contrast"),
}  # fmt: skip
"""Each edit, and the kind that it is told as."""


def edited(photo: bytes, facts: Facts, name: str, quality: int | None = None) -> bytes:
    """A delivered photo with a forbidden edit, written anew as the engine writes."""
    with Image.open(BytesIO(photo)) as file:
        pixels = np.asarray(file, np.float32)
    changed = EDITS[name][0](pixels, facts)
    return as_photo(Image.fromarray(changed.round().clip(0, 255).astype(np.uint8)), quality or facts.quality)


def as_photo(image: Image.Image, quality: int) -> bytes:
    """An image as a photo's file."""
    return as_file(image, quality=quality, optimize=True, subsampling="4:2:0", dpi=(300, 300))
