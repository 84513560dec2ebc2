"""Prefect is shown what kind of error stopped a task or flow; the terminal is shown the rest.

It keeps the text of an error for good, and a text may hold what it was about: a name, a number, a file called
after somebody.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from prefect import Flow

P = ParamSpec("P")
R = TypeVar("R")
_SEE = "终端上有说明 / the terminal says what"


class WithheldError(Exception):
    """Stands for an error wherever Prefect may see it: in a state's message, a log line, a traceback."""

    def __init__(self, error: Exception) -> None:
        super().__init__(f"{type(error).__name__}: {_SEE}")
        self.error = error

    def __reduce__(self) -> tuple[type["WithheldError"], tuple[Exception]]:
        return WithheldError, (self.error,)


def withheld(function: Callable[P, R]) -> Callable[P, R]:
    """The function, whose errors leave it as WithheldError."""

    @wraps(function)
    def guarded(*args: P.args, **words: P.kwargs) -> R:
        try:
            return function(*args, **words)
        except WithheldError:
            raise
        except Exception as error:  # noqa: BLE001  whoever calls has it back
            raise WithheldError(error) from None

    return guarded


@contextmanager
def as_it_was() -> Iterator[None]:
    """Around what Prefect runs: the error itself comes out."""
    try:
        yield
    except WithheldError as stands_for:
        raise stands_for.error from None


def error_of(given: object) -> object:
    """The error that a WithheldError stands for; anything else as it is."""
    return given.error if isinstance(given, WithheldError) else given


class QuietFlow(Flow[P, R]):
    """A flow whose errors Prefect is not told, and whoever calls it is."""

    def __call__(self, *args: P.args, **words: P.kwargs) -> R:  # type: ignore[override]  # for functions that are no coroutines
        """Run the flow."""
        with as_it_was():
            return super().__call__(*args, **words)


def quiet_flow(**settings: Any) -> Callable[[Callable[P, R]], QuietFlow[P, R]]:
    """Declare a flow: `settings` are those of Prefect's own `flow`; no result is kept."""

    def declare(function: Callable[P, R]) -> QuietFlow[P, R]:
        return QuietFlow(withheld(function), persist_result=False, **settings)

    return declare
