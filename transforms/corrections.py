"""From the sheets as sent to the sheets as corrected: each correction finds its cell, or is told why not."""

from collections.abc import Mapping
from typing import NamedTuple

import polars as pl

from schemas.audit import FINDINGS
from schemas.corrections import ASKED, CORRECTIONS
from schemas.places import CORRECTABLE, Sheet
from schemas.reasons import Reason, Severity
from transforms.text import tidy_name, tidy_number
from transforms.validation import MASKED, as_findings, masked, severity_of

CELL = ["input", "sheet_row", "column"]


class Corrected(NamedTuple):
    """The sheets after corrections, and every correction as it was settled.

    `lines` has ASKED, `source` (the corrections file), `sheet_row`, `key` (the student number that stood
    there), `now` (what the cell held) and `code`, which is null where the cell was corrected.
    """

    sheets: Mapping[str, Sheet]
    lines: pl.DataFrame


def correct(sheets: Mapping[str, Sheet], asked: Mapping[str, pl.DataFrame]) -> Corrected:
    """The sheets with every correction that can be made; a later file finds what an earlier one wrote.

    `asked` has the corrections (ASKED) by the name of their file.
    """
    changed, settled = dict(sheets), []
    for source, lines in asked.items():
        for kind in CORRECTABLE:
            if kind in sheets:
                cells = changed[kind].cells
                mine = settle(lines.filter(pl.col("input") == kind), cells)
                changed[kind] = changed[kind].with_cells(with_corrections(cells, mine))
                settled.append(mine.with_columns(source=pl.lit(source)))
    return Corrected(changed, pl.concat(settled) if settled else NO_LINES)


def settle(asked: pl.DataFrame, cells: pl.DataFrame) -> pl.DataFrame:
    """Corrections of one sheet with the cell that each means, and why it is not made.

    A row is named by number and student number together; where rows have moved, the student number alone
    finds it if only one row has it. Without a student number, or with one that several rows have, old value
    or name must be the row's as well. An old value that is told must be the cell's. Nothing is guessed.
    """
    found = _with_present(_with_rows(asked, cells), cells)
    codes = found.with_columns(code=_refusal())
    is_lost = pl.col("code").eq_missing(Reason.CORRECTION_LOST.value)
    marked = codes.with_columns(lost_line=pl.when(is_lost).then("line"))
    told_once = [*CELL, "code", "after", "lost_line"]
    settled = marked.unique(told_once, keep="first", maintain_order=True)
    return settled.select(*ASKED, "sheet_row", "key", "now", "code")


def _with_rows(asked: pl.DataFrame, cells: pl.DataFrame) -> pl.DataFrame:
    """Each correction with `sheet_row`, the student number `key` and the name `person` that stand there."""
    people = cells.select(
        sheet_row="row", key=tidy_number(pl.col("student_no")), person=tidy_name(pl.col("name"))
    )
    numbered = people.select(named_row="sheet_row", key_at_row="key", is_there=pl.lit(True))
    single = people.drop_nulls("key").filter(pl.len().over("key") == 1)
    single = single.select(student_no="key", row_by_number="sheet_row")
    named = asked.join(numbered, on="named_row", how="left", validate="m:1", maintain_order="left")
    named = named.join(single, on="student_no", how="left", validate="m:1", maintain_order="left")
    key = pl.col("key_at_row")
    is_done = (pl.col("column") == "student_no") & (key == tidy_number(pl.col("after")))
    is_same = ((key == pl.col("student_no")) | is_done).fill_null(False)
    row = (
        pl.when(is_same | (pl.col("student_no").is_null() & pl.col("is_there")))
        .then("named_row")
        .otherwise("row_by_number")
    )
    is_repeated = (key == pl.col("student_no")).fill_null(False) & pl.col("row_by_number").is_null()
    rowed = named.with_columns(sheet_row=row, is_repeated=is_repeated)
    return rowed.join(people, on="sheet_row", how="left", validate="m:1", maintain_order="left")


def _with_present(found: pl.DataFrame, cells: pl.DataFrame) -> pl.DataFrame:
    """Each correction with what its cell holds `now`, and whether that `is_as_told`."""
    columns = sorted(set(found["column"]))
    rows = cells.filter(pl.col("row").is_in(found["sheet_row"].implode()))
    present = pl.concat([
        pl.DataFrame(schema={"sheet_row": pl.UInt32, "column": pl.String, "now": pl.String}),
        *(rows.select(sheet_row="row", column=pl.lit(column), now=column) for column in columns),
    ])  # fmt: skip
    joined = found.join(
        present, on=["sheet_row", "column"], how="left", validate="m:1", maintain_order="left"
    )
    told, now = tidy_number(pl.col("before")), pl.col("now")
    is_hidden = pl.col("column").is_in(list(MASKED)) & (tidy_number(masked(now)) == told)
    is_as_told = tidy_number(now).eq_missing(told) | is_hidden.fill_null(False)
    return joined.with_columns(is_as_told=is_as_told)


def _refusal() -> pl.Expr:
    """Why a correction is not made; null where it is."""
    told, same = pl.col("is_before_told"), pl.col("is_as_told")
    by_value = pl.col("before").is_not_null() & same
    by_name = (pl.col("name") == pl.col("person")).fill_null(False) & (same | ~told)
    is_key = pl.col("column") == "student_no"
    is_single = pl.col("student_no").is_not_null() & ~pl.col("is_repeated")
    is_proven = is_single | by_name | (by_value & ~(is_key & pl.col("is_repeated")))
    is_found = pl.col("sheet_row").is_not_null()
    said = pl.when(is_found & is_proven).then("after")
    now, after = pl.col("now"), pl.col("after")
    is_done = now.eq_missing(after) | (told & ~same & tidy_number(now).eq_missing(tidy_number(after)))
    return (
        pl.when(~(is_found & is_proven)).then(pl.lit(Reason.CORRECTION_LOST.value))
        .when(said.drop_nulls().n_unique().over(CELL) > 1).then(pl.lit(Reason.CORRECTIONS_CONFLICT.value))
        .when(is_done).then(pl.lit(Reason.CORRECTION_IDLE.value))
        .when(told & ~same).then(pl.lit(Reason.CORRECTION_STALE.value))
    )  # fmt: skip


def with_corrections(cells: pl.DataFrame, settled: pl.DataFrame) -> pl.DataFrame:
    """A sheet's cells with the new values in place of the old."""
    made = settled.filter(pl.col("code").is_null())
    for column in sorted(set(made["column"])):
        new = made.filter(pl.col("column") == column).select(row="sheet_row", new="after")
        joined = cells.join(new, on="row", how="left", validate="1:1", maintain_order="left")
        cells = joined.with_columns(pl.coalesce("new", column).alias(column)).drop("new")
    return cells


NO_LINES = pl.DataFrame(
    schema=ASKED
    | {"sheet_row": pl.UInt32, "key": pl.String, "now": pl.String, "code": pl.String, "source": pl.String}
)


# -- what is said of them ------------------------------------------------------------------------------------


def correction_lines(corrected: Corrected) -> pl.DataFrame:
    """Every cell that was corrected, before and after (CORRECTIONS); ID numbers masked."""
    lines = corrected.lines.filter(pl.col("code").is_null())
    sheets = corrected.sheets.items()
    headers = [(kind, item, head.text) for kind, sheet in sheets for item, head in sheet.headers.items()]
    files = [(kind, sheet.file, sheet.sheet) for kind, sheet in sheets]
    file_frame = pl.DataFrame(files, schema=["input", "file", "sheet"], orient="row")
    header_frame = pl.DataFrame(headers, schema=["input", "column", "header"], orient="row")
    named = lines.join(file_frame, on="input", how="left", validate="m:1", maintain_order="left")
    named = named.join(
        header_frame, on=["input", "column"], how="left", validate="m:1", maintain_order="left"
    )
    told = named.with_columns(
        row="sheet_row", student_no=pl.coalesce("student_no", "key"), before=shown("now"),
        after=shown("after"), corrections="source", item="column",
        column="header",
    )  # fmt: skip
    return told.select(pl.col(name).cast(dtype) for name, dtype in CORRECTIONS.items())


def correction_findings(corrected: Corrected, severities: Mapping[str, Severity]) -> pl.DataFrame:
    """What is to be said of every correction: that it was made, or why not; by whose enrolment it is."""
    lines = corrected.lines
    if lines.is_empty():
        return pl.DataFrame(schema=FINDINGS)
    is_key = pl.col("column") == "student_no"
    made = pl.when(is_key).then(pl.lit(Reason.STUDENT_NO_CORRECTED.value))
    code = pl.coalesce("code", made.otherwise(pl.lit(Reason.CELL_CORRECTED.value)))
    is_lost = code == Reason.CORRECTION_LOST
    limit = pl.format("更正为 {}（{} 第 {} 行）", shown("after"), "source", "line")
    told = _with_enrolments(lines, corrected.sheets).with_columns(
        code=code, severity=severity_of(code, severities),
        seen=pl.when(~is_lost).then(shown("now")), limit=limit,
        input=pl.when(is_lost).then("source").otherwise("input"),
        sheet_row=pl.when(is_lost).then("line").otherwise("sheet_row"),
        student_no=pl.when(is_lost).then("student_no").otherwise("enrolled_no"),
        row=pl.when(~is_lost).then("row"),
    )  # fmt: skip
    return as_findings(told)


def _with_enrolments(lines: pl.DataFrame, sheets: Mapping[str, Sheet]) -> pl.DataFrame:
    """Each settled line with the roster's `row` and the number `enrolled_no` of the enrolment it is about."""
    numbers = pl.concat(
        sheets[kind].cells.select(
            input=pl.lit(kind), sheet_row="row", enrolled_no=tidy_number(pl.col("student_no"))
        )
        for kind in CORRECTABLE
        if kind in sheets
    )
    roster = numbers.filter(pl.col("input") == "roster").sort("sheet_row")
    first = roster.drop_nulls().unique("enrolled_no", keep="first", maintain_order=True)
    first = first.select("enrolled_no", first_row="sheet_row")
    known = lines.join(numbers, on=["input", "sheet_row"], how="left", validate="m:1", maintain_order="left")
    known = known.join(first, on="enrolled_no", how="left", validate="m:1", maintain_order="left")
    is_rosters = pl.col("input") == "roster"
    return known.with_columns(row=pl.when(is_rosters).then("sheet_row").otherwise("first_row"))


def shown(value: str) -> pl.Expr:
    """A correction's value as the audit shows it: masked in columns of ID numbers."""
    text = pl.col(value)
    return pl.when(pl.col("column").is_in(list(MASKED))).then(masked(text)).otherwise(text)
