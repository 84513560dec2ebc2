"""From findings to where they stand: file, worksheet, row, column, and what is in the cell."""

import re
from collections.abc import Mapping

import polars as pl

from schemas.audit import FINDINGS, PLACE
from schemas.places import CAMPAIGN_KEYS, Header, Sheet
from schemas.profile import Naming, Profile
from schemas.records import AWARDS
from schemas.roster import ROSTER
from transforms.text import tidy_number
from transforms.validation import MASKED, masked

READ_FROM = {"entry_year": "entry_on", "is_name_tidied": "name"}
"""Columns that are read from another one's cells."""

OF_AWARDS = [column for column in AWARDS if column not in ROSTER]


def placed(
    found: pl.DataFrame, sheets: Mapping[str, Sheet], profile: Profile, *, campaign_file: str
) -> pl.DataFrame:
    """Findings (FINDINGS) with `input` and `sheet_row` told wherever they can be, and PLACE.

    A table's column is looked up where its values come from. What is said of a capture stands at its file.
    """
    origin = {column.code: column.of for table in profile.tables for column in table.columns}
    read_from = READ_FROM | named_after(profile.naming)
    known = found.with_columns(item=pl.col("column").replace(origin).replace(read_from))
    known = known.with_columns(input=pl.coalesce("input", _supplier()))
    known = _with_sheet_rows(known, sheets)
    for more, keys in (
        (_files(sheets, campaign_file), ["input"]),
        (_headers(sheets), ["input", "item"]),
        (_cells(known, sheets), ["input", "item", "sheet_row"]),
    ):
        known = known.join(more, on=keys, how="left", validate="m:1", maintain_order="left")
    text = pl.col("cell_text")
    is_lettered = pl.col("letter").str.len_chars() > 0
    return known.with_columns(
        file=pl.when(pl.col("input") == "capture").then("capture_path").otherwise("file"),
        cell=pl.when(is_lettered).then(pl.concat_str("letter", "sheet_row")),
        cell_text=pl.when(_is_masked()).then(masked(text)).otherwise(text),
    ).select(*FINDINGS, *PLACE)


def named_after(naming: Naming) -> dict[str, str]:
    """The one column that photos are named after; nothing where they are named after several.

    >>> named_after(Naming(photo="{document_no}.jpg", source="S1"))
    {'photo_name': 'document_no'}
    """
    columns = re.findall(r"\{(\w+)\}", naming.photo)
    return {"photo_name": columns[0]} if len(columns) == 1 else {}


def _supplier() -> pl.Expr:
    """Which input a finding's item comes from; null where that is no single cell."""
    item = pl.col("item")
    return (
        pl.when(pl.col("capture_path").is_not_null()).then(pl.lit("capture"))
        .when(item.is_in(OF_AWARDS)).then(pl.lit("awards"))
        .when(item.is_in(list(ROSTER))).then(pl.lit("roster"))
        .when(item.is_in(list(CAMPAIGN_KEYS))).then(pl.lit("campaign"))
    )  # fmt: skip


def _is_masked() -> pl.Expr:
    return pl.col("item").is_in(list(MASKED))


def _with_sheet_rows(known: pl.DataFrame, sheets: Mapping[str, Sheet]) -> pl.DataFrame:
    """The row of the roster, or the awards sheet's only line of the student."""
    lines = award_lines(sheets)
    joined = known.join(lines, on="student_no", how="left", validate="m:1", maintain_order="left")
    followed = (
        pl.when(pl.col("input") == "roster").then("row").when(pl.col("input") == "awards").then("award_row")
    )
    return joined.with_columns(sheet_row=pl.coalesce("sheet_row", followed))


def award_lines(sheets: Mapping[str, Sheet]) -> pl.DataFrame:
    """`student_no` and `award_row` of every student with exactly one line in the awards sheet."""
    if "awards" not in sheets:
        return pl.DataFrame(schema={"student_no": pl.String, "award_row": pl.UInt32})
    numbers = sheets["awards"].cells.select(tidy_number(pl.col("student_no")), award_row="row")
    return numbers.drop_nulls("student_no").filter(pl.len().over("student_no") == 1)


def _files(sheets: Mapping[str, Sheet], campaign_file: str) -> pl.DataFrame:
    lines = [(kind, sheet.file, sheet.sheet) for kind, sheet in sheets.items()]
    schema = ["input", "file", "sheet"]
    return pl.DataFrame([*lines, ("campaign", campaign_file, "")], schema=schema, orient="row")


def _headers(sheets: Mapping[str, Sheet]) -> pl.DataFrame:
    """What every column is called in its sheet, or its key in the campaign file."""
    named = {kind: sheet.headers for kind, sheet in sheets.items()}
    named["campaign"] = {column: Header(key) for column, key in CAMPAIGN_KEYS.items()}
    lines = [(kind, item, *header) for kind, headers in named.items() for item, header in headers.items()]
    return pl.DataFrame(lines, schema=["input", "item", "header", "letter"], orient="row")


def _cells(known: pl.DataFrame, sheets: Mapping[str, Sheet]) -> pl.DataFrame:
    """`input`, `item`, `sheet_row` and `cell_text` of every cell that a finding is about."""
    schema = {"input": pl.String, "item": pl.String, "sheet_row": pl.UInt32, "cell_text": pl.String}
    frames = [pl.DataFrame(schema=schema)]
    for kind, sheet in sheets.items():
        wanted = known.filter(pl.col("input") == kind)
        items = sorted(set(wanted["item"].drop_nulls()) & set(sheet.headers))
        rows = sheet.cells.filter(pl.col("row").is_in(wanted["sheet_row"].implode()))
        frames += [
            rows.select(input=pl.lit(kind), item=pl.lit(item), sheet_row="row", cell_text=item)
            for item in items
        ]
    return pl.concat(frames)
