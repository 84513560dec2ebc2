"""Light and hue of the cheeks, and colour at all, on patches where the truth is drawn."""

import numpy as np
import pytest

from tests.photo_builders import REAL, real_portrait
from transforms.chroma import chroma
from transforms.decode import decode
from transforms.faces import Face, Point
from transforms.skin import skin

FACE = Face(140, 100, 340, 420, 1.0, Point(195, 250), Point(285, 250), Point(240, 300))
LIGHTS = (1, 1, 1), (0.95, 1.1, 0.8), (1.1, 0.95, 1.1)
COMPLEXIONS = [(240, 206, 183), (213, 168, 137), (150, 104, 76), (106, 72, 54)]


def patch(colour: tuple[int, int, int], *, right: float = 1.0) -> np.ndarray:
    """A wall of skin, the right half's sRGB values multiplied."""
    picture = np.full((640, 480, 3), colour, np.float64)
    picture[:, 240:] *= right
    return np.rint(picture).astype(np.uint8)


def lit(colour: tuple[int, int, int], light: tuple[float, float, float]) -> np.ndarray:
    """A wall of skin in coloured light."""
    seen = [min(part * share, 255) for part, share in zip(colour, light, strict=True)]
    return np.full((640, 480, 3), np.rint(seen), np.uint8)


@pytest.mark.parametrize("colour", COMPLEXIONS)
def test_balance_is_a_share_of_light_on_any_complexion(colour):
    assert skin(patch(colour), FACE).face_balance_pct == 0
    assert abs(skin(patch(colour, right=0.73), FACE).face_balance_pct - 50) < 5


def test_the_cheeks_of_a_tilted_head_are_beside_its_nose():
    tilted = FACE._replace(left_eye=Point(200, 205), right_eye=Point(280, 295))
    picture = patch((213, 168, 137))
    picture[290:] = 20
    assert skin(picture, FACE).face_balance_pct == 0
    assert skin(picture, tilted).face_balance_pct > 90
    picture = patch((213, 168, 137))
    picture[:, 212:240] = 20
    assert skin(picture, FACE).face_balance_pct == 0
    assert skin(picture, tilted).face_balance_pct > 90


@pytest.mark.parametrize("colour", COMPLEXIONS)
def test_the_hue_of_any_complexion_is_human_and_goes_with_the_light(colour):
    plain, greenish, purple = (skin(lit(colour, light), FACE).skin_hue_deg for light in LIGHTS)
    assert 50 < plain < 65
    assert plain + 20 < greenish
    assert purple < plain - 15


def test_a_face_outside_the_picture_is_not_assessed():
    assert skin(patch(COMPLEXIONS[0])[:20], FACE) == (None, None)


@pytest.mark.parametrize("name", REAL)
def test_a_real_portrait_has_colour_and_its_grey_copy_none(name):
    image = decode(real_portrait(name), (960, 1280)).pixels
    grey = np.repeat(image.mean(2, keepdims=True).astype(np.uint8), 3, axis=2)
    assert chroma(image) > 30
    assert chroma(grey) < 1
