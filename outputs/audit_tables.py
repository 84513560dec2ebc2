"""What the audit says in tables: a run's frames become the lines that people read and send on."""

import polars as pl

from schemas.audit import AuditFrames
from schemas.capture import DECISION, FILE_NAME, LOG_FILE, MOMENT
from schemas.capture import ORDER as IN_ORDER
from schemas.reasons import Reason, Severity

MESSAGES = {reason.value: reason.text.zh for reason in Reason}
FIXES = {reason.value: reason.fix.zh for reason in Reason}

REJECTS = (
    "row", "student_no", "name", "unit_name", "class_name", "state", "capture_path", "code", "severity",
    "message", "column", "seen", "limit", "waived", "fix", "file", "sheet", "sheet_row", "cell", "header",
)  # fmt: skip
ORDER = ("code", "row", "capture_path", "column", "seen", "input", "sheet_row")
MISSING = ("unit_name", "class_name", "student_no", "name", "room_name", "held_on", "starts_at", "ends_at",
           "is_make_up", "because")  # fmt: skip
PROOF = ("unit_name", "class_name", "student_no", "name", "capture_path", "camera_name", "taken_at",
         "supports", "look")  # fmt: skip
SINGLE = {
    LOG_FILE: "仅凭日志写明的文件名，时间上无法核对",
    MOMENT: "仅按刷卡时间对应",
    FILE_NAME: "仅凭文件名，没有日志可以核对",
    DECISION: "由人认定",
}
"""What a class has to look at where evidence of one kind alone makes a link."""


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

    `is_make_up` marks students of an earlier year, who may have been captured then. Whoever a person asked to
    come again stands here too, with the reason given.
    """
    sessions = frames.sessions.select("session_id", "room_name", "held_on", "starts_at", "ends_at")
    is_asked = pl.col("because").is_not_null()
    asked = frames.findings.filter(pl.col("code") == Reason.RETAKE_ASKED).drop_nulls("row")
    again = asked.select("row", because="seen").unique("row", keep="first", maintain_order=True)
    return (
        frames.enrolments.join(again, on="row", how="left", validate="1:1", maintain_order="left")
        .filter((pl.col("state") == "missing") | ((pl.col("state") == "rejected") & is_asked))
        .join(sessions, on="session_id", how="left", validate="m:1", maintain_order="left")
        .with_columns(
            is_make_up=pl.col("codes").str.contains(Reason.MAKE_UP_YEAR, literal=True).fill_null(False)
        )
        .sort("unit_name", "class_name", "student_no", "row", nulls_last=True)
        .select(MISSING)
    )


def proof(frames: AuditFrames) -> pl.DataFrame:
    """The accepted by class with their captures, for the class to confirm face by face (PROOF); no ID number.

    Two who change places before a camera, or swap their cards, leave no trace: only those who know them see
    it. `look` says where a link rests on little, or stands out of the roster's order.
    """
    people = frames.enrolments.filter(pl.col("state") == "accepted").drop("state")
    shots = frames.captures.select("capture_path", "camera_name", "taken_at", "supports", "contradicts")
    alone = pl.col("supports").str.replace(f"+{IN_ORDER}", "", literal=True)
    said = pl.concat_str(
        "contradicts", alone.replace_strict(SINGLE, default=None, return_dtype=pl.String),
        separator="；", ignore_nulls=True,
    )  # fmt: skip
    both = people.join(shots, on="capture_path", how="inner", validate="1:1", maintain_order="left")
    return (
        both.with_columns(look=said)
        .sort("unit_name", "class_name", "student_no", "row", nulls_last=True)
        .select(PROOF)
    )


def _weight() -> pl.Expr:
    """Severities in the order in which they matter."""
    return pl.col("severity").cast(pl.Enum([severity.value for severity in Severity]))
