"""The invented students: who they are before anybody miswrites them."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

from flows.demo.people import Kind, Person, person_of
from flows.demo.school import Major, Session, majors, school

LEVEL_NO = {"硕士": "40", "博士": "41"}
AGES = {("硕士", "全日制"): (21, 25), ("博士", "全日制"): (24, 31)}
OTHER_AGES = (25, 33)


@dataclass(frozen=True, slots=True)
class Student:
    """One enrolment as it should be; `session` is None for who is not to be captured."""

    student_no: str
    examinee_no: str
    person: Person
    kind: Kind
    major: Major
    form: str
    class_name: str
    entry_year: int
    certificate: str
    session: int | None


@dataclass(frozen=True, slots=True)
class Seat:
    """A place on the roster, before anybody has it."""

    kind: Kind
    major: Major
    entry_year: int
    session: int | None


def cohort(sessions: Sequence[Session], seed: int) -> list[Student]:
    """Everybody on the roster, by student number: whom the sessions expect, and who is not to be captured."""
    rng = Random(f"{seed}/cohort")
    registrar = Registrar(rng)
    seats = [*set_apart(list(expected_seats(sessions, rng)), rng), *other_seats(sum_of(sessions), rng)]
    return sorted((registrar.enrol(seat) for seat in seats), key=lambda student: student.student_no)


def sum_of(sessions: Sequence[Session]) -> int:
    """How many people the sessions expect."""
    return sum(session.expected for session in sessions)


def expected_seats(sessions: Sequence[Session], rng: Random) -> Iterator[Seat]:
    """As many places in every session as it expects."""
    for at, session in enumerate(sessions):
        kind = Kind.INTERNATIONAL if session.who == "international" else Kind.PLAIN
        fitting = majors_of(session)
        for _ in range(session.expected):
            yield Seat(kind, rng.choice(fitting), school().entry_year, at)


def majors_of(session: Session) -> list[Major]:
    """The programmes whose students come to a session; international students take any master's one."""
    level = "博士" if session.who == "doctors" else "硕士"
    known = [major for major in majors() if major.level == level and major.unit not in school().exclude_units]
    if session.who == "unit":
        return [major for major in known if major.unit == session.unit]
    return [major for major in known if major.form == "全日制"]


def set_apart(seats: list[Seat], rng: Random) -> list[Seat]:
    """Give some plain places to make-up students, early graduates, minorities, holders of a permit."""
    rates, total = school().per_mille, len(seats)
    counts = {
        Kind.MAKE_UP: at_least_one(rates.make_up, total),
        Kind.MINORITY: at_least_one(rates.minority, total),
        Kind.PERMIT: at_least_one(rates.residence_permit, total),
        Kind.EARLY: at_least_one(rates.early_graduate, total),
    }
    years_of = {Kind.MAKE_UP: school().make_up_years, Kind.EARLY: school().later_years}
    plain = [at for at, seat in enumerate(seats) if seat.kind is Kind.PLAIN]
    kinds = [kind for kind, count in counts.items() for _ in range(count)]
    for at, kind in zip(rng.sample(plain, min(len(kinds), len(plain))), kinds, strict=False):
        years = years_of.get(kind, (school().entry_year,))
        seats[at] = Seat(kind, seats[at].major, rng.choice(years), seats[at].session)
    return seats


def other_seats(expected: int, rng: Random) -> Iterator[Seat]:
    """Places on the roster of students who are not to be captured."""
    home = school()
    inside = [major for major in majors() if major.unit not in home.exclude_units and major.level == "硕士"]
    outside = [major for major in majors() if major.unit in home.exclude_units]
    rates = home.per_mille
    places = {
        Kind.EXCLUDED_UNIT: (rates.excluded_unit, outside),
        Kind.SINGLE_CERTIFICATE: (rates.single_certificate, inside),
        Kind.LATER_YEAR: (rates.later_year, inside),
        Kind.DEFERRED: (rates.deferred, inside),
        Kind.SUSPENDED: (rates.suspended, inside),
        Kind.WITHDRAWN: (rates.withdrawn, inside),
    }
    for kind, (per_mille, fitting) in places.items():
        years = home.later_years if kind is Kind.LATER_YEAR else (home.entry_year,)
        for _ in range(at_least_one(per_mille, expected)):
            yield Seat(kind, rng.choice(fitting), rng.choice(years), None)


def at_least_one(per_mille: int, total: int) -> int:
    """A share of a total, never none.

    >>> at_least_one(3, 120), at_least_one(30, 120)
    (1, 4)
    """
    return max(1, round(total * per_mille / 1000))


class Registrar:
    """Enrols one student after another; no number is given twice."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.documents: set[str] = set()
        self.serials: Counter[str] = Counter()

    def enrol(self, seat: Seat) -> Student:
        """Somebody for a place, with student number, examinee number and class."""
        major, single = seat.major, seat.kind is Kind.SINGLE_CERTIFICATE
        form = "非全日制" if single else major.form
        prefix = f"{LEVEL_NO[major.level]}{major.unit_no}{seat.entry_year % 100:02}{branch_no(major):02}"
        self.serials[prefix] += 1
        serial = self.serials[prefix]
        return Student(
            student_no=f"{prefix}{serial:04}",
            examinee_no=self.examinee_no(seat),
            person=self.person(seat.kind, seat.entry_year - self.age(major.level, form)),
            kind=seat.kind,
            major=major,
            form=form,
            class_name=f"{seat.entry_year % 100:02}级{major.name}{serial // 40 + 1}班",
            entry_year=seat.entry_year,
            certificate=school().other_certificate if single else school().certificate,
            session=seat.session,
        )

    def examinee_no(self, seat: Seat) -> str:
        """15 digits: institution 5, year digit 1, 9 of its own."""
        prefix = f"{school().school_code}{seat.entry_year % 10}"
        self.serials[prefix] += 1
        return f"{prefix}{seat.major.unit_no}{self.serials[prefix]:07}"

    def age(self, level: str, form: str) -> int:
        """Years at entry, higher for doctoral and part-time students."""
        return self.rng.randint(*AGES.get((level, form), OTHER_AGES))

    def person(self, kind: Kind, year: int) -> Person:
        """Somebody of a kind, born in a year, whose document number is not taken."""
        while True:
            person = person_of(kind, year, self.rng)
            if person.document_no not in self.documents:
                self.documents.add(person.document_no)
                return person


def branch_no(major: Major) -> int:
    """The programme's place among those of its unit and level, from 1."""
    return 1 + [m for m in majors() if (m.unit, m.level) == (major.unit, major.level)].index(major)
