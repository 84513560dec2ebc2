"""What the ledger is asked, as SQL."""

from typing import Any

from sqlalchemy import Select, func, or_, select

from outputs.ledger_tables import (
    BUNDLE_RECORDS,
    BUNDLES,
    FRAME_HASHES,
    RUN_CAPTURES,
    RUN_ENROLMENTS,
    RUN_FINDINGS,
    RUNS,
)
from schemas.audit import CaptureState


def sealed_pictures() -> Select[Any]:
    """Whose picture every sealed record holds."""
    record, hashed = BUNDLE_RECORDS.c, FRAME_HASHES.c
    return (
        select(record.student_no, BUNDLES.c.campaign, record.capture_sha256, record.photo_sha256)
        .add_columns(hashed.frame_hash)
        .select_from(BUNDLE_RECORDS)
        .join(BUNDLES, BUNDLES.c.bundle_id == record.bundle_id)
        .outerjoin(FRAME_HASHES, hashed.sha256 == record.capture_sha256)
    )


def used_pictures() -> Select[Any]:
    """Whose picture runs took which capture for."""
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


def all_findings() -> Select[Any]:
    """Every finding with its run and the state of the enrolment concerned, in the order of recording."""
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


def story_of(campaign: str, student_no: str) -> Select[Any]:
    """A student's roster rows in every run."""
    who = RUN_ENROLMENTS.c
    return (
        select(RUNS.c.run, RUNS.c.started_at, RUNS.c.kind)
        .add_columns(who.row, who.state, who.codes, who.photo_sha256, who.bundle)
        .join_from(RUNS, RUN_ENROLMENTS)
        .where(RUNS.c.campaign == campaign, who.student_no == student_no)
        .order_by(RUNS.c.run_id, who.row)
    )


def turns_of(campaign: str) -> Select[Any]:
    """Every run in which a roster row's state, reasons or bundle were not those of the run before."""
    told = ("state", "codes", "bundle")
    who = RUN_ENROLMENTS.c
    earlier = (
        func.lag(who[name]).over(partition_by=(who.student_no, who.row), order_by=who.run_id) for name in told
    )
    before = [
        func.coalesce(value, "").label(f"{name}_before") for name, value in zip(told, earlier, strict=True)
    ]
    lines = (
        select(RUNS.c.run_id, RUNS.c.started_at, RUNS.c.kind, who.student_no, who.row)
        .add_columns(*(who[name] for name in told), *before)
        .join_from(RUNS, RUN_ENROLMENTS)
        .where(RUNS.c.campaign == campaign, who.student_no.is_not(None))
        .subquery()
    )
    changed = [func.coalesce(lines.c[name], "") != lines.c[f"{name}_before"] for name in told]
    kept = (lines.c[name] for name in ("started_at", "kind", "student_no", *told))
    return select(*kept).where(or_(*changed)).order_by(lines.c.run_id, lines.c.row)


def captures_of(campaign: str, student_no: str) -> Select[Any]:
    """What was shot of a student, per run."""
    shot = RUN_CAPTURES.c
    return (
        select(RUNS.c.run, shot.row, shot.capture_path, shot.sha256, shot.taken_at, shot.state, shot.evidence)
        .join_from(RUNS, RUN_CAPTURES)
        .where(RUNS.c.campaign == campaign, shot.student_no == student_no)
        .order_by(RUNS.c.run_id, shot.position)
    )


def documents(campaign: str) -> Select[Any]:
    """Who was enrolled with a document of which hash, in any run of the campaign."""
    who = RUN_ENROLMENTS.c
    return (
        select(who.document_hash, who.student_no)
        .join_from(RUNS, RUN_ENROLMENTS)
        .where(RUNS.c.campaign == campaign, who.student_no.is_not(None), who.document_hash.is_not(None))
        .distinct()
        .order_by(who.document_hash, who.student_no)
    )
