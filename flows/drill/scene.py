"""What happened in the room, by the true clock: cards read and frames taken, one after the other."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random

from flows.drill.assumptions import Pace, Rates, assumptions

COUNTER_MAX = 9999
"""A camera's counter begins anew behind it."""


@dataclass(eq=False, slots=True)
class Frame:
    """A picture, taken at so many seconds of the session: whom it shows, and whose name it is given, as rows.

    `shows` is None for a stranger, `called` for a frame that nobody names; `mishap` is what went wrong.
    """

    at: float
    camera: str
    shows: int | None
    called: int | None
    mishap: str = ""
    counter: int = 0


@dataclass(eq=False, slots=True)
class Reading:
    """A card read: whose, and the frame that the reader's program holds to be its own."""

    at: float
    camera: str
    row: int
    frame: Frame | None = None


@dataclass(eq=False, slots=True)
class Booth:
    """One camera with its card reader."""

    camera: str
    rng: Random
    rates: Rates
    pace: Pace = field(default_factory=lambda: assumptions().pace)
    free_at: float = 0.0
    next_card_at: float = 0.0
    mishap: str = ""
    readings: list[Reading] = field(default_factory=list)
    frames: list[Frame] = field(default_factory=list)

    def read(self, row: int, at: float) -> Reading:
        """A card is read."""
        self.readings.append(Reading(at, self.camera, row))
        self.next_card_at = at + self.pace.between_cards.draw(self.rng)
        self.free_at = max(self.free_at, at)
        return self.readings[-1]

    def shoot(self, shows: int | None, called: int | None, at: float) -> Frame:
        """A picture is taken."""
        self.frames.append(Frame(at, self.camera, shows, called, self.mishap))
        self.free_at = at
        return self.frames[-1]

    def shoot_for(self, reading: Reading, shows: int, at: float) -> Frame:
        """A picture is taken which the reader's program holds to be of the card that was read."""
        reading.frame = self.shoot(shows, reading.row, at)
        return reading.frame

    def ready_at(self) -> float:
        """When the next card is read."""
        return max(self.next_card_at, self.free_at + self.pace.shot_to_next_card.draw(self.rng))

    def delay(self) -> float:
        """What lies between a card and its shot."""
        slow = self.rates.slow.happens(self.rng)
        return (self.pace.slow_card_to_shot if slow else self.pace.card_to_shot).draw(self.rng)

    def rest(self) -> None:
        """The next class comes in."""
        self.next_card_at = self.ready_at() + self.pace.class_break.draw(self.rng)


Turn = Callable[[Booth, list[int]], None]
"""What happens before a camera to the first of those who wait, who leave the list."""


def play(classes: Sequence[Sequence[int]], booths: Sequence[Booth], turn: Turn) -> None:
    """Let one class after the other pass; the next student goes to the camera that is free first."""
    for rows in map(list, classes):
        while rows:
            booth = min(booths, key=lambda each: max(each.next_card_at, each.free_at))
            turn(booth, rows)
        for booth in booths:
            booth.rest()


def number(frames: Sequence[Frame], first: int) -> None:
    """Give frames, in their order, the numbers of the camera's counter."""
    for place, frame in enumerate(frames, start=first - 1):
        frame.counter = place % COUNTER_MAX + 1
