"""A JPEG's structure, read from its bytes alone (ITU-T T.81, annex B; JFIF 1.02)."""

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

SOI, EOI, SOS, DQT, COM, APP0 = 0xD8, 0xD9, 0xDA, 0xDB, 0xFE, 0xE0
FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""Start-of-frame markers; the three left out are tables."""
BASELINE, EXTENDED, PROGRESSIVE = 0xC0, 0xC1, 0xC2
"""The frames that every reader knows; the first two are decoded in one pass."""
APPLICATIONS = range(0xE1, 0xF0)
SEGMENTS_MAX = 10_000
"""No camera writes so many; whoever does means to keep a reader busy."""
BARE_JFIF = 14
"""The length in bytes of a JFIF header without a thumbnail."""
MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
"""The next marker: not a stuffed byte, a restart or a fill byte."""

LUMINANCE = (
    16, 11, 12, 14, 12, 10, 16, 14, 13, 14, 18, 17, 16, 19, 24, 40,
    26, 24, 22, 22, 24, 49, 35, 37, 29, 40, 58, 51, 61, 60, 57, 51,
    56, 55, 64, 72, 92, 78, 64, 68, 87, 69, 55, 56, 80, 109, 81, 87,
    95, 98, 103, 104, 103, 62, 77, 113, 121, 112, 100, 120, 92, 101, 103, 99,
)  # fmt: skip
CHROMINANCE = (17, 18, 18, 24, 21, 24, 47, 26, 26, 47, 99, 66, 56, 66, *[99] * 50)
"""The tables of ITU-T T.81, K.1 and K.2, in zigzag order."""


class Segment(NamedTuple):
    """A marker, where it stands, the bytes that belong to it, and how many bytes before it belong to nothing.

    Of a scan these are its header's bytes, and its data is passed over.
    """

    marker: int
    at: int
    body: bytes
    stray: int


class Jpeg(NamedTuple):
    """What a JPEG file says of itself.

    `frame` is its start-of-frame marker. `dpi` is None where the file names none; `quality` is the IJG
    quality that its quantisation tables imply, None where it has none; `extras` names every segment that is
    no picture; `stray` counts bytes between segments, `trailing` those after the picture.
    """

    width: int
    height: int
    channels: int
    bits: int
    frame: int
    scans: int
    dpi: tuple[int, int] | None
    quality: int | None
    extras: tuple[str, ...]
    stray: int
    trailing: int


def read_jpeg(data: bytes) -> Jpeg:
    """Read a JPEG's structure, as far as its first end mark; ValueError for what is none, or breaks off."""
    parts = segments(data)
    frames = [part for part in parts if part.marker in FRAMES]
    if len(frames) != 1 or len(frames[0].body) < 6:
        raise ValueError("no single frame")
    marker, _, body, _ = frames[0]
    return Jpeg(
        width=int.from_bytes(body[3:5]), height=int.from_bytes(body[1:3]), channels=body[5], bits=body[0],
        frame=marker, scans=sum(part.marker == SOS for part in parts), dpi=_dpi(parts),
        quality=_quality(parts), extras=tuple(_extras(parts)), stray=sum(part.stray for part in parts),
        trailing=len(data) - parts[-1].at - 2,
    )  # fmt: skip


def segments(data: bytes) -> list[Segment]:
    """Every segment in order, the end mark last; ValueError where it is missing or too far."""
    if data[:2] != bytes([0xFF, SOI]):
        raise ValueError("no start mark")
    found, at, in_scan = list[Segment](), 2, False
    while following := MARKER.search(data, at):
        begin = following.start()
        stray = 0 if in_scan else len(data[at:begin].strip(b"\xff"))
        marker = data[begin + 1]
        size = 0 if marker == EOI else int.from_bytes(data[begin + 2 : begin + 4])
        found.append(Segment(marker, begin, data[begin + 4 : begin + 2 + size], stray))
        if marker == EOI:
            return found
        at, in_scan = begin + 2 + size, marker == SOS
        if len(found) > SEGMENTS_MAX:
            raise ValueError("too many segments")
    raise ValueError("it breaks off")


def _dpi(parts: list[Segment]) -> tuple[int, int] | None:
    """The density of a JFIF header that is given in dots per inch."""
    for marker, _, body, _ in parts:
        if marker == APP0 and body[:5] == b"JFIF\0" and len(body) >= 12 and body[7] == 1:
            return int.from_bytes(body[8:10]), int.from_bytes(body[10:12])
    return None


def _quality(parts: list[Segment]) -> int | None:
    """The lowest quality that any of the quantisation tables implies; table 0 is luminance."""
    tables = [table for marker, _, body, _ in parts if marker == DQT for table in _tables(body)]
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


def _extras(parts: list[Segment]) -> Iterator[str]:
    for marker, _, body, _ in parts:
        if marker == COM:
            yield "COM"
        elif marker in APPLICATIONS:
            known = {b"Exif": "EXIF", b"ICC_": "ICC", b"http": "XMP"}
            yield known.get(body[:4], f"APP{marker - APP0}")
        elif marker == APP0 and (body[:5] != b"JFIF\0" or len(body) > BARE_JFIF):
            yield "APP0"
