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
