"""Soft-edged painting in the sitter's own measure: polygons, strokes and gradients on planes of colour."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from math import cos, radians, sin
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

Plane = NDArray[np.float32]
Points = NDArray[np.float64]
Colour = tuple[float, float, float]

_FINE = 4
"""Binary digits of sub-pixel precision that OpenCV is given."""


class Patch(NamedTuple):
    """A part of the picture, and how much of each of its pixels is covered, 0 to 1."""

    rows: slice
    columns: slice
    cover: Plane


@dataclass(frozen=True, slots=True)
class Canvas:
    """Planes red, green, blue (0 to 255), and where the sitter's own measure lies on them.

    One unit is half the face's width, x to the right and y down from between the eyes.
    """

    planes: Plane
    unit: float
    origin: tuple[float, float]
    turn_deg: float = 0.0

    def turned(self, degrees: float, pivot: tuple[float, float]) -> "Canvas":
        """The same picture, its measure turned clockwise about `pivot` (in units)."""
        x, y = self.pixels(np.array([pivot]))[0]
        level = replace(self, origin=(0.0, 0.0), turn_deg=self.turn_deg + degrees)
        dx, dy = level.pixels(np.array([pivot]))[0]
        return replace(level, origin=(float(x - dx), float(y - dy)))

    def moved(self, x: float, y: float) -> "Canvas":
        """The same picture, its measure moved by x and y units."""
        there = self.pixels(np.array([(x, y)]))[0]
        return replace(self, origin=(float(there[0]), float(there[1])))

    def matrix(self) -> Points:
        """Units to pixels, 2 x 3."""
        c, s = self.unit * cos(radians(self.turn_deg)), self.unit * sin(radians(self.turn_deg))
        return np.array([[c, -s, self.origin[0]], [s, c, self.origin[1]]])

    def pixels(self, points: Points) -> Points:
        """Points in units, n x 2, as points in pixels."""
        turn = self.matrix()
        moved: Points = points @ turn[:, :2].T + turn[:, 2]
        return moved

    def patch(self, *shapes: Points, soft: float = 0.0) -> Patch | None:
        """What polygons cover, their edges blurred by `soft` units; None outside the picture."""
        outlines = [self.pixels(points) for points in shapes]
        sigma = soft * self.unit
        rows, columns = self._window(np.vstack(outlines), 3 * sigma + 2)
        if rows.stop <= rows.start or columns.stop <= columns.start:
            return None
        mask = np.zeros((rows.stop - rows.start, columns.stop - columns.start), np.uint8)
        for outline in outlines:
            corners = np.rint((outline - (columns.start, rows.start)) * (1 << _FINE)).astype(np.int32)
            cv2.fillPoly(mask, [corners], 255, cv2.LINE_AA, _FINE)
        cover = np.multiply(mask, 1 / 255, dtype=np.float32)
        return Patch(rows, columns, cover if sigma < 0.3 else blurred(cover, sigma))

    def _window(self, outline: Points, margin: float) -> tuple[slice, slice]:
        height, width = self.planes.shape[1:]
        (left, top), (right, bottom) = outline.min(axis=0) - margin, outline.max(axis=0) + margin + 2
        return slice(max(int(top), 0), min(int(bottom), height)), slice(
            max(int(left), 0), min(int(right), width)
        )

    def paint(self, points: Points, colour: Colour, opacity: float = 1.0, soft: float = 0.0) -> None:
        """Cover a polygon with a colour."""
        self.paint_all([points], colour, opacity, soft)

    def paint_all(
        self, shapes: Sequence[Points], colour: Colour, opacity: float = 1.0, soft: float = 0.0
    ) -> None:
        """Cover polygons with one colour; where they overlap they cover no more than one."""
        patch = self.patch(*shapes, soft=soft)
        if patch is not None:
            self.fill(patch, colour, opacity)

    def fill(self, patch: Patch, colour: Colour | Plane, opacity: float = 1.0) -> None:
        """Cover a patch with a colour, or with planes of its own size."""
        cover = patch.cover if opacity == 1 else patch.cover * opacity
        for index in range(3):
            under = self.planes[index, patch.rows, patch.columns]
            under += (colour[index] - under) * cover

    def shade(self, points: Points, factors: Colour, opacity: float = 1.0, soft: float = 0.0) -> None:
        """Darken (below 1) or lighten a polygon, each colour by its own factor."""
        patch = self.patch(points, soft=soft)
        if patch is None:
            return
        cover = patch.cover if opacity == 1 else patch.cover * opacity
        for index in range(3):
            self.planes[index, patch.rows, patch.columns] *= 1 + (factors[index] - 1) * cover

    @contextmanager
    def within(self, points: Points, soft: float = 0.0) -> Iterator["Canvas"]:
        """A canvas in the same measure of which only what lies in the polygon is kept."""
        patch = self.patch(points, soft=soft)
        if patch is None:
            patch = Patch(slice(0, 1), slice(0, 1), np.zeros((1, 1), np.float32))
        under = self.part(patch)
        over = replace(under, planes=under.planes.copy())
        yield over
        change = over.planes
        change -= under.planes
        change *= patch.cover
        under.planes[:] += change

    def part(self, patch: Patch) -> "Canvas":
        """The part of the picture under a patch, in the same measure."""
        planes = self.planes[:, patch.rows, patch.columns]
        corner = self.origin[0] - patch.columns.start, self.origin[1] - patch.rows.start
        return replace(self, planes=planes, origin=corner)

    def measure(self, patch: Patch) -> tuple[Plane, Plane]:
        """For every pixel of a patch, its place in units: x and y."""
        (a, b, c), (d, e, f) = cv2.invertAffineTransform(self.matrix()).tolist()
        x = np.arange(patch.columns.start, patch.columns.stop, dtype=np.float32)[None, :]
        y = np.arange(patch.rows.start, patch.rows.stop, dtype=np.float32)[:, None]
        return np.asarray(a * x + b * y + c, np.float32), np.asarray(d * x + e * y + f, np.float32)


def blurred(plane: Plane, sigma: float) -> Plane:
    """A Gaussian blur; a wide one on a smaller copy, since nobody sees the difference."""
    if sigma < 5 or min(plane.shape) < 16:
        return np.asarray(cv2.GaussianBlur(plane, (0, 0), max(sigma, 0.01)), np.float32)
    step = int(min(sigma / 2, min(plane.shape) / 4))
    height, width = plane.shape
    small = cv2.resize(plane, (-(-width // step), -(-height // step)), interpolation=cv2.INTER_AREA)
    soft = cv2.GaussianBlur(small, (0, 0), sigma / step)
    return np.asarray(cv2.resize(soft, (width, height)), np.float32)


def smooth(points: object, *, closed: bool = True, steps: int = 8) -> Points:
    """A Catmull-Rom curve through the points, as a polygon or (not closed) a line."""
    knots = np.asarray(points, float)
    padded = np.vstack([knots[-1:], knots, knots[:2]] if closed else [knots[:1], knots, knots[-1:]])
    a, b, c, d = padded[:-3, None], padded[1:-2, None], padded[2:-1, None], padded[3:, None]
    t = np.linspace(0, 1, steps, endpoint=False)[None, :, None]
    curve = b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)))
    line: Points = curve.reshape(-1, 2)
    return line if closed else np.vstack([line, knots[-1:]])


def mirrored(points: object) -> Points:
    """The same points on the sitter's other side, in reverse order."""
    there: Points = (np.asarray(points, float) * (-1, 1))[::-1]
    return there


def shifted(points: Points, x: float, y: float) -> Points:
    """The same points, moved."""
    moved: Points = points + np.array([x, y])
    return moved


def both(half: object) -> Points:
    """A closed outline from its right half, listed from top to bottom."""
    points = np.asarray(half, float)
    return smooth(np.vstack([points, mirrored(points[(points[:, 0] > 0)])]))


def ribbon(line: Points, width: float | Points) -> Points:
    """A stroke along a line as a polygon; `width` in units, one or one per point."""
    along = np.diff(line, axis=0)
    along = np.vstack([along[:1], along[:-1] + along[1:], along[-1:]])
    across = np.stack([-along[:, 1], along[:, 0]], axis=1) / np.maximum(np.hypot(*along.T), 1e-9)[:, None]
    half = across * np.reshape(np.asarray(width, float) / 2, (-1, 1))
    edge: Points = np.vstack([line + half, (line - half)[::-1]])
    return edge


def tapered(count: int, width: float, sharp: float = 1.0) -> Points:
    """Widths of a stroke that is thin at both ends."""
    widths: Points = width * np.sin(np.linspace(0.03, np.pi - 0.03, count)) ** sharp
    return widths


def ellipse(x: float, y: float, rx: float, ry: float, lean_deg: float = 0.0) -> Points:
    """An ellipse as a polygon, leaning clockwise."""
    angle = np.linspace(0, 2 * np.pi, 40, endpoint=False)
    c, s = cos(radians(lean_deg)), sin(radians(lean_deg))
    across, down = rx * np.cos(angle), ry * np.sin(angle)
    return np.stack([x + c * across - s * down, y + s * across + c * down], axis=1)


def scaled(colour: Colour, factor: float) -> Colour:
    """A colour made darker or lighter."""
    return colour[0] * factor, colour[1] * factor, colour[2] * factor
