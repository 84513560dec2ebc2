"""A profile: what the receiver wants of photos and tables. Every number comes with its source."""

from collections.abc import Mapping
from datetime import date
from typing import Literal

from pydantic import Field, PositiveFloat, PositiveInt

from schemas.campaign import SLUG, Strict
from schemas.cited import Cited, Trust
from schemas.reasons import Reason, Severity
from schemas.rules_of_day import Feedback, Linking, People, Timetable

FileKind = Literal["xml", "csv", "dbf", "xlsx"]
"""A kind of file that a table is written as."""

CodeTable = Literal[
    "sexes", "ethnic_groups", "political_statuses", "countries", "document_types", "school_document_types",
    "degree_document_types", "levels", "study_forms", "schooling_years", "conclusions", "degrees",
]  # fmt: skip
"""The tables of `schemas/codes` that say what is written for what; some have texts and no codes."""

Known = Literal["degrees", "disciplines"]
"""The tables of `schemas/codes` of which not every line is known: what they lack is only worth a look."""

Written = Literal["code", "text"]


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
    checked_on: date | None = None

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

    def keeps(self, value: float | None) -> bool:
        """Whether a value is within the limit; what could not be assessed is not.

        >>> [Limit(fact="tilt_deg", max=5, unit="°", reason="P330", source="S23", trust="B").keeps(value)
        ...  for value in (5, 5.01, None)]
        [True, False, False]
        """
        return (
            value is not None
            and (self.min is None or value >= self.min)
            and (self.max is None or value <= self.max)
        )


class PictureSpec(Strict):
    """What every delivered picture has: its pixels, its density, and how far it may be compressed."""

    width_px: Cited[int]
    height_px: Cited[int]
    dpi: Cited[int]
    quality_min: Cited[int]
    quality_max: Cited[int]


class PhotoSpec(PictureSpec):
    """The delivered photo: its file, and the limits that its measured facts must keep."""

    aim_min_kb: Cited[int]
    aim_max_kb: Cited[int]
    backdrop_rgb: tuple[int, int, int]
    backdrop_source: str
    backdrop_trust: Trust
    face_score_min: Cited[float]
    face_width_ratio: Cited[float]
    limits: tuple[Limit, ...]

    def limit(self, fact: str) -> Limit:
        """The first limit on a fact; KeyError where the profile sets none."""
        for limit in self.limits:
            if limit.fact == fact:
                return limit
        raise KeyError(fact)

    def blocking(self, severities: Mapping[str, Severity]) -> list[Limit]:
        """The limits beyond which no photo is delivered, as a profile's `severities` have it."""
        reasons = {reason.value: reason.severity for reason in Reason} | dict(severities)
        return [limit for limit in self.limits if reasons.get(limit.reason) == Severity.BLOCK]


class Derivative(PictureSpec):
    """A further picture from the photo's own crop, delivered in `folder` under the photo's name.

    Its frame stands centred in the crop, as high as the crop and `aspect` times as wide: never wider than the
    crop, never padded. The source's own pixels fill it, and are never enlarged. Of its size in KB, `aim` is
    kept where quality allows it, the limits always.
    """

    id: str = Field(pattern=SLUG)
    title: str
    title_en: str
    folder: str = Field(pattern=SLUG)
    checked_on: date
    aspect: Cited[float]
    aim_max_kb: Cited[float] | None = None
    size_min_kb: Cited[float] | None = None
    size_max_kb: Cited[float] | None = None

    @property
    def size_limits(self) -> list[Limit]:
        """What the size of its file must keep, as limits on `size_kb`."""
        bounds = {"min": self.size_min_kb, "max": self.size_max_kb}
        same = {"fact": "size_kb", "reason": Reason.DERIVATIVE_UNMADE}
        return [
            Limit.model_validate({**same, **bound.model_dump(exclude={"value"}), side: bound.value})
            for side, bound in bounds.items()
            if bound
        ]

    def frame(self, width: float, height: float) -> tuple[float, float]:
        """The left edge and the width of its frame in a crop of this size, in the crop's pixels."""
        inner = min(width, height * self.aspect.value)
        return (width - inner) / 2, inner


class Column(Strict):
    """One column of a receiver's table.

    `code` is the header and the XML element; `of` names a column of the subject frame
    (`transforms/records.py`). `max_bytes` counts GB18030 bytes, as the receivers' fields do. A column with
    `codes` takes what that code table knows, by code, text or synonym, and holds its code or its text;
    with `values` too it takes those of them alone. What a table of `known` lacks is only worth a look.
    """

    code: str = Field(pattern=r"^[A-Z][A-Z0-9_]*$")
    title: str
    of: str
    required: bool = False
    max_bytes: int | None = None
    pattern: str | None = None
    values: tuple[str, ...] = ()
    codes: CodeTable | None = None
    written: Written = "text"
    known: Known | None = None
    format: Literal["text", "date8", "month6", "timestamp"] = "text"
    source: str


class Table(Strict):
    """A receiver's table, columns in order: `<name>.<kind>` for each of `files`, its XSD `<id>.xsd`.

    It is always an XML, and its other files are held against that. `encoding` is the CSV's. Of several tables
    of one name in a profile, that one is written which is valid on the day of the award, first and last day
    included. A profile with a table `for_agency` sends nothing that tells who somebody is.
    """

    id: str = Field(pattern=SLUG)
    name: str = Field(pattern=r"^[a-z]+$")
    title: str
    title_en: str
    version: str
    valid_from: date | None = None
    valid_until: date | None = None
    for_agency: bool = False
    files: tuple[FileKind, ...] = ("xml", "csv")
    encoding: Literal["utf-8-sig", "gb18030"] = "utf-8-sig"
    unique: tuple[str, ...] = ()
    leaves_out: tuple[str, ...] = ()
    """Conclusions whose students have no record in it: who only completed is awarded no degree."""
    columns: tuple[Column, ...]

    def is_valid(self, day: date) -> bool:
        """Whether the table is the one to use for what is awarded on a day."""
        return (self.valid_from or date.min) <= day <= (self.valid_until or date.max)


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
    one_of: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """Columns of which an input must have one at least."""


class BundleLimits(Strict):
    """What a receiver takes in one bundle at most; what is more is sealed in several, numbered as parts."""

    max_photos: Cited[PositiveInt] | None = None
    max_mb: Cited[PositiveFloat] | None = None
    """Of a bundle's zip, in MB of 1,000,000 bytes."""


class Profile(Strict):
    """What one receiver wants; tables and derivatives are resolved from their own files when it is read."""

    name: str
    title: str
    title_en: str
    version: str
    checked_on: date
    intake: Literal["sessions", "studio"] = "sessions"
    """Whether students are captured by a timetable, or bring files, of which no timetable tells."""
    photo: PhotoSpec
    derivatives: tuple[Derivative, ...] = ()
    naming: Naming
    linking: Linking
    people: People
    timetable: Timetable
    headers: Headers
    feedback: Feedback | None = None
    """None where nothing is said of it: then nothing becomes overdue."""
    bundle: BundleLimits | None = Field(default=None, exclude_if=lambda limits: limits is None)
    """None where one bundle may hold all; then its profile says nothing of it, as before there were parts."""
    session_groups: tuple[SessionGroup, ...] = ()
    severities: dict[str, Severity] = Field(default_factory=dict)
    tables: tuple[Table, ...]

    def severity(self, reason: Reason) -> Severity:
        """How heavily a reason weighs here: as the profile says, or else as the catalogue does."""
        return self.severities.get(reason.value, reason.severity)
