"""A run's frames become the ledger's rows: no names, no ID numbers.

A finding's value is kept only for the columns in `KEPT`; an ID number in a path or in evidence is masked.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import polars as pl
import polars.selectors as cs
from sqlalchemy import Connection, Table, insert
from sqlalchemy.dialects import postgresql, sqlite

from outputs.ledger_case_ends import end_answered
from outputs.ledger_identity import hashed, remember_key
from outputs.ledger_tables import (
    BUNDLE_RECORDS,
    BUNDLE_SEALS,
    BUNDLES,
    CERTIFICATE_NUMBERS,
    FRAME_HASHES,
    PHOTOS,
    RUN_CAPTURES,
    RUN_CORRECTIONS,
    RUN_ENROLMENTS,
    RUN_FINDINGS,
    RUN_INPUTS,
    RUNS,
)
from outputs.writer import SLICE_ROWS
from schemas.audit import AuditFrames
from schemas.numbers import REMEMBERED
from schemas.photo import FACTS
from schemas.words import mask

KEPT = frozenset(FACTS) | {
    "unit_name", "class_name", "level_name", "entry_year", "certificate_kind", "entry_on", "session_id",
    "held_on", "weekday", "room_name", "starts_at", "ends_at", "expected", "enrolled", "logged",
    "captured", "taken_at", "logged_at", "camera_name",
}  # fmt: skip
"""Columns whose seen values and limits the ledger keeps; whatever is not named here may be personal."""

_INSERTS: Mapping[str, Callable[[Table], Any]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


SEALED: dict[str, type[pl.DataType]] = {
    "student_no": pl.String,
    "record_sha256": pl.String,  # of all table rows and the photo
    "photo_sha256": pl.String,
    "capture_sha256": pl.String,
    "position": pl.UInt32,  # among the records, as the bundle's tables have them, from 1
    "photo_name": pl.String,  # the ledger masks it, unless it is the student number
}
"""One line per record of a sealed bundle."""


NO_NUMBERS = pl.DataFrame(schema=REMEMBERED)


class SealFacts(NamedTuple):
    """How a bundle was sealed: what stands for all its bytes, the key that signed it, who did it."""

    tag_manifest_sha256: str
    signing_key: str | None = None
    by_whom: str | None = None
    account: str | None = None


class SealedBundle(NamedTuple):
    """A bundle as the ledger remembers it; `records` has the columns of SEALED, one line per student.

    `numbers` (REMEMBERED, its `bundle` this one) are the certificate numbers that no bundle held before.
    """

    name: str
    number: int
    archive_sha256: str
    supplements: str | None
    records: pl.DataFrame
    school_code: str = ""
    numbers: pl.DataFrame = NO_NUMBERS
    seal: SealFacts | None = None
    part: tuple[int, int] | None = None
    """Which of how many, where the run sealed several."""


def record_run(
    connection: Connection,
    frames: AuditFrames,
    inputs: Mapping[str, str],
    sealed: Sequence[SealedBundle],
    key: bytes | None,
) -> None:
    """Add a run with its inputs (name to SHA-256), everything it said, and its bundles.

    Without a `key` nobody can be found by document. All is made ready before the first row is added: from
    then on nobody else can write into a ledger in a file.
    """
    told = {
        RUN_ENROLMENTS: _enrolments(frames, key), RUN_CAPTURES: _captures(frames),
        RUN_FINDINGS: _findings(frames.findings), RUN_CORRECTIONS: _corrections(frames.corrections),
    }  # fmt: skip
    if key is not None:
        remember_key(connection, key)
    run_id = _add_run(connection, frames, inputs)
    for table, rows in told.items():
        _add(connection, table, rows, run_id=run_id)
    _add_new(connection, FRAME_HASHES, frames.pictures)
    _add_new(connection, PHOTOS, _photos(frames))
    said = frames.summary.model_dump(mode="json")
    for each in sealed:
        end_answered(
            connection, said["campaign"], each.records, bundle=each.name, closed_at=said["finished_at"]
        )
        _add_bundle(connection, said["campaign"], run_id, each)


def _add(connection: Connection, table: Table, rows: pl.DataFrame, **same: int) -> None:
    if rows.height:
        lines = _writable(rows).with_columns(**{name: pl.lit(value) for name, value in same.items()})
        _execute(connection, insert(table), lines)


def _add_new(connection: Connection, table: Table, rows: pl.DataFrame) -> None:
    """Add what is not there yet; in one order, so that two programs wait for each other and not crosswise."""
    needed = [column.name for column in table.c if not column.nullable]
    key = [column.name for column in table.primary_key]
    whole = rows.select(column.name for column in table.c).drop_nulls(needed).sort(key)
    lines = _writable(whole.unique(key, keep="first", maintain_order=True))
    if lines.height:
        add = _INSERTS[connection.dialect.name](table)
        _execute(connection, add.on_conflict_do_nothing(), lines)


def _execute(connection: Connection, add: Any, lines: pl.DataFrame) -> None:
    """Add lines, few at a time: as objects they take ten times a frame's memory."""
    for part in lines.iter_slices(SLICE_ROWS):
        connection.execute(add, part.to_dicts())


def _writable(rows: pl.DataFrame) -> pl.DataFrame:
    """Without NUL, which PostgreSQL's text does not take."""
    return rows.with_columns(cs.string().str.replace_all("\0", "", literal=True))


def _added(connection: Connection, table: Table, facts: Mapping[str, object]) -> int:
    key = next(iter(table.primary_key))
    return int(connection.execute(insert(table).values(**facts).returning(key)).scalar_one())


def _add_run(connection: Connection, frames: AuditFrames, inputs: Mapping[str, str]) -> int:
    said = frames.summary.model_dump(mode="json") | {"engine": frames.engine}
    facts = {column.name: said[column.name] for column in RUNS.c if column.name != "run_id"}
    run_id = _added(connection, RUNS, facts)
    files = pl.DataFrame({"input": list(inputs), "sha256": list(inputs.values())})
    _add(connection, RUN_INPUTS, files, run_id=run_id)
    return run_id


def _add_bundle(connection: Connection, campaign: str, run_id: int, sealed: SealedBundle) -> None:
    facts = {
        "campaign": campaign, "name": sealed.name, "number": sealed.number, "run_id": run_id,
        "archive_sha256": sealed.archive_sha256, "sealed": sealed.records.height,
        "supplements": sealed.supplements, **dict(zip(("part", "parts"), sealed.part or (), strict=False)),
    }  # fmt: skip
    bundle_id = _added(connection, BUNDLES, facts)
    if sealed.seal:
        connection.execute(insert(BUNDLE_SEALS).values(bundle_id=bundle_id, **sealed.seal._asdict()))
    _add(connection, BUNDLE_RECORDS, _records(sealed.records), bundle_id=bundle_id)
    numbers = sealed.numbers.drop("bundle").with_columns(school_code=pl.lit(sealed.school_code))
    _add(connection, CERTIFICATE_NUMBERS, numbers, bundle_id=bundle_id)


def _enrolments(frames: AuditFrames, key: bytes | None) -> pl.DataFrame:
    """Who was expected, without names; capture and document are told by their hashes."""
    digests = frames.captures.select("capture_path", capture_sha256="sha256").drop_nulls("capture_path")
    people = frames.enrolments.join(
        digests, on="capture_path", how="left", validate="m:1", maintain_order="left"
    )
    documents = hashed(frames.identities, key)
    return people.join(documents, on="row", how="left", validate="1:1", maintain_order="left").select(
        _columns(RUN_ENROLMENTS)
    )


def _captures(frames: AuditFrames) -> pl.DataFrame:
    """What was shot, numbered in the order given, and the photo made of it."""
    made = frames.pictures.select("sha256", "photo_sha256").drop_nulls().sort("sha256", "photo_sha256")
    made = made.unique("sha256", keep="first", maintain_order=True)
    shot = frames.captures.with_columns(masked_text("capture_path"), masked_text("evidence"))
    shot = shot.join(made, on="sha256", how="left", validate="m:1", maintain_order="left")
    return shot.with_row_index("position").select(_columns(RUN_CAPTURES))


def _photos(frames: AuditFrames) -> pl.DataFrame:
    """The photos that could be made, and how."""
    return frames.pictures.rename({"sha256": "capture_sha256"}).with_columns(
        engine=pl.lit(frames.engine), profile=pl.lit(frames.summary.profile)
    )


def _corrections(made: pl.DataFrame) -> pl.DataFrame:
    """What was corrected, numbered in the order given; values only of columns in `KEPT`."""
    may_stay = pl.col("item").is_in([*KEPT, "student_no"])
    told = made.rename({"by": "by_whom", "why": "because", "corrections": "asked_in"}).with_columns(
        masked_text("because"),
        *(pl.when(may_stay).then(masked_text(name)).alias(name) for name in ("before", "after")),
    )
    return told.with_row_index("position").select(_columns(RUN_CORRECTIONS))


def _records(records: pl.DataFrame) -> pl.DataFrame:
    """A bundle's records; a photo that is not named by the student number may bear an ID number."""
    names = [
        name if name is None or name == f"{number}.jpg" else f"{mask(name.removesuffix('.jpg'))}.jpg"
        for number, name in records.select("student_no", "photo_name").iter_rows()
    ]
    return records.select(list(SEALED)).with_columns(photo_name=pl.Series(names, dtype=pl.String))


def _findings(findings: pl.DataFrame) -> pl.DataFrame:
    """What was found, numbered in the order given; seen and limit only of columns in `KEPT`."""
    may_stay = pl.col("column").is_in(list(KEPT))
    kept = findings.with_columns(
        masked_text("capture_path"),
        *(pl.when(may_stay).then(masked_text(name)).alias(name) for name in ("seen", "limit")),
    )
    return kept.with_row_index("position").select(_columns(RUN_FINDINGS))


def masked_text(column: str) -> pl.Expr:
    """Free text without ID numbers: 15 to 18 digits (GB 11643), or a passport's nine characters."""
    resident = r"(\d{4})\d{7,10}(\d{3}[\dXx])"
    passport = r"(^|[^0-9A-Za-z])([A-Za-z][0-9A-Za-z])\d{5}(\d{2})"
    text = pl.col(column).str.replace_all(resident, "${1}**********${2}")
    return text.str.replace_all(passport, "${1}${2}*****${3}")


def _columns(table: Table) -> list[str]:
    """What a frame must hold for a table that hangs on a run."""
    return [column.name for column in table.c if column.name != "run_id"]
