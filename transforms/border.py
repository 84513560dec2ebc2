"""The delivered pixels -> how wide a border runs along one of their edges.

A border is a strip of one colour with a straight inner edge, where most of the picture changes at once: so
a backdrop, hair or clothes that run out of the picture are none. A black strip under black clothes cannot be
told.
"""

import numpy as np

from transforms.pixels import Pixels

_DEEPEST = 1 / 3
"""Of the picture: what reaches farther in is no strip along the edge."""
_EVEN = 6.0
"""Standard deviation, of 255, that noise and JPEG leave in a line of one colour (measured: 3)."""
_SAME = 10.0
_STEP = 24
"""Of 255: lines of one strip differ by less than the first, strip and picture by more than the second."""
_CHANGED = 0.6
"""The share of the line that changes at a border's inner edge; at a crown or an arm it is under a half."""
_AHEAD = 1 / 100
"""Of the picture: within so many lines the change is over, though a scan may lie a little askew."""
_SAMPLING = 8
"""Every so manieth pixel of a line tells its colour well enough."""


def border_px(picture: Pixels) -> int:
    """The width in pixels of the widest border along any edge of an RGB picture (h, w, 3)."""
    across = picture.transpose(1, 0, 2)
    return max(_strip(edge) for edge in (picture, picture[::-1], across, across[::-1]))


def _strip(picture: Pixels) -> int:
    """How many rows the border along the top edge has."""
    deep = int(len(picture) * _DEEPEST)
    if not deep:
        return 0
    planes = np.ascontiguousarray(picture[:deep, ::_SAMPLING].transpose(2, 0, 1), np.float32)
    means = planes.mean(2)
    alike = (np.abs(means.T - means[:, 0]).max(1) < _SAME) & (planes.std(2).max(0) <= _EVEN)
    width = int(np.append(alike, False).argmin())
    inside = width + max(1, round(len(picture) * _AHEAD))
    if width == 0 or inside >= deep:
        return 0
    changed = np.abs(planes[:, inside].T - means[:, 0]).max(1) >= _STEP
    return width if changed.mean() >= _CHANGED else 0
