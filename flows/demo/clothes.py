"""The neck, and every costume that a look can name; lengths as in `garments`."""

from collections.abc import Callable

import numpy as np

from flows.demo.canvas import Canvas, Colour, both, ellipse, ribbon, scaled, shifted, smooth
from flows.demo.garments import (
    CHIN,
    SHADE,
    Collar,
    Edge,
    neck_width,
    paint_buttons,
    paint_lapels,
    paint_stripes,
    paint_tie,
    worn,
)
from flows.demo.look import Look, Top

_BACKDROP: Colour = (100, 197, 255)
_WHITE: Colour = (232, 233, 236)


def paint_neck(canvas: Canvas, look: Look) -> None:
    """The neck under the head's shadow."""
    wide = neck_width(look)
    sides = [(0.7 * wide, 0.9), (0.94 * wide, 1.5), (wide, 1.95), (wide + 0.02, 2.1), (wide + 0.06, 2.35)]
    neck = both([(0.0, 0.8), *sides, (0.6, 3.2), (0, 3.7)])
    with canvas.within(neck, soft=0.01) as skin:
        skin.paint(neck, scaled(look.skin.colour, 0.92))
        for side in (-1.0, 1.0):
            edge = np.array([(side * wide * 1.02, 0.9), (side * wide * 1.02, 2.6)])
            skin.shade(ribbon(edge, 0.3), (0.66, 0.54, 0.48), 0.75, soft=0.12)
            cord = smooth(
                [(side * 0.5 * wide, 1.9), (side * 0.36 * wide, 2.3), (side * 0.15, 2.75)], closed=False
            )
            skin.shade(ribbon(cord, 0.06), (0.86, 0.79, 0.75), 0.6, soft=0.05)
        cast = both([(0, 0.5), (0.9, 0.6), (0.72, 0.85 * CHIN + 0.10), (0.4, CHIN + 0.15), (0, CHIN + 0.2)])
        skin.shade(cast, (0.60, 0.46, 0.40), 0.8, soft=0.07)
        skin.shade(ellipse(0, 2.74, 0.09, 0.10), (0.80, 0.70, 0.66), 0.6, soft=0.05)


def paint_clothes(canvas: Canvas, look: Look) -> None:
    """The body in the clothes that the look names."""
    _COSTUMES[look.top](canvas, look)


def _vee(look: Look, depth: float, out: float = 0.0) -> Edge:
    """An opening at the neck that ends in a point `depth` below the throat."""
    wide = neck_width(look) + out
    return [
        (wide, 2.16 + 0.5 * out),
        (0.62 * wide, 2.26 + 0.42 * depth),
        (0.2 * wide, 2.2 + 0.84 * depth),
        (0.0, 2.22 + depth),
    ]


def _shirt(canvas: Canvas, look: Look) -> None:
    _buttoned(canvas, look, look.clothes.inner, depth=0.36)


def _blouse(canvas: Canvas, look: Look) -> None:
    _buttoned(canvas, look, look.clothes.outer, depth=0.58)


def _backdrop_blue(canvas: Canvas, look: Look) -> None:
    _buttoned(canvas, look, scaled(_BACKDROP, 1.04), depth=0.36)


def _buttoned(canvas: Canvas, look: Look, colour: Colour, depth: float) -> None:
    collar = Collar(depth, 0.24 + 0.28 * depth)
    with worn(canvas, look, _vee(look, depth + 0.06), colour) as cloth:
        if look.clothes.stripes:
            paint_stripes(cloth)
        paint_buttons(cloth, colour, 2.26 + depth)
        collar.shade(cloth, look)
    collar.paint(canvas, look, colour)


def _suit(canvas: Canvas, look: Look) -> None:
    inner, collar = look.clothes.inner, Collar(0.42, 0.36)
    with worn(canvas, look, _vee(look, 0.48), inner) as cloth:
        paint_buttons(cloth, inner, 2.68, last=4.5)
        collar.shade(cloth, look)
    collar.paint(canvas, look, inner)
    _jacket_over(canvas, look)


def _suit_and_tie(canvas: Canvas, look: Look) -> None:
    collar = Collar(0.20, 0.36)
    with worn(canvas, look, _vee(look, 0.22), _WHITE) as cloth:
        paint_tie(cloth, look.clothes.tie)
        collar.shade(cloth, look)
    collar.paint(canvas, look, _WHITE)
    _jacket_over(canvas, look)


def _jacket_over(canvas: Canvas, look: Look) -> None:
    """A suit's jacket, closed by one button."""
    wide, colour = neck_width(look), look.clothes.suit
    opening: Edge = [(wide + 0.10, 2.20), (wide + 0.02, 2.5), (0.50, 3.1), (0.25, 3.85), (0.0, 4.65)]
    shade = smooth(opening, closed=False)
    for side in (-1.0, 1.0):
        canvas.shade(ribbon(shade[8:] * (side, 1), 0.12), SHADE, 0.5, soft=0.05)
    with worn(canvas, look, opening, colour) as cloth:
        paint_lapels(cloth, look, colour)
        cloth.shade(ribbon(np.array([(0.02, 4.6), (0.1, 9.0)]), 0.05), SHADE, 0.8, soft=0.02)
        cloth.paint(ellipse(-0.06, 4.85, 0.07, 0.07), scaled(colour, 0.55), soft=0.01)


def _polo(canvas: Canvas, look: Look) -> None:
    colour, collar = look.clothes.outer, Collar(0.38, 0.40)
    with worn(canvas, look, _vee(look, 0.44), colour) as cloth:
        paint_buttons(cloth, colour, 2.5, last=3.5)
        collar.shade(cloth, look)
    collar.paint(canvas, look, scaled(colour, 1.05))


def _sweater(canvas: Canvas, look: Look) -> None:
    """A round-necked sweater over a shirt's collar."""
    colour, wide, collar = look.clothes.outer, neck_width(look), Collar(0.24, 0.34)
    with worn(canvas, look, _vee(look, 0.28), _WHITE) as shirt:
        collar.shade(shirt, look)
    collar.paint(canvas, look, _WHITE)
    ring: Edge = [(wide + 0.10, 2.22), (wide + 0.02, 2.48), (0.42, 2.78), (0.0, 2.88)]
    hem = smooth([*ring[1:], *((-x, y) for x, y in ring[-2:0:-1])], closed=False)
    canvas.shade(ribbon(shifted(hem, 0, -0.03), 0.07), SHADE, 0.6, soft=0.03)
    with worn(canvas, look, ring, colour) as cloth:
        cloth.paint(ribbon(shifted(hem, 0, 0.05), 0.10), scaled(colour, 0.93), soft=0.008)
        cloth.shade(ribbon(shifted(hem, 0, 0.12), 0.03), SHADE, 0.5, soft=0.012)


def _jacket(canvas: Canvas, look: Look) -> None:
    """A zipped jacket, its collar turned down, over a pale shirt."""
    colour, wide, inner = look.clothes.outer, neck_width(look), look.clothes.inner
    collar = Collar(0.28, 0.30)
    with worn(canvas, look, _vee(look, 0.34), inner) as shirt:
        paint_buttons(shirt, inner, 2.55, last=3.6)
        collar.shade(shirt, look)
    collar.paint(canvas, look, inner)
    opening: Edge = [(wide + 0.10, 2.20), (wide - 0.02, 2.6), (0.30, 3.05), (0.12, 3.3), (0.0, 3.55)]
    shade = smooth(opening, closed=False)
    for side in (-1.0, 1.0):
        canvas.shade(ribbon(shade[8:] * (side, 1), 0.12), SHADE, 0.5, soft=0.05)
    with worn(canvas, look, opening, colour) as cloth:
        _turn_down(cloth, look, colour)
        zip_line = np.array([(0.0, 3.4), (0.0, 8.4)])
        cloth.shade(ribbon(zip_line, 0.12), SHADE, 0.6, soft=0.03)
        cloth.paint(ribbon(zip_line, 0.03), (150, 150, 154), 0.9, soft=0.006)


def _turn_down(cloth: Canvas, look: Look, colour: Colour) -> None:
    wide = neck_width(look)
    for side in (-1.0, 1.0):
        flap = smooth(
            [
                (wide + 0.02, 2.08),
                (wide + 0.30, 2.26),
                (wide + 0.24, 2.75),
                (0.56, 3.22),
                (0.22, 3.16),
                (wide - 0.06, 2.6),
            ]
        )
        cloth.shade(shifted(flap * (side, 1), side * 0.03, 0.05), SHADE, 0.8, soft=0.04)
        cloth.paint(flap * (side, 1), scaled(colour, 1.10), soft=0.008)


_COSTUMES: dict[Top, Callable[[Canvas, Look], None]] = {
    Top.SHIRT: _shirt,
    Top.SUIT: _suit,
    Top.SUIT_AND_TIE: _suit_and_tie,
    Top.BLOUSE: _blouse,
    Top.POLO: _polo,
    Top.SWEATER: _sweater,
    Top.JACKET: _jacket,
    Top.BACKDROP_BLUE: _backdrop_blue,
}
