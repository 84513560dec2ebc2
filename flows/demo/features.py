"""Eyes, brows, nose and mouth, painted on the lit skin; lengths in half face widths from between the eyes."""

from collections.abc import Callable
from random import Random

import numpy as np

from flows.demo.canvas import Canvas, Colour, Points, ellipse, ribbon, scaled, shifted, smooth, tapered
from flows.demo.look import Look

_LASH: Colour = (30, 22, 21)
_WHITE: Colour = (232, 226, 222)
_LAMP: Colour = (250, 250, 252)
_SHADOW: Colour = (0.72, 0.60, 0.55)

Place = Callable[[object], Points]


def paint_features(canvas: Canvas, look: Look) -> None:
    """Paint what makes the lit skin a face."""
    for side in (-1.0, 1.0):
        _paint_eye(canvas, look, side)
        _paint_brow(canvas, look, side)
        _paint_fold(canvas, look, side)
    _paint_nose(canvas, look)
    _paint_mouth(canvas, look)
    _paint_marks(canvas, look)


def eye_centre(look: Look, side: float) -> tuple[float, float]:
    """The middle of the pupil; `side` is -1 for the eye on the viewer's left."""
    return side * look.features.eye_gap, 0.004 * look.features.skew * side


def _about(centre: tuple[float, float], side: float, size: float) -> Place:
    """Places points given from a feature's centre, outwards positive, on one side of the face."""

    def place(points: object) -> Points:
        placed: Points = np.asarray(points, float) * (side * size, size) + centre
        return placed

    return place


def _lids(look: Look) -> tuple[Points, Points]:
    """The edges of the upper and of the lower lid, inner corner to outer, about the pupil."""
    f = look.features
    high, slant = 0.086 * f.eye_open, f.eye_slant
    upper = [
        (-0.235, 0.045),
        (-0.17, -0.3 * high),
        (-0.06, -0.92 * high),
        (0.04, -high),
        (0.15, -0.62 * high),
    ]
    lower = [(-0.235, 0.045), (-0.14, 0.068), (0.0, 0.083), (0.13, 0.060)]
    corner = (0.232, 0.012 - slant)
    return smooth([*upper, corner], closed=False), smooth([*lower, corner], closed=False)


def _paint_eye(canvas: Canvas, look: Look, side: float) -> None:
    place = _about(eye_centre(look, side), side, look.features.eye_size)
    upper, lower = _lids(look)
    opening = place(np.vstack([upper, lower[::-1]]))
    canvas.shade(place(ellipse(0, -0.02, 0.27, 0.13)), _SHADOW, 0.22, soft=0.05)
    with canvas.within(opening, soft=0.004) as ball:
        ball.paint(place(ellipse(0, 0, 0.3, 0.2)), _WHITE)
        _paint_iris(ball, look, side)
        _shade_ball(ball, place, upper, lower)
    _paint_lids(canvas, look, place, upper, lower)


def _paint_iris(ball: Canvas, look: Look, side: float) -> None:
    """Iris and pupil."""
    size = look.features.eye_size
    x, y = eye_centre(look, side)
    brown: Colour = (66, 42, 30) if look.seed % 3 else (84, 56, 38)
    ball.paint(ellipse(x, y, 0.104 * size, 0.104 * size), scaled(brown, 0.42), soft=0.006)
    ball.paint(ellipse(x, y + 0.012, 0.085 * size, 0.081 * size), brown, soft=0.012)
    ball.paint(ellipse(x, y + 0.045, 0.055 * size, 0.03 * size), scaled(brown, 1.5), 0.6, soft=0.015)
    ball.paint(ellipse(x, y, 0.042 * size, 0.042 * size), (12, 9, 9), soft=0.006)


def _shade_ball(ball: Canvas, place: Place, upper: Points, lower: Points) -> None:
    """The upper lid's shadow, the round of the ball, and both lamps mirrored in it."""
    ball.shade(place(ribbon(shifted(upper, 0, 0.012), 0.07)), (0.52, 0.47, 0.46), 0.85, soft=0.018)
    ball.shade(place(ellipse(-0.22, 0.03, 0.06, 0.05)), (0.86, 0.62, 0.60), 0.8, soft=0.02)
    ball.shade(place(ellipse(0.23, 0.0, 0.06, 0.06)), (0.78, 0.66, 0.64), 0.8, soft=0.03)
    ball.shade(place(ribbon(lower, 0.03)), (0.88, 0.78, 0.76), 0.7, soft=0.01)
    ((x, y),) = place([(0, -0.036)])
    ball.paint(ellipse(x - 0.034, y, 0.015, 0.018), _LAMP, 0.95, soft=0.004)
    ball.paint(ellipse(x + 0.040, y, 0.013, 0.016), _LAMP, 0.65, soft=0.004)


def _paint_lids(canvas: Canvas, look: Look, place: Place, upper: Points, lower: Points) -> None:
    f = look.features
    count = len(upper)
    edge = 0.030 if look.woman else 0.024
    widths = edge * (0.35 + 0.65 * np.sin(np.linspace(0.1, 2.4, count)))
    canvas.paint(place(ribbon(shifted(upper, 0, -0.004), widths)), _LASH, 0.9, soft=0.004)
    canvas.shade(
        place(ribbon(shifted(lower, 0, 0.006), tapered(len(lower), 0.018))),
        (0.66, 0.50, 0.47),
        0.75,
        soft=0.005,
    )
    crease = upper * (1.03, 1.0) - (0.0, 0.030 + 0.022 * f.eyelid)
    canvas.shade(
        place(ribbon(crease, tapered(count, 0.022))), (0.62, 0.48, 0.43), 0.25 + 0.65 * f.eyelid, soft=0.007
    )
    canvas.shade(
        place(ribbon(shifted(upper, 0, -0.025), tapered(count, 0.04))), (0.85, 0.76, 0.73), 0.6, soft=0.012
    )
    bag = smooth([(-0.2, 0.13), (-0.05, 0.185), (0.1, 0.18), (0.22, 0.12)], closed=False)
    canvas.shade(
        place(ribbon(bag, tapered(len(bag), 0.03))),
        (0.80, 0.68, 0.64),
        0.25 + 0.5 * look.skin.age,
        soft=0.018,
    )
    if look.woman:
        _paint_lashes(canvas, place, upper)


def _paint_lashes(canvas: Canvas, place: Place, upper: Points) -> None:
    """Short upward strokes along the outer two thirds of the upper lid."""
    lashes = []
    for index in range(len(upper) // 5, len(upper)):
        share = index / len(upper)
        root = upper[index]
        tip = shifted(root, 0.055 * (share - 0.4), -0.022 - 0.016 * share)
        bend = shifted((root + tip) / 2, 0.005, 0.004)
        lashes.append(place(ribbon(np.stack([root, bend, tip]), np.array([0.009, 0.006, 0.002]))))
    canvas.paint_all(lashes, _LASH, 0.55, soft=0.003)


def _paint_brow(canvas: Canvas, look: Look, side: float) -> None:
    """A soft shape under many short hairs that lean outwards."""
    f = look.features
    place = _about((side * f.eye_gap, -f.brow_drop), side, 1.0)
    arch = 0.075 * f.brow_arch
    line = smooth(
        [(-0.25, 0.035), (-0.12, -0.005), (0.06, -arch), (0.2, -0.7 * arch), (0.33, 0.055)], closed=False
    )
    widths = (
        0.085
        * f.brow_weight
        * np.interp(np.linspace(0, 1, len(line)), (0, 0.15, 0.55, 1), (0.42, 0.95, 0.9, 0.12))
    )
    dark = tuple(0.5 * part + 8 for part in look.hair.colour)
    colour: Colour = (dark[0] + 8, dark[1] + 2, dark[2])
    canvas.paint(place(ribbon(line, widths)), colour, 0.80, soft=0.016)
    hairs = [place(hair) for hair in _brow_hairs(Random(f"brow/{look.seed}/{side}"), line, widths)]
    canvas.paint_all(hairs, colour, 0.42, soft=0.004)


def _brow_hairs(rng: Random, line: Points, widths: Points) -> list[Points]:
    """Hairs that rise near the nose and lie flat towards the temple."""
    hairs = []
    for _ in range(90):
        at = min(int(rng.random() * len(line)), len(line) - 2)
        share = at / len(line)
        root = shifted(line[at], rng.uniform(-0.01, 0.01), widths[at] * rng.uniform(-0.42, 0.52))
        tip = shifted(root, 0.022 + 0.04 * share, (-0.05 + 0.07 * share) * rng.uniform(0.5, 1.0))
        hairs.append(ribbon(np.stack([root, (root + tip) / 2, tip]), np.array([0.008, 0.006, 0.002])))
    return hairs


def _paint_nose(canvas: Canvas, look: Look) -> None:
    f = look.features
    wide, base = f.nose_width, f.nose_length
    canvas.shade(ellipse(0, base + 0.075, 0.19 * wide, 0.045), (0.70, 0.55, 0.50), 0.55, soft=0.035)
    for side in (-1.0, 1.0):
        place = _about((0, base), side, 1.0)
        wing = smooth(
            [(0.235 * wide, -0.17), (0.285 * wide, -0.09), (0.28 * wide, -0.005), (0.22 * wide, 0.03)],
            closed=False,
        )
        canvas.shade(place(ribbon(wing, tapered(len(wing), 0.035))), (0.66, 0.52, 0.47), 0.6, soft=0.014)
        hole = place(ellipse(0.115 * wide, 0.022, 0.068 * wide, 0.026, -14))
        canvas.paint(hole, scaled(look.skin.colour, 0.24), 0.8, soft=0.012)
        under = smooth(
            [(0.0, 0.055), (0.07 * wide, 0.035), (0.16 * wide, 0.05), (0.23 * wide, 0.02)], closed=False
        )
        canvas.shade(place(ribbon(under, 0.016)), (0.70, 0.55, 0.50), 0.6, soft=0.010)


def _paint_fold(canvas: Canvas, look: Look, side: float) -> None:
    """The fold from the nose to the mouth's corner: deeper with age and with a smile."""
    f = look.features
    place = _about((0, 0), side, 1.0)
    mouth = f.nose_length + f.mouth_drop
    fold = smooth(
        [(0.31, f.nose_length - 0.06), (0.42, f.nose_length + 0.12), (f.mouth_width + 0.1, mouth - 0.06)],
        closed=False,
    )
    depth = 0.12 + 0.35 * look.skin.age + 0.2 * f.smile
    canvas.shade(place(ribbon(fold, tapered(len(fold), 0.05))), (0.78, 0.66, 0.62), depth, soft=0.022)


def _paint_mouth(canvas: Canvas, look: Look) -> None:
    f = look.features
    place = _about((0, f.nose_length + f.mouth_drop), 1.0, 1.0)
    wide, full = f.mouth_width, f.lips
    lift = 0.012 + 0.035 * f.smile
    middle = _across([(wide, -lift), (0.62 * wide, 0.004), (0.25 * wide, 0.006), (0.0, 0.012)])
    top = _across(
        [
            (wide, -lift - 0.004),
            (0.6 * wide, -0.052 * full),
            (0.18 * wide, -0.090 * full),
            (0.0, -0.072 * full),
        ]
    )
    bottom = _across(
        [(wide, -lift + 0.006), (0.68 * wide, 0.085 * full), (0.32 * wide, 0.142 * full), (0.0, 0.152 * full)]
    )
    lip = _lip_colour(look)
    canvas.shade(place(ellipse(0, 0.19 * full + 0.02, 0.24, 0.035)), (0.74, 0.62, 0.57), 0.5, soft=0.03)
    canvas.paint(place(np.vstack([top, middle[::-1]])), scaled(lip, 0.86), 0.85, soft=0.011)
    canvas.paint(place(np.vstack([middle, bottom[::-1]])), lip, 0.85, soft=0.012)
    canvas.shade(place(ribbon(shifted(middle, 0, 0.03), 0.05)), (0.80, 0.70, 0.70), 0.45, soft=0.02)
    canvas.paint(place(ellipse(0, 0.085 * full, 0.15, 0.02)), (255, 222, 212), 0.3, soft=0.025)
    canvas.paint(place(ribbon(middle, tapered(len(middle), 0.022, 0.5))), scaled(lip, 0.34), 0.85, soft=0.006)
    for side in (-1.0, 1.0):
        canvas.shade(
            place(ellipse(side * (wide + 0.005), -lift + 0.004, 0.035, 0.022)),
            (0.62, 0.48, 0.44),
            0.7,
            soft=0.016,
        )


def _across(right: list[tuple[float, float]]) -> Points:
    """A line over the whole mouth from its right half, listed from the corner inwards."""
    return smooth([(-x, y) for x, y in right] + right[-2::-1], closed=False)


def _lip_colour(look: Look) -> Colour:
    """The skin's colour, redder; on women a little more so."""
    red, green, blue = look.skin.colour
    if look.woman:
        return red * 0.88, green * 0.60, blue * 0.62
    return red * 0.86, green * 0.68, blue * 0.68


def _paint_marks(canvas: Canvas, look: Look) -> None:
    """Moles, and the lines that years draw on a forehead."""
    for x, y in look.skin.moles:
        canvas.paint(ellipse(x, y, 0.016, 0.015), scaled(look.skin.colour, 0.42), 0.8, soft=0.005)
    for height in (-0.62, -0.74):
        line = smooth(
            [(-0.42, height + 0.03), (-0.1, height), (0.2, height + 0.006), (0.45, height + 0.035)],
            closed=False,
        )
        depth = 0.6 * max(0.0, look.skin.age - 0.35)
        canvas.shade(ribbon(line, tapered(len(line), 0.02)), (0.80, 0.70, 0.66), depth, soft=0.012)
