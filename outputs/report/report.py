"""The page: a run's frames and pictures become one HTML text that needs no other file and no script."""

from outputs.report import figures
from outputs.report.environment import environment
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
        environment()
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
            retakes=people.retakes(),
            waived=people.waived(),
            doubtful=people.doubtful(),
            warned=people.warned(),
            counted=COUNTED,
            max_listed=MAX_LISTED,
        )
    )
