"""A profile: what the receiver wants of photos and tables. Every number comes with its source."""

from datetime import date
from typing import Generic, Literal, TypeVar

from pydantic import Field

from schemas.campaign import SLUG, Strict
from schemas.reasons import Severity

Trust = Literal["O", "P", "U", "A", "B", "C", "D", "V", "K", "M"]
"""How far a source is trusted: O ministry, P province, U university, A agency or vendor, B weak page,
C public code, D the notice, V computed, K common knowledge without a source, M measured by us."""

T = TypeVar("T", int, float)


class Cited(Strict, Generic[T]):
    """One number, its unit and where it comes from."""

    value: T
    unit: str
    source: str
    trust: Trust


class Limit(Strict):
    """A measured fact of a photo may not leave `min` to `max` (inclusive); the reason it breaks otherwise.

    `fact` names a column of `schemas.photo.Facts`. A null fact "could not be assessed", which is no pass.
    """

    fact: str
    min: float | None = None
    max: float | None = None
    unit: str
    reason: str = Field(pattern=r"^P3\d\d$")
    source: str
    trust: Trust

    @property
    def text(self) -> str:
        """The limit as the audit prints it.

        >>> Limit(fact="crown_px", min=50, max=110, unit="px", reason="P320", source="S9", trust="P").text
        '50–110 px'
        """
        low, high = (f"{bound:g}" if bound is not None else None for bound in (self.min, self.max))
        if low is not None and high is not None:
            span = low if low == high else f"{low}–{high}"
        else:
            span = f"≥ {low}" if low is not None else f"≤ {high}"
        return f"{span} {self.unit}".rstrip()


class PhotoSpec(Strict):
    """The delivered picture: its pixels, its file, and the limits that its measured facts must keep."""

    width_px: Cited[int]
    height_px: Cited[int]
    dpi: Cited[int]
    quality_min: Cited[int]
    quality_max: Cited[int]
    aim_min_kb: Cited[int]
    aim_max_kb: Cited[int]
    backdrop_rgb: tuple[int, int, int]
    backdrop_source: str
    face_score_min: Cited[float]
    face_width_ratio: Cited[float]
    limits: tuple[Limit, ...]

    def limit(self, fact: str) -> Limit:
        """The first limit on a fact; KeyError where the profile sets none."""
        for limit in self.limits:
            if limit.fact == fact:
                return limit
        raise KeyError(fact)


class Column(Strict):
    """One column of a receiver's table.

    `code` is the header and the XML element; `of` names a column of the subject frame
    (`transforms/records.py`). `max_bytes` counts GB18030 bytes, as the receivers' fields do.
    """

    code: str = Field(pattern=r"^[A-Z][A-Z0-9_]*$")
    title: str
    of: str
    required: bool = False
    max_bytes: int | None = None
    pattern: str | None = None
    values: tuple[str, ...] = ()
    format: Literal["text", "date8", "timestamp"] = "text"
    source: str


class Table(Strict):
    """A receiver's table, columns in order. Files are `<name>.csv` and `<name>.xml`, its XSD `<id>.xsd`."""

    id: str = Field(pattern=SLUG)
    name: str = Field(pattern=r"^[a-z]+$")
    title: str
    title_en: str
    version: str
    encoding: Literal["utf-8-sig", "gb18030"] = "utf-8-sig"
    unique: tuple[str, ...] = ()
    columns: tuple[Column, ...]


class Naming(Strict):
    """How a delivered photo's file is called: a pattern over columns of the subject frame."""

    photo: str
    source: str


class SessionGroup(Strict):
    """Units on the timetable that are no roster unit: `全体博士` means every doctoral student."""

    unit_pattern: str
    level: str | None = None
    international: bool = False


class Headers(Strict):
    """For each of our columns, the headers that schools write, the usual one first."""

    roster: dict[str, tuple[str, ...]]
    capture_log: dict[str, tuple[str, ...]]
    schedule: dict[str, tuple[str, ...]]
    awards: dict[str, tuple[str, ...]]
    required: dict[str, tuple[str, ...]]


class Linking(Strict):
    """How a capture finds its enrolment: the keys a file name may carry, how long after a card is read."""

    file_name_keys: tuple[str, ...]
    moment_max_s: Cited[float]


class Profile(Strict):
    """What one receiver wants; `tables` are resolved from their own files when the profile is read."""

    name: str
    title: str
    title_en: str
    version: str
    checked_on: date
    photo: PhotoSpec
    naming: Naming
    linking: Linking
    headers: Headers
    session_groups: tuple[SessionGroup, ...] = ()
    severities: dict[str, Severity] = Field(default_factory=dict)
    tables: tuple[Table, ...]
