"""Certificate numbers: what they are made up of, and what is remembered of every one that a bundle holds."""

import tomllib
from collections.abc import Sequence
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Literal, NamedTuple, get_args

import polars as pl

from schemas.campaign import Certificates, NumberKind, NumberRange, Strict
from schemas.codes import Level, levels

KINDS: tuple[NumberKind, ...] = get_args(NumberKind)
SERIAL_DIGITS = 6
"""The last digits of either kind of number, which the school gives in order."""


class NumberForm(Strict):
    """How numbers of one kind are made up; `of` is the subject column that holds them.

    `level_at` says where the level's digits stand; regpack knows the form of what is dated `valid_from` or
    later.
    """

    title: str
    title_en: str
    of: Literal["diploma_no", "degree_no"]
    digits: int
    pattern: str
    level_at: tuple[int, int]
    dated: Literal["graduation_date", "award_date"]
    valid_from: date = date.min
    source: str

    @property
    def prefix_digits(self) -> int:
        """How many digits stand before the serial."""
        return self.digits - SERIAL_DIGITS

    def date_of(self, certificates: Certificates) -> date | None:
        """The date whose year such a number bears."""
        return certificates.graduation_date if self.dated == "graduation_date" else certificates.award_date

    def level_digits(self, level: Level) -> str:
        """The digits that such a number has for a level."""
        return level.diploma_digits if self.of == "diploma_no" else level.degree_digit


@cache
def number_forms() -> dict[NumberKind, NumberForm]:
    """The form of each kind of number."""
    text = (files("schemas.numbers") / "forms.toml").read_text(encoding="utf-8")
    return {kind: NumberForm.model_validate(form) for kind, form in tomllib.loads(text).items()}  # type: ignore[misc]  # its keys are KINDS, a test says


def level_named(name: str) -> Level | None:
    """The level that has this name or synonym."""
    return next((level for level in levels() if name in (level.name, *level.synonyms)), None)


class Span(NamedTuple):
    """A range as numbers are taken from it: whom it serves, the digits before its serials, and these.

    `study_form` is "" where it serves every form of its level.
    """

    kind: str
    level_name: str
    study_form: str
    is_serving: bool
    prefix: str
    first: int
    last: int


SPANS: dict[str, type[pl.DataType]] = {
    "kind": pl.String,
    "level_name": pl.String,
    "study_form": pl.String,
    "is_serving": pl.Boolean,
    "prefix": pl.String,
    "first": pl.Int64,
    "last": pl.Int64,
}


def spans(ranges: Sequence[NumberRange], certificates: Certificates) -> pl.DataFrame:
    """Sound ranges (see `number_faults`) as a frame (SPANS); those of another season serve nobody here."""
    lines = [
        Span(
            kind=each.kind,
            level_name=level.name if (level := level_named(each.level)) else each.level,
            study_form=each.study_form or "",
            is_serving=each.season in (None, certificates.season),
            prefix=each.first[:-SERIAL_DIGITS],
            first=int(each.first[-SERIAL_DIGITS:]),
            last=int(each.last[-SERIAL_DIGITS:]),
        )
        for each in ranges
    ]
    return pl.DataFrame(lines, schema=SPANS, orient="row").sort("kind", "prefix", "first")


REMEMBERED: dict[str, type[pl.DataType]] = {
    "kind": pl.String,
    "number": pl.String,
    "student_no": pl.String,
    "level_name": pl.String,
    "conclusion": pl.String,  # 毕业 or 结业 when it was first sealed
    "is_issued": pl.Boolean,  # by regpack; false for the school's own
    "bundle": pl.String,  # the first that holds it
}
"""One line for every certificate number that a sealed bundle holds, in the order of recording."""

NUMBERS: dict[str, type[pl.DataType]] = {
    "row": pl.UInt32,
    "student_no": pl.String,
    "kind": pl.String,
    "level_name": pl.String,
    "conclusion": pl.String,
    "number": pl.String,
    "origin": pl.String,  # of ORIGINS
    "bundle": pl.String,  # the first that holds it
}
"""One line for every certificate number of an accepted enrolment."""

ISSUED, EARLIER, SCHOOLS, PROPOSED = "issued", "earlier", "school", "proposed"
ORIGINS = (ISSUED, EARLIER, SCHOOLS, PROPOSED)
"""Given in this run, sealed by an earlier one, the school's own, or what a dry run would have given."""
