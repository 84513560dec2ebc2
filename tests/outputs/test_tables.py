"""What goes into a table comes out of it again, whatever it holds and whoever reads it."""

import csv
import io

import polars as pl
import pytest
import xmlschema
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from outputs.csv_table import CsvTable
from outputs.writer import SLICE_ROWS, write
from outputs.xml_table import XmlTable
from outputs.xsd import breaches, compile_xsd, guarded_parser, render_xsd
from schemas.profile import Column, Table
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


def written(writer: CsvTable | XmlTable, records: pl.DataFrame) -> bytes:
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


@settings(max_examples=25, deadline=None)
@given(records=RECORDS)
def test_what_lxml_writes_both_libraries_find_valid(records):
    document, xsd = written(XmlTable(a_table()), records), render_xsd(a_table())
    assert not breaches(etree.fromstring(document), compile_xsd(xsd))
    xmlschema.XMLSchema(io.BytesIO(xsd)).validate(io.BytesIO(document))


def one(value: str) -> pl.DataFrame:
    return pl.DataFrame({"A": [value], "B": [None], "C": ["x"]}, schema=dict.fromkeys(CODES, pl.String))


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
    for writer in (CsvTable(a_table()), XmlTable(a_table())):
        receipt = write(writer, records, tmp_path)
        assert receipt.size == (tmp_path / receipt.name).stat().st_size
    rows = list(csv.reader((tmp_path / "plain.csv").read_text("utf-8-sig").splitlines()))
    assert [row[0] for row in rows[1:]] == numbers
    assert [record.findtext("A") for record in etree.parse(tmp_path / "plain.xml").getroot()] == numbers


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
