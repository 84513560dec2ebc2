"""The texture of hair: strands along a flow over the head, their light, shine and colour."""

from functools import lru_cache
from typing import NamedTuple

import cv2
import numpy as np

from flows.demo.canvas import Canvas, Patch, Plane
from flows.demo.look import Hair

_TILE = 512


class Comb(NamedTuple):
    """How hair is laid over the head."""

    sweep: float
    """0 away from where it springs, 1 along the head from its parting."""
    whorl: float
    """How far above the eyes the place is from which it springs."""
    coarse: float
    """Rough short hair 1, combed smooth 0."""


class Combed(NamedTuple):
    """Hair over a patch: strands (about -1 to 1), light (about 1) and shine (0 to 1)."""

    strands: Plane
    light: Plane
    shine: Plane


def combed(canvas: Canvas, patch: Patch, comb: Comb, part: float) -> Combed:
    """The hair on the head, lit from both sides."""
    x, y = canvas.measure(patch)
    x = x + 0.25 * part * comb.sweep
    depth, side = _depth(x, y), np.exp(-((np.abs(np.arctan2(x, 0.25 - y)) - 0.55) ** 2) / 0.18)
    across, along = _flow(x, y + comb.whorl, comb)
    strands = strand_noise(across, along * (0.14 + 0.25 * comb.coarse))
    locks = strand_noise(across * 0.3, along * 0.10 + 0.3)
    light = (0.66 + 0.46 * np.sin(np.pi * depth**0.8)) * (
        1 + 0.30 * strands + (0.25 - 0.15 * comb.coarse) * locks
    )
    band = np.exp(-0.5 * ((depth - 0.42 + 0.12 * locks) / 0.2) ** 2) * (0.35 + 0.65 * side)
    shine = band * (0.45 - 0.2 * comb.coarse) * np.maximum(1 + strands, 0)
    return Combed(strands, light, shine)


def _flow(x: Plane, y: Plane, comb: Comb) -> tuple[Plane, Plane]:
    """Across and along the strands at places given from where they spring."""
    ruffled = 0.28 * comb.coarse**2 * strand_noise(x * 0.12 + y * 0.05, y * 0.5)
    radius, angle = np.sqrt(x * x + 0.6 * y * y), np.arctan2(x, -y) + ruffled
    c, s = float(np.cos(1.35 * comb.sweep)), float(np.sin(1.35 * comb.sweep))
    return c * angle * 0.6 + s * radius * 0.8, c * radius + s * angle


def _depth(x: Plane, y: Plane) -> Plane:
    """From the hairline (0) over the curve of the head to its edge (1)."""
    radius = np.sqrt(x * x + ((y + 0.35) * 0.78) ** 2)
    return np.clip((radius - 0.70) / 0.46, 0, 1)


def hanging(canvas: Canvas, patch: Patch, hair: Hair) -> Plane:
    """The colours of strands that hang down, darker towards the neck."""
    x, y = canvas.measure(patch)
    strands = strand_noise(x * 1.6 + 0.05 * np.sin(2.2 * y), y * 0.16)
    out = np.clip((np.abs(x) - 0.55) / 0.65, 0, 1)
    light = (0.30 + 0.75 * out * (1.3 - out)) * (1 + 0.55 * strands)
    return coloured(hair, light, 0.35 * out * np.maximum(strands + 0.3, 0))


def wound(canvas: Canvas, patch: Patch, hair: Hair, middle: tuple[float, float], size: float) -> Plane:
    """The colours of a bun: strands wound about its middle."""
    x, y = canvas.measure(patch)
    x, y = x - np.float32(middle[0]), y - np.float32(middle[1])
    radius = np.asarray(np.hypot(x, y) / size, np.float32)
    turn = np.asarray(np.arctan2(x, y), np.float32)
    strands = strand_noise(radius * 0.6 + turn * 0.08, radius * 0.1)
    shine = np.exp(-8 * (radius - 0.55) ** 2) * np.maximum(strands, 0)
    return coloured(hair, (1.05 - 0.6 * radius**2) * (1 + 0.4 * strands), shine)


def coloured(hair: Hair, light: Plane, shine: Plane) -> Plane:
    """Planes of hair under its light, with a cool shine and some grey."""
    grey = 90 * hair.grey
    gloss = 46 + grey, 44 + grey, 47 + grey
    lit = [
        (part + 25 * hair.grey) * light + glow * shine for part, glow in zip(hair.colour, gloss, strict=True)
    ]
    return np.asarray(np.clip(np.stack(lit), 3, 235), np.float32)


def strand_noise(across: Plane, along: Plane) -> Plane:
    """Noise that is fine across the strands and long along them, about -1 to 1; one unit is one tile."""
    columns, rows = np.broadcast_arrays(np.mod(across * _TILE, _TILE), np.mod(along * _TILE, _TILE))
    noise = cv2.remap(_tile(), columns, rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_WRAP)
    return np.asarray(noise, np.float32)


@lru_cache(maxsize=1)
def _tile() -> Plane:
    """A seamless tile of strands that run down it: fine ones over locks."""
    rng = np.random.default_rng(1)
    rows, columns = np.fft.fftfreq(_TILE)[:, None], np.fft.rfftfreq(_TILE)[None, :]
    tile = np.zeros((_TILE, _TILE))
    for fine, long, weight in ((1.5, 30.0, 0.5), (4.0, 45.0, 0.55), (12.0, 60.0, 0.45)):
        blur = np.exp(-2 * np.pi**2 * ((fine * columns) ** 2 + (long * rows) ** 2))
        layer = np.fft.irfft2(np.fft.rfft2(rng.normal(0, 1, tile.shape)) * blur, tile.shape)
        tile += weight * layer / layer.std()
    return np.asarray(np.clip(tile / 1.5, -1.5, 1.5), np.float32)
