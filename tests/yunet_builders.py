"""A network in YuNet's output format that sees one and the same face whatever it is shown.

It has YuNet's input and its twelve outputs, as constants, so that OpenCV's own FaceDetectorYN decodes them.
It is no YuNet: what that network finds in a picture is not tested by it, only how its answers are read.
"""

import numpy as np

SIDE = 640
STRIDES = (8, 16, 32)
DEPTHS = {"cls": 1, "obj": 1, "bbox": 4, "kps": 10}
FLOAT = 1


def a_model(points: tuple[tuple[float, float], ...], box: tuple[float, float, float, float]) -> bytes:
    """An ONNX file that answers with five points, the sitter's right eye first, and a box (x, y, w, h)."""
    outputs = {f"{kind}_{stride}": np.zeros((1, (SIDE // stride) ** 2, depth), np.float32)
               for kind, depth in DEPTHS.items() for stride in STRIDES}  # fmt: skip
    left, top, width, height = box
    column, row = int((left + width / 2) // 32), int((top + height / 2) // 32)
    cell = row * (SIDE // 32) + column
    outputs["cls_32"][0, cell] = outputs["obj_32"][0, cell] = 1
    middle = (left + width / 2) / 32 - column, (top + height / 2) / 32 - row
    outputs["bbox_32"][0, cell] = (*middle, np.log(width / 32), np.log(height / 32))
    outputs["kps_32"][0, cell] = [part for x, y in points for part in (x / 32 - column, y / 32 - row)]
    return _onnx(outputs)


def _onnx(outputs: dict[str, np.ndarray]) -> bytes:
    """ONNX's messages, whose field numbers stand in its onnx.proto."""
    shape = (1, 3, SIDE, SIDE)
    graph = [_node(name) for name in outputs]
    graph += [(2, b"constant"), *((5, _tensor(f"{name}_value", value)) for name, value in outputs.items())]
    graph += [
        (11, _value("input", shape)),
        *((12, _value(name, value.shape)) for name, value in outputs.items()),
    ]
    return _message((1, 8), (7, _message(*graph)), (8, _message((1, b""), (2, 17))))


def _node(name: str) -> tuple[int, bytes]:
    return 1, _message(
        (1, f"{name}_value".encode()), (2, name.encode()), (3, name.encode()), (4, b"Identity")
    )


def _tensor(name: str, value: np.ndarray) -> bytes:
    return _message(
        *((1, side) for side in value.shape), (2, FLOAT), (8, name.encode()), (9, value.tobytes())
    )


def _value(name: str, shape: tuple[int, ...]) -> bytes:
    sides = _message(*((1, _message((1, side))) for side in shape))
    return _message((1, name.encode()), (2, _message((1, _message((1, FLOAT), (2, sides))))))


def _message(*fields: tuple[int, int | bytes]) -> bytes:
    """Protocol Buffers: numbers as varints, the rest with its length."""
    parts = []
    for number, value in fields:
        if isinstance(value, int):
            parts.append(_varint(number << 3) + _varint(value))
        else:
            parts.append(_varint(number << 3 | 2) + _varint(len(value)) + value)
    return b"".join(parts)


def _varint(number: int) -> bytes:
    return bytes([number & 127 | 128]) + _varint(number >> 7) if number > 127 else bytes([number])
