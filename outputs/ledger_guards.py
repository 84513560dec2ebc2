"""Triggers that keep facts as they were written: a row of the ledger is neither changed nor removed.

Every revision that makes a table calls `only_add` for it; one that must make a table anew calls it again.
`erasable` lets a purge, while it goes on, change some columns to one value, and nothing else.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from sqlalchemy import Connection, inspect

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


class Erasable(NamedTuple):
    """What a purge erases of a table: `becomes` has SQL for what each column holds afterwards.

    `campaign` is SQL for the campaign of a row. Both name the row's columns with `{row}.` before them.
    """

    campaign: str
    becomes: Mapping[str, str]


_GOES_ON = """EXISTS (
    SELECT 1 FROM purges WHERE purges.campaign = ({campaign})
        AND NOT EXISTS (SELECT 1 FROM purge_ends WHERE purge_ends.purge_id = purges.purge_id)
)"""


def erasable(connection: Connection, tables: Mapping[str, Erasable]) -> None:
    """Have guarded tables allow what a purge does, and no other change."""
    guard = {"sqlite": _open_sqlite, "postgresql": _open_postgresql}[connection.dialect.name]
    same = {"sqlite": "IS", "postgresql": "IS NOT DISTINCT FROM"}[connection.dialect.name]
    for table, what in tables.items():
        columns = [column["name"] for column in inspect(connection).get_columns(table)]
        becomes = {name: what.becomes.get(name, f'{{row}}."{name}"').format(row="OLD") for name in columns}
        kept = " AND ".join(f'NEW."{name}" {same} {value}' for name, value in becomes.items())
        guard(connection, table, f"{kept} AND {_GOES_ON.format(campaign=what.campaign.format(row='OLD'))}")


def _open_sqlite(connection: Connection, table: str, allowed: str) -> None:
    connection.exec_driver_sql(f"DROP TRIGGER {table}_no_update")
    connection.exec_driver_sql(
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} WHEN NOT ({allowed})"
        f" BEGIN SELECT RAISE(ABORT, '{_SAID}'); END"
    )


def _open_postgresql(connection: Connection, table: str, allowed: str) -> None:
    connection.exec_driver_sql(f"DROP TRIGGER {table}_only_added ON {table}")
    connection.exec_driver_sql(
        f"CREATE TRIGGER {table}_only_added BEFORE DELETE OR TRUNCATE ON {table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
    connection.exec_driver_sql(
        f"CREATE FUNCTION refuse_change_of_{table}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        f" IF NOT ({allowed}) THEN RAISE EXCEPTION '{_SAID}'; END IF; RETURN NEW; END $$"
    )
    connection.exec_driver_sql(
        f"CREATE TRIGGER {table}_only_erased BEFORE UPDATE ON {table}"
        f" FOR EACH ROW EXECUTE FUNCTION refuse_change_of_{table}()"
    )
