"""Which capture stands on which page, and whose pictures are large: decided by size, for speed."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from outputs.report.details import Details, Shot, Student
from outputs.report.people import doubtful, rejected, retakes
from outputs.report.pictures import Pictures
from schemas.shown import CELL, PHOTO, PREVIEW, SOURCE, THUMBNAIL

REPORT_FILE = "report.html"
ONE_PAGE, WHOLE = 12_000_000, 54_000_000
"""Bytes up to which everything stands on one page, and beyond which no picture more is shown large."""
PAGE = 20_000_000
"""Bytes of one page of many beyond which none is shown large on it."""
WORDS = 1_600
"""Bytes that a capture's measured values and texts take, about."""
SMALL, LARGE = (THUMBNAIL, PREVIEW), (SOURCE, PHOTO)


class Cell(NamedTuple):
    """One place on the contact sheet: a capture, or a student of whom there is none.

    `key` counts from 0; `page` is the place of its page, -1 where the report itself has all of it.
    """

    key: int
    shot: Shot | None
    student: Student | None
    page: int


class Page(NamedTuple):
    """A page of one room's captures."""

    file: str
    room: str
    cameras: frozenset[str]


class Plan(NamedTuple):
    """Every cell; the pages beside the report, if any; the captures on cards, and those shown large there."""

    cells: tuple[Cell, ...]
    pages: tuple[Page, ...]
    carded: frozenset[str]
    large: frozenset[str]

    def page_of(self, place: int) -> Page | None:
        """A page by its place; None for the report itself."""
        return self.pages[place] if place >= 0 else None


def plan(told: Details, pictures: Pictures, rooms: Mapping[str, str]) -> Plan:
    """Everything on one page if that stays small, else a page for every room."""
    small = sum(WORDS + pictures.size(SMALL, path) for path in told.shots)
    wanted = _wanted(told)
    large = sum(_growth(pictures, path) for path in wanted)
    pages = () if small + large <= ONE_PAGE else _pages(told.shots.values(), rooms)
    cells = sum(pictures.size((CELL,), path) for path in told.shots) if pages else 0
    kept = _affordable(pictures, wanted, WHOLE - small - cells)
    return Plan(tuple(_cells(told, pages)), pages, frozenset(wanted), kept)


def overview(told: Details, pages: tuple[Page, ...]) -> Plan:
    """The report itself where its captures stand on pages alone: a cell for whoever has none."""
    bare = [student for student in told.students.values() if not student.shots]
    cells = [Cell(key, None, student, -1) for key, student in enumerate(bare)]
    return Plan(tuple(cells), pages, frozenset(), frozenset())


def plan_page(
    told: Details, pictures: Pictures, pages: tuple[Page, ...], place: int, paths: frozenset[str]
) -> Plan:
    """One page of many: the captures of these paths alone, which `told` has with their students."""
    shots = [shot for shot in told.shots.values() if shot.path in paths]
    small = sum(WORDS + pictures.size(SMALL, shot.path) for shot in shots)
    wanted = [path for path in _wanted(told) if path in paths]
    cells = [Cell(key, shot, told.students.get(shot.row or 0), place) for key, shot in enumerate(shots)]
    return Plan(tuple(cells), pages, frozenset(wanted), _affordable(pictures, wanted, PAGE - small))


def _wanted(told: Details) -> list[str]:
    """The captures that stand on cards, for a person to look at: doubtful ones first."""
    cards = [*retakes(told), *rejected(told)]
    shots = [*doubtful(told), *(shot for card in cards for shot in card.shots)]
    return list(dict.fromkeys(shot.path for shot in shots))


def _growth(pictures: Pictures, path: str) -> int:
    return pictures.size(LARGE, path) - pictures.size(SMALL, path)


def _affordable(pictures: Pictures, wanted: Sequence[str], left: int) -> frozenset[str]:
    kept = []
    for path in wanted:
        left -= _growth(pictures, path)
        if left < 0:
            break
        kept.append(path)
    return frozenset(kept)


def _pages(shots: Iterable[Shot], rooms: Mapping[str, str]) -> tuple[Page, ...]:
    cameras: dict[str, set[str]] = {}
    for shot in shots:
        cameras.setdefault(rooms.get(shot.camera, shot.camera), set()).add(shot.camera)
    return tuple(
        Page(f"report-{number:02}.html", room, frozenset(cameras[room]))
        for number, room in enumerate(sorted(cameras), start=1)
    )


def _cells(told: Details, pages: Sequence[Page]) -> Iterable[Cell]:
    place = {camera: number for number, page in enumerate(pages) for camera in page.cameras}
    for key, shot in enumerate(told.shots.values()):
        student = None if shot.row is None else told.students.get(shot.row)
        yield Cell(key, shot, student, place.get(shot.camera, -1))
    bare = (student for student in told.students.values() if not student.shots)
    for key, student in enumerate(bare, start=len(told.shots)):
        yield Cell(key, None, student, -1)
