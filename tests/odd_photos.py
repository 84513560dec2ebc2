"""Odd and hostile picture files, each made from one drawn portrait, each as if it lay there as a .jpg."""

import re
import struct
import zlib
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

import numpy as np
from PIL import Image, ImageCms
from PIL.TiffImagePlugin import IFDRational

from flows.demo.camera import AS_STORED
from flows.demo.portrait import draw, look_of
from tests.icc_builders import cmyk_profile, rgb_profile
from tests.photo_builders import as_file

SIZE = (660, 880)
ADOBE_RGB = ((0.6097, 0.3111, 0.0195), (0.2053, 0.6257, 0.0609), (0.1492, 0.0632, 0.7446))
DISPLAY_P3 = ((0.5151, 0.2412, -0.0011), (0.2920, 0.6922, 0.0419), (0.1571, 0.0666, 0.7841))


class Odd(NamedTuple):
    """A file's bytes, and what is odd about them."""

    kind: str
    content: bytes


@cache
def portrait() -> Image.Image:
    """A sitter whose photo can be made."""
    return draw(look_of(3, woman=True), SIZE)[0]


def camera_exif(orientation: int = 1) -> Image.Exif:
    """What a camera writes: orientation, time with a fraction, position, and a note of its own."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    inner = exif.get_ifd(0x8769)
    inner[0x9003], inner[0x9291], inner[0x927C] = "2001:02:03 04:05:06", "78", bytes(range(200))
    inner[0xA005] = {1: "R98"}
    exif.get_ifd(0x8825)[2] = (IFDRational(28), IFDRational(41), IFDRational(0))
    return exif


@cache
def good_files() -> dict[str, bytes]:
    """Sound files of every sort that is read: what mutations begin with, the JPEGs first."""
    picture, exif = portrait(), camera_exif()
    small = picture.resize((300, 400))
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return {
        "baseline JPEG": as_file(picture, quality=90, exif=exif),
        "progressive JPEG": as_file(picture, quality=85, progressive=True),
        "JPEG with restarts": as_file(picture, quality=85, restart_marker_rows=2, subsampling=0),
        "JPEG with a profile": as_file(picture, quality=85, icc_profile=rgb_profile("AdobeRGB", ADOBE_RGB)),
        "JPEG, sRGB profile": as_file(small, quality=85, icc_profile=srgb, exif=exif),
        "grey JPEG": as_file(small.convert("L")),
        "CMYK JPEG": as_file(small.convert("CMYK"), icc_profile=cmyk_profile()),
        "MPO": as_file(small, "MPO", save_all=True, append_images=[small], exif=exif),
        "PNG": as_file(small, "PNG", exif=exif),
        "WebP": as_file(small, "WEBP", exif=exif.tobytes()),
        "BMP": as_file(small, "BMP"),
        "animated WebP": as_file(small, "WEBP", save_all=True, append_images=[small.rotate(9)]),
        "animated PNG": as_file(small, "PNG", save_all=True, append_images=[small.rotate(9)]),
    }


def odd_files() -> Iterator[Odd]:
    """Every odd file that has a name, the quick ones first."""
    yield from (Odd(kind, content) for kind, content in good_files().items())
    yield from _turned()
    yield from _coloured()
    yield from _other_formats()
    yield from _not_pictures()
    yield from _broken_blocks()
    yield from _jpeg_bombs()
    yield from _other_bombs()


def cut_files(count: int) -> Iterator[Odd]:
    """The baseline and the progressive JPEG cut at `count` places each, evenly spread, ends included."""
    for name in ("baseline JPEG", "progressive JPEG"):
        whole = good_files()[name]
        for length in np.linspace(0, len(whole) - 1, count).astype(int):
            yield Odd("truncated", whole[:length])


def _turned() -> Iterator[Odd]:
    """Orientations 1 to 8 of an upright sitter, and two that mean nothing."""
    for orientation in (*range(1, 9), 0, 77):
        turn = AS_STORED.get(orientation)
        stored = portrait() if turn is None else portrait().transpose(turn)
        yield Odd("orientation", as_file(stored, quality=88, exif=camera_exif(orientation)))


def _coloured() -> Iterator[Odd]:
    """Every colour space and depth that a file can have."""
    picture = portrait()
    for name, primaries in (("AdobeRGB", ADOBE_RGB), ("Display P3", DISPLAY_P3)):
        yield Odd(name, as_file(picture, quality=88, icc_profile=rgb_profile(name, primaries)))
    yield Odd("CMYK, no profile", as_file(picture.convert("CMYK")))
    yield Odd("CMYK, profile", as_file(picture.convert("CMYK"), icc_profile=cmyk_profile()))
    yield Odd("RGB, CMYK profile", as_file(picture, icc_profile=cmyk_profile()))
    yield Odd("greyscale", as_file(picture.convert("L")))
    yield Odd(
        "greyscale, RGB profile", as_file(picture.convert("L"), icc_profile=rgb_profile("x", ADOBE_RGB))
    )
    deep = np.asarray(picture.convert("L"), np.uint16) * 257
    yield Odd("16-bit PNG", as_file(Image.fromarray(deep), "PNG"))
    yield Odd("16-bit PNG", png(600, 800, depth=16, colour=2, row=bytes(range(240)) * 15))
    for mode in ("P", "1", "L", "LA", "RGBA"):
        yield Odd(f"{mode} PNG", as_file(picture.convert(mode), "PNG", compress_level=1))
    see_through = picture.convert("RGBA").rotate(15)
    yield Odd("alpha PNG", as_file(see_through, "PNG", compress_level=1))
    yield Odd("alpha WebP", as_file(see_through, "WEBP"))
    yield Odd("palette, transparency", as_file(picture.convert("P"), "PNG", transparency=3))


def _other_formats() -> Iterator[Odd]:
    """Formats that no .jpg should hold."""
    picture = portrait().resize((300, 400))
    more = [picture.rotate(9), picture.rotate(18)]
    for kind in ("GIF", "TIFF", "PNG", "WEBP"):
        yield Odd(f"animated {kind}", as_file(picture, kind, save_all=True, append_images=more))
    for kind in ("AVIF", "JPEG2000", "ICO", "PPM", "TGA", "PCX", "SGI", "PDF", "EPS", "DDS"):
        yield Odd(f"{kind} named .jpg", as_file(picture, kind))
    heic = struct.pack(">I4s4sI4s4s", 24, b"ftyp", b"heic", 0, b"mif1", b"heic")
    yield Odd("HEIC named .jpg", heic + struct.pack(">I4s", 4096, b"mdat") + bytes(4088))


def _not_pictures() -> Iterator[Odd]:
    """Nothing, next to nothing, and what is something else."""
    baseline, picture_png = good_files()["baseline JPEG"], good_files()["PNG"]
    for content in (b"", b"\xff", b"\xff\xd8", b"\xff\xd8\xff", b"\xff\xd8\xff\xd9", bytes(70_000)):
        yield Odd("empty or near it", content)
    for magic in (
        b"\x89PNG\r\n\x1a\n",
        b"RIFF\0\0\0\0WEBP",
        b"BM",
        b"GIF89a",
        b"II*\0",
        b"%PDF-1.7\n",
        b"PK",
    ):
        yield Odd("wrong magic", magic + baseline[len(magic) :])
        yield Odd("wrong magic", magic)
    yield Odd("wrong magic", b"\xff\xd8\xff\xe0" + picture_png[4:])
    yield Odd("wrong magic", b"<html><body>404</body></html>" * 99)
    for junk in (b"\0" * 9_000, b"\xff" * 9_000, baseline, picture_png):
        yield Odd("trailing junk", baseline + junk)
    yield Odd("leading junk", bytes(16) + baseline)


def _broken_blocks() -> Iterator[Odd]:
    """JPEGs whose EXIF, profile, tables or coding are not what they should be."""
    picture, baseline = portrait(), good_files()["baseline JPEG"]
    exif = camera_exif().tobytes()
    broken = (
        b"Exif\0\0",
        b"Exif\0\0II*\0\xff\xff\xff\xff",
        exif[:40],
        exif[:14] + b"\xff" * 90,
        exif + bytes(9),
    )
    for block in broken:
        yield Odd("broken EXIF", as_file(picture, exif=block))
    loop = b"Exif\0\0II*\0\x08\0\0\0\x01\0" + struct.pack("<HHII", 0x8769, 4, 1, 8) + struct.pack("<I", 8)
    yield Odd("broken EXIF", as_file(picture, exif=loop))
    profile = rgb_profile("AdobeRGB", ADOBE_RGB)
    for block in (b"no profile", profile[:200], profile + bytes(4_000_000), profile[:128] + b"\xff" * 900):
        yield Odd("broken or huge profile", as_file(picture, icc_profile=block))
    for offset in range(1, 12, 2):
        yield Odd("corrupt Huffman table", _scribbled_after(baseline, b"\xff\xc4", 3 + offset))
    for offset in range(6):
        yield Odd("corrupt Huffman data", _scribbled_after(baseline, b"\xff\xda", 20 + 3000 * offset))
    for frame in (0xC1, 0xC2, 0xC3, 0xC5, 0xC9, 0xCA, 0xCB, 0xCF):
        kind = "arithmetic-coded" if frame in {0xC9, 0xCA} else "other coding"
        yield Odd(kind, baseline.replace(b"\xff\xc0", bytes((0xFF, frame)), 1))


def _scribbled_after(whole: bytes, marker: bytes, offset: int) -> bytes:
    at = whole.index(marker) + offset
    return whole[:at] + bytes(value ^ 0x5A for value in whole[at : at + 12]) + whole[at + 12 :]


def resized(jpeg: bytes, width: int, height: int) -> bytes:
    """A JPEG that says it is width x height; what its data lack, a decoder paints grey."""
    *_, frame = re.finditer(rb"\xff[\xc0\xc2]\x00[\x0b\x11\x14]\x08", jpeg)
    at = frame.start()
    return jpeg[: at + 5] + struct.pack(">HH", height, width) + jpeg[at + 9 :]


def many_scans(jpeg: bytes, count: int) -> bytes:
    """A progressive JPEG whose last scan comes `count` times more."""
    at = jpeg.rfind(b"\xff\xda")
    return jpeg[:-2] + jpeg[at:-2][:40] * count + b"\xff\xd9"


def _jpeg_bombs() -> Iterator[Odd]:
    """Small JPEGs that ask for very many pixels, or for very many passes over them."""
    progressive = as_file(portrait(), progressive=True, subsampling=0)
    small = as_file(portrait().resize((60, 80)), progressive=True, subsampling=0)
    sizes = (
        (60_000, 60_000),
        (65_500, 1_300),
        (1_300, 65_500),
        (9_400, 9_400),
        (65_500, 1),
        (1, 65_500),
        (0, 9),
    )
    for width, height in sizes:
        for jpeg in (good_files()["baseline JPEG"], progressive):
            yield Odd("JPEG bomb", resized(jpeg, width, height))
    for size in ((700, 65_000), (960, 60_000), (40, 60_000), (60_000, 40), (60_000, 960), (7_000, 7_000)):
        yield Odd("JPEG bomb", resized(progressive, *size))
    inks = as_file(Image.new("CMYK", (60, 80)), progressive=True, subsampling=0, icc_profile=cmyk_profile())
    for size in ((9_400, 9_400), (960, 60_000)):
        yield Odd("JPEG bomb", resized(inks, *size))
    for side, count in ((9_400, 1_000), (2_000, 5_000), (1_000, 60_000)):
        yield Odd("scan bomb", many_scans(resized(small, side, side), count))


def png(width: int, height: int, *, depth: int, colour: int, row: bytes | None, interlaced: int = 0) -> bytes:
    """A PNG of equal rows, written without holding it; with no `row` it has a header and no pixels."""
    squeeze = zlib.compressobj(1)
    line = b"" if row is None else b"\0" + row
    at_once = min(height, 1 + (1 << 20) // (1 + len(line)))
    portions = (line * min(at_once, height - done) for done in range(0, height, at_once) if line)
    pixels = b"".join(map(squeeze.compress, portions)) + squeeze.flush()
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, interlaced)
    palette = [(b"PLTE", bytes(range(48))), (b"tRNS", b"\x80")] if colour == 3 else []
    chunks = [(b"IHDR", header), *palette, (b"IDAT", pixels), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*chunk) for chunk in chunks)


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def _other_bombs() -> Iterator[Odd]:
    """The same in other formats: header only, then with all of their pixels."""
    for side in (60_000, 13_000, 2**31 - 1):
        yield Odd("PNG bomb", png(side, side, depth=8, colour=6, row=None))
    for side, depth, colour, size in (
        (13_000, 8, 6, 4),
        (9_400, 8, 6, 4),
        (9_400, 16, 6, 8),
        (9_400, 8, 3, 1),
    ):
        yield Odd("PNG bomb", png(side, side, depth=depth, colour=colour, row=bytes(side * size)))
    yield Odd("PNG bomb", png(9_000, 9_000, depth=1, colour=0, row=bytes(1_125)))
    text = b"note\0\0" + zlib.compress(bytes(60_000_000))
    base = good_files()["PNG"]
    yield Odd("PNG bomb", base[:33] + _chunk(b"zTXt", text) * 9 + base[33:])
    for size in ((60_000, 60_000), (9_400, 9_400), (-9_400, 9_400)):
        yield Odd(
            "BMP bomb",
            good_files()["BMP"].replace(struct.pack("<ii", 300, 400), struct.pack("<ii", *size), 1),
        )
    head = struct.pack("<2sIIIIiiHHIIiiII", b"BM", 0, 0, 1078, 40, 9_400, 9_400, 1, 8, 1, 0, 0, 0, 256, 0)
    yield Odd("BMP bomb", head + bytes(range(256)) * 4 + b"\xff\x07" * 400_000)
    canvas = struct.pack("<I", 16_382)[:3] * 2
    webp = good_files()["animated WebP"]
    yield Odd("WebP bomb", webp[:24] + canvas + webp[30:])
    yield Odd("WebP bomb", webp[:24] + struct.pack("<I", 9_399)[:3] * 2 + webp[30:])
