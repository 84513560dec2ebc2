"""What the detail view shows of every capture and student, as plain data; pictures come from elsewhere.

The report writes it into its page, the desk shows it from its own addresses. Text of sheets and of the ledger
stands as it is, without ID numbers; words of ours stand in both languages.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple, TypeVar

import polars as pl

from outputs.audit_tables import rejects
from outputs.ledger_rows import masked_text
from outputs.report.measures import (
    Box,
    Guide,
    Measure,
    Point,
    Row,
    crop_box,
    eyes,
    guides,
    limits_of,
    sides,
)
from schemas.audit import AuditFrames, CaptureState
from schemas.history import NO_HISTORY
from schemas.profile import PhotoSpec
from schemas.reasons import REASONS, Reason
from schemas.titles import COLUMNS
from schemas.words import Text

T = TypeVar("T")
WAITING = Reason.RETAKE_WAITING.value


class Finding(NamedTuple):
    """One reason that holds; `column` and its name, `item`, are empty where nothing single was looked at."""

    code: str
    severity: str
    message: Text
    fix: Text
    column: str
    item: Text
    seen: str
    limit: str
    waived: str
    capture_path: str | None


class Event(NamedTuple):
    """One thing that the ledger tells of a student: a run, a decision, a case (`schemas.history.HISTORY`)."""

    at: str
    kind: str
    state: str
    codes: tuple[str, ...]
    bundle: str
    because: str
    by_whom: str


class Shot(NamedTuple):
    """One capture. `path` identifies it and may hold an ID number; people are shown `shown_path`.

    `evidence`, `contradicts` are Chinese sentences; `supports` kinds of evidence (`schemas.capture.KINDS`).
    `crop` is in percent of the source, `guides` and `eyes` are in percent of the photo. `values` and `broken`
    go with the limits of `limits_of`; `measures` says the same of each.
    """

    path: str
    shown_path: str
    sha256: str
    camera: str
    taken_at: datetime | None
    state: str
    row: int | None
    codes: tuple[str, ...]
    evidence: str
    supports: tuple[str, ...]
    contradicts: str
    source_size: tuple[int, int] | None
    crop: Box | None
    limits: tuple[Measure, ...]
    values: tuple[float | None, ...]
    broken: Mapping[int, str]
    guides: tuple[Guide, ...]
    eyes: tuple[Point, ...]
    findings: tuple[Finding, ...]

    @property
    def measures(self) -> tuple[Measure, ...]:
        """Every limit with what was measured."""
        return tuple(
            limit._replace(value=value, broken=self.broken.get(place, ""))
            for place, (limit, value) in enumerate(zip(self.limits, self.values, strict=True))
        )


class Student(NamedTuple):
    """One enrolment; `shots` are the paths of its captures in the order of time, `chosen` the used one."""

    row: int
    student_no: str
    name: str
    unit: str
    class_name: str
    level: str
    session_id: int | None
    state: str
    codes: tuple[str, ...]
    waived: tuple[str, ...]
    bundle: str
    chosen: str | None
    shots: tuple[str, ...]
    findings: tuple[Finding, ...]
    history: tuple[Event, ...]


class Details(NamedTuple):
    """Everybody by roster row, and every capture by path: both in the order in which they are shown.

    Students stand by unit, class and number; captures by camera and time, those without a time at the end.
    `notes` concern neither an enrolment nor a capture, worst first.
    """

    students: Mapping[int, Student]
    shots: Mapping[str, Shot]
    notes: tuple[Finding, ...]


def details(frames: AuditFrames, spec: PhotoSpec, history: pl.DataFrame = NO_HISTORY) -> Details:
    """All that is known of a run's students and captures; `history` (HISTORY) is what was before it."""
    lines = rejects(frames).with_columns(masked_text("seen"), masked_text("limit"))
    found = [(line["row"], line["capture_path"], _finding(line)) for line in lines.iter_rows(named=True)]
    of_row, of_shot = _by((row, told) for row, _, told in found), _by((path, told) for _, path, told in found)
    ordered, limits = in_order(frames.captures), limits_of(spec)
    shots = {line["capture_path"]: _shot(line, of_shot, spec, limits) for line in _shown(ordered)}
    events = _by((line["student_no"], _event(line)) for line in history.iter_rows(named=True))
    paths = _by((shot.row, shot) for shot in shots.values())
    people = frames.enrolments.sort("unit_name", "class_name", "student_no", "row", nulls_last=True)
    students = {line["row"]: _student(line, paths, of_row, events) for line in people.iter_rows(named=True)}
    notes = tuple(told for row, path, told in found if row is None and path is None)
    return Details(students, shots, notes)


def in_order(captures: pl.DataFrame) -> pl.DataFrame:
    """Captures as each camera took them; those without a time stand at their camera's end."""
    return captures.sort("camera_name", "taken_at", "capture_path", nulls_last=True)


def is_waiting(shot: Shot) -> bool:
    """Whether a capture is a retake that waits for somebody to choose it."""
    return WAITING in shot.codes


def needs_a_look(shot: Shot) -> bool:
    """Whether a person must look at a capture whoever it shows."""
    return shot.state not in {CaptureState.USED.value, CaptureState.SUPERSEDED.value} or is_waiting(shot)


def _shown(captures: pl.DataFrame) -> Sequence[Row]:
    """Captures with `shown_path`, and evidence without ID numbers."""
    masked = captures.with_columns(
        masked_text("evidence"), masked_text("contradicts"), shown_path=masked_text("capture_path")
    )
    return masked.to_dicts()


def _finding(line: Row) -> Finding:
    reason, column = REASONS[line["code"]], line["column"] or ""
    return Finding(
        reason.value,
        line["severity"],
        reason.text,
        reason.fix,
        column,
        COLUMNS.get(column, Text(column, column)),
        line["seen"] or "",
        line["limit"] or "",
        line["waived"] or "",
        line["capture_path"],
    )


def _shot(
    line: Row, findings: Mapping[Any, Sequence[Finding]], spec: PhotoSpec, limits: tuple[Measure, ...]
) -> Shot:
    path, across, down = line["capture_path"], line["source_width_px"], line["source_height_px"]
    found = findings.get(path, ())
    broken = sides(line, {(told.code, told.column) for told in found}, limits)
    return Shot(
        path,
        line["shown_path"],
        line["sha256"] or "",
        line["camera_name"] or "",
        line["taken_at"],
        line["state"],
        line["row"],
        _several(line["codes"], ";"),
        line["evidence"] or "",
        _several(line["supports"], "+"),
        line["contradicts"] or "",
        (across, down) if across and down else None,
        crop_box(line),
        limits,
        tuple(line[limit.fact] for limit in limits),
        broken,
        guides(line, spec, limits, broken),
        eyes(line, spec),
        tuple(found),
    )


def _student(
    line: Row,
    shots: Mapping[Any, Sequence[Shot]],
    findings: Mapping[Any, Sequence[Finding]],
    events: Mapping[Any, Sequence[Event]],
) -> Student:
    row, number = line["row"], line["student_no"]
    taken = sorted(shots.get(row, ()), key=_when)
    return Student(
        row,
        number or "",
        line["name"] or "",
        line["unit_name"] or "",
        line["class_name"] or "",
        line["level_name"] or "",
        line["session_id"],
        line["state"],
        _several(line["codes"], ";"),
        _several(line["waived"], ";"),
        line["bundle"] or "",
        line["capture_path"],
        tuple(shot.path for shot in taken),
        tuple(findings.get(row, ())),
        tuple(events.get(number, ())),
    )


def _when(shot: Shot) -> tuple[bool, str, str]:
    """Sorts captures by time, those without one last."""
    return shot.taken_at is None, f"{shot.taken_at}", shot.path


def _event(line: Row) -> Event:
    return Event(
        line["at"],
        line["kind"],
        line["state"] or "",
        _several(line["codes"], ";"),
        line["bundle"] or "",
        line["because"] or "",
        line["by_whom"] or "",
    )


def _several(joined: str | None, separator: str) -> tuple[str, ...]:
    return tuple(joined.split(separator)) if joined else ()


def _by(pairs: Iterable[tuple[Any, T]]) -> dict[Any, list[T]]:
    """What belongs to each key, in the order given; what has none is left out."""
    groups: dict[Any, list[T]] = defaultdict(list)
    for key, value in pairs:
        if key is not None:
            groups[key].append(value)
    return dict(groups)
