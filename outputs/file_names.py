"""Names of units and classes as names of files, on every system that an office has."""

import re

_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]+')
_DEVICE = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)
"""What Windows takes for a device, whatever ends the name (learn.microsoft.com, Naming Files)."""
_LONGEST = 60
"""Characters: a path on Windows holds 260."""


def file_name(text: str, taken: set[str]) -> str:
    """A text as a file or folder may be called, told apart from those `taken`, which it joins.

    >>> file_name("法学院/知识产权", {"法学院 知识产权"})
    '法学院 知识产权 2'
    """
    base = _FORBIDDEN.sub(" ", text)[:_LONGEST].strip(" .") or "_"
    base = f"_{base}" if _DEVICE.fullmatch(base) else base
    name, number = base, 1
    while name.casefold() in taken:
        number += 1
        name = f"{base} {number}"
    taken.add(name.casefold())
    return name
