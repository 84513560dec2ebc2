"""A photo against its source: is it a resampled crop of it, and nothing else?

The crop that the photo is said to be is taken from the source at full size, scaled by another kernel than the
engine's and compressed by the photo's own tables, so that what scaling and JPEG do to a picture is done to
both. What is left between the two is held against limits, each between the most that honest photos showed and
the least that a forbidden edit did.

Measured on 40 portraits, real and drawn, of 0.6 to 24 megapixels, delivered at qualities 60 to 95 with 4:2:0.
The edits: mirroring, turning by 0.5 degrees, stretching by 1 %, 2 px of padding, 25 levels on 6 by 6 px,
bilateral, median and Gaussian smoothing of the skin, an unsharp mask of 0.75, 4 levels on one colour channel,
4 % of contrast. A photo scaled by an engine as soft as a linear filter would be told as smoothed.
"""

from collections.abc import Iterator
from enum import StrEnum
from io import BytesIO
from itertools import product
from math import hypot
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, JpegImagePlugin

from transforms.pixels import Pixels

Numbers = NDArray[np.float32]

MIRRORED = 0.998
"""Correlation. Mirrored: 0.999. An even face before an even backdrop has 0.996 with its own mirror image."""
MOVED_PX = 1.0
"""Honest: 0.5, for a crop on whole pixels of a reduced source. Edits: 1.8, for 2 px of padding."""
_IN_PLACE_PX = 0.05
"""What is so near is taken where it was said to be: the fit itself is no surer than 0.02."""
TONE = 1.2
"""Levels. Honest: 0.3. Edits: 2.0, for 4 levels on a blue that is clipped in places."""
CONTRAST = 0.015
"""Honest: 0.003. Edits: 0.033."""
PATCH, _PATCH_PX = 10.0, 6
"""Levels of brightness. Honest: 4.7. Edits: 18.7."""
TINT, _TINT_PX = 7.0, 12
"""Levels of the colour planes, which JPEG stores at half size. Honest: 3.0."""
REGION, _REGION_PX = 2.0, 48
"""Levels of any plane. Honest: 1.0."""
SMOOTHED, SHARPENED, _DETAIL_PX = 0.72, 1.21, 64
"""Fine detail left, 1 being all. Honest: 0.77 to 1.16. Smoothing: 0.70 at most. Sharpening: 1.27 at least."""
_FINE_PX, _DETAIL_LEVELS = 2.0, 2.0
"""What is fine, and how much of it there must be (root mean square) for its loss to be told from JPEG's."""


class Box(NamedTuple):
    """A crop's place in its upright source, in source pixels."""

    left: float
    top: float
    width: float
    height: float


class Spot(NamedTuple):
    """A value, and the pixel of the photo around which it was found."""

    value: float
    x: int
    y: int


class Difference(NamedTuple):
    """What is left between a photo and the same crop of its source, in delivered pixels and 8-bit levels.

    `likeness` correlates both, `mirrored` the photo and the crop mirrored. `moved_px` is how far a corner
    stands from its place. `tone` is the largest shift of a colour channel's mean, `contrast` the gain of the
    brightness, 0 being none. `patch`, `tint` and `region` are where squares of growing size differ most;
    `least` and `most` where the least and the most of the fine detail is left.
    """

    likeness: float
    mirrored: float
    moved_px: float
    tone: float
    contrast: float
    patch: Spot
    tint: Spot
    region: Spot
    least: Spot
    most: Spot


class Kind(StrEnum):
    """What no photo may be."""

    MIRRORED = "mirrored"
    MOVED = "moved"
    RETOUCHED = "retouched"
    RECOLOURED = "recoloured"
    CONTRAST = "contrast"
    SMOOTHED = "smoothed"
    SHARPENED = "sharpened"


class Edit(NamedTuple):
    """A forbidden edit, how much of it, and where it shows most; (0, 0) where it is everywhere."""

    kind: Kind
    value: float
    x: int = 0
    y: int = 0


def edits(found: Difference) -> Iterator[Edit]:
    """The edits that a difference gives away; of a photo that is not where it should be, that alone."""
    if found.mirrored > max(found.likeness, MIRRORED):
        yield Edit(Kind.MIRRORED, found.mirrored)
    elif found.moved_px > MOVED_PX:
        yield Edit(Kind.MOVED, found.moved_px)
    else:
        whole = tuple(_edits_everywhere(found))
        yield from whole
        yield from _edits_somewhere(found, coarse=not whole)


def _edits_everywhere(found: Difference) -> Iterator[Edit]:
    if found.tone > TONE:
        yield Edit(Kind.RECOLOURED, found.tone)
    if abs(found.contrast) > CONTRAST:
        yield Edit(Kind.CONTRAST, found.contrast)


def _edits_somewhere(found: Difference, *, coarse: bool) -> Iterator[Edit]:
    """Edits of a part; what a change of the whole would explain as well is left out unless `coarse`."""
    limits = [(found.patch, PATCH), *([(found.tint, TINT), (found.region, REGION)] if coarse else [])]
    spot, limit = max(limits, key=lambda seen: seen[0].value / seen[1])
    if spot.value > limit:
        yield Edit(Kind.RETOUCHED, *spot)
    if found.least.value < SMOOTHED:
        yield Edit(Kind.SMOOTHED, *found.least)
    if found.most.value > SHARPENED:
        yield Edit(Kind.SHARPENED, *found.most)


def difference(photo: bytes, source: Pixels, box: Box) -> Difference:
    """How a JPEG differs from `box` of its upright sRGB source; OSError where it cannot be read.

    A crop may be rounded to whole pixels of a reduced source, so the box is moved to where the photo fits
    best, by MOVED_PX at most.
    """
    picture = Image.fromarray(source)
    shown, coding = _opened(photo)
    claimed = _remade(picture, box, coding)
    fit = _fit(_planes(shown)[..., 0], _planes(claimed)[..., 0])
    is_off = _IN_PLACE_PX < fit.moved_px <= MOVED_PX
    meant = _remade(picture, fit.settled(box, coding.size), coding) if is_off else claimed
    seen, wanted = _planes(shown), _planes(meant)
    least, most = _detail(seen[..., 0], wanted[..., 0])
    return Difference(
        likeness=_alike(shown, claimed),
        mirrored=_alike(shown, claimed[:, ::-1]),
        moved_px=fit.moved_px,
        tone=float(np.abs((shown - meant).mean((0, 1))).max()),
        contrast=fit.gain,
        patch=_largest((seen - wanted)[..., :1], _PATCH_PX),
        tint=_largest((seen - wanted)[..., 1:], _TINT_PX),
        region=_largest(seen - wanted, _REGION_PX),
        least=least,
        most=most,
    )


class _Coding(NamedTuple):
    """How a JPEG was written: its size (w, h), its quantisation tables, its chroma sampling."""

    size: tuple[int, int]
    tables: dict[int, list[int]]
    sampling: int


class _Fit(NamedTuple):
    """By how much a photo is brighter where its crop is, and where it shows what the crop has.

    `across` and `down` are the way in px at the photo's middle, and what is added to it at the right and at
    the lower edge.
    """

    gain: float
    across: Numbers
    down: Numbers

    @property
    def moved_px(self) -> float:
        """How far the corner that went farthest is from its place."""
        corners = [np.array((1, u, v)) for u, v in product((-1, 1), repeat=2)]
        return max(hypot(self.across @ corner, self.down @ corner) for corner in corners)

    def settled(self, box: Box, size: tuple[int, int]) -> Box:
        """The upright box that the photo shows, if it was claimed to show `box`."""
        left, width = _settled(box.left, box.width, box.width / size[0] * self.across[[0, 1]])
        top, height = _settled(box.top, box.height, box.height / size[1] * self.down[[0, 2]])
        return Box(left, top, width, height)


def _settled(begin: float, length: float, way: Numbers) -> tuple[float, float]:
    """Where a stretch begins and its length, once its middle went that way and its end so much farther."""
    middle, end = way.tolist()
    return begin + middle - end, length + 2 * end


def _opened(photo: bytes) -> tuple[Numbers, _Coding]:
    with Image.open(BytesIO(photo), formats=["JPEG"]) as file:
        tables: dict[int, list[int]] = getattr(file, "quantization", {})
        return _rgb(file), _Coding(file.size, tables, JpegImagePlugin.get_sampling(file))


def _remade(picture: Image.Image, box: Box, coding: _Coding) -> Numbers:
    """The box at the photo's size, written and read again as the photo was."""
    left, top = max(box.left, 0), max(box.top, 0)
    right, bottom = min(box.left + box.width, picture.width), min(box.top + box.height, picture.height)
    small = picture.resize(coding.size, Image.Resampling.BICUBIC, box=(left, top, right, bottom))
    buffer = BytesIO()
    small.save(buffer, "JPEG", qtables=coding.tables, subsampling=coding.sampling)
    with Image.open(buffer) as again:
        return _rgb(again)


def _rgb(image: Image.Image) -> Numbers:
    return np.asarray(image.convert("RGB"), np.float32)


def _planes(rgb: Numbers) -> Numbers:
    """Brightness and the two colour planes, in levels."""
    return np.asarray(cv2.cvtColor(rgb / 255, cv2.COLOR_RGB2YCrCb) * 255, np.float32)


def _fit(shown: Numbers, meant: Numbers) -> _Fit:
    """The small way and the gain that best explain one plane by another, by least squares."""
    soft, softer = (np.asarray(cv2.GaussianBlur(plane, (0, 0), 1.0), np.float64) for plane in (shown, meant))
    slope_down, slope_across = np.gradient(softer)
    height, width = softer.shape
    v, u = np.meshgrid(np.linspace(-1, 1, height), np.linspace(-1, 1, width), indexing="ij")
    causes = np.stack([
        np.ones_like(u), softer - softer.mean(), slope_across, slope_across * u, slope_across * v,
        slope_down, slope_down * u, slope_down * v,
    ]).reshape(8, -1)  # fmt: skip
    shares = np.linalg.lstsq(causes @ causes.T, causes @ (soft - softer).ravel(), rcond=None)[0]
    return _Fit(float(shares[1]), *np.float32(shares[2:]).reshape(2, 3))


def _alike(one: Numbers, other: Numbers) -> float:
    """The correlation of two pictures; 0 where one is flat."""
    first, second = (each.ravel() - each.mean() for each in (one, other))
    whole = float(np.linalg.norm(first) * np.linalg.norm(second))
    return float(first @ second) / whole if whole else 0.0


def _largest(residual: Numbers, side: int) -> Spot:
    """The square of that side whose mean is farthest from 0 in any plane."""
    means = np.abs(cv2.blur(residual, (side, side))).reshape(*residual.shape[:2], -1).max(axis=2)
    y, x = np.unravel_index(int(means.argmax()), means.shape)
    return Spot(float(means[y, x]), int(x), int(y))


def _detail(shown: Numbers, meant: Numbers) -> tuple[Spot, Spot]:
    """Where the least and the most is left of the fine detail that should be there; 1 where there is none."""
    mine, right = (plane - cv2.GaussianBlur(plane, (0, 0), _FINE_PX) for plane in (shown, meant))
    half = (min(_DETAIL_PX, *shown.shape) - 1) // 2
    power, both = _inner_means(right * right, half), _inner_means(mine * right, half)
    kept = np.where(power > _DETAIL_LEVELS**2, both / np.maximum(power, 1e-6), 1)
    spots = []
    for place in (kept.argmin(), kept.argmax()):
        y, x = np.unravel_index(int(place), kept.shape)
        spots.append(Spot(float(kept[y, x]), int(x) + half, int(y) + half))
    return spots[0], spots[1]


def _inner_means(plane: Numbers, half: int) -> Numbers:
    """The means of all squares that reach `half` pixels to each side and lie wholly within a plane."""
    height, width = plane.shape
    means = cv2.blur(plane, (2 * half + 1, 2 * half + 1))
    return np.asarray(means[half : height - half, half : width - half], np.float32)
