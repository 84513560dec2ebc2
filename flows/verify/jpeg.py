"""A JPEG's structure, read from its bytes alone (ITU-T T.81, annex B; JFIF 1.02)."""

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

SOI, EOI, SOS, DQT, COM, APP0 = 0xD8, 0xD9, 0xDA, 0xDB, 0xFE, 0xE0
FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""Start-of-frame markers; the three left out are tables."""
APPLICATIONS = range(0xE1, 0xF0)
BARE_JFIF = 14
"""The length in bytes of a JFIF header without a thumbnail."""
SCAN_END = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
"""The next marker after a scan's data: not a stuffed byte, a restart or a fill byte."""

LUMINANCE = (
    16, 11, 12, 14, 12, 10, 16, 14, 13, 14, 18, 17, 16, 19, 24, 40,
    26, 24, 22, 22, 24, 49, 35, 37, 29, 40, 58, 51, 61, 60, 57, 51,
    56, 55, 64, 72, 92, 78, 64, 68, 87, 69, 55, 56, 80, 109, 81, 87,
    95, 98, 103, 104, 103, 62, 77, 113, 121, 112, 100, 120, 92, 101, 103, 99,
)  # fmt: skip
CHROMINANCE = (17, 18, 18, 24, 21, 24, 47, 26, 26, 47, 99, 66, 56, 66, *[99] * 50)
"""The tables of ITU-T T.81, K.1 and K.2, in zigzag order."""


class Segment(NamedTuple):
    """A marker and the bytes that belong to it."""

    marker: int
    body: bytes


class Jpeg(NamedTuple):
    """What a JPEG file says of itself.

    `dpi` is None where the file names none; `quality` is the IJG quality that its quantisation tables imply,
    None where it has none; `extras` names every segment that is no picture; `trailing` counts bytes after it.
    """

    width: int
    height: int
    channels: int
    bits: int
    dpi: tuple[int, int] | None
    quality: int | None
    extras: tuple[str, ...]
    trailing: int


def read_jpeg(data: bytes) -> Jpeg:
    """Read a JPEG's structure; ValueError for what is none, or breaks off."""
    segments = list(_segments(data))
    frames = [segment.body for segment in segments if segment.marker in FRAMES]
    if len(frames) != 1 or len(frames[0]) < 6:
        raise ValueError("no single frame")
    frame = frames[0]
    return Jpeg(
        width=int.from_bytes(frame[3:5]), height=int.from_bytes(frame[1:3]), channels=frame[5], bits=frame[0],
        dpi=_dpi(segments), quality=_quality(segments), extras=tuple(_extras(segments)),
        trailing=len(segments[-1].body),
    )  # fmt: skip


def _segments(data: bytes) -> Iterator[Segment]:
    """Every segment in order; the last is the end mark with whatever stands behind it."""
    if data[:2] != bytes([0xFF, SOI]):
        raise ValueError("no start mark")
    at = 2
    while data[at : at + 1] == b"\xff" and at + 1 < len(data):
        marker = data[at + 1]
        if marker == EOI:
            yield Segment(EOI, data[at + 2 :])
            return
        size = int.from_bytes(data[at + 2 : at + 4])
        yield Segment(marker, data[at + 4 : at + 2 + size])
        at += 2 + size
        if marker == SOS:
            following = SCAN_END.search(data, at)
            at = following.start() if following else len(data)
    raise ValueError("it breaks off")


def _dpi(segments: list[Segment]) -> tuple[int, int] | None:
    """The density of a JFIF header that is given in dots per inch."""
    for marker, body in segments:
        if marker == APP0 and body[:5] == b"JFIF\0" and len(body) >= 12 and body[7] == 1:
            return int.from_bytes(body[8:10]), int.from_bytes(body[10:12])
    return None


def _quality(segments: list[Segment]) -> int | None:
    """The lowest quality that any of the quantisation tables implies; table 0 is luminance."""
    tables = [table for marker, body in segments if marker == DQT for table in _tables(body)]
    implied = [_implied(steps, LUMINANCE if number == 0 else CHROMINANCE) for number, steps in tables]
    return min(implied, default=None)


def _tables(body: bytes) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Each table of a segment: its number and its 64 steps of one or two bytes."""
    while body:
        width, number = (2 if body[0] >> 4 else 1), body[0] & 15
        steps = body[1 : 1 + 64 * width]
        yield number, tuple(int.from_bytes(steps[i : i + width]) for i in range(0, len(steps), width))
        body = body[1 + 64 * width :]


def _implied(steps: tuple[int, ...], standard: tuple[int, ...]) -> int:
    """The highest IJG quality whose table is no finer than these steps; exact for IJG's own tables."""
    coarseness = _coarseness(standard)
    return max((quality for quality in coarseness if coarseness[quality] >= sum(steps)), default=1)


@cache
def _coarseness(standard: tuple[int, ...]) -> dict[int, int]:
    """The sum of a standard table's steps at each IJG quality from 1 to 100 (libjpeg, jcparam.c)."""
    sums = {}
    for quality in range(1, 101):
        percent = 5000 // quality if quality < 50 else 200 - 2 * quality
        sums[quality] = sum(min(max((step * percent + 50) // 100, 1), 255) for step in standard)
    return sums


def _extras(segments: list[Segment]) -> Iterator[str]:
    for marker, body in segments:
        if marker == COM:
            yield "COM"
        elif marker in APPLICATIONS:
            known = {b"Exif": "EXIF", b"ICC_": "ICC", b"http": "XMP"}
            yield known.get(body[:4], f"APP{marker - APP0}")
        elif marker == APP0 and (body[:5] != b"JFIF\0" or len(body) > BARE_JFIF):
            yield "APP0"
