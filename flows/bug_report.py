"""A bug as the terminal tells it: which kind of error, where in the program, and not its text.

A library's text may quote what it choked on, so a name or a number; and what stands on a terminal is often
kept in a log. Whoever looks for the bug asks for the text.
"""

import traceback
from collections.abc import Iterator

from flows.settings import SHOW_ERRORS, language, shows_error_texts
from schemas.words import Text

_WITHHELD = Text(
    f"程序错误；错误原文可能含个人信息，没有显示（要看原文，设置环境变量 {SHOW_ERRORS}=1 后再运行）",
    f"a bug; the error's own text may hold personal data and is not shown ({SHOW_ERRORS}=1 shows it)",
)


def bug_report(error: BaseException) -> str:
    """The places an error came through and its kind, for every error that led to it, the first one first."""
    if shows_error_texts():
        return "".join(traceback.format_exception(error)).rstrip()
    led_to_it = [_places_of(each) for each in reversed(list(_causes(error)))]
    return "\n\n".join([*led_to_it, _WITHHELD.say(language())])


def _places_of(error: BaseException) -> str:
    frames = "".join(traceback.format_tb(error.__traceback__))
    return f"Traceback (most recent call last):\n{frames}{type(error).__module__}.{type(error).__qualname__}"


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """An error, and those that a traceback would show before it."""
    while error is not None:
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
