"""The campaign file: who is photographed, what goes in, where it comes out."""

from datetime import date

from pydantic import BaseModel, ConfigDict, Field

from schemas.words import Text

SLUG = r"^[a-z0-9]+(-[a-z0-9]+)*$"
SCHOOL_CODE = r"^[0-9]{5}$"
FORMS = {
    SLUG: Text(
        "只用小写字母、数字，中间可加连字符", "use lower-case letters and digits, with hyphens between"
    ),
    SCHOOL_CODE: Text("应为引号中的 5 位数字", "write five digits in quotes"),
}
"""What a pattern asks for, in words."""


class Strict(BaseModel):
    """What people write by hand: frozen, and an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Identity(Strict):
    """Whose campaign this is. `school_code` is the 5-digit institution code (YXDM)."""

    model_config = ConfigDict(str_strip_whitespace=True)

    id: str = Field(pattern=SLUG, max_length=40)
    school_code: str = Field(pattern=SCHOOL_CODE)
    school_name: str = Field(min_length=1)
    president: str | None = Field(default=None, min_length=1)
    degree_chair: str | None = Field(default=None, min_length=1)
    profile: str = Field(default="graduate", min_length=1)


class Inputs(Strict):
    """Paths relative to the campaign file. `captures` is a folder, searched in depth, or a zip."""

    roster: str = Field(min_length=1)
    schedule: str = Field(min_length=1)
    captures: str = Field(min_length=1)
    capture_log: str | None = Field(default=None, min_length=1)
    awards: str | None = Field(default=None, min_length=1)


class Eligibility(Strict):
    """Who is to be captured: entry years, the kind of certificate, units left out, earlier years let in."""

    entry_years: tuple[int, ...] = ()
    certificate: str | None = None
    exclude_units: tuple[str, ...] = ()
    make_up_from: tuple[int, ...] = ()


class Certificates(Strict):
    """The dates printed on the certificates."""

    graduation_date: date | None = None
    award_date: date | None = None


class Output(Strict):
    """Where results go. A relative SQLite path of `ledger` is relative to `directory`."""

    directory: str = Field(default="out", min_length=1)
    ledger: str = "sqlite:///ledger.db"


class Campaign(Strict):
    """One round of capture, as its file declares it."""

    campaign: Identity
    inputs: Inputs
    eligibility: Eligibility = Eligibility()
    certificates: Certificates = Certificates()
    output: Output = Output()
