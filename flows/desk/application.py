"""The desk's addresses: what each one shows, and the few that change something."""

import json
from collections.abc import Awaitable, Callable
from importlib import resources
from typing import Any

from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from flows.decisions import Refused
from flows.desk import screens
from flows.desk.actions import Done, StaleError, Wanted, act, undo
from flows.desk.desk import Desk
from flows.desk.guard import Guard
from flows.desk.page import page, refused
from flows.desk.phrases import (
    NOT_FOUND,
    NOTHING_TO_UNDO,
    STALE,
    STALE_RUN,
    UNDO_HINT,
    UNREADABLE_REQUEST,
    WRONG_TOKEN,
)
from flows.desk.session import Session, cookie_name
from flows.free_text import free_text
from schemas.errors import PipelineError
from schemas.words import Text

STATIC = {
    "desk.css": ("flows.desk", "static/desk.css", "text/css"),
    "desk.js": ("flows.desk", "static/desk.js", "text/javascript"),
    "crop.js": ("flows.desk", "static/crop.js", "text/javascript"),
    "desk.svg": ("flows.desk", "static/desk.svg", "image/svg+xml"),
    "report.css": ("outputs.report", "templates/report.css", "text/css"),
}
"""The only files that are served as such, by name."""
LONGEST_BODY = 2_000_000
"""Bytes: a decision on all students of a large campaign has some hundreds of thousands."""


def application(desk: Desk) -> Starlette:
    """The desk as an ASGI application."""
    app = Starlette(
        routes=[
            Route("/enter", enter),
            Route("/static/{name}", static),
            Route("/picture/{name}.jpg", picture),
            Route("/", screens.overview),
            Route("/item/{key}", screens.item),
            Route("/next/{key}", screens.next_open),
            Route("/candidates/{key}", screens.candidates),
            Route("/alive", screens.alive),
            Route("/crop/{key}", screens.crop),
            Route("/fits/{key}", screens.fits),
            Route("/decide", _posted(decided), methods=["POST"]),
            Route("/undo", _posted(undone), methods=["POST"]),
            Route("/session", _posted(settled), methods=["POST"]),
        ],
        middleware=[Middleware(Guard, desk=desk)],
        exception_handlers={PipelineError: _failed, 404: _lost, 405: _lost},
    )
    app.state.desk = desk
    return app


# -- what is shown -------------------------------------------------------------------------------------------


def enter(request: Request) -> Response:
    """Exchange the start-up token for a cookie; the page then goes on by itself, without the token."""
    desk: Desk = request.app.state.desk
    name = desk.sessions.opened(request.query_params.get("token", ""))
    if name is None:
        return refused(WRONG_TOKEN, 403)
    answer = page("entered.html.j2", desk.sessions.language)
    answer.set_cookie(cookie_name(desk.port), name, httponly=True, samesite="strict", path="/")
    return answer


def static(request: Request) -> Response:
    """A file of ours."""
    found = STATIC.get(request.path_params["name"])
    if found is None:
        return refused(NOT_FOUND, 404)
    package, path, kind = found
    return Response(resources.files(package).joinpath(path).read_bytes(), media_type=kind)


def picture(request: Request) -> Response:
    """A picture of the run shown, by the name that a page gave it."""
    desk: Desk = request.app.state.desk
    content = desk.jpeg(request.path_params["name"])
    if content is None:
        return refused(NOT_FOUND, 404)
    return Response(content, media_type="image/jpeg")


# -- what is changed -----------------------------------------------------------------------------------------


def decided(desk: Desk, session: Session, asked: Any) -> Response:
    """Record what a page asks for."""
    wanted = Wanted.model_validate(asked)
    return _done(act(desk.loaded, desk.now().shown, session, wanted), session)


def undone(desk: Desk, session: Session, asked: Any) -> Response:
    """Withdraw what this desk decided last."""
    done = undo(desk.loaded, session, free_text(str(asked.get("after_freeze") or "")))
    if done is None:
        return _said(NOTHING_TO_UNDO, session, 409)
    return _done(done, session)


def settled(desk: Desk, session: Session, asked: Any) -> Response:  # noqa: ARG001  all changes are alike
    """Keep who decides, and in which language."""
    if asked.get("language") in {"zh", "en"}:
        session.language = asked["language"]
    if asked.get("by"):
        session.by_whom = free_text(str(asked["by"]))[:100]
    return JSONResponse({"said": ""})


def _posted(change: Callable[[Desk, Session, Any], Response]) -> Callable[[Request], Awaitable[Response]]:
    """An address that takes JSON, and answers with a sentence whatever becomes of it."""

    async def answer(request: Request) -> Response:
        session: Session = request.state.session
        body = await _body(request)
        try:
            asked = json.loads(body) if body is not None else None
            if not isinstance(asked, dict):
                return _said(UNREADABLE_REQUEST, session, 400)
            return await run_in_threadpool(_changed, change, request.app.state.desk, session, asked)
        except (ValidationError, ValueError):
            return _said(UNREADABLE_REQUEST, session, 400)

    return answer


async def _body(request: Request) -> bytes | None:
    """A request's JSON text; None where it is none, or too long."""
    if request.headers.get("content-type", "").partition(";")[0] != "application/json":
        return None
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > LONGEST_BODY:
            return None
    return body


def _changed(
    change: Callable[[Desk, Session, Any], Response], desk: Desk, session: Session, asked: Any
) -> Response:
    try:
        return change(desk, session, asked)
    except StaleError as stale:
        return _said(STALE_RUN if stale.is_new_run else STALE, session, 409, stale=True)
    except Refused as wrong:
        return _said(_faults(wrong), session, 422)
    except PipelineError as wrong:
        return _said(_fault(wrong), session, 422)


def _done(done: Done, session: Session) -> Response:
    return JSONResponse({
        "said": _with_hint(done, session), "numbers": done.numbers, "undo": len(session.made)
    })  # fmt: skip


def _with_hint(done: Done, session: Session) -> str:
    """What was recorded, and how to take it back."""
    said = done.said.say(session.language)
    return f"{said} · {UNDO_HINT.say(session.language)}" if done.numbers in session.made else said


def _said(what: Text, session: Session, status: int, *, stale: bool = False) -> Response:
    return JSONResponse({"said": what.say(session.language), "stale": stale}, status)


def _fault(wrong: PipelineError) -> Text:
    return Text(f"{wrong.what.zh}。{wrong.todo.zh}。", f"{wrong.what.en}. {wrong.todo.en}.")


def _faults(wrong: Refused) -> Text:
    """What is wrong, each with the student it is about; the first few of many."""
    first = wrong.faults[:_TOLD]
    told = [(fault.place, _fault(fault)) for fault in first]
    more = len(wrong.faults) - len(first)
    rest = Text(f"另有 {more} 处。", f" And {more} more.") if more else Text("", "")
    several = len(wrong.faults) > 1
    zh = "".join(f"{place}：{text.zh}" if several else text.zh for place, text in told)
    en = " ".join(f"{place}: {text.en}" if several else text.en for place, text in told)
    return Text(f"{zh}{rest.zh}没有记录。", f"{en}{rest.en} Nothing was recorded.")


_TOLD = 5


def _failed(request: Request, error: Exception) -> Response:
    """A page for a ledger or an audit that cannot be read."""
    session = getattr(request.state, "session", None)
    assert isinstance(error, PipelineError)  # noqa: S101  registered for nothing else
    return refused((error.what, error.todo), 503, session and session.language)


def _lost(request: Request, error: Exception) -> Response:  # noqa: ARG001  Starlette's signature
    session = getattr(request.state, "session", None)
    return refused(NOT_FOUND, 404, session and session.language)
