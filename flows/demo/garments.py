"""Cloth and the pieces clothes are made of; lengths in half face widths on a body whose chin is at `CHIN`."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

import cv2
import numpy as np

from flows.demo.canvas import (
    Canvas,
    Colour,
    Plane,
    Points,
    blurred,
    ellipse,
    mirrored,
    ribbon,
    scaled,
    shifted,
    smooth,
)
from flows.demo.look import Look

CHIN = 1.95
"""The chin of the body that is dressed here; a shorter face draws its shoulders up with it."""
FLOOR = 17.0
"""Below any frame."""
SHADE: Colour = (0.55, 0.52, 0.55)
"""What a shadow leaves of cloth's colours."""

Edge = list[tuple[float, float]]


def neck_width(look: Look) -> float:
    """From the middle to the neck's side."""
    return 0.56 if look.woman else 0.68


def body_outline(look: Look) -> Points:
    """The edge of shoulders, arms and all below, over the neck's root."""
    right = _right_side(look)
    return smooth(np.vstack([right, mirrored(right)]))


def _right_side(look: Look) -> Edge:
    wide, drop = look.clothes.shoulders, 0.30 * look.clothes.slope
    return [
        (neck_width(look) - 0.08, 2.08),
        (neck_width(look) + 0.10, 2.24),
        (0.98, 2.40 + 0.1 * drop),
        (1.40, 2.52 + 0.5 * drop),
        (wide - 0.40, 2.68 + drop),
        (wide - 0.15, 2.90 + drop),
        (wide - 0.04, 3.25 + drop),
        (wide, 4.1),
        (wide + 0.02, 6.5),
        (wide - 0.08, 8.2),
        (wide - 0.4, 8.8),
        (1.5, 9.4),
        (1.4, FLOOR),
    ]


def garment(look: Look, opening: Edge) -> Points:
    """The body's outline, open at the neck; `opening` is its right half, from the neck to the middle."""
    neck = opening[0][0]
    right = np.array([opening[0], *(point for point in _right_side(look) if point[0] > neck + 0.05)])
    outer = smooth(right, closed=False)
    inner = smooth(np.vstack([np.array(opening), mirrored(opening[:-1])]), closed=False)
    return np.vstack([outer, mirrored(outer), inner[::-1]])


@contextmanager
def worn(canvas: Canvas, look: Look, opening: Edge, colour: Colour) -> Iterator[Canvas]:
    """A canvas of lit and folded cloth in the shape of a garment, on which its details can be painted."""
    shape = garment(look, opening)
    with canvas.within(shape, soft=0.007) as cloth:
        whole = cloth.patch(shape)
        if whole is not None:
            light = _cloth_light(cloth.unit, whole.cover, look.seed)
            cloth.planes[:, whole.rows, whole.columns] = np.stack([part * light for part in colour])
            _fold(cloth, look)
            _set_sleeves(cloth, look)
        yield cloth


def _cloth_light(unit: float, cover: Plane, seed: int) -> Plane:
    """Brightness of cloth: round at its edges, lit from above, uneven, and finely woven."""
    rng = np.random.default_rng(seed)
    height, width = cover.shape
    uneven = cv2.resize(rng.normal(0, 0.015, (9, 8)).astype(np.float32), (width, height))
    thread = rng.normal(0, 0.016, (96, 96)).astype(np.float32)
    woven = np.tile(thread, (-(-height // 96), -(-width // 96)))[:height, :width]
    above = np.linspace(0.04, -0.06, height, dtype=np.float32)[:, None]
    edges = 0.50 + 0.53 * blurred(cover, 0.20 * unit)
    return np.asarray(edges * (1 + uneven + woven + above), np.float32)


def _fold(cloth: Canvas, look: Look) -> None:
    """Soft creases that run from the armpits, each with a lit side."""
    rng = np.random.default_rng(look.seed + 1)
    arm = look.clothes.shoulders - 0.55
    for side in (-1.0, 1.0):
        for _ in range(3):
            x, y = arm + rng.uniform(-0.15, 0.1), rng.uniform(3.1, 4.0)
            run, fall = rng.uniform(0.4, 0.9), rng.uniform(-0.35, 0.5)
            line = smooth([(x, y), (x - 0.5 * run, y + 0.3 * fall), (x - run, y + fall)], closed=False) * (
                side,
                1,
            )
            widths = np.linspace(0.10, 0.02, len(line))
            cloth.shade(ribbon(line, widths), (0.78, 0.77, 0.79), 0.6, soft=0.05)
            cloth.shade(ribbon(shifted(line, 0, -0.07), widths * 0.7), (1.14, 1.14, 1.14), 0.6, soft=0.05)


def _set_sleeves(cloth: Canvas, look: Look) -> None:
    """The seams at which the sleeves are set in, and the arms' shadow on the body."""
    wide, drop = look.clothes.shoulders, 0.30 * look.clothes.slope
    for side in (-1.0, 1.0):
        knots = [
            (wide - 0.46, 2.4 + drop),
            (wide - 0.50, 3.0 + drop),
            (wide - 0.62, 3.7),
            (wide - 0.66, 4.6),
            (wide - 0.62, 8.6),
        ]
        seam = smooth(knots, closed=False) * (side, 1)
        cloth.shade(ribbon(seam[16:], 0.12), SHADE, 0.5, soft=0.06)
        cloth.shade(ribbon(seam, 0.014), (0.62, 0.60, 0.62), 0.6, soft=0.006)


class Collar(NamedTuple):
    """Two leaves that meet `depth` below the throat, their points `spread` from the middle."""

    depth: float
    spread: float

    def leaf(self, look: Look, side: float) -> Points:
        """One leaf's outline."""
        wide, depth = neck_width(look), self.depth
        outer = [(wide + 0.02, 2.0), (wide + 0.12, 2.20), (wide + 0.06, 2.50), (self.spread, 2.52 + depth)]
        inner = [(0.015, 2.26 + depth), (0.30, 2.30 + 0.4 * depth), (wide - 0.06, 2.12)]
        return np.array(outer + inner) * (side, 1)

    def shade(self, cloth: Canvas, look: Look) -> None:
        """The shadow that the leaves cast on the cloth below."""
        for side in (-1.0, 1.0):
            cloth.shade(shifted(self.leaf(look, side), side * 0.02, 0.05), SHADE, 0.75, soft=0.035)

    def paint(self, canvas: Canvas, look: Look, colour: Colour) -> None:
        """The leaves about the neck."""
        wide, depth = neck_width(look), self.depth
        for side in (-1.0, 1.0):
            leaf = self.leaf(look, side)
            roll = np.array([(wide + 0.08, 1.95), (0.26, 2.34 + 0.4 * depth), (0, 2.28 + depth)]) * (side, 1)
            with canvas.within(leaf, soft=0.006) as cloth:
                cloth.paint(leaf, scaled(colour, 0.98))
                cloth.shade(ribbon(roll, 0.12), (0.80, 0.79, 0.81), 0.8, soft=0.05)
                cloth.paint(ribbon(leaf[2:5] * (0.96, 0.992), 0.010), scaled(colour, 0.78), 0.7, soft=0.005)


def paint_buttons(cloth: Canvas, colour: Colour, top: float, last: float = 8.0) -> None:
    """A row of buttons down the front, and the edge that they close."""
    cloth.shade(ribbon(np.array([(0.13, top), (0.13, last)]), 0.04), SHADE, 0.35, soft=0.02)
    cloth.paint(ribbon(np.array([(0.115, top), (0.115, last)]), 0.010), scaled(colour, 0.70), 0.7, soft=0.005)
    for y in np.arange(top + 0.28, last, 0.72):
        cloth.paint(ellipse(0.0, y + 0.012, 0.045, 0.045), scaled(colour, 0.6), 0.6, soft=0.012)
        cloth.paint(ellipse(0.0, y, 0.038, 0.038), scaled(colour, 0.88), soft=0.006)


def paint_tie(cloth: Canvas, colour: Colour) -> None:
    """A striped tie, its knot at the throat."""
    knot = np.array([(-0.15, 2.40), (0.15, 2.40), (0.10, 2.67), (-0.10, 2.67)])
    blade = np.array([(-0.10, 2.62), (0.10, 2.62), (0.27, 4.8), (0.3, 7.0), (-0.3, 7.0), (-0.27, 4.8)])
    cloth.shade(shifted(blade, 0.03, 0.02), SHADE, 0.7, soft=0.04)
    with cloth.within(blade, soft=0.006) as silk:
        silk.paint(blade, colour)
        stripes = [
            ribbon(np.array([(-0.4, y + 0.25), (0.4, y - 0.1)]), 0.045) for y in np.arange(2.5, 7.0, 0.24)
        ]
        silk.paint_all(stripes, scaled(colour, 1.45), 0.5, soft=0.006)
        for side in (-1, 1):
            silk.shade(
                ribbon(np.array([(side * 0.17, 2.6), (side * 0.3, 5.0)]), 0.12),
                (0.6, 0.6, 0.62),
                0.7,
                soft=0.06,
            )
    cloth.shade(shifted(knot, 0, 0.04), (0.4, 0.4, 0.42), 0.8, soft=0.03)
    cloth.paint(knot, scaled(colour, 1.1), soft=0.012)
    cloth.shade(np.array([(0.02, 2.42), (0.15, 2.4), (0.1, 2.66)]), (0.7, 0.7, 0.72), 0.7, soft=0.03)


def paint_stripes(cloth: Canvas) -> None:
    """Fine stripes down a shirt."""
    lines = [
        ribbon(np.array([(x, 2.0), (x, 3.0), (1.02 * x, 9.0)]), 0.018) for x in np.arange(-2.5, 2.5, 0.13)
    ]
    patch = cloth.patch(*lines, soft=0.006)
    if patch is not None:
        for index, share in enumerate((0.20, 0.15, 0.07)):
            cloth.planes[index, patch.rows, patch.columns] *= 1 - share * patch.cover


def paint_lapels(cloth: Canvas, look: Look, colour: Colour) -> None:
    """A suit's collar and lapels."""
    wide = neck_width(look)
    for side in (-1.0, 1.0):
        collar = [
            (wide + 0.12, 2.10),
            (wide + 0.34, 2.30),
            (wide + 0.50, 2.86),
            (wide + 0.30, 3.00),
            (0.52, 2.98),
        ]
        lapel = [
            (0.52, 2.96),
            (wide + 0.28, 3.0),
            (wide + 0.58, 2.96),
            (wide + 0.42, 3.45),
            (0.0, 4.75),
            (0.0, 4.5),
        ]
        for knots in (lapel, collar):
            piece = np.array(knots) * (side, 1)
            cloth.shade(shifted(piece, side * 0.03, 0.03), (0.45, 0.45, 0.47), 0.8, soft=0.03)
            cloth.paint(piece, scaled(colour, 1.10), soft=0.006)
            cloth.paint(ribbon(np.vstack([piece, piece[:1]]), 0.012), scaled(colour, 1.5), 0.45, soft=0.006)
