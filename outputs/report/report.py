"""The page: a run's frames and pictures become one HTML text that needs no other file and no script."""

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from outputs.report import figures
from outputs.report.people import People
from outputs.report.phrases import phrases
from outputs.report.pictures import Pictures
from schemas.audit import AuditFrames
from schemas.titles import KINDS, STATES, title
from schemas.words import Language

COUNTED = (
    "expected", "enrolled", "logged", "captured", "accepted", "missing", "late", "out_of_place", "other_day",
)  # fmt: skip
MAX_LISTED = 200
"""Lines of a warning list; the rest is in rejects.csv."""


def render_report(frames: AuditFrames, pictures: Pictures, language: Language) -> str:
    """The whole page; every value is escaped, every picture a `data:` address."""
    people = People(frames, pictures, language)
    kind = frames.summary.kind
    return (
        _environment()
        .get_template("report.html.j2")
        .render(
            language=language,
            t=phrases(language),
            title=lambda column: title(column, language),
            states={state: text.say(language) for state, text in STATES.items()},
            summary=frames.summary,
            kind=KINDS[kind].say(language) if kind in KINDS else kind,
            enrolment_terms=figures.enrolment_terms(frames.summary, language),
            capture_terms=figures.capture_terms(frames.summary, language),
            outside=figures.outside(frames.summary, language),
            make_up=figures.missing_make_up(frames),
            reasons=figures.ranked_reasons(frames, language),
            sessions=frames.sessions.sort("session_id").to_dicts(),
            units=figures.units(frames).to_dicts(),
            missing=figures.missing_units(frames),
            notes=people.campaign_notes(),
            rejected=people.rejected(),
            doubtful=people.doubtful(),
            warned=people.warned(),
            counted=COUNTED,
            max_listed=MAX_LISTED,
        )
    )


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("outputs.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["count"] = _count
    environment.filters["percent"] = _percent
    return environment


def _count(number: int) -> str:
    """A count with its thousands set apart.

    >>> _count(3253)
    '3,253'
    """
    return f"{number:,}"


def _percent(share: float) -> str:
    """A share to one decimal; what is there is never shown as nothing, nor all but one as all.

    >>> _percent(89.14), _percent(0.01), _percent(99.97), _percent(100.0)
    ('89.1%', '<0.1%', '>99.9%', '100%')
    """
    if share in {0.0, 100.0}:
        return f"{share:.0f}%"
    if share < 0.1:
        return "<0.1%"
    return ">99.9%" if share > 99.9 else f"{share:.1f}%"
