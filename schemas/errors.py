"""What can stop a run.

PipelineError
├─ CampaignError   the campaign file asks for something impossible
├─ ProfileError    a profile or table file is not what it should be
├─ InputError      an input file is missing, unreadable or of the wrong shape
│  └─ UnavailableError  the ledger's database does not answer just now
├─ DeliveryError   a bundle could not be put in place whole
├─ EngineError      the workers that a campaign names cannot be used, or were lost
├─ FreezeError     the campaign's freeze date has passed, and nobody said why it is to change
├─ RetentionError  originals are not to be deleted yet, and nobody said why they should
└─ ThresholdError  a run stopped itself: too much is wrong to go on

A wrong row or photo is none of these: it is a finding, and the run goes on.
"""

from pathlib import Path

from schemas.inert import inert
from schemas.words import Language, Text


class PipelineError(Exception):
    """A file, profile or campaign is wrong: where, what, and what to do about it. Never holds personal data.

    `place` is the line, sheet or cell inside the file, when there is one.
    """

    exit_code = 2

    def __init__(self, where: Path | str, what: Text, todo: Text, *, place: Text | str = "") -> None:
        self.where, self.what, self.todo, self.place = str(where), what, todo, place
        super().__init__(self.say("en"))

    def say(self, language: Language) -> str:
        """One line that a clerk can act on.

        >>> InputError("名册.xlsx", Text("缺少列", "a column is missing"), Text("请补上", "add it"),
        ...            place="Sheet1").say("zh")
        '名册.xlsx [Sheet1]：缺少列。请补上。'
        """
        place = inert(self.place.say(language) if isinstance(self.place, Text) else self.place)
        where = f"{inert(self.where)} [{place}]" if place else inert(self.where)
        what, todo = inert(self.what.say(language)), inert(self.todo.say(language))
        return f"{where}: {what}. {todo}." if language == "en" else f"{where}：{what}。{todo}。"

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild, (type(self), self.where, self.what, self.todo, self.place)


def _rebuild(
    kind: type[PipelineError], where: str, what: Text, todo: Text, place: Text | str
) -> PipelineError:
    return kind(where, what, todo, place=place)


class CampaignError(PipelineError):
    """The campaign file asks for something impossible."""


class ProfileError(PipelineError):
    """A profile or table file is not what it should be."""


class InputError(PipelineError):
    """An input file is missing, unreadable or of the wrong shape."""


class UnavailableError(InputError):
    """The ledger's database does not answer just now; it may, if it is asked again."""


class DeliveryError(PipelineError):
    """A bundle could not be put in place whole."""


class EngineError(PipelineError):
    """The workers that a campaign names cannot be used, or were lost."""


class FreezeError(PipelineError):
    """The campaign's freeze date has passed, and nobody said why it is to change."""

    exit_code = 3


class RetentionError(PipelineError):
    """Originals are not to be deleted yet, and nobody said why they should."""

    exit_code = 3


class ThresholdError(PipelineError):
    """A run stopped itself: too much is wrong to go on."""

    exit_code = 3
