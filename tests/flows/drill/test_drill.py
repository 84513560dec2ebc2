"""The drill: its days hold what they say, its figures catch a linker that guesses."""

from collections import Counter
from dataclasses import replace
from random import Random

import polars as pl
import pytest

from flows.drill import run
from flows.drill.assumptions import NEVER, assumptions
from flows.drill.figures import Cause, Figures, figures
from flows.drill.frames import delivered
from flows.drill.mishaps import absent, as_should_be
from flows.drill.scene import Booth, number, play
from flows.drill.table import tell
from schemas.capture import LINKS, SLIPS
from schemas.clock import CLOCKS
from schemas.reasons import Reason
from tests.builders import the_profile
from tests.drill_builders import a_day
from tests.write_linking import PAGE, page
from transforms.linking import Linked

RULES = the_profile().linking


def linked_to(captures, row_of, slips=()):
    """What a linker says that has a row, or none, for every capture_path."""
    rows = [row_of(path) for path in captures["capture_path"]]
    codes = [None if row else Reason.NO_EVIDENCE for row in rows]
    links = {name: [None] * len(rows) for name in LINKS} | {
        "capture_path": captures["capture_path"], "row": rows, "code": codes
    }  # fmt: skip
    frame = pl.DataFrame(links, schema=LINKS)
    candidates = frame.select("capture_path", "row").drop_nulls()
    holders = pl.DataFrame(schema={"line": pl.UInt32, "row": pl.UInt32})
    spans = pl.DataFrame(list(slips), schema=SLIPS)
    return Linked(frame, candidates, holders, pl.DataFrame(schema=CLOCKS), spans)


def kth_to_kth(captures, log, roster, rules):
    """The usual script: the k-th photo by its file's name is given to the k-th on the roster."""
    photos = captures.sort("camera_name", "file_name")["capture_path"]
    return linked_to(captures, dict(zip(photos, roster.sort("student_no")["row"], strict=False)).get)


def truth_of(day):
    """Whom a path really shows."""
    return {path: frame.shows for path, frame in delivered(day).paths.items()}.get


# -- a linker that guesses is caught -------------------------------------------------------------------------


def test_a_linker_that_counts_photos_is_caught():
    counted = figures(a_day("swipe", "rough"), RULES, kth_to_kth)
    assert counted.wrong > 100
    assert counted.contradicted > 0.9 * counted.wrong


def test_one_absence_in_the_middle_gives_49_of_100_a_wrong_face():
    day = a_day("swipe", "clean", is_named=False, cameras=("E201",))
    students, fiftieth = day.students[:100], day.students[50].row
    booth = Booth("E201", Random(1), assumptions().rates.clean.model_copy(update={"retaken": NEVER}))
    play(
        [[each.row for each in students]],
        [booth],
        lambda booth, waiting: (absent if waiting[0] == fiftieth else as_should_be)(booth, waiting),
    )
    number(booth.frames, 1)
    one_absence = replace(day, students=students, readings=booth.readings, frames=booth.frames)
    counted = figures(one_absence, RULES, kth_to_kth)
    assert (counted.used, counted.wrong, counted.contradicted) == (99, 49, 49)


@pytest.mark.parametrize("mode", run.MODES)
def test_a_linker_that_knows_the_truth_is_never_wrong(mode):
    day = a_day(mode, "rough")
    counted = figures(day, RULES, lambda captures, *_: linked_to(captures, truth_of(day)))
    assert (counted.wrong, counted.contradicted, counted.right_quarantined, counted.right_left) == (
        0,
        0,
        0,
        0,
    )


def test_a_slip_is_found_when_it_is_reported_and_nothing_of_it_used():
    day = a_day("named", "slip", is_slipping=True)
    paths = {path: frame for path, frame in delivered(day).paths.items() if frame not in day.slipped}
    row_of = {path: frame.shows for path, frame in paths.items()}.get
    report = {"camera_name": "E201", "shift": 1, "captures": len(day.slipped)}
    found = figures(day, RULES, lambda captures, *_: linked_to(captures, row_of, [report]))
    silent = figures(day, RULES, lambda captures, *_: linked_to(captures, row_of))
    missed = figures(day, RULES, lambda captures, *_: linked_to(captures, truth_of(day), [report]))
    told = [(each.slips, each.slips_found, each.slips_cleared) for each in (found, silent, missed)]
    assert told == [(1, 1, 0), (1, 0, 1), (1, 0, 0)]


def test_a_slip_reported_where_there_is_none_is_a_false_alarm():
    day = a_day("named", "clean")
    counted = figures(day, RULES, lambda captures, *_: linked_to(captures, truth_of(day), [{"shift": 1}]))
    assert (counted.alarms, counted.slips_found) == (1, 0)


def test_the_same_seed_gives_the_same_figures_with_any_number_of_workers():
    one, many = (run.drill(("swipe", "named"), 3, seed=5, workers=workers) for workers in (1, 2))
    assert one == many
    assert run.drill(("swipe", "named"), 3, seed=6) != one


# -- the gate ------------------------------------------------------------------------------------------------


SOUND = Figures(Counter(), days=1, captures=300, used=280, right=280)


def in_group(kind="clean", mode="swipe", **changes):
    return {run.Group(mode, "times", kind): SOUND._replace(**changes)}


def test_the_gate_holds_for_sound_figures():
    assert run.broken(in_group()) == []


@pytest.mark.parametrize(
    ("result", "limit"),
    [
        (in_group("rough", causes=Counter([Cause("slipped", is_contradicted=True)])), "contradicted"),
        (in_group("clean", right_quarantined=2), "quarantined_on_clean_days"),
        (in_group("slip", right_quarantined=29), "quarantined_on_slip_days"),
    ],
)
def test_the_gate_breaks_beyond_each_limit(result, limit, capsys):
    (beyond,) = run.broken(result)
    assert beyond.limit == limit
    tell(result, [beyond])
    assert "未通过：swipe" in capsys.readouterr().out


def test_the_gate_asks_nothing_of_the_modes_that_say_what_they_cannot_tell():
    causes = Counter([Cause("slipped", is_contradicted=True)])
    assert run.broken(in_group("rough", mode="ticket", causes=causes)) == []


def test_the_page_has_the_assumptions_as_they_are():
    text = PAGE.read_text(encoding="utf-8")
    assert page(text) == text, "python -m tests.write_linking"
