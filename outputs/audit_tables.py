"""What the audit says in tables: a run's frames become the lines that people read and send on."""

import polars as pl

from schemas.audit import AuditFrames
from schemas.reasons import Reason, Severity

MESSAGES = {reason.value: reason.text.zh for reason in Reason}
FIXES = {reason.value: reason.fix.zh for reason in Reason}

REJECTS = (
    "row", "student_no", "name", "unit_name", "class_name", "state", "capture_path", "code", "severity",
    "message", "column", "seen", "limit", "fix", "file", "sheet", "sheet_row", "cell", "header",
)  # fmt: skip
ORDER = ("code", "row", "capture_path", "column", "seen", "input", "sheet_row")
MISSING = ("unit_name", "class_name", "student_no", "name", "room_name", "held_on", "starts_at", "ends_at",
           "is_make_up")  # fmt: skip


def rejects(frames: AuditFrames) -> pl.DataFrame:
    """One line per finding with whom it concerns, what to do and where it stands (REJECTS)."""
    return told_findings(frames).select(REJECTS)


def told_findings(frames: AuditFrames) -> pl.DataFrame:
    """Findings with whom they concern and what to do: block first, then by code and roster row.

    `state` is the enrolment's or, where none is concerned, the capture's.
    """
    who = frames.enrolments.select("row", "name", "unit_name", "class_name", of_row="state")
    shot = frames.captures.select("capture_path", of_capture="state")
    lines = frames.findings.join(who, on="row", how="left", validate="m:1", maintain_order="left").join(
        shot, on="capture_path", how="left", validate="m:1", maintain_order="left"
    )
    said = pl.col("code").replace_strict
    return lines.with_columns(
        state=pl.coalesce("of_row", "of_capture"),
        message=said(MESSAGES, return_dtype=pl.String),
        fix=said(FIXES, return_dtype=pl.String),
    ).sort(_weight(), *ORDER, nulls_last=True, maintain_order=True)


def missing(frames: AuditFrames) -> pl.DataFrame:
    """Who still has to come, by unit, class and student number, with the session missed; no ID number.

    `is_make_up` marks students of an earlier year, who may have been captured then.
    """
    sessions = frames.sessions.select("session_id", "room_name", "held_on", "starts_at", "ends_at")
    return (
        frames.enrolments.filter(pl.col("state") == "missing")
        .join(sessions, on="session_id", how="left", validate="m:1", maintain_order="left")
        .with_columns(
            is_make_up=pl.col("codes").str.contains(Reason.MAKE_UP_YEAR, literal=True).fill_null(False)
        )
        .sort("unit_name", "class_name", "student_no", "row", nulls_last=True)
        .select(MISSING)
    )


def _weight() -> pl.Expr:
    """Severities in the order in which they matter."""
    return pl.col("severity").cast(pl.Enum([severity.value for severity in Severity]))
