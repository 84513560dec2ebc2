"""Which shot follows which reading: matches, rivals, what is unclear, at which camera and on which day."""

from datetime import timedelta
from random import Random

import pytest

from tests.builders import NINE, captures_of, log_line, log_of, shot, the_profile
from transforms.moments import read_moments

RULES = the_profile().linking


def timing(shots, lines, **changes):
    return read_moments(captures_of(*shots), log_of(*lines), RULES.model_copy(update=changes))


def roles(shots, lines, **changes):
    """`line`, the file's name and the role of everything that belongs or may belong together."""
    found = timing(shots, lines, **changes).moments
    return [(line, path.split("/")[1], role) for line, path, role in
            found.select("line", "capture_path", "role").rows()]  # fmt: skip


def test_a_shot_follows_the_card_before_it():
    assert roles([shot("E201/1", 4), shot("E201/2", 27)], [log_line(0), log_line(22)]) == [
        (2, "1", "match"), (3, "2", "match"),
    ]  # fmt: skip


def test_shots_of_one_sitting_share_their_reading():
    assert roles([shot("E201/1", 4), shot("E201/2", 7.9)], [log_line(0)]) == [
        (2, "1", "match"), (2, "2", "match"),
    ]  # fmt: skip


def test_two_cards_before_a_shot_are_rivals():
    assert roles([shot("E201/1", 5)], [log_line(0), log_line(3)]) == [(2, "1", "rival"), (3, "1", "match")]


def test_two_cards_before_two_shots_are_rivals_both_ways():
    found = roles([shot("E201/1", 5), shot("E201/2", 12)], [log_line(0), log_line(3)])
    assert {(line, name) for line, name, _ in found} == {(2, "1"), (3, "1"), (2, "2"), (3, "2")}


def test_cards_at_a_desk_say_nothing_of_the_camera():
    found = timing([shot("E201/1", 5)], [log_line(0)], mode="ticket")
    assert found.moments.is_empty()
    assert found.clocks.is_empty()


def test_a_camera_without_readings_has_no_clock():
    found = timing([shot("E201/1", 5), shot("E202/1", 5)], [log_line(0), log_line(0, camera_name="E203")])
    assert found.clocks["camera_name"].to_list() == ["E201"]


def a_session(rng, count=40, **changes):
    """Students one after another at an uneven pace: shots and lines."""
    second, shots, lines = 0, [], []
    for number in range(count):
        second += rng.choice((15, 17, 20, 24, 31, 38))
        lines.append(log_line(second))
        shots.append((f"E201/{number:03}", second + rng.randint(3, 7)))
    return shots, lines


@pytest.mark.parametrize("away", [timedelta(seconds=-30), timedelta(hours=1), timedelta(days=-2_000)])
def test_a_clock_that_is_off_is_found_and_corrected(away):
    taken, lines = a_session(Random(2))
    shots = [shot(path, taken_at=NINE + timedelta(seconds=second) + away) for path, second in taken]
    found = timing(shots, lines)
    matched = found.moments
    assert (matched["line"] - 2 == matched["capture_path"].str.slice(5).cast(int)).all()
    assert matched.height == 40
    (clock,) = found.clocks.to_dicts()
    assert clock["is_verified"]
    assert clock["correction_s"] == pytest.approx(away.total_seconds(), abs=3)


def test_each_day_of_a_camera_has_its_own_clock():
    taken, lines = a_session(Random(3), 30)
    next_day = timedelta(days=1)
    later = [log_line(logged_at=str(NINE + next_day + timedelta(seconds=second - 4))) for _, second in taken]
    shots = [shot(path, second) for path, second in taken] + [
        shot(f"{path}b", taken_at=NINE + next_day + timedelta(seconds=second + 60)) for path, second in taken
    ]
    found = timing(shots, [*lines, *later])
    assert [round(each) for each in found.clocks["correction_s"]] == [0, pytest.approx(60, abs=3)]
    assert found.moments.filter(role="match").height == 60


def test_a_drift_is_read_from_the_pairs_themselves():
    rng, seconds, shots, lines = Random(4), 0, [], []
    for number in range(130):
        seconds += rng.choice((50, 61, 75, 92, 118))
        lines.append(log_line(seconds))
        shots.append(shot(f"E201/{number:03}", seconds + rng.randint(3, 7) + 2.5 * seconds / 3600))
    (clock,) = timing(shots, lines).clocks.to_dicts()
    assert clock["drift_s_per_h"] == pytest.approx(2.5, abs=0.25)


def test_a_shot_too_soon_after_a_card_leaves_it_unclear_which_one_is_its_holders():
    taken, lines = a_session(Random(2))
    late = [(path, second + 3 if path == "E201/020" else second) for path, second in taken]
    begun = int((lines[20]["logged_at"])[17:19]) + 60 * int(lines[20]["logged_at"][14:16])
    shots = [shot(path, second) for path, second in late if path != "E201/020"]
    found = roles([*shots, shot("E201/early", begun + 1), shot("E201/020", begun + 8)], lines)
    assert {(name, role) for line, name, role in found if line == 22} == {
        ("020", "match"), ("020", "unclear"), ("early", "unclear"),
    }  # fmt: skip
