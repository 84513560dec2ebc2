"""Right face, right name: a capture is linked when all evidence allows one enrolment; in doubt never."""

import re
from random import Random

import polars as pl
import pytest

from schemas.capture import LINKS
from tests.builders import (
    captures_of,
    citizen_no,
    log_line,
    log_of,
    roster_of,
    shot,
    student,
    the_profile,
    unreadable,
)
from transforms.linking import link

A, B, C = (citizen_no(serial) for serial in (1, 2, 3))
NUMBER_A, NUMBER_B = (student(serial)["student_no"] for serial in (1, 2))
LINKED = [2, 3, 4]
"""The rows of A, B and C."""


def linked(shots, lines=(), students=None):
    """What link says of each capture, by path: its row or its code."""
    students = [student(serial) for serial in (1, 2, 3)] if students is None else students
    links = link(captures_of(*shots), log_of(*lines), roster_of(*students), the_profile().linking).links
    assert dict(links.schema) == LINKS
    assert (links["row"].is_null() != links["code"].is_null()).all()
    return {path: row or code for path, row, code, *_ in links.rows()}


def one(*args, **kwargs):
    """The same of a single capture."""
    (answer,) = linked(*args, **kwargs).values()
    return answer


# -- by the file that the log names --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "named", ["DSC_1.JPG", "dsc_1.jpg", "captures/E201/DSC_1.JPG", r"D:\E201\Dsc_1.jpg", " DSC_1.JPG "]
)
def test_a_file_named_in_the_log_is_that_persons(named):
    assert one([shot("E201/DSC_1.JPG")], [log_line(document_no=A, file_name=named)]) == 2


def test_another_camera_has_files_of_the_same_name():
    shots = [shot("E201/DSC_1.JPG"), shot("E202/DSC_1.JPG")]
    lines = [
        log_line(document_no=A, file_name="DSC_1.JPG"),
        log_line(document_no=B, file_name="DSC_1.JPG", camera_name="E202"),
    ]
    assert linked(shots, lines) == {"E201/DSC_1.JPG": 2, "E202/DSC_1.JPG": 3}
    assert linked(shots, lines[:1]) == {"E201/DSC_1.JPG": 2, "E202/DSC_1.JPG": "L221"}


def test_a_file_named_for_two_people_is_nobodys():
    lines = [log_line(document_no=A, file_name="1.jpg"), log_line(document_no=B, file_name="1.jpg")]
    assert one([shot("E201/1.jpg")], lines) == "L210"


def test_a_file_named_twice_for_one_person_is_theirs():
    lines = [log_line(document_no=A, file_name="1.jpg"), log_line(student_no=NUMBER_A, file_name="1.jpg")]
    assert one([shot("E201/1.jpg")], lines) == 2


def test_files_that_differ_in_case_only_are_kept_apart():
    shots = [shot("E201/a.jpg"), shot("E201/A.JPG")]
    assert linked(shots, [log_line(document_no=A, file_name="a.jpg")]) == {
        "E201/a.jpg": 2,
        "E201/A.JPG": "L221",
    }
    assert set(linked(shots, [log_line(document_no=A, file_name="A.jpg")]).values()) == {"L221"}


def test_a_line_that_names_a_file_says_nothing_of_the_moment():
    assert one([shot("E201/2.jpg", 2)], [log_line(0, document_no=A, file_name="1.jpg")]) == "L221"


def test_two_numbers_of_one_line_must_agree():
    assert one([shot("E201/1.jpg")], [log_line(document_no=A, student_no=NUMBER_A, file_name="1.jpg")]) == 2
    assert (
        one([shot("E201/1.jpg")], [log_line(document_no=B, student_no=NUMBER_A, file_name="1.jpg")]) == "L210"
    )
    stranger = citizen_no(400)
    assert one([shot("E201/1.jpg")], [log_line(document_no=stranger, student_no=NUMBER_A)]) == "L210"


def test_name_and_number_of_one_line_must_agree():
    shots = [shot("E201/1.jpg")]
    assert one(shots, [log_line(document_no=A, name="张三", file_name="1.jpg")]) == 2
    assert one(shots, [log_line(document_no=A, name="李四", file_name="1.jpg")]) == "L210"


def test_a_number_that_is_shown_in_part_says_nothing():
    masked = A[:4] + "*" * 10 + A[-4:]
    assert one([shot("E201/1.jpg")], [log_line(document_no=masked, student_no=NUMBER_A)]) == 2
    assert one([shot("E201/1.jpg")], [log_line(document_no=masked)]) == "L220"


# -- by the moment -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("second", "answer"),
    [(-1, "L221"), (-0.001, "L221"), (0, 2), (2, 2), (15, 2), (15.001, "L221"), (16, "L221")],
)
def test_the_first_shot_within_the_time_is_the_card_holders(second, answer):
    assert one([shot("E201/1.jpg", second)], [log_line(0, document_no=A)]) == answer


def test_a_second_shot_without_its_own_card_is_an_orphan():
    shots = [shot("E201/1.jpg", 2), shot("E201/2.jpg", 9)]
    assert linked(shots, [log_line(0, document_no=A)]) == {"E201/1.jpg": 2, "E201/2.jpg": "L221"}


def test_shots_of_one_sitting_are_one_persons():
    shots = [shot("E201/1.jpg", 2), shot("E201/2.jpg", 5.9), shot("E201/3.jpg", 9.9)]
    assert list(linked(shots, [log_line(0, document_no=A)]).values()) == [2, 2, "L221"]


def test_a_second_shot_after_a_second_reading_is_the_same_persons():
    shots = [shot("E201/1.jpg", 2), shot("E201/2.jpg", 6)]
    lines = [log_line(0, document_no=A), log_line(4, document_no=A)]
    assert set(linked(shots, lines).values()) == {2}


def test_a_card_read_twice_before_the_shot_is_one_person():
    assert one([shot("E201/1.jpg", 5)], [log_line(0, document_no=A), log_line(3, document_no=A)]) == 2


def test_two_cards_before_a_shot_contradict():
    assert one([shot("E201/1.jpg", 5)], [log_line(0, document_no=A), log_line(3, document_no=B)]) == "L210"


def test_two_cards_before_two_shots_link_nobody():
    shots = [shot("E201/1.jpg", 5), shot("E201/2.jpg", 7)]
    lines = [log_line(0, document_no=A), log_line(3, document_no=B)]
    assert linked(shots, lines) == {"E201/1.jpg": "L210", "E201/2.jpg": "L210"}
    later = [shot("E201/1.jpg", 5), shot("E201/2.jpg", 12)]
    assert linked(later, lines) == {"E201/1.jpg": "L210", "E201/2.jpg": "L210"}


def test_a_card_that_was_not_read_puts_the_one_before_in_doubt():
    assert one([shot("E201/1.jpg", 5)], [log_line(0, document_no=A), log_line(3)]) == "L210"


def test_a_shot_between_two_cards_is_the_first_ones():
    shots = [shot("E201/1.jpg", 2), shot("E201/2.jpg", 6)]
    lines = [log_line(0, document_no=A), log_line(4, document_no=B)]
    assert linked(shots, lines) == {"E201/1.jpg": 2, "E201/2.jpg": 3}


def test_shots_of_one_second_are_one_persons():
    shots = [shot("E201/1.jpg", 2), shot("E201/2.jpg", 2)]
    assert linked(shots, [log_line(0, document_no=A)]) == {"E201/1.jpg": 2, "E201/2.jpg": 2}


def test_a_moment_counts_at_its_own_camera_only():
    assert one([shot("E202/1.jpg", 2)], [log_line(0, document_no=A)]) == "L221"
    assert one([shot("1.jpg", 2)], [log_line(0, document_no=A, camera_name=None)]) == "L221"


def test_without_a_moment_nothing_is_matched_by_it():
    assert one([shot("E201/1.jpg", None)], [log_line(0, document_no=A)]) == "L221"
    assert one([shot("E201/1.jpg", 2)], [log_line(document_no=A, logged_at="mittags")]) == "L221"


def test_midnight_is_passed():
    late = 15 * 3600 - 1
    assert one([shot("E201/1.jpg", late + 3)], [log_line(late, document_no=A)]) == 2


def test_a_file_named_for_one_and_shot_after_anothers_card_is_in_doubt():
    lines = [log_line(0, document_no=A, file_name="1.jpg"), log_line(1, document_no=B)]
    assert one([shot("E201/1.jpg", 2)], lines) == "L210"


def test_a_file_named_for_somebody_whose_card_was_read_at_another_shot_is_in_doubt():
    shots = [shot("E201/1.jpg", 4), shot("E201/2.jpg", 60)]
    lines = [log_line(0, document_no=A, file_name="2.jpg")]
    assert linked(shots, lines) == {"E201/1.jpg": "L221", "E201/2.jpg": "L210"}


def test_a_further_shot_after_a_card_that_bears_another_name_is_in_doubt():
    shots = [shot(f"E201/{NUMBER_A}.jpg", 4), shot(f"E201/{NUMBER_B}.jpg", 10)]
    answer = linked(shots, [log_line(0, document_no=A)])
    assert answer == {f"E201/{NUMBER_A}.jpg": 2, f"E201/{NUMBER_B}.jpg": "L210"}


# -- by the file's own name ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        f"{NUMBER_A}.jpg", f"{A}.JPG", f"{A.lower()}.jpeg", f"{student(1)['examinee_no']}.jpg",
        f"{NUMBER_A}_张三.jpg",
        f"张三 {NUMBER_A} (2).jpg", f"{NUMBER_A}_{A}.jpg", f"文学院-{A}-1.png",
    ],
)  # fmt: skip
def test_a_file_named_after_a_student_is_theirs(name):
    assert one([shot(f"E201/{name}")]) == 2


def test_a_lower_case_x_is_x():
    person = student(35, document_no=citizen_no(35, born="19990115"))
    assert one([shot(f"E201/{person['document_no'].lower()}.jpg")], students=[person]) == 2


@pytest.mark.parametrize(
    "name", ["1.jpg", "DSC_0001.JPG", "张三.jpg", f"{NUMBER_A}0.jpg", f"x{NUMBER_A}.jpg"]
)
def test_other_names_say_nothing(name):
    assert one([shot(f"E201/{name}")]) == "L221"


def test_keys_are_compared_to_the_last_zero():
    zero = student(1, student_no="0019000001", document_type="护照", document_no="0012345678")
    assert one([shot("E201/0019000001.jpg")], students=[zero]) == 2
    for stripped in ("19000001", "00019000001", "12345678", "00190000010"):
        assert one([shot(f"E201/{stripped}.jpg")], students=[zero]) == "L221"
    assert one([shot("E201/1.jpg")], [log_line(document_no="12345678")], students=[zero]) == "L220"


def test_the_day_of_the_shot_is_no_students_number():
    dated = student(1, student_no="20201119")
    assert one([shot("E201/20201119_090002.jpg")], students=[dated]) == "L221"
    assert one([shot("E201/20201118.jpg")], students=[student(1, student_no="20201118")]) == 2


def test_short_numbers_are_counters():
    assert one([shot("E201/1234567.jpg")], students=[student(1, student_no="1234567")]) == "L221"


@pytest.mark.parametrize("name", [citizen_no(400), citizen_no(400)[:17] + "x", "360102980131001"])
def test_a_file_named_after_somebody_unknown_is_a_strangers(name):
    assert one([shot(f"E201/{name}.jpg")]) == "L220"


def test_names_of_two_students_contradict():
    assert one([shot(f"E201/{NUMBER_A}_{NUMBER_B}.jpg")]) == "L210"


@pytest.mark.parametrize(
    "line", [log_line(document_no=B), log_line(document_no=B, file_name=f"{NUMBER_A}.jpg")]
)
def test_log_and_file_name_must_agree(line):
    assert one([shot(f"E201/{NUMBER_A}.jpg")], [line]) == "L210"


def test_a_stranger_in_the_log_puts_a_known_file_name_in_doubt():
    assert one([shot(f"E201/{NUMBER_A}.jpg")], [log_line(document_no=citizen_no(400))]) == "L210"


def test_a_stranger_in_the_file_name_puts_a_known_card_in_doubt():
    assert one([shot(f"E201/{citizen_no(400)}.jpg")], [log_line(document_no=A)]) == "L210"


def test_a_card_of_nobody_in_the_roster_is_a_strangers():
    assert one([shot("E201/1.jpg")], [log_line(document_no=citizen_no(400))]) == "L220"


# -- one number, several enrolments --------------------------------------------------------------------------


def test_a_repeated_student_number_is_ambiguous():
    twice = [student(1), student(2, student_no=NUMBER_A)]
    assert one([shot(f"E201/{NUMBER_A}.jpg")], students=twice) == "L211"


def test_two_enrolments_of_one_person_are_ambiguous():
    two = [student(1), student(2, document_no=A)]
    assert one([shot("E201/1.jpg")], [log_line(document_no=A)], students=two) == "L211"
    assert one([shot(f"E201/{A}.jpg")], students=two) == "L211"


def test_of_two_enrolments_of_one_person_the_expected_one_is_meant():
    roster = roster_of(student(1), student(2, document_no=A))
    frames = captures_of(shot("E201/1.jpg")), log_of(log_line(document_no=A)), roster
    told = [link(*frames, the_profile().linking, pl.Series([row], dtype=pl.UInt32)) for row in (2, 3)]
    assert [linked.links["row"].to_list() for linked in told] == [[3], [2]]


def test_further_evidence_tells_two_enrolments_of_one_person_apart():
    two = [student(1), student(2, document_no=A)]
    assert one([shot(f"E201/{NUMBER_B}.jpg")], [log_line(document_no=A)], students=two) == 3


def test_one_number_may_be_two_peoples_in_different_columns():
    crossed = [student(1), student(2, examinee_no=NUMBER_A)]
    assert one([shot(f"E201/{NUMBER_A}.jpg")], students=crossed) == "L211"


# -- identical pictures --------------------------------------------------------------------------------------


def test_identical_pictures_of_two_students_are_neithers():
    same = [shot(f"E201/{number}.jpg", sha256="same") for number in (NUMBER_A, NUMBER_B)]
    assert set(linked(same).values()) == {"L213"}


def test_identical_pictures_of_one_student_are_theirs():
    assert set(
        linked([shot(f"{camera}/{NUMBER_A}.jpg", sha256="same") for camera in ("E201", "copy")]).values()
    ) == {2}


def test_a_copy_of_which_nothing_is_known_raises_no_doubt():
    copies = [shot(f"E201/{NUMBER_A}.jpg", sha256="same"), shot("copy/1.jpg", sha256="same")]
    assert linked(copies) == {f"E201/{NUMBER_A}.jpg": 2, "copy/1.jpg": "L221"}


def test_a_copy_that_stands_under_a_stranger_raises_doubt():
    copies = [shot(f"E201/{NUMBER_A}.jpg", sha256="same"), shot(f"copy/{citizen_no(400)}.jpg", sha256="same")]
    assert linked(copies) == {f"E201/{NUMBER_A}.jpg": "L213", f"copy/{citizen_no(400)}.jpg": "L220"}


@pytest.mark.parametrize("digest", [None, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"])
def test_files_without_bytes_are_not_identical_pictures(digest):
    empty = [unreadable(f"E201/{number}.jpg", sha256=digest) for number in (NUMBER_A, NUMBER_B)]
    assert set(linked(empty).values()) == {2, 3}


# -- candidates, evidence, order -----------------------------------------------------------------------------


def test_doubtful_captures_name_everybody_they_may_belong_to():
    roster = roster_of(*(student(serial) for serial in (1, 2, 3)))
    lines = log_of(log_line(0, document_no=B), log_line(3, document_no=A))
    candidates = link(captures_of(shot("E201/1.jpg", 5)), lines, roster, the_profile().linking).candidates
    assert candidates.rows() == [("E201/1.jpg", 2), ("E201/1.jpg", 3)]


def test_evidence_is_a_chinese_sentence_without_numbers_of_people():
    shots = [shot(f"E201/{NUMBER_A}.jpg", 3), shot("E201/2.jpg", 26), shot("E201/3.jpg", 60)]
    lines = [log_line(0, document_no=A), log_line(24, document_no=B, file_name="2.jpg")]
    roster = roster_of(*(student(serial) for serial in (1, 2, 3)))
    links = link(captures_of(*shots), log_of(*lines), roster, the_profile().linking).links
    assert dict(links.select("capture_path", "evidence").rows()) == {
        f"E201/{NUMBER_A}.jpg": "09:00:00 刷卡，3 秒后拍摄，按时间对应；文件名含学生号码；与名册顺序一致",
        "E201/2.jpg": "09:00:24 刷卡，2 秒后拍摄，日志写明此文件，按时间对应；与名册顺序一致",
        "E201/3.jpg": None,
    }
    assert not re.search(r"[0-9]{8}", "".join(links["evidence"].drop_nulls()))


def a_confused_day(seed):
    """Many captures, lines and students with everything that can go wrong, as frames."""
    rng = Random(seed)
    students = [student(serial, document_no=citizen_no(rng.randint(1, 14))) for serial in range(1, 16)]
    numbers = [person[key] for person in students for key in ("student_no", "document_no")] + [
        citizen_no(400)
    ]
    paths = {f"E20{rng.randint(1, 2)}/{rng.choice([*numbers, *map(str, range(40))])}.jpg" for _ in range(60)}
    shots = []
    for path in sorted(paths):
        digest = rng.choice("abcdefghijklmn") + path[: rng.randint(0, 9)]
        shots.append(shot(path, rng.choice([None, *range(90)]), sha256=digest))
    lines = [
        log_line(
            rng.randint(0, 90),
            camera_name=f"E20{rng.randint(1, 2)}",
            document_no=rng.choice([None, *numbers[1::2]]),
            student_no=rng.choice([None, None, *numbers[::2]]),
            file_name=rng.choice([None, f"{rng.randint(0, 40)}.JPG"]),
        )
        for _ in range(60)
    ]
    return captures_of(*shots), log_of(*lines), roster_of(*students)


@pytest.mark.parametrize("seed", [0, 1, 2, 3, 5, 6])
def test_the_order_of_the_inputs_does_not_matter(seed):
    day = a_confused_day(seed)
    links, candidates, *_ = link(*day, the_profile().linking)
    shuffled = [frame.sample(fraction=1, shuffle=True, seed=seed) for frame in day]
    others, other_candidates, *_ = link(*shuffled, the_profile().linking)
    assert others["capture_path"].to_list() == shuffled[0]["capture_path"].to_list()
    assert others.sort("capture_path").equals(links.sort("capture_path"))
    assert other_candidates.equals(candidates)
    assert links["row"].is_not_null().any()
    assert {"L210", "L221"} <= set(links["code"].drop_nulls())


@pytest.mark.parametrize("seed", range(6))
def test_whoever_is_linked_is_spoken_for_by_all_evidence(seed):
    links, candidates, *_ = link(*a_confused_day(seed), the_profile().linking)
    pairs = links.drop_nulls("row").select("capture_path", "row")
    assert pairs.join(candidates, on=["capture_path", "row"], how="anti").is_empty()


def test_an_empty_day_links_nothing():
    links, candidates, *_ = link(captures_of(), log_of(), roster_of(), the_profile().linking)
    assert links.is_empty()
    assert candidates.is_empty()


def test_links_are_in_the_order_of_the_captures():
    captures = captures_of(shot("E201/2.jpg"), shot("E201/1.jpg")).sort("capture_path", descending=True)
    links = link(captures, log_of(), roster_of(student()), the_profile().linking).links
    assert links["capture_path"].to_list() == ["E201/2.jpg", "E201/1.jpg"]
    assert links.schema["row"] == pl.UInt32
