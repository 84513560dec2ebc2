"""sRGB -> CIELAB, and the distance between two colours as CIEDE2000 counts it."""

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

from transforms.pixels import Pixels

Lab = NDArray[np.float32]
"""Colours in CIELAB (D65), the last axis L*, a*, b*."""


def lab(rgb: Pixels) -> Lab:
    """An sRGB image (h, w, 3) in CIELAB."""
    return np.asarray(cv2.cvtColor(rgb.astype(np.float32) / np.float32(255), cv2.COLOR_RGB2Lab), np.float32)


def ciede2000(one: ArrayLike, other: ArrayLike) -> NDArray[np.float64]:
    """The CIEDE2000 distance of two CIELAB colours, or of arrays of them (Sharma, Wu and Dalal 2005).

    >>> round(float(ciede2000((50, 2.6772, -79.7751), (50, 0, -82.7485))), 4)
    2.0425
    """
    l1, a1, b1 = np.moveaxis(np.asarray(one, np.float64), -1, 0)
    l2, a2, b2 = np.moveaxis(np.asarray(other, np.float64), -1, 0)
    stretch = 1.5 - 0.5 * _saturation((np.hypot(a1, b1) + np.hypot(a2, b2)) / 2)
    c1, c2 = np.hypot(a1 * stretch, b1), np.hypot(a2 * stretch, b2)
    h1, h2 = (np.degrees(np.arctan2(b, a * stretch)) % 360 for a, b in ((a1, b1), (a2, b2)))
    grey = c1 * c2 == 0
    turn = np.where(grey, 0, (h2 - h1 + 180) % 360 - 180)
    hue = np.where(grey, h1 + h2, _mean_hue(h1, h2))
    lightness, chroma = (l1 + l2) / 2, (c1 + c2) / 2
    weight_l = 1 + 0.015 * (lightness - 50) ** 2 / np.sqrt(20 + (lightness - 50) ** 2)
    weight_c = 1 + 0.045 * chroma
    weight_h = 1 + 0.015 * chroma * _hue_factor(hue)
    by_l = (l2 - l1) / weight_l
    by_c = (c2 - c1) / weight_c
    by_h = 2 * np.sqrt(c1 * c2) * np.sin(np.radians(turn / 2)) / weight_h
    squares = by_l**2 + by_c**2 + by_h**2 + _rotation(chroma, hue) * by_c * by_h
    return np.asarray(np.sqrt(np.maximum(squares, 0)), np.float64)


def _saturation(chroma: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.sqrt(chroma**7 / (chroma**7 + 25.0**7))


def _mean_hue(h1: NDArray[np.float64], h2: NDArray[np.float64]) -> NDArray[np.float64]:
    """The mean of two angles in degrees, on the side where they are nearer."""
    total = h1 + h2
    return np.where(
        np.abs(h1 - h2) <= 180, total / 2, np.where(total < 360, total / 2 + 180, total / 2 - 180)
    )


def _hue_factor(hue: NDArray[np.float64]) -> NDArray[np.float64]:
    terms = ((-0.17, 1, 30), (0.24, 2, 0), (0.32, 3, -6), (-0.20, 4, 63))
    waves = [share * np.cos(np.radians(times * hue - shift)) for share, times, shift in terms]
    return np.asarray(1 + sum(waves), np.float64)


def _rotation(chroma: NDArray[np.float64], hue: NDArray[np.float64]) -> NDArray[np.float64]:
    """The term that turns the ellipses of the blues."""
    angle = 60 * np.exp(-(((hue - 275) / 25) ** 2))
    return np.asarray(-np.sin(np.radians(angle)) * 2 * _saturation(chroma), np.float64)
