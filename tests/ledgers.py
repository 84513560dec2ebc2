"""Where tests keep their ledgers: files of SQLite, and schemas on a PostgreSQL server of the tests' own."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Connection, NullPool, Table, create_engine, func, insert, make_url, select, text

from flows.sources import read_campaign
from outputs.ledger import open_ledger
from outputs.ledger_engine import engine_at
from outputs.ledger_tables import METADATA

GIVEN = "REGPACK_TEST_POSTGRESQL"
"""Names a server's database to use instead, as a URL; its user must be allowed to make schemas."""
NONE_THERE = (
    f"NO POSTGRESQL SERVER: the ledger was not tested on it; apt-get install postgresql, or set {GIVEN}"
)
DEBIAN = Path("/usr/lib/postgresql")
SETTINGS = {
    "fsync": "off", "full_page_writes": "off", "synchronous_commit": "off", "shared_buffers": "16MB",
    "listen_addresses": "''",
}  # fmt: skip
ORDER = ("--locale=C", "--locale-provider=icu", "--icu-locale=zh-CN")
"""How text sorts: as on a server set up in China, not byte for byte as in SQLite."""


def programs() -> Path | None:
    """The folder of PostgreSQL's own programs, the newest version's; None where there is none."""
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).resolve().parent
    found = [folder / "bin" for folder in DEBIAN.glob("*") if (folder / "bin" / "initdb").exists()]
    return max(found, key=lambda folder: float(folder.parent.name), default=None)


class Cluster(NamedTuple):
    """A server's programs, its folder, and who it runs as."""

    bin: Path
    folder: Path
    user: str | None

    @property
    def url(self) -> str:
        """Its one database, by Unix socket."""
        return f"postgresql+psycopg://regpack@/postgres?host={self.folder}"

    def initialise(self) -> None:
        """Make the server's files."""
        self._call("initdb", "-U", "regpack", "-A", "trust", "-E", "UTF8", "--no-sync", *ORDER)

    def start(self) -> None:
        """Start the server and wait for it."""
        given = {**SETTINGS, "unix_socket_directories": str(self.folder)}
        options = " ".join(f"-c {name}={value}" for name, value in given.items())
        self._call("pg_ctl", "-w", "-l", str(self.folder / "log"), "-o", options, "start")

    def stop(self, mode: str = "immediate") -> None:
        """Stop it at once, as a power cut would; `fast` writes what was committed and lets nobody finish."""
        self._call("pg_ctl", "-w", "-m", mode, "stop")

    def _call(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [self.bin / program, "-D", self.folder / "data", *arguments],
            user=self.user, group=self.user and _group_of(self.user),
            extra_groups=[] if self.user else None,
            cwd=self.folder, check=True, timeout=60, stdout=subprocess.DEVNULL,
        )  # fmt: skip


@contextmanager
def running(bin_folder: Path) -> Iterator[Cluster]:
    """A new server in a folder of its own, gone afterwards; it refuses to run as root, so another does."""
    folder = Path(tempfile.mkdtemp(prefix="regpack-pg-"))
    user = _nobody() if os.geteuid() == 0 else None
    if user:
        shutil.chown(folder, user)
    cluster = Cluster(bin_folder, folder, user)
    try:
        cluster.initialise()
        cluster.start()
        yield cluster
        cluster.stop()
    finally:
        shutil.rmtree(folder)


def _group_of(user: str) -> int:
    import pwd  # Windows has none

    return pwd.getpwnam(user).pw_gid


def _nobody() -> str:
    import pwd  # likewise

    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


@contextmanager
def schema(database: str, name: str) -> Iterator[str]:
    """A URL that sees nothing but a new, empty schema of this name, gone afterwards."""
    engine = create_engine(database, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        connection.execute(text(f"CREATE SCHEMA {name}"))
    address = make_url(database).update_query_dict({"options": f"-csearch_path={name}"})
    yield address.render_as_string(hide_password=False)
    with engine.connect() as connection:
        connection.execute(text(f"DROP SCHEMA {name} CASCADE"))


def move(campaign: Path, url: str) -> None:
    """Have a campaign's ledger at another address, with every fact that the first one holds."""
    loaded = read_campaign(campaign)
    copy(loaded.ledger_url, url)
    named = campaign.read_text(encoding="utf-8").replace(loaded.campaign.output.ledger, url)
    campaign.write_text(named, encoding="utf-8")


def copy(old: str, new: str) -> None:
    """Write every fact of a ledger, if it is there, to a new one."""
    for each in (old, new):
        open_ledger(each).close()
    source, target = (engine_at(make_url(each)) for each in (old, new))
    with source.connect() as before, target.begin() as after:
        for table in METADATA.sorted_tables:
            rows = [dict(row) for row in before.execute(select(table)).mappings()]
            if rows:
                after.execute(insert(table), rows)
                _count_on(after, table)
    source.dispose()
    target.dispose()


def _count_on(connection: Connection, table: Table) -> None:
    """Have PostgreSQL's counters go on behind the rows that brought their numbers along."""
    key = table.autoincrement_column
    if key is not None and connection.dialect.name == "postgresql":
        counter = func.pg_get_serial_sequence(table.name, key.name)
        connection.execute(select(func.setval(counter, select(func.max(key)).scalar_subquery())))
