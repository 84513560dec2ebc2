"""Code tables that come with regpack, read once: one CSV a table, with the source of every line."""

import csv
from functools import cache
from importlib.resources import files
from typing import NamedTuple


class DocumentType(NamedTuple):
    """One kind of ID document: its usual name, other names, its number's form.

    `is_citizen_form` numbers follow GB 11643: region, birth date, sequence with sex, check character.
    """

    name: str
    synonyms: tuple[str, ...]
    pattern: str
    is_citizen_form: bool


class Level(NamedTuple):
    """One level of study and its digits in diploma and degree numbers."""

    name: str
    synonyms: tuple[str, ...]
    diploma_digits: str
    degree_digit: str


@cache
def document_types() -> tuple[DocumentType, ...]:
    """Every kind of ID document that is known."""
    return tuple(
        DocumentType(
            line["name"], _names(line["synonyms"]), line["pattern"], line["is_citizen_form"] == "true"
        )
        for line in _lines("document_types")
    )


@cache
def levels() -> tuple[Level, ...]:
    """Every level of study that is known."""
    return tuple(
        Level(line["name"], _names(line["synonyms"]), line["diploma_digits"], line["degree_digit"])
        for line in _lines("levels")
    )


def _names(cell: str) -> tuple[str, ...]:
    return tuple(name for name in cell.split("|") if name)


def _lines(table: str) -> list[dict[str, str]]:
    text = (files("schemas.codes") / f"{table}.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))
