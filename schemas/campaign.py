"""The campaign file: who is photographed, what goes in, where it comes out."""

from datetime import date

from pydantic import BaseModel, ConfigDict, Field


class Strict(BaseModel):
    """What people write by hand: frozen, and an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Identity(Strict):
    """Whose campaign this is. `school_code` is the 5-digit institution code (YXDM)."""

    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=40)
    school_code: str = Field(pattern=r"^\d{5}$")
    school_name: str = Field(min_length=1)
    president: str | None = None
    degree_chair: str | None = None
    profile: str = "graduate"


class Inputs(Strict):
    """Paths relative to the campaign file. `captures` is a folder, searched in depth, or a zip."""

    roster: str
    schedule: str
    captures: str
    capture_log: str | None = None
    awards: str | None = None


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

    directory: str = "out"
    ledger: str = "sqlite:///ledger.db"


class Campaign(Strict):
    """One round of capture, as its file declares it."""

    campaign: Identity
    inputs: Inputs
    eligibility: Eligibility = Eligibility()
    certificates: Certificates = Certificates()
    output: Output = Output()
