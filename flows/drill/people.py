"""The enrolments of one session, by student number: invented, with every number that may name a file."""

from random import Random
from typing import NamedTuple

from flows.demo.identity import check_digit
from flows.demo.names import han_name
from flows.demo.school import regions
from flows.drill.assumptions import assumptions

NOWHERE = "99"
"""The last two digits of a region that does not exist: nobody has such an ID number."""
FIRST_ROW = 2


class Student(NamedTuple):
    """One enrolment; `row` is its line of the roster."""

    row: int
    name: str
    student_no: str
    document_no: str
    examinee_no: str
    unique_no: str


def session_of(count: int, rng: Random) -> list[Student]:
    """So many students in student number order."""
    return [student(place, rng) for place in range(count)]


def student(place: int, rng: Random) -> Student:
    """Whoever has this place in the order of student numbers."""
    people = assumptions().people
    group, number = divmod(place, int(assumptions().session.class_size.value))
    return Student(
        row=FIRST_ROW + place,
        name=han_name(rng.random() < 0.5, rng),
        student_no=f"{people.student_no_prefix}{group + 1:02}{number + 1:03}",
        document_no=document_no(region(rng), rng),
        examinee_no=f"{people.examinee_no_prefix}{rng.randrange(10**5):05}{place:04}",
        unique_no=f"{rng.randrange(10**9, 10**10)}{place:06}",
    )


def region(rng: Random) -> str:
    """Six digits: a prefecture, as often as students come from it, and a county that does not exist."""
    known = regions()
    (drawn,) = rng.choices(known, [each.weight for each in known])
    return drawn.code[:4] + NOWHERE


def document_no(county: str, rng: Random) -> str:
    """An ID number with its check character."""
    born = f"{assumptions().people.born_in.whole(rng)}{rng.randint(1, 12):02}{rng.randint(1, 28):02}"
    body = f"{county}{born}{rng.randrange(1000):03}"
    return body + check_digit(body)


def with_collisions(students: list[Student], share: float, rng: Random) -> list[Student]:
    """Let a share of them show the same masked name and ID number as somebody else of them."""
    changed = list(students)
    pairs = round(len(students) * share / 2)
    places = rng.sample(range(len(students)), 2 * pairs)
    for one, other in zip(places[:pairs], places[pairs:], strict=True):
        changed[other] = alike(students[other], students[one], rng)
    return changed


def alike(student: Student, to: Student, rng: Random) -> Student:
    """The student with a name and an ID number that look like another's once they are masked."""
    name = to.name[0] + to.name[1:][::-1]
    while True:
        number = document_no(to.document_no[:6], rng)[:14] + to.document_no[14:17]
        number += check_digit(number)
        if number[-4:] == to.document_no[-4:] and number != to.document_no:
            return student._replace(name=name, document_no=number)
