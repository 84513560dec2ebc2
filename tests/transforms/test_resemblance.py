"""Almost the same number: what is told, what is not, held against comparing everybody with everybody."""

from random import Random

import polars as pl
import pytest

from tests.builders import citizen_no, roster_of, student

PASSPORT = "G12345678"


def passport(serial, number, **changes):
    return student(serial, document_type="护照", document_no=number, **changes)


def told(*students):
    """The row that each row resembles; rows count from 2."""
    return roster_of(*students)["resembling_row"].to_list()


@pytest.mark.parametrize("other", ["G12345679", "E12345678", "G12435678", "G12345687", "1G2345678"])
def test_one_character_or_two_neighbours_are_a_slip(other):
    assert told(passport(1, PASSPORT), passport(2, other)) == [3, 2]


@pytest.mark.parametrize("other", [PASSPORT, "G12345699", "G1234567", "G123456789", "G21435678", "G32145678"])
def test_the_same_number_and_any_further_one_are_none(other):
    assert told(passport(1, PASSPORT), passport(2, other)) == [None, None]


def test_the_same_name_or_the_same_birth_date_is_enough():
    elsewhere = {"born_on": "19970505"}
    assert told(passport(1, PASSPORT), passport(2, "G12345679", **elsewhere)) == [3, 2]
    assert told(passport(1, PASSPORT), passport(2, "G12345679", name="李四")) == [3, 2]
    assert told(passport(1, PASSPORT), passport(2, "G12345679", name="李四", **elsewhere)) == [None, None]


def test_missing_names_and_dates_are_not_the_same():
    nameless = {"name": None, "born_on": None}
    assert told(passport(1, PASSPORT, **nameless), passport(2, "G12345679", **nameless)) == [None, None]


def test_a_miscopied_id_number_is_told_beside_the_right_one():
    right = citizen_no(1)
    assert told(student(1), student(2, document_no=right[:16] + "7" + right[17])) == [3, 2]
    assert told(student(1), student(2, document_no=right[:14] + "010" + right[17])) == [3, 2]


def test_neighbours_exchanged_anywhere_in_an_id_number_are_told():
    students = []
    for place in range(17):
        right = citizen_no(46, born=f"19{70 + place}1203")
        wrong = right[:place] + right[place + 1] + right[place] + right[place + 2 :]
        person = {"name": f"李{chr(0x4E00 + place)}", "born_on": f"19{70 + place}1203"}
        students += [student(document_no=number, **person) for number in (right, wrong)]
    rows = roster_of(*students)
    pairs = rows.filter(pl.col("document_no").n_unique().over("name") == 2)
    own = pl.col("row").cast(pl.Int64) + pl.when(pl.col("row") % 2 == 0).then(1).otherwise(-1)
    assert pairs.height > 20
    assert pairs.filter(pl.col("resembling_row").ne_missing(own)).is_empty()


def test_sound_id_numbers_of_twins_are_not_alike():
    assert told(*(student(serial) for serial in range(1, 40))) == [None] * 39


def test_the_first_of_several_is_named():
    numbers = ("G12345678", "G12345679", "G12345670")
    assert told(*(passport(serial, number) for serial, number in enumerate(numbers, 1))) == [3, 2, 2]


def is_slip(one, other):
    """The slow second opinion."""
    if len(one) != len(other):
        return False
    apart = [place for place in range(len(one)) if one[place] != other[place]]
    if len(apart) == 1:
        return True
    return len(apart) == 2 and apart[1] == apart[0] + 1 and one[apart[0]] + one[apart[1]] == (
        other[apart[1]] + other[apart[0]]
    )  # fmt: skip


def test_ours_agree_with_a_comparison_of_everybody_with_everybody():
    rng = Random(4)
    people = [
        (
            f"{rng.choice('GE')}{rng.choice(('1234', '1243', '2134'))}{rng.randrange(200):05}",
            rng.choice("甲乙"),
        )
        for _ in range(120)
    ]
    students = [
        passport(serial, number, name=f"李{name}", born_on=f"199{serial % 9}{serial % 12 + 1:02}15")
        for serial, (number, name) in enumerate(people, 1)
    ]
    roster = roster_of(*students)
    lines = roster.select("row", "document_no", "name", "born_on").rows()
    expected = [
        min(
            (
                other[0]
                for other in lines
                if is_slip(line[1], other[1]) and (line[2] == other[2] or line[3] == other[3])
            ),
            default=None,
        )
        for line in lines
    ]
    assert roster["resembling_row"].to_list() == expected
    assert None in expected
    assert sum(row is not None for row in expected) > 20


def test_rows_keep_their_order_and_number():
    roster = roster_of(passport(1, PASSPORT), student(2), passport(3, "G12345679"), student(4))
    assert roster["row"].to_list() == [2, 3, 4, 5]
    assert roster.schema["resembling_row"] == pl.UInt32
