"""A backdrop as it is and as its slope has it -> how dark a shadow the sitter casts on it."""

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
Numbers = NDArray[np.float32]

_SAME_HUE = 0.99
"""The least cosine between two RGB colours of one cloth in different light: no hair or skin is so blue."""
_LIGHT_MIN = 0.55
"""The least of its brightness that a backdrop keeps in a sitter's shadow; what is darker is the sitter."""
_RIM = 0.05
"""Of the face's width: mixtures of hair and backdrop along the outline look like shadow, but are narrower."""
_REACH = 0.25
"""Of the face's width: so far beside the outline a shadow is looked for."""
_THIRDS = 3
_PIXELS_MIN = 20
_DARKEST = 25
"""The percentile that is a part's shadow: a quarter of the part must lie in it."""


def shadow_pct(seen: Pixels, behind: NDArray[np.float64], face_width: float, centre: int) -> float | None:
    """How much darker the backdrop is beside the sitter than `behind` has it, in percent; None if unseen.

    Of the two sides of the sitter's middle, from the crown down in three parts each, the darkest counts.
    """
    light, cloth = _light_on(seen.astype(np.float32), behind.astype(np.float32))
    rim = np.ones((2 * max(1, round(_RIM * face_width)) + 1,) * 2, np.uint8)
    reach = np.ones((2 * max(1, round(_REACH * face_width)) + 1,) * 2, np.uint8)
    open_cloth = cv2.morphologyEx(cloth, cv2.MORPH_OPEN, rim)
    beside = cv2.bitwise_and(cv2.dilate(1 - open_cloth, reach), cv2.erode(open_cloth, rim))
    occupied = np.nonzero((open_cloth == 0).any(1))[0]
    crown = int(occupied[0]) if len(occupied) else 0
    shades = [
        float(1 - np.percentile(part[mask > 0], _DARKEST))
        for side in (slice(0, max(centre, 0)), slice(max(centre, 0), None))
        for part, mask in zip(
            np.array_split(light[crown:, side], _THIRDS),
            np.array_split(beside[crown:, side], _THIRDS),
            strict=True,
        )
        if np.count_nonzero(mask) >= _PIXELS_MIN
    ]
    return 100 * max(0.0, *shades) if shades else None


def _light_on(seen: Numbers, behind: Numbers) -> tuple[Numbers, Pixels]:
    """How bright each pixel is beside the backdrop, as a share, and whether it may be backdrop at all."""
    along = np.einsum("ijk,ijk->ij", seen, behind)
    full = np.einsum("ijk,ijk->ij", behind, behind)
    own = np.einsum("ijk,ijk->ij", seen, seen)
    light = along / np.maximum(full, 1.0)
    alike = along * along >= _SAME_HUE**2 * full * own
    return cv2.blur(light, (3, 3)), (alike & (light >= _LIGHT_MIN)).astype(np.uint8)
