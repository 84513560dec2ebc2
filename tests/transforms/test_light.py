"""Focus, exposure and glare, on patches where the truth is drawn."""

import cv2
import numpy as np
import pytest
from PIL import Image

from tests.photo_builders import REAL, real_portrait, the_detector
from transforms.decode import decode
from transforms.faces import Face, Point
from transforms.light import glare_pct, light, sharpness

FACE = Face(140, 100, 340, 420, 1.0, Point(195, 250), Point(285, 250), Point(240, 300))


def skin(value: int = 180) -> np.ndarray:
    return np.full((640, 480, 3), value, np.uint8)


def spot(picture: np.ndarray, centre: Point, radius: int) -> np.ndarray:
    return cv2.circle(picture.copy(), (int(centre.x), int(centre.y)), radius, (255, 255, 255), -1)


def real_face(name: str, blur: float = 0.0, dim: float = 1.0) -> tuple[np.ndarray, Face]:
    image = Image.fromarray(decode(real_portrait(name), (960, 1280)).pixels)
    pixels = np.asarray(image.resize((480, round(480 * image.height / image.width))))
    face = the_detector().find(pixels)[0]
    if blur:
        pixels = cv2.GaussianBlur(pixels, (0, 0), blur)
    return (pixels * dim).astype(np.uint8), face


@pytest.mark.parametrize("name", REAL)
def test_sharpness_falls_with_every_step_of_blur_and_not_with_the_light(name):
    measures = [light(*real_face(name, blur)).sharpness for blur in (0, 1, 2, 3)]
    assert measures == sorted(measures, reverse=True)
    assert measures[0] - measures[3] > 8
    assert abs(light(*real_face(name, dim=0.5)).sharpness - measures[0]) < 3


def test_a_flat_patch_has_no_detail():
    assert sharpness(np.full((50, 50), 90, np.uint8)) is None


@pytest.mark.parametrize("sigma", [2, 6])
def test_noise_is_no_sharpness(sigma):
    blurred, face = real_face("official-1", blur=3)
    noise = np.random.default_rng(5).normal(0, sigma, blurred.shape)
    noisy = np.clip(blurred + noise, 0, 255).astype(np.uint8)
    assert abs(light(noisy, face).sharpness - light(blurred, face).sharpness) < 3


@pytest.mark.parametrize("value", [20, 128, 250])
def test_luma_is_the_faces(value):
    assert light(skin(value), FACE).face_luma == value


def test_clipped_skin_is_counted():
    picture = skin()
    picture[:, 240:] = 255
    assert 45 < light(picture, FACE).face_clipped_pct < 55


def test_crushed_skin_is_counted_and_dark_colours_are_not():
    picture = skin()
    picture[:, 240:] = 4
    assert 45 < light(picture, FACE).face_crushed_pct < 55
    picture[:, 240:] = (40, 4, 4)
    assert light(picture, FACE).face_crushed_pct == 0


def test_a_catch_light_is_no_glare_and_a_burnt_out_lens_is():
    small, large = (glare_pct(spot(skin(), FACE.left_eye, radius), FACE) for radius in (4, 14))
    assert small == 0
    assert large > 5
    assert glare_pct(spot(skin(), Point(240, 520), 30), FACE) == 0


def test_a_face_outside_the_picture_is_not_assessed():
    assert light(skin()[:20], FACE.placed(0, -900, 1)) == (None,) * 5
