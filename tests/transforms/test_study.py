"""The study copy: small whatever comes, and a place in it is a place in the source."""

import numpy as np
import pytest

from transforms.decode import Picture
from transforms.faces import Face, Point
from transforms.study import study_of


def picture(width: int, height: int, reduction: int = 1) -> Picture:
    pixels = np.zeros((height, width, 3), np.uint8)
    whole = (width * reduction, height * reduction)
    return Picture(pixels, reduction, *whole, "JPEG", "RGB", 8, 1, False, True, True, None)


@pytest.mark.parametrize("size", [(960, 1280), (1000, 1500), (1376, 2064), (1824, 2736), (6000, 4000)])
def test_its_shorter_side_is_near_480(size):
    height, width = study_of(picture(*size)).pixels.shape[:2]
    assert 400 <= min(height, width) <= 600


@pytest.mark.parametrize("size", [(700, 40_000), (40_000, 700), (40, 40_000)])
def test_a_strip_is_no_larger_than_four_squares(size):
    assert study_of(picture(*size)).pixels.size / 3 <= 4 * 480**2


@pytest.mark.parametrize("size", [(1, 1), (300, 400), (700, 700)])
def test_a_small_source_is_taken_as_it_is(size):
    study = study_of(picture(*size))
    assert (study.pixels.shape[1::-1], study.scale) == (size, 1)


def test_a_spot_is_found_again_in_the_source():
    """A spot that fills a pixel of the copy stands about the middle of what that pixel was made of."""
    source = picture(1003, 1505, reduction=4)
    source.pixels[600:602, 402:404] = 255
    study = study_of(source)
    (row,), (column,) = np.nonzero(study.pixels[..., 0])
    spot = Point(column + 0.5, row + 0.5)
    found = study.in_source(Face(*spot, *spot, 1.0, spot, spot, spot))
    assert found.nose == Point(403 * 4, 601 * 4)
