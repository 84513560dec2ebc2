"""What passes through Prefect is gone once it is taken, though the flow goes on."""

import gc
from weakref import ref

import polars as pl
import pytest

from flows.handed import Handed
from transforms.assessment import Assessment
from transforms.day import Day

pytestmark = pytest.mark.xdist_group("prefect")


class Lines(pl.DataFrame):
    """A frame that can be looked for."""


def test_a_value_is_taken_once():
    handed = Handed(1)
    assert handed.take() == 1
    with pytest.raises(IndexError):
        handed.take()


def test_the_lines_of_a_chunk_go_with_whoever_took_them(prefect_server):
    from prefect import flow

    from flows.tasks import examining

    examine = examining(lambda: Lines({"capture_path": ["A/1.jpg"]}))

    @flow
    def run() -> bool:
        lines = examine.submit().result().take()
        assert lines.height == 1
        left = ref(lines)
        del lines
        gc.collect()
        return left() is None

    assert run()


def test_a_day_goes_with_its_assessment(prefect_server, monkeypatch):
    from prefect import flow

    from flows import tasks

    def assess(day: Day, *_: object) -> Assessment:
        seen.append(ref(day.captures))
        return day.captures.height

    seen = []
    monkeypatch.setattr(tasks.assessment, "assess", assess)
    none = pl.DataFrame()

    @flow
    def run() -> bool:
        assert tasks.assess(Handed(Day(none, none, none, none, Lines({"row": [1, 2]}))), None, None) == 2
        gc.collect()
        return seen[0]() is None

    assert run()
