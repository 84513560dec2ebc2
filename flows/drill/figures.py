"""What a day's links came to, held against the truth; figures add up."""

from collections import Counter
from collections.abc import Callable, Iterable
from typing import NamedTuple

import polars as pl

from flows.drill.day import Day
from flows.drill.evidence import Evidence, contradicts, evidence, is_right
from flows.drill.frames import delivered
from flows.drill.scene import Frame
from schemas.audit import FINDINGS, CaptureState
from schemas.reasons import Reason
from schemas.rules_of_day import Linking
from transforms.link_findings import link_findings
from transforms.linking import Linked, link
from transforms.shots import settle_captures

Linker = Callable[[pl.DataFrame, pl.DataFrame, pl.DataFrame, Linking], Linked]
NOBODY = pl.Series(dtype=pl.UInt32)


class Cause(NamedTuple):
    """What went wrong before a wrong link, and whether some evidence contradicts that link."""

    mishap: str
    is_contradicted: bool


class Figures(NamedTuple):
    """Counts over some days of one mode and kind.

    `right` links are those for which direct evidence is right (`flows.drill.evidence.is_right`): how many of
    them were quarantined, and how many left without a link. `causes` counts the wrong links that were used.
    A slip is found when it is reported and no capture that it names wrongly is used; it is cleared when only
    that holds. `alarms` are days without a slip on which one was reported; on days `unassessed` linking says
    that it could not check the order.
    """

    causes: Counter[Cause]
    days: int = 0
    captures: int = 0
    used: int = 0
    right: int = 0
    right_quarantined: int = 0
    right_left: int = 0
    slips: int = 0
    slips_found: int = 0
    slips_cleared: int = 0
    alarms: int = 0
    unassessed: int = 0

    @property
    def wrong(self) -> int:
        """Wrong links that were used."""
        return self.causes.total()

    @property
    def contradicted(self) -> int:
        """Those of them that some evidence contradicts."""
        return sum(count for cause, count in self.causes.items() if cause.is_contradicted)


def total(figures: Iterable[Figures]) -> Figures:
    """All added up."""
    columns = zip(Figures(Counter()), *figures, strict=True)
    return Figures(*(sum(more, start=first) for first, *more in columns))


class Outcome(NamedTuple):
    """What linking made of a day: every frame's row and state, and the codes of what it reports."""

    rows: dict[Frame, int | None]
    states: dict[Frame, str]
    reported: set[str]

    def those(self, state: CaptureState) -> list[Frame]:
        """The frames that ended so."""
        return [frame for frame, ended in self.states.items() if ended == state]


def outcome(day: Day, rules: Linking, linker: Linker) -> Outcome:
    """A day through the linking, as a run takes it when all pictures are good."""
    given, rules = delivered(day), rules.model_copy(update={"mode": day.plan.mode})
    linked = linker(given.captures, given.log, given.roster, rules)
    settled = settle_captures(given.captures, linked, pl.DataFrame(schema=FINDINGS), NOBODY)
    frames = [given.paths[path] for path in settled["capture_path"]]
    return Outcome(
        dict(zip(frames, settled["row"], strict=True)),
        dict(zip(frames, settled["state"], strict=True)),
        set(link_findings(linked, rules, {})["code"]),
    )


def figures(day: Day, rules: Linking, linker: Linker = link) -> Figures:
    """One day through the linking, and what came of it."""
    ended, known = outcome(day, rules, linker), evidence(day)
    used, right = (
        ended.those(CaptureState.USED),
        [frame for frame in day.frames if is_right(frame, known, day)],
    )
    is_clear, is_reported = not set(day.slipped) & set(used), Reason.SLIP_FOUND in ended.reported
    return Figures(
        causes=Counter(causes_of_wrong(used, ended, known)),
        days=1,
        captures=len(ended.rows),
        used=len(used),
        right=len(right),
        right_quarantined=sum(ended.states[frame] == CaptureState.QUARANTINED for frame in right),
        right_left=sum(ended.states[frame] == CaptureState.ORPHAN for frame in right),
        slips=bool(day.slipped),
        slips_found=bool(day.slipped) and is_clear and is_reported,
        slips_cleared=bool(day.slipped) and is_clear and not is_reported,
        alarms=not day.slipped and is_reported,
        unassessed=Reason.ORDER_NOT_ASSESSED in ended.reported,
    )


def causes_of_wrong(used: Iterable[Frame], ended: Outcome, known: Evidence) -> Iterable[Cause]:
    """For every wrong link that was used, what had gone wrong, and whether evidence contradicts it."""
    for frame in used:
        row = ended.rows[frame]
        if row is not None and row != frame.shows:
            yield Cause(frame.mishap, contradicts(frame, row, known))
