"""Keys are compared exactly, in the log and in file names; a damaged one fits nobody."""

from random import Random

import polars as pl
import pytest

from tests.builders import captures_of, citizen_no, log_line, log_of, roster_of, shot, student, the_profile
from transforms.keys import FILE_IDENTITIES, IDENTITIES, file_identities, line_identities

RULES = the_profile().linking
TICKETS = RULES.model_copy(update={"mode": "ticket"})
A, B = citizen_no(1), citizen_no(2)


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


@pytest.mark.parametrize("name", ["张三", "张 三", "张*", "*三"])
def test_a_name_beside_a_number_bears_it_out(name):
    assert told(log_line(document_no=A, name=name)) == [("document_no", 2), ("name", 2)]


@pytest.mark.parametrize("name", ["李四", "张三丰", "李*", "·"])
def test_another_name_beside_a_number_contradicts_it(name):
    assert told(log_line(document_no=A, name=name)) == [("document_no", 2), ("name", None)]


@pytest.mark.parametrize("name", ["Zhang San", "张?", "张\ue863", "", "  "])
def test_a_name_that_may_be_spelt_in_many_ways_says_nothing(name):
    assert told(log_line(document_no=A, name=name)) == [("document_no", 2)]
    assert told(log_line(document_no=citizen_no(400), name="张三")) == [("document_no", None)]


@pytest.mark.parametrize("name", ["Zhang San", "张?三", None])
def test_a_name_that_the_roster_spells_oddly_is_not_contradicted(name):
    people = [student(1, name=name)]
    assert told(log_line(document_no=A, name="李四"), students=people) == [("document_no", 2), ("name", 2)]


def test_a_name_tells_two_enrolments_of_one_number_apart():
    people = [student(1), student(2, document_no=A, name="李四")]
    assert told(log_line(document_no=A, name="李四"), students=people) == [
        ("document_no", 2),
        ("document_no", 3),
        ("name", 3),
    ]


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


@pytest.mark.parametrize("seed", range(2))
def test_the_order_of_rows_does_not_matter(seed):
    people = [student(serial, document_no=citizen_no((serial + 1) // 2)) for serial in range(1, 60)]
    lines = [
        log_line(
            document_no=Random(serial).choice(
                [each["document_no"][:4] + "*" * 10 + each["document_no"][14:], each["document_no"]]
            ),
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


def bare_roster(*numbers):
    """A roster of nothing but numbers, a tuple of the four keys for each row."""
    columns = ("student_no", "document_no", "examinee_no", "unique_no")
    rows = [
        {"row": row, "name": "张三"} | dict(zip(columns, each, strict=True))
        for row, each in enumerate(numbers, 2)
    ]
    return pl.DataFrame(rows, schema={"row": pl.UInt32, **dict.fromkeys(("name", *columns), pl.String)})


@pytest.mark.parametrize("seed", range(4))
def test_a_number_fits_exactly_the_rows_that_have_it(seed):
    rng = Random(seed)
    numbers = [tuple("".join(rng.choices("01X", k=rng.randint(1, 4))) for _ in range(4)) for _ in range(40)]
    asked = sorted({number for each in numbers for number in each} | {"00000", "1"})
    log = log_of(*(log_line(unique_no=number) for number in asked))
    fits = {(line, row) for line, _, _, row in line_identities(log, bare_roster(*numbers), RULES).rows()}
    assert fits == {
        (line, row)
        for line, number in enumerate(asked, start=2)
        for row in [at for at, each in enumerate(numbers, start=2) if number in each] or [None]
    }


DAMAGES = {
    "as a value": lambda number: f"{float(number):.5E}",
    "as an exact value": lambda number: f"{float(number):.14E}",
    "with decimals": lambda number: f"{number}.0",
    "rounded": lambda number: number[:15] + "0" * len(number[15:]),
    "stripped": lambda number: number.lstrip("0"),
    "padded": lambda number: f"0{number}",
    "cut at the end": lambda number: number[:-1],
    "cut in front": lambda number: number[1:],
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_damaged_numbers_never_fit(damage):
    rng = Random(damage)
    numbers = [rng.choice(["0", "", "36"]) + str(rng.randrange(10**11, 10**16)) for _ in range(300)]
    damaged = [spoilt for number in numbers if (spoilt := DAMAGES[damage](number)) not in numbers and spoilt]
    assert damaged
    roster = bare_roster(*((number, None, None, None) for number in numbers))
    log = log_of(*(log_line(student_no=number) for number in damaged))
    assert line_identities(log, roster, RULES)["row"].to_list() == [None] * len(damaged)
    captures = captures_of(*(shot(f"E201/{number}.jpg") for number in sorted(set(damaged))))
    assert file_identities(captures, log_of(), roster, RULES)["row"].drop_nulls().is_empty()
