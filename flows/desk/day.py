"""What the desk shows: the latest run that the ledger remembers, item by item."""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import NamedTuple

from flows.audit_folder import read_audit
from flows.desk.pictures import Pictures
from flows.sources import LoadedCampaign
from outputs.handover import AUDIT
from outputs.report.details import Details, Finding, Shot, Student, details, is_waiting
from schemas.audit import AuditFrames, CaptureState, EnrolmentState, Summary
from schemas.reasons import REASONS, Severity

OPEN_CAPTURES = (CaptureState.QUARANTINED.value, CaptureState.ORPHAN.value)
LOOKED_AT = (*OPEN_CAPTURES, CaptureState.UNREADABLE.value)
OUTSIDE = (EnrolmentState.INELIGIBLE.value, EnrolmentState.LOCKED.value)
PHOTO = "P"
"""What reasons about a photo begin with."""


class Item(NamedTuple):
    """One thing to look at: a student with what was shot, or a capture that is nobody's yet.

    `asks` says whether somebody has to decide; `digests` are those of all captures concerned.
    """

    key: str
    student: Student | None
    shot: Shot | None
    others: tuple[Shot, ...]
    room: str
    codes: frozenset[str]
    asks: bool

    @property
    def state(self) -> str:
        """The student's state, or else the capture's."""
        return self.student.state if self.student else (self.shot.state if self.shot else "")

    @property
    def unit(self) -> str:
        """The student's unit; empty for a capture."""
        return self.student.unit if self.student else ""

    @property
    def class_name(self) -> str:
        """The student's class; empty for a capture."""
        return self.student.class_name if self.student else ""

    @property
    def findings(self) -> Sequence[Finding]:
        """Every reason that holds."""
        told = self.student.findings if self.student else ()
        return told or (self.shot.findings if self.shot else ())

    @property
    def blocks(self) -> tuple[str, ...]:
        """The codes of the reasons that keep the student out."""
        return tuple(dict.fromkeys(f.code for f in self.findings if f.severity == Severity.BLOCK))

    @property
    def digests(self) -> frozenset[str]:
        """The contents of all captures concerned."""
        shots = (self.shot, *self.others) if self.shot else self.others
        return frozenset(shot.sha256 for shot in shots if shot.sha256)


class Shown(NamedTuple):
    """A run as it is shown: items in their order, by key, and their pictures."""

    summary: Summary
    details: Details
    items: Mapping[str, Item]
    pictures: Pictures

    def of_student(self, row: int) -> Item | None:
        """The item of a roster row."""
        return self.items.get(f"row-{row}")


def read_shown(loaded: LoadedCampaign, run: str) -> Shown:
    """A recorded run out of its audit. InputError where that is not there any more."""
    frames = read_audit(loaded.out / AUDIT / run)
    told = details(frames, loaded.profile.photo)
    rooms = dict(frames.sessions.select("session_id", "room_name").iter_rows())
    students = [_of_student(student, told, rooms) for student in told.students.values()]
    captures = [_of_capture(shot) for shot in told.shots.values() if shot.state in LOOKED_AT]
    items = {item.key: item for item in (*students, *captures)}
    return Shown(frames.summary, told, items, Pictures(loaded, told.shots.values(), _digests(frames)))


def _of_student(student: Student, told: Details, rooms: Mapping[int | None, str | None]) -> Item:
    shots = [told.shots[path] for path in student.shots]
    main = told.shots.get(student.chosen or "") or next(iter(shots), None)
    others = tuple(shot for shot in shots if shot is not main)
    codes = frozenset(student.codes)
    room = rooms.get(student.session_id) or (main.camera if main else "")
    item = Item(f"row-{student.row}", student, main, others, room, codes, asks=False)
    return item._replace(asks=_asks(item, student))


def _asks(item: Item, student: Student) -> bool:
    """Whether a rejected student might be let in by a person, or a retake waits to be chosen."""
    is_photo = any(code.startswith(PHOTO) or REASONS[code].waivable for code in item.blocks)
    is_rejected = student.state == EnrolmentState.REJECTED
    waits = any(is_waiting(shot) for shot in (item.shot, *item.others) if shot)
    return (is_rejected and is_photo) or (waits and student.state not in OUTSIDE)


def _of_capture(shot: Shot) -> Item:
    name = sha256(shot.path.encode("utf-8", "surrogateescape")).hexdigest()[:16]
    codes = frozenset(shot.codes)
    return Item(f"shot-{name}", None, shot, (), shot.camera, codes, asks=shot.state in OPEN_CAPTURES)


def _digests(frames: AuditFrames) -> dict[str, str]:
    """The SHA-256 of the delivered photos, by that of their capture."""
    made = frames.enrolments.select("capture_path", "photo_sha256").drop_nulls()
    both = made.join(frames.captures.select("capture_path", "sha256"), on="capture_path", how="inner",
                     validate="1:1", maintain_order="left")  # fmt: skip
    return dict(both.select("sha256", "photo_sha256").drop_nulls().unique("sha256").iter_rows())
