"""The ledger: remembers every run, what it said of everybody, and every bundle; only ever added to.

SQLite in a file (WAL) or PostgreSQL, by URL. Names and ID numbers stay outside: `ledger_rows` says how.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import repeat
from types import TracebackType
from typing import Any, Self

import polars as pl
from sqlalchemy import (
    Boolean,
    Connection,
    DateTime,
    Engine,
    Float,
    Integer,
    Row,
    Select,
    String,
    TableClause,
    func,
    select,
)
from sqlalchemy.sql.type_api import TypeEngine

from outputs import ledger_queries as queries
from outputs.ledger_engine import address_of, disposed_on_error, engine_at, place_of, prepare_file
from outputs.ledger_errors import opening, using
from outputs.ledger_identity import is_keyed, refuse_other_key
from outputs.ledger_revisions import bring_to_head
from outputs.ledger_rows import SealedBundle, record_run
from outputs.ledger_tables import (
    BUNDLES,
    CERTIFICATE_NUMBERS,
    CURRENT_ENROLMENTS,
    CURRENT_RECORDS,
    RUN_FINDINGS,
    RUN_INPUTS,
    RUNS,
)
from outputs.writer import SLICE_ROWS
from schemas.audit import AuditFrames
from schemas.capture import PAST_PICTURES
from schemas.numbers import REMEMBERED

_POLARS: dict[type[TypeEngine[Any]], pl.DataType] = {
    Boolean: pl.Boolean(),
    Integer: pl.Int64(),
    String: pl.String(),
    Float: pl.Float64(),
    DateTime: pl.Datetime("ms"),
}


def open_ledger(url: str, *, must_exist: bool = False) -> "Ledger":
    """Open the ledger at a `sqlite:///` or `postgresql+psycopg://` address and bring its tables to today's.

    InputError where it cannot be opened, where a newer regpack wrote it or, with `must_exist`, where its file
    is not there yet.
    """
    address = address_of(url)
    with opening(place_of(address)):
        if address.get_backend_name() == "sqlite":
            prepare_file(address, must_exist=must_exist)
        engine = engine_at(address)
        with disposed_on_error(engine):
            bring_to_head(engine)
    return Ledger(engine)


class Ledger:
    """An open ledger, made by `open_ledger`; leaving its `with` block closes the database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._place = place_of(engine.url)
        self._key: bytes | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def place(self) -> str:
        """Its address as it may be shown."""
        return self._place

    def close(self) -> None:
        """Let the database go."""
        self._engine.dispose()

    def is_keyed(self) -> bool:
        """Whether documents were recorded under a key."""
        with self.transaction() as connection:
            return is_keyed(connection)

    def use_key(self, key: bytes) -> None:
        """Record documents under this key from now on. InputError where earlier runs used another."""
        with self.transaction() as connection:
            refuse_other_key(connection, key, self._place)
        self._key = key

    @contextmanager
    def recording(
        self, frames: AuditFrames, *, inputs: Mapping[str, str], sealed: Sequence[SealedBundle] = ()
    ) -> Iterator[Connection]:
        """Record a run, its inputs (name to SHA-256) and its bundles once the body ended well; else nothing.

        The body may add what belongs to the run through the connection.
        """
        with self.transaction() as connection:
            record_run(connection, frames, inputs, sealed, self._key)
            yield connection

    def runs(self, campaign: str) -> pl.DataFrame:
        """Every run of a campaign in the order of recording: its columns in the ledger without `run_id`."""
        columns = [column for column in RUNS.c if column.name not in {"run_id", "campaign"}]
        return self.frame(select(*columns).where(RUNS.c.campaign == campaign).order_by(RUNS.c.run_id))

    def inputs(self, campaign: str) -> pl.DataFrame:
        """What every run read: run, input, sha256."""
        return self.frame(
            select(RUNS.c.run, RUN_INPUTS.c.input, RUN_INPUTS.c.sha256)
            .join_from(RUNS, RUN_INPUTS)
            .where(RUNS.c.campaign == campaign)
            .order_by(RUNS.c.run_id, RUN_INPUTS.c.input)
        )

    def bundles(self, campaign: str) -> pl.DataFrame:
        """Every bundle of a campaign by number: name, number, run, archive_sha256, sealed, supplements.

        `part` and `parts`, which of how many it is, are null for a bundle that its run sealed alone.
        """
        kept = (BUNDLES.c.name, BUNDLES.c.number, RUNS.c.run, BUNDLES.c.archive_sha256)
        more = (BUNDLES.c.sealed, BUNDLES.c.supplements, BUNDLES.c.part, BUNDLES.c.parts)
        return self.frame(
            select(*kept, *more)
            .join_from(BUNDLES, RUNS)
            .where(BUNDLES.c.campaign == campaign)
            .order_by(BUNDLES.c.number)
        )

    def sealed(self, campaign: str) -> pl.DataFrame:
        """The latest sealed record of every student: student_no, bundle and the three digests of SEALED."""
        kept = ("student_no", "bundle", "record_sha256", "photo_sha256", "capture_sha256")
        return self._current(CURRENT_RECORDS, campaign, kept)

    def next_bundle_number(self, campaign: str) -> int:
        """One more than the highest bundle recorded; 1 for the first."""
        with self.transaction() as connection:
            query = select(func.max(BUNDLES.c.number)).where(BUNDLES.c.campaign == campaign)
            return (connection.scalar(query) or 0) + 1

    def last_bundle(self, campaign: str) -> str | None:
        """The name of the bundle recorded last, which the next one supplements."""
        names = self.bundles(campaign)["name"]
        return str(names[-1]) if len(names) else None

    def numbers(self, school_code: str) -> pl.DataFrame:
        """Every certificate number of a school's bundles, over its campaigns: the columns of REMEMBERED."""
        kept = [CERTIFICATE_NUMBERS.c[name] for name in REMEMBERED if name != "bundle"]
        return self.frame(
            select(*kept, BUNDLES.c.name.label("bundle"))
            .join_from(CERTIFICATE_NUMBERS, BUNDLES)
            .where(CERTIFICATE_NUMBERS.c.school_code == school_code)
            .order_by(CERTIFICATE_NUMBERS.c.number_id)
        )

    def pictures(self, campaign: str) -> pl.DataFrame:
        """Whose pictures all campaigns' runs sealed or used (PAST_PICTURES), as a run of this one sees it."""
        used = self.frame(queries.used_pictures()).with_columns(is_final=pl.col("campaign") != campaign)
        sealed = self.frame(queries.sealed_pictures()).with_columns(is_final=pl.lit(True))
        return pl.concat([used, sealed], how="diagonal").select(list(PAST_PICTURES)).sort(pl.all())

    def states(self, campaign: str) -> pl.DataFrame:
        """How every student ended the latest run that knew them: student_no, run, state."""
        return self._current(CURRENT_ENROLMENTS, campaign, ("student_no", "run", "state"))

    def story(self, campaign: str, student_no: str) -> pl.DataFrame:
        """One line per run and roster row of a student, in the order of recording.

        Columns: run, started_at, kind, row, state, codes, photo_sha256, bundle. What was shot of the student
        is in `captures_of`.
        """
        return self.frame(queries.story_of(campaign, student_no))

    def turns(self, campaign: str) -> pl.DataFrame:
        """Every student's runs that changed something for them, in the order of recording.

        Columns: started_at, kind, student_no, state, codes, bundle.
        """
        return self.frame(queries.turns_of(campaign))

    def captures_of(self, campaign: str, student_no: str) -> pl.DataFrame:
        """What was shot of a student, per run: run, row, capture_path, sha256, taken_at, state, evidence."""
        return self.frame(queries.captures_of(campaign, student_no))

    def students_of(self, campaign: str, hashes: Iterable[str]) -> pl.DataFrame:
        """Who was enrolled with documents of these hashes, in any run: document_hash, student_no."""
        return self.frame(queries.documents(campaign)).filter(pl.col("document_hash").is_in(list(hashes)))

    def findings(
        self, campaign: str, *, run: str | None = None, reason: str | None = None, student: str | None = None
    ) -> pl.DataFrame:
        """Every finding in the order of recording, or those of one run, reason code or student.

        Columns: run, started_at, row, student_no, unit_name, state (of the enrolment in that run),
        capture_path, code, severity, column, seen, limit.
        """
        wanted = {RUNS.c.run: run, RUN_FINDINGS.c.code: reason, RUN_FINDINGS.c.student_no: student}
        query = queries.all_findings().where(RUNS.c.campaign == campaign)
        for column, value in wanted.items():
            query = query if value is None else query.where(column == value)
        return self.frame(query)

    def _current(self, view: TableClause, campaign: str, kept: Sequence[str]) -> pl.DataFrame:
        """A view's lines of a campaign, by student number."""
        lines = self.frame(select(*(view.c[name] for name in kept)).where(view.c.campaign == campaign))
        return lines.sort("student_no")

    def frame(self, query: Select[Any]) -> pl.DataFrame:
        """What a query finds; for the modules that read one kind of fact."""
        with self.transaction() as connection:
            found = connection.execution_options(stream_results=True).execute(query)
            parts = [_frame(query, rows) for rows in found.partitions(SLICE_ROWS)]
        return pl.concat(parts) if parts else _frame(query, ())

    @contextmanager
    def alone(self) -> Iterator[Connection]:
        """A connection without a transaction, for what a database does to itself."""
        with using(self._place), self._engine.connect() as connection:
            yield connection.execution_options(isolation_level="AUTOCOMMIT")

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """A connection whose changes all stay, or none; for the modules that write one kind of fact."""
        with using(self._place), self._engine.begin() as connection:
            yield connection


def _frame(query: Select[Any], rows: Sequence[Row[Any]]) -> pl.DataFrame:
    """Rows of a query as a frame."""
    columns = zip(*rows, strict=True) if rows else repeat(())
    return pl.DataFrame(
        pl.Series(column.name, values, _POLARS[type(column.type)])
        for column, values in zip(query.selected_columns, columns, strict=False)
    )
