"""One run of a campaign at a time where several machines share a ledger on PostgreSQL."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from sqlalchemy import Connection, text

from outputs.ledger_engine import address_of, engine_at, place_of
from outputs.ledger_errors import opening

_NAME_BYTES = 63
"""What PostgreSQL keeps of an application's name."""
_KEY = text(
    "SELECT hashtextextended(concat_ws(' ', 'regpack', current_schema(), CAST(:campaign AS text)), 0)"
)
"""Locks belong to the database, ledgers to its schemas."""
_TRY = text("SELECT pg_try_advisory_lock(:key)")
_WAIT = text("SELECT pg_advisory_lock(:key)")
_WHO = text(
    "SELECT application_name FROM pg_locks JOIN pg_stat_activity USING (pid)"
    " WHERE locktype = 'advisory' AND granted AND objsubid = 1 AND classid = :high AND objid = :low"
)


@contextmanager
def campaign_lock(url: str, campaign: str, holder: str, *, wait: bool) -> Iterator[str | None]:
    """Hold a campaign's lock in its ledger; yields None, or who has it already where nobody is to `wait`.

    The server lets go by itself when the connection ends, so also when the run is killed. A ledger in a file
    has no such lock: it is beside its campaign's output folder, which has one.
    """
    address = address_of(url)
    if address.get_backend_name() == "sqlite":
        yield None
        return
    engine = engine_at(address.update_query_dict({"application_name": holder[:_NAME_BYTES]}))
    with ExitStack() as held:
        held.callback(engine.dispose)
        with opening(place_of(address)):
            connection = held.enter_context(engine.connect())
            connection = connection.execution_options(isolation_level="AUTOCOMMIT")
            other = _taken(connection, campaign, wait=wait)
        yield other


def _taken(connection: Connection, campaign: str, *, wait: bool) -> str | None:
    """Take the lock, or say who has it."""
    key = connection.execute(_KEY, {"campaign": campaign}).scalar_one()
    if wait:
        connection.execute(_WAIT, {"key": key})
    elif not connection.scalar(_TRY, {"key": key}):
        halves = {"high": key >> 32 & 0xFFFFFFFF, "low": key & 0xFFFFFFFF}
        return connection.scalar(_WHO, halves) or ""
    return None
