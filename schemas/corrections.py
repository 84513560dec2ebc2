"""Corrections: what a clerk asks to be read in place of a sheet's cell, and what became of it."""

import polars as pl

CORRECTION_HEADERS: dict[str, tuple[str, ...]] = {
    "input": ("表",),
    "file": ("文件",),
    "named_row": ("行号", "行"),
    "student_no": ("学号", "XH"),
    "name": ("姓名", "XM"),
    "column": ("列", "列名"),
    "before": ("原值",),
    "after": ("更正为",),
    "by": ("更正人",),
    "why": ("说明", "更正说明"),
}
"""The headers of a corrections file; `rejects.xlsx` has most of them."""

ASKED: dict[str, type[pl.DataType]] = {
    "line": pl.UInt32,  # the corrections file's own row
    "input": pl.String,
    "column": pl.String,
    "named_row": pl.UInt32,
    "student_no": pl.String,  # tidied
    "name": pl.String,  # tidied
    "before": pl.String,
    "is_before_told": pl.Boolean,  # the file has such a column; a blank in it says that the cell was blank
    "after": pl.String,
    "by": pl.String,
    "why": pl.String,
}
"""One line for every correction that a file asks for."""

CORRECTIONS: dict[str, type[pl.DataType]] = {
    "file": pl.String,
    "sheet": pl.String,
    "row": pl.UInt32,  # where the cell stands now
    "student_no": pl.String,  # as it stood before
    "column": pl.String,  # the sheet's own header
    "item": pl.String,  # what we call it; the ledger's alone
    "before": pl.String,  # ID numbers masked
    "after": pl.String,
    "by": pl.String,
    "why": pl.String,
    "corrections": pl.String,  # the file that asked for it
    "line": pl.UInt32,
    "named_row": pl.UInt32,  # where that file thinks the cell stands
}
"""One line for every cell that was corrected."""
