"""Fewer pixels: as sharp as Lanczos, no patterns that were not there, everything where it was."""

import numpy as np
import pytest
from PIL import Image

from transforms.light import sharpness
from transforms.scaling import mean, shrunk

RATIOS = (1.1, 1.25, 5 / 3, 2.4, 4.4, 9.0)
SMALL = (120, 160)


def stripes(ratio: float, per_small_pixel: float) -> np.ndarray:
    """Upright stripes, so many to a pixel of the small picture, for a picture `ratio` times as large."""
    width, height = (round(side * ratio) for side in SMALL)
    wave = 128 + 100 * np.cos(2 * np.pi * per_small_pixel * (np.arange(width) + 0.5) / ratio)
    return np.repeat(np.tile(np.rint(wave).astype(np.uint8), (height, 1))[..., np.newaxis], 3, axis=2)


def swing(pixels: np.ndarray) -> float:
    """How strong stripes are: the standard deviation away from the picture's edges."""
    return float(pixels[:, 8:-8].std())


def by_lanczos(pixels: np.ndarray) -> np.ndarray:
    return np.asarray(Image.fromarray(pixels).resize(SMALL, Image.Resampling.LANCZOS))


@pytest.mark.parametrize("ratio", RATIOS)
@pytest.mark.parametrize("per_small_pixel", [0.1, 0.22, 0.33])
def test_what_can_be_shown_is_shown_as_lanczos_shows_it(ratio, per_small_pixel):
    large = stripes(ratio, per_small_pixel)
    assert swing(shrunk(large, SMALL)) == pytest.approx(swing(by_lanczos(large)), rel=0.06)


@pytest.mark.parametrize("ratio", [ratio for ratio in RATIOS if ratio > 1.5])
@pytest.mark.parametrize("per_small_pixel", [0.68, 0.75])
def test_what_is_too_fine_leaves_no_pattern(ratio, per_small_pixel):
    large = stripes(ratio, per_small_pixel)
    assert swing(large) > 60
    assert swing(shrunk(large, SMALL)) < 6


@pytest.mark.parametrize("ratio", RATIOS)
def test_an_edge_is_as_sharp_as_lanczos_makes_it(ratio):
    large = np.full((*(round(side * ratio) for side in SMALL[::-1]), 3), 60, np.uint8)
    large[large.shape[0] // 3 :, large.shape[1] // 3 :] = 200
    made, expected = shrunk(large, SMALL), by_lanczos(large)
    assert sharpness(made[..., 0]) >= 0.97 * sharpness(expected[..., 0])
    assert np.abs(made.astype(int) - expected).mean() < 0.5


def test_a_picture_at_its_size_stays_as_it_is():
    picture = np.random.default_rng(3).integers(0, 255, (*SMALL[::-1], 3), np.uint8)
    assert (shrunk(picture, SMALL) == picture).all()


def test_a_mean_is_of_whole_squares():
    picture = np.arange(7 * 8 * 3, dtype=np.uint8).reshape(7, 8, 3)
    expected = picture[:6, :6].reshape(2, 3, 2, 3, 3).mean((1, 3))
    assert np.abs(mean(picture, 3) - expected).max() <= 0.5
    assert mean(picture, 1) is picture
