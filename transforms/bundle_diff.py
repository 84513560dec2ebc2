"""Two sides compared student by student: who is new or gone, whose photo or text changed."""

from collections.abc import Sequence
from typing import NamedTuple

import polars as pl

from schemas.differences import CHANGES, DIFFERENCES
from schemas.profile import Column, Table
from schemas.words import mask_pair
from transforms.bundle_side import Side, matched

KEPT = ("accepted", "locked")
"""Whoever a run ends in these states without a new photo keeps what was sealed."""
PERSONAL = "document_no"


class Comparison(NamedTuple):
    """What differs (DIFFERENCES), and how many students each change concerns.

    `counts` has CHANGES' keys, `same`, and `absent`: in the first alone, of whom a supplement says nothing.
    """

    lines: pl.DataFrame
    counts: dict[str, int]


def compare(before: Side, after: Side) -> Comparison:
    """Everything in which `after` differs from `before`."""
    pairs = matched(before.people, after.people)
    both = _paired(before.people, after.people, pairs)
    absent = before.people.join(pairs, on="person", how="anti", maintain_order="left")
    left = absent.join(
        after.ends.filter(pl.col("state").is_in(KEPT)), on="student_no", how="anti", maintain_order="left"
    )
    removed = left.clear() if after.is_supplement else left
    added = after.people.join(
        pairs, left_on="person", right_on="person_after", how="anti", maintain_order="left"
    )
    photos = _photo_changes(both)
    lines = pl.concat(
        [
            _as_lines(added, "added", photo_after="photo_sha256"),
            _as_lines(_with_ends(removed, after.ends), "removed", detail="end", photo_before="photo_sha256"),
            _renumbered(both),
            photos,
            _text_changes(before, after, both, photos),
        ]
    )
    counts = _counts(lines, pairs, absent=left.height - removed.height)
    return Comparison(lines.sort(_order(), "student_no", "table", "column", maintain_order=True), counts)


def _paired(before: pl.DataFrame, after: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    """The pairs with what each side holds of them; the newer side's columns end in `_after`."""
    theirs = after.rename(lambda column: f"{column}_after")
    return pairs.join(before, on="person", how="left", validate="1:1", maintain_order="left").join(
        theirs, on="person_after", how="left", validate="1:1", maintain_order="left"
    )


def _as_lines(people: pl.DataFrame, change: str, **columns: str | pl.Expr) -> pl.DataFrame:
    """Lines of one change (DIFFERENCES), null where nothing is said."""
    told: dict[str, str | pl.Expr] = {"student_no": "student_no", "name": "name", **columns}
    said = people.select(
        change=pl.lit(change),
        **{name: pl.col(value) if isinstance(value, str) else value for name, value in told.items()},
    )
    lacking = [
        pl.lit(None, kind).alias(name) for name, kind in DIFFERENCES.items() if name not in said.columns
    ]
    return said.with_columns(lacking).select(pl.col(name).cast(kind) for name, kind in DIFFERENCES.items())


def _with_ends(removed: pl.DataFrame, ends: pl.DataFrame) -> pl.DataFrame:
    """Who was left out, with how the run ends for each: state and reasons."""
    told = ends.unique("student_no", keep="first", maintain_order=True).select(
        "student_no", end=pl.concat_str("state", "codes", separator=" ", ignore_nulls=True)
    )
    return removed.join(told, on="student_no", how="left", validate="m:1", maintain_order="left")


def _newer(both: pl.DataFrame, change: str, **columns: str | pl.Expr) -> pl.DataFrame:
    """Lines of pairs, under the newer number and name."""
    name = pl.coalesce("name_after", "name")
    return _as_lines(both, change, student_no=pl.col("student_no_after"), name=name, **columns)


def _renumbered(both: pl.DataFrame) -> pl.DataFrame:
    other = both.filter(pl.col("student_no").ne_missing(pl.col("student_no_after")))
    return _newer(other, "renumbered", before="student_no", after="student_no_after", of=pl.lit("student_no"))


def _photo_changes(both: pl.DataFrame) -> pl.DataFrame:
    """Whose photo is another file, and whether it shows another capture or only another crop of the same."""
    is_other = pl.col("photo_sha256").ne_missing(pl.col("photo_sha256_after"))
    is_unknown = pl.col("capture_sha256").is_null() | pl.col("capture_sha256_after").is_null()
    detail = (
        pl.when(~is_other)
        .then(pl.lit("further"))
        .when(is_unknown)
        .then(pl.lit("unknown"))
        .when(pl.col("capture_sha256") != pl.col("capture_sha256_after"))
        .then(pl.lit("capture"))
        .when(pl.col("crop") != pl.col("crop_after"))
        .then(pl.lit("crop"))
        .otherwise(pl.lit("encoding"))
    )
    changed = both.filter(is_other | pl.col("further").ne_missing(pl.col("further_after")))
    return _newer(
        changed, "photo", detail=detail, before="captured_at", after="captured_at_after",
        of=pl.lit("captured_at"), photo_before="photo_sha256", photo_after="photo_sha256_after",
    )  # fmt: skip


def _text_changes(before: Side, after: Side, both: pl.DataFrame, photos: pl.DataFrame) -> pl.DataFrame:
    """Every cell that says something else, in tables that both sides have."""
    another = both.filter(pl.col("student_no_after").is_in(photos["student_no"].implode()))
    old = {table.name: table for table in before.tables}
    parts = [_as_lines(both.clear(), "text")]
    for table in after.tables:
        if table.name in old:
            cells = _joined(before.records[table.name], after.records[table.name], both)
            parts += _cells(cells, old[table.name], table, another)
            parts.append(_lost_or_found(cells, table))
    return _told_once(pl.concat(parts))


def _told_once(lines: pl.DataFrame) -> pl.DataFrame:
    """What several tables say of one thing on one line, with the tables' titles and their columns' codes."""
    same = ["student_no", "name", "title", "before", "after", "of"]
    joined = [pl.col(name).unique(maintain_order=True).str.join("、") for name in ("table", "column")]
    others = [pl.col(name).first() for name in DIFFERENCES if name not in {*same, "table", "column"}]
    merged = lines.group_by(same, maintain_order=True).agg(*joined, *others)
    return merged.select(pl.col(name).cast(kind) for name, kind in DIFFERENCES.items())


def gathered(lines: pl.DataFrame, least: int) -> pl.DataFrame:
    """The same change of the texts of so many students on one line that counts them: `students` (else 1)."""
    same = ["title", "table", "before", "after"]
    students = pl.col("student_no").n_unique().over("change", *same)
    is_common = (pl.col("change") == "text") & (students >= least)
    counted = lines.with_columns(students=pl.when(is_common).then(students).otherwise(1))
    common = counted.filter(pl.col("students") > 1).unique(same, keep="first", maintain_order=True)
    none = [pl.lit(None, pl.String).alias(name) for name in ("student_no", "name")]
    told = pl.concat([common.with_columns(none), counted.filter(pl.col("students") == 1)])
    return told.sort(_order(), maintain_order=True)


def _order() -> pl.Expr:
    return pl.col("change").cast(pl.Enum(list(CHANGES)))


def _joined(before: pl.DataFrame, after: pl.DataFrame, both: pl.DataFrame) -> pl.DataFrame:
    """The pairs with a table's records on both sides; `is_before`, `is_after` say whether it has one."""
    who = both.select("person", "person_after", "student_no", "student_no_after", "name", "name_after")
    ours = before.rename(lambda code: code if code == "person" else f"{code} before")
    theirs = after.rename(lambda code: f"{code}_after" if code == "person" else f"{code} after")
    return who.join(
        ours.with_columns(is_before=True), on="person", how="left", validate="1:1", maintain_order="left"
    ).join(
        theirs.with_columns(is_after=True),
        on="person_after",
        how="left",
        validate="1:1",
        maintain_order="left",
    )


def _cells(cells: pl.DataFrame, old: Table, new: Table, another: pl.DataFrame) -> list[pl.DataFrame]:
    """The cells that differ, of columns that both tables have; a new photo's own time is no news."""
    codes = {column.code for column in old.columns}
    held = cells.filter(pl.col("is_before") & pl.col("is_after"))
    same_photo = held.join(another, on="person", how="anti", maintain_order="left")
    return [
        _changed_cells(same_photo if column.of == "captured_at" else held, new, column)
        for column in new.columns
        if column.code in codes and column.of != "photo_sha256"
    ]


def _changed_cells(cells: pl.DataFrame, table: Table, column: Column) -> pl.DataFrame:
    before, after = f"{column.code} before", f"{column.code} after"
    same = {"table": table.title, "column": column.code, "title": column.title, "of": column.of}
    said = {name: pl.lit(value) for name, value in same.items()}
    changed = cells.filter(pl.col(before).ne_missing(pl.col(after)))
    return _newer(changed, "text", before=pl.col(before), after=pl.col(after), **said)


def _lost_or_found(cells: pl.DataFrame, table: Table) -> pl.DataFrame:
    """Students of whom only one side has a record in a table."""
    was, is_now = pl.col("is_before").fill_null(False), pl.col("is_after").fill_null(False)
    said = {
        side: pl.when(held).then(pl.lit("有")).otherwise(pl.lit("无"))
        for side, held in (("before", was), ("after", is_now))
    }
    return _newer(
        cells.filter(was != is_now), "text", table=pl.lit(table.title), title=pl.lit("记录"), **said
    )


def _counts(lines: pl.DataFrame, pairs: pl.DataFrame, *, absent: int) -> dict[str, int]:
    people = dict(lines.group_by("change").agg(pl.col("student_no").n_unique()).iter_rows())
    changed = lines.filter(~pl.col("change").is_in(["added", "removed"]))["student_no"].n_unique()
    told = {change: int(people.get(change, 0)) for change in CHANGES}
    return {**told, "same": pairs.height - changed, "absent": absent}


def masked(lines: pl.DataFrame, namings: Sequence[str]) -> pl.DataFrame:
    """The lines with ID numbers masked, so that it still can be seen in which places two of them differ."""
    secret = [PERSONAL, *(["photo_name"] if any(PERSONAL in naming for naming in namings) else [])]
    is_secret = pl.col("of").is_in(secret).fill_null(False)
    pairs = [
        mask_pair(before, after) if hide else (before, after)
        for before, after, hide in lines.select("before", "after", is_secret).iter_rows()
    ]
    before = pl.Series("before", [pair[0] for pair in pairs], pl.String)
    return lines.with_columns(before, pl.Series("after", [pair[1] for pair in pairs], pl.String))
