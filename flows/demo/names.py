"""Invented names: of Han students, of minorities with the dot U+00B7, with rare characters."""

from functools import cache
from random import Random

from flows.demo.school import toml
from schemas.campaign import Strict

DOT = "\N{MIDDLE DOT}"


class Given(Strict):
    """Characters of given names."""

    men: str
    women: str
    both: str


class Rare(Strict):
    """Characters that GBK cannot write."""

    characters: str


class Parts(Strict):
    """What names are put together from: `data/names.toml`."""

    surnames: str
    compound_surnames: tuple[str, ...]
    compound_per_mille: int
    single_given_per_mille: int
    given: Given
    rare: Rare


@cache
def parts() -> Parts:
    """The packaged name parts."""
    return Parts.model_validate(toml("names"))


def surname(rng: Random) -> str:
    """A surname, the common ones more often."""
    known = parts()
    if rng.randrange(1000) < known.compound_per_mille:
        return rng.choice(known.compound_surnames)
    weights = [1 / (place + 8) for place in range(len(known.surnames))]
    return rng.choices(known.surnames, weights)[0]


def given(woman: bool, rng: Random) -> str:
    """One or two characters of a given name."""
    known = parts()
    own = known.given.women if woman else known.given.men
    if rng.randrange(1000) < known.single_given_per_mille:
        return rng.choice(own)
    return rng.choice(own + known.given.both) + rng.choice(own)


def han_name(woman: bool, rng: Random) -> str:
    """A surname and a given name."""
    return surname(rng) + given(woman, rng)


def rare_name(name: str, rng: Random) -> str:
    """The name with its last character replaced by one that GBK cannot write."""
    return name[:-1] + rng.choice(parts().rare.characters)


def dotted_name(own: str, father: str) -> str:
    """A minority name as on the ID card: own name, dot U+00B7, father's name."""
    return f"{own}{DOT}{father}"
