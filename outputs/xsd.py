"""The XSD of a receiver's table, made from its declaration, and what a document breaks of it.

A Table's `max_bytes` counts GB18030 bytes and XSD counts characters; no character takes less than a byte, so
the number serves as the upper bound and the tighter limit stays a rule on the record.
"""

from typing import NamedTuple

from lxml import etree
from lxml.builder import ElementMaker

from schemas.patterns import is_costly
from schemas.profile import Column, Table
from schemas.records import allowed

XS = "http://www.w3.org/2001/XMLSchema"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
E = ElementMaker(namespace=XS, nsmap={"xs": XS})
REFERRING = tuple(f"{{{XS}}}{name}" for name in ("include", "import", "redefine", "override"))
"""The elements of an XSD that make a library open another file."""

FORMATS = {
    "date8": "[0-9]{8}",
    "month6": "[0-9]{6}",
    "timestamp": "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}",
}
"""What a column's format allows where it declares no pattern of its own."""


class Breach(NamedTuple):
    """A place where a document breaks its XSD: line, path of the element, kind of rule. Never the value."""

    line: int
    path: str
    kind: str


def xsd_name(table: Table) -> str:
    """Where the XSD stands, as seen from the table's XML."""
    return f"schema/{table.id}.xsd"


def render_xsd(table: Table) -> bytes:
    """The XSD that every XML of this table satisfies, as UTF-8 bytes."""
    schema = E.schema(_title(table), E.element(_records(table), *_uniques(table), name=table.name))
    return etree.tostring(schema, encoding="utf-8", xml_declaration=True, pretty_print=True)


def compile_xsd(xsd: bytes) -> etree.XMLSchema:
    """Compile an XSD from outside without opening any other file.

    ValueError for one that asks for it, or for a pattern that takes too long.
    """
    schema = etree.fromstring(xsd, guarded_parser())
    if next(schema.iter(*REFERRING), None) is not None:
        raise ValueError("the XSD refers to another file")
    if any(is_costly(each.get("value", "")) for each in schema.iter(f"{{{XS}}}pattern")):
        raise ValueError("a pattern of the XSD takes too long")
    return etree.XMLSchema(schema)


def guarded_parser() -> etree.XMLParser:
    """A parser for files that came from elsewhere: no entities, network, outsized texts or comments."""
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        huge_tree=False,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
    )


def breaches(document: etree._Element, schema: etree.XMLSchema) -> tuple[Breach, ...]:
    """Every place where the document breaks the XSD, in its order; none when it satisfies it."""
    if schema.validate(document):
        return ()
    return tuple(Breach(error.line, error.path or "/", error.type_name) for error in schema.error_log)


def _title(table: Table) -> etree._Element:
    return E.annotation(
        E.documentation(table.title, **{XML_LANG: "zh"}), E.documentation(table.title_en, **{XML_LANG: "en"})
    )


def _records(table: Table) -> etree._Element:
    """The root's type: any number of records and the layout's version."""
    fields = E.complexType(E.sequence(*(_field(column) for column in table.columns)))
    record = E.element(fields, name="record", minOccurs="0", maxOccurs="unbounded")
    version = E.attribute(name="version", type="xs:string", use="required", fixed=table.version)
    return E.complexType(E.sequence(record), version)


def _field(column: Column) -> etree._Element:
    """One column's element, with its Chinese title and the key of its source; left out when unknown."""
    note = E.annotation(E.documentation(column.title, source=column.source, **{XML_LANG: "zh"}))
    occurs = {} if column.required else {"minOccurs": "0"}
    return E.element(note, E.simpleType(_restriction(column)), name=column.code, **occurs)


def _restriction(column: Column) -> etree._Element:
    """A text that is never empty, as long and of such a form or among such values as the column says."""
    facets = [E.minLength(value="1")]
    if column.max_bytes is not None:
        facets.append(E.maxLength(value=str(column.max_bytes)))
    pattern = column.pattern or FORMATS.get(column.format)
    if pattern is not None:
        facets.append(E.pattern(value=pattern))
    facets.extend(E.enumeration(value=value) for value in allowed(column))
    return E.restriction(*facets, base="xs:string")


def _uniques(table: Table) -> list[etree._Element]:
    """One constraint per column whose values no two records share."""
    return [
        E.unique(E.selector(xpath="record"), E.field(xpath=code), name=f"unique-{code}")
        for code in table.unique
    ]
