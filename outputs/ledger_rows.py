"""A run's frames become the ledger's rows: no names, no ID numbers.

A finding's value is kept only for the columns in `KEPT`; an ID number in a path or in evidence is masked.
"""

from collections.abc import Mapping
from typing import NamedTuple

import polars as pl
from sqlalchemy import Connection, Table, insert, select

from outputs.ledger_case_ends import end_answered
from outputs.ledger_identity import hashed, remember_key
from outputs.ledger_tables import (
    BUNDLE_RECORDS,
    BUNDLES,
    CERTIFICATE_NUMBERS,
    FRAME_HASHES,
    RUN_CAPTURES,
    RUN_ENROLMENTS,
    RUN_FINDINGS,
    RUN_INPUTS,
    RUNS,
)
from schemas.audit import AuditFrames, Summary
from schemas.numbers import REMEMBERED
from schemas.photo import FACTS

KEPT = frozenset(FACTS) | {
    "unit_name", "class_name", "level_name", "entry_year", "certificate_kind", "entry_on", "session_id",
    "held_on", "weekday", "room_name", "starts_at", "ends_at", "expected", "enrolled", "logged",
    "captured", "taken_at", "logged_at", "camera_name",
}  # fmt: skip
"""Columns whose seen values and limits the ledger keeps; whatever is not named here may be personal."""


SEALED: dict[str, type[pl.DataType]] = {
    "student_no": pl.String,
    "record_sha256": pl.String,  # of all table rows and the photo
    "photo_sha256": pl.String,
    "capture_sha256": pl.String,
}
"""One line per record of a sealed bundle."""


NO_NUMBERS = pl.DataFrame(schema=REMEMBERED)


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


def record_run(
    connection: Connection,
    frames: AuditFrames,
    inputs: Mapping[str, str],
    sealed: SealedBundle | None,
    key: bytes | None,
) -> None:
    """Add a run with its inputs (name to SHA-256), everything it said, and its bundle.

    Without a `key` nobody can be found by document.
    """
    if key is not None:
        remember_key(connection, key)
    run_id = _add_run(connection, frames.summary, inputs)
    _add(connection, RUN_ENROLMENTS, _enrolments(frames, key), run_id=run_id)
    _add(connection, RUN_CAPTURES, _captures(frames.captures), run_id=run_id)
    _add(connection, RUN_FINDINGS, _findings(frames.findings), run_id=run_id)
    _add(connection, FRAME_HASHES, _new_hashes(connection, frames.pictures))
    if sealed is not None:
        said = frames.summary.model_dump(mode="json")
        end_answered(
            connection, said["campaign"], sealed.records, bundle=sealed.name, closed_at=said["finished_at"]
        )
        _add_bundle(connection, frames.summary.campaign, run_id, sealed)


def _add(connection: Connection, table: Table, rows: pl.DataFrame, **same: int) -> None:
    if rows.height:
        lines = rows.with_columns(**{name: pl.lit(value) for name, value in same.items()}).to_dicts()
        connection.execute(insert(table), lines)


def _added(connection: Connection, table: Table, facts: Mapping[str, object]) -> int:
    key = next(iter(table.primary_key))
    return int(connection.execute(insert(table).values(**facts).returning(key)).scalar_one())


def _add_run(connection: Connection, summary: Summary, inputs: Mapping[str, str]) -> int:
    said = summary.model_dump(mode="json")
    facts = {column.name: said[column.name] for column in RUNS.c if column.name != "run_id"}
    run_id = _added(connection, RUNS, facts)
    files = pl.DataFrame({"input": list(inputs), "sha256": list(inputs.values())})
    _add(connection, RUN_INPUTS, files, run_id=run_id)
    return run_id


def _add_bundle(connection: Connection, campaign: str, run_id: int, sealed: SealedBundle) -> None:
    facts = {
        "campaign": campaign, "name": sealed.name, "number": sealed.number, "run_id": run_id,
        "archive_sha256": sealed.archive_sha256, "sealed": sealed.records.height,
        "supplements": sealed.supplements,
    }  # fmt: skip
    bundle_id = _added(connection, BUNDLES, facts)
    _add(connection, BUNDLE_RECORDS, sealed.records.select(list(SEALED)), bundle_id=bundle_id)
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


def _captures(captures: pl.DataFrame) -> pl.DataFrame:
    """What was shot, numbered in the order given."""
    shot = captures.with_columns(masked_text("capture_path"), masked_text("evidence")).with_row_index(
        "position"
    )
    return shot.select(_columns(RUN_CAPTURES))


def _new_hashes(connection: Connection, pictures: pl.DataFrame) -> pl.DataFrame:
    """The hashes of the pictures that no earlier run had."""
    known = pl.Series(connection.scalars(select(FRAME_HASHES.c.sha256)).all(), dtype=pl.String)
    hashed = pictures.drop_nulls().filter(~pl.col("sha256").is_in(known.implode()))
    return hashed.unique("sha256", keep="first", maintain_order=True)


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
