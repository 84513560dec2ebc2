"""What a run says of everybody: states, findings, counts. Audit files and ledger share these frames."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

import polars as pl
from pydantic import Field, model_validator

from schemas.campaign import Payer, Strict
from schemas.capture import PICTURES
from schemas.corrections import CORRECTIONS
from schemas.numbers import NUMBERS


class EnrolmentState(StrEnum):
    """How an enrolment ends a run: in exactly one of these."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    MISSING = "missing"
    INELIGIBLE = "ineligible"
    LOCKED = "locked"


class CaptureState(StrEnum):
    """How a capture ends a run: in exactly one of these.

    `used` is the shot chosen for its student, whether or not it was accepted; a capture of somebody who is
    not to be captured, or is locked, or in whom two detectors see different faces, is `quarantined`, so that
    a person looks at it.
    """

    USED = "used"
    SUPERSEDED = "superseded"
    QUARANTINED = "quarantined"
    ORPHAN = "orphan"
    UNREADABLE = "unreadable"


FINDINGS: dict[str, type[pl.DataType]] = {
    "row": pl.UInt32,  # the roster's sheet row; null where no enrolment is concerned
    "student_no": pl.String,
    "capture_path": pl.String,  # null where no capture is concerned
    "code": pl.String,
    "severity": pl.String,
    "column": pl.String,  # what was looked at: a roster column, a photo fact, a table's column
    "seen": pl.String,  # ID numbers masked
    "limit": pl.String,
    "input": pl.String,  # whose cell it is about (`schemas.places.INPUTS`); null where its column tells
    "sheet_row": pl.UInt32,  # that input's own row; null where row or student number tell
    "waived": pl.String,  # who accepted it and why, in Chinese; null where nobody did
}
"""One line for every reason that holds."""

PLACE: dict[str, type[pl.DataType]] = {
    "file": pl.String,  # an input as the campaign names it, or the capture
    "sheet": pl.String,  # the worksheet; empty for CSV and DBF
    "cell": pl.String,  # F17; null where the file has no letters, the cell no row
    "header": pl.String,  # the column as the sheet calls it
    "cell_text": pl.String,  # what stands there, untidied; ID numbers masked
}
"""Where a finding stands, for the person who looks it up."""

ENROLMENTS: dict[str, type[pl.DataType]] = {
    "row": pl.UInt32,
    "student_no": pl.String,
    "name": pl.String,
    "unit_name": pl.String,
    "class_name": pl.String,
    "level_name": pl.String,
    "session_id": pl.UInt32,
    "state": pl.String,
    "codes": pl.String,  # every reason that holds, ';' between them
    "waived": pl.String,  # those of them that a person accepted
    "capture_path": pl.String,
    "photo_name": pl.String,
    "photo_sha256": pl.String,
    "bundle": pl.String,
}
"""One line per roster row."""

CAPTURES: dict[str, type[pl.DataType]] = {
    "capture_path": pl.String,
    "camera_name": pl.String,
    "taken_at": pl.Datetime("ms"),  # type: ignore[dict-item]  # an instance, since the unit matters
    "sha256": pl.String,
    "state": pl.String,
    "row": pl.UInt32,
    "student_no": pl.String,
    "evidence": pl.String,  # a Chinese sentence
    "supports": pl.String,  # the kinds of evidence for the link, `+` between them
    "contradicts": pl.String,  # what speaks against it
    "codes": pl.String,
}
"""One line per capture file; the audit adds the columns of `schemas.photo.FACTS`."""

IDENTITIES: dict[str, type[pl.DataType]] = {
    "row": pl.UInt32,
    "document_type": pl.String,
    "document_no": pl.String,
}
"""Whose document it is, by roster row; no audit file has it, and the ledger keeps a keyed hash."""

SESSIONS: dict[str, type[pl.DataType]] = {
    "session_id": pl.UInt32,  # the schedule's line, from 1
    "held_on": pl.Date,
    "room_name": pl.String,
    "starts_at": pl.Time,
    "ends_at": pl.Time,
    "unit_name": pl.String,
    "level_name": pl.String,
    "expected": pl.UInt32,  # as the schedule says
    "enrolled": pl.UInt32,  # as the roster says
    "logged": pl.UInt32,  # null where there is no log
    "captured": pl.UInt32,
    "accepted": pl.UInt32,
    "missing": pl.UInt32,
    "late": pl.UInt32,  # on its day, but outside its time
    "out_of_place": pl.UInt32,  # in another room
    "other_day": pl.UInt32,
    "pace_s": pl.Float64,  # median seconds from one of its students to the next; null with fewer than two
}
"""One line per session."""


FEES: dict[str, type[pl.DataType]] = {
    "unit_name": pl.String,
    "class_name": pl.String,  # null where whole units pay
    "expected": pl.UInt32,  # to be captured: not the locked, nor the ineligible
    "make_up": pl.UInt32,  # of these, from earlier years
    "captured": pl.UInt32,
}
"""One line per payer of the capture fee."""


class FeeSheet(NamedTuple):
    """What a student pays, in CNY, who collects it, and for how many (FEES)."""

    per_person: Decimal
    payer: Payer
    lines: pl.DataFrame


class Summary(Strict):
    """The counts of one run; they add up, or there is no summary.

    `expected` counts enrolments other than ineligible ones. `warnings` counts findings of severity `warn`.
    `bundle` names what was sealed, if anything was, and `bundles` each part of it.
    `ineligible_by_reason` counts students by code; a student with several reasons stands under each.
    """

    campaign: str
    run: str
    kind: str
    profile: str
    started_at: datetime
    finished_at: datetime
    accepted: int
    rejected: int
    missing: int
    ineligible: int
    locked: int
    used: int
    superseded: int
    quarantined: int
    orphan: int
    unreadable: int
    warnings: int
    sealed: int
    bundle: str | None
    bundles: tuple[str, ...] = ()
    enrolments: int
    expected: int
    captures: int
    ineligible_by_reason: dict[str, int] = Field(default_factory=dict)

    @model_validator(mode="after")
    def adds_up(self) -> "Summary":
        """Refuse counts that lose somebody."""
        by_state = self.accepted + self.rejected + self.missing + self.locked
        if self.expected != by_state or self.enrolments != by_state + self.ineligible:
            raise ValueError("the enrolments' states do not add up")
        files = self.used + self.superseded + self.quarantined + self.orphan + self.unreadable
        if self.captures != files:
            raise ValueError("the captures' states do not add up")
        return self


class AuditFrames(NamedTuple):
    """Everything one run says of everybody; the audit writer and the ledger take it whole."""

    summary: Summary
    enrolments: pl.DataFrame
    """Columns of ENROLMENTS."""
    captures: pl.DataFrame
    """Columns of CAPTURES and of `schemas.photo.FACTS`."""
    findings: pl.DataFrame
    """Columns of FINDINGS and of PLACE."""
    sessions: pl.DataFrame
    """Columns of SESSIONS."""
    corrections: pl.DataFrame = pl.DataFrame(schema=CORRECTIONS)
    """Columns of CORRECTIONS."""
    numbers: pl.DataFrame = pl.DataFrame(schema=NUMBERS)
    """Columns of NUMBERS."""
    fees: FeeSheet | None = None
    """None where the campaign names no fee."""
    pictures: pl.DataFrame = pl.DataFrame(schema=PICTURES)
    """Columns of PICTURES; the ledger's alone."""
    identities: pl.DataFrame = pl.DataFrame(schema=IDENTITIES)
    """Columns of IDENTITIES; the ledger's alone."""
    engine: str = ""
    """What made the photos: the program, and the mark of all that decides what becomes of a capture."""
