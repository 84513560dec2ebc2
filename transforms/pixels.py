"""What pictures are to computing: arrays of pixels."""

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
"""Rows by columns, and by channels where there are several: (h, w) or (h, w, 3) in RGB."""
