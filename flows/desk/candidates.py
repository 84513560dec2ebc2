"""Whose a doubtful capture may be: the students that somebody searches for, those without a photo first."""

from collections.abc import Iterator
from typing import NamedTuple

from flows.decision_checks import Known
from flows.desk.day import OUTSIDE, Item, Shown
from flows.desk.view import Picture, refusal
from flows.desk.view import picture as picture_of
from outputs.report.details import Shot
from schemas.decisions import RELEASE
from schemas.words import Text

SHOWN = 8


class Candidate(NamedTuple):
    """A student beside a capture; `why_not` says why it may not be assigned."""

    item: Item
    picture: Picture | None
    why_not: Text | None


def candidates(shown: Shown, known: Known, capture: Item, asked: str) -> list[Candidate]:
    """Students by number or name; where nothing is asked, those of the room who have no photo."""
    found = _searched(shown, asked.strip().casefold()) if asked.strip() else _without(shown, capture)
    return [_candidate(shown, known, capture, item) for item, _ in zip(found, range(SHOWN), strict=False)]


def _searched(shown: Shown, asked: str) -> Iterator[Item]:
    for item in shown.items.values():
        student = item.student
        if student and (asked in student.student_no.casefold() or asked in student.name.casefold()):
            yield item


def _without(shown: Shown, capture: Item) -> Iterator[Item]:
    """Students without a capture, those of the camera's room first."""
    camera = capture.shot.camera if capture.shot else ""
    lacking = [
        item for item in shown.items.values() if item.student and not item.shot and item.state not in OUTSIDE
    ]
    yield from sorted(lacking, key=lambda item: not (camera and camera in item.room))


def _candidate(shown: Shown, known: Known, capture: Item, item: Item) -> Candidate:
    shot: Shot | None = item.shot
    digest = capture.shot.sha256 if capture.shot else None
    return Candidate(
        item,
        picture_of(shown, known, item, shot) if shot else None,
        refusal(known, RELEASE, item, capture=digest),
    )
