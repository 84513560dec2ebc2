"""Every limit of the profile against a picture made to break it alone, a step inside and a step outside.

The pictures are made in `tests/limit_pictures.py`, each by a knob that changes one thing; a row says at which
two values. Where a limit cannot be broken alone, the row says why, and what else is broken.
"""

from functools import cache
from typing import NamedTuple

import pytest

from schemas.photo import Facts
from schemas.profile import Limit
from tests import limit_pictures as made
from tests.limit_pictures import Make, behind, framed, looking, mouth_of, on_face
from tests.photo_builders import breaches, the_detector, the_spec
from transforms.photo import examine

pytestmark = pytest.mark.xdist_group("limits")


class Row(NamedTuple):
    """One side (min or max) of a limit, the picture's maker, and its knob inside and outside the limit.

    `also` is what else a picture outside breaks, `still` what one inside breaks; `why` neither is avoidable.
    """

    rule: str
    side: str
    make: Make
    inside: float
    outside: float
    also: tuple[str, ...] = ()
    still: tuple[str, ...] = ()
    why: str = ""

    @property
    def limit(self) -> Limit:
        """The limit that the row is about."""
        code, fact = self.rule.split(":")
        return next(
            limit
            for limit in the_spec().limits
            if (limit.reason, limit.fact) == (code, fact) and getattr(limit, self.side) is not None
        )


ROWS = [
    Row("P309:source_quality", "min", made.compressed, 60, 59),
    Row("P310:faces", "min", made.people, 1, 0),
    Row("P311:faces", "max", made.people, 1, 2),
    Row("P320:crown_px", "min", framed("top"), 0.99, 0.97),
    Row("P320:crown_px", "max", framed("bottom", low_head=True), 1.34, 1.29),
    Row("P321:eye_line_px", "min", framed("top", low_head=True), 0.69, 0.66),
    Row("P321:eye_line_px", "max", framed("bottom"), 1.14, 1.12),
    Row("P322:face_width_px", "max", made.filled, 1.62, 1.60),
    Row(
        "P322:face_width_px", "min", made.topped, 800, 780, still=("P320:crown_px",),
        why="a face too narrow is enlarged, and refused as that, unless the hairdo is too high for any crop",
    ),
    Row("P323:centre_offset_px", "max", framed("left", made.NARROW), 0.74, 0.72),
    Row("P324:scale", "max", made.small, 482, 478),
    Row(
        "P325:head_room_px", "min", framed("top"), 0.83, 0.82,
        also=("P320:crown_px",), still=("P320:crown_px",),
        why="a head without room above it in the source has none in the photo either",
    ),
    Row("P326:shoulder_room_px", "min", looking("offset_x", size=made.LARGE), 0.16, 0.18),
    Row("P330:tilt_deg", "max", looking("tilt_deg"), 4.5, 5.5),
    Row("P330:tilt_deg", "max", looking("tilt_deg"), -4.5, -5.5),
    Row("P331:yaw_ratio", "max", made.turned, 0.18, 0.22),
    Row("P340:backdrop_distance", "max", behind(made.coloured), 44, 47),
    Row("P341:backdrop_spread", "max", behind(made.patched), 0.11, 0.125),
    Row("P342:clothes_distance", "min", made.dressed, 0.66, 0.70),
    Row("P343:backdrop_shadow_pct", "max", behind(made.shadowed), 0.10, 0.115),
    Row("P344:border_px", "max", made.bordered, 0, 1),
    Row("P345:backdrop_gradient", "max", behind(made.sloped), 0.10, 0.12),
    Row("P350:sharpness", "min", looking("blur_px"), 6, 7),
    Row("P351:exposure_pct", "min", looking("exposure"), 0.78, 0.75),
    Row("P351:face_luma", "min", on_face(made.dimmed, look=made.DARK), 0.62, 0.57),
    Row("P351:face_crushed_pct", "max", mouth_of(0), 0.065, 0.073),
    Row("P352:face_luma", "max", on_face(made.paled), 0.72, 0.76),
    Row("P352:face_clipped_pct", "max", mouth_of(255), 0.069, 0.076),
    Row("P353:glare_pct", "max", made.lens_lit, 0.042, 0.045),
    Row("P354:face_balance_pct", "max", made.half_lit, 0.67, 0.64),
    Row("P355:skin_hue_deg", "min", on_face(made.greener), -0.075, -0.09),
    Row("P355:skin_hue_deg", "max", on_face(made.greener), 0.055, 0.065),
    Row(
        "P356:chroma", "min", made.washed_out, 1.0, 0.15,
        why="with less of its colour than all, but some, the backdrop has the wrong one",
    ),
    Row("P361:size_kb", "max", made.busy, 30, 40),
    Row(
        "P360:size_kb", "max", made.busy, 150, 200, also=("P361:size_kb",), still=("P361:size_kb",),
        why="the usual range lies inside the allowed one",
    ),
    Row(
        "P360:size_kb", "min", made.plain_lit, 1.0, 0.8, also=("P361:size_kb",),
        why="the usual range begins with the allowed one",
    ),
    Row(
        "P361:size_kb", "min", made.plain_lit, 1.0, 0.8, also=("P360:size_kb",),
        why="the usual range begins with the allowed one",
    ),
]  # fmt: skip


NOT_OF_A_PICTURE = {("P312:detectors_apart_px", "max")}
"""What two detectors make of a picture is no fault of the picture: tests/transforms/test_photo.py."""


@cache
def measured() -> list[tuple[Facts, list[str]]]:
    """Facts and broken rules of all pictures: a row's inside and outside, one row after the other."""
    shots = [(row.make, value) for row in ROWS for value in (row.inside, row.outside)]
    different = list(dict.fromkeys(shots))
    facts = [examine(make(value), the_spec(), the_detector()).facts for make, value in different]
    found = dict(zip(different, zip(facts, breaches(*facts), strict=True), strict=True))
    return [found[shot] for shot in shots]


@pytest.mark.parametrize("number", range(len(ROWS)), ids=[f"{row.rule}-{row.side}" for row in ROWS])
def test_a_step_inside_is_accepted_and_a_step_outside_refused_for_that_alone(number):
    row = ROWS[number]
    (inside, kept), (outside, broken) = measured()[2 * number : 2 * number + 2]
    bound = getattr(row.limit, row.side)
    near, far = (getattr(facts, row.limit.fact) for facts in (inside, outside))
    assert near >= bound > far if row.side == "min" else near <= bound < far
    assert kept == sorted(row.still)
    assert broken == sorted((row.rule, *row.also))


def test_every_side_of_every_limit_has_a_row():
    sides = {
        (f"{limit.reason}:{limit.fact}", side)
        for limit in the_spec().limits
        for side in ("min", "max")
        if getattr(limit, side) is not None
    }
    assert {(row.rule, row.side) for row in ROWS} == sides - NOT_OF_A_PICTURE


def test_what_cannot_be_broken_alone_says_why():
    assert all(row.why for row in ROWS if row.also or row.still)
