"""The outlined sitter -> facts of backdrop and clothes, and of the light that the backdrop shows.

A backdrop is a reference card: the same colour, only darker, means too little light, not another cloth.
Colours are therefore compared as they would look in full light.
"""

from itertools import pairwise
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from transforms.colour import Lab, ciede2000, lab
from transforms.faces import Face
from transforms.silhouette import Mask

Pixels = NDArray[np.uint8]
Colours = NDArray[np.float64]
"""RGB, 0 to 255, the last axis the colour."""

_SAMPLING = 2
"""Every so manieth row and column tells the backdrop's colour well enough."""
_ROWS, _COLUMNS = 3, 4
_TILE_FILL = 0.4
"""The share of a tile that must be backdrop for the tile to count."""


_SAME_HUE = 0.98
"""The least cosine between two RGB colours that are one cloth in different light."""
_FACE_LUMA_MAX = 200.0
"""No face is brighter in good light (measured: 185 of the fairest)."""


class Backdrop(NamedTuple):
    """The facts of backdrop, clothes and light; `schemas.photo.Facts` says what each is."""

    backdrop_distance: float | None
    backdrop_spread: float | None
    clothes_distance: float | None
    exposure_pct: float | None


class Scene(NamedTuple):
    """An upright RGB picture (h, w, 3), the sitter as a mask on it, the face, and what is cropped."""

    pixels: Pixels
    sitter: Mask
    face: Face
    cropped: tuple[slice, slice]


def backdrop(scene: Scene, face_luma: float | None, reference: tuple[int, int, int]) -> Backdrop:
    """What stands behind and below the face, and how bright it is."""
    tiles = _tile_colours(scene)
    if not len(tiles):
        return Backdrop(None, None, None, None)
    colour = np.median(tiles, axis=0)
    light = exposure(colour, face_luma, reference)
    behind, parts = in_full_light(colour, light), in_full_light(tiles, light)
    clothes = ciede2000(in_full_light(clothes_colours(scene), light), behind)
    return Backdrop(
        backdrop_distance=float(ciede2000(behind, in_full_light(np.array(reference), 1.0))),
        backdrop_spread=float(ciede2000(parts[:, np.newaxis], parts[np.newaxis]).max()),
        clothes_distance=float(clothes.min()) if clothes.size else None,
        exposure_pct=light * 100,
    )


def exposure(colour: Colours, face_luma: float | None, reference: tuple[int, int, int]) -> float:
    """How bright a backdrop (3,) is beside its reference, as a share; 1 where that says nothing of the light.

    It does not for another colour, nor where the face is brighter than so little light would allow: then the
    cloth is dark.

    >>> exposure(np.array([35.0, 69.0, 89.0]), 60.0, (100, 197, 255))
    0.3495
    >>> exposure(np.array([51.0, 143.0, 178.0]), 170.0, (100, 197, 255))
    1.0
    """
    aim = np.array(reference, np.float64)
    share = float(colour @ aim / (aim @ aim))
    alike = float(colour @ aim / max(float(np.linalg.norm(colour) * np.linalg.norm(aim)), 1e-9))
    told = alike >= _SAME_HUE and (face_luma or 0.0) <= _FACE_LUMA_MAX * share
    return round(share, 4) if told else 1.0


def in_full_light(colours: Colours, light: float) -> Lab:
    """RGB colours (…, 3) in CIELAB, as they would be with all the light; what is bright enough stays."""
    brightened = np.clip(np.rint(colours / min(light, 1.0)), 0, 255).astype(np.uint8)
    return lab(brightened.reshape(1, -1, 3)).reshape(colours.shape)


def _tile_colours(scene: Scene) -> Colours:
    """The median colours (n, 3) of those tiles of the crop, above the chin, that are mostly backdrop."""
    rows, columns = scene.cropped
    rows = slice(rows.start, int(np.clip(scene.face.bottom, rows.start + 1, rows.stop)))
    # The outline's rim is a mixture of sitter and backdrop: stay clear of it.
    rim = np.ones((max(3, int(0.05 * scene.face.width)),) * 2, np.uint8)
    free = cv2.dilate(scene.sitter[rows, columns].astype(np.uint8), rim)[::_SAMPLING, ::_SAMPLING] == 0
    seen = scene.pixels[rows, columns][::_SAMPLING, ::_SAMPLING]
    colours = [
        np.median(part[mask], axis=0)
        for band, masks in zip(np.array_split(seen, _ROWS), np.array_split(free, _ROWS), strict=True)
        for part, mask in zip(
            np.array_split(band, _COLUMNS, axis=1), np.array_split(masks, _COLUMNS, axis=1), strict=True
        )
        if mask.size and mask.mean() >= _TILE_FILL
    ]
    return np.array(colours, np.float64).reshape(-1, 3)


def clothes_colours(scene: Scene) -> Colours:
    """The median colours (n, 3) below the left shoulder, the chin and the right shoulder.

    The zones are found from the face and not from the outline: clothes like the backdrop have no outline.
    """
    height, width = scene.pixels.shape[:2]
    face = scene.face
    top = int(min(face.bottom + 0.45 * face.width, height * 23 / 24))
    rows = slice(top, int(max(top + 1, face.bottom + 0.75 * face.width)))
    edges = [int(np.clip(face.eyes.x + share * face.width, 0, width)) for share in (-0.65, -0.3, 0.3, 0.65)]
    zones = [scene.pixels[rows, left:right] for left, right in pairwise(edges)]
    colours = [np.median(zone.reshape(-1, 3), axis=0) for zone in zones if zone.size]
    return np.array(colours, np.float64).reshape(-1, 3)
