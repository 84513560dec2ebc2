"""What is found wrong with a bundle."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import NamedTuple

from schemas.parts import Part
from schemas.words import Text

SHOWN = 20
"""How many faults of one kind are told of one file; the rest are counted."""


class Fault(NamedTuple):
    """One thing wrong with one file, named by its path inside the bundle ('/' between parts)."""

    file: str
    text: Text


class Signed(NamedTuple):
    """What a bundle says of its signature: the key's fingerprint, who sealed; was it held against a key."""

    fingerprint: str
    by_whom: str
    is_checked: bool


class Verified(NamedTuple):
    """What a bundle holds and everything wrong with it; `records` counts each table's records by its name.

    `compared` counts the pictures held against their sources, None where these were not given; `signed` is
    None of a bundle without a signature. `part` is None of a bundle that holds all; of the other parts, those
    `absent` do not lie beside it.
    """

    bundle: str
    photos: int
    records: dict[str, int]
    faults: tuple[Fault, ...]
    compared: int | None = None
    signed: Signed | None = None
    part: Part | None = None
    absent: tuple[str, ...] = ()


def summed_up(faults: Iterable[Fault], *, shown: int = SHOWN) -> Iterator[Fault]:
    """The first faults of a kind, then one that counts the rest."""
    left = iter(faults)
    yield from islice(left, shown)
    first, rest = next(left, None), 1 + sum(1 for _ in left)
    if first is not None:
        yield Fault(first.file, Text(f"另有 {rest} 处同类问题", f"{rest} more of the same kind"))
