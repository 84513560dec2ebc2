"""Image -> faces: where they are, how sure that is, and where eyes and nose stand."""

from math import hypot
from typing import NamedTuple, Protocol

import cv2
import numpy as np

from transforms.mtcnn import Cascade, Pyramid
from transforms.pixels import Pixels


class Point(NamedTuple):
    """A place in an image, from the upper left corner of its first pixel."""

    x: float
    y: float


class Face(NamedTuple):
    """A face's box and points; left and right as the viewer sees them."""

    left: float
    top: float
    right: float
    bottom: float
    score: float
    left_eye: Point
    right_eye: Point
    nose: Point

    @property
    def width(self) -> float:
        """Of the box, which is the face from cheek to cheek."""
        return self.right - self.left

    @property
    def eyes(self) -> Point:
        """The middle between the eyes."""
        return Point((self.left_eye.x + self.right_eye.x) / 2, (self.left_eye.y + self.right_eye.y) / 2)

    def placed(self, left: float, top: float, scale: float) -> "Face":
        """The same face in an image that begins at (left, top) of this one and is `scale` times as large."""

        def moved(point: Point) -> Point:
            return Point((point.x - left) * scale, (point.y - top) * scale)

        (x0, y0), (x1, y1) = moved(Point(self.left, self.top)), moved(Point(self.right, self.bottom))
        eyes_and_nose = moved(self.left_eye), moved(self.right_eye), moved(self.nose)
        return Face(x0, y0, x1, y1, self.score, *eyes_and_nose)


def eyes_apart(one: Face, other: Face) -> float:
    """The larger of the distances between the places that two faces have for an eye, in pixels."""
    eyes = ((one.left_eye, other.left_eye), (one.right_eye, other.right_eye))
    return max(hypot(here.x - there.x, here.y - there.y) for here, there in eyes)


class Detector(Protocol):
    """Whatever can find faces."""

    def find(self, image: Pixels) -> tuple[Face, ...]:
        """The faces of an RGB image (h, w, 3), best score first; none is an empty tuple."""
        ...


class MtcnnDetector:
    """Faces by MTCNN on one core; one detector serves one thread."""

    face_min_share = 1 / 8
    """Of the image's shorter side: smaller faces are no sitter's."""
    face_min_px = 20.0
    """Smaller faces have too few pixels to be told."""

    def __init__(self) -> None:
        # Workers are parallel already; OpenCV's own pool would only fight them.
        cv2.setNumThreads(1)
        self._cascade = Cascade()

    def find(self, image: Pixels) -> tuple[Face, ...]:
        """The faces of an RGB image (h, w, 3), best score first."""
        face_min_px = max(self.face_min_px, min(image.shape[:2]) * self.face_min_share)
        pyramid = Pyramid(image)
        found = self._cascade.settle(pyramid, self._cascade.find(pyramid, face_min_px))
        return tuple(
            _face(box.tolist(), float(score), points.tolist())
            for box, score, points in zip(found.boxes, found.scores, found.points, strict=True)
        )


class YunetDetector:
    """Faces by OpenCV's YuNet, from the bytes of its model file; one detector serves one thread.

    ValueError where the bytes are no such model. A picture is shown at the size that the published models
    are fixed to, with black beside it where it is no square.
    """

    side_px = 640

    def __init__(self, model: bytes) -> None:
        cv2.setNumThreads(1)
        # OpenCV 5 warns that it will not set its own default target.
        cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_ERROR)
        no_text, size = np.zeros(0, np.uint8), (self.side_px, self.side_px)
        try:
            self._network = cv2.FaceDetectorYN.create("onnx", np.frombuffer(model, np.uint8), no_text, size)
            self.find(np.zeros((1, 1, 3), np.uint8))
        except cv2.error as wrong:
            raise ValueError("no YuNet model") from wrong

    def find(self, image: Pixels) -> tuple[Face, ...]:
        """The faces of an RGB image (h, w, 3), best score first; none so small that it is no sitter's."""
        height, width = image.shape[:2]
        scale = self.side_px / max(height, width)
        size = max(1, round(width * scale)), max(1, round(height * scale))
        shown = np.zeros((self.side_px, self.side_px, 3), np.uint8)
        shown[: size[1], : size[0]] = cv2.resize(image, size, interpolation=cv2.INTER_AREA)[..., ::-1]
        _, rows = self._network.detect(shown)
        faces = [] if rows is None else [_yunet_face(row.tolist()).placed(0, 0, 1 / scale) for row in rows]
        least = min(height, width) * MtcnnDetector.face_min_share
        return tuple(sorted((face for face in faces if face.width >= least), key=lambda face: -face.score))


def _yunet_face(row: list[float]) -> Face:
    """A line of FaceDetectorYN's answer: box, five points from the sitter's right eye on, score."""
    left, top, width, height = row[:4]
    left_eye, right_eye, nose = (Point(*row[at : at + 2]) for at in (4, 6, 8))
    return Face(left, top, left + width, top + height, row[14], left_eye, right_eye, nose)


def _face(box: list[float], score: float, points: list[list[float]]) -> Face:
    """A face as the networks have it, who count from the middle of the first pixel and not from its edge."""
    left, top, right, bottom = (edge + 0.5 for edge in box)
    left_eye, right_eye, nose = (Point(x + 0.5, y + 0.5) for x, y in points[:3])
    return Face(left, top, right, bottom, score, left_eye, right_eye, nose)
