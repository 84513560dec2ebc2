"""Invented people: a name, a birth date, a document, as students of each kind have them."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from random import Random

from flows.demo import identity, names
from flows.demo.school import regions, table

ID_CARD, PASSPORT, PERMIT = "居民身份证", "护照", "港澳台居民居住证"
HOME = "中国"


class Kind(StrEnum):
    """What sets a student apart; those from `EXCLUDED_UNIT` on are not to be captured."""

    PLAIN = "plain"
    MAKE_UP = "make_up"
    MINORITY = "minority"
    PERMIT = "residence_permit"
    INTERNATIONAL = "international"
    EARLY = "early_graduate"
    EXCLUDED_UNIT = "excluded_unit"
    SINGLE_CERTIFICATE = "single_certificate"
    LATER_YEAR = "later_year"
    DEFERRED = "deferred"
    SUSPENDED = "suspended"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Person:
    """A name and a document; `woman` is what the ID card says."""

    name: str
    woman: bool
    born: date
    document_type: str
    document_no: str
    country: str


def person_of(kind: Kind, year: int, rng: Random) -> Person:
    """Somebody with a name and a document as people of that kind have them."""
    woman = rng.random() < 0.5
    born = date(year, 1, 1).replace(month=rng.randrange(1, 13), day=rng.randrange(1, 29))
    if kind is Kind.INTERNATIONAL:
        return passport_holder(woman, born, rng)
    if kind is Kind.MINORITY:
        return minority(woman, born, rng)
    name = names.han_name(woman, rng)
    if kind is Kind.PERMIT:
        code, country = rng.choice(table("permits")).values()
        number = identity.id_number(str(code), born, woman, rng)
        return Person(name, woman, born, PERMIT, number, str(country))
    held = [region for region in regions() if region.held_in(year)]
    region = rng.choices(held, [region.weight for region in held])[0]
    number = identity.id_number(region.code, born, woman, rng)
    return Person(name, woman, born, ID_CARD, number, HOME)


def passport_holder(woman: bool, born: date, rng: Random) -> Person:
    """An international student: a name in capitals, a passport of the country."""
    row = rng.choice(table("countries"))
    own = rng.choice(str(row["women" if woman else "men"]).split("|"))
    family = rng.choice(str(row["families"]).split("|"))
    number = identity.passport_number(str(row["passport"]), rng)
    return Person(f"{family} {own}", woman, born, PASSPORT, number, str(row["country"]))


def minority(woman: bool, born: date, rng: Random) -> Person:
    """A student with a dotted name from a region where such names are at home."""
    row = rng.choice(table("minorities"))
    own, father, region = (
        rng.choice(str(row[column]).split()) for column in ("women" if woman else "men", "fathers", "regions")
    )
    number = identity.id_number(region, born, woman, rng)
    return Person(names.dotted_name(own, father), woman, born, ID_CARD, number, HOME)
