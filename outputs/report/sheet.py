"""What the page's script is given: the contact sheet's cells, details, words and pictures."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from outputs.report.details import Event, Finding, Shot, Student
from outputs.report.material import Material
from outputs.report.measures import Guide
from outputs.report.pages import LARGE, SMALL, Cell, Plan
from outputs.report.script_words import SCRIPT, SUPPORTS
from schemas.audit import CaptureState
from schemas.profile import Derivative, Profile
from schemas.reasons import REASONS
from schemas.shown import CELL
from schemas.titles import COLUMNS, EVENTS, SEVERITIES, STATES
from schemas.words import Language

PRINT_DERIVATIVE = "print-33x48"
MM_PER_INCH = 25.4

Json = dict[str, Any]


class Names(NamedTuple):
    """What cells name by number: units, classes with their unit's number, cameras, days."""

    units: list[str]
    classes: list[tuple[int, str]]
    cameras: list[str]
    days: list[str]


def names_of(cells: Iterable[Cell]) -> Names:
    """Everything that cells name, sorted."""
    people = [cell.student for cell in cells if cell.student]
    shots = [cell.shot for cell in cells if cell.shot]
    units = sorted({student.unit for student in people})
    place = {unit: number for number, unit in enumerate(units)}
    classes = sorted({(place[each.unit], each.class_name) for each in people})
    days = sorted({shot.taken_at.date().isoformat() for shot in shots if shot.taken_at})
    return Names(units, classes, sorted({shot.camera for shot in shots}), days)


def page_data(plan: Plan, cells: Sequence[Cell], material: Material, language: Language, page: int) -> Json:
    """One page's data. `page` is its place among the plan's pages, -1 for the report itself."""
    names, rooms = names_of(plan.cells), dict(material.rooms.iter_rows())
    own = [cell for cell in cells if cell.page == page]
    people = {cell.student.row: cell.student for cell in own if cell.student}
    return {
        "language": language, "page": page, "pages": [each.file for each in plan.pages],
        "photo": [material.profile.photo.width_px.value, material.profile.photo.height_px.value],
        "print": print_mm(material.profile), "limits": _limits(material.profile),
        "words": SCRIPT, "states": STATES, "severities": SEVERITIES, "supports": SUPPORTS, "events": EVENTS,
        "reasons": _reasons(cells, people.values()),
        "units": names.units, "classes": names.classes, "days": names.days,
        "cameras": [[camera, rooms.get(camera, camera)] for camera in names.cameras],
        "cells": [_cell(cell, names) for cell in cells],
        "shots": {cell.key: _shot(cell.shot, plan.large) for cell in own if cell.shot},
        "students": {row: _student(student) for row, student in people.items()},
    }  # fmt: skip


def page_pictures(cells: Sequence[Cell], plan: Plan, material: Material, page: int) -> list[list[str | None]]:
    """What each cell shows, in base64: of the page's own cells source and photo, of others the cell alone.

    Pictures that stand on the page as cards are left out; the script finds them there.
    """
    return [_pictures(cell, plan, material, page) for cell in cells]


def kinds_of(shot: Shot, plan: Plan) -> tuple[str, str]:
    """As what source and photo of a capture are shown (`schemas.shown`)."""
    return LARGE if shot.path in plan.large else SMALL


def print_mm(profile: Profile) -> tuple[float, float] | None:
    """Width and height in mm of the picture printed on certificates, if the profile makes one."""
    printed = [each for each in profile.derivatives if each.id == PRINT_DERIVATIVE]
    return _mm(printed[0]) if printed else None


def _mm(made: Derivative) -> tuple[float, float]:
    sides = (made.width_px.value, made.height_px.value)
    across, down = (round(MM_PER_INCH * side / made.dpi.value, 1) for side in sides)
    return across, down


def _pictures(cell: Cell, plan: Plan, material: Material, page: int) -> list[str | None]:
    if cell.shot is None:
        return []
    if cell.page != page:
        return [material.pictures.base64(CELL, cell.shot.path)]
    if cell.shot.path in plan.carded:
        return []
    return [material.pictures.base64(kind, cell.shot.path) for kind in SMALL]


def _limits(profile: Profile) -> list[Json]:
    return [
        {"title": COLUMNS.get(limit.fact, (limit.fact, limit.fact)), "low": limit.min, "high": limit.max,
         "unit": limit.unit, "text": limit.text, "code": limit.reason}
        for limit in profile.photo.limits
    ]  # fmt: skip


def _reasons(cells: Iterable[Cell], people: Iterable[Student]) -> Json:
    codes = {code for cell in cells for code in codes_of(cell)}
    codes |= {code for student in people for event in student.history for code in event.codes}
    codes |= {found.code for student in people for found in student.findings}
    codes |= {found.code for cell in cells if cell.shot for found in cell.shot.findings}
    told = [REASONS[code] for code in sorted(codes)]
    return {
        each.value: {"text": each.text, "fix": each.fix, "severity": each.severity.value} for each in told
    }


def codes_of(cell: Cell) -> list[str]:
    """The reasons that hold for a cell: its capture's and, where that is the used one, its student's."""
    shot, student = cell.shot, cell.student
    own = () if shot is None else shot.codes
    of_student = student.codes if student and (shot is None or shot.state == CaptureState.USED) else ()
    return sorted({*own, *of_student})


def _cell(cell: Cell, names: Names) -> Json:
    shot, student = cell.shot, cell.student
    told: Json = {"key": cell.key, "codes": codes_of(cell), "page": cell.page}
    if student is not None:
        unit = names.units.index(student.unit)
        told |= {
            "row": student.row, "name": student.name, "no": student.student_no, "state": student.state,
            "unit": unit, "class": names.classes.index((unit, student.class_name)),
        }  # fmt: skip
    if shot is not None:
        at = shot.taken_at
        told |= {
            "shot": shot.state, "camera": names.cameras.index(shot.camera), "file": shot.shown_path,
            "day": names.days.index(at.date().isoformat()) if at else None,
            "at": at.strftime("%H:%M:%S") if at else "",
        }  # fmt: skip
    return told


def _shot(shot: Shot, large: frozenset[str]) -> Json:
    return {
        "large": shot.path in large, "evidence": shot.evidence, "supports": shot.supports,
        "against": shot.contradicts, "size": shot.source_size, "crop": shot.crop, "eyes": shot.eyes,
        "values": [_value(value) for value in shot.values],
        "broken": shot.broken,
        "guides": [_guide(each) for each in shot.guides],
        "findings": [_finding(found) for found in shot.findings],
    }  # fmt: skip


def _guide(guide: Guide) -> list[Any]:
    return [guide.axis, guide.low, guide.high, guide.at, guide.is_broken, guide.title]


def _value(value: float | None) -> float | None:
    """A measured value as precise as its size asks for."""
    return None if value is None else round(value, 1 if abs(value) >= 10 else 3)


def _student(student: Student) -> Json:
    shown = [found for found in student.findings if found.capture_path is None]
    return {
        "level": student.level, "bundle": student.bundle, "waived": student.waived,
        "findings": [_finding(found) for found in shown],
        "history": [_event(event) for event in student.history],
    }  # fmt: skip


def _finding(found: Finding) -> list[Any]:
    return [found.code, found.severity, found.item, found.seen, found.limit, found.waived]


def _event(event: Event) -> Mapping[str, Any]:
    return event._asdict()
