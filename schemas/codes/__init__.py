"""Code tables that come with regpack, read once: one CSV a table, with the source of every line."""

import csv
import unicodedata
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from stdnum import numdb


class DocumentForm(NamedTuple):
    """One way in which the numbers of a kind of document are written.

    `is_checked` numbers have birth date and check character where GB 11643 has them; `tells_sex` says whether
    their sequence number tells the sex. `is_legacy` numbers were valid once and no receiver takes them now.
    `is_telling` forms are no other document's, a passport's apart, whose number may have almost any form.
    """

    document: str
    pattern: str
    is_checked: bool
    tells_sex: bool
    is_legacy: bool
    is_telling: bool


class Level(NamedTuple):
    """One level of study and its digits in diploma and degree numbers."""

    name: str
    synonyms: tuple[str, ...]
    diploma_digits: str
    degree_digit: str


@cache
def document_forms() -> tuple[DocumentForm, ...]:
    """Every form that a document number may have."""
    flags = ("is_checked", "tells_sex", "is_legacy", "is_telling")
    return tuple(
        DocumentForm(line["document"], line["pattern"], *(line[flag] == "true" for flag in flags))
        for line in _lines("document_forms")
    )


@cache
def private_use() -> dict[str, str]:
    """What GB 18030 has meant since by the private-use characters that its first edition left (2000)."""
    return {
        chr(int(line["private_use"], 16)): chr(int(line["standard"], 16)) for line in _lines("private_use")
    }


@cache
def regions() -> frozenset[str]:
    """Every region code that an ID number may begin with, those given up included (GB/T 2260 since 1980)."""
    provinces = numdb.get("cn/loc").prefixes
    return frozenset(
        province + place for _, province, _, _, places in provinces for _, place, _, _, _ in places
    )


@cache
def levels() -> tuple[Level, ...]:
    """Every level of study that is known."""
    return tuple(
        Level(line["name"], _names(line["synonyms"]), line["diploma_digits"], line["degree_digit"])
        for line in _lines("levels")
    )


class Status(NamedTuple):
    """One enrolment status (学籍状态), and what it means for a capture.

    `meaning` is enrolled, early (to graduate before the others), deferred, suspended, withdrawn or finished.
    """

    name: str
    synonyms: tuple[str, ...]
    meaning: str


@cache
def statuses() -> tuple[Status, ...]:
    """Every enrolment status that is known."""
    return tuple(
        Status(line["name"], _names(line["synonyms"]), line["meaning"]) for line in _lines("statuses")
    )


@cache
def _usual_statuses() -> dict[str, str]:
    return {word: line.name for line in statuses() for word in (line.name, *line.synonyms)}


def usual_status(written: str) -> str:
    """A status by its usual name, whatever the blanks and brackets; what is not known stays as it is.

    >>> usual_status("在籍（注册学籍）"), usual_status(" 延 毕 "), usual_status("交换")
    ('在读', '延期毕业', '交换')
    """
    tidy = "".join(unicodedata.normalize("NFKC", written).split())
    return _usual_statuses().get(tidy, tidy)


class Code(NamedTuple):
    """One line of a code table: its code, its text, and what else is written for it.

    A table without codes has the text for a code. `letters` are a country's three and two.
    """

    code: str
    name: str
    synonyms: tuple[str, ...]
    edition: str
    source: str
    letters: tuple[str, ...] = ()

    @property
    def spellings(self) -> tuple[str, ...]:
        """Everything that is written for it, narrow and in capitals."""
        known = (self.code, self.name, *self.synonyms, *self.letters)
        return tuple(dict.fromkeys(unicodedata.normalize("NFKC", spelling).upper() for spelling in known))


@cache
def code_table(table: str) -> tuple[Code, ...]:
    """The lines of `<table>.csv`, for a column that declares `codes`."""
    return tuple(
        Code(
            line.get("code") or line["name"],
            line["name"],
            _names(line["synonyms"]),
            line["edition"],
            line["source"],
            _names(line.get("letters", "")),
        )
        for line in _lines(table)
    )


@cache
def meanings(table: str, written: str) -> dict[str, str]:
    """What each spelling, narrow and in capitals, means in a code table: its "code" or its "text".

    >>> meanings("countries", "text")["CHN"], meanings("ethnic_groups", "code")["汉"]
    ('中国', '01')
    """
    lines = code_table(table)
    return {
        spelling: line.code if written == "code" else line.name
        for line in lines
        for spelling in line.spellings
    }


class Discipline(NamedTuple):
    """One four-digit discipline or professional category: its names, and the categories of its degrees.

    A professional one grants the degree of its own name, so that `grants` is empty.
    """

    code: str
    names: tuple[str, ...]
    grants: tuple[str, ...]


@cache
def disciplines() -> tuple[Discipline, ...]:
    """Every discipline of the catalogue of 2022 that is known, and those of 2011 that it gave up."""
    return tuple(
        Discipline(line["code"], (line["name"], *_names(line["synonyms"])), _names(line["grants"]))
        for line in _lines("disciplines")
    )


def _names(cell: str) -> tuple[str, ...]:
    return tuple(name for name in cell.split("|") if name)


def _lines(table: str) -> list[dict[str, str]]:
    text = (files("schemas.codes") / f"{table}.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))
