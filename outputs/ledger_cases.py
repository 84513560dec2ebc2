"""Feedback in the ledger: lists read, who is registered, cases and how they ended. Facts, only ever added."""

from typing import Any, NamedTuple

import polars as pl
from sqlalchemy import Connection, Select, Table, insert, select

from outputs.ledger import Ledger
from outputs.ledger_rows import masked_text
from outputs.ledger_tables import (
    BUNDLES,
    CASE_ENDS,
    CASES,
    CURRENT_ENROLMENTS,
    CURRENT_RECORDS,
    FEEDBACK_LISTS,
    PLATFORM_STUDENTS,
    REGISTRATIONS,
    RUNS,
)
from schemas import feedback as declared
from schemas.feedback import ABOUT_PHOTO, NO_LONGER_FLAGGED, PLATFORM, WITHDRAWN, CaseKind


class ListRead(NamedTuple):
    """A list that was read, and what follows from it.

    `students` stand in it, `registered` are so by it; `opened` has the columns of OPENED, `ended` case_id.
    """

    kind: CaseKind
    read_at: str
    source_sha256: str
    lines: int
    students: pl.Series
    registered: pl.Series
    opened: pl.DataFrame
    ended: pl.DataFrame


def is_read(ledger: Ledger, campaign: str, kind: CaseKind, source_sha256: str) -> bool:
    """Whether this very list was read before."""
    lists = FEEDBACK_LISTS.c
    query = select(lists.list_id).where(
        lists.campaign == campaign, lists.kind == kind, lists.source_sha256 == source_sha256
    )
    return ledger.frame(query).height > 0


def add_list(ledger: Ledger, campaign: str, read: ListRead) -> None:
    """Remember a list with everything that follows from it, or nothing of it."""
    with ledger.transaction() as connection:
        list_id = _add_list(connection, campaign, read)
        if read.kind == PLATFORM:
            _add(connection, PLATFORM_STUDENTS, read.students.to_frame("student_no"), list_id=list_id)
        known = connection.scalars(
            select(REGISTRATIONS.c.student_no).where(REGISTRATIONS.c.campaign == campaign)
        )
        new = read.registered.to_frame("student_no").filter(~pl.col("student_no").is_in(list(known)))
        _add(connection, REGISTRATIONS, new, campaign=campaign, list_id=list_id)
        _open(connection, campaign, read.opened, opened_at=read.read_at, source_sha256=read.source_sha256)
        ended = read.ended.select("case_id")
        told = {"how": NO_LONGER_FLAGGED, "closed_at": read.read_at, "source_sha256": read.source_sha256}
        _add(connection, CASE_ENDS, ended, **told)


def open_by_hand(ledger: Ledger, campaign: str, opened: pl.DataFrame, *, opened_at: str) -> None:
    """Open cases (OPENED) that no list tells of."""
    with ledger.transaction() as connection:
        _open(connection, campaign, opened, opened_at=opened_at, source_sha256=None)


def withdraw(ledger: Ledger, case_id: int, *, because: str, by_whom: str, closed_at: str) -> None:
    """End a case by somebody's word."""
    told = pl.DataFrame({"case_id": [case_id], "because": [because], "by_whom": [by_whom]})
    with ledger.transaction() as connection:
        masked = told.with_columns(masked_text("because"), masked_text("by_whom"))
        _add(connection, CASE_ENDS, masked, how=WITHDRAWN, closed_at=closed_at)


def open_cases(ledger: Ledger, campaign: str) -> pl.DataFrame:
    """Every case that has not ended, in the order of opening (CASES)."""
    query = _cases(campaign).outerjoin(CASE_ENDS).where(CASE_ENDS.c.case_id.is_(None))
    return ledger.frame(query.order_by(CASES.c.case_id))


def complained(ledger: Ledger, campaign: str) -> pl.Series:
    """Whose photo the vendor refused or the student complained of: a retake may replace it."""
    return (
        open_cases(ledger, campaign).filter(pl.col("kind").is_in(ABOUT_PHOTO))["student_no"].unique().sort()
    )


def cases_of(ledger: Ledger, campaign: str, student_no: str | None = None) -> pl.DataFrame:
    """Every case of a student, or all: CASES, and closed_at, how, bundle, by_whom, because where it ended."""
    ends = [CASE_ENDS.c[name] for name in ("closed_at", "how", "bundle", "by_whom", "because")]
    query = _cases(campaign).add_columns(*ends).outerjoin(CASE_ENDS)
    own = query if student_no is None else query.where(CASES.c.student_no == student_no)
    return ledger.frame(own.order_by(CASES.c.case_id))


def registered(ledger: Ledger, campaign: str) -> pl.DataFrame:
    """Who is registered on the platform: student_no, read_at of the list that said so first."""
    return ledger.frame(
        select(REGISTRATIONS.c.student_no, FEEDBACK_LISTS.c.read_at)
        .join_from(REGISTRATIONS, FEEDBACK_LISTS)
        .where(REGISTRATIONS.c.campaign == campaign)
        .order_by(REGISTRATIONS.c.student_no)
    )


def on_platform(ledger: Ledger, campaign: str) -> pl.Series:
    """Who stands in any list of the platform."""
    query = (
        select(PLATFORM_STUDENTS.c.student_no)
        .join_from(PLATFORM_STUDENTS, FEEDBACK_LISTS)
        .where(FEEDBACK_LISTS.c.campaign == campaign)
        .distinct()
    )
    return ledger.frame(query)["student_no"].sort()


def sealed_on(ledger: Ledger, campaign: str) -> pl.DataFrame:
    """When the latest record of every student was sealed: student_no, sealed_at (ISO 8601)."""
    record = CURRENT_RECORDS.c
    query = (
        select(record.student_no, RUNS.c.finished_at.label("sealed_at"))
        .join_from(CURRENT_RECORDS, BUNDLES, BUNDLES.c.name == record.bundle)
        .join(RUNS, RUNS.c.run_id == BUNDLES.c.run_id)
        .where(record.campaign == campaign, BUNDLES.c.campaign == campaign)
    )
    return ledger.frame(query.order_by(record.student_no))


def units(ledger: Ledger, campaign: str) -> pl.DataFrame:
    """The unit of everybody as the latest run that knew them has it: student_no, unit_name."""
    who = CURRENT_ENROLMENTS.c
    query = select(who.student_no, who.unit_name).where(who.campaign == campaign)
    return ledger.frame(query.order_by(who.student_no))


def _cases(campaign: str) -> Select[Any]:
    return select(*(CASES.c[name] for name in declared.CASES)).where(CASES.c.campaign == campaign)


def _add_list(connection: Connection, campaign: str, read: ListRead) -> int:
    facts = {
        "campaign": campaign, "kind": read.kind, "read_at": read.read_at, "lines": read.lines,
        "source_sha256": read.source_sha256,
    }  # fmt: skip
    added = insert(FEEDBACK_LISTS).values(**facts).returning(FEEDBACK_LISTS.c.list_id)
    return int(connection.execute(added).scalar_one())


def _open(
    connection: Connection, campaign: str, opened: pl.DataFrame, *, opened_at: str, source_sha256: str | None
) -> None:
    same = {"campaign": campaign, "opened_at": opened_at, "source_sha256": source_sha256}
    _add(connection, CASES, opened.with_columns(masked_text("said")), **same)


def _add(connection: Connection, table: Table, rows: pl.DataFrame, **same: object) -> None:
    lines = [{**line, **same} for line in rows.iter_rows(named=True)]
    if lines:
        connection.execute(insert(table), lines)
