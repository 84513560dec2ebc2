"""What passes through Prefect and does not stay there: it keeps all that tasks take and return.

Of a large campaign that would be hundreds of megabytes that nobody needs any more.
"""

from collections.abc import Callable
from functools import wraps
from typing import Generic, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class Handed(Generic[T]):
    """A value that whoever receives it takes away, once."""

    def __init__(self, value: T) -> None:
        self._held = [value]

    def take(self) -> T:
        """The value. IndexError the second time."""
        return self._held.pop()


def handed(function: Callable[P, T]) -> Callable[P, Handed[T]]:
    """The function, whose result is to be taken."""

    @wraps(function)
    def handing(*args: P.args, **words: P.kwargs) -> Handed[T]:
        return Handed(function(*args, **words))

    return handing
