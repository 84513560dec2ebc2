"""The delivered file: as good as its size allows, and nothing in it but the picture."""

from io import BytesIO

import numpy as np
import pytest
from PIL import Image, ImageFilter

from tests.photo_builders import the_spec
from transforms.jpeg import KB, Encoded, encode, thumbnail

SPEC = the_spec()
SIZE = (SPEC.width_px.value, SPEC.height_px.value)


def picture(detail: float) -> np.ndarray:
    """Noise smoothed over `detail` pixels: the smaller, the more bytes it takes."""
    noise = np.random.default_rng(7).integers(0, 255, (SIZE[1], SIZE[0], 3), np.uint8)
    return np.asarray(Image.fromarray(noise).filter(ImageFilter.GaussianBlur(detail)))


def encoded_for(detail: float) -> Encoded:
    return encode(picture(detail), SPEC, SPEC.aim_max_kb.value)


def segments(data: bytes) -> list[str]:
    """The markers of a JPEG before its scan."""
    markers, at = [], 2
    while (marker := data[at + 1]) != 0xDA:
        markers.append(f"{marker:02X}")
        at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return markers


@pytest.mark.parametrize("detail", [2.5, 3, 4, 6, 9])
def test_quality_is_the_highest_that_fits(detail):
    encoded = encoded_for(detail)
    assert encoded.size_kb <= SPEC.aim_max_kb.value
    assert encoded.encodes <= 5
    if encoded.quality < SPEC.quality_max.value:
        buffer = BytesIO()
        Image.fromarray(picture(detail)).save(
            buffer, "JPEG", quality=encoded.quality + 1, optimize=True, subsampling="4:2:0", dpi=(300, 300)
        )
        assert len(buffer.getvalue()) > SPEC.aim_max_kb.value * KB


def test_a_busy_picture_keeps_the_least_quality_and_shows_its_size():
    encoded = encoded_for(0.1)
    assert encoded.quality == SPEC.quality_min.value
    assert encoded.size_kb > SPEC.aim_max_kb.value


def test_nothing_but_pixels_and_density_is_written():
    data = encoded_for(5).data
    assert segments(data) == ["E0", "DB", "DB", "C0", "C4", "C4", "C4", "C4"]
    with Image.open(BytesIO(data)) as opened:
        assert opened.size == SIZE
        assert opened.mode == "RGB"
        assert opened.info["dpi"] == (300, 300)
        assert opened.info["jfif_unit"] == 1
    assert data.endswith(b"\xff\xd9")


def test_the_same_picture_gives_the_same_bytes():
    assert encoded_for(4) == encoded_for(4)


@pytest.mark.parametrize("size", [(2400, 3200), (3200, 2400), (90, 60), (3000, 10)])
def test_a_thumbnail_shows_the_whole_picture_and_never_more_pixels(size):
    with Image.open(BytesIO(thumbnail(np.zeros((size[1], size[0], 3), np.uint8), (150, 200), 70))) as small:
        assert small.width <= min(150, size[0])
        assert small.height <= min(200, size[1])
        assert "exif" not in small.info
