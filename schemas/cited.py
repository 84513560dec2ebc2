"""A number with its unit and its source."""

from datetime import date
from typing import Generic, Literal, TypeVar

from schemas.campaign import Strict

Trust = Literal["O", "P", "U", "A", "B", "C", "D", "V", "K", "M"]
"""How far a source is trusted: O ministry, P province, U university, A agency or vendor, B weak page,
C public code, D the notice, V computed, K common knowledge without a source, M measured by us."""

T = TypeVar("T", bound=float)


class Cited(Strict, Generic[T]):
    """One number, its unit and where it comes from; checked when its profile was, unless it says when."""

    value: T
    unit: str
    source: str
    trust: Trust
    checked_on: date | None = None
