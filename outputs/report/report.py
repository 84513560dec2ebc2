"""The pages: a run's frames and pictures become HTML texts that ask for nothing else.

Both languages stand in each; `language` is the one that it opens in. A small day is one page, a larger one
has a page for every room beside it, a very large one several for each, of which one at a time is in memory.
"""

from collections.abc import Iterator, Mapping, Sequence
from types import SimpleNamespace
from typing import Any, NamedTuple

import polars as pl
from markupsafe import Markup

from outputs.memory import give_back
from outputs.report import figures, people
from outputs.report.details import Details, Shot, details
from outputs.report.drawing import DayDrawing, draw_days, draw_spread, shares
from outputs.report.environment import environment
from outputs.report.material import Material
from outputs.report.pages import REPORT_FILE, SMALL, Cell, Page, Plan, overview, plan, plan_page
from outputs.report.people import Card
from outputs.report.phrases import PHRASES
from outputs.report.plots import heat_map, spreads
from outputs.report.portions import MANY, notable, portions, with_students
from outputs.report.script import embedded, policy, script
from outputs.report.sheet import kinds_of, page_data, page_pictures
from outputs.report.timeline import GAP_MIN, SMOOTH_MIN, CameraDay, timeline
from schemas.audit import AuditFrames
from schemas.titles import COLUMNS, KINDS, SEVERITIES, STATES
from schemas.words import Language, Text

COUNTED = (
    "expected", "enrolled", "logged", "captured", "accepted", "missing", "late", "out_of_place", "other_day",
)  # fmt: skip
MAX_LISTED = 200
"""Lines of a warning list; the rest is in rejects.csv."""


class Shown(NamedTuple):
    """A picture on a card; only the first place of a capture has an id, by which the script finds it."""

    id: str
    address: str | None


class Seen(NamedTuple):
    """A capture on a card, its cell's key and its pictures."""

    key: int
    shot: Shot
    source: Shown
    photo: Shown


class Whole(NamedTuple):
    """All that the pages are made from."""

    frames: AuditFrames
    material: Material
    language: Language
    told: Details
    plan: Plan
    days: list[tuple[CameraDay, DayDrawing]]
    captures: Sequence[int]
    """How many stand on each page."""


def render_report(frames: AuditFrames, material: Material, language: Language) -> Iterator[tuple[str, str]]:
    """Every page with its file's name, `report.html` first; every value is escaped."""
    if frames.captures.height > MANY:
        yield from _in_portions(frames, material, language)
        return
    spec, rooms = material.profile.photo, dict(material.rooms.iter_rows())
    told = details(frames, spec, material.history)
    planned = plan(told, material.pictures, rooms)
    days = draw_days(timeline(frames, material.rooms, spec))
    captures = [sum(cell.page == place for cell in planned.cells) for place in range(len(planned.pages))]
    whole = Whole(frames, material, language, told, planned, days, captures)
    yield REPORT_FILE, _report(whole)
    for place, page in enumerate(planned.pages):
        yield page.file, _room(whole, place, page)


def _in_portions(frames: AuditFrames, material: Material, language: Language) -> Iterator[tuple[str, str]]:
    """The same of a large day: the report without a contact sheet, then page after page."""
    parted = portions(frames.captures, dict(material.rooms.iter_rows()))
    pages, captures = tuple(each.page for each in parted), [len(each.paths) for each in parted]
    told = _details(notable(frames), material)
    yield REPORT_FILE, _report(Whole(frames, material, language, told, overview(told, pages), [], captures))
    for place, (page, paths) in enumerate(parted):
        own = with_students(frames, paths)
        told = _details(own, material)
        planned = plan_page(told, material.pictures, pages, place, frozenset(paths))
        here = own._replace(captures=own.captures.filter(pl.col("capture_path").is_in(paths.implode())))
        days = draw_days(timeline(here, material.rooms, material.profile.photo))
        yield page.file, _room(Whole(own, material, language, told, planned, days, captures), place, page)
        give_back()  # a page's objects refer to one another


def _details(frames: AuditFrames, material: Material) -> Details:
    """The details of a portion, with no more of what happened before than is of its students."""
    numbers = frames.enrolments["student_no"].drop_nulls().implode()
    before = material.history.filter(pl.col("student_no").is_in(numbers))
    return details(frames, material.profile.photo, before)


def _report(whole: Whole) -> str:
    frames, told, material = whole.frames, whole.told, whole.material
    return _page(
        whole, "report.html.j2", -1,
        pages=list(zip(whole.plan.pages, whole.captures, strict=True)),
        days=whole.days,
        enrolment_terms=figures.enrolment_terms(frames.summary),
        capture_terms=figures.capture_terms(frames.summary),
        outside=figures.outside(frames.summary),
        make_up=figures.missing_make_up(frames),
        reasons=figures.ranked_reasons(frames),
        sessions=frames.sessions.sort("session_id").to_dicts(),
        units=[_unit(unit) for unit in figures.units(frames).to_dicts()],
        missing=figures.missing_units(frames),
        spreads=[(each, draw_spread(each)) for each in spreads(frames.captures, material.profile.photo)],
        heat=heat_map(frames),
        rooms=dict(material.rooms.iter_rows()),
        notes=told.notes,
        waived=people.waived(told),
        warned=people.warned(told),
        all_rejected=[(card.student, _blocking(card)) for card in people.rejected(told)],
    )  # fmt: skip


def _room(whole: Whole, place: int, page: Page) -> str:
    days = [(day, drawing) for day, drawing in whole.days if day.camera in page.cameras]
    return _page(whole, "room.html.j2", place, page=page, days=days)


def _page(whole: Whole, template: str, place: int, **more: Any) -> str:
    """A page with what all have: the run, its cells, its cards and the script."""
    material, language, summary = whole.material, whole.language, whole.frames.summary
    cells = [cell for cell in whole.plan.cells if place in {-1, cell.page}]
    source = script()
    return (
        environment()
        .get_template(template)
        .render(
            language=language,
            t=SimpleNamespace(**PHRASES),
            title=lambda column: COLUMNS.get(column, Text(column, column)),
            states=STATES,
            severities=SEVERITIES,
            summary=summary,
            kind=KINDS.get(summary.kind, Text(summary.kind, summary.kind)),
            day_note=_day_note(),
            counted=COUNTED,
            max_listed=MAX_LISTED,
            cells=cells,
            policy=policy(source),
            script=Markup(source),  # noqa: S704  # our own file
            data=Markup(embedded(page_data(whole.plan, cells, material, language, place))),  # noqa: S704  # escaped
            images=Markup(embedded(page_pictures(cells, whole.plan, material, place))),  # noqa: S704  # base64
            **_cards(whole, place),
            **more,
        )
    )


def _cards(whole: Whole, place: int) -> Mapping[str, Any]:
    """The cards of a page; none on the report itself where there are pages for rooms."""
    told, cells = whole.told, {cell.shot.path: cell for cell in whole.plan.cells if cell.shot}
    placed: set[str] = set()

    def seen(shots: Sequence[Shot]) -> list[Seen]:
        here = [cell for shot in shots if (cell := cells.get(shot.path)) and cell.page == place]
        return [_seen(cell, shot, whole, placed) for cell in here if (shot := cell.shot)]

    def cards(wanted: Sequence[Card]) -> list[dict[str, Any]]:
        pairs = [(card, seen(card.shots)) for card in wanted]
        return [
            {"student": card.student, "shots": shots}
            for card, shots in pairs
            if shots or (not card.shots and place < 0)
        ]

    return {
        "rejected": cards(people.rejected(told)),
        "retakes": cards(people.retakes(told)),
        "doubtful": seen(people.doubtful(told)),
    }


def _seen(cell: Cell, shot: Shot, whole: Whole, placed: set[str]) -> Seen:
    """A capture on a card, large if the plan says so; a second time small and without an id."""
    is_again = shot.path in placed
    placed.add(shot.path)
    kinds = SMALL if is_again else kinds_of(shot, whole.plan)
    pictures = whole.material.pictures
    source, photo = (
        Shown("" if is_again else f"{name}-{cell.key}", pictures.address(kind, shot.path))
        for name, kind in zip(("source", "photo"), kinds, strict=True)
    )
    return Seen(cell.key, shot, source, photo)


def _blocking(card: Card) -> list[Any]:
    return [found for found in card.student.findings if found.severity == "block"]


def _unit(unit: dict[str, Any]) -> dict[str, Any]:
    states = ("accepted", "locked", "rejected", "missing")
    return unit | {"parts": list(zip(states, shares([unit[state] for state in states]), strict=True))}


def _day_note() -> Text:
    note = PHRASES["day_note"]
    return Text(*(said.format(gap=GAP_MIN, smooth=SMOOTH_MIN) for said in note))
