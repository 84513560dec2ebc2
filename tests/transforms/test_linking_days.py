"""Drilled days through the linking: the same links in any order, everything in exactly one state."""

import polars as pl
import pytest

from flows.drill.day import play_day
from flows.drill.frames import delivered
from flows.drill.plans import plan
from schemas.audit import FINDINGS, CaptureState
from tests.builders import the_profile
from transforms.linking import link
from transforms.shots import settle_captures

ROUGH = 2
"""The number of a rough day."""


@pytest.fixture(scope="module", params=["swipe", "named", "code", "ticket"])
def day(request):
    """A rough day's captures, log and roster, and the rules of its mode."""
    given = delivered(play_day(plan(request.param, ROUGH, 7)))
    rules = the_profile().linking.model_copy(update={"mode": request.param})
    return (given.captures, given.log, given.roster), rules


def test_the_order_of_the_inputs_does_not_matter(day):
    frames, rules = day
    linked = link(*frames, rules)
    other = link(*(frame.sample(fraction=1, shuffle=True, seed=3) for frame in frames), rules)
    assert other.links.sort("capture_path").equals(linked.links.sort("capture_path"))
    assert other.candidates.equals(linked.candidates)
    assert other.slips.equals(linked.slips)


def test_the_same_day_gives_the_same_links(day):
    frames, rules = day
    assert link(*frames, rules).links.equals(link(*frames, rules).links)


def test_every_capture_ends_in_one_state_and_no_student_has_two_photos(day):
    (captures, log, roster), rules = day
    linked = link(captures, log, roster, rules)
    nobody = pl.Series(dtype=pl.UInt32)
    settled = settle_captures(captures, linked, pl.DataFrame(schema=FINDINGS), nobody)
    assert sorted(settled["capture_path"]) == sorted(captures["capture_path"])
    assert set(settled["state"]) <= set(CaptureState)
    used = settled.filter(pl.col("state") == CaptureState.USED)["row"]
    assert used.n_unique() == len(used)
    taken = settled.filter(pl.col("state").is_in([CaptureState.USED, CaptureState.SUPERSEDED]))
    assert taken["row"].null_count() == 0
    assert settled.filter(pl.col("row").is_not_null())["code"].null_count() == taken.height
