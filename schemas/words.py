"""Words for people: every sentence that an operator reads stands in Chinese and in English."""

from typing import Literal, NamedTuple

Language = Literal["zh", "en"]


class Text(NamedTuple):
    """One sentence in both languages; Chinese comes first.

    >>> Text("照片模糊", "The photo is blurred").say("zh")
    '照片模糊'
    """

    zh: str
    en: str

    def say(self, language: Language) -> str:
        """The sentence in the language asked for."""
        return self.en if language == "en" else self.zh


def mask(number: str) -> str:
    """An ID number that a person can recognise and nobody can read: four first and four last characters.

    Shorter numbers (passports) keep two and two; what is shorter still is hidden altogether.

    >>> mask("360102199801011234"), mask("G12345678"), mask("A12")
    ('3601**********1234', 'G1*****78', '***')
    """
    kept = 4 if len(number) >= 12 else 2 if len(number) >= 6 else 0
    hidden = "*" * (len(number) - 2 * kept)
    return number[:kept] + hidden + number[len(number) - kept :]


DIFFERENT_SHOWN = 2
"""So many differing characters of two ID numbers may be shown: one mistyped, or two that changed places."""


def mask_pair(before: str | None, after: str | None) -> tuple[str | None, str | None]:
    """Two ID numbers masked such that one sees where they differ; a file's ending stays.

    One or two hidden characters that differ are shown, more of them stand as `?`.

    >>> mask_pair("360102199801011234", "360102199801071234")
    ('3601*********11234', '3601*********71234')
    >>> mask_pair("360102199801011234", "360102200107121234")
    ('3601**????*???1234', '3601**????*???1234')
    """
    shown = [None if number is None else _mask_stem(number) for number in (before, after)]
    if before is None or after is None or len(before) != len(after):
        return shown[0], shown[1]
    pairs = enumerate(zip(before, after, strict=True))
    hidden = [place for place, (ours, theirs) in pairs if ours != theirs and (shown[0] or "")[place] == "*"]
    few = len(hidden) <= DIFFERENT_SHOWN
    told = [_marked(number, mark, hidden, few) for number, mark in ((before, shown[0]), (after, shown[1]))]
    return told[0], told[1]


def _mask_stem(number: str) -> str:
    stem, dot, ending = number.partition(".")
    return f"{mask(stem)}{dot}{ending}"


def _marked(number: str, masked: str | None, places: list[int], few: bool) -> str:
    marks = list(masked or "")
    for place in places:
        marks[place] = number[place] if few else "?"
    return "".join(marks)
