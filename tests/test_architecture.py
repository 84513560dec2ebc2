"""The layers hold, and what must be data is data."""

import ast
import re
import subprocess
import tomllib
from itertools import chain
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

ROOT = Path(__file__).parents[1]
PACKAGES = ("flows", "outputs", "schemas", "transforms")
SOURCES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
YEARS = range(1990, 2040)
DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef)
ADDRESS = re.compile(r"https?://")


def test_imports_point_downward(monkeypatch):
    monkeypatch.chdir(ROOT)
    assert lint_imports(no_cache=True) == 0


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_school_and_no_year_in_code(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    constants = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    prose = {ast.get_docstring(node, clean=False) for node in ast.walk(tree) if isinstance(node, DOCUMENTED)}
    texts = [value for value in constants if isinstance(value, str) and value not in prose]
    assert [value for value in constants if type(value) is int and value in YEARS] == []
    assert [
        text
        for text in texts
        if re.search(r"(?<!\d)(199\d|20[0-3]\d)(年|级|届|-[01]\d-)|[\u4e00-\u9fff]{2,}大学", text)
    ] == []


def test_the_lock_pins_every_dependency_with_hashes_and_no_address():
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert ADDRESS.search(lock) is None
    pins = re.findall(r"^([a-z0-9][\w.-]*)==", lock, re.MULTILINE)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *chain(*project["optional-dependencies"].values())]
    names = {re.match(r"[\w-]+", line).group().lower() for line in wanted}
    assert names <= set(pins)
    entries = re.split(r"\n(?=\S)", lock.strip())
    assert [entry for entry in entries if "==" in entry and "--hash=sha256:" not in entry] == []


def test_nothing_personal_or_local_is_tracked():
    tracked = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    assert [name for name in tracked if name.lower().endswith((".jpg", ".jpeg", ".db", ".xlsx"))] == []
