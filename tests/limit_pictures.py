"""Pictures that are as they should be but for one thing, of which a knob says how much there is."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from flows.demo.portrait import Landmarks, Look, Top, draw, look_of
from tests.photo_builders import as_file, the_detector
from transforms.colour import lab
from transforms.silhouette import outline

Pixels = NDArray[np.uint8]
Make = Callable[[float], bytes]

SIZE, LARGE = (600, 800), (900, 1200)
"""Of most pictures; and of those that a crop of any size can be cut from."""
EYES_AT = 0.61
"""From a photo's top edge to the eyes, in its widths: what keeps a large face's crown and eyes in place."""
BLUE = np.array([100.0, 197.0, 255.0])
PLAIN = replace(look_of(0, woman=True), tilt_deg=0.0, offset_x=0.0, head_scale=1.0, top=Top.JACKET)
"""A sitter without spectacles, in a dark red jacket, as she should be."""
FLAT = replace(look_of(17, woman=False), tilt_deg=0.0, offset_x=0.0, head_scale=1.0)
"""A sitter with clipped hair: nobody's crown is nearer to the eyes."""
NARROW = replace(PLAIN, clothes=replace(PLAIN.clothes, shoulders=1.35))
"""A sitter with shoulders hardly wider than the head: a picture cut beside her cuts no shoulder."""
DARK = replace(look_of(5, woman=True), tilt_deg=0.0, offset_x=0.0, head_scale=1.0, glasses=False)
"""A sitter of dark complexion."""


class Drawn(NamedTuple):
    """A portrait's pixels, and where everything is on it."""

    pixels: Pixels
    truth: Landmarks

    @property
    def eyes(self) -> tuple[float, float]:
        """The middle between the eyes."""
        left, right = self.truth.left_eye, self.truth.right_eye
        return (left[0] + right[0]) / 2, (left[1] + right[1]) / 2

    @property
    def face(self) -> float:
        """From cheek to cheek."""
        return self.truth.face_right_x - self.truth.face_left_x


@cache
def drawn(look: Look = PLAIN, size: tuple[int, int] = SIZE) -> Drawn:
    """A portrait, drawn once."""
    image, truth = draw(look, size)
    return Drawn(np.asarray(image), truth)


@cache
def sitter_in(look: Look = PLAIN) -> NDArray[np.float32]:
    """How much of each pixel (h, w, 1) is the sitter, 0 to 1."""
    pixels = drawn(look).pixels
    mask = outline(lab(pixels), the_detector().find(pixels)[0]).mask
    whole = cv2.dilate(mask.astype(np.float32), np.ones((3, 3)))
    return np.asarray(cv2.GaussianBlur(whole, (0, 0), 1.0), np.float32)[..., np.newaxis]


def saved(pixels: NDArray[np.generic], quality: int = 95) -> bytes:
    """Pixels as a camera's JPEG."""
    return as_file(Image.fromarray(np.clip(np.rint(pixels), 0, 255).astype(np.uint8)), quality=quality)


def looking(knob: str, base: Look = PLAIN, size: tuple[int, int] = SIZE) -> Make:
    """A sitter whose look has the knob's value."""
    return lambda value: saved(drawn(replace(base, **{knob: value}), size).pixels)


def framed(edge: str, look: Look = PLAIN, *, low_head: bool = False) -> Make:
    """A source cut so many face widths from the eyes at one edge, with room to spare at the others.

    It has pixels enough for any crop: no crop is refused for being enlarged.
    """

    def make(value: float) -> bytes:
        portrait = lowered(drawn(look, LARGE)) if low_head else drawn(look, LARGE)
        (x, y), far = portrait.eyes, value * portrait.face
        height, width = portrait.pixels.shape[:2]
        top, bottom = round(y - far) if edge == "top" else 0, round(y + far) if edge == "bottom" else height
        left, right = round(x - far) if edge == "left" else 0, round(x + far) if edge == "right" else width
        return saved(portrait.pixels[top:bottom, left:right])

    return make


def filled(value: float) -> bytes:
    """A source of the photo's shape, so many face widths wide, about the head."""
    return saved(about_head(value))


def about_head(width: float) -> Pixels:
    """The pixels of the photo's shape about a head, so many face widths wide."""
    portrait = drawn(FLAT, LARGE)
    (x, y), across = portrait.eyes, width * portrait.face
    left, top = round(x - across / 2), round(y - EYES_AT * across)
    return portrait.pixels[top : top + round(across * 4 / 3), left : left + round(across)]


def lowered(portrait: Drawn) -> Drawn:
    """The same with a third of the height above the brows: no head has its crown so near to the eyes."""
    brows = round(portrait.eyes[1] - 0.25 * portrait.face)
    width = portrait.pixels.shape[1]
    above = cv2.resize(portrait.pixels[:brows], (width, brows // 3), interpolation=cv2.INTER_AREA)
    room = np.repeat(above[:1], brows - len(above), axis=0)
    return Drawn(np.vstack([room, above, portrait.pixels[brows:]]), portrait.truth)


def behind(edit: Callable[[Pixels, float], NDArray[np.floating]]) -> Make:
    """What stands behind the plain sitter is edited."""

    def make(value: float) -> bytes:
        pixels, sitter = drawn().pixels, sitter_in()
        return saved(edit(pixels, value) * (1 - sitter) + pixels * sitter)

    return make


def on_face(
    edit: Callable[[NDArray[np.float64], float], NDArray[np.floating]],
    *,
    at: tuple[float, float] = (0.0, 0.3),
    reach: tuple[float, float] = (0.46, 0.6),
    look: Look = PLAIN,
) -> Make:
    """A soft oval of the face is edited: `at` is its middle from between the eyes, both in face widths."""

    def make(value: float) -> bytes:
        portrait = drawn(look)
        oval = ellipse(portrait, at, reach)
        pixels = portrait.pixels.astype(np.float64)
        return saved(edit(pixels, value) * oval + pixels * (1 - oval))

    return make


def ellipse(portrait: Drawn, at: tuple[float, float], reach: tuple[float, float]) -> NDArray[np.float64]:
    """1 inside an oval of the face and 0 outside it (h, w, 1), soft at its rim."""
    height, width = portrait.pixels.shape[:2]
    (x, y), face = portrait.eyes, portrait.face
    down = (np.arange(height)[:, np.newaxis] - y - at[1] * face) / (reach[1] * face)
    along = (np.arange(width)[np.newaxis] - x - at[0] * face) / (reach[0] * face)
    return np.clip((1 - np.hypot(down, along)) * 5, 0, 1)[..., np.newaxis]


def coloured(pixels: Pixels, value: float) -> NDArray[np.floating]:
    """Less green by so many of 255."""
    return pixels - np.array([0.0, value, 0.0])


def sloped(pixels: Pixels, value: float) -> NDArray[np.floating]:
    """Light that falls off by such a share from the left edge to the right."""
    return pixels * (1 - value * np.linspace(0, 1, pixels.shape[1]))[:, np.newaxis]


def patched(pixels: Pixels, value: float) -> NDArray[np.floating]:
    """Such a share less light in the upper left corner."""
    light = np.ones((*pixels.shape[:2], 1))
    light[:240, :140] -= value
    return pixels * light


def shadowed(pixels: Pixels, value: float) -> NDArray[np.floating]:
    """The sitter's shadow, such a share darker than the backdrop, a fifth of a face width to the right."""
    shape = np.roll(cv2.GaussianBlur(sitter_in(), (0, 0), 6.0), round(0.2 * drawn().face), axis=1)
    return pixels * (1 - value * shape[..., np.newaxis])


def dimmed(pixels: NDArray[np.float64], value: float) -> NDArray[np.floating]:
    """Such a share of the light."""
    return pixels * value


def paled(pixels: NDArray[np.float64], value: float) -> NDArray[np.floating]:
    """So far on the way to white."""
    return pixels + (250 - pixels) * value


def greener(pixels: NDArray[np.float64], value: float) -> NDArray[np.floating]:
    """More green, and less red and blue."""
    return pixels * np.array([1 - value, 1 + value, 1 - value])


def turned(value: float) -> bytes:
    """The nose drawn so many face widths to the side, as a turned head shows it."""
    portrait = drawn()
    (x, y), face = portrait.eyes, portrait.face
    height, width = portrait.pixels.shape[:2]
    down, along = np.mgrid[:height, :width].astype(np.float32)
    near = np.hypot((along - x) / (0.45 * face), (down - y - 0.35 * face) / (0.28 * face))
    moved = along - np.float32(value * face) * np.exp(-(near**4)).astype(np.float32)
    return saved(cv2.remap(portrait.pixels, moved.astype(np.float32), down, cv2.INTER_CUBIC))


def lens_lit(value: float) -> bytes:
    """A burnt-out spot beside an eye, its radius in face widths."""
    portrait = drawn()
    x, y = portrait.truth.right_eye
    at = round(x + 0.08 * portrait.face), round(y + 0.09 * portrait.face)
    return saved(spotted(at, value * portrait.face, 255))


def mouth_of(level: int) -> Make:
    """A spot of one grey over the mouth, its radius in face widths."""

    def make(value: float) -> bytes:
        portrait = drawn()
        x, y = portrait.truth.mouth
        return saved(spotted((round(x), round(y)), value * portrait.face, level))

    return make


def spotted(at: tuple[int, int], radius: float, level: int) -> Pixels:
    """The plain sitter with a disc of one grey, its radius in pixels counted to a sixteenth."""
    place = (at[0] << 4, at[1] << 4)
    return cv2.circle(drawn().pixels.copy(), place, round(radius * 16), (level,) * 3, -1, cv2.LINE_AA, 4)


def half_lit(value: float) -> bytes:
    """The face's left half with such a share of the light in its pixels."""
    portrait = drawn()
    across = (np.arange(SIZE[0]) - portrait.eyes[0]) / (0.1 * portrait.face)
    dark = (ellipse(portrait, (0.0, 0.3), (0.46, 0.6))[..., 0] / (1 + np.exp(across)))[..., np.newaxis]
    return saved(portrait.pixels * (1 - dark * (1 - value)))


def bordered(value: float) -> bytes:
    """A black strip so many pixels wide along the top of a source that is too tight to leave it out."""
    pixels = about_head(1.62).copy()
    pixels[: round(value)] = 0
    return saved(pixels)


def dressed(value: float) -> bytes:
    """A top whose colour is such a share of the way to the backdrop's."""
    dark = np.array([60.0, 60.0, 70.0])
    red, green, blue = (dark + (BLUE - dark) * value).tolist()
    clothes = replace(PLAIN.clothes, outer=(red, green, blue), stripes=0.0)
    return saved(drawn(replace(PLAIN, clothes=clothes, top=Top.SWEATER)).pixels)


def washed_out(value: float) -> bytes:
    """Such a share of the colour there is."""
    pixels = drawn().pixels
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)[..., np.newaxis]
    return saved(grey + (pixels.astype(np.float64) - grey) * value)


def compressed(value: float) -> bytes:
    """Saved at a JPEG quality."""
    return saved(drawn().pixels, int(value))


def small(value: float) -> bytes:
    """A source of the photo's shape, so many pixels wide."""
    return saved(
        cv2.resize(about_head(1.9), (round(value), round(value * 4 / 3)), interpolation=cv2.INTER_AREA)
    )


def busy(value: float) -> bytes:
    """Dots that differ by so much on clothes and hair."""
    portrait = drawn()
    dots = np.random.default_rng(1).normal(0, value, (*portrait.pixels.shape[:2], 1))
    spared = ellipse(portrait, (0.0, 0.3), (0.6, 0.75)) > 0
    return saved(portrait.pixels + dots * ((sitter_in() > 0.99) & ~spared))


def plain_lit(value: float) -> bytes:
    """Backdrop and clothes of one colour each, the face blurred but for the eyes, in a share of light."""
    portrait, below = drawn(DARK), sitter_in(DARK).copy()
    below[: round(portrait.truth.chin[1] + 0.2 * portrait.face)] = 0
    plain = BLUE * (1 - sitter_in(DARK)) + portrait.pixels * sitter_in(DARK)
    plain = plain * (1 - below) + np.array([90.0, 40.0, 50.0]) * below
    eyes = ellipse(portrait, (0.0, 0.0), (0.33, 0.08))
    return saved((cv2.GaussianBlur(plain, (0, 0), 8.0) * (1 - eyes) + portrait.pixels * eyes) * value, 98)


def topped(value: float) -> bytes:
    """A small head under a bun that no crop can hold, in a source so many pixels wide."""
    return saved(drawn(replace(PLAIN, bun=2.2, head_scale=0.7), (round(value), round(value * 4 / 3))).pixels)


def people(value: float) -> bytes:
    """So many sitters side by side."""
    alone = drawn().pixels
    empty = np.broadcast_to(BLUE, alone.shape).astype(np.uint8)
    return saved(np.hstack([alone] * round(value) or [empty]))
