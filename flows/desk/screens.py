"""What the desk shows: the grid, one item, whose a capture may be, and whether anything has changed."""

from typing import Any, NamedTuple

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from flows.decisions import box_of
from flows.desk import cropping, filters
from flows.desk.candidates import candidates as candidates_of
from flows.desk.cropping import geometry
from flows.desk.day import Item
from flows.desk.desk import Desk, Now
from flows.desk.filters import Filter, filter_of, listed, neighbours, page_of
from flows.desk.page import page, refused
from flows.desk.phrases import FITS, NOT_FOUND
from flows.desk.session import Session
from flows.desk.view import tile, view
from flows.freeze import is_frozen
from flows.story import story
from outputs.ledger import open_ledger
from schemas.reasons import REASONS
from schemas.words import Text


class Asked(NamedTuple):
    """A request, taken apart."""

    desk: Desk
    session: Session
    now: Now
    wanted: Filter


def _asked(request: Request) -> Asked:
    desk: Desk = request.app.state.desk
    return Asked(desk, request.state.session, desk.now(), filter_of(request.query_params))


def _framed(asked: Asked) -> dict[str, Any]:
    """What every page shows around its own matter."""
    desk, session = asked.desk, asked.session
    return {
        "session": session, "summary": asked.now.shown.summary, "wanted": asked.wanted,
        "next_run": asked.now.decisions.next_run(), "is_running": desk.is_running(),
        "is_frozen": is_frozen(desk.loaded), "freeze_date": desk.loaded.campaign.campaign.freeze_date,
        "command": f"regpack run {desk.loaded.path.name}",
    }  # fmt: skip


def overview(request: Request) -> Response:
    """The grid."""
    asked = _asked(request)
    _, session, now, wanted = asked
    found = listed(now.shown, now.decisions, wanted)
    here, number, pages = page_of(found, request.query_params.get("page", ""))
    return page(
        "overview.html.j2", session.language,
        tiles=[tile(now.shown, now.decisions, each) for each in here],
        number=number, pages=pages, total=len(found), shows=_counts(asked),
        units=filters.values(now.shown, "unit"), rooms=filters.values(now.shown, "room"),
        classes=filters.values(now.shown, "class_name"),
        codes=[REASONS[code] for code in filters.values(now.shown, "reason")],
        bulk=_bulk(asked, found), **_framed(asked),
    )  # fmt: skip


def _counts(asked: Asked) -> list[tuple[str, int]]:
    """How many items each list has under the filter as it is."""
    shown, decisions = asked.now.shown, asked.now.decisions
    return [(show, len(listed(shown, decisions, asked.wanted._replace(show=show)))) for show in filters.SHOWS]


def _bulk(asked: Asked, found: list[Item]) -> list[tuple[str, int]]:
    """The students listed for one reason, each with the mark that the page shows; none without a reason."""
    if not asked.wanted.reason:
        return []
    decisions = asked.now.decisions
    return [
        (item.key, decisions.mark(item)) for item in found if item.student and not decisions.outcome(item)
    ]


def item(request: Request) -> Response:
    """One item, large."""
    asked = _asked(request)
    desk, session, now, wanted = asked
    found = now.shown.items.get(request.path_params["key"])
    if found is None:
        return refused(NOT_FOUND, 404, session.language)
    return page(
        "item.html.j2", session.language,
        v=view(now.shown, now.decisions, now.known, found), spec=desk.loaded.profile.photo,
        near=neighbours(now.shown, now.decisions, wanted, found.key),
        history=_history(desk, found), candidates=_candidates(asked, found, ""), **_framed(asked),
    )  # fmt: skip


def next_open(request: Request) -> Response:
    """On to the next item that somebody has to decide; to the grid where there is none."""
    _, _, now, wanted = _asked(request)
    found = neighbours(now.shown, now.decisions, wanted, request.path_params["key"]).next_open
    query = wanted.query()
    return RedirectResponse(f"/item/{found.key}{query}" if found else f"/{query}", 303)


def candidates(request: Request) -> Response:
    """Whose a capture may be, as a part of its page."""
    asked = _asked(request)
    found = asked.now.shown.items.get(request.path_params["key"])
    if found is None or found.student is not None:
        return refused(NOT_FOUND, 404, asked.session.language)
    whom = request.query_params.get("q", "")
    told = _candidates(asked, found, whom)
    return page("candidates.html.j2", asked.session.language, candidates=told, decisions=asked.now.decisions)


def alive(request: Request) -> Response:
    """Whether the page is still up to date."""
    desk, _, now, _ = _asked(request)
    found = now.shown.items.get(request.query_params.get("key", ""))
    return JSONResponse({
        "run": now.shown.summary.run, "mark": now.decisions.mark(found) if found else None,
        "running": desk.is_running(),
    })  # fmt: skip


def crop(request: Request) -> Response:
    """Where a crop may be placed."""
    asked = _asked(request)
    found = asked.now.shown.items.get(request.path_params["key"])
    told = NOT_FOUND[0] if found is None else geometry(asked.now.shown, found, asked.desk.loaded.profile)
    if isinstance(told, Text):
        return JSONResponse({"said": told.say(asked.session.language)}, 404)
    return JSONResponse(told)


def fits(request: Request) -> Response:
    """Whether a crop keeps the limits where somebody wants to place it."""
    asked = _asked(request)
    found = asked.now.shown.items.get(request.path_params["key"])
    box = box_of(request.query_params.get("box"))
    if found is None or box is None or box.width <= 0:
        return JSONResponse({"said": NOT_FOUND[0].say(asked.session.language)}, 404)
    why = cropping.fits(asked.now.shown, found, asked.desk.loaded.profile, box)
    said = (why or FITS).say(asked.session.language)
    return JSONResponse({"fits": why is None, "said": said})


def _candidates(asked: Asked, found: Item, whom: str) -> list[object]:
    if found.student is not None:
        return []
    now = asked.now
    return [
        (each, now.decisions.mark(each.item)) for each in candidates_of(now.shown, now.known, found, whom)
    ]


def _history(desk: Desk, found: Item) -> list[dict[str, object]]:
    """All that the ledger tells of a student."""
    if found.student is None or not found.student.student_no:
        return []
    with open_ledger(desk.loaded.ledger_url, must_exist=True) as ledger:
        told = story(ledger, desk.loaded.campaign.campaign.id, found.student.student_no)
    return told.to_dicts()
