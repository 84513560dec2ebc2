"""Which items are listed: by what is to be done, by reason, unit, class, room, and by words searched for."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple
from urllib.parse import urlencode

from flows.desk.day import LOOKED_AT, Item, Shown
from flows.desk.standing import Decisions
from schemas.words import Text

SHOWS: dict[str, Text] = {
    "open": Text("待决定", "To decide"),
    "decided": Text("已决定", "Decided"),
    "rejected": Text("退回", "Rejected"),
    "doubtful": Text("存疑、无主", "Doubtful captures"),
    "accepted": Text("合格", "Accepted"),
    "missing": Text("缺拍", "Missing"),
    "all": Text("全部", "All"),
}
"""What may be listed; the first is listed unless somebody asks otherwise."""
PAGE = 60


class Filter(NamedTuple):
    """What is listed; an empty text asks for everything."""

    show: str = "open"
    reason: str = ""
    unit: str = ""
    class_name: str = ""
    room: str = ""
    q: str = ""

    def matches(self, item: Item, decisions: Decisions) -> bool:
        """Whether an item is listed."""
        return self._fits(item) and _is_shown(self.show, item, decisions)

    def _fits(self, item: Item) -> bool:
        is_named = all(
            not wanted or wanted == had
            for wanted, had in (
                (self.unit, item.unit), (self.class_name, item.class_name), (self.room, item.room),
            )
        )  # fmt: skip
        return is_named and (not self.reason or self.reason in item.codes) and self._is_found(item)

    def _is_found(self, item: Item) -> bool:
        student = item.student
        told = (student.student_no, student.name) if student else (item.shot.shown_path if item.shot else "",)
        return not self.q or any(self.q.casefold() in text.casefold() for text in told)

    def query(self, **changes: str) -> str:
        """The filter as the end of an address, with changes; empty for the usual one."""
        asked = self._replace(**changes)._asdict()
        usual = Filter()._asdict()
        said = urlencode({name: value for name, value in asked.items() if value != usual[name]})
        return f"?{said}" if said else ""


def filter_of(asked: Mapping[str, str]) -> Filter:
    """The filter that an address asks for; what nobody knows is left out."""
    given = {name: asked[name].strip() for name in Filter._fields if asked.get(name)}
    found = Filter(**given)
    return found if found.show in SHOWS else found._replace(show=Filter().show)


def listed(shown: Shown, decisions: Decisions, wanted: Filter) -> list[Item]:
    """The items of a filter, in their order."""
    return [item for item in shown.items.values() if wanted.matches(item, decisions)]


class Neighbours(NamedTuple):
    """The items before and after one, and the next open one; None where there is none."""

    previous: Item | None
    following: Item | None
    next_open: Item | None
    place: int
    total: int


def neighbours(shown: Shown, decisions: Decisions, wanted: Filter, key: str) -> Neighbours:
    """Where an item stands among those listed; one that is not listed any more stands where it stood."""
    order = list(shown.items.values())
    near = [item for item in order if item.key == key or wanted.matches(item, decisions)]
    place = next((place for place, item in enumerate(near) if item.key == key), 0)
    beyond = [item for item in (*near[place + 1 :], *near[:place]) if decisions.is_open(item)]
    return Neighbours(
        near[place - 1] if place else None,
        near[place + 1] if place + 1 < len(near) else None,
        beyond[0] if beyond else None,
        place + 1,
        len(near),
    )


def values(shown: Shown, name: str) -> list[str]:
    """What a filter can be set to, sorted."""
    return sorted({value for value in _values(shown, name) if value})


def _values(shown: Shown, name: str) -> Iterator[str]:
    for item in shown.items.values():
        if name == "reason":
            yield from item.codes
        else:
            yield getattr(item, name)


def _is_shown(show: str, item: Item, decisions: Decisions) -> bool:
    if show == "open":
        return decisions.is_open(item)
    if show == "decided":
        return bool(decisions.outcome(item))
    if show == "doubtful":
        return item.student is None and item.state in LOOKED_AT
    return show in {"all", item.state}


def page_of(items: Sequence[Item], asked: str) -> tuple[Sequence[Item], int, int]:
    """The items of a page, its number from 1, and how many pages there are."""
    pages = max(1, -(-len(items) // PAGE))
    page = min(max(int(asked) if asked.isdecimal() and len(asked) < 6 else 1, 1), pages)
    return items[PAGE * (page - 1) : PAGE * page], page, pages
