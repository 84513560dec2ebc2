"""Triggers that keep facts as they were written: a row of the ledger is neither changed nor removed.

Every revision that makes a table calls `only_add` for it; one that must make a table anew calls it again.
"""

from collections.abc import Iterable

from sqlalchemy import Connection

_SAID = "facts of the ledger are only added"
_FUNCTION = f"""
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '{_SAID}'; END $$
"""


def only_add(connection: Connection, tables: Iterable[str]) -> None:
    """Have the database refuse every UPDATE and DELETE of these tables."""
    guard = {"sqlite": _guard_sqlite, "postgresql": _guard_postgresql}[connection.dialect.name]
    for table in tables:
        guard(connection, table)


def _guard_sqlite(connection: Connection, table: str) -> None:
    for change in ("UPDATE", "DELETE"):
        connection.exec_driver_sql(
            f"CREATE TRIGGER {table}_no_{change.lower()} BEFORE {change} ON {table}"
            f" BEGIN SELECT RAISE(ABORT, '{_SAID}'); END"
        )


def _guard_postgresql(connection: Connection, table: str) -> None:
    connection.exec_driver_sql(_FUNCTION)
    connection.exec_driver_sql(
        f"CREATE TRIGGER {table}_only_added BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
