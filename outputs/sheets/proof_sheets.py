"""The faces of a unit's classes for their monitors to confirm: a PDF, each class on sheets of its own."""

from typing import Any

import polars as pl

from outputs.sheets.print_sheets import numbers_of
from outputs.sheets.recall_workbook import said_of
from schemas.sheets import FACELESS, Head, ProofPaper

TEMPLATE = "proof.typ"
MARK = "※"
"""Beside a face that is worth a second look."""
UNKNOWN = "——"
"""The last four digits that a bundle does not tell."""


def proof_data(
    title: str, faces: pl.DataFrame, faceless: pl.DataFrame, paper: ProofPaper, head: Head
) -> dict[str, Any]:
    """What the template is filled in with: FACES, and FACELESS at the end of each class."""
    shown, others = _by_class(faces), _by_class(faceless)
    return {
        "title": title,
        "school": head.school,
        "source": head.source,
        "return_by": f"请于{said_of(head.deadline)}前交回学院。" if head.deadline else "核对后交回学院。",
        "paper": numbers_of(paper),
        "classes": [
            _class(key, shown.get(key, faces.clear()), others.get(key, faceless.clear()))
            for key in dict.fromkeys((*shown, *others))
        ],
    }


def _by_class(lines: pl.DataFrame) -> dict[tuple[Any, ...], pl.DataFrame]:
    return lines.partition_by("unit_name", "class_name", maintain_order=True, as_dict=True)


def _class(key: tuple[Any, ...], faces: pl.DataFrame, others: pl.DataFrame) -> dict[str, Any]:
    people = faces.select(
        "student_no",
        "name",
        pl.col("last_four").fill_null(UNKNOWN),
        picture="photo_sha256",
        mark=pl.when(pl.col("look").is_not_null()).then(pl.lit(MARK)).otherwise(pl.lit("")),
    )
    told = others.select(pl.col(list(FACELESS)).fill_null("")).drop("unit_name", "class_name")
    unit, name = key
    return {"unit": unit, "name": name, "faces": people.to_dicts(), "others": told.to_dicts()}
