"""What a day's links came to, held against the truth; figures add up."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

import polars as pl

from flows.drill.day import Day
from flows.drill.evidence import contradicts, evidence, is_right
from flows.drill.frames import Delivered, delivered
from schemas.audit import FINDINGS, CaptureState
from schemas.profile import Linking
from transforms.assessment import settle_captures
from transforms.linking import Linked, link

Linker = Callable[[pl.DataFrame, pl.DataFrame, pl.DataFrame, Linking], Linked]
NOBODY = pl.Series(dtype=pl.UInt32)


class Figures(NamedTuple):
    """Counts over some days of one mode and kind.

    `right` links are those for which direct evidence is right (`flows.drill.evidence.is_right`): how many of
    them were quarantined, and how many left without a link. `wrong` links were used, `contradicted` are those
    of them that some evidence contradicts. A slip is found when no capture that it names wrongly is used.
    `alarms` are days without a mishap on which a right link was quarantined.
    """

    days: int = 0
    captures: int = 0
    used: int = 0
    wrong: int = 0
    contradicted: int = 0
    right: int = 0
    right_quarantined: int = 0
    right_left: int = 0
    slips: int = 0
    slips_found: int = 0
    alarms: int = 0

    def plus(self, other: "Figures") -> "Figures":
        """Both added up."""
        return Figures(*(one + more for one, more in zip(self, other, strict=True)))


def total(figures: Iterable[Figures]) -> Figures:
    """All added up."""
    added = Figures()
    for each in figures:
        added = added.plus(each)
    return added


def figures(day: Day, rules: Linking, linker: Linker = link) -> Figures:
    """One day through the linking, and what came of it."""
    given = delivered(day)
    states = settled(given, rules.model_copy(update={"mode": day.plan.mode}), linker)
    known = evidence(day)
    rows, ends = {}, {}
    for path, row, state in states.select("capture_path", "row", "state").iter_rows():
        frame = given.paths[path]
        rows[frame], ends[frame] = row, state
    used = [frame for frame in rows if ends[frame] == CaptureState.USED]
    wrong = [frame for frame in used if rows[frame] != frame.shows]
    right = [frame for frame in rows if is_right(frame, known, day)]
    quarantined = sum(ends[frame] == CaptureState.QUARANTINED for frame in right)
    return Figures(
        days=1,
        captures=len(rows),
        used=len(used),
        wrong=len(wrong),
        contradicted=sum(contradicts(frame, rows[frame], known) for frame in wrong),
        right=len(right),
        right_quarantined=quarantined,
        right_left=sum(ends[frame] == CaptureState.ORPHAN for frame in right),
        slips=bool(day.slipped),
        slips_found=bool(day.slipped) and not set(day.slipped) & set(used),
        alarms=day.plan.kind == "clean" and quarantined > 0,
    )


def settled(given: Delivered, rules: Linking, linker: Linker) -> pl.DataFrame:
    """Every capture with its row and its state, as a run gives them when all pictures are good."""
    linked = linker(given.captures, given.log, given.roster, rules)
    no_findings = pl.DataFrame(schema=FINDINGS)
    return settle_captures(given.captures, linked, no_findings, NOBODY)
