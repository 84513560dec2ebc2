"""One side of a comparison: a bundle, several laid over each other, or what the next run would seal."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import polars as pl

from schemas.differences import PEOPLE
from schemas.profile import Table

KEYS = ("student_no", "document_no", "photo_name")
"""By what a student is found again, in this order."""
ENDS: dict[str, type[pl.DataType]] = {"student_no": pl.String, "state": pl.String, "codes": pl.String}


class Side(NamedTuple):
    """One of the two: its people (PEOPLE) and, by table name, their records, `person` and the table's codes.

    `ends` (ENDS) tells how a run ends for everybody, where the side is a run. Of a supplement nobody can
    be said to be removed. `naming` is the pattern of its photos' names.
    """

    name: str
    tables: tuple[Table, ...]
    people: pl.DataFrame
    records: Mapping[str, pl.DataFrame]
    naming: str
    is_supplement: bool = False
    ends: pl.DataFrame = pl.DataFrame(schema=ENDS)


def side_of(
    name: str,
    tables: Sequence[tuple[Table, pl.DataFrame]],
    *,
    origins: pl.DataFrame,
    derivatives: pl.DataFrame,
    naming: str,
) -> Side:
    """A side from its tables' records (codes, all text, null for nothing).

    `origins` has photo_name, capture_sha256 and crop; `derivatives` photo_name, id and sha256.
    """
    index = next(records for table, records in tables if _is_index(table))
    place = next(table for table, _ in tables if _is_index(table))
    told = _by_subject(place, index)
    further = _further(derivatives)
    people = (
        told.with_row_index("person")
        .join(origins, on="photo_name", how="left", validate="m:1", maintain_order="left")
        .join(further, on="photo_name", how="left", validate="m:1", maintain_order="left")
    )
    placed = {table.name: _placed(table, records, people) for table, records in tables}
    people = _with_names(people, tables, placed).select(
        *(pl.col(column).cast(kind) for column, kind in PEOPLE.items())
    )
    return Side(name, tuple(table for table, _ in tables), people, placed, naming)


def overlaid(earlier: Side, later: Side) -> Side:
    """What both hold together: of a student in both, only the later record."""
    pairs = matched(earlier.people, later.people)
    kept = earlier.people.join(pairs, on="person", how="anti", maintain_order="left")
    moved = pl.col("person") + (kept["person"].max() or 0) + 1
    records = {
        name: pl.concat(
            [
                _of_people(earlier.records, name, kept),
                _of_people(later.records, name, later.people).with_columns(moved),
            ],
            how="diagonal",
        )
        for name in dict.fromkeys((*earlier.records, *later.records))
    }
    names = {table.name for table in later.tables}
    tables = (*later.tables, *(table for table in earlier.tables if table.name not in names))
    people = pl.concat([kept, later.people.with_columns(moved)])
    return Side(later.name, tables, people, records, later.naming)


def _of_people(records: Mapping[str, pl.DataFrame], name: str, people: pl.DataFrame) -> pl.DataFrame:
    frame = records.get(name, pl.DataFrame(schema={"person": pl.UInt32}))
    return frame.join(people, on="person", how="semi", maintain_order="left")


def _is_index(table: Table) -> bool:
    return {"photo_name", "photo_sha256"} <= {column.of for column in table.columns}


def _by_subject(table: Table, records: pl.DataFrame) -> pl.DataFrame:
    """The records under the subject's names; what of PEOPLE the table lacks is null."""
    codes = {column.of: column.code for column in table.columns}
    wanted = (*KEYS, "photo_sha256", "captured_at")
    lacking = pl.lit(None, pl.String)
    return records.select(**{of: pl.col(codes[of]) if of in codes else lacking for of in wanted})


def _further(derivatives: pl.DataFrame) -> pl.DataFrame:
    """The derivatives of each photo as one text."""
    each = pl.format("{} {}", "id", "sha256")
    return derivatives.sort("photo_name", "id").group_by("photo_name").agg(further=each.str.join("\n"))


def _placed(table: Table, records: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """A table's records with the `person` of each; the second of a number's records is its second person's.

    None where the table has no number that the index has too.
    """
    codes = {column.of: column.code for column in table.columns}
    keys = [key for key in KEYS if key in codes and people[key].null_count() == 0]
    if not keys:
        return records.clear().select(pl.lit(0, pl.UInt32).alias("person"), pl.all())
    nth = pl.int_range(pl.len()).over(keys)
    ours = people.select("person", *keys, nth=nth)
    theirs = records.with_columns(pl.col(codes[key]).alias(key) for key in keys).with_columns(nth=nth)
    joined = theirs.join(ours, on=[*keys, "nth"], how="inner", validate="1:1", maintain_order="left")
    return joined.select("person", *(column.code for column in table.columns))


def _with_names(
    people: pl.DataFrame, tables: Sequence[tuple[Table, pl.DataFrame]], placed: Mapping[str, pl.DataFrame]
) -> pl.DataFrame:
    """The people with the name that the first table with names has of each."""
    for table, _ in tables:
        code = next((column.code for column in table.columns if column.of == "name"), None)
        if code is not None:
            names = placed[table.name].select("person", name=code)
            return people.join(names, on="person", how="left", validate="1:1", maintain_order="left")
    return people.with_columns(name=pl.lit(None, pl.String))


def matched(before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """Who is whom: `person` and `person_after`. Only a number that is one person's on both sides tells."""
    pairs = pl.DataFrame(schema={"person": pl.UInt32, "person_after": pl.UInt32})
    for key in KEYS:
        ours = _alone(before.join(pairs, on="person", how="anti", maintain_order="left"), key)
        theirs = _alone(
            after.join(pairs, left_on="person", right_on="person_after", how="anti", maintain_order="left"),
            key,
        ).rename({"person": "person_after"})
        found = ours.join(theirs, on=key, how="inner", validate="1:1", maintain_order="left")
        pairs = pl.concat([pairs, found.select("person", "person_after")])
    return pairs.sort("person")


def _alone(people: pl.DataFrame, key: str) -> pl.DataFrame:
    return people.select("person", key).filter(pl.col(key).is_not_null() & pl.col(key).is_unique())
