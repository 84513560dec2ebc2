"""Invented document numbers: valid under GB 11643, and nobody's.

The sequence numbers 996 to 999 were reserved for people over a hundred when the register began, so a number
that joins one of them to a recent birth date was never issued to anybody.
"""

from datetime import date
from random import Random

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECKS = "10X98765432"
MEN, WOMEN = ("997", "999"), ("996", "998")


def check_digit(body: str) -> str:
    """The 18th character of an ID number from its first 17 (GB 11643, MOD 11-2).

    >>> check_digit("44030819990110151")
    '2'
    """
    return CHECKS[sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True)) % 11]


def id_number(region: str, born: date, woman: bool, rng: Random) -> str:
    """A citizen's 18 characters: region, birth date, a sequence number that tells the sex, check digit."""
    body = f"{region}{born:%Y%m%d}{rng.choice(WOMEN if woman else MEN)}"
    return body + check_digit(body)


def passport_number(template: str, rng: Random) -> str:
    """Letters as in the template, a digit for every `#`; the first of them is never 0."""
    digits = str(rng.randrange(1, 10)), *(str(rng.randrange(10)) for _ in template)
    filled = iter(digits)
    return "".join(next(filled) if mark == "#" else mark for mark in template)
