"""Brings a ledger to the tables of today, whatever wrote it; Alembic is imported only where there is work.

A revision is a file `0001_….py` in `outputs/migrations/versions`; its number is its name there.
"""

from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from outputs.ledger_engine import place_of
from schemas.errors import InputError
from schemas.words import Text

MIGRATIONS = Path(__file__).parent / "migrations"
REVISIONS = tuple(sorted(path.name[:4] for path in (MIGRATIONS / "versions").glob("[0-9]*.py")))
HEAD = REVISIONS[-1]
_ONE_AT_A_TIME = {
    "sqlite": "BEGIN IMMEDIATE",
    "postgresql": "SELECT pg_advisory_xact_lock(hashtext('regpack'))",
}
"""What makes a second program wait until the first has changed the tables."""


def bring_to_head(engine: Engine) -> None:
    """Make or change the tables until they are today's. InputError for a ledger of a newer program."""
    with engine.begin() as connection:
        if _revision(connection) == HEAD:
            return
    with engine.begin() as connection:
        connection.exec_driver_sql(_ONE_AT_A_TIME[engine.dialect.name])
        upgrade(connection)


def upgrade(connection: Connection, to: str = HEAD) -> None:
    """Change the tables up to a revision, inside the connection's transaction."""
    found = _revision(connection)
    if found == to:
        return
    if found is not None and found not in REVISIONS:
        raise InputError(
            place_of(connection.engine.url),
            Text(f"台账由更新版本的 regpack 写成（修订号 {found}，本程序只认识到 {HEAD}）",
                 f"a newer regpack wrote this ledger (revision {found}; this one knows {HEAD} at most)"),
            Text("请先升级 regpack 再运行", "upgrade regpack first"),
        )  # fmt: skip
    from alembic import command  # noqa: PLC0415  a fifth of a second that a ledger of today is spared
    from alembic.config import Config  # noqa: PLC0415

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(MIGRATIONS))
    command.upgrade(config, to)


def _revision(connection: Connection) -> str | None:
    """The ledger's revision; None for a new one, and for one from before there were revisions."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found
