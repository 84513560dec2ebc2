"""A backdrop as it is and as its slope has it -> how dark a shadow the sitter casts on it."""

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from transforms.pixels import Pixels

Numbers = NDArray[np.float32]
Mask = NDArray[np.bool_]

_SAME_HUE = 0.99
"""The least cosine between two RGB colours of one cloth in different light: no hair or skin is so blue."""
_GREYISH = 0.97
"""The cosine between a backdrop and grey above which skin, hair and clothes may have its hue."""
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


class Beside(NamedTuple):
    """Pixels (h, w, 3), the backdrop as it should be there, the sitter's mask, face width and middle column.

    A deep shadow may lie in the mask: the sitter is told from a coloured backdrop by hue.
    """

    seen: Pixels
    behind: NDArray[np.float64]
    sitter: Mask
    face_width: float
    centre: int


def shadow_pct(scene: Beside) -> float | None:
    """How much darker the backdrop is beside the sitter than it should be, in percent; None if unseen.

    Of the two sides of the sitter's middle, from the crown down in three parts each, the darkest counts.
    """
    face_width, centre = scene.face_width, max(scene.centre, 0)
    light, cloth = _light_on(scene.seen.astype(np.float32), scene.behind.astype(np.float32))
    if not _is_coloured(scene.behind):
        cloth[scene.sitter] = 0
    rim = np.ones((2 * max(1, round(_RIM * face_width)) + 1,) * 2, np.uint8)
    reach = np.ones((2 * max(1, round(_REACH * face_width)) + 1,) * 2, np.uint8)
    open_cloth = cv2.morphologyEx(cloth, cv2.MORPH_OPEN, rim)
    beside = cv2.bitwise_and(cv2.dilate(1 - open_cloth, reach), cv2.erode(open_cloth, rim))
    occupied = np.nonzero((open_cloth == 0).any(1))[0]
    crown = int(occupied[0]) if len(occupied) else 0
    shades = [
        float(1 - np.percentile(part[mask > 0], _DARKEST))
        for side in (slice(0, centre), slice(centre, None))
        for part, mask in zip(
            np.array_split(light[crown:, side], _THIRDS),
            np.array_split(beside[crown:, side], _THIRDS),
            strict=True,
        )
        if np.count_nonzero(mask) >= _PIXELS_MIN
    ]
    return 100 * max(0.0, *shades) if shades else None


def _is_coloured(behind: NDArray[np.float64]) -> bool:
    """Whether the backdrop's hue tells it from skin, hair and clothes."""
    colour = behind.reshape(-1, 3).mean(0)
    return bool(colour.sum() < _GREYISH * np.sqrt(3) * np.linalg.norm(colour))


def _light_on(seen: Numbers, behind: Numbers) -> tuple[Numbers, Pixels]:
    """How bright each pixel is beside the backdrop, as a share, and whether it may be backdrop at all."""
    along = np.einsum("ijk,ijk->ij", seen, behind)
    full = np.einsum("ijk,ijk->ij", behind, behind)
    own = np.einsum("ijk,ijk->ij", seen, seen)
    light = along / np.maximum(full, 1.0)
    alike = along * along >= _SAME_HUE**2 * full * own
    return cv2.blur(light, (3, 3)), (alike & (light >= _LIGHT_MIN)).astype(np.uint8)
