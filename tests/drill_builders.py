"""Days of the drill."""

from flows.drill.day import play_day
from flows.drill.plans import plan


def a_day(mode="swipe", kind="clean", *, number=0, **changes):
    """A day of one kind, otherwise as its number has it."""
    turn = {"clean": 0, "slip": 1, "aside": 1, "rough": 2}[kind]
    return play_day(plan(mode, 3 * number + turn, 1)._replace(kind=kind, **changes))
