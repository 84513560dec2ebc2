"""Tidying: what people type becomes what they mean, and nothing else changes."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.text import (
    read_date,
    read_time,
    read_timestamp,
    squeeze,
    tidy_document_no,
    tidy_name,
    tidy_number,
)


def of(recipe, text):
    frame = pl.DataFrame({"text": [text]}, schema={"text": pl.String})
    return frame.select(recipe(pl.col("text")))["text"].item()


@pytest.mark.parametrize("ten", ["x", "X", "ｘ", "Ｘ", "Ⅹ", "ⅹ", "Х", "х", "×"])
def test_every_way_to_write_x_is_x(ten):
    assert of(tidy_number, f"36010219980131001{ten}") == "36010219980131001X"


@pytest.mark.parametrize(
    "blank", [" ", "\u3000", "\u00a0", "\t", "\n", "\u200b", "\u200d", "\ufeff", "\u2060"]
)
def test_blanks_of_any_kind_leave_numbers(blank):
    assert of(tidy_number, f"{blank}3601{blank}02{blank}") == "360102"
    assert of(tidy_number, blank) is None


@pytest.mark.parametrize("mark", ["-", "－", "–", "(", "）", "【", "'", "‘", "_"])
def test_marks_leave_document_numbers_alone_of_all_numbers(mark):
    assert of(tidy_document_no, f"{mark}H1234{mark}5678{mark}") == "H12345678"
    assert of(tidy_document_no, mark) is None
    assert mark in (of(tidy_number, f"1{mark}2") or "") or mark in "－）"


def test_what_a_spreadsheet_left_of_a_document_number_stays_to_be_seen():
    assert of(tidy_document_no, "3.60102E+17") == "3.60102E+17"


INVISIBLE = ["\u200b", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u202a", "\u200e", "\ufe0f", "\U000e0101"]


@pytest.mark.parametrize("mark", INVISIBLE, ids=ascii)
def test_nothing_invisible_is_left_and_no_blank_for_it(mark):
    assert of(tidy_name, f"An{mark}na {mark}Lee") == "Anna Lee"
    assert of(tidy_name, f"张{mark}三{mark}") == "张三"
    assert of(tidy_number, f"36{mark}01") == "3601"
    assert of(squeeze, f"文学{mark}院") == "文学院"


def test_letters_are_narrow_and_one_with_their_accents():
    assert of(tidy_name, "Ｊｏｓｅ\u0301　Ｌｅｅ") == "José Lee"
    assert of(tidy_name, "Ｏ＇Ｎｅｉｌ，Ｊ．") == "O'Neil,J."
    assert of(tidy_name, "阿\uff0e依") == "阿·依"


def test_characters_of_old_sets_stay_as_they_are():
    assert of(tidy_name, "\uf9fd\ufa0e") == "\uf9fd\ufa0e"


def test_full_width_digits_are_narrow():
    assert of(tidy_number, "０１２３４５６７８９ＡＢ") == "0123456789AB"


@pytest.mark.parametrize(
    "dot",
    ["\u2022", "\u30fb", "\uff65", "\u2027", "\u22c5", "\u2219", "\u0387", "\u2e31",
     "\u2024", "\uff0e", ".", "\u25cf", "\u00b7"],
    ids=ascii,
)  # fmt: skip
def test_every_look_alike_is_the_dot(dot):
    assert of(tidy_name, f"阿依古丽{dot}买买提") == "阿依古丽\u00b7买买提"
    assert of(tidy_name, f"阿{dot}依{dot}古{dot}丽") == "阿\u00b7依\u00b7古\u00b7丽"
    assert of(tidy_name, f"阿依古丽 {dot} 买买提") == "阿依古丽\u00b7买买提"


@pytest.mark.parametrize("blank", [" ", "\u3000", "\u200b", "\u00a0", "   "])
def test_han_names_lose_blanks(blank):
    assert of(tidy_name, f"{blank}张{blank}三{blank}") == "张三"


def test_passport_names_keep_single_blanks_and_stops():
    assert of(tidy_name, "  Anna \u3000 Lee\u200b ") == "Anna Lee"
    assert of(tidy_name, "Martin L. King Jr.") == "Martin L. King Jr."
    assert of(tidy_name, "O’Neil-Smith") == "O’Neil-Smith"


@pytest.mark.parametrize("damage", ["张?", "张？", "张\ue81e", "张\ufffd"])
def test_damage_is_left_to_be_seen(damage):
    assert of(tidy_name, damage) == damage


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=12))
def test_tidying_twice_changes_nothing_more(text):
    for recipe in (tidy_name, tidy_number, tidy_document_no, squeeze):
        once = of(recipe, text)
        assert of(recipe, once) == once


@pytest.mark.parametrize(
    "written",
    ["19980105", "1998-01-05", "1998/1/5", "1998.1.5", "1998年1月5日", " 1998-01-05 ", "１９９８-01-05",
     "1998-01-05 00:00:00", "19980105 00:00"],
)  # fmt: skip
def test_dates_as_people_write_them(written):
    assert str(of(read_date, written)) == "1998-01-05"


@pytest.mark.parametrize(
    "written",
    ["", "1998", "199801", "199811", "1998111", "201912", "1998-02-30", "19981301", "98-1-5",
     "1998-01-05 09:00", "35800", "1998-0105", "١٩٩٨-01-05", None],
)  # fmt: skip
def test_what_is_no_whole_date_is_none(written):
    assert of(read_date, written) is None


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("9:05", "09:05:00"),
        ("09:05:07", "09:05:07"),
        ("９：05", "09:05:00"),
        ("24:00", "None"),
        ("9", "None"),
    ],
)
def test_times(written, meant):
    assert str(of(read_time, written)) == meant


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2020-11-19 09:00:05", "2020-11-19 09:00:05"),
        ("2020/11/19 9:00", "2020-11-19 09:00:00"),
        ("2020-11-19T09:00:05.25", "2020-11-19 09:00:05.250000"),
        ("2020-11-19 09:00:05.250000", "2020-11-19 09:00:05.250000"),
        ("2020-11-19", "None"),
        ("09:00:05", "None"),
        ("2020-11-19 25:00:05", "None"),
    ],
)
def test_moments(written, meant):
    assert str(of(read_timestamp, written)) == meant
