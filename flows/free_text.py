"""What people write in their own words, as the ledger keeps it."""

import polars as pl

from outputs.ledger_rows import masked_text


def masked(text: str) -> str:
    """A text in which no ID number can be read."""
    return str(pl.DataFrame({"text": [text]}).select(masked_text("text")).item())


def free_text(text: str | None) -> str:
    """What a person wrote, on one line and without ID numbers.

    >>> free_text(" 看过\\n原图 ")
    '看过 原图'
    """
    return masked(" ".join((text or "").split()))
