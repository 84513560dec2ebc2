"""The sheets that leave the office: their papers, the type they are set in, and what stands on them."""

import tomllib
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Literal, NamedTuple, Self, get_args

import polars as pl
from pydantic import Field, model_validator

from schemas.campaign import SLUG, Strict
from schemas.cited import Cited
from schemas.reasons import Reason
from schemas.words import Text

SheetKind = Literal["recall", "proof", "print", "fees"]
"""Who must come again; faces for the class to confirm; photos for certificates; the fee."""
SHEET_KINDS: tuple[SheetKind, ...] = get_args(SheetKind)


class Paper(Strict):
    """A sheet of paper upright, and a grid of pictures centred across it that begins `top_mm` from its edge.

    `gap_y_mm` holds what stands below a picture. Nothing comes nearer than `margin_mm` to an edge.
    """

    id: str = Field(pattern=SLUG)
    title: str
    title_en: str
    checked_on: date
    width_mm: Cited[float]
    height_mm: Cited[float]
    margin_mm: Cited[float]
    top_mm: Cited[float]
    bottom_mm: Cited[float]
    picture_width_mm: Cited[float]
    picture_height_mm: Cited[float]
    columns: Cited[int]
    rows: Cited[int]
    gap_x_mm: Cited[float]
    gap_y_mm: Cited[float]

    @property
    def left_mm(self) -> float:
        """From the paper's left edge to the first column."""
        columns, gaps = self.columns.value, self.columns.value - 1
        return (self.width_mm.value - columns * self.picture_width_mm.value - gaps * self.gap_x_mm.value) / 2

    @property
    def places(self) -> int:
        """How many pictures one side holds."""
        return self.columns.value * self.rows.value

    @model_validator(mode="after")
    def holds_its_grid(self) -> Self:
        """Refuse a grid that runs into a margin."""
        rows = self.rows.value * (self.picture_height_mm.value + self.gap_y_mm.value)
        if self.left_mm < self.margin_mm.value or self.top_mm.value < self.margin_mm.value:
            raise ValueError("the grid begins in the margin")
        if self.top_mm.value + rows + self.bottom_mm.value > self.height_mm.value:
            raise ValueError("the grid does not fit the paper")
        return self


class PrintPaper(Paper):
    """Paper for pictures that are cut out: which derivative, its cut marks, a line to check the scale by."""

    derivative: str = Field(pattern=SLUG)
    mark_mm: Cited[float]
    mark_gap_mm: Cited[float]
    check_line_mm: Cited[float]


class ProofPaper(Paper):
    """Paper for the faces of a class."""


class Lettering(Strict):
    """The families that sheets are set in, the best first."""

    families: tuple[str, ...]
    lacking: str
    """What stands for a character that no font has."""
    source: str


def _document(name: str) -> str:
    return (files("schemas.sheets") / f"{name}.toml").read_text(encoding="utf-8")


@cache
def print_papers() -> tuple[PrintPaper, ...]:
    """What photos for certificates are printed on."""
    return tuple(PrintPaper.model_validate(tomllib.loads(_document(name))) for name in PRINT_PAPERS)


@cache
def proof_paper() -> ProofPaper:
    """What a class is shown on."""
    return ProofPaper.model_validate(tomllib.loads(_document("proof")))


@cache
def lettering() -> Lettering:
    """The type."""
    return Lettering.model_validate(tomllib.loads(_document("lettering")))


PRINT_PAPERS = ("print-a4", "print-6inch")


class Head(NamedTuple):
    """What every sheet says of itself; `deadline` is the campaign's last day, `bundle` the only one shown."""

    school: str
    campaign: str
    run: str
    made_on: date
    deadline: date | None = None
    bundle: str | None = None

    @property
    def source(self) -> str:
        """Where what stands on a sheet comes from."""
        bundle = f"　上报包 {self.bundle}" if self.bundle else ""
        return f"批次 {self.campaign}　运行 {self.run}{bundle}"


COME, CORRECT, AWAIT = "come", "correct", "await"
TURNS: dict[str, Text] = {
    COME: Text("补拍", "come again"),
    CORRECT: Text("更正信息", "correct the data"),
    AWAIT: Text("等候核对", "wait"),
}
"""What is asked of somebody, the most urgent first."""
AWAIT_ADVICE = Text("学校核对中，暂不必来；需要补拍时另行通知", "the office is checking; no need to come yet")

CALLS = (Reason.NO_CAPTURE, Reason.REFUSED_BY_VENDOR, Reason.RETAKE_ASKED)
"""What calls somebody again, whatever else is said; the second though the photo was accepted and sealed."""
BY_OFFICE = ("L", "S", "T41", "T43", "P30", "P312", "P37", "P390")
"""How codes begin that the office settles by itself, by looking at pictures, files or number ranges."""


def turn_of(reason: Reason) -> str:
    """Whose turn it is for a reason that keeps somebody out or calls them again: a key of TURNS.

    >>> turn_of(Reason.NO_CAPTURE), turn_of(Reason.NAME_MISSING), turn_of(Reason.LINK_AMBIGUOUS)
    ('come', 'correct', 'await')
    """
    if reason in CALLS:
        return COME
    if reason.value.startswith(BY_OFFICE):
        return AWAIT
    return COME if reason.value.startswith("P") else CORRECT


RECALLS: dict[str, type[pl.DataType]] = {
    "unit_name": pl.String,
    "class_name": pl.String,
    "student_no": pl.String,
    "name": pl.String,
    "turns": pl.String,  # in Chinese words
    "state": pl.String,
    "reasons": pl.String,
    "advice": pl.String,
}
"""One line per student who is missing, rejected or called again; no ID number."""

FACES: dict[str, type[pl.DataType]] = {
    "unit_name": pl.String,
    "class_name": pl.String,
    "student_no": pl.String,
    "name": pl.String,
    "last_four": pl.String,  # of the document's number; null where the bundle does not tell it
    "look": pl.String,  # why this face is worth a second look; null where nothing says so
    "photo_sha256": pl.String,
    "further": pl.String,  # the further pictures' digests, as in `schemas.differences.PEOPLE`
}
"""One line per student whose photo is accepted and sealed."""

FACELESS: dict[str, type[pl.DataType]] = {
    "unit_name": pl.String,
    "class_name": pl.String,
    "student_no": pl.String,
    "name": pl.String,
    "state": pl.String,  # in Chinese words
    "reasons": pl.String,
}
"""One line per student who is expected and of whom there is no sealed photo to show."""
