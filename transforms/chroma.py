"""A picture -> how much colour there is in it."""

import numpy as np

from transforms.colour import lab
from transforms.pixels import Pixels

_SAMPLING = 4
_COLOURFUL = 95
"""The percentile: a twentieth of the picture, less than any face takes of it, must have some colour."""


def chroma(picture: Pixels) -> float:
    """The CIELAB chroma of an RGB picture (h, w, 3) where it is colourful; 0 of a grey one."""
    _, a, b = np.moveaxis(lab(picture[::_SAMPLING, ::_SAMPLING]), -1, 0)
    return float(np.percentile(np.hypot(a, b), _COLOURFUL))
