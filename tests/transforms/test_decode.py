"""Files as cameras and people leave them: each is decoded upright in sRGB, or refused whole."""

from io import BytesIO

import numpy as np
import pytest
from PIL import Image, ImageCms, ImageOps
from PIL.TiffImagePlugin import IFDRational

from tests.odd_photos import many_scans, png
from tests.photo_builders import as_file
from transforms.decode import PIXELS_MAX, SCANS_MAX, decode, other_format
from transforms.jpeg_file import read_jpeg

ENOUGH = (30, 40)


def quarters(width: int = 60, height: int = 80) -> Image.Image:
    """Four quarters in four colours: which way is up can be told from every corner."""
    picture = np.zeros((height, width, 3), np.uint8)
    picture[: height // 2, : width // 2] = (200, 30, 30)
    picture[: height // 2, width // 2 :] = (30, 200, 30)
    picture[height // 2 :, : width // 2] = (30, 30, 200)
    picture[height // 2 :, width // 2 :] = (220, 220, 40)
    return Image.fromarray(picture)


def corners(image: Image.Image) -> list[tuple[int, ...]]:
    width, height = image.size
    places = [(5, 5), (width - 6, 5), (5, height - 6), (width - 6, height - 6)]
    return [tuple(round(value / 30) for value in image.getpixel(place)) for place in places]


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_comes_upright(orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored = as_file(quarters(600, 800), exif=exif, quality=95)
    with Image.open(BytesIO(stored)) as opened:
        expected = ImageOps.exif_transpose(opened)
    decoded = decode(stored, (300, 400) if orientation < 5 else (400, 300))
    assert decoded.orientation == orientation
    assert (decoded.width_px, decoded.height_px) == expected.size
    assert decoded.reduction == 2
    assert corners(Image.fromarray(decoded.pixels)) == corners(expected)


@pytest.mark.parametrize("value", [0, 9, 77])
def test_a_senseless_orientation_is_none(value):
    exif = Image.Exif()
    exif[0x0112] = value
    assert decode(as_file(quarters(), exif=exif), ENOUGH).orientation is None


@pytest.mark.parametrize(("side", "reduction"), [(400, 1), (800, 2), (1700, 4), (3300, 8)])
def test_a_large_jpeg_is_reduced_while_it_is_decoded(side, reduction):
    decoded = decode(as_file(quarters(side, side)), (400, 400))
    assert decoded.reduction == reduction
    assert (decoded.width_px, decoded.height_px) == (side, side)
    assert min(decoded.pixels.shape[:2]) >= 400


def test_a_position_is_noticed():
    exif = Image.Exif()
    exif.get_ifd(0x8825)[2] = (IFDRational(28), IFDRational(41), IFDRational(0))
    assert decode(as_file(quarters(), exif=exif), ENOUGH).has_gps
    assert not decode(as_file(quarters()), ENOUGH).has_gps


UNKNOWN = {
    "grey": as_file(quarters().convert("L")),
    "CMYK without a profile": as_file(quarters().convert("CMYK")),
    "see-through PNG": as_file(quarters().convert("RGBA").rotate(20, expand=True), "PNG"),
    "16-bit grey": as_file(Image.fromarray(np.full((80, 60), 30000, np.uint16)), "PNG"),
}
KNOWN = {
    "JPEG": as_file(quarters(), quality=95),
    "progressive JPEG": as_file(quarters(), quality=95, progressive=True),
    "PNG": as_file(quarters(), "PNG"),
    "opaque RGBA": as_file(quarters().convert("RGBA"), "PNG"),
    "palette": as_file(quarters().convert("P", palette=Image.Palette.ADAPTIVE), "PNG"),
    "WebP": as_file(quarters(), "WEBP", quality=95),
    "BMP": as_file(quarters(), "BMP"),
    "sRGB profile": as_file(
        quarters(), quality=95, icc_profile=ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    ),
    "broken profile": as_file(quarters(), quality=95, icc_profile=b"nothing of the kind"),
    "junk behind": as_file(quarters(), quality=95) + b"\x00junk" * 50,
}


@pytest.mark.parametrize("name", UNKNOWN)
def test_colours_that_would_be_guessed_are_unknown(name):
    decoded = decode(UNKNOWN[name], ENOUGH)
    assert decoded.is_colour_known is False
    assert decoded.pixels.shape[2:] == (3,)


@pytest.mark.parametrize("name", KNOWN)
def test_colours_that_are_told_are_kept(name):
    decoded = decode(KNOWN[name], ENOUGH)
    assert decoded.is_colour_known is True
    assert corners(Image.fromarray(decoded.pixels)) == corners(quarters())


def test_adobe_rgb_without_its_profile_is_unknown():
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0xA005] = {1: "R03"}
    assert decode(as_file(quarters(), exif=exif), ENOUGH).is_colour_known is False


def swapped_profile() -> bytes:
    """An RGB profile whose red and green stand swapped: whoever uses it turns red into green."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return (
        profile.replace(b"rXYZ", b"?XYZ")
        .replace(b"gXYZ", b"rXYZ")
        .replace(b"?XYZ", b"gXYZ")
        .replace(b"s\x00R\x00G\x00B", b"s\x00w\x00a\x00p")
        .replace(b"sRGB built-in", b"swap built-in")
    )


def test_an_embedded_profile_is_applied():
    stored = as_file(Image.new("RGB", (60, 80), (200, 30, 30)), quality=95, icc_profile=swapped_profile())
    decoded = decode(stored, ENOUGH)
    red, green, _ = decoded.pixels[20, 15].tolist()
    assert decoded.is_colour_known
    assert green > 150 > red


@pytest.mark.parametrize(
    "source", [b"", b"\xff\xd8\xff", b"\xff\xd8", b"not a picture", b"\x89PNG\r\n\x1a\n", b"%!PS"]
)
def test_what_is_no_picture_is_none(source):
    assert decode(source, ENOUGH) is None


@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"exif": b"Exif\x00\x00broken"}])
def test_a_jpeg_cut_anywhere_is_none(options):
    noise = np.random.default_rng(1).integers(0, 255, (64, 48, 3), np.uint8)
    whole = as_file(Image.fromarray(noise), quality=90, **options)
    assert decode(whole, ENOUGH) is not None
    for length in range(0, len(whole) - 1, 7):
        assert decode(whole[:length], ENOUGH) is None, length
    with pytest.raises(ValueError, match="breaks off"):
        read_jpeg(whole[:-2])


@pytest.mark.parametrize("options", [{}, {"progressive": True}])
def test_a_jpeg_whose_tail_is_zeros_is_none(options):
    """Decoders take zeros for picture data; a failing memory card leaves them."""
    noise = np.random.default_rng(1).integers(0, 255, (96, 72, 3), np.uint8)
    whole = as_file(Image.fromarray(noise), quality=90, **options)
    for length in range(2, len(whole) - 2, 61):
        assert decode(whole[:length] + bytes(len(whole) - length), ENOUGH) is None, length


def test_a_thumbnails_end_is_not_the_pictures_end():
    exif = Image.Exif()
    exif[0x9286] = as_file(quarters())
    whole = as_file(quarters(120, 160), exif=exif)
    assert decode(whole, ENOUGH) is not None
    assert decode(whole[:-2], ENOUGH) is None


@pytest.mark.parametrize("seed", range(4))
def test_scribbled_bytes_never_crash(seed):
    rng = np.random.default_rng(seed)
    for source in (KNOWN["JPEG"], KNOWN["PNG"], KNOWN["WebP"], KNOWN["BMP"]):
        for _ in range(25):
            scribbled = np.frombuffer(source, np.uint8).copy()
            places = rng.integers(0, len(scribbled), 6)
            scribbled[places] = rng.integers(0, 256, 6)
            decoded = decode(scribbled.tobytes(), ENOUGH)
            assert decoded is None or decoded.pixels.shape[2:] == (3,)


def test_a_bomb_is_none():
    bomb = bytearray(KNOWN["PNG"])
    bomb[16:24] = (60_000).to_bytes(4, "big") * 2
    assert decode(bytes(bomb), ENOUGH) is None


def test_more_pixels_than_three_copies_of_fit_in_memory_are_none():
    width = 10_000
    largest = PIXELS_MAX // width
    wide, higher = (png(width, rows, depth=1, colour=0, row=bytes(1_250)) for rows in (largest, largest + 1))
    assert decode(wide, ENOUGH) is not None
    assert decode(higher, ENOUGH) is None


def test_a_jpeg_of_endless_scans_is_none():
    """A decoder passes over every pixel once per scan: of a small file it can make an hour's work."""
    progressive = as_file(quarters(), progressive=True)
    more = SCANS_MAX - read_jpeg(progressive).scans
    assert decode(many_scans(progressive, more), ENOUGH) is not None
    assert decode(many_scans(progressive, more + 1), ENOUGH) is None


def test_scans_are_those_of_the_first_picture():
    baseline, progressive = as_file(quarters()), as_file(quarters(), progressive=True)
    assert read_jpeg(baseline).scans == read_jpeg(baseline + progressive * 30).scans == 1
    assert read_jpeg(progressive).scans == 10


def test_fill_bytes_before_a_marker_are_passed_over():
    """ITU-T T.81, B.1.1.2: any marker may follow any number of them."""
    assert decode(KNOWN["JPEG"].replace(b"\xff\xdb", b"\xff\xff\xff\xdb"), ENOUGH) is not None


def scribbled(jpeg: bytes, seed: int) -> bytes:
    """The file with 24 bytes in the middle of its picture data replaced, none of them a marker."""
    data, rng = np.frombuffer(jpeg, np.uint8).copy(), np.random.default_rng(seed)
    data[len(data) // 2 : len(data) // 2 + 24] = rng.integers(1, 255, 24)
    return data.tobytes()


def test_damage_inside_a_picture_is_noticed():
    """A bad code is seen where it happens; what decodes by chance to other coefficients cannot be told."""
    noise = np.random.default_rng(1).integers(0, 255, (240, 180, 3), np.uint8)
    whole = as_file(Image.fromarray(noise), quality=90)
    assert decode(whole, ENOUGH).is_intact
    damaged = [decode(scribbled(whole, seed), ENOUGH) for seed in range(20)]
    assert sum(not picture.is_intact for picture in damaged) >= 18


def test_junk_behind_the_picture_is_counted_and_no_damage():
    behind = decode(KNOWN["JPEG"] + b"junk", ENOUGH)
    assert behind.is_intact
    assert behind.jpeg.trailing == 4


def test_what_a_jpeg_says_of_itself_is_read():
    picture = decode(as_file(quarters(), quality=83, dpi=(240, 240)), ENOUGH)
    assert (picture.jpeg.quality, picture.jpeg.dpi, picture.bits) == (83, (240, 240), 8)
    assert decode(UNKNOWN["16-bit grey"], ENOUGH).bits == 16
    assert decode(KNOWN["PNG"], ENOUGH).jpeg is None


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        (b"\0\0\0\x18ftypheic" + bytes(20), "HEIC"),
        (as_file(quarters(), "TIFF"), "TIFF"),
        (as_file(quarters(), "GIF"), "GIF"),
        (b"%PDF-1.7", "PDF"),
        (KNOWN["JPEG"][:200], None),
        (b"", None),
    ],
)
def test_what_is_not_read_is_named_where_it_can_be(source, kind):
    assert decode(source, ENOUGH) is None
    assert other_format(source) == kind


def test_a_palette_with_transparency_is_decoded_without_a_warning():
    see_through = as_file(quarters().convert("P"), "PNG", transparency=bytes(range(200)))
    assert decode(see_through, ENOUGH).pixels.shape[2:] == (3,)
