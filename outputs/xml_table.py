"""A receiver's table as XML: one `record` each, elements named by column codes, unknown values left out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO

import polars as pl
from lxml import etree

from outputs.writer import SLICE_ROWS
from outputs.xsd import xsd_name
from schemas.profile import Table

XSI = "http://www.w3.org/2001/XMLSchema-instance"
FORBIDDEN = r"[\x00-\x08\x0B\x0C\x0E-\x1F\x{FFFE}\x{FFFF}]"
"""Characters that XML 1.0 cannot hold, not even escaped (W3C XML 1.0, production 2)."""


@dataclass(frozen=True)
class XmlTable:
    """Writes `<name>.xml`, which names its XSD; ValueError for a character that XML cannot hold."""

    table: Table

    @property
    def filename(self) -> str:
        """The file's name inside its folder."""
        return f"{self.table.name}.xml"

    def render(self, records: pl.DataFrame) -> Iterator[bytes]:
        """Yield the document in slices; the records' columns are the table's codes, all text."""
        buffer = BytesIO()
        location = {
            f"{{{XSI}}}noNamespaceSchemaLocation": xsd_name(self.table),
            "version": self.table.version,
        }
        with etree.xmlfile(buffer, encoding="utf-8") as document:
            document.write_declaration()
            with document.element(self.table.name, location, nsmap={"xsi": XSI}):
                document.write("\n")
                for part in records.iter_slices(SLICE_ROWS):
                    _refuse_forbidden(part)
                    for values in part.iter_rows():
                        document.write(record(records.columns, values), with_tail=True)
                    document.flush()
                    yield _drain(buffer)
        yield _drain(buffer)


def record(codes: Sequence[str], values: Sequence[str | None]) -> etree._Element:
    """One record as an element on a line of its own; null and empty values are left out."""
    element = etree.Element("record")
    for code, value in zip(codes, values, strict=True):
        if value:
            etree.SubElement(element, code).text = value
    element.tail = "\n"
    return element


def _refuse_forbidden(records: pl.DataFrame) -> None:
    found = records.select(pl.all().str.contains(FORBIDDEN).any())
    columns = [column for column in found.columns if found[column][0]]
    if columns:
        raise ValueError(f"a character that XML cannot hold in column {', '.join(columns)}")


def _drain(buffer: BytesIO) -> bytes:
    """Everything written so far, which leaves the buffer empty."""
    written = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return written
