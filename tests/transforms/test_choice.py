"""Of several captures of one student: fewest blocks, then fewest warnings, then the latest."""

from datetime import datetime
from itertools import permutations

import polars as pl
import pytest

from transforms.choice import choose_captures


def chosen(shots, told=()):
    """The path chosen of one student's shots {path: minute}; `told` has a path for each severity."""
    taken_at = [None if minute is None else datetime(2020, 11, 19, 9, minute) for minute in shots.values()]
    linked = pl.DataFrame(
        {"row": [2] * len(shots), "capture_path": list(shots), "taken_at": taken_at},
        schema={"row": pl.UInt32, "capture_path": pl.String, "taken_at": pl.Datetime("ms")},
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
