"""The crop: inside the source, in the profile's shape, and the best there is."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.photo_builders import the_spec
from transforms.crop import Crop, Head, choose, conflict, on_grid

SPEC = the_spec()
WIDTH, HEIGHT = SPEC.width_px.value, SPEC.height_px.value
MARGIN = 0.03


def facts(head: Head, crop: Crop) -> dict[str, float]:
    return {
        "crown_px": (head.crown - crop.top) * crop.scale,
        "eye_line_px": (head.eye_line - crop.top) * crop.scale,
        "face_width_px": head.face_width * crop.scale,
        "centre_offset_px": abs((head.centre - crop.left) * crop.scale - WIDTH / 2),
    }


def margin(fact: str, value: float) -> float:
    """1 in the middle of its limit, 0 on the edge."""
    limit = SPEC.limit(fact)
    if limit.min is None:
        return 1 - value / limit.max
    return min(value - limit.min, limit.max - value) / ((limit.max - limit.min) / 2)


def margins(values: dict[str, float]) -> dict[str, float]:
    return {fact: margin(fact, value) for fact, value in values.items()}


@st.composite
def heads(draw: st.DrawFn) -> Head:
    """Any head in any source, cut ones and tiny ones too."""
    width, height = draw(st.floats(80, 8000)), draw(st.floats(80, 8000))
    eye_line = draw(st.floats(0, height))
    crown = draw(st.floats(0, eye_line))
    return Head(crown, eye_line, draw(st.floats(0, width)), draw(st.floats(10, width)), (width, height))


@st.composite
def heads_that_fit(draw: st.DrawFn) -> Head:
    """A head for which at least one crop, inside the source and not enlarged, keeps every limit."""
    scale = draw(st.floats(0.1, 0.98))
    seen = {
        "crown": draw(st.floats(54, 106)),
        "eyes": draw(st.floats(206, 294)),
        "face": draw(st.floats(186, 294)),
    }
    offset, left, top = draw(st.floats(-10, 10)), draw(st.floats(0, 3000)), draw(st.floats(0, 3000))
    room = draw(st.floats(0, 2000)), draw(st.floats(0, 2000))
    return Head(
        crown=top + seen["crown"] / scale,
        eye_line=top + seen["eyes"] / scale,
        centre=left + (WIDTH / 2 + offset) / scale,
        face_width=seen["face"] / scale,
        source=(left + WIDTH / scale + room[0], top + HEIGHT / scale + room[1]),
    )


@settings(deadline=None)  # a busy machine is no failure
@given(heads())
def test_a_crop_never_leaves_the_source_and_is_never_stretched(head):
    crop = choose(head, SPEC)
    assert crop.left >= 0
    assert crop.top >= 0
    assert crop.left + crop.width <= head.source[0] * (1 + 1e-9)
    assert crop.top + crop.height <= head.source[1] * (1 + 1e-9)
    assert abs(crop.width * crop.scale - WIDTH) < 1e-6
    assert abs(crop.height * crop.scale - HEIGHT) < 1e-6


@settings(deadline=None)  # a busy machine is no failure
@given(heads_that_fit())
def test_where_a_crop_keeps_every_limit_the_one_chosen_does(head):
    crop = choose(head, SPEC)
    assert crop.scale <= 1
    assert min(margins(facts(head, crop)).values()) >= 0


def test_the_middle_of_every_limit_is_found_where_there_is_one():
    head = Head(crown=480, eye_line=480 + 170 * 4, centre=1200, face_width=240 * 4, source=(2400, 3200))
    chosen = facts(head, choose(head, SPEC))
    assert min(margins(chosen).values()) > 0.93


def test_a_high_bun_gives_up_the_crown_and_nothing_else():
    head = Head(crown=300, eye_line=1300, centre=1200, face_width=640, source=(2400, 3200))
    kept = margins(facts(head, choose(head, SPEC)))
    assert {fact for fact in kept if kept[fact] < 0} == {"crown_px"}
    assert min(kept[fact] for fact in kept if fact != "crown_px") >= MARGIN


def test_a_sitter_at_the_side_gives_up_the_centre_and_nothing_else():
    head = Head(crown=500, eye_line=1180, centre=500, face_width=960, source=(2400, 3200))
    kept = margins(facts(head, choose(head, SPEC)))
    assert {fact for fact in kept if kept[fact] < 0} == {"centre_offset_px"}


def test_a_small_source_is_enlarged_on_paper_only_where_nothing_else_keeps_the_limits():
    small = Head(crown=60, eye_line=130, centre=150, face_width=100, source=(300, 400))
    assert choose(small, SPEC).scale > 1
    far_away = Head(crown=1500, eye_line=1600, centre=1200, face_width=150, source=(2400, 3200))
    assert choose(far_away, SPEC).scale > 1
    with_a_bun = Head(crown=100, eye_line=1100, centre=1200, face_width=170, source=(2400, 3200))
    assert choose(with_a_bun, SPEC).scale <= 1


def test_an_unknown_crown_leaves_the_other_limits_to_decide():
    head = Head(crown=None, eye_line=1160, centre=1200, face_width=960, source=(2400, 3200))
    crop = choose(head, SPEC)
    assert abs((head.eye_line - crop.top) * crop.scale - 250) < 5
    assert abs(head.face_width * crop.scale - 240) < 5


@given(heads_that_fit())
@settings(deadline=None)
def test_where_a_crop_keeps_every_limit_nothing_conflicts(head):
    assert conflict(head, SPEC) == ()


SOURCE, SMALL = (3000.0, 4000.0), (240.0, 320.0)
CONFLICTS = {
    "a bun": (Head(300, 1500, 1500, 700, SOURCE), ("crown_px", "eye_line_px", "face_width_px")),
    "a long head up to the edge": (Head(100, 1500, 1500, 300, SOURCE), ("crown_px", "eye_line_px")),
    "no forehead": (Head(1450, 1500, 1500, 700, SOURCE), ("crown_px", "eye_line_px", "face_width_px")),
    "at the side": (Head(900, 1400, 300, 700, SOURCE), ("centre_offset_px", "face_width_px")),
    "at the lower edge": (Head(3000, 3400, 1500, 700, SOURCE), ("crown_px", "face_width_px")),
    "too small a source": (Head(40, 110, 120, 90, SMALL), ("scale",)),
}
"""What is wrong, and the limits that cannot be kept together."""


@pytest.mark.parametrize("name", CONFLICTS)
def test_the_limits_that_cannot_both_be_kept_are_named(name):
    head, facts = CONFLICTS[name]
    assert conflict(head, SPEC) == facts


@given(heads(), st.sampled_from([1, 2, 4, 8]))
def test_a_crop_on_whole_pixels_stays_inside_and_near(head, pixel):
    if min(head.source) < 40 * pixel:
        return
    crop = choose(head, SPEC)
    moved = on_grid(crop, head, SPEC, pixel)
    assert all(value % pixel == 0 for value in moved[:4])
    assert min(moved.left, moved.top) >= 0
    assert moved.left + moved.width <= head.source[0]
    assert moved.top + moved.height <= head.source[1]
    assert all(abs(a - b) <= 3 * pixel for a, b in zip(crop[:4], moved[:4], strict=True))
