"""Papers hold their grids, and the type says what it cannot print."""

from datetime import UTC, date, datetime

import openpyxl
import polars as pl
import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from pydantic import ValidationError
from typst import Fonts

from outputs.sheets.fonts import type_of
from outputs.sheets.print_sheets import numbers_of, print_data
from outputs.sheets.proof_sheets import proof_data
from outputs.sheets.recall_workbook import recall_workbook
from outputs.sheets.typesetting import typeset
from schemas.errors import InputError
from schemas.sheets import FACELESS, FACES, RECALLS, Head, lettering, print_papers, proof_paper
from tests.bundle_builders import a_derivative
from tests.sheet_builders import MM, Pdf

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
    """A font of squares, and nothing for what it lacks; named as Windows' fonts are."""
    glyphs = [f"u{ord(each):04X}" for each in characters]
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder([".notdef", *glyphs])
    builder.setupCharacterMap(dict(zip(map(ord, characters), glyphs, strict=True)))
    builder.setupGlyf({".notdef": TTGlyphPen(None).glyph(), **dict.fromkeys(glyphs, a_square())})
    builder.setupHorizontalMetrics(dict.fromkeys([".notdef", *glyphs], (1000, 0)))
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    english = {"styleName": "Regular", "fullName": names["en"], "psName": "Test"}
    builder.setupNameTable({"familyName": names, **english})
    builder.setupOS2()
    builder.setupPost()
    builder.save(path)


@pytest.fixture
def windows(tmp_path):
    """The type of a PC on which one font has the usual characters and others have rare ones."""
    folder = tmp_path / "Fonts"
    folder.mkdir()
    a_font(folder / "msyh.ttf", {"en": "Microsoft YaHei", "zh": "微软雅黑"}, "张三〓")
    a_font(folder / "simsun.ttf", {"en": "SimSun", "zh": "宋体"}, "张三")
    a_font(folder / "simsunb.ttf", {"en": "SimSun-ExtB", "zh": "SimSun-ExtB"}, "𬭖")
    a_font(folder / "other.ttf", {"en": "Something else", "zh": "别的"}, "龘")
    (folder / "broken.ttf").write_bytes(b"no font")
    fonts = Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(folder)])
    return type_of(fonts, lettering())


def test_the_families_of_a_windows_pc_are_found_and_read(windows):
    assert windows.families[0] == "Microsoft YaHei"
    assert windows.lacking(["张三𬭖", "龘龗", " \u200b\n", "\U000323af"]) == {"龗", "\U000323af"}


@pytest.mark.parametrize(
    ("character", "is_printed"), [("张", True), ("𬭖", True), ("龘", True), ("龗", False)]
)
def test_what_is_said_to_be_there_is_printed(windows, tmp_path, character, is_printed):
    data = print_data("", some_faces("一班", 1, character), print_papers()[0], HEAD)
    pdf = set_in(windows, tmp_path, "print.typ", data)
    page = pdf.pages[0].render(scale=8).to_pil().convert("L")
    left, top, right, bottom = (round(edge / MM * 8) for edge in (16, 56.8, 42, 62.8))
    assert (page.crop((left, top, right, bottom)).getextrema()[0] < 64) == is_printed
    assert list(tmp_path.glob(".sheets-*")) == []


def some_faces(class_name, heads, name="某某"):
    digest = "0" * 64
    return pl.DataFrame(
        [("文学院", class_name, f"4010190{nth:05}", name, "0011", None, digest, f"print-33x48 {digest}")
         for nth in range(heads)],
        schema=FACES, orient="row",
    )  # fmt: skip


def set_in(windows, work, template, data):
    made_at = datetime(2020, 11, 5, tzinfo=UTC)
    made = typeset(template, data, {"0" * 64: a_derivative(1)}, lettering=windows, made_at=made_at, work=work)
    return Pdf(made)


HEAD = Head("某校", "demo", "1", date(2020, 11, 5), date(2020, 12, 10))
LONG = "阿卜杜热合曼·买买提吐尔逊·麦麦提明·艾尼瓦尔江"


@pytest.mark.parametrize(
    ("paper", "on_each"), [(print_papers()[0], [25, 1]), (print_papers()[1], [4] * 6 + [2])]
)
def test_prints_fill_one_sheet_before_the_next(windows, tmp_path, paper, on_each):
    pdf = set_in(windows, tmp_path, "print.typ", print_data("", some_faces("一班", 26, LONG), paper, HEAD))
    assert [len(pdf.pictures(page)) for page in range(len(pdf.pages))] == on_each


def test_every_class_begins_a_sheet_and_what_lacks_photos_follows(windows, tmp_path):
    faces = pl.concat([some_faces("一班", 1), some_faces("二班", 200, LONG)])
    line = ("文学院", "二班", "401019000001", LONG, "退回", "瞳孔平行角度不合格")
    faceless = pl.DataFrame([line] * 60, schema=FACELESS, orient="row")
    pdf = set_in(windows, tmp_path, "proof.typ", proof_data("", faces, faceless, proof_paper(), HEAD))
    shown = [len(pdf.pictures(page)) for page in range(len(pdf.pages))]
    assert shown == [1, *[30] * 6, 20, *[0] * (len(shown) - 8)]
    assert len(shown) > 8
    for page in range(len(shown)):
        for picture in pdf.pictures(page):
            assert 14 < picture.left < picture.left + picture.width < 196
            assert 25 < picture.top < picture.top + picture.height < 297 - 31 - 10


def test_a_machine_without_chinese_type_is_told_what_to_install():
    nothing = Fonts(include_system_fonts=False, include_embedded_fonts=True)
    with pytest.raises(InputError, match="fonts-noto-cjk"):
        type_of(nothing, lettering())


def test_the_last_day_stands_on_the_list(tmp_path):
    (tmp_path / "list.xlsx").write_bytes(recall_workbook("文学院", pl.DataFrame(schema=RECALLS), HEAD))
    (sheet,) = openpyxl.load_workbook(tmp_path / "list.xlsx").worksheets
    assert "最迟2020年12月10日办完" in sheet["A3"].value
