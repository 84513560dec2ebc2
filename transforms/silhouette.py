"""A face before a backdrop -> the sitter's outline: crown, shoulders, and what is backdrop.

The backdrop's colour is fitted over the picture as a gently bent surface, since lamps leave slopes and dark
corners; whatever is far from it and joined to the face is the sitter.
"""

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from transforms.colour import Lab, lab
from transforms.faces import Face
from transforms.pixels import Pixels
from transforms.scaling import mean

Mask = NDArray[np.bool_]

_APART = 14.0
"""Distance in CIELAB from which a pixel is no backdrop: beyond lamp falloff and noise, short of any hair."""
_COARSE = 2
"""Colours are compared in means of squares so wide, which takes a quarter of the time; between their middles
the distance is interpolated."""
_RIM_PX = np.ones((3, 3), np.uint8)
"""The outermost pixel all around mixes sitter and backdrop; without it drawn crowns are true to 0.3 pixels in
the mean."""
_GRID = 64
"""So many samples along the shorter side tell the backdrop's colour well enough."""
_SAMPLES_MIN = 50
_RIM = 0.06
"""Of the picture: its outermost columns beside the head, and the rows along its top edge, are backdrop."""


class Silhouette(NamedTuple):
    """The sitter as a mask (h, w) and its extremes in pixels; None where they could not be told.

    `left` and `right` are the outermost columns of the shoulders, as far as the picture shows them.
    """

    mask: Mask
    crown: float | None
    left: float | None
    right: float | None


def outline(picture: Pixels, face: Face) -> Silhouette:
    """The sitter's outline in an RGB picture (h, w, 3) that is upright and shows one face."""
    height, width = picture.shape[:2]
    away = _away_from_backdrop(lab(mean(picture, _COARSE)), face.placed(0, 0, 1 / _COARSE))
    if away is None:
        return Silhouette(np.zeros((height, width), bool), None, None, None)
    distance = cv2.sqrt(cv2.transform(cv2.multiply(away, away), np.ones((1, 3))))
    apart = (cv2.resize(distance, (width, height)) > _APART).astype(np.uint8)
    mask = _joined_to(np.asarray(cv2.erode(cv2.medianBlur(apart, 5), _RIM_PX), np.uint8), face)
    return Silhouette(mask, _crown(mask, face), *_shoulders(mask, face))


def _away_from_backdrop(picture: Lab, face: Face) -> Lab | None:
    """What every pixel differs by from the backdrop behind it; None where too little backdrop is seen."""
    step = max(1, min(picture.shape[:2]) // _GRID)
    rows, columns = (places * step for places in np.nonzero(_beside(picture.shape[:2], face, step)))
    samples = picture[rows, columns]
    if len(samples) < _SAMPLES_MIN:
        return None
    near = np.linalg.norm(samples - np.median(samples, axis=0), axis=1) < 2 * _APART
    down, along = (_bend(side) for side in picture.shape[:2])
    terms = np.hstack([np.ones((len(rows), 1)), down[rows], along[columns]])
    weights, *_ = np.linalg.lstsq(terms[near], samples[near].astype(np.float64), rcond=None)
    by_row = (weights[0] + down @ weights[1:3]).astype(np.float32)
    by_column = (along @ weights[3:5]).astype(np.float32)
    # Long rows are added up ten times as fast as rows of three. OpenCV's matrix product would be as fast, but
    # its threads go on spinning on another core for 25 ms (measured).
    behind = cv2.repeat(by_row, 1, len(along)) + by_column.ravel()
    return np.asarray(picture - behind.reshape(picture.shape), np.float32)


def _bend(length: int) -> NDArray[np.float64]:
    """A straight and a bent line over `length` pixels (length, 2): what lamps make of a flat backdrop."""
    line = np.linspace(-1, 1, length)
    return np.stack([line, line**2], 1)


def _beside(shape: tuple[int, ...], face: Face, step: int) -> Mask:
    """Where nothing but backdrop is expected: beside the head above the chin, and along the top edge.

    Of every `step`-th row and column.
    """
    height, width = shape[:2]
    rows, columns = np.arange(0, height, step), np.arange(0, width, step)
    at_side = np.minimum(columns, width - 1 - columns) < _RIM * width
    beside = (np.abs(columns - face.eyes.x) > 1.1 * face.width) | at_side
    at_top = rows < _RIM * min(height, face.top)
    return np.asarray((rows < face.bottom)[:, np.newaxis] & beside | at_top[:, np.newaxis], np.bool_)


def _joined_to(apart: Pixels, face: Face) -> Mask:
    """Of all that is no backdrop, the part that holds most of the face."""
    _, labels = cv2.connectedComponents(apart, connectivity=4)
    height, width = apart.shape
    top, bottom = (int(np.clip(edge, 0, height)) for edge in (face.top, face.bottom))
    left, right = (int(np.clip(edge, 0, width)) for edge in (face.left, face.right))
    counts = np.bincount(labels[top:bottom, left:right].ravel(), minlength=2)
    counts[0] = 0
    return np.asarray((labels == counts.argmax()) & (apart > 0), np.bool_)


def _crown(mask: Mask, face: Face) -> float | None:
    """The topmost row above the face where the outline is more than a stray hair."""
    left, right = (int(max(face.eyes.x + side * 0.8 * face.width, 0)) for side in (-1, 1))
    rows = np.nonzero(mask[: int(face.eyes.y), left:right].sum(1) >= max(2.0, 0.06 * face.width))[0]
    return float(rows[0]) if len(rows) else None


def _shoulders(mask: Mask, face: Face) -> tuple[float | None, float | None]:
    """The outermost columns from the chin to one face width below."""
    columns = np.nonzero(mask[int(face.bottom) : int(face.bottom + face.width)].any(0))[0]
    return (float(columns[0]), float(columns[-1] + 1)) if len(columns) else (None, None)
