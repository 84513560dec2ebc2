"""The rules of a profile: every limit is kept on its edge and broken a step beyond, for its own reason."""

from functools import cache

import pytest

from schemas.photo import FACTS, Facts
from schemas.reasons import Reason
from tests.photo_builders import breaches, the_spec

SPEC = the_spec()
STEP = 0.01


def middle(fact: str) -> float:
    """A value that every limit on the fact keeps."""
    limits = [limit for limit in SPEC.limits if limit.fact == fact]
    low = max((limit.min for limit in limits if limit.min is not None), default=None)
    high = min((limit.max for limit in limits if limit.max is not None), default=None)
    if low is None:
        return high / 2
    return low + 10 if high is None else (low + high) / 2


LIMITED = sorted({limit.fact for limit in SPEC.limits} - {"faces"})


def good(**changes) -> Facts:
    """The facts of a capture that breaks no rule, but for `changes`."""
    sound = {fact: middle(fact) for fact in LIMITED}
    file = {
        "source_format": "JPEG", "is_colour_known": True, "orientation": 1, "faces": 1, "second_faces": 1,
    }  # fmt: skip
    return Facts(**(file | sound | changes))


EDGES = [
    (limit, bound, step)
    for limit in SPEC.limits
    if limit.fact != "faces"
    for bound, step in ((limit.min, -STEP), (limit.max, STEP))
    if bound is not None
]
CASES = {
    "nothing wrong": (good(), []),
    "unreadable": (Facts(), ["P301:source_format"]),
    "HEIC": (Facts(other_format="HEIC"), ["P307:other_format"]),
    "damaged inside": (good(is_intact=False), ["P306:is_intact"]),
    "junk behind": (good(trailing_bytes=9), ["P308:trailing_bytes"]),
    "a camera's second picture behind": (good(source_format="MPO", trailing_bytes=9), []),
    "a WebP has no quality": (good(source_format="WEBP", source_quality=None), ["P302:source_format"]),
    "a PNG": (good(source_format="PNG"), ["P302:source_format"]),
    "a camera's MPO": (good(source_format="MPO"), []),
    "colours unknown": (good(is_colour_known=False), ["P303:is_colour_known"]),
    "held sideways": (good(orientation=6), ["P304:orientation"]),
    "no orientation": (good(orientation=None), []),
    "a position": (good(has_gps=True), ["P305:has_gps"]),
    "no face, nothing else held": (good(faces=0, second_faces=0, tilt_deg=40.0, scale=3.0), ["P310:faces"]),
    "two faces, nothing else held": (good(faces=2, second_faces=2, tilt_deg=40.0, scale=3.0), ["P311:faces"]),
    **{f"{fact} not measured": (good(**{fact: None}), [f"P390:{fact}"]) for fact in LIMITED},
    "one detector alone": (good(second_faces=None, detectors_apart_px=None), []),
    "a second that finds none": (good(second_faces=0, detectors_apart_px=None), ["P312:second_faces"]),
    "a second that finds two": (good(second_faces=2, detectors_apart_px=None), ["P312:second_faces"]),
    "a second alone that finds one": (good(faces=0, second_faces=1), ["P310:faces", "P312:second_faces"]),
    "grey, so no colour is judged": (
        good(
            chroma=0.5,
            backdrop_distance=40.0,
            backdrop_spread=20.0,
            backdrop_shadow_pct=30.0,
            clothes_distance=2.0,
            skin_hue_deg=-90.0,
        ),
        ["P356:chroma"],
    ),
    "grey, and unevenly lit": (
        good(chroma=0.5, backdrop_gradient=9.0),
        ["P345:backdrop_gradient", "P356:chroma"],
    ),
    "burnt out, so no hue is judged": (good(face_luma=240.0, skin_hue_deg=110.0), ["P352:face_luma"]),
    "burnt spots, so no hue is judged": (
        good(face_clipped_pct=30.0, skin_hue_deg=110.0),
        ["P352:face_clipped_pct"],
    ),
    "too small, so no file": (good(scale=1.6, size_kb=None), ["P324:scale"]),
}


@cache
def outcome() -> dict[str, list[str]]:
    """All cases in one frame: a frame is what rules are for."""
    return dict(zip(CASES, breaches(*(facts for facts, _ in CASES.values())), strict=True))


@pytest.mark.parametrize("name", CASES)
def test_each_case_breaks_its_rules_and_no_other(name):
    assert outcome()[name] == CASES[name][1]


def test_every_limit_is_kept_on_its_edge_and_broken_beyond():
    on_edge = breaches(*(good(**{limit.fact: bound}) for limit, bound, _ in EDGES))
    beyond = breaches(*(good(**{limit.fact: bound + step}) for limit, bound, step in EDGES))
    for (limit, _, _), kept, broken in zip(EDGES, on_edge, beyond, strict=True):
        rule = f"{limit.reason}:{limit.fact}"
        assert rule not in kept
        assert rule in broken
        assert {each.split(":")[1] for each in broken} == {limit.fact}


def test_every_limit_is_on_a_fact_and_for_a_known_reason():
    assert {limit.fact for limit in SPEC.limits} <= FACTS.keys()
    assert {limit.reason for limit in SPEC.limits} <= set(Reason)
