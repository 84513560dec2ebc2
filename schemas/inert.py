"""Text from elsewhere, made harmless before a person reads it in a message or on a terminal."""

import re
import unicodedata

ID_NUMBER = re.compile(r"(?<![0-9A-Za-z])([0-9]{4})[0-9]{7,10}([0-9]{3}[0-9Xx])(?![0-9A-Za-z])")
"""15 to 18 digits that stand alone, as ID numbers do (GB 11643)."""
SHOWN_MAX = 500
"""So many characters of one text are shown: a path may be long, a cell need not be told whole."""


def inert(text: str) -> str:
    r"""A text on one line: everything of it can be seen, nothing turns round, no ID number can be read.

    >>> inert("a\u202egpj.exe\n\x1b[2J"), inert("360102199801011234.jpg"), inert("张三　A")
    ('a\\u202egpj.exe\\n\\x1b[2J', '3601**********1234.jpg', '张三　A')
    """
    text = ID_NUMBER.sub(r"\1**********\2", legible(text))
    half = SHOWN_MAX // 2
    return text if len(text) <= SHOWN_MAX else f"{text[:half]}…{text[-half:]}"


def legible(text: str) -> str:
    r"""A text on one line, of which everything can be seen: no control, nothing that turns text round.

    >>> legible("a\u202egpj.exe\n\x1b[2J")
    'a\\u202egpj.exe\\n\\x1b[2J'
    """
    if text.isprintable():
        return text
    return "".join(char if is_seen(char) else char.encode("unicode_escape").decode() for char in text)


def legible_value(value: object) -> object:
    """What a page shows of a value: a plain text legible, all else as it is."""
    return legible(value) if type(value) is str else value


def is_seen(char: str) -> bool:
    """Whether a character shows as what it is: no control, no mark that turns text round, no half of one."""
    return char.isprintable() or unicodedata.category(char) == "Zs"
