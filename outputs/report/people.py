"""Whom the page shows with pictures, and what it lists, out of everybody's details."""

from typing import NamedTuple

from outputs.report.details import Details, Finding, Shot, Student, is_waiting
from schemas.audit import CaptureState, EnrolmentState
from schemas.reasons import Severity

DOUBTFUL = (CaptureState.QUARANTINED.value, CaptureState.ORPHAN.value, CaptureState.UNREADABLE.value)


class Card(NamedTuple):
    """One student with the shots to look at."""

    student: Student
    shots: tuple[Shot, ...]


class Told(NamedTuple):
    """One reason about one student."""

    student: Student
    finding: Finding


def rejected(told: Details) -> list[Card]:
    """Every rejected enrolment with its chosen shot or, where none was chosen, all that there are."""
    return [_card(told, each) for each in told.students.values() if each.state == EnrolmentState.REJECTED]


def _card(told: Details, student: Student) -> Card:
    chosen = (student.chosen,) if student.chosen in told.shots else student.shots
    return Card(student, tuple(told.shots[path] for path in chosen if path is not None))


def retakes(told: Details) -> list[Card]:
    """Every student with a retake that waits for a decision: the delivered shot, then what came since."""
    return [card for student in told.students.values() if len((card := _retake(told, student)).shots)]


def _retake(told: Details, student: Student) -> Card:
    shots = [told.shots[path] for path in student.shots]
    waiting = [shot for shot in shots if is_waiting(shot)]
    used = [shot for shot in shots if shot.state == CaptureState.USED]
    return Card(student, (*used, *waiting) if waiting else ())


def doubtful(told: Details) -> list[Shot]:
    """Every capture that a person must look at: quarantined, orphan, unreadable."""
    shots = told.shots.values()
    return [shot for state in DOUBTFUL for shot in shots if shot.state == state]


def waived(told: Details) -> list[Told]:
    """What was found of the accepted and accepted by a person."""
    return [each for each in _accepted(told) if each.finding.waived]


def warned(told: Details) -> list[Told]:
    """The warnings about accepted enrolments."""
    return [each for each in _accepted(told) if each.finding.severity == Severity.WARN]


def _accepted(told: Details) -> list[Told]:
    people = (each for each in told.students.values() if each.state == EnrolmentState.ACCEPTED)
    return [Told(student, finding) for student in people for finding in student.findings]
