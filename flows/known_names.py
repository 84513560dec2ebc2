"""What people name on a command line must be known: a student, a run, a unit; the nearest are told."""

import re
from collections.abc import Sequence
from difflib import get_close_matches

from schemas.errors import InputError
from schemas.words import Text, mask

SHOWN = 3
LIKE = 0.4
"""How much of two names must be the same (difflib's ratio): the names of units are short."""
ID_NUMBER = re.compile(r"\d{14,17}[\dXx]")


def refuse_unknown(given: str, known: Sequence[str], what: Text) -> None:
    """InputError for what is not `known`; somebody's ID number, given by mistake, is masked."""
    if given in known:
        return
    nearest = get_close_matches(given, known, n=SHOWN, cutoff=LIKE) or list(known)[-SHOWN:]
    told = mask(given) if ID_NUMBER.fullmatch(given) else given
    todo = Text(f"最接近的有：{'、'.join(nearest)}", f"the nearest are: {', '.join(nearest)}")
    raise InputError(told, what, todo)
