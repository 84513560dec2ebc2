"""The audit folder: what one run says of everybody, as tables for programs and a page for people.

It may hold personal data and stays in the school: folder 0700, files 0600.
"""

import io
import json
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

import polars as pl
import polars.selectors as cs

from outputs.audit_tables import missing, proof, rejects
from outputs.fee_workbook import fee_workbook
from outputs.reject_workbook import reject_workbook
from outputs.report.material import Material
from outputs.report.report import render_report
from outputs.writer import SLICE_ROWS
from schemas.audit import CAPTURES, ENROLMENTS, SESSIONS, AuditFrames, Summary
from schemas.errors import DeliveryError
from schemas.photo import FACTS
from schemas.records import FORMULA_LIKE
from schemas.words import Language, Text


def write_audit(frames: AuditFrames, material: Material, *, folder: Path, language: Language = "zh") -> Path:
    """Write a run's audit as `folder`, whole or not at all; return `folder`.

    The report embeds the pictures of `material`. DeliveryError where the folder is there already or the disk
    refuses.
    """
    if folder.exists():
        raise DeliveryError(folder, _TAKEN, _REMOVE)
    scratch = folder.with_name(f".{folder.name}.partial")
    try:
        shutil.rmtree(scratch, ignore_errors=True)  # what a killed run left
        scratch.mkdir(mode=0o700, parents=True)
        for name, content in _files(frames, material, language):
            _write(scratch / name, content)
        scratch.replace(folder)
    except OSError as refused:
        raise DeliveryError(folder, _REFUSED, _MAKE_ROOM) from refused
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return folder


NUMBER = r"^[+\-][0-9]+(\.[0-9]+)?$"
"""What begins like a formula and is none."""
OUR_WORDS = ("limit", "message", "fix")
"""Columns that no sheet's text comes into, or only behind our own."""

_TAKEN = Text("这次运行的审计目录已经存在", "this run's audit folder is there already")
_REMOVE = Text("换一个运行编号，或先移走该目录", "choose another run id, or move the folder away")
_REFUSED = Text("审计文件写不进去", "the audit cannot be written")
_MAKE_ROOM = Text("检查磁盘空间和目录权限后重试", "check disk space and the folder's rights, then retry")


def _files(
    frames: AuditFrames, material: Material, language: Language
) -> Iterator[tuple[str, Iterable[bytes]]]:
    yield "summary.json", [_json(frames.summary)]
    yield "enrolments.csv", _csv_slices(frames.enrolments.sort("row").select(*ENROLMENTS))
    yield "captures.csv", _csv_slices(_captures(frames), decimals=3)
    yield "rejects.csv", _csv_slices(rejects(frames))
    yield "rejects.xlsx", [reject_workbook(frames)]
    yield "corrections.csv", _csv_slices(frames.corrections.drop("item"))
    yield "missing.csv", _csv_slices(missing(frames))
    yield "proof.csv", _csv_slices(proof(frames))
    yield "sessions.csv", _csv_slices(frames.sessions.sort("session_id").select(*SESSIONS))
    yield (
        "numbers.csv",
        _csv_slices(frames.numbers.select("student_no", "kind", "number", "origin", "bundle")),
    )
    if frames.fees is not None:
        yield "fees.xlsx", [fee_workbook(frames.summary, frames.fees)]
    for name, page in render_report(frames, material, language):
        yield name, [page.encode()]


def _captures(frames: AuditFrames) -> pl.DataFrame:
    return frames.captures.sort("capture_path").select(*CAPTURES, *FACTS)


def inert_csv(table: pl.DataFrame) -> bytes:
    """A table as Excel opens it without asking: UTF-8 with BOM, CRLF, no cell that it would run."""
    return b"".join(_csv_slices(table))


def _csv_slices(table: pl.DataFrame, decimals: int | None = None) -> Iterator[bytes]:
    """The same in portions, so that a large one is never whole in memory beside its frame.

    Numbers that are not whole are rounded to so many decimals, if any are told.
    """
    rounded = [] if decimals is None else [cs.float().round(decimals)]
    texts = [column for column in table.select(cs.string()).columns if column not in OUR_WORDS]
    inert = [_inert(column) for column in texts]
    for place, part in enumerate(table.iter_slices(SLICE_ROWS) if table.height else [table]):
        buffer = io.BytesIO()
        part.with_columns(*inert, *rounded).write_csv(
            buffer,
            include_bom=place == 0,
            include_header=place == 0,
            line_terminator="\r\n",
            datetime_format="%Y-%m-%d %H:%M:%S",
            date_format="%Y-%m-%d",
            time_format="%H:%M",
        )
        yield buffer.getvalue()


def _inert(column: str) -> pl.Expr:
    """What people wrote, with an apostrophe before what a spreadsheet would take for a formula."""
    text = pl.col(column)
    is_formula = text.str.contains(FORMULA_LIKE) & ~text.str.contains(NUMBER)
    return pl.when(is_formula).then(pl.concat_str(pl.lit("'"), text)).otherwise(text).alias(column)


def _json(summary: Summary) -> bytes:
    return (json.dumps(summary.model_dump(mode="json"), ensure_ascii=False, indent=2) + "\n").encode()


def _write(path: Path, content: Iterable[bytes]) -> None:
    path.touch(mode=0o600)
    with path.open("wb") as file:
        file.writelines(content)
