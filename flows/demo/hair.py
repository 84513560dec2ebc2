"""Hair before and behind the head, combed in strands; lengths in half face widths from between the eyes."""

from functools import lru_cache
from typing import NamedTuple

import cv2
import numpy as np

from flows.demo.canvas import Canvas, Patch, Plane, Points, blurred, both, ellipse, mirrored, smooth
from flows.demo.look import Hair, Look, Style

_TILE = 512


class Cut(NamedTuple):
    """What a style means on the head."""

    height: float
    """How far the hair stands above the skull."""
    sides: float
    """How far it stands out at the sides."""
    sweep: float
    """0 combed straight back, 1 combed along the head from its parting."""
    coarse: float
    """Rough short hair 1, combed smooth 0."""
    burn: float
    """How far down before the ears it reaches."""


_CUTS = {
    Style.CROP: Cut(0.26, 0.075, 0.35, 1.0, 0.14),
    Style.SIDE_PART: Cut(0.29, 0.08, 0.8, 0.35, 0.12),
    Style.BRUSHED_UP: Cut(0.36, 0.06, 0.1, 0.6, 0.12),
    Style.CLIPPED: Cut(0.17, 0.045, 0.2, 1.0, 0.10),
    Style.TIED_BACK: Cut(0.22, 0.06, 0.0, 0.0, -0.06),
    Style.PONYTAIL: Cut(0.25, 0.07, 0.15, 0.0, -0.06),
    Style.LONG: Cut(0.26, 0.11, 0.95, 0.0, -0.02),
    Style.BOB: Cut(0.28, 0.12, 0.9, 0.1, -0.02),
    Style.PIXIE: Cut(0.29, 0.10, 0.7, 0.3, 0.10),
}


def crest(look: Look) -> Points:
    """The edge of the hair on the head against the backdrop, as a closed outline down to the ears."""
    cut, volume = _CUTS[look.hair.style], 0.85 + 0.3 * look.hair.volume
    rise, out = cut.height * volume, cut.sides * volume
    lean = 0.05 * look.hair.part * cut.sweep
    right = [
        (0.0, -1.40 - rise),
        (0.36, -1.35 - 0.96 * rise),
        (0.68, -1.17 - 0.78 * rise),
        (0.87 + 0.5 * out, -0.85 - 0.45 * rise),
        (0.95 + out, -0.45),
        (0.97 + 0.8 * out, -0.14),
        (0.97, 0.14),
    ]
    edge = both(right)
    edge[:, 0] -= lean * np.clip(-edge[:, 1] - 0.8, 0, 1)
    edge[:, 1] += 0.09 * cut.sweep * look.hair.part * edge[:, 0] * np.clip(-edge[:, 1] - 0.9, 0, 1)
    return edge


def bun_outline(look: Look) -> Points:
    """A bun on top of the head, as high as the look says."""
    top = float(crest(look)[:, 1].min())
    return ellipse(0, top - 0.22 * look.bun, 0.42 * look.bun, 0.40 * look.bun)


def _hairline(look: Look) -> Points:
    """The edge of the hair against the face, from ear to ear, with its temples' corners."""
    cut, lift = _CUTS[look.hair.style], look.hair.hairline
    soft = 0.06 if look.woman else 0.0
    middle = -1.03 + lift
    right = [
        (1.02, cut.burn + 0.04),
        (0.945, cut.burn),
        (0.905, -0.16),
        (0.85 - soft, -0.48),
        (0.74 - soft, -0.80 + 0.4 * lift),
        (0.42, -0.98 + lift),
    ]
    dip = (0.5 * look.hair.part, middle - 0.04 * cut.sweep)
    return smooth([*right, dip, *mirrored(right)], closed=False)


def paint_behind(canvas: Canvas, look: Look) -> None:
    """Hair that falls behind neck and ears."""
    outline = _behind(look)
    if outline is not None:
        patch = canvas.patch(outline, soft=0.008)
        if patch is not None:
            canvas.fill(patch, _hanging(canvas, patch, look))


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


def _hanging(canvas: Canvas, patch: Patch, look: Look) -> Plane:
    """Strands that hang down, darker towards the neck."""
    x, y = canvas.measure(patch)
    strands = _strands(x * 1.6 + 0.05 * np.sin(2.2 * y), y * 0.16)
    out = np.clip((np.abs(x) - 0.55) / 0.65, 0, 1)
    light = (0.30 + 0.75 * out * (1.3 - out)) * (1 + 0.55 * strands)
    return _coloured(look.hair, light, 0.35 * out * np.maximum(strands + 0.3, 0))


def paint_front(canvas: Canvas, look: Look) -> None:
    """The bun, and the hair on the head down to the hairline, its edge broken into strands."""
    if look.bun > 0:
        _paint_bun(canvas, look)
    line = _hairline(look)
    upper = crest(look)
    sides = np.array([(0.93, 0.12), (-0.93, 0.12)])
    canvas.shade(
        np.vstack([line + (0, 0.05), [(-1.0, -0.5), (-0.6, -1.3), (0.6, -1.3), (1.0, -0.5)]]),
        (0.72, 0.62, 0.57),
        0.5,
        soft=0.05,
    )
    whole = canvas.patch(upper, soft=0.006)
    if whole is None:
        return
    bare = canvas.patch(np.vstack([line, sides[::-1] + (0, 0.4)]), soft=0.0)
    strands, light, shine = _combed(canvas, whole, look)
    cover = whole.cover * (1 - _broken(canvas, whole, bare, strands, look))
    canvas.fill(Patch(whole.rows, whole.columns, cover), _coloured(look.hair, light, shine))


def _broken(canvas: Canvas, whole: Patch, bare: Patch | None, strands: Plane, look: Look) -> Plane:
    """How bare of hair each pixel of the head is: the hairline, frayed by the strands that start there."""
    face = np.zeros_like(whole.cover)
    if bare is None:
        return face
    top, left = max(whole.rows.start, bare.rows.start), max(whole.columns.start, bare.columns.start)
    bottom, right = min(whole.rows.stop, bare.rows.stop), min(whole.columns.stop, bare.columns.stop)
    face[
        top - whole.rows.start : bottom - whole.rows.start,
        left - whole.columns.start : right - whole.columns.start,
    ] = bare.cover[
        top - bare.rows.start : bottom - bare.rows.start,
        left - bare.columns.start : right - bare.columns.start,
    ]
    coarse = _CUTS[look.hair.style].coarse
    soft = blurred(face, (0.035 + 0.015 * coarse) * canvas.unit)
    frayed: Plane = np.clip((soft - 0.5) * (3.2 - 1.2 * coarse) + 0.5 - 0.35 * strands, 0, 1)
    return frayed


def _combed(canvas: Canvas, patch: Patch, look: Look) -> tuple[Plane, Plane, Plane]:
    """Strands (about -1 to 1), light and shine of the hair on the head."""
    cut = _CUTS[look.hair.style]
    x, y = canvas.measure(patch)
    x = x + np.float32(0.25 * look.hair.part * cut.sweep)
    radius = np.sqrt(x * x + ((y + 0.35) * np.float32(0.78)) ** 2)
    angle = np.arctan2(x, -(y + np.float32(0.35)))
    turn = np.float32(1.35 * cut.sweep)
    across, along = (
        np.cos(turn) * angle * 0.9 + np.sin(turn) * radius * 1.1,
        np.cos(turn) * radius + np.sin(turn) * angle,
    )
    strands = _strands(across, along * np.float32(0.14 + 0.5 * cut.coarse))
    lobes = _strands(across * np.float32(0.22), along * np.float32(0.10) + 0.3)
    depth = np.clip((radius - 0.72) / 0.48, 0, 1)
    light = (0.62 + 0.5 * np.sin(np.pi * depth**0.8)) * (
        1 + (0.36 + 0.15 * cut.coarse) * strands + 0.22 * lobes
    )
    band = np.exp(-0.5 * ((depth - 0.45 + 0.10 * lobes) / 0.16) ** 2)
    shine = (
        band
        * (0.55 + 0.45 * np.cos(2.2 * angle) ** 2)
        * np.maximum(strands + 0.55, 0)
        * (1 - 0.5 * cut.coarse)
    )
    return strands, light, shine


def _paint_bun(canvas: Canvas, look: Look) -> None:
    outline = bun_outline(look)
    patch = canvas.patch(outline, soft=0.008)
    if patch is None:
        return
    x, y = canvas.measure(patch)
    middle = outline.mean(axis=0)
    radius = np.hypot(x - np.float32(middle[0]), y - np.float32(middle[1])) / np.float32(0.42 * look.bun)
    strands = _strands(radius * np.float32(0.6), np.arctan2(x, y - np.float32(middle[1])) * 0.15)
    light = (1.05 - 0.6 * radius**2) * (1 + 0.4 * strands)
    canvas.fill(
        patch, _coloured(look.hair, light, np.exp(-8 * (radius - 0.55) ** 2) * np.maximum(strands, 0))
    )


def _coloured(hair: Hair, light: Plane, shine: Plane) -> Plane:
    """Colour of hair under its light, with a cool shine and some grey."""
    gloss = (46.0 + 90.0 * hair.grey, 44.0 + 90.0 * hair.grey, 47.0 + 90.0 * hair.grey)
    return np.stack(
        [
            np.clip(np.float32(part + 25 * hair.grey) * light + np.float32(glow) * shine, 3, 235)
            for part, glow in zip(hair.colour, gloss, strict=True)
        ]
    )


def _strands(across: Plane, along: Plane) -> Plane:
    """Noise that is fine across the strands and long along them, about -1 to 1; one unit is one tile."""
    tile = _tile()
    shape = np.broadcast_shapes(across.shape, along.shape)
    columns = np.broadcast_to(np.mod(across * _TILE, _TILE), shape).astype(np.float32)
    rows = np.broadcast_to(np.mod(along * _TILE, _TILE), shape).astype(np.float32)
    noise: Plane = cv2.remap(tile, columns, rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_WRAP)
    return noise


@lru_cache(maxsize=1)
def _tile() -> Plane:
    """A seamless tile of strands that run down it: fine ones over locks."""
    rng = np.random.default_rng(1)
    tile = np.zeros((_TILE, _TILE), np.float32)
    for fine, long, weight in ((1.0, 24.0, 0.55), (3.0, 40.0, 0.55), (9.0, 60.0, 0.4)):
        raw = np.tile(rng.normal(0, 1, (_TILE, _TILE)).astype(np.float32), (3, 3))
        layer = cv2.GaussianBlur(raw, (0, 0), sigmaX=fine, sigmaY=long)[_TILE : 2 * _TILE, _TILE : 2 * _TILE]
        tile += np.float32(weight) * (layer / layer.std())
    seamless: Plane = np.clip(tile / 1.5, -1.5, 1.5)
    return seamless
