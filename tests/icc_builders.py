"""Colour profiles, made by hand: ICC.1:2010, section 7."""

import struct

_WHITE = (0.9642, 1.0, 0.8249)


def rgb_profile(name: str, primaries: tuple[tuple[float, float, float], ...]) -> bytes:
    """An RGB profile of gamma 2.2 with these primaries (XYZ under D50), as Adobe RGB has it."""
    xyz = zip((b"rXYZ", b"gXYZ", b"bXYZ"), primaries, strict=True)
    curves = dict.fromkeys(
        (b"rTRC", b"gTRC", b"bTRC"), struct.pack(">4sIIH", b"curv", 0, 1, round(2.2 * 256))
    )
    return _profile(b"mntrRGB XYZ ", name, {key: _xyz(value) for key, value in xyz} | curves)


def cmyk_profile() -> bytes:
    """A CMYK profile: a table of its sixteen corners, in which every ink takes light away."""
    corners = (
        bytes((max(0, 255 - 60 * (c + m + y) - 200 * k), 128 + 40 * (m - c), 128 + 40 * (y - (c + m) // 2)))
        for c in (0, 1) for m in (0, 1) for y in (0, 1) for k in (0, 1)
    )  # fmt: skip
    ramp = bytes(range(256))
    one = (65536, 0, 0, 0, 65536, 0, 0, 0, 65536)
    head = struct.pack(">4sI4B9i", b"mft1", 0, 4, 3, 2, 0, *one)
    return _profile(b"prtrCMYKLab ", "inks", {b"A2B0": head + ramp * 4 + b"".join(corners) + ramp * 3})


def _xyz(value: tuple[float, float, float]) -> bytes:
    return struct.pack(">4sI3i", b"XYZ ", 0, *(round(each * 65536) for each in value))


def _profile(kind: bytes, name: str, tags: dict[bytes, bytes]) -> bytes:
    """Header, table of tags, tags: each padded to four bytes."""
    text = name.encode() + b"\0"
    described = struct.pack(">4sII", b"desc", 0, len(text)) + text + bytes(78)
    tags = {b"desc": described, b"cprt": b"text\0\0\0\0none\0", b"wtpt": _xyz(_WHITE)} | tags
    table, body = struct.pack(">I", len(tags)), b""
    start = 128 + 4 + 12 * len(tags)
    for key, data in tags.items():
        table += struct.pack(">4sII", key, start + len(body), len(data))
        body += data + bytes(-len(data) % 4)
    head = struct.pack(">I4sI12s", start + len(body), b"\0\0\0\0", 0x02400000, kind)
    head = head.ljust(36, b"\0") + b"acsp" + bytes(28) + _xyz(_WHITE)[8:]
    return head.ljust(128, b"\0") + table + body
