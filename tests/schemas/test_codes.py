"""The code tables: whole, unambiguous, with an edition and a source to every line."""

import csv
import re
from pathlib import Path
from typing import get_args

import pycountry
import pytest

from schemas.codes import code_table, disciplines, levels, meanings
from schemas.profile import CodeTable, Known

ROOT = Path(__file__).parents[2]
APART = {"document_forms", "private_use", "statuses"}
"""Tables of another shape: how numbers and characters are written, what an enrolment status means."""
FILES = {path.stem: path for path in (ROOT / "schemas/codes").glob("*.csv")}
TABLES = sorted(set(FILES) - APART)
every_table = pytest.mark.parametrize("table", TABLES)


def lines_of(table):
    return list(csv.DictReader(FILES[table].read_text(encoding="utf-8").splitlines()))


def test_every_table_of_a_profile_is_there_and_every_table_is_used():
    beside_columns = {"discipline_categories"}
    assert {*get_args(CodeTable), *get_args(Known)} | beside_columns == set(TABLES)


@every_table
def test_codes_are_unique_and_every_line_is_whole(table):
    codes = [line.code for line in code_table(table)]
    assert codes
    assert len(set(codes)) == len(codes)
    assert all(line.name and line.edition and line.source for line in code_table(table))
    assert None not in {cell for line in lines_of(table) for cell in line.values()}


@pytest.mark.parametrize("table", sorted(get_args(CodeTable)))
def test_no_spelling_means_two_things(table):
    spelt = [spelling for line in code_table(table) for spelling in line.spellings]
    assert sorted({spelling for spelling in spelt if spelt.count(spelling) > 1}) == []
    assert len(meanings(table, "code")) == len(spelt)


@every_table
def test_every_source_is_one_that_the_documentation_names(table):
    page = (ROOT / "docs/sources.md").read_text(encoding="utf-8")
    documented = re.findall(r"^\| ([\w, ]+) \|", page, re.MULTILINE)
    keys = {key for cell in documented for key in cell.split(", ")}
    assert {line.source for line in code_table(table)} <= keys


def test_countries_have_the_codes_and_letters_of_iso_3166():
    ours = {line.code: line.letters for line in code_table("countries")}
    assert ours == {each.numeric: (each.alpha_3, each.alpha_2) for each in pycountry.countries}


@pytest.mark.parametrize(
    ("written", "name", "code"),
    [
        ("中华人民共和国", "中国", "156"),
        ("大韩民国", "韩国", "410"),
        ("KOR", "韩国", "410"),
        ("朝鲜民主主义人民共和国", "朝鲜", "408"),
        ("美利坚合众国", "美国", "840"),
        ("UNITED STATES", "美国", "840"),
        ("840", "美国", "840"),
        ("老挝人民民主共和国", "老挝", "418"),
        ("VIET NAM", "越南", "704"),
        ("香港", "中国香港", "344"),
        ("澳门特别行政区", "中国澳门", "446"),
        ("台湾地区", "中国台湾", "158"),
        ("HK", "中国香港", "344"),
    ],
)
def test_countries_are_understood_as_offices_write_them(written, name, code):
    assert meanings("countries", "text")[written] == name
    assert meanings("countries", "code")[written] == code


def test_the_catalogue_of_2022_has_its_counts():
    """117 disciplines, 11 of them military; 67 professional categories, 6 of them military (S95)."""
    ours = [line for line in lines_of("disciplines") if "2022" in line["edition"]]
    professional = [line for line in ours if line["code"][2] in "56"]
    assert (len(ours) - len(professional), len(professional)) == (117 - 11, 67 - 6)
    assert not any(line["code"].startswith("11") for line in ours)


def test_disciplines_belong_to_categories_and_grant_their_degrees():
    categories = {line.code for line in code_table("discipline_categories")}
    assert len(categories) == 14
    degrees = {line.code for line in code_table("degrees")}
    for line in disciplines():
        assert line.code[:2] in categories
        assert (line.grants == ()) == (line.code[2] in "56")
        assert {f"3{grant}" for grant in line.grants} <= degrees


def test_every_academic_degree_is_one_of_a_category_at_three_levels():
    names = {line.code: line.name for line in code_table("degrees")}
    for line in code_table("discipline_categories")[:13]:
        ours = [names[f"{digit}{line.code}"] for digit in "234"]
        assert ours == [f"{line.name}{level}学位" for level in ("博士", "硕士", "学士")]


def test_levels_have_the_degrees_that_begin_with_their_digit():
    names = {line.code: line.name for line in code_table("degrees")}
    assert [f"{names[level.degree_digit]}研究生" for level in levels()] == [level.name for level in levels()]
