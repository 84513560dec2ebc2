"""Irises found near where a detector put the eyes, on real faces and where there is none."""

from math import hypot

import numpy as np
import pytest

from tests.photo_builders import REAL, landmarks, real_portrait, the_detector
from transforms.decode import decode
from transforms.eyes import with_irises
from transforms.faces import Face, Point
from transforms.study import study_of


def detected(name: str) -> tuple[np.ndarray, Face]:
    picture = decode(real_portrait(name), (10_000, 10_000))
    study = study_of(picture)
    return picture.pixels, study.in_source(the_detector().find(study.pixels)[0])


def error(face: Face, truth: dict) -> float:
    """The sum over both eyes, in face widths."""
    both = ((face.left_eye, truth["eye_a"]), (face.right_eye, truth["eye_b"]))
    return sum(hypot(eye.x - x, eye.y - y) for eye, (x, y) in both) / face.width


def shifted(face: Face, x: float, y: float) -> Face:
    eyes = {
        eye: Point(at.x + x * face.width, at.y + y * face.width)
        for eye, at in face._asdict().items()
        if "eye" in eye
    }
    return face._replace(**eyes)


@pytest.mark.parametrize("name", REAL)
def test_real_irises_are_found_from_a_little_way_off(name):
    """Seen from four places about them, they are nearer than the places by a quarter in the mean."""
    pixels, face = detected(name)
    places = [shifted(face, x, y) for x, y in ((0.03, 0.0), (-0.03, 0.0), (0.0, 0.03), (0.0, -0.03))]
    before, after = (
        sum(error(each, landmarks(name)) for each in faces)
        for faces in (places, [with_irises(pixels, place) for place in places])
    )
    assert after < 0.75 * before


@pytest.mark.parametrize("name", REAL)
def test_real_irises_are_no_farther_off_than_a_seventieth_of_the_face(name):
    pixels, face = detected(name)
    assert error(with_irises(pixels, face), landmarks(name)) / 2 < 1 / 70


def test_where_nothing_is_seen_the_eyes_stay():
    face = Face(-90, -90, -10, -10, 1.0, Point(-70, -60), Point(-30, -60), Point(-50, -40))
    assert with_irises(np.zeros((80, 60, 3), np.uint8), face) == face
    flat = face.placed(-120, -120, 1)
    seen = with_irises(np.full((200, 200, 3), 90, np.uint8), flat)
    assert hypot(seen.eyes.x - flat.eyes.x, seen.eyes.y - flat.eyes.y) < 1
