"""Papers hold their grids, and the type says what it cannot print."""

from datetime import date

import openpyxl
import polars as pl
import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from pydantic import ValidationError
from typst import Fonts

from outputs.sheets.fonts import type_of
from outputs.sheets.print_sheets import numbers_of
from outputs.sheets.recall_workbook import recall_workbook
from schemas.errors import InputError
from schemas.sheets import RECALLS, Head, lettering, print_papers, proof_paper

PAPERS = (*print_papers(), proof_paper())


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.id)
@pytest.mark.parametrize(("measure", "value"), [("columns", 9), ("rows", 9), ("top_mm", 3)])
def test_a_grid_that_runs_into_the_margin_is_refused(paper, measure, value):
    declared = paper.model_dump()
    declared[measure]["value"] = value
    with pytest.raises(ValidationError, match=r"margin|fit"):
        type(paper).model_validate(declared)


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.id)
def test_every_measure_reaches_the_template(paper):
    cited = {name for name, value in paper if hasattr(value, "value")}
    assert set(numbers_of(paper)) == cited | {"left_mm"}


def a_square():
    pen = TTGlyphPen(None)
    pen.moveTo((0, 0))
    for corner in ((0, 700), (700, 700), (700, 0)):
        pen.lineTo(corner)
    pen.closePath()
    return pen.glyph()


def a_font(path, names, characters):
    """A font of squares, with names as Windows' fonts have them, English first."""
    glyphs = [".notdef", *(f"u{ord(each):04X}" for each in characters)]
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder(glyphs)
    builder.setupCharacterMap({ord(each): f"u{ord(each):04X}" for each in characters})
    builder.setupGlyf(dict.fromkeys(glyphs, a_square()))
    builder.setupHorizontalMetrics(dict.fromkeys(glyphs, (1000, 0)))
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    english = {"styleName": "Regular", "fullName": names["en"], "psName": "Test"}
    builder.setupNameTable({"familyName": names, **english})
    builder.setupOS2()
    builder.setupPost()
    builder.save(path)


def test_the_families_of_a_windows_pc_are_found_and_read(tmp_path):
    a_font(tmp_path / "msyh.ttf", {"en": "Microsoft YaHei", "zh": "微软雅黑"}, "张三")
    a_font(tmp_path / "simsunb.ttf", {"en": "SimSun-ExtB", "zh": "SimSun-ExtB"}, "𬭖")
    a_font(tmp_path / "other.ttf", {"en": "Something else", "zh": "别的"}, "龘")
    fonts = Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(tmp_path)])
    found = type_of(fonts, lettering())
    assert found.families == ("Microsoft YaHei", "SimSun-ExtB")
    assert found.lacking(["张三𬭖", "龘", " \u200b\n", "\U000323af"]) == {"龘", "\U000323af"}


def test_a_machine_without_chinese_type_is_told_what_to_install():
    nothing = Fonts(include_system_fonts=False, include_embedded_fonts=True)
    with pytest.raises(InputError, match="fonts-noto-cjk"):
        type_of(nothing, lettering())


def test_the_last_day_stands_on_the_list(tmp_path):
    head = Head("某校", "demo", "1", date(2020, 11, 5), date(2020, 12, 10))
    (tmp_path / "list.xlsx").write_bytes(recall_workbook("文学院", pl.DataFrame(schema=RECALLS), head))
    (sheet,) = openpyxl.load_workbook(tmp_path / "list.xlsx").worksheets
    assert "最迟2020年12月10日办完" in sheet["A3"].value
