"""Photos for certificates, to be cut out: a PDF on one kind of paper, in the order given."""

from typing import Any

import polars as pl

from schemas.sheets import Head, Paper, PrintPaper

TEMPLATE = "print.typ"


def print_data(title: str, faces: pl.DataFrame, paper: PrintPaper, head: Head) -> dict[str, Any]:
    """What the template is filled in with: whoever of FACES has a picture for printing."""
    people = printable(faces, paper)
    sheets = [part.to_dicts() for part in people.iter_slices(paper.places)]
    return {
        "title": f"{title} {paper.title}",
        "head": f"{head.school}　{title}",
        "source": head.source,
        "pages": len(sheets),
        "paper": numbers_of(paper),
        "sheets": sheets,
    }


def printable(faces: pl.DataFrame, paper: PrintPaper) -> pl.DataFrame:
    """Whoever of FACES has a picture for this paper: student_no, name and `picture`, its SHA-256."""
    digest = pl.col("further").str.extract(f"(?m)^{paper.derivative} ([0-9a-f]{{64}})$")
    return faces.select("student_no", "name", picture=digest).drop_nulls("picture")


def numbers_of(paper: Paper) -> dict[str, float]:
    """A paper's measures by name."""
    cited = {
        name: value.value
        for name in type(paper).model_fields
        if hasattr(value := getattr(paper, name), "value")
    }
    return {**cited, "left_mm": paper.left_mm}
