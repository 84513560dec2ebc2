"""The shadow that a sitter casts, told apart from slopes of light and from the outline's own softness."""

import cv2
import numpy as np
import pytest

from transforms.shadow import Beside, shadow_pct

BLUE, HAIR = np.array([100.0, 197.0, 255.0]), np.array([27.0, 24.0, 25.0])
FACE_WIDTH, CENTRE = 100.0, 120


def head(*, soft: float = 0.0) -> np.ndarray:
    """How much of each pixel (240, 240) is a head with hair, 0 to 1."""
    mask = np.zeros((240, 240), np.float32)
    cv2.ellipse(mask, (CENTRE, 150), (55, 95), 0, 0, 360, 1.0, -1)
    return cv2.GaussianBlur(mask, (0, 0), soft) if soft else mask


def scene(
    depth: float, *, aside: int = 14, soft: float = 0.0, light: float = 0.0, cloth: np.ndarray = BLUE
) -> Beside:
    """A head whose shadow falls `aside` to the right, and the backdrop as it would be without."""
    slope = 1 - light * np.linspace(0, 1, 240)[np.newaxis, :, np.newaxis]
    behind = np.broadcast_to(cloth * slope, (240, 240, 3))
    shadow = np.roll(cv2.GaussianBlur(head(), (0, 0), 2), aside, axis=1)[..., np.newaxis]
    share = head(soft=soft)[..., np.newaxis]
    picture = behind * (1 - depth * shadow) * (1 - share) + HAIR * share
    return Beside(picture.astype(np.uint8), behind, share[..., 0] > 0.5, FACE_WIDTH, CENTRE)


def measured(*args, **options) -> float | None:
    return shadow_pct(scene(*args, **options))


@pytest.mark.parametrize("depth", [0.1, 0.2, 0.4])
@pytest.mark.parametrize("aside", [14, -14])
def test_a_shadow_is_as_dark_as_it_was_drawn_at_most(depth, aside):
    assert 60 * depth < measured(depth, aside=aside) < 105 * depth


@pytest.mark.parametrize("soft", [0.0, 1.5, 3.0])
def test_without_a_shadow_there_is_none_however_soft_the_hair(soft):
    assert measured(0.0, soft=soft) < 1.5


def test_a_slope_of_light_is_no_shadow():
    assert measured(0.0, light=0.3) < 1


def test_without_any_backdrop_nothing_is_told():
    full = np.full((240, 240, 3), HAIR, np.uint8)
    assert shadow_pct(scene(0.0)._replace(seen=full)) is None


@pytest.mark.parametrize("hair", [(230, 228, 225), (160, 158, 155), (27, 24, 25)])
def test_grey_hair_before_white_is_no_shadow(hair):
    white = scene(0.0, cloth=np.array([250.0, 250.0, 250.0]))
    picture = np.where(white.sitter[..., np.newaxis], np.uint8(hair), white.seen)
    assert shadow_pct(white._replace(seen=picture)) < 1
    assert measured(0.2, cloth=np.array([250.0, 250.0, 250.0])) > 12
