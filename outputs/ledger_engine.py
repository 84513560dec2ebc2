"""Where the ledger is: a `sqlite:///` or `postgresql+psycopg://` address becomes a database engine."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from sqlite3 import Connection as SqliteConnection
from sqlite3 import OperationalError as SqliteError
from time import sleep

from sqlalchemy import URL, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError

from schemas.errors import InputError
from schemas.words import Text

_CONNECT_S = 10
"""How long a server may take to answer at all."""
BUSY_MS = 120_000
"""How long another may be writing into the same file: a run of 100,000 enrolments takes half a minute."""
_PAUSES_S = (0.02, 0.05, 0.1, 0.2, 0.5, 1.0)


def ledger_url(url: str, folder: Path) -> str:
    """A campaign's ledger address with a relative SQLite path made relative to the campaign's output folder.

    >>> ledger_url("sqlite:///ledger.db", Path("/out")), ledger_url("sqlite:////srv/a.db", Path("/out"))
    ('sqlite:////out/ledger.db', 'sqlite:////srv/a.db')
    """
    address = address_of(url)
    if address.get_backend_name() != "sqlite" or not address.database:
        return url
    return address.set(database=str(folder / address.database)).render_as_string(hide_password=False)


def address_of(url: str) -> URL:
    """The address taken apart; InputError, without its password, where no ledger can be there."""
    try:
        address = make_url(url)
        if address.get_backend_name() in {"sqlite", "postgresql"}:
            return address
    except ArgumentError:
        pass
    raise InputError(
        url.partition(":")[0],
        Text("台账地址不认识", "this ledger address is unknown"),
        Text("写成 sqlite:///ledger.db 或 postgresql+psycopg://用户:密码@主机/库",
             "write sqlite:///ledger.db or postgresql+psycopg://user:password@host/database"),
    )  # fmt: skip


def place_of(address: URL) -> str:
    """The address as it may be shown: without its password, wherever that stands."""
    return address.set(query={}).render_as_string(hide_password=True)


def file_of(url: str) -> Path | None:
    """The ledger's file; None for one on a server."""
    address = address_of(url)
    return Path(address.database or "") if address.get_backend_name() == "sqlite" else None


def prepare_file(address: URL, *, must_exist: bool) -> None:
    """Make an empty SQLite file and its folder where there is none, or complain that there is none."""
    file = Path(address.database or "")
    if must_exist and not file.is_file():
        raise InputError(
            file,
            Text("还没有台账，这个批次没有运行过", "there is no ledger: this campaign has had no run yet"),
            Text("先用 regpack run 处理一次", "process it with regpack run first"),
        )
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch(mode=0o600)  # SQLite gives its side files the same rights


def engine_at(address: URL) -> Engine:
    """What talks to the database; its errors never show a value."""
    if address.get_backend_name() == "sqlite":
        engine = create_engine(address, hide_parameters=True)
        event.listen(engine, "connect", _set_up_sqlite)
        return engine
    waits = {} if "connect_timeout" in address.query else {"connect_timeout": _CONNECT_S}
    return create_engine(address, hide_parameters=True, pool_pre_ping=True, connect_args=waits)


@contextmanager
def disposed_on_error(engine: Engine) -> Iterator[None]:
    """Let the database go if the body fails."""
    try:
        yield
    except BaseException:
        engine.dispose()
        raise


def _set_up_sqlite(connection: SqliteConnection, _: object) -> None:
    for setting in (f"busy_timeout = {BUSY_MS}", "foreign_keys = ON", "recursive_triggers = ON"):
        connection.execute(f"PRAGMA {setting}").close()
    _write_ahead(connection)


def _write_ahead(connection: SqliteConnection) -> None:
    """WAL, which SQLite refuses at once, without waiting, while another makes the same change."""
    for pause_s in (*_PAUSES_S, None):
        try:
            connection.execute("PRAGMA journal_mode = WAL").close()
        except SqliteError:
            if pause_s is None:
                raise
            sleep(pause_s)
        else:
            return
