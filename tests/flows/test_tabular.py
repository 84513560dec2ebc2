"""Tables as schools send them: cells arrive as the text a person saw, and no bytes crash the reader."""

import io
import time
from contextlib import suppress
from datetime import date, datetime
from datetime import time as clock
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from flows import grid
from flows.tabular import Headers, read_sheet, read_table
from flows.text_file import decode_text
from schemas.errors import InputError
from schemas.roster import SPREADSHEET_NUMBER
from tests.campaign_builders import dbf_bytes, write_xlsx
from transforms.text import read_date, read_time

HEADERS = Headers(
    {"student_no": ("学号", "XH"), "name": ("姓名", "XM"), "document_no": ("证件号码", "身份证号")},
    ("student_no",),
)
TEXT = "学号,姓名\n401019000001,张三\n"
ROWS = [{"row": 2, "student_no": "401019000001", "name": "张三", "document_no": None}]


def csv_file(folder, content, name="roster.csv"):
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def cells(path, column="student_no"):
    return read_table(path, HEADERS)[column].to_list()


def refused(path):
    with pytest.raises(InputError) as error:
        read_table(path, HEADERS)
    return error.value.say("zh")


def test_every_column_of_headers_comes_as_text(tmp_path):
    frame = read_table(csv_file(tmp_path, TEXT), HEADERS)
    assert frame.schema == {
        "row": pl.UInt32, "student_no": pl.String, "name": pl.String, "document_no": pl.String,
    }  # fmt: skip
    assert frame.to_dicts() == ROWS


ENCODINGS = ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"]


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_encodings_of_windows(tmp_path, encoding):
    assert read_table(csv_file(tmp_path, TEXT.encode(encoding)), HEADERS).to_dicts() == ROWS


def test_utf_16_of_either_byte_order(tmp_path):
    assert cells(csv_file(tmp_path, b"\xfe\xff" + TEXT.encode("utf-16-be"))) == ["401019000001"]
    assert cells(csv_file(tmp_path, b"\xff\xfe" + TEXT.encode("utf-16-le"))) == ["401019000001"]


def test_a_line_of_the_wrong_encoding_is_named(tmp_path):
    content = "学号,姓名\n1,张\n".encode("gb18030") + b"2,\xff\n"
    assert "[第 3 行]" in refused(csv_file(tmp_path, content))


@pytest.mark.parametrize("separator", [",", "\t", ";"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_separators_and_line_ends(tmp_path, separator, line_end):
    text = TEXT.replace(",", separator).replace("\n", line_end)
    assert read_table(csv_file(tmp_path, text), HEADERS).to_dicts() == ROWS


def test_rows_keep_the_numbers_that_a_spreadsheet_shows(tmp_path):
    text = '\n\n学号,姓名\n1,"张\n三"\n\n,\n2,\n　,\xa0\n3\n'
    frame = read_table(csv_file(tmp_path, text), HEADERS)
    assert frame.select("row", "student_no").rows() == [(4, "1"), (7, "2"), (9, "3")]
    path = write_xlsx(tmp_path / "a.xlsx", [(), (), ("学号",), ("1",), (), (" ",), ("2",), ("",)])
    assert read_table(path, HEADERS).select("row", "student_no").rows() == [(4, "1"), (7, "2")]


def test_a_ragged_line_is_filled_and_an_overlong_one_refused(tmp_path):
    assert cells(csv_file(tmp_path, "学号,姓名\n1\n2,张,,\n"), "name") == [None, "张"]
    assert "[第 3 行]：这一行的列比表头多" in refused(csv_file(tmp_path, "学号,姓名\n1,张\n2,李,x\n"))


@pytest.mark.parametrize("text", ['学号,姓名\n1,"张\n', '学号,姓名\n1,"张"三\n'])
def test_an_odd_quote_is_named_by_its_line(tmp_path, text):
    assert "[第 2 行]：引号不成对" in refused(csv_file(tmp_path, text))


def test_a_quote_inside_a_cell_is_a_quote(tmp_path):
    assert cells(csv_file(tmp_path, '学号,姓名\n1,张"三\n2,"李""四"\n'), "name") == ['张"三', '李"四']


# -- headers -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "header", ["学号", "xh", "ＸＨ", " 学 号 ", "学　号", "*学号", "\ufeff学号", "学\u200b号"]
)
def test_a_header_is_known_however_it_is_typed(tmp_path, header):
    assert cells(csv_file(tmp_path, f"{header},姓名\n1,张\n")) == ["1"]


def test_a_synonym_stands_for_its_column(tmp_path):
    assert cells(csv_file(tmp_path, "学号,身份证号\n1,2\n"), "document_no") == ["2"]


def test_doubled_columns_are_named_with_their_letters(tmp_path):
    line = refused(csv_file(tmp_path, "学号,备注,ＸＨ,备注\n1,2,3,4\n"))
    assert "[第 1 行]：列重复：学号（A 列）、ＸＨ（C 列）。请只保留一列。" in line


def test_a_doubled_column_that_nobody_reads_is_left_alone(tmp_path):
    assert cells(csv_file(tmp_path, "备注,备注,学号\n1,2,3\n")) == ["3"]


# -- XLSX --------------------------------------------------------------------------------------------------


def test_numbers_arrive_as_digits_and_long_ones_as_damaged(tmp_path):
    path = write_xlsx(tmp_path / "a.xlsx", [("学号", "证件号码"), (401019000001, 360102199801011234)])
    assert cells(path) == ["401019000001"]
    assert cells(path, "document_no") == ["3.60102E+17"]
    assert read_table(path, HEADERS)["document_no"].str.contains(SPREADSHEET_NUMBER).all()


VALUES = [
    (999_999_999_999_999, "999999999999999"), (1e15, "1.00000E+15"), (0.5, "0.5"), (-3, "-3"), (True, "TRUE"),
    ("0012", "0012"), ("3601021998010112345", "3601021998010112345"),
    (date(1998, 1, 31), "1998-01-31"), (datetime(1998, 1, 31, 9, 5), "1998-01-31 09:05:00"),
]  # fmt: skip


@pytest.mark.parametrize(("value", "text"), VALUES, ids=[text for _, text in VALUES])
def test_cells_of_every_kind(tmp_path, value, text):
    assert cells(write_xlsx(tmp_path / "a.xlsx", [("学号", "姓名"), (value, "x")])) == [text]


def test_dates_times_and_formulas_of_another_writer(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["学号", "姓名", "证件号码"])
    book.active.append([date(1998, 1, 31), clock(9, 0), "=1/0"])
    book.save(tmp_path / "a.xlsx")
    frame = read_table(tmp_path / "a.xlsx", HEADERS)
    assert frame.select(read_date(pl.col("student_no"))).item() == date(1998, 1, 31)
    assert frame.select(read_time(pl.col("name"))).item() == clock(9, 0)
    assert frame["document_no"].item() is None


def test_a_formula_gives_the_value_it_last_had(tmp_path):
    import xlsxwriter

    with xlsxwriter.Workbook(str(tmp_path / "a.xlsx")) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["学号", "姓名"])
        sheet.write_formula(1, 0, '="40"&"1"', None, "401")
        sheet.write_formula(1, 1, "=400+1", None, 401)
    frame = read_table(tmp_path / "a.xlsx", HEADERS)
    assert frame.rows() == [(2, "401", "401", None)]


def workbook(path, *sheets):
    """Sheets as (rows, state); the first may be hidden."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for number, (rows, state) in enumerate(sheets):
        sheet = book.create_sheet(f"表{number}")
        sheet.sheet_state = state
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def test_the_first_sheet_that_can_be_seen_is_read(tmp_path):
    path = workbook(
        tmp_path / "a.xlsx", ([["代码"]], "hidden"), ([["学号"], ["1"]], "visible"), ([["x"]], "visible")
    )
    assert cells(path) == ["1"]
    path = workbook(tmp_path / "b.xlsx", ([], "visible"), ([["学号"], ["1"]], "visible"))
    assert "b.xlsx [表0]：表是空的" in refused(path)


def test_formatted_rows_below_the_table_are_no_students(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["学号"])
    book.active.append(["1"])
    for row in (5000, 1_048_576):
        book.active.cell(row, 16_384).fill = openpyxl.styles.PatternFill("solid", fgColor="FFFF00")
        book.active.row_dimensions[row].hidden = True
    book.active["A4000"] = " "
    book.save(tmp_path / "a.xlsx")
    assert cells(tmp_path / "a.xlsx") == ["1"]


def test_a_stray_cell_at_the_far_end_is_refused_before_it_takes_all_memory(tmp_path):
    book = openpyxl.Workbook()
    book.active["A1"], book.active["A2"], book.active["XFD1048576"] = "学号", "1", " "
    book.save(tmp_path / "a.xlsx")
    assert "工作表的范围太大（17179869184 格）" in refused(tmp_path / "a.xlsx")


# -- DBF ---------------------------------------------------------------------------------------------------

FIELDS = [("XH", "N", 12), ("姓名", "C", 20), ("BZ", "C", 4), ("BZ", "C", 4), ("身份证号", "C", 18)]


def dbf_file(folder, content):
    return csv_file(folder, content, "roster.dbf")


def test_a_dbf_is_read_in_gbk_by_field_and_record_number(tmp_path):
    records = [("401019000001", "张三", "a", "b", "1"), ("2", "李四", "", "", "2"), ("3", "", "", "", "")]
    frame = read_table(dbf_file(tmp_path, dbf_bytes(FIELDS, records, deleted=[1])), HEADERS)
    assert frame.rows() == [(1, "401019000001", "张三", "1"), (3, "3", None, None)]


def test_dates_and_numbers_of_a_dbf(tmp_path):
    fields = [("XH", "D", 8), ("XM", "N", 18), ("身份证号", "L", 1)]
    content = dbf_bytes(fields, [("19980131", "360102199801011234", "T"), ("", "1.50", "?")])
    assert read_table(dbf_file(tmp_path, content), HEADERS).rows() == [
        (1, "1998-01-31", "360102199801011234", "TRUE"), (2, None, "1.5", None),
    ]  # fmt: skip


# -- any bytes ---------------------------------------------------------------------------------------------

ANY_BYTES = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)


def read_or_refuse(folder, content, suffix):
    """A frame or an InputError, and within five seconds of work."""
    path = csv_file(folder, content, f"any{suffix}")
    started = time.process_time()
    with suppress(InputError):
        frame = read_table(path, HEADERS)
        assert frame.columns == ["row", *HEADERS.synonyms]
        assert frame.height
    assert time.process_time() - started < 5


def an_xlsx():
    book = openpyxl.Workbook()
    book.active.append(["学号", "姓名"])
    book.active.append(["401019000001", "张三"])
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


SOUND = {
    ".xlsx": an_xlsx(),
    ".dbf": dbf_bytes(FIELDS, [("401019000001", "张三", "a", "b", "1")] * 3),
    ".csv": TEXT.encode("gb18030"),
}


@ANY_BYTES
@given(content=st.binary(max_size=200), suffix=st.sampled_from(list(SOUND)))
@example(content=b"", suffix=".csv")
@example(content=b"\x1a", suffix=".csv")
@example(content=b"\xff\xfe\x00\xd8", suffix=".csv")
@example(content=b"PK\x03\x04", suffix=".xlsx")
def test_any_bytes_are_read_or_refused(tmp_path, content, suffix):
    read_or_refuse(tmp_path, content, suffix)


@settings(ANY_BYTES, max_examples=120)
@given(
    suffix=st.sampled_from(list(SOUND)),
    edits=st.lists(
        st.tuples(st.floats(0, 0.999), st.integers(0, 8), st.binary(max_size=4)), min_size=1, max_size=6
    ),
)
def test_damaged_files_are_read_or_refused(tmp_path, suffix, edits):
    content = SOUND[suffix]
    for where, cut, put in edits:
        at = int(where * len(content))
        content = content[:at] + put + content[at + cut :]
    read_or_refuse(tmp_path, content, suffix)


@settings(ANY_BYTES, max_examples=100)
@given(content=st.binary(max_size=60), mark=st.sampled_from([b"", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff"]))
@example(content=b"\x83\x36\xc7\x38", mark=b"")
def test_any_bytes_are_text_that_polars_can_hold_or_no_text(content, mark):
    try:
        text = decode_text(Path("any.csv"), mark + content)
    except InputError:
        return
    assert "\0" not in text
    assert pl.Series([text]).item() == text


@ANY_BYTES
@given(
    rows=st.lists(
        st.tuples(*[st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=8)] * 2),
        min_size=1, max_size=5,
    ),
    encoding=st.sampled_from(["utf-8-sig", "gb18030", "utf-16"]),
)  # fmt: skip
def test_what_was_written_is_read_back(tmp_path, rows, encoding):
    import csv

    lines = io.StringIO(newline="")
    csv.writer(lines).writerows([("学号", "姓名"), *(("1" + number, name) for number, name in rows)])
    frame = read_table(csv_file(tmp_path, lines.getvalue().encode(encoding)), HEADERS)
    assert frame["student_no"].to_list() == ["1" + number for number, _ in rows]
    shown = [name for _, name in rows if name.isprintable() and name.strip()]
    assert [name for name in frame["name"] if name in shown] == shown


@ANY_BYTES
@given(body=st.text("1张,; \n\r\x1c\u200b", max_size=30))
@example(body="1,张,\n")
@example(body="1,张\n2,李,x\n")
@example(body="1\n\n2")
def test_a_quote_somewhere_changes_nothing(tmp_path, body):
    """Plain texts are read in another way than quoted ones, to the same cells and the same refusals."""

    def outcome(header):
        try:
            return read_table(csv_file(tmp_path, f"{header},姓名\n{body}"), HEADERS).rows()
        except InputError as error:
            return error.say("zh")

    assert outcome("学号") == outcome('"学号"')


# -- a file that changes -----------------------------------------------------------------------------------


def test_a_file_is_read_as_it_is_now(tmp_path):
    assert cells(csv_file(tmp_path, TEXT)) == ["401019000001"]
    assert cells(csv_file(tmp_path, TEXT.replace("001", "002"))) == ["401019000002"]
    assert cells(csv_file(tmp_path, TEXT)) == ["401019000001"]


def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path, monkeypatch):
    def saved_meanwhile(path: Path, content: bytes) -> str:
        path.write_text(TEXT.replace("001", "002"), encoding="utf-8")
        return decode_text(path, content)

    monkeypatch.setattr(grid, "decode_text", saved_meanwhile)
    with pytest.raises(InputError, match="changed while it was read"):
        cells(csv_file(tmp_path, TEXT))


def test_a_file_is_parsed_once_until_it_is_let_go(tmp_path):
    file = csv_file(tmp_path, TEXT)
    first = grid.read_grid(file)
    assert grid.read_grid(file) is first
    grid.forget_grids()
    again = grid.read_grid(file)
    assert again is not first
    assert again.body.equals(first.body)


def test_a_sheet_keeps_every_cell_as_it_was(tmp_path):
    text = "学号,姓名\n401019000001,张三\n,\n401019000002,\n"
    sheet = read_sheet(csv_file(tmp_path, text), HEADERS, name="roster.csv")
    assert sheet.cells.rows() == [(2, "401019000001", "张三", None), (4, "401019000002", None, None)]
    assert sheet.cells.schema == {"row": pl.UInt32} | dict.fromkeys(HEADERS.synonyms, pl.String)
    other = sheet.cells.with_columns(name=pl.lit("李四"))
    assert sheet.with_cells(other).cells.equals(other)
    assert sheet.cells["name"].to_list() == ["张三", None]
