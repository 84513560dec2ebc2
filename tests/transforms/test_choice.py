"""Of several captures of one student: fewest blocks, then fewest warnings, then the latest."""

from datetime import datetime
from itertools import permutations

import polars as pl
import pytest

from transforms.choice import choose_captures


def chosen(shots, told=(), *, picked="", kept="", weight=1):
    """The path chosen of one student's shots {path: minute}; `told` has a path for each severity.

    A person `picked` one; one is `kept`, as the delivered shot is (a negative weight: complained of).
    """
    taken_at = [None if minute is None else datetime(2020, 11, 19, 9, minute) for minute in shots.values()]
    linked = pl.DataFrame(
        {"row": [2] * len(shots), "capture_path": list(shots), "taken_at": taken_at},
        schema={"row": pl.UInt32, "capture_path": pl.String, "taken_at": pl.Datetime("ms")},
    ).with_columns(
        is_chosen=pl.col("capture_path") == picked,
        keeps=pl.when(pl.col("capture_path") == kept).then(weight).otherwise(0),
    )
    schema = {"capture_path": pl.String, "severity": pl.String}
    findings = pl.DataFrame(told, schema=schema, orient="row")
    return choose_captures(linked, findings)["capture_path"].to_list()


@pytest.mark.parametrize(
    ("told", "winner"),
    [
        ([], "c"),
        ([("c", "block")], "b"),
        ([("c", "warn")], "b"),
        ([("c", "info")], "c"),
        ([("a", "block"), ("b", "block"), ("c", "block")], "c"),
        ([("b", "warn"), ("b", "warn"), ("c", "block"), ("a", "block")], "b"),
        ([("c", "block"), ("b", "warn"), ("a", "warn"), ("a", "warn")], "b"),
        ([("c", "block"), ("c", "block"), ("b", "block"), ("b", "warn"), ("a", "block"), ("a", "warn")], "b"),
    ],
)
def test_the_best_capture_wins(told, winner):
    for order in permutations({"a": 0, "b": 1, "c": 2}.items()):
        assert chosen(dict(order), told) == [winner]


def test_a_tie_goes_to_the_path_that_sorts_last():
    for order in permutations(["a", "b", "c"]):
        assert chosen(dict.fromkeys(order, 5)) == ["c"]


def test_a_known_moment_goes_before_an_unknown_one():
    assert chosen({"z": None, "a": 1}) == ["a"]
    assert chosen({"a": None, "b": None}) == ["b"]


def test_findings_of_nobody_count_for_nothing():
    assert chosen({"a": 1}, [(None, "block"), ("elsewhere", "block")]) == ["a"]
    assert chosen({}) == []


@pytest.mark.parametrize("told", [[], [("a", "block")], [("a", "block"), ("a", "warn")]])
def test_what_a_person_picked_wins(told):
    assert chosen({"a": 1, "b": 2, "c": 3}, told, picked="a", kept="b") == ["a"]


@pytest.mark.parametrize(
    ("told", "weight", "winner"),
    [
        ([], 1, "a"),
        ([("a", "warn")], 1, "a"),
        ([("a", "block")], 1, "b"),
        ([("a", "block"), ("b", "block")], 1, "a"),
        ([("b", "warn")], -1, "b"),
        ([("b", "block")], -1, "a"),
    ],
)
def test_the_delivered_shot_stays_unless_it_alone_blocks_or_is_complained_of(told, weight, winner):
    assert chosen({"a": 1, "b": 2}, told, kept="a", weight=weight) == [winner]
