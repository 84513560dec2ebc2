"""Whether a pattern from elsewhere may be matched at all: some take a library longer than anybody waits."""

import re

from schemas.reading import reading_limits

_ESCAPED = re.compile(r"\\.", re.DOTALL)
_CLASS = re.compile(r"\[[^\]]*\]")
_GROUP_REPEATED = re.compile(r"\)(?:[*+]|\{[0-9]*,?[0-9]*\})")
_ENDLESS = re.compile(r"[*+]|\{[0-9]+,\}")
_COUNT = re.compile(r"\{([^}]*)\}")
_NUMBER = re.compile(r"[0-9]+")
LONGEST, ENDLESS_MAX, OPTIONAL_MAX = 200, 2, 10
"""Characters, endless repetitions and optional parts of one pattern: ours have 82, 1 and 1."""


def is_costly(pattern: str) -> bool:
    r"""Whether a matcher that tries every way may take more steps than the square of the text's length.

    >>> [is_costly(each) for each in (r"[A-Za-z+*]+\.jpg", "(19|20)[0-9]{2}(J)?")]
    [False, False]
    >>> [is_costly(each) for each in ("(a|aa)+b", "a*a*a*b", "a{9999}")]
    [True, True, True]
    """
    plain = _CLASS.sub("x", _ESCAPED.sub("x", pattern))
    numbers = (each for count in _COUNT.findall(plain) for each in _NUMBER.findall(count))
    counted = max((int(each[:9]) for each in numbers), default=0)
    return (
        len(pattern) > LONGEST
        or _GROUP_REPEATED.search(plain) is not None
        or len(_ENDLESS.findall(plain)) > ENDLESS_MAX
        or plain.count("?") > OPTIONAL_MAX
        or counted > reading_limits().quantified.value
    )
