"""The page of a comparison: what changed of whom, with the photos of before and after side by side."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import polars as pl

from outputs.report.diff_phrases import phrases
from outputs.report.environment import environment
from outputs.report.pictures import address_of
from schemas.differences import CHANGES, DETAILS
from schemas.titles import title
from schemas.words import Language

MAX_SHOWN = 400
"""Students of one kind of change who stand on the page; the rest is in the CSV."""


class Compared(NamedTuple):
    """What the page tells: the sides' names, the students counted by change, and the lines.

    `lines` (DIFFERENCES and `students`, how many a line stands for) are fit to be seen, ID numbers included.
    """

    before: str
    after: str
    is_supplement: bool
    is_run: bool
    counts: Mapping[str, int]
    lines: pl.DataFrame


class Line(NamedTuple):
    """One change in words, with the addresses of its photos."""

    student_no: str
    name: str
    students: int
    detail: str
    item: str
    where: str
    before: str
    after: str
    photo_before: str | None
    photo_after: str | None


def render_diff(compared: Compared, photo: Callable[[str], bytes | None], language: Language) -> str:
    """The whole page; every value is escaped, every picture a `data:` address."""
    names = {change: text.say(language) for change, text in CHANGES.items()}
    sections = {change: _lines(compared.lines, change, photo, language) for change in CHANGES}
    return (
        environment()
        .get_template("diff.html.j2")
        .render(
            language=language,
            t=phrases(language),
            title=lambda column: title(column, language),
            compared=compared,
            names=names,
            sections=sections,
            more={change: _left_out(compared.lines, change) for change in CHANGES},
        )
    )


def _of(lines: pl.DataFrame, change: str) -> pl.DataFrame:
    return lines.filter(pl.col("change") == change)


def _left_out(lines: pl.DataFrame, change: str) -> int:
    return max(0, _of(lines, change).height - MAX_SHOWN)


def _lines(
    lines: pl.DataFrame, change: str, photo: Callable[[str], bytes | None], language: Language
) -> list[Line]:
    shown = _of(lines, change).head(MAX_SHOWN)
    return [_line(line, photo, language) for line in shown.iter_rows(named=True)]


def _line(line: Mapping[str, Any], photo: Callable[[str], bytes | None], language: Language) -> Line:
    detail = line["detail"] or ""
    item = line["title"] if language == "zh" else line["column"]
    return Line(
        line["student_no"] or "",
        line["name"] or "",
        line["students"],
        DETAILS[detail].say(language) if detail in DETAILS else detail,
        item or line["title"] or "",
        line["table"] or "",
        line["before"] or "",
        line["after"] or "",
        _address(line["photo_before"], photo),
        _address(line["photo_after"], photo),
    )


def _address(digest: str | None, photo: Callable[[str], bytes | None]) -> str | None:
    jpeg = photo(digest) if digest else None
    return None if jpeg is None else address_of(jpeg)
