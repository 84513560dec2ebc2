"""The data that the demo plays with, as files in `data/`: school, timetable, majors, regions."""

import csv
import tomllib
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import TypeAdapter

from schemas.campaign import Strict

DATA = Path(__file__).with_name("data")


class Camera(Strict):
    """One room's camera; `gap_s` is the least time between two students' card readings."""

    name: str
    room: str
    make: str
    model: str
    logs_file_name: bool
    gap_s: int


class Gps(Strict):
    """Where the cameras stand, in degrees."""

    latitude: float
    longitude: float


class PerMille(Strict):
    """How many of a thousand expected students are not as the others."""

    make_up: int
    minority: int
    residence_permit: int
    excluded_unit: int
    single_certificate: int
    later_year: int
    early_graduate: int
    deferred: int
    suspended: int
    withdrawn: int


class School(Strict):
    """Who captures whom, when and with what: `data/school.toml`."""

    campaign_id: str
    school_code: str
    school_name: str
    president: str
    degree_chair: str
    profile: str
    entry_year: int
    make_up_years: tuple[int, ...]
    later_years: tuple[int, ...]
    entry_month_day: str
    certificate: str
    other_certificate: str
    exclude_units: tuple[str, ...]
    graduation_date: date
    award_date: date
    fee_per_person: Decimal
    held_on: date
    weekday: str
    make_up_days_later: int
    make_up_from: time
    make_up_step_s: int
    cameras: tuple[Camera, ...]
    gps: Gps
    per_mille: PerMille

    def camera(self, room: str) -> Camera:
        """The camera that stands in a room; KeyError where none does."""
        return {camera.room: camera for camera in self.cameras}[room]


@dataclass(frozen=True, slots=True)
class Session:
    """One line of the timetable; `who` says how the roster fills it."""

    room: str
    start: time
    end: time
    unit: str
    level: str | None
    expected: int
    who: Literal["unit", "doctors", "international"]


@dataclass(frozen=True, slots=True)
class Major:
    """A programme: its unit, its level (硕士 or 博士), its codes, and the subject its theses are about."""

    unit: str
    unit_no: str
    level: str
    code: str
    name: str
    degree_code: str
    degree_name: str
    form: str
    years: str
    subject: str


@dataclass(frozen=True, slots=True)
class Region:
    """A county of GB/T 2260 and the years in which newborns got its code; None for no bound."""

    code: str
    since: int | None
    until: int | None
    weight: int

    def held_in(self, year: int) -> bool:
        """Whether somebody born in that year can carry the code."""
        return (self.since or year) <= year <= (self.until or year)


@cache
def school() -> School:
    """The school of the demo."""
    return School.model_validate(toml("school"))


@cache
def timetable() -> tuple[Session, ...]:
    """The day's sessions, as large as they were."""
    return TypeAdapter(tuple[Session, ...]).validate_python(table("timetable"))


@cache
def majors() -> tuple[Major, ...]:
    """Every programme, those of the excluded units too."""
    return TypeAdapter(tuple[Major, ...]).validate_python(table("majors"))


@cache
def regions() -> tuple[Region, ...]:
    """Where students were born, by weight."""
    return TypeAdapter(tuple[Region, ...]).validate_python(table("regions"))


def toml(name: str) -> dict[str, Any]:
    """One of the packaged TOML files."""
    return tomllib.loads((DATA / f"{name}.toml").read_text("utf-8"))


def table(name: str) -> list[dict[str, str | None]]:
    """One of the packaged CSV files as text; an empty cell is None."""
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        return [{key: cell or None for key, cell in row.items()} for row in csv.DictReader(lines)]
