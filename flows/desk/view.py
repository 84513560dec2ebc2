"""What a page is filled in with: items as they are shown, and what may be decided of each, and why not."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from flows.decision_checks import Asked, Known, line_of, refuse
from flows.decision_words import about
from flows.desk.actions import DESK
from flows.desk.day import Item, Shown
from flows.desk.standing import Decisions, Line
from outputs.report.details import Finding, Shot
from schemas.decisions import (
    CHOOSE,
    CROP,
    REJECT,
    RETAKE,
    WAIVE,
    WITHDRAW,
    DecisionKind,
)
from schemas.errors import InputError
from schemas.reasons import REASONS, Severity
from schemas.words import Text
from transforms.crop import Box

ANY_BOX = Box(0, 0, 1)
"""Stands for the box that is still to be placed."""
_A_CAPTURE = Text("这是没有对应学生的照片", "this capture is nobody's yet")
_ASSIGN_FIRST = Text("先认定是哪名学生", "say first whose it is")


class Choice(NamedTuple):
    """A reason that might be waived; `refusal` says why it may not, and what to do."""

    finding: Finding
    refusal: Text | None


class Tile(NamedTuple):
    """An item in the grid; `outcome` is the kind of decision that settles it, `mark` the last one on it."""

    item: Item
    picture: str | None
    title: str
    under: str
    outcome: str
    is_open: bool
    mark: int


class Picture(NamedTuple):
    """A capture with the addresses of its pictures; without a `photo` its crop is shown."""

    shot: Shot
    source: str
    photo: str | None
    small: str
    choice: Text | None
    """Why it may not be chosen; None where it may."""


class Made(NamedTuple):
    """A decision on an item, in words."""

    number: int
    at: str
    said: Text
    because: str
    by_whom: str
    stands: bool
    is_settling: bool


class View(NamedTuple):
    """One item as its page shows it."""

    item: Item
    mark: int
    main: Picture | None
    others: Sequence[Picture]
    choices: Sequence[Choice]
    refusals: dict[str, Text | None]
    """Why it may not be waived, rejected, retaken or released as a whole; None where it may."""
    made: Sequence[Made]
    outcome: str


def tile(shown: Shown, decisions: Decisions, item: Item) -> Tile:
    """An item as it stands in the grid."""
    student, shot = item.student, item.shot
    title, under = (student.name, student.student_no) if student else ("", shot.shown_path if shot else "")
    picture = _address(shown, "small", shot) if shot else None
    outcome = decisions.outcome(item)
    return Tile(item, picture, title, under, outcome, item.asks and not outcome, decisions.mark(item))


def view(shown: Shown, decisions: Decisions, known: Known, item: Item) -> View:
    """An item as its page shows it; every check is that of `regpack decide`."""
    choices = _choices(known, item)
    return View(
        item,
        decisions.mark(item),
        picture(shown, known, item, item.shot) if item.shot else None,
        [picture(shown, known, item, shot) for shot in item.others],
        choices,
        _refusals(known, item, choices),
        [_made(line, decisions) for line in decisions.of(item)],
        decisions.outcome(item),
    )


def refusal(known: Known, kind: DecisionKind, item: Item, **facts: Any) -> Text | None:
    """Why a decision may not be made, and what to do; None where it may."""
    student = item.student.student_no if item.student else None
    asked = Asked(kind, "", "", DESK, student_no=student)._replace(**facts)
    try:
        refuse(asked, line_of(asked, known), known)
    except InputError as wrong:
        return Text(f"{wrong.what.zh}。{wrong.todo.zh}。", f"{wrong.what.en}. {wrong.todo.en}.")
    return None


def _refusals(known: Known, item: Item, choices: Sequence[Choice]) -> dict[str, Text | None]:
    if item.student is None:
        nobody = Text(f"{_A_CAPTURE.zh}，{_ASSIGN_FIRST.zh}。", f"{_A_CAPTURE.en}; {_ASSIGN_FIRST.en}.")
        return dict.fromkeys((WAIVE, REJECT, RETAKE, CROP), nobody)
    return {
        WAIVE: _no_waiver(choices),
        REJECT: refusal(known, REJECT, item),
        RETAKE: refusal(known, RETAKE, item),
        CROP: refusal(known, CROP, item, box=ANY_BOX),
    }


def _no_waiver(choices: Sequence[Choice]) -> Text | None:
    """Whoever is to be accepted must be free of every reason that blocks."""
    blocks = [each for each in choices if each.finding.severity == Severity.BLOCK]
    stopped = [each.refusal for each in blocks if each.refusal]
    if stopped:
        return stopped[0]
    if not choices:
        return Text("没有要豁免的原因。", "There is nothing to waive.")
    return None if any(each.refusal is None for each in choices) else choices[0].refusal


def _choices(known: Known, item: Item) -> list[Choice]:
    """What blocks or warns and is not waived yet, each once."""
    if item.student is None:
        return []
    wanted = [each for each in item.findings if each.severity != Severity.INFO and not each.waived]
    once = {each.code: each for each in wanted}
    digest = item.shot.sha256 if item.shot else None
    warned = [each for each in once.values() if each.severity == Severity.BLOCK or _is_waivable(each)]
    return [Choice(each, refusal(known, WAIVE, item, code=each.code, capture=digest)) for each in warned]


def _is_waivable(finding: Finding) -> bool:
    return REASONS[finding.code].waivable


def picture(shown: Shown, known: Known, item: Item, shot: Shot) -> Picture:
    """A capture as it is shown, and whether it may be chosen for the item's student."""
    photo = _address(shown, "photo", shot) if shown.pictures.has_photo(shot) else None
    choice = refusal(known, CHOOSE, item, capture=shot.sha256) if shot.sha256 else _A_CAPTURE
    return Picture(shot, _address(shown, "source", shot), photo, _address(shown, "small", shot), choice)


def _address(shown: Shown, kind: str, shot: Shot) -> str:
    return f"/picture/{shown.pictures.name(kind, shot)}.jpg"


def _made(line: Line, decisions: Decisions) -> Made:
    return Made(
        line["decision_id"], line["decided_at"], about(dict(line)), line["because"], line["by_whom"],
        decisions.stands(line), line["kind"] != WITHDRAW,
    )  # fmt: skip
