"""The outlined sitter -> facts of backdrop and clothes."""

from itertools import pairwise
from typing import NamedTuple

import cv2
import numpy as np

from transforms.colour import Lab, ciede2000
from transforms.faces import Face
from transforms.silhouette import Mask

_SAMPLING = 2
"""Every so manieth row and column tells the backdrop's colour well enough."""
_ROWS, _COLUMNS = 3, 4
_TILE_FILL = 0.4
"""The share of a tile that must be backdrop for the tile to count."""


class Backdrop(NamedTuple):
    """The facts of backdrop and clothes; `schemas.photo.Facts` says what each is."""

    backdrop_distance: float | None
    backdrop_spread: float | None
    clothes_distance: float | None


def backdrop(picture: Lab, sitter: Mask, face: Face, reference: Lab) -> Backdrop:
    """What stands behind and below the face in a CIELAB picture (h, w, 3) cropped as it is delivered."""
    chin = int(np.clip(face.bottom, 1, len(picture)))
    # The outline's rim is a mixture of sitter and backdrop: stay clear of it.
    rim = np.ones((max(3, int(0.05 * face.width)),) * 2, np.uint8)
    free = cv2.dilate(sitter.astype(np.uint8), rim)[:chin] == 0
    seen, free = picture[:chin][::_SAMPLING, ::_SAMPLING], free[::_SAMPLING, ::_SAMPLING]
    tiles = _tile_colours(seen, np.asarray(free, np.bool_))
    if not len(tiles):
        return Backdrop(None, None, None)
    colour = np.median(seen[free], axis=0)
    return Backdrop(
        backdrop_distance=float(ciede2000(colour, reference)),
        backdrop_spread=float(ciede2000(tiles[:, np.newaxis], tiles[np.newaxis]).max()),
        clothes_distance=clothes_distance(picture, face, colour),
    )


def _tile_colours(picture: Lab, free: Mask) -> Lab:
    """The median colours (n, 3) of those tiles of the picture that are mostly backdrop."""
    colours = [
        np.median(tile[seen], axis=0)
        for rows, masks in zip(np.array_split(picture, _ROWS), np.array_split(free, _ROWS), strict=True)
        for tile, seen in zip(
            np.array_split(rows, _COLUMNS, axis=1), np.array_split(masks, _COLUMNS, axis=1), strict=True
        )
        if seen.size and seen.mean() >= _TILE_FILL
    ]
    return np.array(colours, np.float32).reshape(-1, 3)


def clothes_distance(picture: Lab, face: Face, backdrop_colour: Lab) -> float | None:
    """How far the clothes are from the backdrop: the nearest of left shoulder, middle and right shoulder.

    The zones lie in the lowest twelfth of the picture, where a bust is broad, and are found from the face and
    not from the outline: clothes like the backdrop have no outline.
    """
    height = len(picture)
    rows = slice(int(height * 11 / 12), height)
    edges = (-0.65, -0.3, 0.3, 0.65)
    distances = [
        float(ciede2000(np.median(zone.reshape(-1, 3), axis=0), backdrop_colour))
        for near, far in pairwise(edges)
        if (zone := picture[rows, _column(face, near, picture) : _column(face, far, picture)]).size
    ]
    return min(distances, default=None)


def _column(face: Face, widths: float, picture: Lab) -> int:
    return int(np.clip(face.eyes.x + widths * face.width, 0, picture.shape[1]))
