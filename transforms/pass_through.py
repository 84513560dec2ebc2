"""A file that already is what the profile wants -> the same picture data, without its metadata."""

from collections.abc import Mapping
from itertools import pairwise

import numpy as np

from schemas.photo import PLACED, Facts
from schemas.profile import PhotoSpec
from schemas.reasons import Severity
from transforms.decode import Picture, decode
from transforms.jpeg import Encoded
from transforms.jpeg_file import BASELINE, DQT, EOI, SOI, SOS, Jpeg, segments

_DHT, _DRI = 0xC4, 0xDD
_PICTURE = frozenset({BASELINE, DQT, _DHT, _DRI, SOS})
"""What a baseline picture is made of; every other segment is metadata, or nothing that it needs."""
_JFIF = b"\xff\xe0\x00\x10JFIF\0\x01\x01\x01"
"""The beginning of a header of JFIF 1.01, as libjpeg writes it: a density in dots per inch follows."""


def pass_through(
    source: bytes, picture: Picture, facts: Facts, spec: PhotoSpec, severities: Mapping[str, Severity]
) -> Encoded | None:
    """The source in a bare file, its picture data as it was; None where anything about it has to change.

    `facts` must have the photo's place. That the bare file shows the same pixels is seen by decoding it.
    """
    jpeg = picture.jpeg
    if jpeg is None or not _is_as_wanted(picture, jpeg, spec) or not _is_in_place(facts, spec):
        return None
    bare = Encoded(_bare(source, spec.dpi.value), jpeg.quality or 0, 0)
    sizes = [limit for limit in spec.blocking(severities) if limit.fact == "size_kb"]
    if not all(limit.keeps(bare.size_kb) for limit in sizes):
        return None
    again = decode(bare.data, (picture.width_px, picture.height_px))
    return bare if again is not None and np.array_equal(again.pixels, picture.pixels) else None


def _is_as_wanted(picture: Picture, jpeg: Jpeg, spec: PhotoSpec) -> bool:
    """Whether the file has the profile's pixels, upright, sound, of known colours, not overcompressed."""
    return (
        (jpeg.width, jpeg.height) == (spec.width_px.value, spec.height_px.value)
        and (jpeg.frame, jpeg.channels, jpeg.bits) == (BASELINE, 3, 8)
        and picture.orientation in {None, 1}
        and picture.is_intact
        and picture.is_colour_known
        and jpeg.quality is not None
        and jpeg.quality >= spec.quality_min.value
    )


def _is_in_place(facts: Facts, spec: PhotoSpec) -> bool:
    """Whether the crop is the whole source and keeps every limit on where the head stands."""
    whole = (0, 0, spec.width_px.value, spec.height_px.value)
    crop = (facts.crop_left_px, facts.crop_top_px, facts.crop_width_px, facts.crop_height_px)
    placed = [limit for limit in spec.limits if limit.fact in PLACED]
    return crop == whole and all(limit.keeps(getattr(facts, limit.fact)) for limit in placed)


def _bare(source: bytes, dpi: int) -> bytes:
    """The picture's own segments behind a JFIF header of this density; a scan's data goes with its header."""
    kept = [bytes([0xFF, SOI]), _JFIF, dpi.to_bytes(2), dpi.to_bytes(2), b"\0\0"]
    for part, following in pairwise(segments(source)):
        if part.marker in _PICTURE:
            end = following.at if part.marker == SOS else part.at + 4 + len(part.body)
            kept.append(source[part.at : end])
    return b"".join([*kept, bytes([0xFF, EOI])])
