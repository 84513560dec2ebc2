"""Borders along the edges of a picture, and what looks like one and is none."""

import numpy as np
import pytest

from tests.photo_builders import REAL, real_portrait
from transforms.border import border_px
from transforms.decode import decode

BLUE, BLACK, WHITE, GREY = (100, 197, 255), (0, 0, 0), (255, 255, 255), (128, 128, 128)
SIZE = (640, 480)


def sitter(jacket: tuple[int, int, int] = (40, 42, 60), *, sides: int = 40) -> np.ndarray:
    """A head and shoulders before the backdrop; the shoulders leave `sides` free on each side."""
    picture = np.full((*SIZE, 3), BLUE, np.uint8)
    picture[90:420, 150:330] = (225, 185, 160)
    picture[420:, sides : SIZE[1] - sides] = jacket
    return picture


def bordered(colour: tuple[int, int, int], **widths: int) -> np.ndarray:
    """The sitter, with strips of a colour laid over the edges named."""
    picture = noisy(sitter())
    top, bottom, left, right = (widths.get(edge, 0) for edge in ("top", "bottom", "left", "right"))
    picture[:top], picture[:, :left] = colour, colour
    picture[SIZE[0] - bottom :], picture[:, SIZE[1] - right :] = colour, colour
    return picture


def noisy(picture: np.ndarray, sigma: float = 2.0) -> np.ndarray:
    noise = np.random.default_rng(3).normal(0, sigma, picture.shape)
    return np.clip(picture + noise, 0, 255).astype(np.uint8)


@pytest.mark.parametrize("colour", [BLACK, WHITE, GREY])
@pytest.mark.parametrize("edge", ["top", "bottom", "left", "right"])
@pytest.mark.parametrize("width", [1, 12, 60])
def test_a_strip_along_any_edge_is_as_wide_as_it_was_drawn(colour, edge, width):
    assert border_px(bordered(colour, **{edge: width})) == width


def test_of_a_whole_frame_the_widest_side_counts():
    assert border_px(bordered(WHITE, top=4, left=9, right=6, bottom=5)) == 9


def test_a_strip_that_lies_a_little_askew_is_told():
    picture = noisy(sitter())
    for row in range(SIZE[0]):
        picture[row, : 10 + row // 160] = BLACK
    assert border_px(picture) == 10


PLAIN = {
    "a sitter": sitter(),
    "dark clothes along the whole bottom": sitter((12, 12, 14), sides=0),
    "clothes out of both sides": sitter((240, 240, 240), sides=0),
    "nothing but backdrop": np.full((*SIZE, 3), BLUE, np.uint8),
    "a slope of light": (sitter() * np.linspace(0.7, 1, SIZE[1])[:, np.newaxis]).astype(np.uint8),
}


@pytest.mark.parametrize("name", PLAIN)
def test_backdrop_and_clothes_are_no_border(name):
    assert border_px(PLAIN[name]) == 0
    assert border_px(noisy(PLAIN[name], 4)) == 0


@pytest.mark.parametrize("name", REAL)
def test_real_portraits_have_none(name):
    assert border_px(decode(real_portrait(name), (960, 1280)).pixels) == 0


def test_a_picture_of_a_few_pixels_has_none():
    assert border_px(np.zeros((2, 1, 3), np.uint8)) == 0
