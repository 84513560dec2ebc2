"""What was decided of the items: which decisions stand, what is open, and what the next run will use."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl

from flows.decision_checks import Known
from flows.desk.day import Item
from outputs.report.details import is_waiting
from schemas.decisions import AFTER_FREEZE, CHOOSE, CROP, REJECT, RELEASE, RETAKE, WAIVE, WITHDRAW
from transforms.decisions import is_valid, standing

Line = Mapping[str, Any]
STAMP = "%Y-%m-%dT%H:%M:%SZ"


class Decisions:
    """All decisions of a campaign, by whom they concern; `started` (STAMP) is when the shown run began."""

    def __init__(self, known: Known, started: str) -> None:
        self._started = started
        self._lines = {line["decision_id"]: line for line in known.made.to_dicts()}
        stands = standing(known.made)
        self._stands = frozenset(stands["decision_id"])
        valid = stands.filter(is_valid(known.today))
        self._valid = frozenset(valid["decision_id"])
        self._about = _by_subject(self._lines)
        self._outcomes: dict[str, str] = {}

    def of(self, item: Item) -> list[Line]:
        """Every decision that concerns an item, the last at the end."""
        names = {item.student.student_no} if item.student else set()
        found = set().union(*(self._about.get(name, set()) for name in names | item.digests))
        return [self._lines[number] for number in sorted(found)]

    def mark(self, item: Item) -> int:
        """The number of the last decision that concerns an item: whoever knows another has not seen it."""
        return max((line["decision_id"] for line in self.of(item)), default=0)

    def stands(self, line: Line) -> bool:
        """Whether a decision has the last word and was not withdrawn."""
        return line["decision_id"] in self._stands

    def outcome(self, item: Item) -> str:
        """The kind of decision that settles an item; empty while it is open."""
        if item.key not in self._outcomes:
            self._outcomes[item.key] = self._outcome(item)
        return self._outcomes[item.key]

    def _outcome(self, item: Item) -> str:
        mine = [line for line in self.of(item) if line["decision_id"] in self._valid]
        if item.student is None:
            return RELEASE if any(line["kind"] == RELEASE for line in mine) else ""
        own = [
            line for line in mine
            if line["student_no"] == item.student.student_no
            and (line["kind"] != CROP or line["decided_at"] >= self._started)
        ]  # fmt: skip
        return next((kind for kind in _WEIGHTIEST if _settles(kind, item, own)), "")

    def is_open(self, item: Item) -> bool:
        """Whether somebody still has to decide."""
        return item.asks and not self.outcome(item)

    def next_run(self) -> dict[str, int]:
        """How many decisions of each kind the next run will use for the first time."""
        new = (line for line in self._lines.values() if line["decided_at"] >= self._started)
        return dict(Counter(line["kind"] for line in new if self._counts(line)))

    def _counts(self, line: Line) -> bool:
        if line["kind"] == WITHDRAW:
            return bool(self._lines[line["withdraws"]]["decided_at"] < self._started)
        return line["kind"] != AFTER_FREEZE and line["decision_id"] in self._valid


_WEIGHTIEST = (REJECT, RETAKE, RELEASE, CHOOSE, CROP, WAIVE)


def _by_subject(lines: Mapping[int, Line]) -> dict[str, set[int]]:
    """The decisions about every student number and capture; a withdrawal is about what it takes back."""
    about: dict[str, set[int]] = defaultdict(set)
    for number, line in lines.items():
        told = lines.get(line["withdraws"], line) if line["kind"] == WITHDRAW else line
        for name in (told["student_no"], told["capture_sha256"]):
            if name:
                about[name].add(number)
    return about


def _settles(kind: str, item: Item, mine: Iterable[Line]) -> bool:
    """Whether decisions of a kind, all of them valid and on this student, leave nothing open."""
    made = [line for line in mine if line["kind"] == kind]
    used = item.shot.sha256 if item.shot else None
    if kind == WAIVE:
        accepted = {line["code"] for line in made if line["capture_sha256"] == used}
        return bool(item.blocks) and set(item.blocks) <= accepted
    if kind == CHOOSE:
        waits = any(is_waiting(shot) for shot in item.others)
        return any(waits or line["capture_sha256"] != used for line in made)
    if kind == RETAKE:
        return any(used is None or used in (line["shots"] or ()) for line in made)
    if kind == CROP:
        return any(line["capture_sha256"] == used for line in made)
    if kind == RELEASE:
        return any(line["capture_sha256"] not in item.digests for line in made)
    return bool(made)


def stamp_of(started_at: Any) -> str:
    """When a run began, as decisions have their time."""
    return str(pl.select(pl.lit(started_at).dt.strftime(STAMP)).item())
