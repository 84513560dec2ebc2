"""One picture under two people, in a run and against what earlier runs used."""

from hashlib import sha256
from random import Random

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.capture import LINKS, PAST_PICTURES
from schemas.reasons import Reason
from tests.builders import a_campaign, a_day, captures_of, roster_of, shot, student, the_profile
from transforms.assessment import assess
from transforms.same_picture import doubt_near_pictures, doubt_past_pictures, near

LIMIT = 32
A, B, C = (student(serial)["student_no"] for serial in (1, 2, 3))
ROSTER = [student(serial) for serial in (1, 2, 3)]


def frame(seed, flipped=0):
    """A frame's hash; of one seed, those with few bits flipped are copies."""
    bits = Random(seed).getrandbits(1024)
    for place in Random(f"{seed}/{flipped}").sample(range(1024), flipped):
        bits ^= 1 << place
    return f"{bits:0256x}"


def links_of(**rows):
    """A link for each capture `a`, `b` …: a roster row, or the code why there is none."""
    lines = [
        {"capture_path": f"E201/{name}.jpg", "evidence": "日志"}
        | ({"row": given} if isinstance(given, int) else {"code": given})
        for name, given in rows.items()
    ]
    return pl.DataFrame(lines, schema=LINKS)


def shots_of(**hashes):
    return captures_of(*(shot(f"E201/{name}.jpg", frame_hash=each) for name, each in hashes.items()))


def answers(links):
    """What is said of each capture: its row or its code."""
    return {path[5:-4]: row or code for path, row, code in links.select(pl.nth(0, 1, 2)).iter_rows()}


def near_doubts(links, shots, roster=ROSTER):
    doubted = doubt_near_pictures(links, shots, roster_of(*roster), LIMIT)
    assert dict(doubted.schema) == LINKS
    return answers(doubted)


# -- in one run ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("bits", [0, 1, LIMIT])
def test_almost_one_picture_of_two_people_is_neithers(bits):
    shots = shots_of(a=frame(1), b=frame(1, bits), c=frame(2))
    assert near_doubts(links_of(a=2, b=3, c=4), shots) == {"a": "L215", "b": "L215", "c": 4}


def test_pictures_that_differ_more_are_two():
    shots = shots_of(a=frame(1), b=frame(1, LIMIT + 1))
    assert near_doubts(links_of(a=2, b=3), shots) == {"a": 2, "b": 3}


def test_two_shots_of_one_student_may_be_alike():
    assert near_doubts(links_of(a=2, b=2), shots_of(a=frame(1), b=frame(1, 3))) == {"a": 2, "b": 2}


def test_one_person_with_two_enrolments_may_have_one_picture():
    twice = [student(1), student(1, student_no=B)]
    shots = shots_of(a=frame(1), b=frame(1, 3))
    assert near_doubts(links_of(a=2, b=3), shots, twice) == {"a": 2, "b": 3}
    named_otherwise = [student(1), student(1, student_no=B, name="李四")]
    assert set(near_doubts(links_of(a=2, b=3), shots, named_otherwise).values()) == {"L215"}


def test_what_is_near_identical_files_of_two_people_is_doubtful_too():
    shots = shots_of(a=frame(1), b=frame(1), c=frame(1, 5))
    assert near_doubts(links_of(a="L213", b="L213", c=4), shots)["c"] == "L215"
    assert near_doubts(links_of(a="L221", b="L220", c=4), shots)["c"] == 4


def test_what_cannot_be_read_is_like_nothing():
    assert near_doubts(links_of(a=2, b=3), shots_of(a=None, b=None)) == {"a": 2, "b": 3}


def test_the_evidence_names_the_other_file():
    doubted = doubt_near_pictures(
        links_of(a=2, b=3), shots_of(a=frame(1), b=frame(1, 2)), roster_of(*ROSTER), LIMIT
    )
    assert doubted["evidence"].to_list() == [
        "日志；与 E201/b.jpg 是同一画面",
        "日志；与 E201/a.jpg 是同一画面",
    ]


def test_the_day_counts_them_as_quarantined_and_the_students_as_rejected():
    shots = [
        shot(f"E201/{no}.jpg", second, frame_hash=frame(1, second // 20)) for second, no in ((2, A), (40, B))
    ]
    found = assess(a_day(students=ROSTER[:2], shots=shots), a_campaign(), the_profile())
    assert found.captures["state"].to_list() == ["quarantined"] * 2
    assert found.enrolments["codes"].str.contains("L202").to_list() == [True, True]
    assert (
        found.findings.filter(pl.col("code") == Reason.CAPTURE_ALIKE)["severity"].to_list() == ["block"] * 2
    )


# -- against earlier runs ------------------------------------------------------------------------------------


def digest(name):
    return sha256(f"E201/{name}.jpg".encode()).hexdigest()


def used(student_no=B, **changes):
    line = {"student_no": student_no, "campaign": "2019-11", "camera_name": "E201", "is_final": True}
    return pl.DataFrame([line | changes], schema=PAST_PICTURES)


def past_doubt(past, roster=ROSTER, row=2):
    doubted = doubt_past_pictures(
        links_of(a=row), shots_of(a=frame(1)), roster_of(*roster), past=past, max_bits=LIMIT
    )
    return answers(doubted)["a"], doubted["evidence"].item()


@pytest.mark.parametrize(
    "same",
    [
        {"capture_sha256": digest("a")},
        {"photo_sha256": digest("a")},
        {"photo_sha256": digest("a")[::-1]},
        {"frame_hash": frame(1, 20)},
    ],
)
def test_a_picture_that_was_anothers_is_in_doubt(same):
    assert past_doubt(used(**same)) == ("L216", f"日志；此画面在批次 2019-11 中已用于学号 {B}")
    assert past_doubt(used(A, **same))[0] == 2


def test_other_pictures_of_others_say_nothing():
    assert past_doubt(used(frame_hash=frame(2), capture_sha256=digest("b")))[0] == 2
    assert past_doubt(used().clear())[0] == 2


def test_an_earlier_number_of_the_same_person_is_no_other():
    twice = [student(1), student(1, student_no=B)]
    assert past_doubt(used(frame_hash=frame(1)), twice)[0] == 2


def test_a_file_of_this_campaign_that_was_not_sealed_is_linked_anew():
    earlier = {"capture_sha256": digest("a"), "frame_hash": frame(1), "is_final": False}
    assert past_doubt(used(**earlier))[0] == 2
    assert past_doubt(used(**earlier, camera_name="E202"))[0] == "L216"
    assert past_doubt(pl.concat([used(**earlier), used(C, **earlier | {"is_final": True})]))[0] == "L216"


# -- pairs ---------------------------------------------------------------------------------------------------


@settings(max_examples=20, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 50)), unique=True, max_size=12), st.integers(0, 40)
)
def test_near_pairs_are_those_that_counting_finds(drawn, limit):
    hashes = sorted({frame(seed, flipped) for seed, flipped in drawn})
    one = pl.DataFrame({"frame_hash": hashes}, schema={"frame_hash": pl.String})
    expected = [(a, b) for a in hashes for b in hashes if (int(a, 16) ^ int(b, 16)).bit_count() <= limit]
    assert near(one, one, limit).rows() == expected


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_captures_changes_nothing(seed):
    order = Random(seed).sample([("a", 2, 1), ("b", 3, 1), ("c", 3, 2), ("d", 4, 3)], 4)
    links = links_of(**{name: row for name, row, _ in order})
    shots = shots_of(**{name: frame(seed, row) for name, row, seed in order})
    assert near_doubts(links, shots) == {"a": "L215", "b": "L215", "c": 3, "d": 4}


@pytest.mark.parametrize("limit", [1, 5, 32, 46])
def test_pictures_that_differ_a_little_everywhere_are_near(limit):
    """As evenly as bits can be spread, so that only one of the pieces compared is whole."""
    spread = sum(1 << (1023 - place * 1024 // limit) for place in range(limit))
    hashes = sorted([frame(1), f"{int(frame(1), 16) ^ spread:0256x}"])
    one = pl.DataFrame({"frame_hash": hashes})
    assert near(one, one, limit).height == 4
    assert near(one, one, limit - 1).height == 2
