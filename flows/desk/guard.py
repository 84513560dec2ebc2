"""What every request passes: its host, its session, and for a change where it comes from."""

from http.cookies import CookieError, SimpleCookie

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from flows.desk.desk import Desk
from flows.desk.page import refused
from flows.desk.phrases import FORGED, NO_SESSION, NOT_OUR_HOST
from flows.desk.session import Session, cookie_name, is_our_host, is_our_page, is_same, security_headers

ENTRANCE, STATIC = "/enter", "/static/"
"""Where no session is needed."""
READING = ("GET", "HEAD")
CSRF = "x-regpack-csrf"


class Guard:
    """Refuses with 403 what is not ours, and puts the session into `scope["state"]`."""

    def __init__(self, app: ASGIApp, desk: Desk) -> None:
        self._app, self._desk = app, desk

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it; every answer gets the headers of safety."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        host = headers.get("host", "")

        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(security_headers(host))
            await send(message)

        answer = self._refusal(scope, headers)
        await (answer or self._app)(scope, receive, send_safely)

    def _refusal(self, scope: Scope, headers: Headers) -> Response | None:
        """Why a request is not passed on; None where it is."""
        if not is_our_host(headers, self._desk.port):
            return refused(NOT_OUR_HOST, 403)
        session = self._desk.sessions.of(_cookie(headers, cookie_name(self._desk.port)))
        scope.setdefault("state", {})["session"] = session
        is_open = scope["path"] == ENTRANCE or scope["path"].startswith(STATIC)
        if is_open and scope["method"] in READING:
            return None
        if session is None:
            return refused(NO_SESSION, 403)
        if scope["method"] not in READING and not _may_change(headers, session):
            return refused(FORGED, 403, session.language)
        return None


def _may_change(headers: Headers, session: Session) -> bool:
    """Whether a change is asked for by a page of ours: forms of other pages cannot set the header."""
    return is_our_page(headers) and is_same(headers.get(CSRF, ""), session.csrf)


def _cookie(headers: Headers, name: str) -> str | None:
    try:
        found = SimpleCookie(headers.get("cookie", "")).get(name)
    except CookieError:
        return None
    return found.value if found else None
