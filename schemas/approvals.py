"""What a person said when asked whether a bundle may be sealed."""

from datetime import datetime
from typing import NamedTuple

import polars as pl

from schemas.words import Text

APPROVED, REJECTED, EXPIRED = "approved", "not-approved", "expired"
"""`expired`: nobody answered in time."""
APPROVAL = "approval"
"""The kind of event that an answer is in a student's story."""

WORDS: dict[str, Text] = {
    APPROVAL: Text("上报审批", "approval"),
    APPROVED: Text("已批准", "approved"),
    REJECTED: Text("未批准", "not approved"),
    EXPIRED: Text("逾期未批", "not answered"),
}

APPROVALS: dict[str, type[pl.DataType]] = {
    "run": pl.String,
    "answered_at": pl.String,  # ISO 8601, UTC
    "answer": pl.String,  # one of the three
    "by_whom": pl.String,  # null where nobody answered
    "because": pl.String,  # ID numbers masked
}
"""One line for every time that a person was asked."""


class Answer(NamedTuple):
    """One answer; `by_whom` is as the person wrote it."""

    answer: str
    answered_at: datetime
    by_whom: str | None = None
    because: str | None = None

    @property
    def is_yes(self) -> bool:
        """Whether the bundle may be sealed."""
        return self.answer == APPROVED
