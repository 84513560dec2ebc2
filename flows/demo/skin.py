"""A sitter's face as a relief under two lamps: its outline, its height, its light and its colour.

All lengths are half face widths, from between the eyes: x to the right, y down, height towards the camera.
"""

from functools import lru_cache
from math import hypot
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from flows.demo.canvas import Canvas, Patch, Plane, Points, mirrored, smooth
from flows.demo.look import Features, Look

_GRAIN = 90
"""Samples per unit of the relief; finer than any form on it."""
_LEFT, _RIGHT, _TOP, _BOTTOM = -1.25, 1.25, -1.75, 2.05
_LAMPS = ((-0.62, -0.42, 0.66, 0.37), (0.64, -0.36, 0.68, 0.32), (0.0, -0.55, 0.83, 0.17))
"""Where each lamp stands (x, y, height) and how strong it is: one on either side and a weak one above."""
_WARMTH = (0.84, 1.05, 1.16)
"""How much faster than white each colour fades in the skin's shadow, which is warm."""


class Bump(NamedTuple):
    """A Gaussian hill (or, with a negative height, hollow) of the relief."""

    x: float
    y: float
    wide: float
    tall: float
    height: float


def outline(look: Look) -> Points:
    """The edge of the face and skull, cheek to cheek 2 units wide, down to the chin."""
    f = look.features
    low = f.chin
    jaw, full = f.jaw - 0.5, f.cheek - 0.5
    right = [
        (0.0, -1.40),
        (0.43, -1.33),
        (0.75, -1.08),
        (0.905, -0.71),
        (0.965, -0.29),
        (0.995, 0.10),
        (1.0, 0.32),
        (0.97 + 0.02 * full, 0.66),
        (0.885 + 0.04 * jaw + 0.035 * full, 0.58 * low),
        (0.75 + 0.08 * jaw + 0.03 * full, 0.765 * low),
        (0.53 + 0.09 * jaw, 0.895 * low),
        (0.27 + 0.06 * jaw, 0.977 * low),
    ]
    edge = smooth([*right, (0.0, low), *mirrored(right[1:])])
    lower = np.clip((edge[:, 1] - 0.4) / low, 0, 1)
    edge[:, 0] += 0.02 * f.skew * lower
    return edge


def ear_outline(look: Look, side: float) -> Points:
    """The edge of an ear; `side` is -1 for the one on the viewer's left."""
    rim = smooth(
        [
            (0.90, 0.0),
            (1.0, -0.14),
            (1.10, -0.17),
            (1.175, -0.05),
            (1.16, 0.2),
            (1.09, 0.42),
            (1.05, 0.60),
            (0.98, 0.66),
            (0.90, 0.5),
        ]
    )
    sized: Points = ((rim - (0.95, 0.2)) * look.features.ears + (0.95, 0.2)) * (side, 1)
    return sized


@lru_cache(maxsize=4)
def _axes() -> tuple[Plane, Plane]:
    x = np.arange(_LEFT, _RIGHT, 1 / _GRAIN, dtype=np.float32)
    y = np.arange(_TOP, _BOTTOM, 1 / _GRAIN, dtype=np.float32)
    return x, y


def _bumps(look: Look) -> list[Bump]:
    f = look.features
    gap, tip, wide, high = f.eye_gap, f.nose_length - 0.1, f.nose_width, f.nose_height
    mouth = f.nose_length + f.mouth_drop
    middle = [
        Bump(0, 0.10, 0.12, 0.26, 0.055 * high),
        Bump(0, 0.55 * tip + 0.1, 0.125, 0.24, 0.075 * high),
        Bump(0, tip, 0.15 * wide, 0.13, 0.13 * high),
        Bump(0, mouth - 0.22, 0.035, 0.07, -0.015),
        Bump(0, mouth, 0.33, 0.22, 0.09),
        Bump(0, mouth - 0.075, 0.2, 0.045, 0.022 * f.lips),
        Bump(0, mouth + 0.115, 0.19, 0.06, 0.045 * f.lips),
        Bump(0, mouth + 0.255, 0.22, 0.06, -0.03),
        Bump(0, f.chin - 0.2, 0.22, 0.15, 0.045),
        Bump(0, -0.75, 0.5, 0.3, 0.04),
        Bump(0, -0.25, 0.16, 0.14, 0.03),
    ]
    right = [
        Bump(0.19 * wide, tip + 0.05, 0.075, 0.075, 0.075),
        Bump(0.30 * wide, tip + 0.08, 0.06, 0.10, -0.03),
        Bump(gap - 0.02, 0.0, 0.24, 0.15, -0.06),
        Bump(gap - 0.24, -0.04, 0.09, 0.12, -0.035),
        Bump(gap, 0.01, 0.18, 0.10, 0.045),
        Bump(gap + 0.05, -f.brow_drop, 0.30, 0.09, 0.012 if look.woman else 0.025),
        Bump(0.60, 0.50, 0.27, 0.22, 0.07),
        Bump(0.70, 1.02, 0.18, 0.26, 0.05 * (f.cheek - 0.75)),
        Bump(0.45, 0.85, 0.16, 0.2, 0.03 + 0.03 * f.smile),
        Bump(0.90, -0.55, 0.13, 0.25, -0.04),
        Bump(0.2, f.chin - 0.12, 0.16, 0.1, 0.02),
    ]
    return middle + right + [bump._replace(x=-bump.x) for bump in right]


def _relief(look: Look) -> Plane:
    """Height of the face at every sample."""
    x, y = _axes()
    knots = np.transpose(_profile(look.features))
    down = cv2.GaussianBlur(np.interp(y, *knots).astype(np.float32), (0, 0), 0.12 * _GRAIN).ravel()
    edge = np.interp(y, *np.transpose(_half_widths(look))).astype(np.float32)
    across = np.clip(np.abs(x)[None, :] / np.maximum(edge, 0.05)[:, None], 0, 1)
    height = down[:, None] + 0.80 * np.sqrt(1.09 - across**2)
    for bump in _bumps(look):
        hill = _bell(y, bump.y, bump.tall)[:, None] * _bell(x, bump.x, bump.wide)[None, :]
        height += bump.height * hill
    return np.asarray(cv2.GaussianBlur(height, (0, 0), 0.02 * _GRAIN), np.float32)


def _bell(axis: Plane, centre: float, width: float) -> Plane:
    return np.asarray(np.exp(-0.5 * ((axis - centre) / width) ** 2), np.float32)


def _profile(f: Features) -> list[tuple[float, float]]:
    """Height of the face's middle line, seen from the side, without nose and lips."""
    return [
        (-1.75, -1.1),
        (-1.45, -0.62),
        (-1.2, -0.33),
        (-0.9, -0.13),
        (-0.55, -0.02),
        (-0.2, 0.0),
        (0.4, -0.02),
        (1.0, -0.03),
        (f.chin - 0.32, -0.08),
        (f.chin - 0.12, -0.12),
        (f.chin, -0.30),
        (f.chin + 0.3, -0.9),
    ]


def _half_widths(look: Look) -> list[tuple[float, float]]:
    edge = outline(look)
    right = edge[edge[:, 0] > 0]
    return [(float(y), float(x)) for x, y in right[np.argsort(right[:, 1])]]


def _light(look: Look) -> tuple[Plane, Plane]:
    """Brightness of the relief under the lamps (about 1 where it faces them), and its shine (0 to 1)."""
    height = _relief(look)
    slope_x = cv2.Sobel(height, cv2.CV_32F, 1, 0, scale=_GRAIN / 8)
    slope_y = cv2.Sobel(height, cv2.CV_32F, 0, 1, scale=_GRAIN / 8)
    normal = 1 / np.sqrt(1 + slope_x**2 + slope_y**2)
    light = np.full(height.shape, 0.33, np.float32)
    shine = np.zeros_like(light)
    for x, y, z, strength in _LAMPS:
        lit = np.maximum((z - x * slope_x - y * slope_y) * normal, 0)
        light += strength * lit
        long = hypot(x, y, z + 1)
        glint = np.maximum((z + 1 - x * slope_x - y * slope_y) * normal / long, 0)
        shine += strength * glint**24
    hollow = height - cv2.GaussianBlur(height, (0, 0), 0.14 * _GRAIN)
    light *= np.clip(1 + 1.7 * hollow, 0.75, 1.12)
    return light, shine


def _complexion(look: Look) -> list[Plane]:
    """The skin's colour at every sample before any light falls on it."""
    x, y = _axes()
    red = np.zeros((y.size, x.size), np.float32)
    f = look.features
    for bump in (
        Bump(0.58, 0.62, 0.22, 0.18, 0.055),
        Bump(-0.58, 0.62, 0.22, 0.18, 0.055),
        Bump(0, f.nose_length - 0.1, 0.17, 0.14, 0.06),
        Bump(0, f.chin - 0.18, 0.25, 0.14, 0.025),
        Bump(f.eye_gap, 0.16, 0.2, 0.07, 0.04 + 0.05 * look.skin.age),
        Bump(-f.eye_gap, 0.16, 0.2, 0.07, 0.04 + 0.05 * look.skin.age),
        Bump(f.eye_gap, -0.02, 0.22, 0.1, 0.04),
        Bump(-f.eye_gap, -0.02, 0.22, 0.1, 0.04),
    ):
        red += bump.height * _bell(y, bump.y, bump.tall)[:, None] * _bell(x, bump.x, bump.wide)
    red = red * look.skin.flush + _blotches(look.seed, red.shape)
    beard = _beard(look)
    return [
        base * (1 - fade * red) * (1 - grey * beard)
        for base, fade, grey in zip(look.skin.colour, (0.35, 1.6, 1.7), (0.30, 0.25, 0.20), strict=True)
    ]


def _beard(look: Look) -> Plane:
    """Where a shaven beard darkens the skin, 0 to 1."""
    x, y = _axes()
    f = look.features
    mouth = f.nose_length + f.mouth_drop
    lower = _bell(y, f.chin - 0.1, 0.33)[:, None] * _bell(x, 0, 0.62)
    lip = _bell(y, mouth - 0.17, 0.07)[:, None] * _bell(x, 0, 0.24)
    return np.asarray(look.skin.stubble * np.maximum(lower, 0.8 * lip), np.float32)


def _blotches(seed: int, shape: tuple[int, ...]) -> Plane:
    rng = np.random.default_rng(seed)
    coarse = rng.normal(0, 0.012, (24, 16)).astype(np.float32)
    fine = rng.normal(0, 0.010, (96, 64)).astype(np.float32)
    size = shape[1], shape[0]
    clouds = (cv2.resize(cells, size, interpolation=cv2.INTER_CUBIC) for cells in (coarse, fine))
    return np.asarray(sum(clouds), np.float32)


def paint_skin(canvas: Canvas, look: Look) -> None:
    """Paint skull and face, lit and coloured, without its features."""
    patch = canvas.patch(outline(look), soft=0.006)
    if patch is not None:
        canvas.fill(patch, _onto(canvas, patch, _lit_skin(look)) * _pores(patch))


def _pores(patch: Patch) -> Plane:
    """The skin's grain, as a factor for every pixel of a patch."""
    grain = _grain()
    height, width = patch.cover.shape
    rows, columns = -(-height // grain.shape[0]), -(-width // grain.shape[1])
    return np.tile(grain, (rows, columns))[:height, :width]


@lru_cache(maxsize=1)
def _grain() -> Plane:
    rng = np.random.default_rng(2)
    grain = cv2.GaussianBlur(rng.normal(0, 1, (320, 320)).astype(np.float32), (0, 0), 0.8)
    return np.asarray(1 + 0.011 * grain / grain.std(), np.float32)


def _lit_skin(look: Look) -> list[Plane]:
    light, shine = _light(look)
    log_light = np.log(np.maximum(light, 0.05))
    gloss = 20 * shine
    return [
        np.minimum(colour * np.exp(fade * log_light) + gloss, 252)
        for colour, fade in zip(_complexion(look), _WARMTH, strict=True)
    ]


def _onto(canvas: Canvas, patch: Patch, samples: list[Plane]) -> Plane:
    """The relief's planes as the canvas sees them, over one patch."""
    from_samples = np.array([[1 / _GRAIN, 0, _LEFT], [0, 1 / _GRAIN, _TOP], [0, 0, 1]])
    matrix: NDArray[np.float64] = canvas.matrix() @ from_samples
    matrix[:, 2] -= patch.columns.start, patch.rows.start
    height, width = patch.cover.shape
    over = [
        cv2.warpAffine(
            plane, matrix, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        )
        for plane in samples
    ]
    return np.asarray(over, np.float32)
