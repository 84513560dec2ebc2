"""A file that meets the profile is delivered as it was, without its metadata; any other is made anew."""

from functools import cache
from io import BytesIO
from itertools import pairwise

import numpy as np
import pytest
from PIL import Image, ImageCms
from PIL.TiffImagePlugin import IFDRational

from flows.demo.portrait import draw, look_of
from flows.verify.photos import picture_faults
from schemas.reasons import Severity
from tests.icc_builders import rgb_profile
from tests.odd_photos import ADOBE_RGB
from tests.photo_builders import as_file, breaches, real_portrait, the_detector, the_spec
from transforms.jpeg_file import BASELINE, DQT, SOS, read_jpeg, segments
from transforms.photo import Examined, examine

SPEC = the_spec()
THUMBNAIL = as_file(Image.new("RGB", (160, 120), (9, 9, 9)))
SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


@cache
def portrait(name: str = "drawn") -> Image.Image:
    """A picture of 480 by 640 in which everything is in its place."""
    source = real_portrait(name) if name != "drawn" else as_file(draw(look_of(3, woman=True), (768, 1024))[0])
    with Image.open(BytesIO(examine(source, SPEC, the_detector()).photo)) as photo:
        return photo.convert("RGB")


def agency_file(image: Image.Image, **settings) -> bytes:
    """A file as an agency sends it: of 72 dpi, between 20 and 60 KB."""
    return as_file(image, **({"quality": 85, "dpi": (72, 72)} | settings))


def with_metadata(image: Image.Image, **settings) -> bytes:
    """The same with all that cameras and programs put into files, and junk behind it."""
    exif = Image.Exif()
    exif[0x010E] = "SECRET"
    exif[0x0112] = 1
    exif.get_ifd(0x8825)[2] = (IFDRational(28), IFDRational(41), IFDRational(0))
    data = agency_file(image, exif=exif, icc_profile=SRGB, comment="SECRET", **settings)
    body = b"JFXX\0\x10" + THUMBNAIL  # a picture inside a segment, with marks of its own
    thumbnail = b"\xff\xe0" + (len(body) + 2).to_bytes(2) + body
    return data[:20] + thumbnail + data[20:] + b"SECRET junk"


@cache
def sent(data: bytes, **options) -> Examined:
    return examine(data, SPEC, the_detector(), **options)


def picture_data(data: bytes) -> list[bytes]:
    """The frame header, the tables and the scans with their data, as bytes."""
    kept = {BASELINE, DQT, 0xC4, 0xDD, SOS}
    return [
        data[part.at : following.at if part.marker == SOS else part.at + 4 + len(part.body)]
        for part, following in pairwise(segments(data))
        if part.marker in kept
    ]


def pixels(data: bytes) -> np.ndarray:
    with Image.open(BytesIO(data)) as picture:
        return np.asarray(picture)


@pytest.mark.parametrize("name", ["drawn", "official-1"])
@pytest.mark.parametrize("settings", [{}, {"subsampling": "4:4:4"}, {"restart_marker_rows": 4}])
def test_a_file_that_meets_the_profile_keeps_its_picture_byte_for_byte(name, settings):
    source = with_metadata(portrait(name), **settings)
    delivered = sent(source).photo
    assert picture_data(delivered) == picture_data(source)
    assert np.array_equal(pixels(delivered), pixels(source))


@pytest.mark.parametrize("name", ["drawn", "official-1"])
def test_nothing_but_the_picture_and_its_density_is_left(name):
    source = with_metadata(portrait(name))
    assert source.count(b"SECRET") == 3
    delivered = sent(source).photo
    assert b"SECRET" not in delivered
    assert delivered.count(b"\xff\xd8\xff") == 1, "the thumbnail is gone"
    jpeg = read_jpeg(delivered)
    assert (jpeg.extras, jpeg.trailing, jpeg.stray, jpeg.dpi) == ((), 0, 0, (300, 300))
    assert list(picture_faults(jpeg, SPEC)) == []
    with Image.open(BytesIO(delivered)) as picture:
        assert picture.info.keys() == {"jfif", "jfif_version", "jfif_unit", "jfif_density", "dpi"}
        assert not picture.getexif()


def test_the_facts_say_that_it_was_let_through():
    source = with_metadata(portrait())
    result = sent(source)
    facts = result.facts
    assert (facts.encodes, facts.quality, facts.scale) == (0, 85, 1)
    crop = (facts.crop_left_px, facts.crop_top_px, facts.crop_width_px, facts.crop_height_px)
    assert crop == (0, 0, 480, 640)
    assert facts.size_kb == len(result.photo) / 1000
    assert breaches(facts) == [["P305:has_gps", "P308:trailing_bytes", "P371:encodes"]]


def with_profile(profile: bytes):
    return lambda image: agency_file(image, icc_profile=profile)


def mirrored(image: Image.Image) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 2
    return agency_file(image, exif=exif)


def larger(image: Image.Image) -> bytes:
    return agency_file(image.resize((600, 800)))


def busy(image: Image.Image, **settings) -> bytes:
    noise = np.random.default_rng(1).normal(0, 12, (640, 480, 3))
    return agency_file(
        Image.fromarray(np.clip(np.asarray(image) + noise, 0, 255).astype(np.uint8)), **settings
    )


def marked_adobe_rgb(image: Image.Image) -> bytes:
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0xA005] = {1: "R03"}
    return agency_file(image, exif=exif)


def damaged(image: Image.Image) -> bytes:
    """A file whose data breaks off early, as the decoder notices and shows nevertheless."""
    data = agency_file(image, quality=92)
    return data[:-400] + data[-2:]


def moved(image: Image.Image) -> bytes:
    """So far aside that no crop could mend it."""
    aside = Image.new("RGB", (480, 640), SPEC.backdrop_rgb)
    aside.paste(image, (90, 0))
    return agency_file(aside)


MADE_ANEW = {
    "progressive": lambda image: agency_file(image, progressive=True),
    "compressed too much": lambda image: busy(image, quality=55),
    "too many bytes": busy,
    "too few bytes": lambda image: agency_file(image, quality=60, optimize=True),
    "mirrored by its mark": mirrored,
    "of unknown colours": marked_adobe_rgb,
    "damaged": damaged,
    "out of place": moved,
    "in another colour space": with_profile(rgb_profile("wide", ADOBE_RGB)),
    "stored as RGB": lambda image: agency_file(image, keep_rgb=True),
    "more pixels": larger,
    "a PNG": lambda image: as_file(image, "PNG"),
}


@pytest.mark.parametrize("kind", MADE_ANEW)
def test_what_needs_a_change_is_encoded(kind):
    result = sent(MADE_ANEW[kind](portrait()))
    assert result.facts.encodes > 0
    assert "P371:encodes" not in breaches(result.facts)[0]


def test_what_would_have_to_be_cropped_is_too_small():
    aside = Image.new("RGB", (480, 640), SPEC.backdrop_rgb)
    aside.paste(portrait(), (40, 0))
    result = sent(agency_file(aside))
    assert result.photo is None
    assert "P324:scale" in breaches(result.facts)[0]


def test_a_size_that_the_profile_lets_block_is_not_let_through():
    source = agency_file(portrait("official-1"), quality=92)
    assert 40 < len(source) / 1000 < 60
    assert sent(source).facts.encodes == 0
    assert examine(source, SPEC, the_detector(), severities={"P361": Severity.BLOCK}).facts.encodes > 0
