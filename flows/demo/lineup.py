"""Who stands before which camera, and when: students by number within their session, strangers among them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from random import Random

from flows.demo.cohort import Student
from flows.demo.faults import STRANGERS, Fault, Stranger
from flows.demo.people import Kind, person_of
from flows.demo.school import Camera, Session, school

CARD_TO_SHOT_S = (2, 6)
RETAKE_CARD_S, RETAKE_SHOT_S = 2, 3
STRANGER_AGES = (36, 50)
WORSE = ("head_tilted", "blurred")


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody in front of a camera; `key` is a student number, or what a stranger is called in the demo."""

    key: str
    document_no: str
    woman: bool
    fault: str = ""
    shots: int = 1
    is_logged: bool = True


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture to be drawn: where, when, of whom, and what goes wrong in it."""

    path: str
    camera: Camera
    taken_at: datetime
    key: str
    woman: bool
    mishap: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """One line of the capture log."""

    read_at: datetime
    camera: str
    document_no: str
    file_name: str


@dataclass(frozen=True, slots=True)
class Lineup:
    """Everything that happened before the cameras."""

    frames: list[Frame]
    readings: list[Reading]


def line_up(
    students: Iterable[Student], sessions: Sequence[Session], planted: dict[str, Fault], seed: int
) -> Lineup:
    """Let everybody who comes pass before the cameras of the day."""
    rng = Random(f"{seed}/lineup")
    queues = queues_of(students, planted)
    mingle_strangers(queues, sessions, rng)
    takes = [Take(camera, rng) for camera in school().cameras]
    for take in takes:
        for at, session in enumerate(sessions):
            if session.room == take.camera.room:
                take.session(session, queues[at])
    readings = [reading for take in takes for reading in take.readings]
    return Lineup(
        [frame for take in takes for frame in take.frames],
        sorted(readings, key=lambda reading: (reading.read_at, reading.camera)),
    )


def queues_of(students: Iterable[Student], planted: dict[str, Fault]) -> dict[int, list[Visit]]:
    """Who comes to each session, by student number."""
    queues: dict[int, list[Visit]] = defaultdict(list)
    for student in students:
        fault = planted.get(student.student_no)
        if student.session is not None and (fault is None or fault.shots):
            name, shots = (fault.name, fault.shots) if fault else ("", 1)
            card, woman = student.person.document_no, student.person.woman
            queues[student.session].append(Visit(student.student_no, card, woman, name, shots))
    return queues


def mingle_strangers(queues: dict[int, list[Visit]], sessions: Sequence[Session], rng: Random) -> None:
    """Put strangers behind somebody who was captured once, so that no reading is near an unlogged one."""
    expected = sum(session.expected for session in sessions)
    for stranger in STRANGERS:
        for serial in range(max(1, round(expected * stranger.per_mille / 1000))):
            visit = stranger_visit(stranger, serial, rng)
            queue = queues[rng.choice([at for at, queue in queues.items() if single_places(queue)])]
            queue.insert(rng.choice(single_places(queue)), visit)


def single_places(queue: Sequence[Visit]) -> list[int]:
    """The places behind a student who was captured once."""
    return [at for at, visit in enumerate(queue, start=1) if visit.shots == 1 and visit.is_logged]


def stranger_visit(stranger: Stranger, serial: int, rng: Random) -> Visit:
    """A visit of somebody older than any student, so that no roster holds the number."""
    person = person_of(Kind.PLAIN, school().entry_year - rng.randint(*STRANGER_AGES), rng)
    key = f"{stranger.name}-{serial}"
    return Visit(key, person.document_no, person.woman, stranger.name, is_logged=stranger.is_logged)


class Take:
    """One camera through the day: its counter, its frames, its reader's lines."""

    def __init__(self, camera: Camera, rng: Random, folder: str | None = None) -> None:
        self.camera, self.rng = camera, rng
        self.folder = folder or camera.name
        self.frames: list[Frame] = []
        self.readings: list[Reading] = []
        self.free_at = datetime.combine(school().held_on, time())

    def session(self, session: Session, queue: Sequence[Visit]) -> None:
        """Spread a queue evenly over a session; when time is short, run over it."""
        start, end = (datetime.combine(school().held_on, at) for at in (session.start, session.end))
        step = (end - start) / max(1, len(queue))
        for place, visit in enumerate(queue):
            self.visit(visit, start + (place + 0.25) * step)

    def visit(self, visit: Visit, due: datetime) -> None:
        """Read the card and take the picture, no sooner than the student before is done."""
        read_at = max(due, self.free_at).replace(microsecond=0)
        taken_at = read_at + timedelta(seconds=self.rng.randint(*CARD_TO_SHOT_S))
        if visit.shots == 2:
            worse = self.rng.choice(WORSE)
            first, second = self.rng.sample([worse, ""], 2)
            self.shoot(visit, read_at, taken_at, first)
            read_at = taken_at + timedelta(seconds=RETAKE_CARD_S)
            self.shoot(visit, read_at, read_at + timedelta(seconds=RETAKE_SHOT_S), second)
        else:
            self.shoot(visit, read_at, taken_at, visit.fault)
        self.free_at = read_at + timedelta(seconds=self.camera.gap_s)

    def shoot(self, visit: Visit, read_at: datetime, taken_at: datetime, mishap: str) -> None:
        """One reading and one frame."""
        file_name = f"DSC_{len(self.frames) + 1:04}.JPG"
        path = f"{self.folder}/{file_name}"
        self.frames.append(Frame(path, self.camera, taken_at, visit.key, visit.woman, mishap))
        if visit.is_logged:
            logged_name = file_name if self.camera.logs_file_name else ""
            self.readings.append(Reading(read_at, self.folder, visit.document_no, logged_name))
