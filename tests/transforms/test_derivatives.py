"""Further pictures: the same crop by another hand, never enlarged, in the size that their receiver wants."""

from functools import cache
from io import BytesIO
from math import inf

import numpy as np
import pytest
from PIL import Image

from flows.demo.portrait import draw, look_of
from schemas.profile import Derivative
from tests.builders import the_profile
from tests.bundle_builders import read_derivative
from tests.photo_builders import as_file, breaches, real_portrait, the_detector, the_spec
from transforms.crop import Crop
from transforms.derivatives import derive, frame_in
from transforms.jpeg import KB, encode
from transforms.jpeg_file import read_jpeg
from transforms.photo import Examined, examine

IDS = ("print-33x48", "degree-150x210", "agency-upload")
WANTED = {name: read_derivative(name) for name in IDS}
SOURCES = {"large": (2000, 2667), "just enough": (1500, 2000), "small": (768, 1024), "real": None}
TOO_SMALL = {"just enough", "small", "real"}
"""Sources of which no crop has the pixels of an upload to an agency."""


@cache
def source(name: str) -> bytes:
    if SOURCES[name] is None:
        return real_portrait("official-1")
    return as_file(draw(look_of(3, woman=True), SOURCES[name])[0], quality=92)


@cache
def examined(name: str) -> Examined:
    return examine(source(name), the_spec(), the_detector(), derivatives=tuple(WANTED.values()))


def cropped_by_another_hand(name: str, wanted: Derivative) -> np.ndarray:
    """The frame as the documents describe it, scaled by Pillow from the whole source."""
    facts = examined(name).facts
    width = facts.crop_height_px * wanted.width_px.value / wanted.height_px.value
    left = facts.crop_left_px + (facts.crop_width_px - width) / 2
    box = (max(left, 0), facts.crop_top_px, left + width, facts.crop_top_px + facts.crop_height_px)
    size = (wanted.width_px.value, wanted.height_px.value)
    with Image.open(BytesIO(source(name))) as whole:
        return np.asarray(whole.convert("RGB").resize(size, Image.Resampling.BICUBIC, box=box), np.int16)


MADE = [(name, each) for name in SOURCES for each in IDS if each != "agency-upload" or name not in TOO_SMALL]


@pytest.mark.parametrize(("name", "wanted"), MADE)
def test_it_is_the_crop_of_the_source_and_nothing_else(name, wanted):
    with Image.open(BytesIO(examined(name).derivatives[wanted])) as picture:
        shown = np.asarray(picture, np.int16)
    assert np.abs(shown - cropped_by_another_hand(name, WANTED[wanted])).mean() < 2.5


@pytest.mark.parametrize(("name", "wanted"), MADE)
def test_its_file_is_what_its_receiver_wants_and_holds_nothing_else(name, wanted):
    spec, data = WANTED[wanted], examined(name).derivatives[wanted]
    jpeg = read_jpeg(data)
    assert (jpeg.width, jpeg.height) == (spec.width_px.value, spec.height_px.value)
    assert jpeg.dpi == (300, 300)
    assert spec.quality_min.value <= jpeg.quality <= spec.quality_max.value
    assert (jpeg.extras, jpeg.trailing, jpeg.stray) == ((), 0, 0)
    assert all(limit.keeps(len(data) / KB) for limit in spec.size_limits)


@pytest.mark.parametrize("name", SOURCES)
def test_what_would_have_to_be_enlarged_is_not_made_and_is_named(name):
    facts = examined(name).facts
    assert facts.derivatives_unmade == ("agency-upload" if name in TOO_SMALL else "")
    assert ("P370:derivatives_unmade" in breaches(facts)[0]) == (name in TOO_SMALL)
    assert examined(name).photo is not None


def test_without_a_photo_there_is_nothing_to_be_told_of_its_derivatives():
    tiny = as_file(draw(look_of(3, woman=True), (300, 400))[0], quality=92)
    result = examine(tiny, the_spec(), the_detector(), derivatives=the_profile().derivatives)
    assert result.facts.derivatives_unmade is None
    assert result.derivatives == {}


@pytest.mark.parametrize("bounds", [{"size_max_kb": 1.5}, {"size_min_kb": 90.0}])
def test_a_size_out_of_reach_makes_none(bounds):
    wanted = WANTED["degree-150x210"]
    number = wanted.size_max_kb
    changes = {side: number.model_copy(update={"value": value}) for side, value in bounds.items()}
    odd = wanted.model_copy(update={"size_max_kb": None, **changes})
    made = examine(source("small"), the_spec(), the_detector(), derivatives=[odd])
    assert made.facts.derivatives_unmade == "degree-150x210"
    assert made.derivatives == {}


@pytest.mark.parametrize(("wanted", "left", "width"), [
    ("print-33x48", 20, 440), ("degree-150x210", 11.4, 457.2), ("agency-upload", 0, 480),
])  # fmt: skip
def test_the_frame_is_centred_as_high_as_the_crop_and_never_wider(wanted, left, width):
    frame = frame_in(Crop(100, 50, 480, 640, 1), WANTED[wanted])
    assert (frame.top, frame.height) == (50, 640)
    assert abs(frame.left - 100 - left) < 0.1
    assert abs(frame.width - width) < 0.1


def test_the_same_source_gives_the_same_bytes():
    again = examine(source("small"), the_spec(), the_detector(), derivatives=tuple(WANTED.values()))
    assert again == examined("small")


def test_none_wanted_is_none_made():
    assert derive(b"", None, Crop(0, 0, 1, 1, 1), np.zeros((1, 1, 3), np.uint8), []) == {}


# -- the file ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("most_kb", [4, 7, 12, inf])
def test_quality_is_the_highest_that_fits(most_kb):
    with Image.open(BytesIO(examined("small").derivatives["degree-150x210"])) as picture:
        view = np.asarray(picture)
    spec = WANTED["degree-150x210"]
    made = encode(view, spec, most_kb)
    assert made.size_kb <= most_kb
    assert made.quality == read_jpeg(made.data).quality
    if most_kb == inf:
        assert (made.quality, made.encodes) == (spec.quality_max.value, 1)
    if made.quality < spec.quality_max.value:
        better = as_file(
            Image.fromarray(view),
            quality=made.quality + 1,
            optimize=True,
            subsampling="4:2:0",
            dpi=(300, 300),
        )
        assert len(better) > most_kb * KB
