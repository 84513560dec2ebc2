"""Hair before and behind the head, combed in strands; lengths in half face widths from between the eyes."""

from typing import NamedTuple

import numpy as np

from flows.demo.canvas import Canvas, Patch, Plane, Points, blurred, both, ellipse, mirrored, shifted, smooth
from flows.demo.look import Look, Style
from flows.demo.skin import ear_outline, outline
from flows.demo.strands import Comb, coloured, combed, hanging, wound

_BUN = 0.42
"""Half the width of a whole bun."""


class Cut(NamedTuple):
    """What a style means on the head."""

    height: float
    """How far the hair stands above the skull."""
    sides: float
    """How far it stands out at the sides."""
    comb: Comb
    burn: float
    """How far down before the ears it reaches."""
    fringe: float
    """How far it falls over the forehead."""


_CUTS = {
    Style.CROP: Cut(0.27, 0.065, Comb(0.12, 1.55, 1.0), 0.16, 0.17),
    Style.SIDE_PART: Cut(0.30, 0.07, Comb(0.8, 0.35, 0.35), 0.14, 0.06),
    Style.BRUSHED_UP: Cut(0.36, 0.05, Comb(0.1, 0.45, 0.6), 0.14, 0.0),
    Style.CLIPPED: Cut(0.17, 0.03, Comb(0.1, 1.50, 1.0), 0.12, 0.03),
    Style.TIED_BACK: Cut(0.22, 0.05, Comb(0.0, 0.35, 0.0), -0.04, 0.0),
    Style.PONYTAIL: Cut(0.25, 0.06, Comb(0.25, 0.35, 0.0), -0.04, 0.0),
    Style.LONG: Cut(0.27, 0.10, Comb(0.95, 0.35, 0.0), 0.0, 0.0),
    Style.BOB: Cut(0.29, 0.11, Comb(0.9, 0.35, 0.1), 0.0, 0.05),
    Style.PIXIE: Cut(0.29, 0.09, Comb(0.7, 0.60, 0.4), 0.12, 0.16),
}


def crest(look: Look) -> Points:
    """The edge of the hair on the head against the backdrop, as a closed outline down to the ears."""
    cut, volume = _CUTS[look.hair.style], 0.85 + 0.3 * look.hair.volume
    rise, out = cut.height * volume, cut.sides * volume
    lean = 0.05 * look.hair.part * cut.comb.sweep
    right = [
        (0.0, -1.40 - rise),
        (0.40, -1.345 - 0.95 * rise),
        (0.735, -1.15 - 0.77 * rise),
        (0.92 + 0.6 * out, -0.86 - 0.48 * rise),
        (0.98 + out, -0.46),
        (0.975 + 0.6 * out, -0.16),
        (0.93, 0.10),
    ]
    edge = both(right)
    edge[:, 0] -= lean * np.clip(-edge[:, 1] - 0.8, 0, 1)
    edge[:, 1] += 0.09 * cut.comb.sweep * look.hair.part * edge[:, 0] * np.clip(-edge[:, 1] - 0.9, 0, 1)
    return edge


def bun_outline(look: Look) -> Points:
    """A bun on top of the head, as high as the look says."""
    top = float(crest(look)[:, 1].min())
    return ellipse(0, top - 0.22 * look.bun, _BUN * look.bun, 0.95 * _BUN * look.bun)


def _hairline(look: Look) -> Points:
    """The edge of the hair against the face, from ear to ear, with its temples' corners."""
    cut, lift = _CUTS[look.hair.style], look.hair.hairline
    soft = 0.06 if look.woman else 0.0
    middle = -1.03 + lift + cut.fringe
    right = [
        (1.03, cut.burn + 0.02),
        (0.94, cut.burn),
        (0.905, -0.16),
        (0.85 - soft, -0.48),
        (0.74 - soft, -0.80 + 0.4 * (lift + cut.fringe)),
        (0.42, -0.98 + lift + 0.9 * cut.fringe),
    ]
    dip = (0.5 * look.hair.part, middle - 0.04 * cut.comb.sweep)
    return smooth([*right, dip, *mirrored(right)], closed=False)


def paint_behind(canvas: Canvas, look: Look) -> None:
    """Hair that falls behind neck and ears."""
    fall = _behind(look)
    if fall is not None:
        patch = canvas.patch(fall, soft=0.008)
        if patch is not None:
            canvas.fill(patch, hanging(canvas, patch, look.hair))


def _behind(look: Look) -> Points | None:
    out = 0.10 * look.hair.volume
    if look.hair.style is Style.LONG:
        return both(
            [
                (0.0, -1.0),
                (0.8, -0.8),
                (1.0, -0.2),
                (1.08 + out, 0.6),
                (1.15 + out, 1.4),
                (1.12 + out, 2.3),
                (0.95, 3.0),
                (0.5, 3.1),
                (0, 3.0),
            ]
        )
    if look.hair.style is Style.BOB:
        return both(
            [
                (0.0, -1.0),
                (0.8, -0.8),
                (1.02, -0.2),
                (1.16 + out, 0.6),
                (1.17 + out, 1.15),
                (1.02 + out, 1.62),
                (0.7, 1.72),
                (0, 1.6),
            ]
        )
    return None


def paint_over(canvas: Canvas, look: Look) -> None:
    """Hair that falls over the clothes in front of a shoulder."""
    for lock in _locks(look):
        patch = canvas.patch(lock, soft=0.012)
        canvas.shade(shifted(lock, 0.02, 0.04), (0.55, 0.53, 0.55), 0.6, soft=0.05)
        if patch is not None:
            canvas.fill(patch, hanging(canvas, patch, look.hair))


def _locks(look: Look) -> list[Points]:
    out = 0.10 * look.hair.volume
    if look.hair.style is Style.PONYTAIL:
        side = 1 if look.hair.part > 0 else -1
        tail = [
            (0.50, 1.2),
            (0.80, 1.5),
            (0.98, 2.2),
            (1.02 + out, 3.0),
            (0.92, 3.8),
            (0.80, 4.3),
            (0.66, 3.8),
            (0.62, 3.0),
            (0.62, 2.2),
        ]
        return [smooth(tail) * (side, 1)]
    if look.hair.style is Style.LONG and look.hair.volume > 0.45:
        lock = [
            (0.86, 0.4),
            (1.04, 0.8),
            (1.14 + out, 1.6),
            (1.16 + out, 2.6),
            (1.06, 3.5),
            (0.92, 4.1),
            (0.76, 3.5),
            (0.72, 2.6),
            (0.80, 1.8),
            (0.80, 1.0),
        ]
        return [smooth(lock), smooth(lock) * (-1, 1)]
    return []


def paint_front(canvas: Canvas, look: Look) -> None:
    """The bun, and the hair on the head down to the hairline, its edge broken into strands."""
    if look.bun > 0:
        _paint_bun(canvas, look)
    line = _hairline(look)
    above = np.array([(-1.0, -0.5), (-0.6, -1.3), (0.6, -1.3), (1.0, -0.5)])
    with canvas.within(outline(look), soft=0.01) as skin:
        skin.shade(np.vstack([shifted(line, 0, 0.05), above]), (0.72, 0.60, 0.55), 0.55, soft=0.05)
    whole = canvas.patch(crest(look), soft=0.006)
    if whole is None:
        return
    face = np.vstack([line, [(-1.3, 0.3), (-0.9, 0.9), (0.9, 0.9), (1.3, 0.3)]])
    bare = _bare(canvas, whole, face)
    comb = _CUTS[look.hair.style].comb
    strands, light, shine = combed(canvas, whole, comb, look.hair.part)
    ears = _bare(canvas, whole, ear_outline(look, -1), ear_outline(look, 1))
    cover = whole.cover * (1 - _frayed(bare, strands, look, canvas.unit)) * (1 - ears)
    canvas.fill(whole._replace(cover=cover), coloured(look.hair, light, shine))


def _bare(canvas: Canvas, whole: Patch, *shapes: Points) -> Plane:
    """How much of each pixel of a patch lies within the shapes."""
    bare = np.zeros_like(whole.cover)
    patch = canvas.part(whole).patch(*shapes)
    if patch is not None:
        bare[patch.rows, patch.columns] = patch.cover
    return bare


def _frayed(bare: Plane, strands: Plane, look: Look, unit: float) -> Plane:
    """The hairline, frayed by the strands that start or end there."""
    cut = _CUTS[look.hair.style]
    soft = blurred(bare, (0.03 + 0.02 * cut.comb.coarse + 0.06 * cut.fringe) * unit)
    return np.clip((soft - 0.5) * (3.0 - cut.comb.coarse) + 0.5 - 0.38 * strands, 0, 1)


def _paint_bun(canvas: Canvas, look: Look) -> None:
    ball = bun_outline(look)
    patch = canvas.patch(ball, soft=0.008)
    if patch is not None:
        x, y = ball.mean(axis=0)
        canvas.fill(patch, wound(canvas, patch, look.hair, (float(x), float(y)), _BUN * look.bun))
