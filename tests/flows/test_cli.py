"""The program's frame: its help, its words, its exit codes, and how little it loads for them."""

import gettext
import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from flows.cli import cli
from flows.profiles import packaged_profiles
from flows.words import CLICK, HELP
from schemas.reasons import Reason
from tests.campaign_builders import a_campaign
from tests.write_click_words import CATALOGUE, catalogue

ROOT = Path(__file__).parents[2]
HEAVY = ("prefect", "polars", "pandera", "PIL", "sqlalchemy", "rich", "pydantic", "numpy")
LOADED = "import sys; from flows.cli import main\ntry: main()\nfinally: print(*sys.modules, file=sys.stderr)"


def python(*arguments, language="zh"):
    return subprocess.run(
        [sys.executable, *map(str, arguments)], cwd=ROOT, capture_output=True, text=True, encoding="utf-8",
        env={**os.environ, "REGPACK_LANG": language, "LC_ALL": "C"}, check=False,
    )  # fmt: skip


def regpack(*arguments, language="zh"):
    return python("-m", "flows", *arguments, language=language)


def typed(*arguments, language="zh"):
    """The same in this process, for what does not hang on how a process begins."""
    return CliRunner().invoke(cli, [*map(str, arguments)], env={"REGPACK_LANG": language})


def test_help_loads_nothing_heavy():
    shown = python("-c", LOADED, "--help")
    assert shown.returncode == 0
    assert not {module.split(".")[0] for module in shown.stderr.split()} & set(HEAVY)


@pytest.mark.parametrize("arguments", [["run"], ["makeup"]])
def test_inputs_are_refused_before_prefect_is_loaded(tmp_path, arguments):
    campaign = a_campaign(tmp_path)
    (tmp_path / "roster.xlsx").unlink()
    ended = python("-c", LOADED, *arguments, campaign)
    assert ended.returncode == 2
    assert "prefect" not in {module.split(".")[0] for module in ended.stderr.splitlines()[-1].split()}


def test_help_is_chinese_and_lists_every_command_in_the_order_of_a_campaign():
    shown = regpack("--help").stdout
    assert shown.startswith("用法：")
    assert "Usage" not in shown
    assert "Options" not in shown
    commands = [
        "demo",
        "run",
        "makeup",
        "serve",
        "approve",
        "audit",
        "verify",
        "reasons",
        "profiles",
        "drill",
    ]
    places = [shown.index(f"\n  {name} ") for name in commands]
    assert places == sorted(places)
    assert all(HELP[name].zh in shown for name in commands)


def test_help_is_english_on_request():
    shown = regpack("run", "--help", language="en").stdout
    assert shown.startswith("Usage: ")
    assert HELP["run"].en in shown
    assert "Show this message and exit." in shown


WRONG = [
    (["run"], "错误：缺少参数 'CAMPAIGN.toml'"),
    (["rum", "x"], "没有命令 'rum'。 是否想写 'run'？"),
    (["run", "--ful", "x"], "没有选项 '--ful'"),
    (["run", "a.toml", "b.toml"], "多余的参数：b.toml"),
    (["audit", "x.toml", "--format", "xml"], "'xml' 不在 'table', 'csv', 'json' 之中"),
    (["demo", "x", "--students", "3"], "3 不在 x>=30 的范围内"),
]


@pytest.mark.parametrize(("arguments", "said"), WRONG)
def test_wrong_usage_is_told_in_chinese_and_ends_with_2(arguments, said):
    ended = regpack(*arguments)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert said in ended.stderr


def test_wrong_usage_is_told_in_english_on_request():
    ended = regpack("run", language="en")
    assert ended.returncode == 2
    assert "Error: Missing argument 'CAMPAIGN.toml'." in ended.stderr


def test_clicks_words_are_compiled_as_they_are_written():
    assert CATALOGUE.read_bytes() == catalogue()
    with CATALOGUE.open("rb") as file:
        words = gettext.GNUTranslations(file)
    for key, said in CLICK.items():
        assert words.gettext(key) == said if isinstance(key, str) else words.ngettext(*key, 2) == said


def test_clicks_words_are_still_clicks():
    folder = Path(importlib.util.find_spec("click").origin).parent
    source = "".join(path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.py")))
    keys = [word for key in CLICK for word in ((key,) if isinstance(key, str) else key)]
    assert [word for word in keys if f'"{word}"' not in source] == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_catalogue_is_printed(language):
    shown = typed("reasons", language=language)
    assert (shown.exit_code, shown.stderr) == (0, "")
    assert all(reason.value in shown.stdout for reason in Reason)
    assert ("退回" in shown.stdout) == (language == "zh")


def test_profiles_are_printed_with_their_sources():
    shown = typed("profiles", language="en")
    assert (shown.exit_code, shown.stderr) == (0, "")
    assert "Capture images only" in shown.stdout
    limits = [line for line in shown.stdout.splitlines() if "50–110 px" in line]
    assert all({"crown_px", "P320", "block", "S9", "P", "2026-11-22"} <= set(line.split()) for line in limits)
    assert "Certificate print, 33 by 48 mm" in shown.stdout
    assert "≤ 10 KB" in shown.stdout
    unknown = typed("profiles", "gradute")
    assert (unknown.exit_code, unknown.stdout) == (2, "")
    names = "、".join(packaged_profiles())
    assert "graduate、registers-by-date" in names
    assert unknown.stderr == f"gradute：没有这个规格。可用的有：{names}；或写 TOML 文件的路径。\n"


def test_an_unknown_student_of_a_makeup_is_told_the_nearest(tmp_path):
    ended = typed("makeup", a_campaign(tmp_path), "--student", "401019000010")
    assert ended.exit_code == 2
    assert ended.stderr == "--student：名册中没有学号 401019000010，是否想写 401019000001。请核对学号。\n"
    assert not (tmp_path / "out").exists()
