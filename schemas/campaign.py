"""The campaign file: who is photographed, what goes in, where it comes out."""

import re
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from schemas.clock_times import is_cron, is_timezone
from schemas.codes import usual_status
from schemas.words import Text

SLUG = r"^[a-z0-9]+(-[a-z0-9]+)*$"
SCHOOL_CODE = r"^[0-9]{5}$"
DIGITS = r"^[0-9]+$"
SCHEDULER = r"^(tcp|tls)://[^\s/@]+:[0-9]{1,5}$"
FORMS = {
    SLUG: Text(
        "只用小写字母、数字，中间可加连字符", "use lower-case letters and digits, with hyphens between"
    ),
    SCHOOL_CODE: Text("应为引号中的 5 位数字", "write five digits in quotes"),
    DIGITS: Text("应为引号中的数字", "write digits in quotes"),
    SCHEDULER: Text(
        "应为调度器地址，如 tcp://主机:8786，加密时 tls://主机:8786",
        "write the scheduler's address, e.g. tcp://host:8786, or tls://host:8786 where it is encrypted",
    ),
}
"""What a pattern asks for, in words."""


IDENTIFICATION = re.compile(r"41[1-9][0-9]0([0-9]{5})")
"""A school's ten digits: 41, its province, a nought, then its code (S97)."""


class Strict(BaseModel):
    """What people write by hand: frozen, and an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


CaptureMode = Literal["swipe", "ticket", "code", "named"]
"""How a student is told at the camera: by the card read there, by a number drawn when the card was read at a
desk, by CHSI's capture code, or not at all, and the files come named."""


class Identity(Strict):
    """Whose campaign this is. `school_code` is the 5-digit institution code (YXDM)."""

    model_config = ConfigDict(str_strip_whitespace=True)

    id: str = Field(pattern=SLUG, max_length=40)
    school_code: str = Field(pattern=SCHOOL_CODE)
    school_name: str = Field(min_length=1)
    president: str | None = Field(default=None, min_length=1)
    degree_chair: str | None = Field(default=None, min_length=1)
    profile: str = Field(default="graduate", min_length=1)
    capture_mode: CaptureMode | None = None
    """How students were told at the camera, where not as the profile has it."""
    freeze_date: date | None = None
    """The last day on which something may be sealed or decided without a reason."""
    retain_until: date | None = None
    """The last day on which originals and personal data are kept; afterwards `regpack purge` deletes them."""
    sealed_by: str | None = Field(default=None, min_length=1, max_length=100)
    """Who seals the bundles, where no run says `--by`."""

    @field_validator("school_code", mode="before")
    @classmethod
    def _code_of_identification(cls, given: object) -> object:
        """The five digits of YXDM out of the ten of a school's identification."""
        whole = IDENTIFICATION.fullmatch(given.strip()) if isinstance(given, str) else None
        return whole[1] if whole else given


OneOrMore = Annotated[
    tuple[str, ...], BeforeValidator(lambda given: (given,) if isinstance(given, str) else given)
]
"""A list of texts; a single one may stand without brackets."""


class Inputs(Strict):
    """Paths relative to the campaign file. `captures` is a folder, searched in depth, or a zip.

    `corrections` is one file or several, each read as if the one before had been written into the sheets.
    """

    roster: str = Field(min_length=1)
    captures: str = Field(min_length=1)
    schedule: str | None = Field(default=None, min_length=1)
    """Only where the profile's intake is no studio's."""
    capture_log: str | None = Field(default=None, min_length=1)
    awards: str | None = Field(default=None, min_length=1)
    corrections: OneOrMore = ()


IN_AND_OUT = "statuses_in_and_out"


class Eligibility(Strict):
    """Who is to be captured: what is not given lets everybody in.

    `capture_statuses` lets in statuses that `schemas/codes/statuses.csv` leaves out or does not know,
    `exclude_statuses` leaves out what it lets in; the empty text stands for rows without a status.
    """

    entry_years: tuple[int, ...] = ()
    certificate: OneOrMore = ()
    study_forms: tuple[str, ...] = ()
    student_kinds: tuple[str, ...] = ()
    exclude_units: tuple[str, ...] = ()
    make_up_from: tuple[int, ...] = ()
    capture_statuses: tuple[str, ...] = ()
    exclude_statuses: tuple[str, ...] = ()

    @model_validator(mode="after")
    def tells_statuses_apart(self) -> Self:
        """Refuse a status that is both let in and left out, in whatever words."""
        if set(map(usual_status, self.capture_statuses)) & set(map(usual_status, self.exclude_statuses)):
            raise PydanticCustomError(IN_AND_OUT, "a status is both captured and excluded")
        return self


class Certificates(Strict):
    """The dates printed on the certificates, and what the school calls this batch of the year."""

    graduation_date: date | None = None
    award_date: date | None = None
    season: str | None = Field(default=None, min_length=1)


NumberKind = Literal["diploma", "degree"]


class NumberRange(Strict):
    """Certificate numbers that regpack may issue, `first` to `last`, both included.

    It serves one level and, where it names one, one form of study. A range of a `season` serves only the
    campaign of that season, so that the ranges of a whole year may stand in each of its campaigns.
    """

    model_config = ConfigDict(str_strip_whitespace=True)

    kind: NumberKind
    level: str = Field(min_length=1)
    study_form: str | None = Field(default=None, min_length=1)
    season: str | None = Field(default=None, min_length=1)
    first: str = Field(pattern=DIGITS)
    last: str = Field(pattern=DIGITS)


Payer = Literal["class", "unit"]


class Fees(Strict):
    """What a student pays for being captured, in CNY, and who collects it: each class, or each unit."""

    per_person: Decimal = Field(gt=0, max_digits=8, decimal_places=2)
    payer: Payer = "class"


class Output(Strict):
    """Where results go. A relative SQLite path of `ledger` is relative to `directory`."""

    directory: str = Field(default="out", min_length=1)
    ledger: str = "sqlite:///ledger.db"


class Signing(Strict):
    """The file of the private key that bundles are signed with, relative to the campaign file."""

    key: str = Field(min_length=1)


def _known_cron(given: str) -> str:
    """Refuse what is neither empty nor five fields of cron."""
    if given and not is_cron(given):
        raise PydanticCustomError("cron", "no cron expression of five fields")
    return given


def _known_timezone(given: str) -> str:
    """Refuse a timezone that the machine does not know."""
    if not is_timezone(given):
        raise PydanticCustomError("timezone", "no timezone of the IANA database")
    return given


Cron = Annotated[str, AfterValidator(_known_cron)]
"""Five fields, e.g. `0 6 * * *`; the empty text for never."""


class Serving(Strict):
    """When `regpack serve` runs what, in the time of `timezone`.

    `settle_s`: files that have not changed for so many seconds have arrived. `approve`: a person says yes
    before anything is sealed, within `approve_within_h` hours, or it is not.
    """

    run_cron: Cron = "0 6 * * *"
    watch: bool = True
    settle_s: float = Field(default=120, gt=0, le=86_400)
    audit_cron: Cron = "0 8 * * 1"
    timezone: Annotated[str, AfterValidator(_known_timezone)] = "Asia/Shanghai"
    approve: bool = False
    approve_within_h: float = Field(default=72, gt=0, le=8_760)


class Engine(Strict):
    """What works on photos: this machine's threads, or the workers of Dask's `scheduler`.

    `scheduler` may stay where `kind` is threads.
    """

    kind: Literal["threads", "dask"] = "threads"
    scheduler: str | None = Field(default=None, pattern=SCHEDULER)

    @model_validator(mode="after")
    def names_its_scheduler(self) -> Self:
        """Refuse Dask without the address of its scheduler."""
        if self.kind == "dask" and self.scheduler is None:
            raise PydanticCustomError(NO_SCHEDULER, "dask without the address of a scheduler")
        return self


NO_SCHEDULER = "scheduler_missing"


class Campaign(Strict):
    """One round of capture, as its file declares it."""

    campaign: Identity
    inputs: Inputs
    eligibility: Eligibility = Eligibility()
    certificates: Certificates = Certificates()
    numbers: tuple[NumberRange, ...] = ()
    fees: Fees | None = None
    """Without it there is no sheet of fees."""
    output: Output = Output()
    signing: Signing | None = None
    """Without it, and without REGPACK_SIGNING_KEY_FILE, bundles are not signed."""
    serve: Serving = Serving()
    engine: Engine = Engine()
