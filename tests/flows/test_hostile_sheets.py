"""Sheets and settings that somebody means ill with: understood, or refused without taking memory or time."""

import csv
import io
import struct
import zipfile
from pathlib import Path

import openpyxl
import polars as pl
import pytest
import xlsxwriter

from flows.decisions import read_decisions
from flows.profiles import read_profile
from flows.sources import read_campaign
from flows.tabular import Headers, read_table
from outputs.audit import inert_csv
from schemas.reading import MB, reading_limits
from tests.campaign_builders import dbf_bytes, write_xlsx
from tests.flows.test_hostile_captures import ID_NUMBER, refused
from tests.reader_mutations import members, packed

HEADERS = Headers({"student_no": ("学号",), "name": ("姓名",)}, ("student_no",))
SHEET, TEXTS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
ROWS = [("学号", "姓名"), ("401019000001", "某某")]
LAUGHS = (
    b'<!DOCTYPE x [<!ENTITY a "ha">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + at, b"&%c;" % (97 + at) * 10) for at in range(9))
    + b"]>"
)
OUTSIDE = b'<!DOCTYPE x [<!ENTITY j SYSTEM "file:///etc/passwd">]>'


def read(path):
    return read_table(path, HEADERS)


def a_book(path, rows=ROWS, **parts):
    """A workbook, some of whose parts are changed by a function of their bytes."""
    sound = members(write_xlsx(path, rows).read_bytes())
    for name, change in parts.items():
        part = {"sheet": SHEET, "texts": TEXTS, "book": "xl/workbook.xml"}[name]
        sound[part] = change(sound[part])
    path.write_bytes(packed(sound))
    return path


def sheet_of(rows):
    """A change that puts other rows into a sheet."""
    return lambda part: (
        part[: part.index(b"<sheetData>")] + b"<sheetData>" + rows + b"</sheetData></worksheet>"
    )


# -- XML ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("entities", [LAUGHS, OUTSIDE])
@pytest.mark.parametrize("part", ["sheet", "texts", "book"])
def test_entities_of_a_workbook_are_neither_multiplied_nor_fetched(tmp_path, part, entities):
    def spoil(content):
        root = content.index(b"<", content.index(b"?>"))
        return content[:root] + entities + content[root:].replace("某某".encode(), b"&j;")

    assert "文件内容不是 .xlsx" in refused(read, a_book(tmp_path / "a.xlsx", **{part: spoil}))


FAR = {
    "cell": b'<row r="1"><c r="A1" t="str"><v>1</v></c><c r="XFD1048576" t="str"><v>1</v></c></row>',
    "blanks in the tag": b'<row r="1"><c r="A1"><v>1</v></c><c r = "XFD1048576"><v>1</v></c></row>',
    "row": b'<row r="1"><c r="A1"><v>1</v></c></row><row r="4294967295"><c t="str"><v>1</v></c></row>',
    "column": b'<row r="1"><c r="A1"><v>1</v></c><c r="ZZZZ1"><v>1</v></c></row>',
    "prefix": b'<x:row xmlns:x="y" r="1"><x:c r="A1"><x:v>1</x:v></x:c>'
    b'<x:c r="XFD1048576"><x:v>1</x:v></x:c></x:row>',
}


@pytest.mark.parametrize("rows", FAR.values(), ids=FAR)
def test_a_stray_cell_however_it_is_written_does_not_end_the_program(tmp_path, rows):
    said = refused(read, a_book(tmp_path / "a.xlsx", sheet=sheet_of(rows)))
    assert "工作表的范围太大（17179869184 格）" in said or "文件内容不是 .xlsx" in said


def test_a_million_empty_rows_are_no_students(tmp_path):
    cells = '<c r="A{0}" t="str"><v>{1}</v></c>'
    rows = f'<row r="1">{cells.format(1, "学号")}</row><row r="2">{cells.format(2, "7")}</row>'
    empty = "".join(f'<row r="{row}" ht="12.75"/>' for row in range(3, 1_048_577))
    path = a_book(tmp_path / "a.xlsx", sheet=sheet_of((rows + empty).encode()))
    assert read(path).rows() == [(2, "7", None)]


def test_a_sheet_that_names_cells_by_order_alone_is_read(tmp_path):
    rows = b"<row><c t='str'><v>%s</v></c></row><row><c t='str'><v>7</v></c></row>" % "学号".encode()
    assert read(a_book(tmp_path / "a.xlsx", sheet=sheet_of(rows))).rows() == [(2, "7", None)]


def test_a_long_text_that_many_cells_share_is_refused(tmp_path):
    long = b"<si><t>" + b"a" * 30_000 + b"</t></si>"
    cells = b"".join(b'<row r="%d"><c r="A%d" t="s"><v>0</v></c></row>' % (at, at) for at in range(1, 20_001))
    path = a_book(
        tmp_path / "a.xlsx",
        sheet=sheet_of(cells),
        texts=lambda part: part.replace(b"<si>", long + b"<si>", 1),
    )
    assert "文件过大" in refused(read, path)


# -- bombs -------------------------------------------------------------------------------------------------


def test_a_workbook_that_unpacks_to_gigabytes_is_refused(tmp_path):
    path = write_xlsx(tmp_path / "a.xlsx", ROWS)
    with (
        zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open("xl/worksheets/sheet2.xml", "w", force_zip64=True) as part,
    ):
        for _ in range(300):
            part.write(bytes(MB))
    assert "文件内容不是 .xlsx" in refused(read, path)


def test_a_workbook_of_many_parts_that_unpack_to_gigabytes_is_refused(tmp_path):
    path = write_xlsx(tmp_path / "a.xlsx", ROWS)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for number in range(300):
            archive.writestr(f"xl/media/{number}.png", bytes(MB))
    assert "文件内容不是 .xlsx" in refused(read, path)


@pytest.mark.parametrize("part", [SHEET, "xl/styles.xml"])
def test_a_part_that_says_it_is_small_is_not_unpacked(tmp_path, part):
    sound = members(write_xlsx(tmp_path / "a.xlsx", ROWS).read_bytes())
    raw = bytearray(packed({**sound, part: sound[part] + bytes(50 * MB)}))
    at = raw.rindex(part.encode()) - 46
    raw[at + 24 : at + 28] = struct.pack("<I", len(sound[part]))
    (tmp_path / "a.xlsx").write_bytes(raw)
    assert "文件内容不是 .xlsx" in refused(read, tmp_path / "a.xlsx")


def test_a_workbook_within_a_workbook_is_not_opened(tmp_path):
    inner = packed({"a.xml": bytes(10 * MB)})
    path = write_xlsx(tmp_path / "a.xlsx", ROWS)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/embeddings/inner.xlsx", inner)
    assert read(path).height == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("学号" + "," * 20_000 + "\n1", "工作表的范围太大"),
        ("学号,姓名" + "," * 900 + "\n" + "1\n" * 20_000, "工作表的范围太大"),
        ('学号,姓名\n"1"\n' + "," * 9_000 + "\n" + "1\n" * 9_000, "工作表的范围太大"),
        ("学号,姓名\n1," + "长" * 40_000, "第 2 行]：有单元格超过 32767 个字符"),
        ('学号,姓名\n1,"' + "长" * 200_000 + '"', "引号不成对"),
    ],
)
def test_a_csv_wider_or_longer_than_any_is_refused(tmp_path, text, said):
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    assert said in refused(read, tmp_path / "a.csv")


@pytest.mark.parametrize("name", ["a.csv", "a.xlsx", "a.dbf", "campaign.toml"])
def test_a_file_of_terabytes_is_not_read(tmp_path, name):
    path = tmp_path / name
    path.touch()
    with path.open("r+b") as file:
        file.truncate(1 << 40)
    assert "文件过大" in refused(read_campaign if name.endswith("toml") else read, path)


@pytest.mark.long
def test_records_that_share_a_long_memo_are_refused(tmp_path):
    content = dbf_bytes([("XH", "C", 12), ("BZ", "M", 10)], [("1", "1")] * 3_000)
    (tmp_path / "a.dbf").write_bytes(b"\x83" + content[1:])
    memo = b"a" * 200_000 + b"\x1a\x1a"
    (tmp_path / "a.dbt").write_bytes(struct.pack("<I", 2).ljust(512, b"\0") + memo)
    assert "文件过大" in refused(
        read, tmp_path / "a.dbf", work_s=20, grows_mb=1.2 * reading_limits().table_mb.value
    )


# -- formulas, links, passwords ----------------------------------------------------------------------------


def test_a_formula_without_a_value_is_blank_and_a_link_is_not_followed(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["学号", "姓名"])
    book.active.append(["1", "='[http://example.invalid/x.xlsx]Sheet1'!A1"])
    book.active["A2"].hyperlink = "file:///etc/passwd"
    book.save(tmp_path / "a.xlsx")
    assert read(tmp_path / "a.xlsx").rows() == [(2, "1", None)]


def test_a_link_to_another_workbook_gives_the_value_it_last_had(tmp_path):
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ROWS[0])
        sheet.write_string(1, 0, "1")
        sheet.write_formula(1, 1, "='C:\\[x.xlsx]Sheet1'!A1", None, "某某")
    parts = members((tmp_path / "a.xlsx").read_bytes())
    link = b'<externalLink xmlns="x"><externalBook r:id="rId1" xmlns:r="y"/></externalLink>'
    (tmp_path / "a.xlsx").write_bytes(packed({**parts, "xl/externalLinks/externalLink1.xml": link}))
    assert read(tmp_path / "a.xlsx").rows() == [(2, "1", "某某")]


OLE = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600)


@pytest.mark.parametrize("inside", [b"EncryptedPackage", b"Workbook"])
def test_an_encrypted_workbook_or_an_old_one_under_a_new_name_is_told_what_to_do(tmp_path, inside):
    (tmp_path / "a.xlsx").write_bytes(OLE + inside.decode().encode("utf-16-le"))
    assert "这是旧版 .xls 或加密的工作簿。请取消密码并另存为 .xlsx" in refused(read, tmp_path / "a.xlsx")


def test_a_member_with_a_password_is_refused(tmp_path):
    path = write_xlsx(tmp_path / "a.xlsx", ROWS)
    raw = bytearray(path.read_bytes())
    raw[raw.index(b"PK\1\2") + 8] |= 1
    path.write_bytes(raw)
    assert "文件内容不是 .xlsx" in refused(read, path)


# -- what stands in cells ----------------------------------------------------------------------------------


def test_a_sheet_named_to_mislead_is_told_as_it_is(tmp_path):
    for name, shown in {f"{ID_NUMBER}": "3601**********1234", "a\u202eb": "a\\u202eb"}.items():
        book = openpyxl.Workbook()
        book.active.title = name
        book.active.append(["姓名"])
        book.save(tmp_path / "a.xlsx")
        assert f"[{shown} 第 1 行]：缺少列：学号" in refused(read, tmp_path / "a.xlsx")


@pytest.mark.parametrize("number", ["9" * 5_000, "9" * 19, "²", "-1", "1e3"])
def test_numbers_of_any_length_name_no_decision_and_no_row(tmp_path, number):
    path = tmp_path / "a.csv"
    path.write_text(f"决定,决定编号,理由,决定人\n撤销,{number},误,某\n", encoding="utf-8")
    assert [asked.withdraws for asked in read_decisions(path)] == [None]


def test_what_is_run_by_a_spreadsheet_is_kept_from_it():
    names = ["=cmd|' /C calc'!A0", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", "＠x", "\0=1"]
    written = csv.reader(
        io.StringIO(inert_csv(pl.DataFrame({"name": names})).decode("utf-8-sig"), newline="")
    )
    assert [cell for (cell,) in written][1:] == [f"'{name}" for name in names]


# -- settings ----------------------------------------------------------------------------------------------

SETTINGS = {
    "a number without end": (f"a = {'9' * 5_000}", "不是有效的 TOML"),
    "a key without end": ("a." * 100_000 + "b = 1", "[第 1 行]：一个项的层数超过 40"),
    "a quoted key without end": ('"a b".' * 100_000 + "b = 1", "[第 1 行]：一个项的层数超过 40"),
    "brackets without end": ("a = " + "[" * 200_000, "不是有效的 TOML"),
    "tables in tables": ("a = " + "{a = " * 100_000, "不是有效的 TOML"),
    "an unknown key that is a number of somebody": (
        f"[{ID_NUMBER}]\nx = 1",
        "[3601**********1234]：不认识的项",
    ),
    "an unknown key that turns text round": ('"a\\u202eb" = 1', "[a\\u202eb]：不认识的项"),
    "more than anybody writes": ("# " + "x" * 1_100_000, "文件过大"),
}


@pytest.mark.parametrize(("text", "said"), SETTINGS.values(), ids=SETTINGS)
def test_settings_that_no_hand_wrote_are_refused(tmp_path, text, said):
    (tmp_path / "campaign.toml").write_text(text, encoding="utf-8")
    assert said in refused(read_campaign, tmp_path / "campaign.toml")


def test_a_pattern_that_takes_for_ever_is_refused_in_a_profile(tmp_path):
    table = Path("schemas/tables/images.toml").read_text("utf-8")
    (tmp_path / "images.toml").write_text(table.replace(r"'[A-Za-z0-9_-]+\.jpg'", "'(a|aa)+b'"), "utf-8")
    profile = 'extends = "capture"\nname = "own"\ntables = ["images.toml"]\n'
    (tmp_path / "own.toml").write_text(profile, "utf-8")
    said = refused(lambda path: read_profile(path.name, beside=path.parent), tmp_path / "own.toml")
    assert "正则表达式太复杂" in said
