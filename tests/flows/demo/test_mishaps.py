"""What goes wrong in a picture is what the check of photos finds, and nothing is found in a good one."""

from dataclasses import asdict
from datetime import datetime
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageFile
from PIL.ExifTags import IFD, Base

from flows.demo.faults import FAULTS
from flows.demo.mishaps import EXPORTS, LOOKS, SIZES, Export, export
from flows.demo.pictures import size_px
from flows.demo.portrait import Shot, draw, encode_jpeg, look_of
from flows.sources import read_profile
from transforms.faces import MtcnnDetector
from transforms.photo import examine

SHOT = Shot(datetime(2020, 11, 19, 9, 30, 5), "Maker", "Model 1")
ONLY_OF_TWO_DETECTORS = "detectors_apart_px"
CODES = {fault.name: fault.codes for fault in FAULTS}


@pytest.fixture(scope="module")
def broken():
    """The reasons that a picture earns, those which could not be assessed as well."""
    spec, detector = read_profile("graduate", beside=Path()).photo, MtcnnDetector()

    def check(content: bytes) -> set[str]:
        facts = asdict(examine(content, spec, detector).facts)
        return {
            limit.reason
            for limit in spec.limits
            if limit.fact != ONLY_OF_TWO_DETECTORS
            if (value := facts[limit.fact]) is None
            or (limit.min is not None and value < limit.min)
            or (limit.max is not None and value > limit.max)
        }

    return check


def picture(name: str, seed: int) -> bytes:
    look = look_of(seed, woman=True)
    look = LOOKS[name](look) if name in LOOKS else look
    return encode_jpeg(draw(look, SIZES.get(name, size_px(2)))[0], SHOT)


def test_every_mishap_is_a_fault():
    assert {*LOOKS, *EXPORTS, *SIZES} <= set(CODES)


@pytest.mark.parametrize("name", [*LOOKS, *SIZES])
def test_a_mishap_earns_its_code(broken, name):
    assert set(CODES[name]) <= broken(picture(name, 3))


@pytest.mark.parametrize("seed", [3, 4])
def test_a_good_picture_earns_none(broken, seed):
    assert broken(picture("", seed)) == set()


@pytest.fixture(scope="module")
def drawn() -> Image.Image:
    return draw(look_of(5, woman=False), (240, 320))[0]


def opened(content: bytes) -> ImageFile.ImageFile:
    return Image.open(BytesIO(content))


def test_a_good_file_is_an_upright_jpeg_with_its_moment(drawn):
    file = opened(export(drawn, SHOT, Export()))
    assert (file.format, file.mode, file.size) == ("JPEG", "RGB", (240, 320))
    assert file.getexif()[Base.Orientation] == 1
    assert file.getexif().get_ifd(IFD.Exif)[Base.DateTimeOriginal] == "2020:11:19 09:30:05"
    assert not file.getexif().get_ifd(IFD.GPSInfo)


def test_a_truncated_file_keeps_its_moment_and_loses_its_pixels(drawn):
    file = opened(export(drawn, SHOT, EXPORTS["jpeg_truncated"]))
    assert file.getexif().get_ifd(IFD.Exif)[Base.DateTimeOriginal] == "2020:11:19 09:30:05"
    with pytest.raises(OSError, match="truncated"):
        file.load()


def test_cmyk_comes_without_a_profile(drawn):
    file = opened(export(drawn, SHOT, EXPORTS["jpeg_cmyk"]))
    assert (file.format, file.mode) == ("JPEG", "CMYK")
    assert "icc_profile" not in file.info


def test_a_png_is_a_png_without_exif(drawn):
    file = opened(export(drawn, SHOT, EXPORTS["png_named_jpg"]))
    assert file.format == "PNG"
    assert not file.getexif()


def test_a_rotated_file_is_stored_sideways(drawn):
    file = opened(export(drawn, SHOT, EXPORTS["exif_rotated"]))
    assert file.size == (320, 240)
    assert file.getexif()[Base.Orientation] == 6


def test_a_located_file_says_where(drawn):
    file = opened(export(drawn, SHOT, EXPORTS["gps_in_exif"]))
    assert file.getexif().get_ifd(IFD.GPSInfo)
