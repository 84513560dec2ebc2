"""Days through the linking, over all workers, and the gate that any change of linking must pass."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple, get_args

from flows.drill.assumptions import Number, assumptions
from flows.drill.day import play_day
from flows.drill.figures import Figures, figures, total
from flows.drill.plans import Kind, Plan, Told, plan
from flows.processes import spread
from flows.profiles import read_profile
from schemas.campaign import CaptureMode
from schemas.rules_of_day import Linking

MODES: tuple[CaptureMode, ...] = get_args(CaptureMode)
GATED: tuple[CaptureMode, ...] = ("swipe", "named")
"""The modes of which the gate's figures were asked."""
PROFILE = "graduate"
CHUNK = 4
"""Days that a worker takes at once."""


class Group(NamedTuple):
    """Days that are counted together."""

    mode: CaptureMode
    told: Told
    kind: Kind


Result = Mapping[Group, Figures]


class Broken(NamedTuple):
    """A figure beyond its limit; `value` is in the limit's own unit."""

    mode: CaptureMode
    limit: str
    number: Number
    value: float


def drill(modes: Sequence[CaptureMode], days: int, seed: int, workers: int = 1) -> Result:
    """So many days of each mode; the same for any number of workers."""
    plans = [plan(mode, number, seed) for mode in modes for number in range(days)]
    grouped: dict[Group, list[Figures]] = defaultdict(list)
    for each, counted in zip(plans, spread(played, plans, workers, chunk=CHUNK), strict=True):
        grouped[Group(each.mode, each.told, each.kind)].append(counted)
    return {group: total(grouped[group]) for group in sorted(grouped, key=_place)}


def _place(group: Group) -> tuple[int, ...]:
    return MODES.index(group.mode), get_args(Told).index(group.told), get_args(Kind).index(group.kind)


def played(each: Plan) -> Figures:
    """One day, and what the linking made of it."""
    return figures(play_day(each), rules())


@cache
def rules() -> Linking:
    """The rules of linking as the default profile has them."""
    return read_profile(PROFILE, beside=Path()).linking


# -- the gate ------------------------------------------------------------------------------------------------


def broken(result: Result) -> list[Broken]:
    """Every limit of the gate that a gated mode's figures break."""
    gate = assumptions().gate
    found = []
    for mode in GATED:
        every, slips, clean = (of_mode(result, mode, kind) for kind in (None, "slip", "clean"))
        values = {
            "contradicted": every.contradicted,
            "quarantined_on_slip_days": per(1000, slips.right_quarantined, slips.right),
            "quarantined_on_clean_days": per(1000, clean.right_quarantined, clean.right),
        }
        numbers = {name: getattr(gate, name) for name in values}
        found += [
            Broken(mode, name, numbers[name], value or 0)
            for name, value in values.items()
            if value is not None and value > numbers[name].value
        ]
    return found


def of_mode(result: Result, mode: CaptureMode, kind: Kind | None = None) -> Figures:
    """All days of a mode, or of one kind of them."""
    return total(
        counted for group, counted in result.items() if group.mode == mode and kind in (None, group.kind)
    )


def per(base: int, part: int, whole: int) -> float | None:
    """How many of so many; None where there is nothing to divide.

    >>> per(1000, 1, 4), per(1000, 0, 0)
    (250.0, None)
    """
    return base * part / whole if whole else None
