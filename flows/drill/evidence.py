"""What speaks for and against a link by the true clock, apart from the linking."""

from bisect import bisect_right
from collections import Counter, defaultdict
from typing import NamedTuple

from flows.drill.assumptions import assumptions
from flows.drill.day import Day
from flows.drill.scene import Frame, Reading
from schemas.words import mask


class Evidence(NamedTuple):
    """What was left behind of a day.

    `named` has the rows that file names and log lines give a frame. `before` has the reading directly before
    a frame at its camera, while a student may still sit there; `alone` says that no other frame lies between.
    """

    named: dict[Frame, set[int]]
    before: dict[Frame, Reading]
    alone: set[Frame]
    unlike: set[int]


def evidence(day: Day) -> Evidence:
    """All of a day's evidence; a copy says what its original says."""
    before = {} if day.plan.mode == "ticket" else readings_before(day)
    originals = [frame for frame in day.frames if frame not in day.copies]
    latest: dict[Reading, Frame] = {}
    alone = set()
    for frame in sorted(originals, key=lambda each: each.at):
        reading = before.get(frame)
        if reading is not None and latest.setdefault(reading, frame) is frame:
            alone.add(frame)
    return Evidence(names(day), before, alone, set(rows_unlike(day)))


def names(day: Day) -> dict[Frame, set[int]]:
    """The rows that a frame's own name or a log line that names it gives."""
    named: dict[Frame, set[int]] = defaultdict(set)
    if day.plan.is_named and day.plan.mode in ("named", "ticket"):
        known = {reading.row for reading in day.readings}
        for frame in day.frames:
            if frame.called is not None and (day.plan.mode == "named" or frame.called in known):
                named[frame].add(frame.called)
    elif day.plan.is_named:
        for reading in day.readings:
            if reading.frame is not None:
                named[reading.frame].add(reading.row)
    return named


def readings_before(day: Day) -> dict[Frame, Reading]:
    """The reading directly before each frame at its camera, within the time that a student sits there."""
    longest = assumptions().pace.sits_at_most.value
    at_camera: dict[str, list[Reading]] = defaultdict(list)
    for reading in day.readings:
        at_camera[reading.camera].append(reading)
    found = {}
    for frame in day.frames:
        lines = at_camera[frame.camera]
        place = bisect_right(lines, frame.at, key=lambda line: line.at)
        if place and frame.at - lines[place - 1].at <= longest:
            found[frame] = lines[place - 1]
    return found


def rows_unlike(day: Day) -> list[int]:
    """The rows of those whom the log tells from everybody else."""
    if not day.plan.is_masked:
        return [student.row for student in day.students]
    shown = {student.row: (student.name[0], mask(student.document_no)) for student in day.students}
    counted = Counter(shown.values())
    return [row for row, seen in shown.items() if counted[seen] == 1]


def is_right(frame: Frame, known: Evidence, day: Day) -> bool:
    """Whether direct evidence gives a frame its own student: its name, or without names, the moment.

    By the moment the reading directly before is the student's, and the frame is the first one after it.
    """
    if frame.shows is None or frame.shows not in known.unlike or frame in day.copies:
        return False
    if day.plan.is_named:
        return known.named.get(frame) == {frame.shows}
    reading = known.before.get(frame)
    return frame in known.alone and reading is not None and reading.row == frame.shows


def contradicts(frame: Frame, row: int, known: Evidence) -> bool:
    """Whether any evidence says that a frame shows another one than this row.

    A reading speaks for the first frame after it, and for further ones as long as they may follow a card.
    """
    reading = known.before.get(frame)
    longest = assumptions().pace.card_to_shot.most
    speaks = reading is not None and (frame in known.alone or frame.at - reading.at <= longest)
    is_others = reading is not None and reading.row != row
    return bool(known.named.get(frame, set()) - {row}) or (speaks and is_others)
