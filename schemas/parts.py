"""Bundles that one run sealed together, because the receiver takes only so much in one: each is a part.

Every part is a bundle of its own, with the next number, and names the others in its bag-info.txt.
"""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from schemas.words import Text

COUNT = "Bag-Count"
"""The label under which a bag says which of how many it is (RFC 8493, 2.2.2)."""
_COUNT = re.compile(r"([1-9][0-9]*) of ([1-9][0-9]*)")
_PART = re.compile(r"(\S+) ([0-9a-f]{64})")


class Sibling(NamedTuple):
    """One part: the bundle's name, and the SHA-256 of its manifest-sha256.txt, so of all that it delivers."""

    name: str
    manifest_sha256: str


class Part(NamedTuple):
    """Which part a bundle is, counted from 1, and all parts in order, itself among them."""

    number: int
    parts: tuple[Sibling, ...]

    @property
    def text(self) -> Text:
        """Which of how many."""
        number, count = self.number, len(self.parts)
        return Text(f"第 {number} 包，共 {count} 包", f"part {number} of {count}")

    @property
    def others(self) -> tuple[Sibling, ...]:
        """The parts beside this one."""
        return tuple(each for place, each in enumerate(self.parts, start=1) if place != self.number)

    def entries(self) -> dict[str, str]:
        """What bag-info.txt says of it."""
        named = {
            _label(place): f"{each.name} {each.manifest_sha256}" for place, each in enumerate(self.parts, 1)
        }
        return {COUNT: f"{self.number} of {len(self.parts)}", **named}


def part_of(info: Mapping[str, str]) -> Part | None:
    """Which part a bundle is by its bag-info.txt; None where it is whole. ValueError where that is nonsense.

    >>> part_of({"Bag-Count": "1 of 1", "Regpack-Part-1": "x-001 " + "0" * 64}).text.en
    'part 1 of 1'
    """
    if COUNT not in info:
        return None
    told = _COUNT.fullmatch(info[COUNT])
    count = int(told[2]) if told else 0
    named = [_PART.fullmatch(info.get(_label(place), "")) for place in range(1, count + 1)]
    siblings = tuple(Sibling(each[1], each[2]) for each in named if each)
    if told is None or not int(told[1]) <= len(siblings) == count:
        raise ValueError("bag-info.txt does not say which part of how many it is")
    return Part(int(told[1]), siblings)


def spanned(names: Sequence[str]) -> str | None:
    """Several bundles of a campaign as one name; None for none.

    >>> spanned(["spring-004"]), spanned(["spring-001", "spring-002", "spring-003"]), spanned([])
    ('spring-004', 'spring-001–003', None)
    """
    if len(names) < 2:
        return names[0] if names else None
    return f"{names[0]}–{names[-1].rpartition('-')[2]}"


def _label(place: int) -> str:
    return f"Regpack-Part-{place}"
