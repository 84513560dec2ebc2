"""How the desk's pages are made of their templates; every value is escaped."""

from datetime import datetime
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse

from flows.desk.filters import SHOWS
from flows.desk.phrases import PHRASES, USUAL
from flows.settings import language as own_language
from flows.settings import utc_offset
from schemas.decisions import DECISION_KINDS
from schemas.inert import legible_value
from schemas.reasons import REASONS
from schemas.titles import EVENTS, SEVERITIES, STATES
from schemas.words import Language, Text


@cache
def environment() -> Environment:
    """The desk's templates."""
    return Environment(
        loader=PackageLoader("flows.desk"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True, finalize=legible_value,
    )  # fmt: skip


def page(name: str, language: Language, status: int = 200, **facts: Any) -> HTMLResponse:
    """A page in a language."""

    def say(text: Text | str) -> str:
        return text.say(language) if isinstance(text, Text) else text

    words = {key: text.say(language) for key, text in PHRASES.items()}
    content = environment().get_template(name).render(
        t=words, say=say, language=language, states=STATES, events=EVENTS, severities=SEVERITIES,
        kinds=DECISION_KINDS,
        reasons=REASONS, clock=clock, show_names=SHOWS, usual=USUAL, **facts,
    )  # fmt: skip
    return HTMLResponse(content, status)


def refused(why: tuple[Text, Text], status: int, language: Language | None = None) -> HTMLResponse:
    """A page that says what is wrong, and what to do."""
    return page("refused.html.j2", language or own_language(), status, what=why[0], todo=why[1])


def clock(moment: str) -> str:
    """A decision's time (UTC) by the clock on this machine's wall, to the minute.

    >>> len(clock("2020-11-20T01:00:00Z"))
    16
    """
    return f"{datetime.fromisoformat(moment) + utc_offset():%Y-%m-%d %H:%M}"
