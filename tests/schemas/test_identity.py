"""ID numbers, against python-stdnum as a second opinion."""

from random import Random

import polars as pl
import pytest
import stdnum.cn.ric as second_opinion
from stdnum.exceptions import ValidationError

from schemas import identity
from schemas.codes import document_types
from tests.builders import citizen_no

CITIZEN = "居民身份证"
REGIONS = ("110101", "310101", "360102", "440308", "650102", "540102", "210102")


def read(numbers, kind=CITIZEN):
    """What our expressions say of each number, as rows of has_form, holds, sex, born_on."""
    number = pl.col("no")
    frame = pl.DataFrame({"no": numbers}, schema={"no": pl.String})
    told = frame.select(
        has_form=identity.has_form_of(pl.lit(kind), number),
        holds=identity.check_character_holds(number),
        sex=identity.sex_of(number),
        born_on=identity.born_on_of(number),
    )
    return list(told.iter_rows(named=True))


def second_check(number):
    try:
        return number[-1] == second_opinion.calc_check_digit(number)
    except ValueError:
        return False


def second_birth(number):
    try:
        return second_opinion.get_birth_date(number)
    except (ValueError, ValidationError):
        return None


def numbers_of(seed, count):
    """Sound numbers, and the same with one character replaced or two neighbours exchanged."""
    rng = Random(seed)
    for _ in range(count):
        born = f"{rng.randint(1950, 2015)}{rng.randint(1, 12):02}{rng.randint(1, 31):02}"
        serial = rng.randint(1, 499)
        number = citizen_no(serial, born=born, region=rng.choice(REGIONS), is_man=rng.random() < 0.5)
        place = rng.randrange(17)
        digit = rng.choice("0123456789X")
        yield from (
            number,
            number[:place] + digit + number[place + 1 :],
            number[:-1] + digit,
            number[:place] + number[place + 1] + number[place] + number[place + 2 :],
        )


def test_ours_agree_with_the_second_opinion_on_many_numbers():
    numbers = list(numbers_of(7, 2500))
    digits = [number for number in numbers if number[:17].isdigit()]
    assert len(digits) > 9000
    for number, ours in zip(digits, read(digits), strict=True):
        assert ours["holds"] == second_check(number), number
        assert ours["born_on"] == second_birth(number), number


def test_whatever_the_second_opinion_accepts_has_form_and_holds():
    numbers = [number for number in numbers_of(8, 1500) if second_opinion.is_valid(number)]
    assert len(numbers) > 1000
    sound = [ours for ours in read(numbers) if ours["has_form"] and ours["holds"] and ours["born_on"]]
    assert len(sound) == len(numbers)


def test_whatever_we_pass_the_second_opinion_passes_but_for_its_places():
    numbers = list(numbers_of(9, 1500))
    for number, ours in zip(numbers, read(numbers), strict=True):
        if ours["has_form"] and ours["holds"] and ours["born_on"]:
            assert second_check(number)
            assert second_birth(number)


@pytest.mark.parametrize("number", ["440308199901101512", "810000199408230021", "830000199201300022"])
def test_published_examples_hold(number):
    assert read([number])[0]["holds"]


@pytest.mark.parametrize("number", ["", "X", "36010219980131001", "ABCDEFGHIJKLMNOPQR", "36010219980131001x"])
def test_what_is_no_number_does_not_hold(number):
    assert not read([number])[0]["holds"]


def test_sex_follows_from_the_sequence_number():
    assert [ours["sex"] for ours in read([citizen_no(1), citizen_no(1, is_man=False)])] == ["男", "女"]


@pytest.mark.parametrize("kind", document_types(), ids=lambda kind: kind.name)
def test_patterns_of_documents_take_the_whole_number(kind):
    assert kind.pattern.startswith("^")
    assert kind.pattern.endswith("$")
    assert not any(ours["has_form"] for ours in read(["", " ", "张三", "G1234567\n8"], kind.name))


def test_an_unknown_kind_has_no_form():
    assert read(["1"], "借书证")[0]["has_form"] is None
