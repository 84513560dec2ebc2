"""A resampled crop of its source passes, however it was scaled and compressed; any edit of it does not."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from PIL import Image

from flows.demo.portrait import draw, look_of
from schemas.photo import Facts
from tests.forbidden_edits import EDITS, as_photo, edited
from tests.photo_builders import as_file, real_portrait, the_detector, the_spec
from transforms.decode import decode
from transforms.photo import examine
from transforms.provenance import Box, difference, edits

LOOKS = {
    "drawn small": (look_of(1, woman=False), (768, 1024)),
    "drawn": (look_of(2, woman=True), (2000, 2667)),
}
SITTERS = (*LOOKS, "official-1", "official-2")
EVERYTHING = (100_000, 100_000)


@cache
def source(name: str) -> bytes:
    return as_file(draw(*LOOKS[name])[0], quality=92) if name in LOOKS else real_portrait(name)


@cache
def pixels(name: str) -> np.ndarray:
    return decode(source(name), EVERYTHING).pixels


@cache
def delivered(name: str) -> tuple[bytes, Facts]:
    made = examine(source(name), the_spec(), the_detector())
    return made.photo, made.facts


def box_of(facts: Facts) -> Box:
    return Box(facts.crop_left_px, facts.crop_top_px, facts.crop_width_px, facts.crop_height_px)


def kinds(photo: bytes, name: str, box: Box | None = None) -> set[str]:
    """What a photo is told to be, if it were made of that sitter's source."""
    claimed = box or box_of(delivered(name)[1])
    return {edit.kind.value for edit in edits(difference(photo, pixels(name), claimed))}


def scaled(name: str, kernel: Image.Resampling) -> Image.Image:
    """The crop, scaled at full size by one of Pillow's kernels."""
    box = box_of(delivered(name)[1])
    edges = (box.left, box.top, box.left + box.width, box.top + box.height)
    return Image.fromarray(pixels(name)).resize((480, 640), kernel, box=edges)


@pytest.mark.parametrize("name", SITTERS)
def test_what_the_engine_makes_is_no_edit(name):
    assert kinds(delivered(name)[0], name) == set()


@pytest.mark.parametrize("kernel", ["LANCZOS", "BICUBIC"])
@pytest.mark.parametrize("quality", [60, 75, 95])
@pytest.mark.parametrize("name", SITTERS)
def test_no_kernel_and_no_quality_is_an_edit(name, quality, kernel):
    photo = as_photo(scaled(name, Image.Resampling[kernel]), quality)
    assert kinds(photo, name) == set()


@pytest.mark.parametrize("name", ["drawn", "official-1"])
@pytest.mark.parametrize("edit", EDITS)
def test_every_edit_is_told_for_what_it_is(name, edit):
    photo, facts = delivered(name)
    assert EDITS[edit][1] in kinds(edited(photo, facts, edit), name)


@pytest.mark.parametrize("edit", EDITS)
def test_no_edit_hides_behind_the_lowest_quality(edit):
    photo, facts = delivered("drawn")
    assert EDITS[edit][1] in kinds(edited(photo, facts, edit, quality=60), "drawn")


def test_a_spot_is_told_where_it_is():
    photo, facts = delivered("official-1")
    found = difference(edited(photo, facts, "a brighter spot"), pixels("official-1"), box_of(facts)).patch
    assert abs(found.x - facts.left_eye_x_px - 3) < 4
    assert abs(found.y - facts.eye_line_px - 53) < 4


@pytest.mark.parametrize("change", [("tilt_deg", 1.0), ("offset_x", 0.005), ("head_scale", 0.01)])
def test_another_shot_of_the_same_sitter_is_found(change):
    field, by = change
    look, size = LOOKS["drawn small"]
    moved = replace(look, **{field: getattr(look, field) + by})
    box = box_of(delivered("drawn small")[1])
    edges = (box.left, box.top, box.left + box.width, box.top + box.height)
    photo = draw(moved, size)[0].resize((480, 640), Image.Resampling.LANCZOS, box=edges)
    assert kinds(as_photo(photo, 85), "drawn small")


def test_another_sitter_is_found():
    assert kinds(delivered("official-2")[0], "official-1")


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_a_picture_on_its_side_is_found(turns):
    turned = Image.fromarray(np.rot90(pixels("drawn"), turns).copy()).resize((480, 640))
    assert kinds(as_photo(turned, 85), "drawn", Box(0, 0, 1600, 2133))


@pytest.mark.parametrize("shift", [(0.01, 0), (0, -0.01)])
def test_a_box_that_is_not_the_photos_is_found(shift):
    photo, facts = delivered("drawn")
    box = box_of(facts)
    moved = box._replace(left=box.left + shift[0] * box.width, top=box.top + shift[1] * box.height)
    assert kinds(photo, "drawn", moved) == {"moved"}


@pytest.mark.parametrize("sampling", ["4:4:4", "4:2:2"])
def test_a_file_passed_through_as_it_came_is_no_edit(sampling):
    came = as_file(draw(look_of(3, woman=True), (480, 640))[0], quality=83, subsampling=sampling)
    whole = decode(came, EVERYTHING).pixels
    assert not list(edits(difference(came, whole, Box(0, 0, 480, 640))))


def test_a_flat_picture_is_no_edit_of_itself():
    flat = np.full((640, 480, 3), 120, np.uint8)
    assert not list(edits(difference(as_photo(Image.fromarray(flat), 85), flat, Box(0, 0, 480, 640))))


def test_what_is_no_jpeg_cannot_be_compared():
    with pytest.raises(OSError, match="cannot identify"):
        difference(b"\xff\xd8\xff\xd9", pixels("drawn"), Box(0, 0, 480, 640))
