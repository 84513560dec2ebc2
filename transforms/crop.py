"""A head in its source -> the crop that fits the profile best.

A crop is never turned and never leaves the source. Of all crops that keep every limit the one is taken whose
worst margin is largest. Where none keeps them all, the first limit in the order of sacrifice gives way that
lets the others be kept, so that the reason names what is wrong with the picture: a high bun is a crown out of
place, not a face too narrow.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from schemas.profile import Limit, PhotoSpec

Numbers = NDArray[np.float64]

SACRIFICE = ("crown_px", "centre_offset_px", "eye_line_px", "face_width_px")
"""What gives way first where the limits cannot all be met."""
_SLACK = 0.05
"""The least margin of a kept limit where another gives way: a limit kept by a hair is lost in rounding."""
_SCALES = 160
_BEYOND_PX = 80
"""How far outside its limit the eye line is still tried."""


class Head(NamedTuple):
    """What a crop is placed by, in pixels of the source (w, h); a crown of None could not be told."""

    crown: float | None
    eye_line: float
    centre: float
    face_width: float
    source: tuple[float, float]


class Crop(NamedTuple):
    """A crop box in source pixels, and delivered pixels per source pixel."""

    left: float
    top: float
    width: float
    height: float
    scale: float


def on_grid(crop: Crop, head: Head, spec: PhotoSpec, pixel: int) -> Crop:
    """The crop on whole pixels, each `pixel` source pixels wide, so that what is cut out is what is said."""
    across, down = (int(side // pixel) for side in head.source)
    shape = spec.height_px.value / spec.width_px.value
    width = max(1, min(round(crop.width / pixel), across, int(down / shape)))
    height = max(1, round(width * shape))
    left, top = min(round(crop.left / pixel), across - width), min(round(crop.top / pixel), down - height)
    return Crop(
        left * pixel, top * pixel, width * pixel, height * pixel, spec.width_px.value / (width * pixel)
    )


def choose(head: Head, spec: PhotoSpec) -> Crop:
    """The best crop for this head; it enlarges only where no crop would keep the limits otherwise."""
    smallest = max(spec.width_px.value / head.source[0], spec.height_px.value / head.source[1])
    largest = max(smallest, 1.5 * (spec.limit("face_width_px").max or np.inf) / head.face_width)
    allowed = min(largest, spec.limit("scale").max or largest)
    if smallest > allowed:
        return _best(head, spec, smallest, largest)[1]
    margin, crop = _best(head, spec, smallest, allowed)
    if margin >= 0:
        return crop
    enlarged_margin, enlarged = _best(head, spec, smallest, largest)
    return enlarged if enlarged_margin >= 0 else crop


def _best(head: Head, spec: PhotoSpec, smallest: float, largest: float) -> tuple[float, Crop]:
    """The best crop between two scales, with its worst margin."""
    scales = np.geomspace(smallest, largest, _SCALES)[:, np.newaxis]
    widths, heights = spec.width_px.value / scales, spec.height_px.value / scales
    lefts = np.clip(head.centre - widths / 2, 0, np.maximum(head.source[0] - widths, 0))
    tops = np.clip(head.eye_line - _eye_lines(spec) / scales, 0, np.maximum(head.source[1] - heights, 0))
    margins = _margins(head, spec, scales, lefts, tops)
    worst, at = _pick(margins)
    scale, left, top = float(scales[at[0], 0]), float(lefts[at[0], 0]), float(tops[at])
    return worst, Crop(left, top, spec.width_px.value / scale, spec.height_px.value / scale, scale)


def _margins(
    head: Head, spec: PhotoSpec, scales: Numbers, lefts: Numbers, tops: Numbers
) -> dict[str, Numbers]:
    """By fact, how far inside its limit each crop is: 1 in the middle, 0 on the edge, negative outside."""
    facts = {
        "centre_offset_px": np.abs((head.centre - lefts) * scales - spec.width_px.value / 2) + 0 * tops,
        "eye_line_px": (head.eye_line - tops) * scales,
        "face_width_px": head.face_width * scales + 0 * tops,
    }
    if head.crown is not None:
        facts["crown_px"] = (head.crown - tops) * scales
    return {fact: _margin(values, spec.limit(fact)) for fact, values in facts.items()}


def _eye_lines(spec: PhotoSpec) -> Numbers:
    """The eye lines to try, one for every delivered pixel."""
    limit = spec.limit("eye_line_px")
    low, high = limit.min or 0, limit.max or spec.height_px.value
    return np.arange(low - _BEYOND_PX, high + _BEYOND_PX, dtype=np.float64)[np.newaxis]


def _margin(values: Numbers, limit: Limit) -> Numbers:
    """1 in the middle of the limit, 0 on its edge, negative outside; without `min`, zero is the middle."""
    high = np.inf if limit.max is None else limit.max
    low = -high if limit.min is None else limit.min
    half = (high - low) / 2
    return np.asarray(1 - np.abs(values - low - half) / half, np.float64)


def _pick(margins: dict[str, Numbers]) -> tuple[float, tuple[int, int]]:
    """The worst margin of the best crop, and that crop's place."""
    every = np.minimum.reduce(list(margins.values()))
    if every.max() >= 0:
        return float(every.max()), _place(every)
    for given_up in SACRIFICE:
        others = np.minimum.reduce([margin for fact, margin in margins.items() if fact != given_up])
        if given_up in margins and others.max() >= _SLACK:
            return float(every.max()), _place(np.where(others >= _SLACK, margins[given_up], -np.inf))
    return float(every.max()), _place(every)


def _place(values: Numbers) -> tuple[int, int]:
    row, column = np.unravel_index(int(values.argmax()), values.shape)
    return int(row), int(column)
