"""What the drill's days are made of: `assumptions.toml`, every number with its unit and its source."""

import tomllib
from datetime import datetime
from functools import cache
from pathlib import Path
from random import Random

from schemas.campaign import Strict

FILE = Path(__file__).with_name("assumptions.toml")


class Number(Strict):
    """One number; its source is a key of `docs/sources.md`, or `assumed`."""

    value: float
    unit: str
    source: str

    def happens(self, rng: Random) -> bool:
        """Whether it happens this once, as often as `value` of 1,000."""
        return rng.random() * 1000 < self.value


class Spread(Strict):
    """A number that varies: a triangle from `least` over `usual` to `most`."""

    least: float
    usual: float
    most: float
    unit: str
    source: str

    def draw(self, rng: Random) -> float:
        """One value."""
        return rng.triangular(self.least, self.most, self.usual)

    def whole(self, rng: Random) -> int:
        """One whole value."""
        return round(self.draw(rng))


NEVER = Number(value=0, unit="", source="assumed")


class People(Strict):
    """What students' numbers are made of."""

    student_no_prefix: str
    examinee_no_prefix: str
    born_in: Spread


class Session(Strict):
    """When a session begins, how many are expected, in classes of how many, before how many cameras."""

    begins_at: datetime
    students: Number
    class_size: Number
    two_cameras: Number


class Pace(Strict):
    """How long everything takes."""

    between_cards: Spread
    card_to_shot: Spread
    slow_card_to_shot: Spread
    shot_to_shot: Spread
    shot_to_next_card: Spread
    neighbours: Spread
    class_break: Spread
    sits_at_most: Number


class Clock(Strict):
    """How far a camera's clock is off, and how fast it drifts."""

    hours_off: Number
    minutes_off: Number
    hours: Spread
    minutes: Spread
    seconds: Spread
    drift: Spread


class Log(Strict):
    """What the reader writes."""

    names_files: Number
    missing: Number
    masked: Number
    collisions: Number


class Queue(Strict):
    """Those who have drawn a ticket and wait."""

    people: Spread
    names_tickets: Number


class Slip(Strict):
    """How a naming slips."""

    captures: Spread
    by_two: Number


class Rates(Strict):
    """How often what goes wrong does; what is not said never does."""

    absent: Number
    retaken: Number
    retaken_with_card: Number
    slow: Number
    stepped_aside: Number = NEVER
    without_card: Number = NEVER
    stranger: Number = NEVER
    test_shot: Number = NEVER
    early_card: Number = NEVER
    changed_places: Number = NEVER
    changed_after_cards: Number = NEVER
    changed_cards: Number = NEVER
    lost_line: Number = NEVER
    deleted: Number = NEVER
    copied: Number = NEVER
    slipped: Number = NEVER


class RatesOf(Strict):
    """The rates of days on which nothing goes wrong, and of days on which everything may."""

    clean: Rates
    rough: Rates


class Gate(Strict):
    """What a change of linking must keep."""

    contradicted: Number
    quarantined_on_slip_days: Number
    quarantined_on_clean_days: Number


class Assumptions(Strict):
    """All of them."""

    people: People
    session: Session
    pace: Pace
    clock: Clock
    log: Log
    queue: Queue
    slip: Slip
    rates: RatesOf
    gate: Gate


@cache
def assumptions() -> Assumptions:
    """The packaged assumptions."""
    return Assumptions.model_validate(tomllib.loads(FILE.read_text("utf-8")))
