"""The timetable for a day of another size: the same sessions, scaled evenly."""

from collections.abc import Sequence
from dataclasses import replace

from flows.demo.school import Session


def scale(sessions: Sequence[Session], students: int) -> tuple[Session, ...]:
    """Share `students` among the sessions as they were shared on the day.

    Every session keeps somebody while there are enough to go round; else the small ones fall out.
    """
    expected = [session.expected for session in sessions]
    floor = 1 if students >= len(expected) else 0
    spread = [count - floor for count in expected]
    shares = share(students - floor * len(expected), spread)
    return tuple(
        replace(session, expected=count + floor)
        for session, count in zip(sessions, shares, strict=True)
        if count + floor
    )


def share(total: int, weights: Sequence[int]) -> list[int]:
    """Split a total by weight into whole numbers that add up (largest remainder); a tie goes to the first.

    >>> share(10, [1, 1, 1])
    [4, 3, 3]
    """
    whole = sum(weights)
    counts = [total * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda at: -(total * weights[at] % whole))
    for at in by_remainder[: total - sum(counts)]:
        counts[at] += 1
    return counts
