"""Faces, on real ones: eyes against reference points, boxes against the package's own cascade."""

from importlib import resources
from io import BytesIO
from math import hypot

import cv2
import numpy as np
import pytest
from mtcnnruntime import MTCNN
from PIL import Image

from tests.photo_builders import REAL, landmarks, real_portrait, the_detector
from tests.yunet_builders import a_model
from transforms.faces import Point, YunetDetector, eyes_apart
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


# -- YuNet: how its answers are read; the network itself is not at hand

SEEN = ((200, 300), (280, 302), (240, 340), (210, 380), (270, 380))


@pytest.mark.parametrize(
    ("size", "scale"), [((640, 640), 1), ((960, 1280), 2), ((240, 320), 0.5), ((1280, 480), 2)]
)
def test_yunets_answer_is_read_in_the_pictures_own_pixels(size, scale):
    detector = YunetDetector(a_model(SEEN, (150, 200, 180, 240)))
    (face,) = detector.find(np.zeros((size[1], size[0], 3), np.uint8))
    assert (face.left_eye, face.right_eye, face.nose) == tuple(
        pytest.approx((x * scale, y * scale), abs=0.01) for x, y in SEEN[:3]
    )
    box = (face.left, face.top, face.right, face.bottom)
    assert box == pytest.approx([edge * scale for edge in (150, 200, 330, 440)], abs=0.01)
    assert face.score == pytest.approx(1)


def test_what_yunet_finds_is_no_sitter_if_it_is_tiny():
    detector = YunetDetector(a_model(SEEN, (200, 260, 70, 90)))
    assert detector.find(np.zeros((640, 640, 3), np.uint8)) == ()


WEIGHTS = resources.files("mtcnnruntime") / "weights" / "pnet.onnx"


@pytest.mark.parametrize(
    "file", [b"", b"junk" * 99, WEIGHTS.read_bytes()], ids=["empty", "junk", "another net"]
)
def test_what_is_no_yunet_is_refused(file):
    with pytest.raises(ValueError, match="no YuNet model"):
        YunetDetector(file)


def test_detectors_are_as_far_apart_as_their_farther_eye():
    (face,) = the_detector().find(at_study_size("official-1"))
    other = face._replace(left_eye=Point(face.left_eye.x + 1, face.left_eye.y),
                          right_eye=Point(face.right_eye.x + 3, face.right_eye.y - 4))  # fmt: skip
    assert eyes_apart(face, face) == 0
    assert eyes_apart(face, other) == pytest.approx(5)
