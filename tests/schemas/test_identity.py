"""ID numbers, against python-stdnum as a second opinion."""

from functools import cache
from random import Random

import polars as pl
import pytest
import stdnum.cn.ric as second_opinion
from stdnum import numdb
from stdnum.exceptions import InvalidComponent, ValidationError

from schemas import identity
from schemas.codes import code_table, document_forms, regions
from tests.builders import citizen_no

CITIZEN = "居民身份证"
REGIONS = ("110101", "310101", "360102", "440308", "650102", "540102", "210102")


def read(numbers, kind=CITIZEN):
    """What our expressions say of each number, a row by name each."""
    number = pl.col("no")
    frame = pl.DataFrame({"no": numbers}, schema={"no": pl.String})
    told = frame.select(
        has_form=identity.has_form_of(pl.lit(kind), number),
        holds=identity.check_character_holds(number),
        sex=identity.sex_of(number),
        born_on=pl.when(number.str.slice(6, 4) != "0000").then(identity.born_on_of(number)),
        told=identity.type_told_by(number),
        is_region_known=identity.is_region_known(number),
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
    """Sound numbers, some of any region, some with a character replaced or two neighbours exchanged."""
    rng = Random(seed)
    for _ in range(count):
        born = f"{rng.randint(1950, 2015)}{rng.randint(1, 12):02}{rng.randint(1, 31):02}"
        serial = rng.randint(1, 499)
        number = citizen_no(serial, born=born, region=rng.choice(REGIONS), is_man=rng.random() < 0.5)
        place = rng.randrange(17)
        digit = rng.choice("0123456789X")
        yield from (
            number,
            citizen_no(serial, born=born, region=f"{rng.randrange(110000, 660000)}"),
            number[:place] + digit + number[place + 1 :],
            number[:-1] + digit,
            number[:place] + number[place + 1] + number[place] + number[place + 2 :],
        )


@cache
def second_place(region):
    """Whether the second opinion has ever heard of the region."""
    return "county" in numdb.get("cn/loc").info(region)[-1][1]


def second_verdict(number):
    try:
        return second_opinion.is_valid(number)
    except KeyError:  # how it says that it knows the province and not the county
        return False


def test_ours_agree_with_the_second_opinion_on_100_000_numbers():
    numbers = list(numbers_of(7, 20_000))
    told = read(numbers)
    assert len(numbers) == 100_000
    assert sum(ours["holds"] is True for ours in told) > 40_000
    for number, ours in zip(numbers, told, strict=True):
        assert (ours["holds"] is True) == second_check(number), number
        assert ours["born_on"] == second_birth(number), number
        assert ours["is_region_known"] == second_place(number[:6]), number


def test_whatever_the_second_opinion_accepts_is_a_citizens_number():
    numbers = [number for number in numbers_of(8, 2_000) if second_verdict(number)]
    assert len(numbers) > 1_500
    for number, ours in zip(numbers, read(numbers), strict=True):
        assert ours["has_form"], number
        assert ours["told"] == CITIZEN, number


def test_whatever_we_pass_the_second_opinion_passes_but_for_the_years_of_its_places():
    numbers = list(numbers_of(9, 2_000))
    passed = [
        number
        for number, ours in zip(numbers, read(numbers), strict=True)
        if ours["told"] == CITIZEN and ours["is_region_known"]
    ]
    refused = [number for number in passed if not second_verdict(number)]
    assert len(passed) > 1_500
    assert {type(refusal(number)) for number in refused} <= {InvalidComponent}


def refusal(number):
    with pytest.raises(ValidationError) as refused:
        second_opinion.validate(number)
    return refused.value


def test_a_number_of_15_digits_becomes_one_of_18():
    numbers = pl.DataFrame({"no": [citizen_no(serial) for serial in range(1, 200)]})
    legacy = numbers.select(no=pl.col("no").str.head(6) + pl.col("no").str.slice(8, 9))
    assert legacy.select(identity.is_legacy(pl.col("no")).all()).item()
    assert legacy.select(identity.upgraded(pl.col("no"))).to_series().to_list() == numbers["no"].to_list()


def test_regions_given_up_are_known():
    assert {"110103", "442527", "360102", "810000"} <= regions()
    assert "110199" not in regions()


@pytest.mark.parametrize("number", ["440308199901101512", "810000199408230021", "830000199201300022"])
def test_published_examples_hold(number):
    assert read([number])[0]["holds"]


@pytest.mark.parametrize("number", ["", "X", "36010219980131001", "ABCDEFGHIJKLMNOPQR", "36010219980131001x"])
def test_what_is_no_number_does_not_hold(number):
    assert not read([number])[0]["holds"]


def test_sex_follows_from_the_sequence_number():
    assert [ours["sex"] for ours in read([citizen_no(1), citizen_no(1, is_man=False)])] == ["男", "女"]


@pytest.mark.parametrize("form", document_forms(), ids=lambda form: form.pattern)
def test_patterns_of_documents_take_the_whole_number(form):
    assert form.pattern.startswith("^")
    assert form.pattern.endswith("$")
    assert not any(ours["has_form"] for ours in read(["", " ", "张三", "G1234567\n8"], form.document))


def test_every_kind_of_document_has_a_form():
    assert {kind.name for kind in code_table("document_types")} == {
        form.document for form in document_forms()
    }


def test_an_unknown_kind_has_no_form():
    assert read(["1"], "借书证")[0]["has_form"] is None
