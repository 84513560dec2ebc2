"""What goes into a table comes out of it again, whatever it holds and whoever reads it."""

import csv
import io
import re
import time
from datetime import date, datetime

import dbfread
import openpyxl
import polars as pl
import pytest
import xmlschema
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from flows.verify.sheets import READERS
from outputs.bundle import WRITERS
from outputs.csv_table import CsvTable
from outputs.dbf_table import DbfTable
from outputs.writer import SLICE_ROWS, Writer, write
from outputs.xlsx_table import XlsxTable
from outputs.xml_table import XmlTable
from outputs.xsd import breaches, compile_xsd, guarded_parser, render_xsd
from schemas.profile import Column, Table
from schemas.records import UNKEPT as FORMS
from tests.bundle_builders import a_profile

CODES = ("A", "B", "C")
NASTY = [
    "", " ", " 前后 ", '"', '""', ",", "a,b", '他说"好"', "<b>&amp;</b>", "]]>", "行\n行", "a\rb", "a\r\nb",
    "\t", "0012", "=1+1", "+86", "-1", "@x", "热合曼·阿卜杜", "𬱖", "䶮", "鿍", "\ue81e", "\u2028", "\u00a0",
    "\ufeff", "'", "1.1E+17",
]  # fmt: skip
CELLS = (
    st.none()
    | st.sampled_from(NASTY)
    | st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cn"]))
)
RECORDS = st.lists(st.tuples(*[CELLS] * 3), max_size=8).map(
    lambda rows: pl.DataFrame(rows, schema=dict.fromkeys(CODES, pl.String), orient="row")
)


def a_table(encoding: str = "utf-8-sig", **changes: object) -> Table:
    columns = [Column(code=code, title="列", of=code.lower(), source="S1") for code in CODES]
    declared = {"id": "plain-3", "name": "plain", "title": "表", "title_en": "Table", "version": "1.0"}
    return Table.model_validate({**declared, "encoding": encoding, "columns": columns, **changes})


def said(records: pl.DataFrame) -> list[list[str]]:
    """What a reader should see: nothing where nothing is known."""
    return [list(row) for row in records.with_columns(pl.all().fill_null("")).rows()]


def written(writer: Writer, records: pl.DataFrame) -> bytes:
    return b"".join(writer.render(records))


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
@settings(deadline=None)
@given(records=RECORDS)
def test_a_csv_read_back_says_the_same(encoding, records):
    text = written(CsvTable(a_table(encoding)), records).decode(encoding)
    assert list(csv.reader(io.StringIO(text, newline=""), strict=True)) == [list(CODES), *said(records)]


@settings(deadline=None)
@given(records=RECORDS)
def test_an_xml_read_back_says_the_same_and_holds_nothing_empty(records):
    document = etree.fromstring(written(XmlTable(a_table()), records))
    assert [[record.findtext(code, "") for code in CODES] for record in document] == said(records)
    assert all(element.text for record in document for element in record)


def by_lxml(records: pl.DataFrame) -> bytes:
    """The records' lines as lxml itself writes them."""
    lines = b""
    for values in records.rows():
        element = etree.Element("record")
        for code, value in zip(CODES, values, strict=True):
            if value:
                etree.SubElement(element, code).text = value
        lines += etree.tostring(element, encoding="utf-8") + b"\n"
    return lines


@settings(deadline=None)
@given(records=RECORDS)
def test_an_xml_is_byte_for_byte_what_lxml_writes(records):
    assert written(XmlTable(a_table()), records).partition(b">\n")[2].endswith(by_lxml(records) + b"</plain>")


@settings(max_examples=25, deadline=None)
@given(records=RECORDS)
def test_what_is_written_both_libraries_find_valid(records):
    document, xsd = written(XmlTable(a_table()), records), render_xsd(a_table())
    assert not breaches(etree.fromstring(document), compile_xsd(xsd))
    xmlschema.XMLSchema(io.BytesIO(xsd)).validate(io.BytesIO(document))


def one(value: str) -> pl.DataFrame:
    return pl.DataFrame({"A": [value], "B": [None], "C": ["x"]}, schema=dict.fromkeys(CODES, pl.String))


# -- dBASE and workbooks, read by somebody else's library and by `verify`


IN_GBK = CELLS.filter(lambda cell: not cell or (fits_gbk(cell) and cell == cell.rstrip(" \0")))
IN_WORKBOOKS = CELLS.filter(lambda cell: not cell or not UNKEPT.search(cell))
UNKEPT = re.compile(FORMS["xlsx"])


def fits_gbk(cell: str) -> bool:
    return cell.encode("gbk", "ignore").decode("gbk") == cell and len(cell.encode("gbk")) <= 254


def of_three(cells: st.SearchStrategy[str | None]) -> st.SearchStrategy[pl.DataFrame]:
    return st.lists(st.tuples(*[cells] * 3), max_size=8).map(
        lambda rows: pl.DataFrame(rows, schema=dict.fromkeys(CODES, pl.String), orient="row")
    )


@settings(deadline=None)
@given(records=of_three(IN_GBK))
def test_a_dbf_read_back_says_the_same(tmp_path_factory, records):
    data = written(DbfTable(a_table()), records)
    path = tmp_path_factory.mktemp("dbf") / "plain.dbf"
    path.write_bytes(data)
    table = dbfread.DBF(path, char_decode_errors="strict", load=True)
    assert (table.encoding, table.header.language_driver) == ("cp936", 0x4D)
    assert [field.type for field in table.fields] == ["C"] * 3
    assert [list(record.values()) for record in table] == said(records)
    assert READERS["dbf"](data, a_table()) == [list(CODES), *said(records)]


@settings(max_examples=50, deadline=None)
@given(records=of_three(IN_WORKBOOKS))
def test_a_workbook_read_back_says_the_same_and_is_all_text(records):
    data = written(XlsxTable(a_table()), records)
    sheet = openpyxl.load_workbook(io.BytesIO(data)).active
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert [[cell.value or "" for cell in row] for row in sheet.iter_rows(max_row=1 + records.height)] == [
        list(CODES),
        *said(records),
    ]
    assert {cell.data_type for cell in cells if cell.value} == {"s"}
    assert READERS["xlsx"](data, a_table()) == trimmed([list(CODES), *said(records)])


def trimmed(rows: list[list[str]]) -> list[list[str]]:
    """Without the blank rows that a sheet ends in, which no reader of sheets can tell from none."""
    while not any(rows[-1]):
        rows.pop()
    return rows


def test_a_workbook_is_made_for_reading():
    book = openpyxl.load_workbook(io.BytesIO(written(XlsxTable(dated()), one("20210630"))))
    assert book.active.freeze_panes == "A2"
    assert [cell.font.b for cell in book.active[1]] == [True] * 3
    assert book.active["A2"].number_format == "@"
    assert book.properties.created == datetime(2021, 6, 30)


def dated() -> Table:
    table = a_table()
    first = table.columns[0].model_copy(update={"format": "date8"})
    return table.model_copy(update={"columns": (first, *table.columns[1:])})


@pytest.mark.parametrize(("day", "told"), [("20210630", date(2021, 6, 30)), ("20219999", date(1980, 1, 1))])
def test_a_dbf_bears_a_day_of_its_records(tmp_path, day, told):
    (tmp_path / "plain.dbf").write_bytes(written(DbfTable(dated()), one(day)))
    assert dbfread.DBF(tmp_path / "plain.dbf").date == told


def test_the_bytes_of_a_dbf():
    narrow = [column.model_copy(update={"max_bytes": 4}) for column in a_table().columns]
    data = written(DbfTable(a_table(columns=narrow)), one("张·"))
    assert data[:32] == b"\x03\x50\x01\x01\1\0\0\0\x81\0\x0d\0" + bytes(17) + b"\x4d\0\0"
    assert data[32:64] == b"A" + bytes(10) + b"C" + bytes(4) + b"\x04" + bytes(15)
    assert data[128:] == b"\r \xd5\xc5\xa1\xa4    x   \x1a"


@pytest.mark.parametrize("kind", WRITERS)
def test_the_same_records_give_the_same_bytes(kind):
    first = written(WRITERS[kind](a_table()), one("00 =1"))
    time.sleep(2.1 if kind == "xlsx" else 0)  # a zip tells time in steps of two seconds
    assert written(WRITERS[kind](a_table()), one("00 =1")) == first


UNFIT = [
    (DbfTable, "𬱖"), (DbfTable, "䶮"), (DbfTable, "x" * 255), (DbfTable, "一" * 128), (DbfTable, "x "),
    (DbfTable, "x\0"), (XlsxTable, "a\rb"), (XlsxTable, "_x0041_"), (XlsxTable, "x" * 32768),
]  # fmt: skip


@pytest.mark.parametrize(("writer", "value"), UNFIT)
def test_what_a_file_would_not_give_back_is_refused_by_column(writer, value):
    with pytest.raises(ValueError, match=r"in column A$"):
        written(writer(a_table()), one(value))


def test_the_bytes_of_a_csv():
    assert written(CsvTable(a_table()), one("=1")) == b'\xef\xbb\xbfA,B,C\r\n"=1",,x\r\n'
    assert written(CsvTable(a_table("gb18030")), one("·")) == b"A,B,C\r\n\xa1\xa4,,x\r\n"


def test_the_bytes_of_an_xml():
    assert written(XmlTable(a_table()), one("<·>")).decode() == (
        "<?xml version='1.0' encoding='utf-8'?>\n"
        '<plain xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
        ' xsi:noNamespaceSchemaLocation="schema/plain-3.xsd" version="1.0">\n'
        "<record><A>&lt;·&gt;</A><C>x</C></record>\n"
        "</plain>"
    )


def test_slices_leave_no_seam(tmp_path):
    numbers = [f"{number:06}" for number in range(2 * SLICE_ROWS + 1)]
    records = pl.DataFrame({"A": numbers, "B": numbers, "C": numbers})
    for writer in (made(a_table()) for made in WRITERS.values()):
        receipt = write(writer, records, tmp_path)
        assert receipt.size == (tmp_path / receipt.name).stat().st_size
    rows = list(csv.reader((tmp_path / "plain.csv").read_text("utf-8-sig").splitlines()))
    assert [row[0] for row in rows[1:]] == numbers
    assert [record.findtext("A") for record in etree.parse(tmp_path / "plain.xml").getroot()] == numbers
    for kind in ("dbf", "xlsx"):
        rows = READERS[kind]((tmp_path / f"plain.{kind}").read_bytes(), a_table())
        assert [row[0] for row in rows[1:]] == numbers


@pytest.mark.parametrize("value", ["a\x00", "\x1b[31m", "\uffff"])
def test_what_xml_cannot_hold_is_refused_by_column(value):
    with pytest.raises(ValueError, match=r"in column A$"):
        written(XmlTable(a_table()), one(value))


def test_every_shipped_table_compiles_in_both_libraries():
    for table in a_profile().tables:
        compile_xsd(render_xsd(table))
        xmlschema.XMLSchema(io.BytesIO(render_xsd(table)))


BROKEN = [
    ({"required": True}, "", "<record><B>1</B></record>"),
    ({"max_bytes": 3}, "", "<record><A>1234</A></record>"),
    ({"pattern": "[0-9]+"}, "", "<record><A>1a</A></record>"),
    ({"values": ["男", "女"]}, "", "<record><A>其他</A></record>"),
    ({"format": "date8"}, "", "<record><A>2020-1-1</A></record>"),
    ({}, "", "<record><A/></record>"),
    ({}, "", "<record><B>1</B><A>1</A></record>"),
    ({}, "", "<record><D>1</D></record>"),
    ({}, "A", "<record><A>1</A></record><record><A>1</A></record>"),
]


@pytest.mark.parametrize(("changes", "unique", "records"), BROKEN)
def test_both_libraries_find_what_breaks_a_table(changes, unique, records):
    columns = [{"code": code, "title": "列", "of": "x", "source": "S1"} for code in CODES]
    table = a_table(columns=[columns[0] | changes, *columns[1:]], unique=list(unique))
    document = f'<plain version="1.0">{records}</plain>'.encode()
    assert breaches(etree.fromstring(document), compile_xsd(render_xsd(table)))
    assert not xmlschema.XMLSchema(io.BytesIO(render_xsd(table))).is_valid(io.BytesIO(document))


def test_another_version_of_the_layout_is_not_this_one():
    document = etree.fromstring('<plain version="0.9"/>')
    assert breaches(document, compile_xsd(render_xsd(a_table())))


def test_entities_are_not_resolved():
    document = etree.fromstring('<!DOCTYPE a [<!ENTITY x "ha">]><a>&x;</a>', guarded_parser())
    assert document.text is None


def test_an_xsd_that_asks_for_another_file_is_not_followed():
    begins = b'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">'
    xsd = begins + b'<xs:include schemaLocation="x.xsd"/></xs:schema>'
    with pytest.raises(ValueError, match="another file"):
        compile_xsd(xsd)
