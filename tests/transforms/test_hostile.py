"""Odd, cut and mutated files each end in a photo or a reason. `python -m tests.fuzz_photos` runs more."""

from itertools import chain, islice, takewhile

import numpy as np
import pytest
from PIL import Image

from flows.sources import CaptureFolder, read_capture
from schemas.photo import Facts
from tests.icc_builders import rgb_profile
from tests.mutations import mutated_files
from tests.odd_photos import (
    ADOBE_RGB,
    DISPLAY_P3,
    Odd,
    camera_exif,
    cut_files,
    good_files,
    many_scans,
    odd_files,
    png,
    resized,
)
from tests.photo_builders import as_file, breaches, the_detector, the_spec
from transforms.decode import decode
from transforms.photo import examine

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")  # Pillow's, as the command line has it
SRGB_D50 = ((0.4361, 0.3851, 0.1431), (0.2225, 0.7169, 0.0606), (0.0139, 0.0971, 0.7142))


def codes(contents: list[bytes]) -> list[set[str]]:
    """Every file's reasons; a photo without any has an empty set."""
    made = [examine(content, the_spec(), the_detector()) for content in contents]
    found = breaches(*(each.facts for each in made))
    for each, broken in zip(made, found, strict=True):
        assert each.photo is not None or broken
    return [{breach.split(":")[0] for breach in each} for each in found]


def one_of_each_kind() -> dict[str, bytes]:
    """The first odd file of every kind, without the bombs."""
    files: dict[str, bytes] = {}
    for kind, content in takewhile(lambda odd: "bomb" not in odd.kind, odd_files()):
        files.setdefault(kind, content)
    return files


SAID: dict[str, set[str]] = {
    "baseline JPEG": {"P305"},
    "AdobeRGB": set(),
    "Display P3": set(),
    "CMYK, profile": set(),
    "CMYK, no profile": {"P303"},
    "greyscale": {"P303"},
    "16-bit PNG": {"P302", "P303"},
    "RGBA PNG": {"P302"},
    "alpha PNG": {"P302", "P303"},
    "trailing junk": {"P305", "P308"},
    "broken or huge profile": set(),
    "animated GIF": {"P307"},
    "HEIC named .jpg": {"P307"},
    "EPS named .jpg": {"P301"},
    "empty or near it": {"P301"},
    "wrong magic": {"P301"},
    "leading junk": {"P301"},
}
"""What of a file its oddness says, whatever its picture is like."""


def test_every_kind_ends_in_a_photo_or_a_reason():
    files = one_of_each_kind()
    said = dict(zip(files, codes(list(files.values())), strict=True))
    of_the_file = {f"P30{number}" for number in range(1, 10)}
    assert {kind: said[kind] & of_the_file for kind in SAID} == SAID


def test_bombs_end_in_a_reason():
    progressive = as_file(Image.new("RGB", (60, 80)), progressive=True)
    bombs = [
        resized(good_files()["baseline JPEG"], 60_000, 60_000),
        resized(progressive, 65_500, 65_500),
        many_scans(resized(progressive, 7_000, 9_000), 9_000),
        png(60_000, 60_000, depth=8, colour=6, row=None),
        png(2**31 - 1, 2**31 - 1, depth=16, colour=6, row=None),
    ]
    assert codes(bombs) == [{"P301"}] * len(bombs)


def test_mutated_files_end_in_a_photo_or_a_reason(tmp_path):
    files = [odd.content for odd in chain(islice(mutated_files(7), 60), cut_files(20))]
    codes(files)
    for content in files:
        assert camera_time_is_read(tmp_path, content) in {True, False}


def camera_time_is_read(folder, content: bytes) -> bool:
    (folder / "x.jpg").write_bytes(content)
    return read_capture(CaptureFolder(folder), "x.jpg").taken_at is not None


@pytest.mark.parametrize("progressive", [False, True])
def test_a_jpeg_cut_at_any_byte_is_unreadable_and_whole_it_is_not(tmp_path, progressive):
    picture = Image.effect_noise((40, 48), 60).convert("RGB")
    whole = as_file(picture, exif=camera_exif(), progressive=progressive)
    for length in range(len(whole)):
        assert examine(whole[:length], the_spec(), the_detector()).facts == Facts(), length
    assert examine(whole, the_spec(), the_detector()).facts.source_format == "JPEG"
    assert camera_time_is_read(tmp_path, whole)


@pytest.mark.parametrize("primaries", [ADOBE_RGB, DISPLAY_P3])
def test_a_wide_colour_space_comes_to_srgb_through_its_profile(primaries):
    stored = (120, 160, 90)
    file = as_file(Image.new("RGB", (32, 32), stored), quality=98, icc_profile=rgb_profile("wide", primaries))
    xyz = (np.array(stored) / 255) ** 2.2 @ np.array(primaries)
    linear = np.linalg.solve(np.array(SRGB_D50), xyz)
    expected = 255 * (1.055 * linear ** (1 / 2.4) - 0.055)
    assert np.abs(expected - stored).max() > 8
    assert np.abs(np.array(decode(file, (32, 32)).pixels[9, 9]) - expected).max() < 3


def test_mutations_are_the_same_for_the_same_seed():
    first, again, other = (list(islice(mutated_files(seed), 20)) for seed in (3, 3, 4))
    assert first == again != other
    assert all(isinstance(odd, Odd) for odd in first)
