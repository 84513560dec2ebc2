"""What is asked for on the desk becomes decisions of the ledger, by the checks of `regpack decide`."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from flows.decision_checks import Asked, Known
from flows.decision_words import about
from flows.decisions import Decided, Refused, decide
from flows.desk.day import Item, Shown
from flows.desk.session import Session
from flows.desk.standing import Decisions, stamp_of
from flows.free_text import free_text
from flows.freeze import AfterFreeze, after_freeze_of
from flows.sources import LoadedCampaign
from schemas.decisions import CHOOSE, CROP, REJECT, RELEASE, RETAKE, WAIVE, WITHDRAW
from schemas.errors import InputError
from schemas.words import Text
from transforms.crop import Box

UNDONE = Text("在审看台撤销", "taken back on the desk")
DESK = "regpack desk"
Line = Annotated[str, Field(max_length=500)]


class Seen(BaseModel):
    """An item as its page showed it: `mark` is the last decision that concerned it then."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    key: str
    mark: int


class Wanted(BaseModel):
    """What a page asks for; `run` is the run that it showed."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    kind: Literal["waive", "choose", "release", "reject", "retake", "crop", "withdraw"]
    run: str
    items: Annotated[tuple[Seen, ...], Field(min_length=1, max_length=20_000)]
    codes: tuple[str, ...] = ()
    capture: str | None = None
    box: tuple[float, float, float] | None = None
    student: Seen | None = None
    withdraws: int | None = None
    until: date | None = None
    because: Line = ""
    after_freeze: Line = ""


class StaleError(Exception):
    """Somebody else was quicker: nothing was recorded. `items` are those that have changed since."""

    def __init__(self, items: Sequence[Item], *, is_new_run: bool = False) -> None:
        self.items, self.is_new_run = tuple(items), is_new_run
        super().__init__("the page is out of date")


class Done(NamedTuple):
    """What was recorded, and what was there already; in words."""

    numbers: tuple[int, ...]
    said: Text


def act(loaded: LoadedCampaign, shown: Shown, session: Session, wanted: Wanted) -> Done:
    """Record what a page asks for, all or nothing. StaleError, Refused and PipelineError say why not."""
    items = [_item(shown, seen) for seen in wanted.items]
    asked = [each for item in items for each in _asked(wanted, item, shown, session)]
    _refuse_unsaid(asked)
    reason = _after_freeze(wanted, session)
    seen = [*wanted.items, *([wanted.student] if wanted.student else [])]

    def refuse_stale(known: Known) -> None:
        if known.latest.run != wanted.run or shown.summary.run != wanted.run:
            raise StaleError((), is_new_run=True)
        decisions = Decisions(known, stamp_of(shown.summary.started_at))
        changed = [_item(shown, each) for each in seen if decisions.mark(_item(shown, each)) != each.mark]
        if changed:
            raise StaleError(changed)

    decided = decide(loaded, asked, again=True, after_freeze=reason, held_against=refuse_stale)
    return _done(decided, session)


def undo(loaded: LoadedCampaign, session: Session, after_freeze: str) -> Done | None:
    """Withdraw what this desk decided last; None where there is nothing."""
    if not session.made:
        return None
    because = UNDONE.say(session.language)
    asked = [Asked(WITHDRAW, session.by_whom, because, DESK, withdraws=number) for number in session.made[-1]]
    reason = after_freeze_of(after_freeze or session.after_freeze or None, session.by_whom)
    try:
        decided = decide(loaded, asked, again=True, after_freeze=reason)
    except Refused:  # somebody withdrew it already
        session.made.pop()
        raise
    session.made.pop()
    numbers = tuple(number for number, _ in decided.recorded)
    several = Text(f"已撤销 {len(numbers)} 项决定", f"took {len(numbers)} decisions back")
    return Done(numbers, several if len(numbers) > 1 else _said(decided))


def _done(decided: Decided, session: Session) -> Done:
    numbers = tuple(number for number, _ in decided.recorded)
    if numbers:
        session.made.append(numbers)
    return Done(numbers, _said(decided))


def _said(decided: Decided) -> Text:
    """In one sentence: one decision by its words, several by their count."""
    if len(decided.recorded) == 1:
        number, line = decided.recorded[0]
        told = about(line)
        return Text(f"已记录第 {number} 号决定：{told.zh}", f"recorded decision {number}: {told.en}")
    if decided.recorded:
        count = len(decided.recorded)
        return Text(f"已记录 {count} 项决定", f"recorded {count} decisions")
    return Text("已有相同的决定，没有重复记录", "this was decided before; nothing new was recorded")


def _item(shown: Shown, seen: Seen) -> Item:
    item = shown.items.get(seen.key)
    if item is None:
        raise StaleError((), is_new_run=True)
    return item


def _asked(wanted: Wanted, item: Item, shown: Shown, session: Session) -> list[Asked]:
    """The decisions on one item."""
    student = item.student.student_no if item.student else None
    digest = item.shot.sha256 if item.shot else None
    base = Asked(wanted.kind, session.by_whom, free_text(wanted.because), DESK, student or "",
                 student_no=student)  # fmt: skip
    if wanted.kind == WAIVE:
        codes = wanted.codes or item.blocks
        return [base._replace(code=code, capture=digest, valid_until=wanted.until) for code in codes]
    if wanted.kind == CHOOSE:
        return [base._replace(capture=wanted.capture)]
    if wanted.kind == RELEASE:
        target = _item(shown, wanted.student).student if wanted.student else None
        return [base._replace(student_no=target.student_no if target else None, capture=digest)]
    if wanted.kind == CROP:
        return [base._replace(capture=digest, box=wanted.box and Box(*wanted.box))]
    if wanted.kind in (REJECT, RETAKE):
        return [base]
    return [base._replace(student_no=None, withdraws=wanted.withdraws)]


def _refuse_unsaid(asked: Sequence[Asked]) -> None:
    """Who decides, and why, must be said."""
    if not asked:
        raise InputError(
            DESK,
            Text("没有可以豁免的原因", "there is no reason to waive"),
            Text("无须豁免", "nothing needs it"),
        )
    for what, is_said in (
        (Text("没有写理由", "the reason is missing"), asked[0].because),
        (Text("没有写是谁决定", "who decides is missing"), asked[0].by_whom),
    ):
        if not is_said:
            raise InputError(DESK, what, Text("请补上", "fill it in"))


def _after_freeze(wanted: Wanted, session: Session) -> AfterFreeze | None:
    session.after_freeze = free_text(wanted.after_freeze) or session.after_freeze
    return after_freeze_of(session.after_freeze or None, session.by_whom)
