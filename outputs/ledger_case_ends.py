"""How a run ends cases: whoever's photo was refused or complained of has a new one in a bundle."""

import polars as pl
from sqlalchemy import Connection, insert, select

from outputs.ledger_tables import CASE_ENDS, CASES, CURRENT_RECORDS
from schemas.feedback import ABOUT_PHOTO, PHOTO_ACCEPTED


def end_answered(
    connection: Connection, campaign: str, records: pl.DataFrame, *, bundle: str, closed_at: str
) -> None:
    """End the open cases about photos of which `records`, just to be sealed, hold another one than before.

    Call it before the bundle's own records stand in the ledger.
    """
    before = _sealed_photos(connection, campaign)
    changed = {
        student_no
        for student_no, photo in records.select("student_no", "photo_sha256").iter_rows()
        if before.get(student_no) != photo
    }
    ends = [
        {"case_id": case_id, "closed_at": closed_at, "how": PHOTO_ACCEPTED, "bundle": bundle}
        for case_id, student_no in _open_about_photos(connection, campaign)
        if student_no in changed
    ]
    if ends:
        connection.execute(insert(CASE_ENDS), ends)


def _open_about_photos(connection: Connection, campaign: str) -> list[tuple[int, str]]:
    is_ended = select(CASE_ENDS.c.case_id).where(CASE_ENDS.c.case_id == CASES.c.case_id).exists()
    query = select(CASES.c.case_id, CASES.c.student_no).where(
        CASES.c.campaign == campaign, CASES.c.kind.in_(ABOUT_PHOTO), ~is_ended
    )
    return [(case_id, student_no) for case_id, student_no in connection.execute(query)]


def _sealed_photos(connection: Connection, campaign: str) -> dict[str, str]:
    """The photo of each student's latest record."""
    record = CURRENT_RECORDS.c
    query = select(record.student_no, record.photo_sha256).where(record.campaign == campaign)
    return {line.student_no: line.photo_sha256 for line in connection.execute(query)}
