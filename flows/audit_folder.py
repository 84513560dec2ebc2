"""A run's audit folder read back: its tables become the frames that they were written from."""

import csv
import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import polars as pl
from pydantic import ValidationError

from flows.plain_file import unreadable
from schemas.audit import CAPTURES, ENROLMENTS, FINDINGS, PLACE, SESSIONS, AuditFrames, Summary
from schemas.errors import InputError
from schemas.photo import FACTS
from schemas.records import FORMULA_LIKE
from schemas.words import Text

Schema = Mapping[str, Any]


def read_audit(folder: Path) -> AuditFrames:
    """What a run said of everybody. InputError where its folder is not there or not whole."""
    with reading(folder):
        return AuditFrames(
            read_summary(folder),
            read_table(folder, "enrolments", ENROLMENTS),
            read_table(folder, "captures", CAPTURES | FACTS),
            read_table(folder, "rejects", FINDINGS | PLACE),
            read_table(folder, "sessions", SESSIONS),
        )


@contextmanager
def reading(folder: Path) -> Iterator[None]:
    """Turn what can be wrong with a run's folder into an InputError that says what to do."""
    try:
        yield
    except OSError as error:
        raise unreadable(Path(error.filename or folder), error) from error
    except (ValidationError, ValueError, pl.exceptions.PolarsError):
        raise InputError(
            folder,
            Text("这次运行的审计文件已被改动或不完整", "the run's audit was changed or is not whole"),
            Text("再运行一次 regpack run，得到新的审计文件", "run regpack run once more for a new audit"),
        ) from None


def read_summary(folder: Path) -> Summary:
    """A run's counts."""
    return Summary.model_validate_json((folder / "summary.json").read_text("utf-8"))


def read_table(folder: Path, name: str, schema: Schema) -> pl.DataFrame:
    """A table of the audit with the types of its frame; a column that it does not have is null.

    A text that was kept from becoming a spreadsheet's formula is as before.
    """
    text = (folder / f"{name}.csv").read_text("utf-8-sig")
    lines = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    rows = list(lines)
    kept = [name for name in schema if name in (lines.fieldnames or ())]
    texts = pl.DataFrame(
        {name: [row[name] or None for row in rows] for name in kept}, schema=dict.fromkeys(kept, pl.String)
    )
    return texts.select(
        (_read(name, kind) if name in kept else pl.lit(None, kind)).alias(name)
        for name, kind in schema.items()
    )


def _read(name: str, kind: Any) -> pl.Expr:
    """A column's cells as what they were."""
    text = pl.col(name)
    if kind == pl.String:
        is_guarded = text.str.starts_with("'") & text.str.slice(1).str.contains(FORMULA_LIKE)
        return pl.when(is_guarded).then(text.str.slice(1)).otherwise(text)
    if kind == pl.Boolean:
        return text == "true"
    if kind in (pl.Date, pl.Time, pl.Datetime("ms")):
        return text.str.strptime(kind, _FORMS[str(pl.Datetime if kind == pl.Datetime("ms") else kind)])
    return text.cast(kind)


_FORMS = {"Date": "%Y-%m-%d", "Time": "%H:%M", "Datetime": "%Y-%m-%d %H:%M:%S"}
