"""Who may ask the desk: the start-up token, sessions, and where a request may come from."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

from schemas.words import Language

LOOPBACK_NAMES = ("127.0.0.1", "localhost")
TOKEN_BYTES = 32


@dataclass
class Session:
    """One clerk's browser: who decides there, in which language, and what was decided, the last one last."""

    csrf: str
    by_whom: str
    language: Language
    after_freeze: str = ""
    made: list[tuple[int, ...]] = field(default_factory=list)


class Sessions:
    """The start-up token and the sessions that were opened with it."""

    def __init__(self, by_whom: str, language: Language) -> None:
        self.token = secrets.token_urlsafe(TOKEN_BYTES)
        self.language: Language = language
        self._by_whom = by_whom
        self._open: dict[str, Session] = {}

    def opened(self, token: str) -> str | None:
        """The name of a new session; None for a wrong token."""
        if not is_same(token, self.token):
            return None
        name = secrets.token_urlsafe(TOKEN_BYTES)
        self._open[name] = Session(secrets.token_urlsafe(TOKEN_BYTES), self._by_whom, self.language)
        return name

    def of(self, name: str | None) -> Session | None:
        """The session that a cookie names."""
        return self._open.get(name or "")


def is_same(given: str, wanted: str) -> bool:
    """Whether two secrets are the same, in a time that does not tell where they differ."""
    return secrets.compare_digest(given.encode(), wanted.encode())


def cookie_name(port: int) -> str:
    """The cookie of the desk at a port; browsers send cookies to all ports of a host.

    >>> cookie_name(8000)
    'regpack-desk-8000'
    """
    return f"regpack-desk-{port}"


def is_our_host(headers: Mapping[str, str], port: int) -> bool:
    """Whether a request names this machine itself, and not a name that somebody made lead here."""
    return headers.get("host", "") in {f"{name}:{port}" for name in LOOPBACK_NAMES}


def is_our_page(headers: Mapping[str, str]) -> bool:
    """Whether a request that changes something comes from a page of ours, as browsers tell it."""
    is_ours = headers.get("origin") == f"http://{headers.get('host', '')}"
    return is_ours and headers.get("sec-fetch-site", "same-origin") == "same-origin"


def security_headers(host: str) -> dict[str, str]:
    """What every answer carries: nothing from elsewhere, nothing inline, nothing kept, no address told."""
    ours = f"http://{host}"
    policy = {
        "default-src": "'none'", "script-src": f"{ours}/static/", "style-src": f"{ours}/static/",
        "img-src": f"{ours}/picture/ {ours}/static/", "connect-src": "'self'", "form-action": "'self'",
        "base-uri": "'none'", "frame-ancestors": "'none'",
    }  # fmt: skip
    return {
        "content-security-policy": "; ".join(f"{name} {allowed}" for name, allowed in policy.items()),
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "referrer-policy": "no-referrer",
        "cache-control": "no-store",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
    }
