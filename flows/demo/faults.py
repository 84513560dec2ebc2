"""The planted faults: how often, on whom, and the state and reasons that each must end in."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import NamedTuple

from flows.demo import miswriting
from flows.demo.cohort import Student
from flows.demo.people import Kind
from flows.demo.school import Camera, Session, school
from schemas.audit import CaptureState, EnrolmentState
from schemas.reasons import Reason

ACCEPTED, REJECTED = EnrolmentState.ACCEPTED, EnrolmentState.REJECTED
USED, ORPHAN = CaptureState.USED, CaptureState.ORPHAN


class Candidate(NamedTuple):
    """A student who may get a fault, and the camera of their session."""

    student: Student
    camera: Camera


Fits = Callable[[Candidate], bool]


def anybody(candidate: Candidate) -> bool:
    """Any plain student; the others show that they come through."""
    return candidate.student.kind is Kind.PLAIN


@dataclass(frozen=True, slots=True)
class Fault:
    """One kind of fault; `shots` is how often its student is captured, `copies` how many more rows there are.

    `codes` are the reasons of the enrolment and of the capture together. What goes wrong in front of the
    camera stands under the same name in `flows/demo/mishaps.py`.
    """

    name: str
    state: EnrolmentState
    capture_state: CaptureState | None
    codes: tuple[Reason, ...]
    per_mille: int = 3
    fits: Fits = anybody
    rewrite: miswriting.Miswriting = miswriting.as_is
    shots: int = 1
    copies: int = 0


def ends_in_x(candidate: Candidate) -> bool:
    """Whether the ID number's check digit is X."""
    return candidate.student.person.document_no.endswith("X")


def all_digits(candidate: Candidate) -> bool:
    """Whether a spreadsheet could take the ID number for a value."""
    return candidate.student.person.document_no.isdigit()


def is_woman(candidate: Candidate) -> bool:
    """Whether the student is a woman."""
    return candidate.student.person.woman


def file_is_logged(candidate: Candidate) -> bool:
    """Whether the reader in the room writes file names, so that a file without EXIF finds its student."""
    return candidate.camera.logs_file_name


def photo_fault(name: str, code: Reason, fits: Fits = anybody) -> Fault:
    """A fault of the picture alone: its student is rejected for it."""
    return Fault(name, REJECTED, USED, (code,), fits=fits)


FAULTS = (
    Fault("absent", EnrolmentState.MISSING, None, (Reason.NO_CAPTURE,), per_mille=30, shots=0),
    Fault(
        "photographed_twice", ACCEPTED, CaptureState.SUPERSEDED, (Reason.RETAKE_UNUSED,),
        per_mille=10, shots=2,
    ),
    Fault(
        "x_lower_case", ACCEPTED, USED, (Reason.DOCUMENT_NO_TIDIED,),
        fits=ends_in_x, rewrite=miswriting.lower_case,
    ),
    Fault("png_named_jpg", ACCEPTED, USED, (Reason.FORMAT_NOT_AS_NAMED,), fits=file_is_logged),
    photo_fault("bun_high", Reason.CROWN_POSITION, is_woman),
    Fault(
        "number_as_value", REJECTED, ORPHAN, (Reason.DOCUMENT_NO_DAMAGED, Reason.STRANGER),
        per_mille=2, fits=all_digits, rewrite=miswriting.number,
    ),
    Fault(
        "number_as_exponent", REJECTED, ORPHAN, (Reason.DOCUMENT_NO_DAMAGED, Reason.STRANGER),
        per_mille=2, fits=all_digits, rewrite=miswriting.exponent,
    ),
    Fault(
        "check_digit_wrong", REJECTED, ORPHAN, (Reason.DOCUMENT_NO_CHECK_DIGIT, Reason.STRANGER),
        rewrite=miswriting.wrong_digit,
    ),
    Fault(
        "row_doubled", REJECTED, CaptureState.QUARANTINED,
        (Reason.STUDENT_NO_REPEATED, Reason.LINK_AMBIGUOUS),
        per_mille=2, copies=1,
    ),
    photo_fault("head_tilted", Reason.HEAD_TILTED),
    photo_fault("clothes_blue", Reason.CLOTHES_LIKE_BACKDROP),
    photo_fault("blurred", Reason.BLURRED),
    photo_fault("too_dark", Reason.TOO_DARK),
    photo_fault("lamp_glare", Reason.GLARE),
    photo_fault("too_small", Reason.SOURCE_TOO_SMALL),
    photo_fault("shoulder_cut", Reason.SHOULDER_CUT),
    Fault(
        "jpeg_truncated", REJECTED, CaptureState.UNREADABLE,
        (Reason.CAPTURE_UNREADABLE, Reason.PHOTO_UNREADABLE),
    ),
    photo_fault("jpeg_cmyk", Reason.COLOUR_UNKNOWN),
    Fault("exif_rotated", ACCEPTED, USED, (Reason.ORIENTATION_APPLIED,)),
    Fault("gps_in_exif", ACCEPTED, USED, (Reason.LOCATION_REMOVED,)),
    Fault(
        "sex_contradicts", REJECTED, USED, (Reason.SEX_CONTRADICTS_DOCUMENT,),
        rewrite=miswriting.other_sex,
    ),
    Fault(
        "birth_contradicts", REJECTED, USED, (Reason.BIRTH_CONTRADICTS_DOCUMENT,),
        rewrite=miswriting.other_birth,
    ),
    Fault(
        "digits_full_width", ACCEPTED, USED, (Reason.DOCUMENT_NO_TIDIED,), rewrite=miswriting.full_width
    ),
    Fault("blanks_in_name", ACCEPTED, USED, (Reason.NAME_TIDIED,), rewrite=miswriting.blanks),
    Fault("rare_character", ACCEPTED, USED, (Reason.NAME_OUTSIDE_GBK,), rewrite=miswriting.rare),
    Fault(
        "already_registered", EnrolmentState.LOCKED, None, (Reason.ALREADY_REGISTERED,),
        rewrite=miswriting.registered, shots=0,
    ),
)  # fmt: skip
"""In the order in which they are planted: the frequent and the choosy first."""


@dataclass(frozen=True, slots=True)
class Stranger:
    """Somebody captured who is on no roster: with a card that was read, or without."""

    name: str
    code: Reason
    is_logged: bool
    per_mille: int = 2


STRANGERS = (
    Stranger("stranger", Reason.STRANGER, is_logged=True),
    Stranger("stranger_unlogged", Reason.NO_EVIDENCE, is_logged=False),
)

NOT_CAPTURED: Mapping[Kind, Reason] = {
    Kind.EXCLUDED_UNIT: Reason.UNIT_EXCLUDED,
    Kind.SINGLE_CERTIFICATE: Reason.OTHER_CERTIFICATE,
    Kind.LATER_YEAR: Reason.OTHER_ENTRY_YEAR,
    Kind.DEFERRED: Reason.DEFERRED,
    Kind.SUSPENDED: Reason.SUSPENDED,
    Kind.WITHDRAWN: Reason.WITHDRAWN,
}
"""Who is ineligible, and why."""

LET_IN: Mapping[Kind, Reason] = {
    Kind.MAKE_UP: Reason.MAKE_UP_YEAR,
    Kind.EARLY: Reason.GRADUATES_EARLY,
}
"""Who is captured though of another entry year, and as what."""


def plant(students: Sequence[Student], sessions: Sequence[Session], seed: int) -> dict[str, Fault]:
    """Give faults to plain students by student number, one each; half of everybody stays without.

    First one of each kind, then as many as its share asks for; a kind that fits nobody left is left out.
    """
    rng = Random(f"{seed}/faults")
    free = [candidate for candidate in candidates(students, sessions) if anybody(candidate)]
    rng.shuffle(free)
    expected = sum(session.expected for session in sessions)
    planted: dict[str, Fault] = {}
    for fault in queue_of(expected):
        chosen = next(filter(fault.fits, free), None)
        if chosen is not None and len(planted) < expected // 2:
            free.remove(chosen)
            planted[chosen.student.student_no] = fault
    return planted


def candidates(students: Iterable[Student], sessions: Sequence[Session]) -> Iterator[Candidate]:
    """Everybody whom a session expects."""
    for student in students:
        if student.session is not None:
            yield Candidate(student, school().camera(sessions[student.session].room))


def queue_of(expected: int) -> list[Fault]:
    """The faults to plant among so many students: each once, then the rest of each."""
    more = [fault for fault in FAULTS for _ in range(round(expected * fault.per_mille / 1000) - 1)]
    return [*FAULTS, *more]
