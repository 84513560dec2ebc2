"""What kind of day is drilled: how students are told at the camera, what goes wrong, what is written."""

from random import Random
from typing import Literal, NamedTuple

from flows.drill.assumptions import Number, assumptions
from schemas.campaign import CaptureMode

Kind = Literal["clean", "slip", "aside", "rough"]
"""Nothing goes wrong; one slip of the names; where no names could slip, one who steps aside after the card
was read; everything may go wrong."""

Told = Literal["log names", "file names", "tickets", "times", "order", "no log"]
"""What says whose a file is: the log names it, it is named after somebody or a ticket, and otherwise only the
times of readings, or the order alone. `no log`: files are named, and there is nothing to hold against it."""

TURNS: tuple[Kind, ...] = ("clean", "slip", "rough")
FILE_KEYS = ("student_no", "document_no", "examinee_no", "unique_no")


class Plan(NamedTuple):
    """One day to be drilled; `number` counts from 0.

    `is_named`: the delivery says which file is whose, in the log (swipe, code) or in the file names (named,
    ticket). `file_key` is the number that files are named by in `named` mode.
    """

    mode: CaptureMode
    kind: Kind
    seed: int
    number: int
    is_named: bool
    has_log: bool
    is_masked: bool
    is_slipping: bool
    cameras: tuple[str, ...]
    file_key: str

    @property
    def told(self) -> Told:
        """What says whose a file is."""
        if self.mode == "named":
            return "file names" if self.has_log else "no log"
        if self.mode == "ticket":
            return "tickets" if self.is_named else "order"
        return "log names" if self.is_named else "times"

    def rng(self, what: str) -> Random:
        """A generator for one part of the day, so that a change in one leaves the others as they are."""
        return Random(f"{self.seed}/{self.mode}/{self.number}/{what}")


def plan(mode: CaptureMode, number: int, seed: int) -> Plan:
    """The plan of one day; kinds take turns, and within each those with and without names."""
    rng, rules = Random(f"{seed}/{mode}/{number}/plan"), assumptions()
    turn: Kind = TURNS[number % len(TURNS)]
    among = number // len(TURNS)
    is_named = mode == "named" or takes_turn(_named_share(mode), among)
    two = mode != "ticket" and rules.session.two_cameras.happens(rng)
    is_slipping = turn == "slip" or (turn == "rough" and rules.rates.rough.slipped.happens(rng))
    return Plan(
        mode=mode,
        kind="aside" if turn == "slip" and not is_named else turn,
        seed=seed,
        number=number,
        is_named=is_named,
        has_log=mode != "named" or not takes_turn(rules.log.missing, among),
        is_masked=mode == "code" and rules.log.masked.happens(rng),
        is_slipping=is_slipping and is_named,
        cameras=("E201-1", "E201-2") if two else ("E201",),
        file_key=rng.choice(FILE_KEYS),
    )


def _named_share(mode: CaptureMode) -> Number:
    rules = assumptions()
    return rules.queue.names_tickets if mode == "ticket" else rules.log.names_files


def takes_turn(share: Number, number: int) -> bool:
    """Whether the day of this number is one of the share, which is spread evenly.

    >>> half = Number(value=500, unit="of 1,000 days", source="assumed")
    >>> [takes_turn(half, number) for number in range(4)]
    [False, True, False, True]
    """
    return (number + 1) * share.value // 1000 > number * share.value // 1000
