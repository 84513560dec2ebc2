"""The frames that a run would have made of a day's files: all that the linking is given, and no truth."""

import hashlib
from collections import Counter
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import polars as pl

from flows.drill.assumptions import assumptions
from flows.drill.day import Day
from flows.drill.people import Student
from flows.drill.scene import Frame, Reading
from schemas.capture import CAPTURE_FILES, CAPTURE_LOG
from schemas.photo import FACTS, MADE
from schemas.roster import ROSTER
from schemas.words import mask

FIRST_LINE = 2
CAPTURES = CAPTURE_FILES | {"photo_sha256": pl.String, "derivatives": MADE} | FACTS


class Delivered(NamedTuple):
    """Captures, log and roster as cleaned; `paths` says which frame a capture_path is."""

    captures: pl.DataFrame
    log: pl.DataFrame
    roster: pl.DataFrame
    paths: dict[str, Frame]


def delivered(day: Day) -> Delivered:
    """What a day leaves behind."""
    names = file_names(day)
    paths = {f"{frame.camera}/{name}": frame for frame, name in names.items()}
    captures = [capture(path, paths[path], day) for path in sorted(paths)]
    lines = [log_line(reading, place, day, names) for place, reading in enumerate(day.readings, FIRST_LINE)]
    return Delivered(
        pl.DataFrame(captures, schema=CAPTURES),
        pl.DataFrame(lines, schema=CAPTURE_LOG),
        pl.DataFrame([student._asdict() for student in day.students], schema=ROSTER),
        paths,
    )


# -- files ---------------------------------------------------------------------------------------------------


def file_names(day: Day) -> dict[Frame, str]:
    """How every file is called: by the camera's counter, or after whom its naming says; copies as copied."""
    people, taken = {student.row: student for student in day.students}, Counter[tuple[str, str]]()
    names = {}
    for frame in day.frames:
        original = day.copies.get(frame)
        stem = _named_after(frame, people, day) or f"DSC_{frame.counter:04}"
        taken[frame.camera, stem] += 1
        again = taken[frame.camera, stem]
        as_copy = original is not None or day.plan.mode == "ticket"
        names[frame] = f"{stem}{_again(again, as_copy=as_copy)}.JPG"
    return names


def _again(times: int, *, as_copy: bool) -> str:
    """What stands behind a file name that is there already."""
    return "" if times == 1 else f" ({times})" if as_copy else f"_{times}"


def _named_after(frame: Frame, people: dict[int, Student], day: Day) -> str | None:
    """The number of whom a file is named after, where files are."""
    if frame.called is None or not day.plan.is_named:
        return None
    if day.plan.mode == "named":
        return str(getattr(people[frame.called], day.plan.file_key))
    return day.tickets.get(frame.called) if day.plan.mode == "ticket" else None


def capture(path: str, frame: Frame, day: Day) -> dict[str, Any]:
    """A capture's line: a good photo, at the moment that its camera's clock showed."""
    source = day.copies.get(frame, frame)
    digest = hashlib.sha256(f"{source.camera}/{source.at}/{source.counter}".encode()).hexdigest()
    return {
        "capture_path": path,
        "camera_name": frame.camera,
        "file_name": path.rpartition("/")[2],
        "taken_at": moment(day.clocks[frame.camera].shown(frame.at)),
        "sha256": digest,
        "photo_sha256": digest[::-1],
        "derivatives": [],
        "source_format": "JPEG",
    }


def moment(seconds: float) -> datetime:
    """Seconds of the session as the moment that a clock shows, to the second."""
    return assumptions().session.begins_at + timedelta(seconds=int(seconds))


# -- the log -------------------------------------------------------------------------------------------------


def log_line(reading: Reading, line: int, day: Day, names: dict[Frame, str]) -> dict[str, Any]:
    """A reading as its line tells it."""
    known = {"line": line, "logged_at": moment(reading.at), "camera_name": reading.camera}
    student = next(student for student in day.students if student.row == reading.row)
    if day.plan.mode == "ticket":
        return known | {"document_no": student.document_no, "ticket_no": day.tickets[reading.row]}
    known["file_name"] = _named_file(reading, day, names)
    return known | _shown(student, day)


def _shown(student: Student, day: Day) -> dict[str, str]:
    """What the line says of whose card or code was read."""
    if day.plan.mode != "code":
        return {"document_no": student.document_no}
    if not day.plan.is_masked:
        return {"unique_no": student.unique_no}
    return {"name": masked_name(student.name), "document_no": mask(student.document_no)}


def masked_name(name: str) -> str:
    """A name of which the first character is shown.

    >>> masked_name("张三丰")
    '张**'
    """
    return name[0] + "*" * (len(name) - 1)


def _named_file(reading: Reading, day: Day, names: dict[Frame, str]) -> str | None:
    """The file that a line names, which may have been deleted, or never have been."""
    if reading.frame is None or not day.plan.is_named or day.plan.mode == "named":
        return None
    return names.get(reading.frame, f"DSC_{reading.frame.counter:04}.JPG")
