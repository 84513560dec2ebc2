"""The drill's days hold what they say, and nothing of the truth is handed over."""

from collections import Counter, defaultdict
from datetime import timedelta
from random import Random

import polars as pl
import pytest

from flows.drill import run
from flows.drill.assumptions import NEVER, assumptions
from flows.drill.evidence import evidence, is_right
from flows.drill.frames import delivered
from flows.drill.mishaps import ALONE, IN_PAIRS
from flows.drill.scene import Booth, number
from tests.drill_builders import a_day


@pytest.mark.parametrize("mode", run.MODES)
def test_every_frame_that_is_left_is_handed_over_once_and_shows_nothing_of_the_truth(mode):
    day = a_day(mode, "rough")
    given = delivered(day)
    assert Counter(given.paths.values()) == Counter(day.frames)
    assert given.captures["capture_path"].to_list() == sorted(given.paths)
    assert given.log.height == len(day.readings)
    rows = {student.row for student in day.students}
    assert not {"row", "shows", "called"} & {*given.captures.columns, *given.log.columns}
    assert {frame.shows for frame in day.frames} - {None} <= rows


@pytest.mark.parametrize("number", range(6))
def test_a_slip_in_the_log_is_in_the_names_that_the_log_gives(number):
    day = a_day("swipe", "slip", number=number, is_named=True, is_slipping=True)
    given = delivered(day)
    rows = {student.document_no: student.row for student in day.students}
    named = given.log.drop_nulls("file_name").select(
        "document_no", path=pl.format("{}/{}", "camera_name", "file_name")
    )
    wrong = {
        path for number, path in named.rows()
        if path in given.paths and rows[number] != given.paths[path].shows
    }  # fmt: skip
    assert wrong == {path for path, frame in given.paths.items() if frame in day.slipped}
    least, most = assumptions().slip.captures.least, assumptions().slip.captures.most
    assert least / 2 < len(wrong) <= most + 2


@pytest.mark.parametrize("number", range(6))
def test_a_slip_of_file_names_is_in_the_file_names(number):
    day = a_day("named", "slip", number=number, is_slipping=True)
    keys = {getattr(student, day.plan.file_key): student.row for student in day.students}
    wrong = {
        frame for path, frame in delivered(day).paths.items()
        if keys.get(path.partition("/")[2].removesuffix(".JPG").split("_")[0].split(" ")[0], frame.shows)
        != frame.shows
    }  # fmt: skip
    assert wrong == set(day.slipped)
    assert wrong


def test_a_clean_day_has_direct_and_right_evidence_for_everybody():
    day = a_day("swipe", "clean", is_named=False)
    known = evidence(day)
    shown = {frame.shows for frame in day.frames if is_right(frame, known, day)}
    assert shown == {frame.shows for frame in day.frames}
    assert len(shown) > 270


def test_a_camera_clock_is_off_and_drifts():
    day = a_day("swipe", "clean")
    clock, *_ = day.clocks.values()
    given = delivered(day)
    first, last = (frame for frame in (day.frames[0], day.frames[-1]))
    shown = {frame: at for path, at in given.captures.select("capture_path", "taken_at").rows()
             for frame in (given.paths[path],)}  # fmt: skip
    off = shown[first] - assumptions().session.begins_at - timedelta(seconds=first.at)
    assert abs(off.total_seconds() - clock.shown(first.at) + first.at) <= 1
    assert clock.shown(last.at) - last.at != clock.shown(first.at) - first.at


@pytest.mark.parametrize("name", [*ALONE, *IN_PAIRS])
def test_every_mishap_keeps_everybody_and_no_time_goes_back(name):
    turn = {**ALONE, **IN_PAIRS}[name]
    booth = Booth("E201", Random(1), assumptions().rates.clean)
    waiting = [2, 3, 4, 5, 6]
    while len(waiting) > 1:
        turn(booth, waiting)
    seen = {frame.shows for frame in booth.frames} | set(waiting)
    assert seen - {None} <= {2, 3, 4, 5, 6}
    assert name == "absent" or seen >= {3}
    moments = [frame.at for frame in booth.frames]
    assert moments == sorted(moments)


def test_masked_collisions_are_planted_and_are_no_right_links():
    day = a_day("code", "clean", is_masked=True, is_named=False)
    known = evidence(day)
    assert len(day.students) - len(known.unlike) >= 4
    assert not {frame.shows for frame in day.frames if is_right(frame, known, day)} - known.unlike


def test_tickets_are_drawn_before_the_shots_in_their_order():
    day = a_day("ticket", "clean")
    log = delivered(day).log
    assert log["ticket_no"].to_list() == sorted(log["ticket_no"])
    first = {frame.shows: frame.at for frame in reversed(day.frames)}
    assert all(reading.at < first[reading.row] for reading in day.readings if reading.row in first)


def acted(name, rows=(2, 3, 4, 5)):
    """A booth after one mishap."""
    rates = assumptions().rates.rough.model_copy(update={"retaken": NEVER})
    booth = Booth("E201", Random(1), rates)
    {**ALONE, **IN_PAIRS}[name](booth, list(rows))
    return booth


@pytest.mark.parametrize(
    ("name", "shows", "called"),
    [
        ("early_card", [2, 3], [2, 3]),
        ("changed_places", [3, 2], [3, 2]),
        ("changed_after_cards", [3, 2], [2, 3]),
        ("changed_cards", [3, 2], [2, 3]),
        ("without_card", [2], [2]),
        ("stranger", [None, 2], [None, 2]),
        ("test_shot", [None, 2], [None, 2]),
        ("absent", [], []),
    ],
)
def test_a_mishap_is_what_its_name_says(name, shows, called):
    frames = acted(name).frames
    assert [frame.shows for frame in frames] == shows
    assert [frame.called for frame in frames] == called


@pytest.mark.parametrize("name", ["early_card", "changed_after_cards"])
def test_both_cards_are_read_before_the_first_shot(name):
    booth = acted(name)
    assert [reading.row for reading in booth.readings] == [2, 3]
    assert booth.readings[1].at < booth.frames[0].at


def test_who_steps_aside_comes_back_on_some_days():
    shown = [{frame.shows for frame in acted_with(seed).frames} for seed in range(20)]
    assert {2 in seen for seen in shown} == {True, False}


def acted_with(seed):
    """Somebody stepped aside, by chance."""
    booth = Booth("E201", Random(seed), assumptions().rates.clean)
    ALONE["stepped_aside"](booth, [2, 3, 4, 5])
    return booth


def test_only_a_copy_has_the_bytes_of_another_file():
    day = next(day for day in (a_day("swipe", "rough", number=number) for number in range(9)) if day.copies)
    given = delivered(day)
    alike = defaultdict(set)
    for path, digest in given.captures.select("capture_path", "sha256").rows():
        alike[digest].add(given.paths[path])
    pairs = {frozenset(frames) for frames in alike.values() if len(frames) > 1}
    assert pairs == {frozenset(pair) for pair in day.copies.items()}


def test_a_day_without_a_log_has_none():
    assert delivered(a_day("named", "clean", has_log=False)).log.is_empty()
    assert not delivered(a_day("named", "clean", has_log=True)).log.is_empty()


def test_a_camera_counts_from_anywhere_and_on_from_9999_to_1():
    firsts = {a_day("swipe", "clean", number=place).frames[0].counter for place in range(4)}
    assert len(firsts) == 4
    booth = Booth("E201", Random(1), assumptions().rates.clean)
    for at in range(3):
        booth.shoot(None, None, at)
    number(booth.frames, 9999)
    assert [frame.counter for frame in booth.frames] == [9999, 1, 2]


def test_the_log_names_files_that_were_deleted():
    days = (a_day("swipe", "rough", number=place, is_named=True, is_slipping=False) for place in range(9))
    day, gone = next((day, gone) for day in days if (gone := lost_frames(day)))
    given = delivered(day)
    named = given.log.drop_nulls("file_name").select(path=pl.format("{}/{}", "camera_name", "file_name"))
    assert len(set(named["path"]) - set(given.paths)) == len(gone)


def lost_frames(day):
    """Frames that belong to a reading and are not handed over."""
    return {reading.frame for reading in day.readings if reading.frame} - set(day.frames)


def test_as_many_people_wait_as_the_assumptions_say():
    day = a_day("ticket", "clean")
    first = sorted(
        {frame.shows: frame.at for frame in reversed(day.frames)}.items(), key=lambda each: each[1]
    )
    shot_at = dict(first)
    waiting = [
        sum(reading.at < at < shot_at[reading.row] for _, at in first)
        for reading in day.readings if reading.row in shot_at
    ][30:]  # fmt: skip
    queue = assumptions().queue.people
    assert queue.least <= min(waiting)
    assert max(waiting) <= queue.most
    assert len(set(waiting)) > 2


# -- what speaks for a link ----------------------------------------------------------------------------------


def test_a_retake_without_a_card_is_no_right_link_where_only_moments_link():
    day = a_day("swipe", "clean", is_named=False)
    known, shots = evidence(day), Counter(frame.shows for frame in day.frames)
    cards = Counter(reading.row for reading in day.readings)
    again = {row for row, count in shots.items() if count == 2 and cards[row] == 1}
    right = Counter(frame.shows for frame in day.frames if is_right(frame, known, day))
    assert again
    assert {right[row] for row in again} == {1}


def test_a_reading_speaks_for_no_shot_long_after_it():
    day = a_day("swipe", "clean", is_named=False, cameras=("E201",))
    before = evidence(day).before
    assert set(before) == set(day.frames)
    day.readings.pop()
    last = [frame for frame in day.frames if frame.at > day.readings[-1].at]
    for frame in last:
        frame.at += assumptions().pace.sits_at_most.value
    assert not set(evidence(day).before) & set(last)
