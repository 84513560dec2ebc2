"""The photo engine on drawn portraits: good sitters pass, and each fault is refused for what it is."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import cache

import pytest
from PIL import Image

from flows.demo.portrait import BACKDROP_BLUE, Look, draw, landmarks, look_of
from schemas.photo import Facts
from tests.photo_builders import as_file, breaches, the_detector, the_spec
from transforms.photo import examine

pytestmark = pytest.mark.xdist_group("portraits")

SIZE = (768, 1024)
SEEDS = range(20)
SITTERS = [look_of(seed, woman=woman) for seed in SEEDS for woman in (False, True)]
FAULTS: dict[str, tuple[dict[str, object], str]] = {
    "tilted to the left": ({"tilt_deg": -8.0}, "P330"),
    "tilted to the right": ({"tilt_deg": 12.0}, "P330"),
    "a top of the backdrop's blue": ({"top": BACKDROP_BLUE}, "P342"),
    "blurred": ({"blur_px": 10.0}, "P350"),
    "blurred more": ({"blur_px": 14.0}, "P350"),
    "too dark": ({"exposure": 0.35}, "P351"),
    "glare on the glasses": ({"glare": 1.0}, "P353"),
    "a shoulder cut off": ({"offset_x": 0.2}, "P326"),
    "a bun that no crop can hold": ({"bun": 1.7}, "P320"),
}


def captured(look: Look, size: tuple[int, int] = SIZE) -> Facts:
    image, _ = draw(look, size)
    return examine(as_file(image, quality=92), the_spec(), the_detector()).facts


@cache
def good() -> list[Facts]:
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(captured, SITTERS))


def test_good_captures_have_no_finding_at_all():
    assert breaches(*good()) == [[]] * len(SITTERS)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_refused_for_what_it_is_and_nothing_else(fault):
    changes, reason = FAULTS[fault]
    facts = [captured(replace(look, **changes)) for look in SITTERS[2:4]]
    assert [{rule[:4] for rule in rules} for rules in breaches(*facts)] == [{reason}] * 2


def test_a_source_of_300_by_400_is_too_small_and_nothing_else():
    facts = [captured(look, (300, 400)) for look in SITTERS[:4]]
    assert breaches(*facts) == [["P324:scale"]] * 4


@pytest.mark.parametrize("sitter", SITTERS[:4])
def test_a_portrait_enlarged_from_a_third_of_the_photos_width_is_refused_as_blurred(sitter):
    """What was enlarged less is not told from what a lens draws softly, and keeps the limit."""
    copy, _ = draw(sitter, (160, 213))
    enlarged = copy.resize((1800, 2400), Image.Resampling.LANCZOS)
    (rules,) = breaches(examine(as_file(enlarged, quality=92), the_spec(), the_detector()).facts)
    assert "P350:sharpness" in rules
    assert "P324:scale" not in rules


def test_the_chin_is_found_as_well_as_its_fact_says():
    for sitter, facts in zip(SITTERS, good(), strict=True):
        drawn = (landmarks(sitter, SIZE).chin[1] - facts.crop_top_px) * facts.scale
        assert abs(facts.chin_px - drawn) < 14


def test_a_bun_that_a_crop_can_hold_is_no_fault():
    facts = captured(replace(SITTERS[1], bun=0.6))
    assert breaches(facts) == [[]]
