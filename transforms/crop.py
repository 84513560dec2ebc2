"""A head in its source -> the crop that fits the profile best.

A crop is never turned and never leaves the source. Of all crops that keep every limit the one is taken whose
worst margin is largest. Where none keeps them all, the first limit in the order of sacrifice gives way that
lets the others be kept, so that the reason names what is wrong with the picture: a high bun is a crown out of
place, not a face too narrow.
"""

from collections.abc import Collection
from functools import reduce
from itertools import combinations
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
_FARTHER = 4
"""How far beyond any fitting scale it is asked what could be kept there instead."""
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


class Box(NamedTuple):
    """Where a person placed a crop, in pixels of the source; its height follows from its width."""

    left: float
    top: float
    width: float


def placed(box: Box, spec: PhotoSpec) -> Crop:
    """The crop of a box."""
    shape = spec.height_px.value / spec.width_px.value
    return Crop(box.left, box.top, box.width, box.width * shape, spec.width_px.value / box.width)


def on_grid(crop: Crop, head: Head, spec: PhotoSpec, pixel: int) -> Crop:
    """The crop on whole pixels, each `pixel` source pixels wide, so that what is cut out is what is said."""
    across, down = (int(side // pixel) for side in head.source)
    shape = spec.height_px.value / spec.width_px.value
    width = max(1, min(round(crop.width / pixel), across, int(down / shape)))
    height = max(1, round(width * shape))
    left = max(0, min(round(crop.left / pixel), across - width))
    top = max(0, min(round(crop.top / pixel), down - height))
    return Crop(
        left * pixel, top * pixel, width * pixel, height * pixel, spec.width_px.value / (width * pixel)
    )


def choose(head: Head, spec: PhotoSpec) -> Crop:
    """The best crop for this head; it enlarges only where no crop would keep the limits otherwise."""
    smallest, largest = _reach(head, spec)
    allowed = min(largest, spec.limit("scale").max or largest)
    if smallest > allowed:
        return _best(head, spec, smallest, largest)[1]
    margin, crop = _best(head, spec, smallest, allowed)
    if margin >= 0:
        return crop
    enlarged_margin, enlarged = _best(head, spec, smallest, largest)
    return enlarged if enlarged_margin >= 0 else crop


def conflict(head: Head, spec: PhotoSpec) -> tuple[str, ...]:
    """The fewest limits that no crop keeps together; none where some crop keeps all of them."""
    smallest, largest = _reach(head, spec)
    near = _with_scale(_tried(head, spec, smallest, largest), spec)
    if _kept(near, near):
        return ()
    anywhere = _tried(head, spec, smallest, _FARTHER * largest, spec.height_px.value)
    margins = _with_scale(anywhere, spec)
    facts = [fact for fact in (*SACRIFICE, "scale") if fact in margins]
    together = (some for count in range(1, len(facts)) for some in combinations(facts, count))
    return next((some for some in together if not _kept(margins, some)), tuple(facts))


def _with_scale(tried: "_Tried", spec: PhotoSpec) -> dict[str, Numbers]:
    """The margins of crops, that of their scale among them."""
    return tried.margins | {"scale": _margin(tried.scales, spec.limit("scale"))}


def _kept(margins: dict[str, Numbers], facts: Collection[str]) -> bool:
    """Whether some crop keeps the limits of all these facts."""
    return bool(reduce(np.minimum, (margins[fact] for fact in facts)).max() >= 0)


class _Tried(NamedTuple):
    """Crops that were tried: scales (n, 1), left edges (n, 1), top edges (n, m), and margins by fact."""

    scales: Numbers
    lefts: Numbers
    tops: Numbers
    margins: dict[str, Numbers]


def _reach(head: Head, spec: PhotoSpec) -> tuple[float, float]:
    """The scale at which the source just holds a crop, and one at which any face is too wide."""
    smallest = max(spec.width_px.value / head.source[0], spec.height_px.value / head.source[1])
    return smallest, max(smallest, 1.5 * (spec.limit("face_width_px").max or np.inf) / head.face_width)


def _best(head: Head, spec: PhotoSpec, smallest: float, largest: float) -> tuple[float, Crop]:
    """The best crop between two scales, with its worst margin."""
    tried = _tried(head, spec, smallest, largest)
    worst, at = _pick(tried.margins)
    scale, left, top = float(tried.scales[at[0], 0]), float(tried.lefts[at[0], 0]), float(tried.tops[at])
    return worst, Crop(left, top, spec.width_px.value / scale, spec.height_px.value / scale, scale)


def _tried(head: Head, spec: PhotoSpec, smallest: float, largest: float, beyond: int = _BEYOND_PX) -> _Tried:
    """Crops inside the source at scales between two, as near as may be to the middle and to each eye line."""
    scales = np.geomspace(smallest, largest, _SCALES)[:, np.newaxis]
    widths, heights = spec.width_px.value / scales, spec.height_px.value / scales
    lefts = np.clip(head.centre - widths / 2, 0, np.maximum(head.source[0] - widths, 0))
    tops = np.clip(
        head.eye_line - _eye_lines(spec, beyond) / scales, 0, np.maximum(head.source[1] - heights, 0)
    )
    return _Tried(scales, lefts, tops, _margins(head, spec, scales, lefts, tops))


def _margins(
    head: Head, spec: PhotoSpec, scales: Numbers, lefts: Numbers, tops: Numbers
) -> dict[str, Numbers]:
    """By fact, how far inside its limit each crop is: 1 in the middle, 0 on the edge, negative outside.

    What depends on the scale alone has one column for all eye lines.
    """
    facts = {
        "centre_offset_px": np.abs((head.centre - lefts) * scales - spec.width_px.value / 2),
        "eye_line_px": (head.eye_line - tops) * scales,
        "face_width_px": head.face_width * scales,
    }
    if head.crown is not None:
        facts["crown_px"] = (head.crown - tops) * scales
    return {fact: _margin(values, spec.limit(fact)) for fact, values in facts.items()}


def _eye_lines(spec: PhotoSpec, beyond: int) -> Numbers:
    """The eye lines to try, one for every delivered pixel, as far outside their limit as asked."""
    limit = spec.limit("eye_line_px")
    low, high = limit.min or 0, limit.max or spec.height_px.value
    return np.arange(low - beyond, high + beyond, dtype=np.float64)[np.newaxis]


def _margin(values: Numbers, limit: Limit) -> Numbers:
    """1 in the middle of the limit, 0 on its edge, negative outside; without `min`, zero is the middle."""
    high = np.inf if limit.max is None else limit.max
    low = -high if limit.min is None else limit.min
    half = (high - low) / 2
    return np.asarray(1 - np.abs(values - low - half) / half, np.float64)


def _pick(margins: dict[str, Numbers]) -> tuple[float, tuple[int, int]]:
    """The worst margin of the best crop, and that crop's place."""
    every = reduce(np.minimum, margins.values())
    if every.max() >= 0:
        return float(every.max()), _place(every)
    for given_up in SACRIFICE:
        others = reduce(np.minimum, (margin for fact, margin in margins.items() if fact != given_up))
        if given_up in margins and others.max() >= _SLACK:
            return float(every.max()), _place(np.where(others >= _SLACK, margins[given_up], -np.inf))
    return float(every.max()), _place(every)


def _place(values: Numbers) -> tuple[int, int]:
    row, column = np.unravel_index(int(values.argmax()), values.shape)
    return int(row), int(column)
