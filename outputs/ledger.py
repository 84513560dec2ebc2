"""The ledger: remembers every run, what it said of everybody, and every bundle; only ever added to.

SQLite in a file (WAL) or PostgreSQL, by URL. Names and ID numbers stay outside: `ledger_rows` says how.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from sqlite3 import Error as SqliteError
from types import TracebackType
from typing import Any, Self

import polars as pl
from sqlalchemy import Boolean, Connection, DateTime, Engine, Integer, Select, String, func, select
from sqlalchemy.exc import (
    IntegrityError,
    InterfaceError,
    InternalError,
    OperationalError,
    ProgrammingError,
    SQLAlchemyError,
)
from sqlalchemy.sql.type_api import TypeEngine

from outputs.ledger_engine import address_of, disposed_on_error, engine_at, prepare_file
from outputs.ledger_revisions import bring_to_head
from outputs.ledger_rows import SealedBundle, record_run
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
from schemas.audit import AuditFrames, CaptureState
from schemas.capture import PAST_PICTURES
from schemas.errors import InputError
from schemas.numbers import REMEMBERED
from schemas.words import Text

_POLARS: dict[type[TypeEngine[Any]], pl.DataType] = {
    Boolean: pl.Boolean(),
    Integer: pl.Int64(),
    String: pl.String(),
    DateTime: pl.Datetime("ms"),
}


def open_ledger(url: str, *, must_exist: bool = False) -> "Ledger":
    """Open the ledger at a `sqlite:///` or `postgresql+psycopg://` address and bring its tables to today's.

    InputError where it cannot be opened, where a newer regpack wrote it or, with `must_exist`, where its file
    is not there yet.
    """
    address = address_of(url)
    place = address.render_as_string(hide_password=True)
    try:
        if address.get_backend_name() == "sqlite":
            prepare_file(address, must_exist=must_exist)
        engine = engine_at(address)
        with disposed_on_error(engine):
            bring_to_head(engine)
    except (SQLAlchemyError, SqliteError, ImportError, OSError):
        raise InputError(
            place,
            Text("台账打不开", "the ledger cannot be opened"),
            Text("检查批次文件 [output] 的 ledger 一项、文件权限或数据库服务",
                 "check ledger under [output] in the campaign file, the file's rights or the server"),
        ) from None  # fmt: skip
    return Ledger(engine)


class Ledger:
    """An open ledger, made by `open_ledger`; leaving its `with` block closes the database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._place = engine.url.render_as_string(hide_password=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let the database go."""
        self._engine.dispose()

    @contextmanager
    def recording(
        self, frames: AuditFrames, *, inputs: Mapping[str, str], sealed: SealedBundle | None = None
    ) -> Iterator[None]:
        """Record a run, its inputs (name to SHA-256) and its bundle once the body ended well; else nothing.

        The body puts the bundle in place, so that ledger and bundle folder agree.
        """
        with self.transaction() as connection:
            record_run(connection, frames, inputs, sealed)
            yield

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
        """Every bundle of a campaign by number: name, number, run, archive_sha256, sealed, supplements."""
        kept = (BUNDLES.c.name, BUNDLES.c.number, RUNS.c.run, BUNDLES.c.archive_sha256)
        return self.frame(
            select(*kept, BUNDLES.c.sealed, BUNDLES.c.supplements)
            .join_from(BUNDLES, RUNS)
            .where(BUNDLES.c.campaign == campaign)
            .order_by(BUNDLES.c.number)
        )

    def sealed(self, campaign: str) -> pl.DataFrame:
        """The latest sealed record of every student: student_no, bundle and the three digests of SEALED."""
        records = self.frame(
            select(
                BUNDLE_RECORDS.c.student_no,
                BUNDLES.c.name.label("bundle"),
                BUNDLE_RECORDS.c.record_sha256,
                BUNDLE_RECORDS.c.photo_sha256,
                BUNDLE_RECORDS.c.capture_sha256,
            )
            .join_from(BUNDLE_RECORDS, BUNDLES)
            .where(BUNDLES.c.campaign == campaign)
            .order_by(BUNDLES.c.number)
        )
        return _latest(records)

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
        used = self.frame(_used_pictures()).with_columns(is_final=pl.col("campaign") != campaign)
        sealed = self.frame(_sealed_pictures()).with_columns(is_final=pl.lit(True))
        return pl.concat([used, sealed], how="diagonal").select(list(PAST_PICTURES)).sort(pl.all())

    def states(self, campaign: str) -> pl.DataFrame:
        """How every student ended the latest run that knew them: student_no, run, state."""
        ends = self.frame(
            select(RUN_ENROLMENTS.c.student_no, RUNS.c.run, RUN_ENROLMENTS.c.state)
            .join_from(RUN_ENROLMENTS, RUNS)
            .where(RUNS.c.campaign == campaign, RUN_ENROLMENTS.c.student_no.is_not(None))
            .order_by(RUNS.c.run_id, RUN_ENROLMENTS.c.row)
        )
        return _latest(ends)

    def story(self, campaign: str, student_no: str) -> pl.DataFrame:
        """One line per run and roster row of a student, in the order of recording.

        Columns: run, started_at, kind, row, state, codes, photo_sha256, bundle. What was shot of the student
        is in `captures_of`.
        """
        who = RUN_ENROLMENTS.c
        return self.frame(
            select(RUNS.c.run, RUNS.c.started_at, RUNS.c.kind)
            .add_columns(who.row, who.state, who.codes, who.photo_sha256, who.bundle)
            .join_from(RUNS, RUN_ENROLMENTS)
            .where(RUNS.c.campaign == campaign, who.student_no == student_no)
            .order_by(RUNS.c.run_id, who.row)
        )

    def captures_of(self, campaign: str, student_no: str) -> pl.DataFrame:
        """What was shot of a student, per run: run, row, capture_path, sha256, taken_at, state, evidence."""
        shot = RUN_CAPTURES.c
        return self.frame(
            select(
                RUNS.c.run, shot.row, shot.capture_path, shot.sha256, shot.taken_at, shot.state, shot.evidence
            )
            .join_from(RUNS, RUN_CAPTURES)
            .where(RUNS.c.campaign == campaign, shot.student_no == student_no)
            .order_by(RUNS.c.run_id, shot.position)
        )

    def findings(
        self, campaign: str, *, run: str | None = None, reason: str | None = None, student: str | None = None
    ) -> pl.DataFrame:
        """Every finding in the order of recording, or those of one run, reason code or student.

        Columns: run, started_at, row, student_no, unit_name, state (of the enrolment in that run),
        capture_path, code, severity, column, seen, limit.
        """
        wanted = {RUNS.c.run: run, RUN_FINDINGS.c.code: reason, RUN_FINDINGS.c.student_no: student}
        query = _all_findings().where(RUNS.c.campaign == campaign)
        for column, value in wanted.items():
            query = query if value is None else query.where(column == value)
        return self.frame(query)

    def frame(self, query: Select[Any]) -> pl.DataFrame:
        """What a query finds; for the modules that read one kind of fact."""
        with self.transaction() as connection:
            rows = [tuple(row) for row in connection.execute(query)]
        schema = {column.name: _POLARS[type(column.type)] for column in query.selected_columns}
        return pl.DataFrame(rows, schema=schema, orient="row")

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """A connection whose changes all stay, or none; for the modules that write one kind of fact."""
        try:
            with self._engine.begin() as connection:
                yield connection
        except IntegrityError:
            raise InputError(
                self._place,
                Text(
                    "这次运行、上报包或其中的证书编号已有记录",
                    "this run, its bundle or a certificate number in it is already recorded",
                ),
                Text(
                    "可能同时开了两次运行，请重新运行一次", "perhaps two runs were started at once: run again"
                ),
            ) from None
        except (OperationalError, InterfaceError, InternalError, ProgrammingError):
            raise InputError(
                self._place,
                Text("台账读写失败", "the ledger cannot be read or written"),
                Text(
                    "检查文件、磁盘空间或数据库服务后重试",
                    "check file, disk space or database server, then retry",
                ),
            ) from None


def _latest(lines: pl.DataFrame) -> pl.DataFrame:
    """The last line of every student, by student number."""
    return lines.unique("student_no", keep="last", maintain_order=True).sort("student_no")


def _sealed_pictures() -> Select[Any]:
    record, hashed = BUNDLE_RECORDS.c, FRAME_HASHES.c
    return (
        select(record.student_no, BUNDLES.c.campaign, record.capture_sha256, record.photo_sha256)
        .add_columns(hashed.frame_hash)
        .select_from(BUNDLE_RECORDS)
        .join(BUNDLES, BUNDLES.c.bundle_id == record.bundle_id)
        .outerjoin(FRAME_HASHES, hashed.sha256 == record.capture_sha256)
    )


def _used_pictures() -> Select[Any]:
    shot, who, hashed = RUN_CAPTURES.c, RUN_ENROLMENTS.c, FRAME_HASHES.c
    same_row = (who.run_id == shot.run_id) & (who.row == shot.row)
    return (
        select(shot.student_no, RUNS.c.campaign, shot.camera_name, shot.sha256.label("capture_sha256"))
        .add_columns(who.photo_sha256, hashed.frame_hash)
        .select_from(RUN_CAPTURES)
        .join(RUNS, RUNS.c.run_id == shot.run_id)
        .outerjoin(RUN_ENROLMENTS, same_row)
        .outerjoin(FRAME_HASHES, hashed.sha256 == shot.sha256)
        .where(shot.state == CaptureState.USED.value, shot.student_no.is_not(None))
        .distinct()
    )


def _all_findings() -> Select[Any]:
    found, who = RUN_FINDINGS.c, RUN_ENROLMENTS.c
    same_row = (who.run_id == found.run_id) & (who.row == found.row)
    return (
        select(RUNS.c.run, RUNS.c.started_at, found.row, found.student_no, who.unit_name, who.state)
        .add_columns(found.capture_path, found.code, found.severity, found.column, found.seen, found.limit)
        .select_from(RUNS)
        .join(RUN_FINDINGS, found.run_id == RUNS.c.run_id)
        .outerjoin(RUN_ENROLMENTS, same_row)
        .order_by(RUNS.c.run_id, found.position)
    )
