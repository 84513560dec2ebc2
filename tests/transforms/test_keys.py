"""Keys are compared exactly: a masked one fits everybody who has that mask, a damaged one nobody."""

from random import Random

import pytest

from tests.builders import captures_of, citizen_no, log_line, log_of, roster_of, shot, student, the_profile
from transforms.keys import FILE_IDENTITIES, IDENTITIES, file_identities, line_identities

RULES = the_profile().linking
TICKETS = RULES.model_copy(update={"mode": "ticket"})
A, B = citizen_no(1), citizen_no(2)


def mask(number, head=4, tail=4):
    """A number of which only its ends are shown."""
    return number[:head] + "*" * (len(number) - head - tail) + number[len(number) - tail :]


def told(*lines, students=None):
    """`part` and `row` of every identity that these lines give, by line."""
    students = [student(serial) for serial in (1, 2, 3)] if students is None else students
    frame = line_identities(log_of(*lines), roster_of(*students), RULES)
    assert dict(frame.schema) == IDENTITIES
    return [(part, row) for _, part, _, row in frame.rows()]


def named(name, *lines, students=None, rules=RULES, second=2):
    """The same of a file's name."""
    students = [student(serial) for serial in (1, 2, 3)] if students is None else students
    captures = captures_of(shot(f"E201/{name}", second))
    frame = file_identities(captures, log_of(*lines), roster_of(*students), rules)
    assert dict(frame.schema) == FILE_IDENTITIES
    return [(part, row) for _, part, _, row in frame.rows()]


# -- whole numbers of the log --------------------------------------------------------------------------------


def test_each_number_of_a_line_is_a_part_of_its_own():
    line = log_line(document_no=A, student_no=student(2)["student_no"], unique_no=student(3)["unique_no"])
    assert told(line) == [("document_no", 2), ("student_no", 3), ("unique_no", 4)]


def test_a_number_may_stand_in_another_column():
    assert told(log_line(document_no=student(2)["examinee_no"])) == [("document_no", 3)]
    assert told(log_line(student_no=A)) == [("student_no", 2)]


def test_a_number_of_nobody_is_told_without_a_row():
    assert told(log_line(document_no=citizen_no(400))) == [("document_no", None)]
    assert told(log_line()) == []


def test_a_number_of_two_enrolments_fits_both():
    assert told(log_line(document_no=A), students=[student(1), student(2, document_no=A)]) == [
        ("document_no", 2),
        ("document_no", 3),
    ]


@pytest.mark.parametrize("damaged", ["4.01019E+11", "401019000001.0", "360102199801012000"])
def test_a_damaged_number_fits_nobody_even_if_the_roster_has_the_same(damaged):
    assert told(log_line(document_no=damaged), students=[student(1, document_no=damaged)]) == [
        ("document_no", None)
    ]
    assert named(f"{damaged}.jpg", students=[student(1, student_no=damaged)]) in ([], [("file_name", None)])


# -- numbers shown in part -----------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", [(4, 4), (6, 4), (3, 4), (10, 4), (0, 7), (1, 16)])
def test_a_masked_identity_fits_who_has_that_mask(shape):
    people = [student(1), student(2), student(1, name="李三丰"), student(1, name="王五")]
    names = ["张*", "张三", "*三", "＊三", "张**", " 张 * "]
    lines = [log_line(document_no=mask(A, *shape), name=name) for name in names]
    assert told(*lines, students=people) == [("masked", 2)] * len(names)


def test_stars_at_other_places_are_compared_too():
    masked = A[:3] + "***" + A[6:10] + "*" * 4 + A[14:]
    assert told(log_line(document_no=masked, name="张*")) == [("masked", 2)]
    other = A[:3] + "***" + "1999" + "*" * 4 + A[14:]
    assert told(log_line(document_no=other, name="张*")) == [("masked", None)]


@pytest.mark.parametrize(
    ("name", "masked", "fits"),
    [
        ("欧阳小明", "欧阳*", True), ("欧阳小明", "欧**明", True), ("欧阳小明", "欧*小*", True),
        ("欧阳小明", "欧*大*", False), ("欧阳", "欧阳*", False), ("Anna Lee", "A*** L**", True),
        ("Anna Lee", "ANNA LEE", True), ("Anna Lee", "Anna Lea", False),
        ("阿依古丽·买买提", "阿依古丽•*", True), ("张三", "**", False), ("张三", None, False),
        ("张.", "张.*", False), ("张x三", "张.*", False),
    ],
)  # fmt: skip
def test_names_are_held_against_their_masks(name, masked, fits):
    line = log_line(document_no=mask(A), name=masked)
    assert told(line, students=[student(1, name=name)]) == [("masked", 2 if fits else None)]


def test_a_mask_that_several_have_fits_them_all():
    twins = [student(1), student(2, document_no=A[:8] + "9" + A[9:]), student(3, name="张四")]
    assert told(log_line(document_no=mask(A), name="张*"), students=twins) == [("masked", 2), ("masked", 3)]


@pytest.mark.parametrize(
    "number", [mask(A, 4, 3), mask(A, 2, 4), mask(A, 14, 0), "*" * 18, mask(A) + "*", "*" + mask(A)]
)
def test_a_mask_that_shows_too_little_or_is_of_another_length_fits_nobody(number):
    assert told(log_line(document_no=number, name="张三")) == [("masked", None)]


def test_a_mask_without_a_name_only_bears_out_or_contradicts_the_lines_other_number():
    assert told(log_line(document_no=mask(A))) == [("masked", None)]
    number = student(1)["student_no"]
    assert told(log_line(document_no=mask(A), student_no=number)) == [("masked", 2), ("student_no", 2)]
    assert told(log_line(document_no=mask(B), student_no=number)) == [("masked", None), ("student_no", 2)]


def test_upper_and_lower_case_x_are_one():
    person = student(35, document_no=citizen_no(35, born="19990115"))
    assert person["document_no"].endswith("X")
    masked = mask(person["document_no"]).replace("X", "x")
    assert told(log_line(document_no=masked, name="张*"), students=[person]) == [("masked", 2)]


# -- file names ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["student_no", "document_no", "examinee_no", "unique_no"])
def test_a_file_may_be_named_after_any_key(key):
    assert named(f"张三_{student(2)[key]} (2).jpg") == [("file_name", 3)]


def test_an_id_number_of_nobody_is_told_without_a_row():
    assert named(f"{citizen_no(400)}.jpg") == [("file_name", None)]
    assert named(f"1_{citizen_no(400)}.jpg") == []


def test_a_ticket_is_a_name_as_a_whole_and_of_its_day_and_camera():
    line = log_line(document_no=A, ticket_no="12")
    assert named("12.jpg", line, rules=TICKETS) == [("ticket_no", 2)]
    assert named("12 (2).JPG", line, rules=TICKETS) == [("ticket_no", 2)]
    assert named("12.jpg", line | {"camera_name": "一楼登记处"}, rules=TICKETS) == [("ticket_no", 2)]
    assert named("12.jpg", line, rules=TICKETS, second=None) == [("ticket_no", 2)]
    for name in ("012.jpg", "2020-11-19_12.jpg", "DSC_12.jpg", "13.jpg"):
        assert named(name, line, rules=TICKETS) == []
    assert named("12.jpg", line, rules=TICKETS, second=24 * 3600) == []
    assert named("12.jpg", line) == []


def test_a_line_of_another_camera_says_nothing_of_a_ticket():
    captures = captures_of(shot("E201/12.jpg"), shot("E202/12.jpg"))
    log, roster = log_of(log_line(document_no=A, ticket_no="12", camera_name="E202")), roster_of(student(1))
    assert file_identities(captures, log, roster, TICKETS).rows() == [("E202/12.jpg", "ticket_no", "12", 2)]


def test_a_ticket_drawn_twice_fits_everybody_who_drew_it_or_nobody():
    lines = [log_line(document_no=A, ticket_no="12"), log_line(document_no=B, ticket_no="12")]
    assert named("12.jpg", *lines, rules=TICKETS) == [("ticket_no", 2), ("ticket_no", 3)]
    unknown = log_line(document_no=citizen_no(400), ticket_no="12")
    assert named("12.jpg", *lines, unknown, rules=TICKETS) == [("ticket_no", None)]
    torn = log_line(document_no=A, student_no=student(2)["student_no"], ticket_no="12")
    assert named("12.jpg", torn, rules=TICKETS) == [("ticket_no", None)]


# -- everybody -----------------------------------------------------------------------------------------------


def a_crowd(seed, size=60):
    """Students of one town and few birthdays, so that masks collide."""
    rng = Random(seed)
    people = []
    for serial in range(1, size + 1):
        born = f"199{rng.randint(0, 9)}0{rng.randint(1, 2)}15"
        number = citizen_no(rng.randint(1, 12), born=born)
        people.append(student(serial, name=rng.choice("张李欧") + rng.choice("三四五"), document_no=number))
    return people


@pytest.mark.parametrize("seed", range(4))
def test_masks_fit_exactly_those_who_have_them(seed):
    people = a_crowd(seed)
    lines = [log_line(document_no=mask(each["document_no"]), name=each["name"][0] + "*") for each in people]
    frame = line_identities(log_of(*lines), roster_of(*people), RULES)
    found = {(line, row) for line, _, _, row in frame.rows()}
    assert found == {
        (line, row)
        for line, one in enumerate(people, start=2)
        for row, other in enumerate(people, start=2)
        if mask(one["document_no"]) == mask(other["document_no"]) and one["name"][0] == other["name"][0]
    }
    assert len(found) > len(people)


@pytest.mark.parametrize("seed", range(2))
def test_the_order_of_rows_does_not_matter(seed):
    people = a_crowd(seed)
    lines = [
        log_line(
            document_no=Random(serial).choice([mask(each["document_no"]), each["document_no"]]),
            name=each["name"],
            ticket_no=str(serial // 2),
        )
        for serial, each in enumerate(people)
    ]
    log, roster = log_of(*lines), roster_of(*people)
    captures = captures_of(*(shot(f"E201/{serial}.jpg") for serial in range(30)))
    shuffled = [frame.sample(fraction=1, shuffle=True, seed=seed) for frame in (captures, log, roster)]
    assert line_identities(*shuffled[1:], TICKETS).equals(line_identities(log, roster, TICKETS))
    files = file_identities(captures, log, roster, TICKETS)
    assert file_identities(*shuffled, TICKETS).equals(files)
    assert files.height
