"""Ears and spectacles; lengths in half face widths from between the eyes."""

import numpy as np

from flows.demo.canvas import Canvas, Colour, Points, ribbon, scaled, shifted, smooth, tapered
from flows.demo.look import Look
from flows.demo.skin import ear_outline


def paint_ears(canvas: Canvas, look: Look) -> None:
    """Both ears, behind the face."""
    for side in (-1.0, 1.0):
        rim = ear_outline(look, side)
        with canvas.within(rim, soft=0.008) as ear:
            ear.paint(rim, scaled(look.skin.colour, 0.93))
            ear.shade(rim, (0.98, 0.89, 0.86), 0.8)
            hollow = smooth(
                [(0.97, 0.0), (1.06, -0.07), (1.10, 0.06), (1.06, 0.26), (1.0, 0.38), (0.95, 0.3)]
            ) * (side, 1)
            ear.shade(hollow, (0.60, 0.42, 0.36), 0.75, soft=0.04)
            fold = smooth(
                [(1.0, -0.08), (1.085, -0.09), (1.125, 0.03), (1.10, 0.24), (1.05, 0.40)], closed=False
            ) * (side, 1)
            ear.shade(ribbon(fold, tapered(len(fold), 0.035)), (0.66, 0.48, 0.42), 0.8, soft=0.012)
            ear.shade(ribbon(smooth(rim[::6]), 0.06), (0.80, 0.68, 0.62), 0.7, soft=0.02)


def paint_spectacles(canvas: Canvas, look: Look) -> None:
    """The spectacles that the sitter wears, and the lamps they mirror."""
    for side in (-1.0, 1.0):
        _paint_lens(canvas, look, side)
    frames = look.frames
    rim, thick = frames.rim, max(frames.thick, 0.02)
    inner = look.features.eye_gap + 0.03 - frames.width
    bridge = smooth([(-inner - 0.01, -0.05), (0, -0.105), (inner + 0.01, -0.05)], closed=False)
    canvas.paint(ribbon(bridge, thick * 1.1), rim, soft=0.005)
    canvas.paint(ribbon(shifted(bridge, 0, -0.006), thick * 0.3), scaled(rim, 2.2), 0.5, soft=0.004)


def _lens(look: Look, side: float) -> Points:
    frames = look.frames
    angle = np.linspace(0, 2 * np.pi, 64, endpoint=False)
    power = 2 / frames.square
    across = np.sign(np.cos(angle)) * np.abs(np.cos(angle)) ** power * frames.width
    down = np.sign(np.sin(angle)) * np.abs(np.sin(angle)) ** power * frames.height
    return np.stack(
        [side * (look.features.eye_gap + 0.03) + across, 0.045 + down * (1 - 0.08 * side * across)], axis=1
    )


def _paint_lens(canvas: Canvas, look: Look, side: float) -> None:
    frames = look.frames
    lens = _lens(look, side)
    ring = np.vstack([lens, lens[:1]])
    canvas.shade(ribbon(shifted(ring, 0, 0.045), 0.05), (0.72, 0.64, 0.62), 0.45, soft=0.025)
    outer = side * (look.features.eye_gap + 0.03 + frames.width)
    temple = np.array([(outer, -0.07), (side * 0.9, -0.074), (side * 1.0, -0.078)])
    canvas.paint(ribbon(temple, np.array([0.06, 0.05, 0.045])), scaled(frames.rim, 0.9), soft=0.006)
    _paint_mirrored(canvas, look, lens, side)
    canvas.paint(ribbon(ring, frames.thick), frames.rim, soft=0.005)
    canvas.paint(
        ribbon(shifted(ring, 0, -0.25 * frames.thick), 0.3 * frames.thick),
        scaled(frames.rim, 2.0),
        0.35,
        soft=0.004,
    )


def _paint_mirrored(canvas: Canvas, look: Look, lens: Points, side: float) -> None:
    """A faint sheen on the lens, or the lamp burnt out all over it."""
    middle = lens.mean(axis=0)
    white: Colour = (255, 255, 255)
    with canvas.within(lens, soft=0.005) as glass:
        streak = np.array([(-0.30, 0.3), (-0.05, -0.3), (0.06, -0.3), (-0.18, 0.3)]) + middle
        glass.paint(streak, (226, 240, 255), 0.07, soft=0.02)
        if look.glare > 0:
            burnt = (lens - middle) * (0.80, 0.82) + middle + (0.03 * side, -0.01)
            glass.paint(lens, white, 0.35 * look.glare)
            glass.paint(burnt, white, look.glare, soft=0.03)
