"""A naming that slips: from some frame on, for a while, everybody gets a neighbour's name.

It begins as a rename script's or a reader's counter does: after an absence, a test shot, a deleted frame, or
for no reason that can be seen; it ends when somebody notices, or with the session.
"""

from collections.abc import Iterable, Sequence
from random import Random
from typing import Literal

from flows.drill.assumptions import assumptions
from flows.drill.scene import Frame, Reading, number

FIRST_AT = 3
"""No naming slips before so many were right."""
BEFORE_CARD_S = 1.0
"""So long before the next card another one is read, of who steps in and aside."""
TEST_SHOT_S = 8.0
"""So much later everybody comes for each test shot, which is taken in the middle of it."""

SLIPPED = "slipped"
"""The mishap of frames that a slip named wrongly."""

Cause = Literal["absence", "test shot", "deleted frame", "ahead", "behind"]
CAUSES: tuple[Cause, ...] = ("absence", "test shot", "deleted frame", "ahead", "behind")
"""The last two: the names run ahead of the frames or fall behind them, and nothing tells why."""


class Span:
    """Where a naming slips: from which place on, how many places, by how many, and why."""

    def __init__(self, available: int, absent: int, rng: Random) -> None:
        rules = assumptions().slip
        self.by = 2 if rules.by_two.happens(rng) else 1
        self.start = rng.randint(FIRST_AT, available - int(rules.captures.least))
        self.count = min(rules.captures.whole(rng), available - self.start)
        self.cause: Cause = rng.choice(CAUSES if absent >= self.by else CAUSES[1:])

    def of(self, lines: Sequence[Reading]) -> list[Reading]:
        """The lines that it takes in."""
        return list(lines[self.start : self.start + self.count])


def slip_files(
    frames: list[Frame], readings: Sequence[Reading], absent: Sequence[int], span: Span
) -> list[Frame]:
    """Let the names of one camera's frames slip; the frames whose names are now wrong.

    `readings` are the camera's, `absent` rows that may be on the list of names.
    """
    names = [frame.called for frame in frames]
    start, by = span.start, span.by
    if span.cause == "absence":
        names[start:start] = absent[:by]
    elif span.cause == "ahead":
        del names[start : start + by]
    elif span.cause == "behind":
        names[start:start] = names[start - by : start]
    else:
        disturb(frames, readings, start, span)
    slipped = frames[start : start + span.count]
    for frame, name in zip(slipped, [*names, *[None] * by][start:], strict=False):
        frame.called = name
    return marked(frame for frame in slipped if frame.called not in (None, frame.shows))


def slip_log(readings: list[Reading], frames: list[Frame], absent: Sequence[int], span: Span) -> list[Frame]:
    """Let the file names of one reader's lines slip; the frames that are now named wrongly."""
    lines = [line for line in readings if line.frame is not None]
    places = {frame: place for place, frame in enumerate(frames)}
    slipped = span.of(lines)
    named = [places[line.frame] for line in slipped if line.frame is not None]
    ahead = {"absence": span.by, "ahead": span.by, "behind": -span.by}.get(span.cause, 0)
    disturb(frames, readings, named[0], span)
    if span.cause == "absence":
        slipped = [*step_in(absent[: span.by], slipped[0]), *slipped]
        named = [*(named[0] - span.by + turn for turn in range(span.by)), *named]
        readings.extend(slipped[: span.by])
    for line, place in zip(slipped, named, strict=True):
        line.frame = at_place(frames, place + ahead)
    return marked(line.frame for line in slipped if line.frame and line.frame.shows != line.row)


def marked(frames: Iterable[Frame]) -> list[Frame]:
    """Frames that a slip named wrongly, and that say so."""
    found = list(frames)
    for frame in found:
        frame.mishap = SLIPPED
    return found


def disturb(frames: list[Frame], readings: Sequence[Reading], place: int, span: Span) -> None:
    """Put frames of an empty chair in, or take frames out, where that makes the names slip."""
    if span.cause == "deleted frame":
        del frames[place : place + span.by]
    elif span.cause == "test shot":
        first, before = frames[0].counter, frames[place]
        begins = next((line.at for line in readings if line.frame is before), before.at)
        later: list[Frame | Reading] = [*frames[place:], *(line for line in readings if line.at >= begins)]
        for each in later:
            each.at += TEST_SHOT_S * span.by
        chairs = [begins + TEST_SHOT_S * (turn + 0.5) for turn in range(span.by)]
        frames[place:place] = [Frame(at, before.camera, None, None) for at in chairs]
        number(frames, first)


def step_in(rows: Sequence[int], before: Reading) -> list[Reading]:
    """The cards of students who come, are read before somebody else, and step aside."""
    turns = range(len(rows), 0, -1)
    at = [before.at - BEFORE_CARD_S * turn / len(rows) for turn in turns]
    return [Reading(moment, before.camera, row) for moment, row in zip(at, rows, strict=True)]


def at_place(frames: Sequence[Frame], place: int) -> Frame:
    """The frame of a place; behind the last, one that the counter would have named and that never was."""
    if place < len(frames):
        return frames[place]
    phantom = Frame(frames[-1].at, frames[-1].camera, None, None)
    number([phantom], frames[-1].counter + place - len(frames) + 1)
    return phantom
