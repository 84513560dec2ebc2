"""Purges in the ledger: what they erase of a campaign's facts, and what is known of them afterwards.

Erased is what could name somebody or say something of them; student numbers, states, reason codes and digests
stay, so that every bundle can still be checked and every decision be told. What may be erased, the database
itself knows (`ledger_guards`), and allows it only while a purge goes on.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Table,
    func,
    insert,
    literal,
    null,
    or_,
    select,
    text,
    update,
)

from outputs.ledger import Ledger
from outputs.ledger_errors import in_use
from outputs.ledger_tables import (
    APPROVALS,
    CASE_ENDS,
    CASES,
    DECISIONS,
    PURGE_ENDS,
    PURGED_ROWS,
    PURGES,
    RUN_CAPTURES,
    RUN_CORRECTIONS,
    RUN_ENROLMENTS,
    RUN_FINDINGS,
    RUN_INPUTS,
    RUNS,
)

_DIGEST = func.coalesce(func.substr(RUN_CAPTURES.c.sha256, 1, 16), "-")
ERASED: Mapping[Table, Mapping[str, ColumnElement[Any]]] = {
    RUN_ENROLMENTS: {"document_hash": null()},
    RUN_CAPTURES: {"capture_path": _DIGEST, "evidence": null()},
    RUN_FINDINGS: {"capture_path": null(), "waived": null()},
    RUN_CORRECTIONS: dict.fromkeys(("before", "after", "because"), null()),
    DECISIONS: {"because": literal("-")},
    CASES: {"said": null()},
    CASE_ENDS: {"because": null()},
    APPROVALS: {"because": null()},
}
"""What each column holds afterwards; the newest revision about purges lets the database allow just this."""


class Purge(NamedTuple):
    """A purge of a campaign as it was begun; `begun_at` is ISO 8601, UTC, `retain_until` an ISO date."""

    begun_at: str
    by_whom: str
    because: str | None
    retain_until: str | None


class KnownPurge(NamedTuple):
    """A purge that the ledger knows; the digest is its certificate's, None while it is not at its end."""

    purge_id: int
    purge: Purge
    certificate_sha256: str | None
    rows: dict[str, int]
    """How many rows something was erased in, by table."""


def last_purge(ledger: Ledger, campaign: str) -> KnownPurge | None:
    """The purge of a campaign that was begun last."""
    facts = [PURGES.c[name] for name in Purge._fields]
    with ledger.transaction() as connection:
        query = select(PURGES.c.purge_id, PURGE_ENDS.c.certificate_sha256, *facts).outerjoin(PURGE_ENDS)
        of_campaign = query.where(PURGES.c.campaign == campaign).order_by(PURGES.c.purge_id.desc())
        found = connection.execute(of_campaign).first()
        if found is None:
            return None
        rows = select(PURGED_ROWS.c.table_name, PURGED_ROWS.c.rows).where(
            PURGED_ROWS.c.purge_id == found.purge_id
        )
        purge = Purge(*(getattr(found, name) for name in Purge._fields))
        counted = {line.table_name: line.rows for line in connection.execute(rows)}
        return KnownPurge(found.purge_id, purge, found.certificate_sha256, counted)


def begin_purge(ledger: Ledger, campaign: str, purge: Purge) -> None:
    """Remember that a purge was begun, which lets it erase."""
    with ledger.transaction() as connection:
        connection.execute(insert(PURGES).values(campaign=campaign, **purge._asdict()))


def end_purge(ledger: Ledger, purge_id: int, *, ended_at: str, certificate_sha256: str) -> None:
    """Remember that a purge is done; from now on nothing may be erased."""
    with ledger.transaction() as connection:
        told = {"purge_id": purge_id, "ended_at": ended_at, "certificate_sha256": certificate_sha256}
        connection.execute(insert(PURGE_ENDS).values(told))


def erase(ledger: Ledger, campaign: str, purge_id: int) -> None:
    """Erase what is personal of a campaign, all of it or nothing, and remember in how many rows."""
    with ledger.transaction() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA secure_delete = ON")
        known = set(
            connection.scalars(select(PURGED_ROWS.c.table_name).where(PURGED_ROWS.c.purge_id == purge_id))
        )
        for table in ERASED:
            if table.name not in known:
                rows = _erase(connection, table, campaign)
                told = {"purge_id": purge_id, "table_name": table.name, "rows": rows}
                connection.execute(insert(PURGED_ROWS).values(told))


def _erase(connection: Connection, table: Table, campaign: str) -> int:
    becomes = ERASED[table]
    holds_some = or_(*(table.c[name].is_distinct_from(value) for name, value in becomes.items()))
    query = update(table).where(_is_of(table, campaign), holds_some).values(becomes)
    return connection.execute(query).rowcount


def _is_of(table: Table, campaign: str) -> ColumnElement[bool]:
    """Whether a row belongs to a campaign, by itself, by its run or by its case."""
    if "campaign" in table.c:
        return table.c.campaign == campaign
    owner = CASES if table is CASE_ENDS else RUNS
    (key,) = owner.primary_key
    return table.c[key.name].in_(select(key).where(owner.c.campaign == campaign))


def scrub(ledger: Ledger) -> None:
    """Have the database write its tables anew, so that no page of it holds what was erased.

    UnavailableError while another program reads a ledger in a file, whose old pages must stay for it.
    """
    with ledger.alone() as connection:
        if connection.dialect.name == "sqlite":
            connection.execute(text("VACUUM"))
            is_busy, *_ = connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)")).one()
            if is_busy:
                raise in_use(ledger.place)
            return
        for table in ERASED:
            connection.execute(text(f"VACUUM (FULL) {table.name}"))


def digests_of_others(ledger: Ledger, campaign: str) -> dict[str, str]:
    """Captures and inputs that runs of other campaigns read, which were not purged: digest to campaign."""
    purged = select(PURGES.c.campaign)
    is_other = (RUNS.c.campaign != campaign) & RUNS.c.campaign.not_in(purged)
    queries: list[Select[tuple[str, str]]] = [
        select(table.c.sha256, RUNS.c.campaign).join_from(table, RUNS).where(is_other).distinct()
        for table in (RUN_CAPTURES, RUN_INPUTS)
    ]
    with ledger.transaction() as connection:
        return {
            sha256: of for query in queries for sha256, of in connection.execute(query) if sha256 is not None
        }
