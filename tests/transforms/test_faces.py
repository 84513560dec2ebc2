"""Faces, on real ones: eyes against reference points, boxes against the package's own cascade."""

from io import BytesIO
from math import hypot

import cv2
import numpy as np
import pytest
from mtcnnruntime import MTCNN
from PIL import Image

from tests.photo_builders import REAL, landmarks, real_portrait, the_detector
from transforms.mtcnn import Cascade, Pyramid

WIDTH = 480


def at_study_size(name: str) -> np.ndarray:
    with Image.open(BytesIO(real_portrait(name))) as opened:
        whole = np.asarray(opened)
    height = round(len(whole) * WIDTH / whole.shape[1])
    return cv2.resize(whole, (WIDTH, height), interpolation=cv2.INTER_AREA)


@pytest.mark.parametrize("name", REAL)
def test_eyes_and_cheeks_are_where_the_reference_has_them(name):
    truth = landmarks(name)
    scale = WIDTH / truth["width"]
    face = the_detector().find(at_study_size(name))[0]
    for found, expected in ((face.left_eye, truth["eye_a"]), (face.right_eye, truth["eye_b"])):
        assert hypot(found.x - expected[0] * scale, found.y - expected[1] * scale) < 4
    cheeks = hypot(*np.subtract(truth["cheek_b"], truth["cheek_a"])) * scale
    assert abs(face.width / cheeks - 1) < 0.1
    assert abs(face.bottom - truth["chin"][1] * scale) < 12


@pytest.mark.parametrize("name", REAL)
def test_the_cascade_finds_what_the_packages_own_finds(name):
    image = at_study_size(name)
    ours = Cascade().find(Pyramid(image), WIDTH / 8)
    boxes, points = MTCNN().detect(np.ascontiguousarray(image[..., ::-1]), min_face_size=WIDTH / 8)
    assert len(ours.boxes) == len(boxes)
    assert np.abs(ours.boxes - boxes[:, :4]).max() < 0.1 * np.ptp(boxes[:, [0, 2]])
    assert np.abs(ours.scores - boxes[:, 4]).max() < 0.01
    assert np.abs(ours.points.transpose(0, 2, 1).reshape(-1, 10) - points).max() < 4


def test_a_mirrored_picture_has_the_mirrored_face():
    image = at_study_size("official-1")
    face, mirrored = (the_detector().find(np.ascontiguousarray(each))[0] for each in (image, image[:, ::-1]))
    assert abs(face.left_eye.x - (WIDTH - mirrored.right_eye.x)) < 1.5
    assert abs(face.left_eye.y - mirrored.right_eye.y) < 1.5
    assert abs(face.left - (WIDTH - mirrored.right)) < 4


@pytest.mark.parametrize("shape", [(640, 480), (8, 8), (1, 3000), (480, 640)])
def test_a_picture_without_a_face_has_none(shape):
    assert the_detector().find(np.full((*shape, 3), (100, 197, 255), np.uint8)) == ()


def test_every_face_of_a_group_is_found():
    two = np.hstack([at_study_size("official-1")[:600], at_study_size("astronaut")[:600]])
    found = [face for face in the_detector().find(two) if face.score > 0.9]
    assert len(found) == 2
