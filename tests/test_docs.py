"""The documents say what the program does."""

import csv
import re
import tomllib
from pathlib import Path

import pytest

from flows.cli import cli
from flows.profiles import packaged_profiles, read_profile
from outputs.ledger_tables import METADATA
from outputs.xsd import compile_xsd, render_xsd
from schemas.reasons import Reason
from tests.write_reasons import PAGE, page

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
README_ZH = (ROOT / "README.zh-CN.md").read_text(encoding="utf-8")


def test_the_reasons_page_is_the_catalogue():
    assert PAGE.read_text(encoding="utf-8") == page(), "python -m tests.write_reasons"


@pytest.mark.parametrize("name", sorted(cli.commands))
def test_every_command_stands_in_both_readmes(name):
    assert f"regpack {name}" in README
    assert f"regpack {name}" in README_ZH


def test_every_source_cited_is_explained():
    cited = {reason.source for reason in Reason}
    for path in (ROOT / "schemas").rglob("*.toml"):
        cited |= set(re.findall(r'source = "([^"]+)"', path.read_text(encoding="utf-8")))
    for path in (ROOT / "schemas" / "codes").glob("*.csv"):
        cited |= {line["source"] for line in csv.DictReader(path.read_text(encoding="utf-8").splitlines())}
    explained = (ROOT / "docs" / "sources.md").read_text(encoding="utf-8")
    keys = set(re.findall(r"[\w]+", " ".join(re.findall(r"^\| ([^|]+) \|", explained, re.MULTILINE))))
    assert cited - keys == set()


@pytest.mark.parametrize("name", packaged_profiles())
def test_every_profile_loads_and_its_tables_have_sound_xsds(name):
    profile = read_profile(name, beside=ROOT)
    assert profile.tables
    for table in profile.tables:
        compile_xsd(render_xsd(table))


@pytest.mark.parametrize("name", packaged_profiles())
def test_a_profile_changes_only_severities_that_exist(name):
    profile = read_profile(name, beside=ROOT)
    assert set(profile.severities) <= {reason.value for reason in Reason}


def test_every_dependency_is_explained():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    names = [re.match(r"[\w-]+", line).group() for line in project["dependencies"]]
    assert [name for name in names if name not in README and name != "pydantic"] == []


def test_every_table_of_the_ledger_is_explained():
    told = (ROOT / "docs" / "ledger.md").read_text(encoding="utf-8")
    assert [name for name in METADATA.tables if f"`{name}`" not in told] == []


def test_every_test_that_the_threat_model_names_exists():
    page, here, named = (ROOT / "docs" / "security.md").read_text(encoding="utf-8"), "", []
    for file, name in re.findall(r"`([\w/]+\.py)?::(test_\w+)`", page):
        here = file or here
        named.append((here, name))
    assert len(named) > 30
    lacking = [
        each
        for each in named
        if f"def {each[1]}(" not in (ROOT / "tests" / each[0]).read_text(encoding="utf-8")
    ]
    assert lacking == []
