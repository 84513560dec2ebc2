"""A bundle's tables: XML against XSD, every other file against the XML, cell by cell."""

from collections.abc import Iterator
from itertools import zip_longest
from typing import NamedTuple

from lxml import etree

from flows.verify.fault import Fault, summed_up
from flows.verify.sheets import READERS
from flows.verify.source import Files
from outputs.bundle import PROFILE_FILE
from outputs.xml_table import XSI
from outputs.xsd import breaches, compile_xsd, guarded_parser, render_xsd, xsd_name
from schemas.profile import FileKind, Table
from schemas.words import Text

MISSING = Text("缺失或读不出来", "is missing or cannot be read")
NO_XSD = (etree.XMLSyntaxError, etree.XMLSchemaParseError, ValueError)

Record = tuple[str, ...]
"""One record's values in the order of the table's columns, "" for an unknown one."""


class ReadTable(NamedTuple):
    """A table as its XML gives it; no records where it cannot be read."""

    table: Table
    records: tuple[Record, ...]
    faults: tuple[Fault, ...]


def table_files(table: Table) -> tuple[str, ...]:
    """The paths of a table's XML, its XSD and its other files inside the bundle."""
    others = (kind for kind in table.files if kind != "xml")
    return table_path(table, "xml"), f"data/{xsd_name(table)}", *(table_path(table, kind) for kind in others)


def table_path(table: Table, kind: FileKind) -> str:
    """Where a table's file of this kind stands inside the bundle."""
    return f"data/{table.name}.{kind}"


def read_table(files: Files, table: Table) -> ReadTable:
    """Read a table from its XML and hold it against its XSD and the table's other files."""
    xml = table_path(table, "xml")
    document = _document(files, xml)
    if isinstance(document, Text):
        return ReadTable(table, (), (Fault(xml, document),))
    codes = [column.code for column in table.columns]
    records = tuple(
        tuple(record.findtext(code) or "" for code in codes) for record in document.iterchildren("record")
    )
    found = list(_schema_faults(files, table, document))
    for kind in sorted(READERS.keys() & set(table.files)):
        found += _sheet_faults(files, kind, table, records)
    return ReadTable(table, records, tuple(found))


def _document(files: Files, path: str) -> etree._Element | Text:
    """The document's root, or why there is none."""
    if path not in files.sizes:
        return MISSING
    try:
        root = etree.fromstring(files.read(path), guarded_parser())
    except etree.XMLSyntaxError as broken:
        return Text(f"第 {broken.lineno} 行不是有效的 XML", f"line {broken.lineno} is not well-formed XML")
    if root.getroottree().docinfo.doctype:
        return Text("含有 DTD，不予采用", "has a DTD and is not used")
    return root


def _schema_faults(files: Files, table: Table, document: etree._Element) -> Iterator[Fault]:
    """What the document breaks of the XSD in the bundle, or else of the layout in the bundle's profile."""
    xml, xsd, *_ = table_files(table)
    if document.get(f"{{{XSI}}}noNamespaceSchemaLocation") != xsd_name(table):
        yield Fault(xml, Text(f"没有指向 {xsd_name(table)}", f"does not name {xsd_name(table)}"))
    delivered, declared = _delivered(files, xsd), _compiled(table)
    if delivered is None or declared is None:
        broken = xsd if delivered is None else PROFILE_FILE
        yield Fault(broken, Text("缺失或不是可用的 XSD", "is missing or gives no usable XSD"))
    schemas = (schema for schema in (delivered, declared) if schema is not None)
    found = next(filter(None, (breaches(document, schema) for schema in schemas)), ())
    yield from summed_up(
        Fault(xml, Text(f"{path} 不符合 XSD（{kind}）", f"{path} breaks the XSD ({kind})"))
        for _, path, kind in found
    )


def _delivered(files: Files, path: str) -> etree.XMLSchema | None:
    """The XSD in the bundle, None where it cannot be used."""
    if path not in files.sizes:
        return None
    try:
        return compile_xsd(files.read(path))
    except NO_XSD:
        return None


def _compiled(table: Table) -> etree.XMLSchema | None:
    """The XSD that the bundle's profile declares, None where it asks for what no XSD can say."""
    try:
        return compile_xsd(render_xsd(table))
    except NO_XSD:
        return None


def _sheet_faults(files: Files, kind: FileKind, table: Table, records: tuple[Record, ...]) -> Iterator[Fault]:
    """Where a table's file of another kind says something else than the XML's records."""
    path = table_path(table, kind)
    is_there = path in files.sizes
    rows = READERS[kind](files.read(path), table) if is_there else MISSING
    if isinstance(rows, Text):
        yield Fault(path, rows)
        return
    codes = [column.code for column in table.columns]
    if rows[:1] != [codes]:
        yield Fault(path, Text("表头与规格不符", "its header is not the profile's"))
        return
    if len(rows) - 1 != len(records):
        counts = f"{len(rows) - 1} / {len(records)}"
        yield Fault(
            path, Text(f"记录数与 XML 不同（{counts}）", f"has more or fewer records than the XML ({counts})")
        )
    yield from summed_up(_cell_faults(path, codes, rows[1:], records))


def _cell_faults(
    path: str, codes: list[str], rows: list[list[str]], records: tuple[Record, ...]
) -> Iterator[Fault]:
    for number, (row, record) in enumerate(zip(rows, records, strict=False), start=1):
        for code, cell, value in zip_longest(codes, row, record):
            if cell != value:
                what = code or "?"
                yield Fault(
                    path,
                    Text(
                        f"第 {number} 条记录的 {what} 与 XML 不同",
                        f"record {number} differs from the XML in {what}",
                    ),
                )
