"""The outlined sitter -> facts of backdrop and clothes, and of the light that the backdrop shows.

What lamps make of a backdrop is told apart: a slope from edge to edge, shadows beside the sitter, and
whatever else is uneven.

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
from transforms.pixels import Pixels
from transforms.shadow import Beside, shadow_pct
from transforms.silhouette import Mask

Colours = NDArray[np.float64]
"""RGB, 0 to 255, the last axis the colour."""

_FACE_PX = 50
"""As many pixels for the face's width tell the colours about it, and shadows beside it, well enough."""
_ROWS, _COLUMNS = 3, 4
_TILE_FILL = 0.4
"""The share of a tile that must be backdrop for the tile to count."""
_FITS = 5
"""So many fits, each with less weight on what the last one left far off, settle to a level (measured)."""

_SAME_HUE = 0.98
"""The least cosine between two RGB colours that are one cloth in different light."""
_FACE_LUMA_MAX = 200.0
"""No face is brighter in good light (measured: 185 of the fairest)."""


class Backdrop(NamedTuple):
    """The facts of backdrop, clothes and light; `schemas.photo.Facts` says what each is."""

    backdrop_distance: float | None
    backdrop_spread: float | None
    backdrop_gradient: float | None
    backdrop_shadow_pct: float | None
    clothes_distance: float | None
    exposure_pct: float | None


class Scene(NamedTuple):
    """An upright RGB picture (h, w, 3), the sitter as a mask on it, the face, and what is cropped."""

    pixels: Pixels
    sitter: Mask
    face: Face
    cropped: tuple[slice, slice]

    @property
    def step(self) -> int:
        """Every so manieth row and column is looked at."""
        return max(1, int(self.face.width / _FACE_PX))


class Tiles(NamedTuple):
    """Pieces of backdrop: their colours (n, 3), and where they are (n, 2), down and along, 0 to 1."""

    colours: Colours
    places: NDArray[np.float64]


class Slope(NamedTuple):
    """A colour that changes evenly over a picture: at its middle (3,), and by going down and along (2, 3)."""

    middle: Colours
    steps: Colours

    def at(self, down: NDArray[np.float64], along: NDArray[np.float64]) -> Colours:
        """The colours (…, 3) at places that broadcast, 0 to 1."""
        by_row = (down[..., np.newaxis] - 0.5) * self.steps[0]
        return np.asarray(self.middle + by_row + (along[..., np.newaxis] - 0.5) * self.steps[1], np.float64)


def backdrop(scene: Scene, face_luma: float | None, reference: tuple[int, int, int]) -> Backdrop:
    """What stands behind and below the face, and how bright it is."""
    tiles = _tiles(scene)
    if not len(tiles.colours):
        return Backdrop(None, None, None, None, None, None)
    colour = np.median(tiles.colours, axis=0)
    light = exposure(colour, face_luma, reference)
    slope = slope_of(tiles)
    uneven = tiles.colours - slope.at(*tiles.places.T) + colour
    behind = in_full_light(colour, light)
    clothes = ciede2000(in_full_light(clothes_colours(scene), light), behind)
    return Backdrop(
        backdrop_distance=float(ciede2000(behind, in_full_light(np.array(reference), 1.0))),
        backdrop_spread=_farthest(in_full_light(uneven, light)),
        backdrop_gradient=_farthest(in_full_light(slope.at(*_CORNERS), light)),
        backdrop_shadow_pct=_shadow_pct(scene, slope),
        clothes_distance=float(clothes.min()) if clothes.size else None,
        exposure_pct=light * 100,
    )


_CORNERS = np.array([[0.0, 0.0, 1.0, 1.0], [0.0, 1.0, 0.0, 1.0]])


def slope_of(tiles: Tiles) -> Slope:
    """The slope that most tiles lie on: one dark tile among them does not bend it."""
    centre = tiles.places.mean(0)
    terms = np.hstack([np.ones((len(tiles.places), 1)), tiles.places - centre])
    share = np.ones((len(terms), 1))
    for _ in range(_FITS):
        weights, *_ = np.linalg.lstsq(terms * share, tiles.colours * share, rcond=None)
        left = np.linalg.norm(tiles.colours - terms @ weights, axis=1, keepdims=True)
        share = 1 / np.sqrt(np.maximum(left, 1.0))
    middle = weights[0] + (0.5 - centre) @ weights[1:]
    return Slope(np.asarray(middle, np.float64), np.asarray(weights[1:], np.float64))


def _farthest(colours: Lab) -> float:
    """The largest distance between two of these colours."""
    return float(ciede2000(colours[:, np.newaxis], colours[np.newaxis]).max())


def _shadow_pct(scene: Scene, slope: Slope) -> float | None:
    """How much darker the backdrop is beside the sitter than its slope has it there."""
    rows, columns = _above_chin(scene)
    step = scene.step
    seen = scene.pixels[rows, columns][::step, ::step]
    sitter = scene.sitter[rows, columns][::step, ::step]
    down, along = (np.linspace(0, 1, side) for side in seen.shape[:2])
    behind = slope.at(down[:, np.newaxis], along[np.newaxis])
    centre = int((scene.face.eyes.x - columns.start) / step)
    return shadow_pct(Beside(seen, behind, sitter, scene.face.width / step, centre))


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


def _above_chin(scene: Scene) -> tuple[slice, slice]:
    """The rows and columns of the crop, down to the chin."""
    rows, columns = scene.cropped
    return slice(rows.start, int(np.clip(scene.face.bottom, rows.start + 1, rows.stop))), columns


def _tiles(scene: Scene) -> Tiles:
    """The median colours of those tiles of the crop, above the chin, that are mostly backdrop."""
    rows, columns = _above_chin(scene)
    step = scene.step
    # The outline's rim is a mixture of sitter and backdrop: stay clear of it.
    rim = np.ones((max(3, int(0.05 * scene.face.width / step)),) * 2, np.uint8)
    free = cv2.dilate(scene.sitter[rows, columns][::step, ::step].astype(np.uint8), rim) == 0
    seen = scene.pixels[rows, columns][::step, ::step]
    parts = [
        (down, along) for down in _parts(free.shape[0], _ROWS) for along in _parts(free.shape[1], _COLUMNS)
    ]
    kept = [part for part in parts if free[part].size and free[part].mean() >= _TILE_FILL]
    colours = [np.median(seen[part][free[part]], axis=0) for part in kept]
    places = [_middle(free[part], part) / free.shape for part in kept]
    return Tiles(np.reshape(colours, (-1, 3)).astype(np.float64), np.reshape(places, (-1, 2)))


def _parts(length: int, count: int) -> list[slice]:
    edges = np.linspace(0, length, count + 1).astype(int).tolist()
    return [slice(*pair) for pair in pairwise(edges)]


def _middle(free: Mask, part: tuple[slice, slice]) -> NDArray[np.float64]:
    """The row and column about which a tile's backdrop lies."""
    rows, columns = np.nonzero(free)
    return np.array([rows.mean() + part[0].start + 0.5, columns.mean() + part[1].start + 0.5])


def clothes_colours(scene: Scene) -> Colours:
    """The median colours (n, 3) below the left shoulder, the chin and the right shoulder.

    The zones are found from the face and not from the outline: clothes like the backdrop have no outline.
    """
    height, width = scene.pixels.shape[:2]
    face = scene.face
    top = int(min(face.bottom + 0.45 * face.width, height * 23 / 24))
    rows = slice(top, int(max(top + 1, face.bottom + 0.75 * face.width)))
    edges = [int(np.clip(face.eyes.x + share * face.width, 0, width)) for share in (-0.65, -0.3, 0.3, 0.65)]
    step = scene.step
    zones = [scene.pixels[rows, left:right][::step, ::step] for left, right in pairwise(edges)]
    colours = [np.median(zone.reshape(-1, 3), axis=0) for zone in zones if zone.size]
    return np.array(colours, np.float64).reshape(-1, 3)
