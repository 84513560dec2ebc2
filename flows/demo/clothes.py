"""Neck, shoulders and what is worn; lengths in half face widths from between the eyes."""

import cv2
import numpy as np

from flows.demo.canvas import (
    Canvas,
    Colour,
    Plane,
    Points,
    blurred,
    both,
    ellipse,
    ribbon,
    scaled,
    smooth,
)
from flows.demo.look import Look, Top

_BACKDROP: Colour = (100, 197, 255)
_SHADE: Colour = (0.55, 0.52, 0.55)
_FLOOR = 14.0
"""Where the body ends, far below any frame that holds a face of usual size."""


def body_outline(look: Look) -> Points:
    """The edge of neck side, shoulders and arms."""
    wide, drop = look.clothes.shoulders, 0.30 * look.clothes.slope
    right = [
        (0.0, 2.05),
        (0.50, 2.12),
        (0.85, 2.36),
        (1.30, 2.52 + 0.5 * drop),
        (wide - 0.38, 2.70 + drop),
        (wide - 0.12, 2.98 + drop),
        (wide - 0.02, 3.45 + drop),
        (wide, 4.2),
        (wide, 6.0),
        (wide - 0.05, _FLOOR),
        (0.0, _FLOOR),
    ]
    return both(right)


def _neck_width(look: Look) -> float:
    return 0.54 if look.woman else 0.66


def paint_neck(canvas: Canvas, look: Look) -> None:
    """The neck under the head's shadow."""
    wide, chin = _neck_width(look), 1.95
    neck = both(
        [(0.0, 0.8), (wide, 0.9), (wide, 1.9), (wide + 0.03, 2.2), (wide + 0.25, 2.45), (0.75, 3.2), (0, 3.6)]
    )
    with canvas.within(neck, soft=0.01) as skin:
        skin.paint(neck, scaled(look.skin.colour, 0.90))
        for side in (-1.0, 1.0):
            edge = np.array([(side * wide * 1.02, 0.9), (side * wide * 1.02, 2.6)])
            skin.shade(ribbon(edge, 0.3), (0.66, 0.54, 0.48), 0.8, soft=0.12)
            cord = smooth(
                [(side * 0.5 * wide, 1.7), (side * 0.36 * wide, 2.2), (side * 0.16, 2.75)], closed=False
            )
            skin.shade(ribbon(cord, 0.06), (0.84, 0.77, 0.73), 0.6, soft=0.05)
        skin.shade(
            both([(0, 0.5), (0.9, 0.6), (0.75, 0.85 * chin + 0.12), (0.4, chin + 0.17), (0, chin + 0.22)]),
            (0.60, 0.46, 0.40),
            0.85,
            soft=0.07,
        )
        skin.shade(ellipse(0, 2.72, 0.09, 0.10), (0.80, 0.70, 0.66), 0.6, soft=0.05)


def paint_clothes(canvas: Canvas, look: Look) -> None:
    """The body in the clothes that the look names."""
    _COSTUMES[look.top](canvas, look)


def _paint_body(canvas: Canvas, look: Look, colour: Colour, opening: Points) -> None:
    """Cloth over the whole body but the opening at the neck, with its folds and its round."""
    patch = canvas.patch(body_outline(look), soft=0.008)
    if patch is None:
        return
    cover = patch.cover
    hole = Canvas(
        np.zeros((1, *cover.shape), np.float32),
        canvas.unit,
        (canvas.origin[0] - patch.columns.start, canvas.origin[1] - patch.rows.start),
        canvas.turn_deg,
    )
    bare = hole.patch(opening, soft=0.006)
    light = _cloth_light(canvas, cover, look)
    if bare is not None:
        cover = cover.copy()
        cover[bare.rows, bare.columns] *= 1 - bare.cover
    planes = np.stack([np.minimum(np.float32(part) * light, 250) for part in colour])
    canvas.fill(patch._replace(cover=cover), planes)


def _cloth_light(canvas: Canvas, cover: Plane, look: Look) -> Plane:
    """Brightness of the cloth: round at the edges, folded, and finely woven."""
    round_ = blurred(cover, 0.30 * canvas.unit)
    rng = np.random.default_rng(look.seed + 7)
    height, width = cover.shape
    folds = _cloud(rng, (width, height), (7, 9)) * 0.018 + _cloud(rng, (width, height), (14, 26)) * 0.012
    weave = rng.normal(0, 0.018, (96, 96)).astype(np.float32)
    woven = np.tile(weave, (-(-height // 96), -(-width // 96)))[:height, :width]
    light: Plane = np.clip(0.42 + 0.60 * round_, 0, 1) * (1 + folds) + woven
    return light


def _cloud(rng: np.random.Generator, size: tuple[int, int], cells: tuple[int, int]) -> Plane:
    cloud: Plane = cv2.resize(rng.normal(0, 1, cells).astype(np.float32), size, interpolation=cv2.INTER_CUBIC)
    return cloud


def _seams(canvas: Canvas, look: Look, colour: Colour) -> None:
    """Where the sleeves are set in."""
    wide, drop = look.clothes.shoulders, 0.30 * look.clothes.slope
    for side in (-1.0, 1.0):
        seam = smooth(
            [
                (side * (wide - 0.48), 2.62 + drop),
                (side * (wide - 0.56), 3.2),
                (side * (wide - 0.62), 4.0),
                (side * (wide - 0.5), 5.5),
            ],
            closed=False,
        )
        canvas.shade(ribbon(seam + (side * 0.03, 0), 0.06), _SHADE, 0.35, soft=0.04)
        canvas.paint(ribbon(seam, 0.012), scaled(colour, 0.6), 0.6, soft=0.006)


def _vee(depth: float, wide: float) -> Points:
    """An opening at the neck that ends in a point."""
    return smooth(
        [
            (-wide, 1.7),
            (-wide, 2.2),
            (-0.6 * wide, 2.2 + 0.45 * depth),
            (0, 2.2 + depth),
            (0.6 * wide, 2.2 + 0.45 * depth),
            (wide, 2.2),
            (wide, 1.7),
        ],
        closed=False,
    )


def _collar(canvas: Canvas, look: Look, colour: Colour, depth: float, spread: float) -> None:
    """Two leaves of a shirt's collar that meet below the throat."""
    wide = _neck_width(look)
    for side in (-1.0, 1.0):
        leaf = np.array(
            [
                (wide + 0.06, 1.98),
                (wide + 0.17, 2.28),
                (wide + 0.02, 2.56),
                (spread, 2.36 + depth + 0.16),
                (0.015, 2.26 + depth),
                (0.30, 2.30 + 0.4 * depth),
                (wide - 0.03, 2.14),
            ]
        )
        leaf = leaf * (side, 1)
        canvas.shade(leaf + (side * 0.02, 0.05), _SHADE, 0.75, soft=0.035)
        with canvas.within(leaf, soft=0.006) as cloth:
            cloth.paint(leaf, scaled(colour, 0.98))
            cloth.shade(
                ribbon(
                    np.array(
                        [(side * (wide + 0.12), 1.9), (side * 0.25, 2.34 + 0.4 * depth), (0, 2.28 + depth)]
                    ),
                    0.12,
                ),
                (0.80, 0.79, 0.81),
                0.8,
                soft=0.05,
            )
            cloth.paint(ribbon(leaf[2:5] * (0.96, 0.992), 0.010), scaled(colour, 0.78), 0.7, soft=0.005)


def _placket(canvas: Canvas, colour: Colour, top: float) -> None:
    """The row of buttons down the front."""
    canvas.shade(ribbon(np.array([(0.13, top), (0.13, _FLOOR)]), 0.03), _SHADE, 0.30, soft=0.02)
    canvas.paint(
        ribbon(np.array([(0.115, top), (0.115, _FLOOR)]), 0.010), scaled(colour, 0.70), 0.7, soft=0.005
    )
    for number in range(12):
        y = top + 0.28 + 0.72 * number
        canvas.paint(ellipse(0.0, y + 0.012, 0.045, 0.045), scaled(colour, 0.6), 0.6, soft=0.012)
        canvas.paint(ellipse(0.0, y, 0.038, 0.038), scaled(colour, 0.88), soft=0.006)


def _shirt(canvas: Canvas, look: Look) -> None:
    _shirt_of(canvas, look, look.clothes.inner)


def _backdrop_blue(canvas: Canvas, look: Look) -> None:
    _shirt_of(canvas, look, scaled(_BACKDROP, 1.02))


def _shirt_of(canvas: Canvas, look: Look, colour: Colour) -> None:
    _paint_body(canvas, look, colour, _vee(0.42, _neck_width(look)))
    if look.clothes.stripes:
        _stripe(canvas, look, colour)
    _seams(canvas, look, colour)
    _placket(canvas, colour, 2.62)
    _collar(canvas, look, colour, 0.36, 0.30)


def _stripe(canvas: Canvas, look: Look, colour: Colour) -> None:
    with canvas.within(body_outline(look), soft=0.008) as cloth:
        for x in np.arange(-2.6, 2.6, 0.14):
            cloth.shade(
                ribbon(np.array([(x, 2.45), (1.02 * x, 6.0)]), 0.02), (0.80, 0.84, 0.92), 0.8, soft=0.006
            )


def _suit(canvas: Canvas, look: Look) -> None:
    wide = _neck_width(look)
    inner = look.clothes.inner
    _paint_body(canvas, look, inner, _vee(0.50, wide))
    _collar(canvas, look, inner, 0.42, 0.34)
    _jacket_over(canvas, look, look.clothes.suit)


def _suit_and_tie(canvas: Canvas, look: Look) -> None:
    inner: Colour = (238, 239, 242)
    _paint_body(canvas, look, inner, _vee(0.22, _neck_width(look)))
    _tie(canvas, look.clothes.tie)
    _collar(canvas, look, inner, 0.20, 0.36)
    _jacket_over(canvas, look, look.clothes.suit)


def _tie(canvas: Canvas, colour: Colour) -> None:
    knot = both([(0.0, 2.38), (0.155, 2.40), (0.105, 2.66), (0.0, 2.68)])
    blade = np.array([(-0.10, 2.62), (0.10, 2.62), (0.26, 4.6), (0.3, _FLOOR), (-0.3, _FLOOR), (-0.26, 4.6)])
    canvas.shade(blade + (0.03, 0.02), _SHADE, 0.7, soft=0.04)
    with canvas.within(blade, soft=0.006) as silk:
        silk.paint(blade, colour)
        for y in np.arange(2.4, 6.0, 0.22):
            silk.paint(
                ribbon(np.array([(-0.4, y + 0.25), (0.4, y - 0.1)]), 0.045),
                scaled(colour, 1.5),
                0.5,
                soft=0.006,
            )
        silk.shade(ribbon(np.array([(-0.2, 2.6), (-0.3, 5.0)]), 0.14), (0.6, 0.6, 0.62), 0.7, soft=0.06)
        silk.shade(ribbon(np.array([(0.2, 2.6), (0.3, 5.0)]), 0.10), (0.6, 0.6, 0.62), 0.7, soft=0.06)
    canvas.shade(knot + (0, 0.03), (0.4, 0.4, 0.42), 0.8, soft=0.03)
    canvas.paint(knot, scaled(colour, 1.12), soft=0.008)
    canvas.shade(knot * (0.7, 1.0) + (0.05, 0.05), (0.7, 0.7, 0.72), 0.6, soft=0.03)


def _jacket_over(canvas: Canvas, look: Look, colour: Colour) -> None:
    """A suit's jacket: body, lapels and their notches."""
    wide = _neck_width(look)
    opening = np.array(
        [
            (-wide - 0.22, 1.8),
            (-wide - 0.22, 2.32),
            (-0.52, 3.2),
            (-0.05, 4.55),
            (0.05, 4.55),
            (0.52, 3.2),
            (wide + 0.22, 2.32),
            (wide + 0.22, 1.8),
        ]
    )
    canvas.shade(smooth(ribbon(opening[1:4], 0.12)), _SHADE, 0.6, soft=0.05)
    canvas.shade(smooth(ribbon(opening[4:7], 0.12)), _SHADE, 0.6, soft=0.05)
    _paint_body(canvas, look, colour, opening)
    _seams(canvas, look, colour)
    for side in (-1.0, 1.0):
        collar = np.array(
            [(wide + 0.20, 2.26), (wide + 0.36, 2.36), (wide + 0.52, 2.86), (wide + 0.30, 3.02), (0.60, 3.00)]
        ) * (side, 1)
        lapel = np.array(
            [(0.60, 3.0), (wide + 0.30, 3.02), (wide + 0.58, 2.98), (1.02, 3.42), (0.04, 4.62)]
        ) * (side, 1)
        for piece in (lapel, collar):
            canvas.shade(piece + (side * 0.03, 0.03), (0.45, 0.45, 0.47), 0.8, soft=0.03)
            canvas.paint(piece, scaled(colour, 1.10), soft=0.006)
            canvas.paint(ribbon(np.vstack([piece, piece[:1]]), 0.012), scaled(colour, 1.45), 0.5, soft=0.005)


def _blouse(canvas: Canvas, look: Look) -> None:
    colour = look.clothes.outer
    opening = _vee(0.62, _neck_width(look) + 0.05)
    _paint_body(canvas, look, colour, opening)
    _seams(canvas, look, colour)
    _placket(canvas, colour, 2.86)
    _collar(canvas, look, colour, 0.56, 0.42)


def _polo(canvas: Canvas, look: Look) -> None:
    colour = look.clothes.outer
    _paint_body(canvas, look, colour, _vee(0.46, _neck_width(look)))
    _seams(canvas, look, colour)
    canvas.shade(ribbon(np.array([(0.1, 2.7), (0.1, 3.6)]), 0.02), _SHADE, 0.6, soft=0.01)
    for y in (2.95, 3.3):
        canvas.paint(ellipse(0, y, 0.035, 0.035), scaled(colour, 1.25), 0.8, soft=0.006)
    _collar(canvas, look, scaled(colour, 1.05), 0.42, 0.40)


def _sweater(canvas: Canvas, look: Look) -> None:
    """A round-necked sweater over a shirt's collar."""
    colour = look.clothes.outer
    inner: Colour = (236, 237, 240)
    _paint_body(canvas, look, inner, _vee(0.30, _neck_width(look)))
    _collar(canvas, look, inner, 0.26, 0.34)
    ring = both([(0.0, 1.7), (0.7, 1.8), (0.72, 2.25), (0.5, 2.72), (0.0, 2.86)])
    _paint_body(canvas, look, colour, ring)
    low = smooth([(-0.74, 2.25), (-0.52, 2.76), (0, 2.91), (0.52, 2.76), (0.74, 2.25)], closed=False)
    canvas.shade(ribbon(low - (0, 0.06), 0.06), _SHADE, 0.7, soft=0.03)
    canvas.paint(ribbon(low, 0.11), scaled(colour, 0.9), soft=0.008)
    canvas.shade(ribbon(low + (0, 0.07), 0.03), _SHADE, 0.5, soft=0.015)
    _seams(canvas, look, colour)


def _jacket(canvas: Canvas, look: Look) -> None:
    """A zipped jacket with a stand-up collar over a pale shirt."""
    colour = look.clothes.outer
    wide = _neck_width(look)
    _paint_body(canvas, look, look.clothes.inner, _vee(0.36, wide))
    _collar(canvas, look, look.clothes.inner, 0.3, 0.3)
    opening = _vee(1.25, wide + 0.2)
    _paint_body(canvas, look, colour, opening)
    _seams(canvas, look, colour)
    for side in (-1.0, 1.0):
        flap = smooth(
            [
                (wide + 0.16, 2.02),
                (wide + 0.36, 2.22),
                (wide + 0.30, 2.75),
                (0.42, 3.12),
                (0.30, 2.98),
                (wide + 0.02, 2.55),
            ]
        ) * (side, 1)
        canvas.shade(flap + (side * 0.03, 0.05), _SHADE, 0.7, soft=0.04)
        canvas.paint(flap, scaled(colour, 1.10), soft=0.008)
    canvas.paint(ribbon(np.array([(0.0, 3.42), (0.0, _FLOOR)]), 0.05), scaled(colour, 0.55), soft=0.008)
    canvas.paint(ribbon(np.array([(0.0, 3.42), (0.0, _FLOOR)]), 0.014), (170, 170, 172), 0.8, soft=0.004)


_COSTUMES = {
    Top.SHIRT: _shirt,
    Top.SUIT: _suit,
    Top.SUIT_AND_TIE: _suit_and_tie,
    Top.BLOUSE: _blouse,
    Top.POLO: _polo,
    Top.SWEATER: _sweater,
    Top.JACKET: _jacket,
    Top.BACKDROP_BLUE: _backdrop_blue,
}
