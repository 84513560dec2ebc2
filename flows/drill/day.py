"""One capture day with its truth: what happened, what of it was written down, and what wrongly."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random

from flows.drill.assumptions import Rates, assumptions
from flows.drill.mishaps import as_drawn, stepped_aside
from flows.drill.people import Student, session_of, with_collisions
from flows.drill.plans import Plan
from flows.drill.scene import COUNTER_MAX, Booth, Frame, Reading, Turn, number, play
from flows.drill.slips import Span, slip_files, slip_log

HOUR_S, MINUTE_S = 3600, 60


@dataclass(frozen=True, slots=True)
class CameraClock:
    """How far a camera's clock is ahead when the session begins, and what it gains an hour."""

    offset_s: float
    drift_s_per_h: float

    def shown(self, at: float) -> float:
        """What the clock shows, in seconds of the session."""
        return at + self.offset_s + self.drift_s_per_h * at / HOUR_S


@dataclass(frozen=True, slots=True)
class Day:
    """What reader and cameras left behind; the frames know whom they show, of which nothing is handed over.

    `copies` has the frame that each copied file repeats; `slipped` the frames that the slip named wrongly;
    `tickets` the number that each row drew.
    """

    plan: Plan
    students: list[Student]
    readings: list[Reading]
    frames: list[Frame]
    clocks: dict[str, CameraClock]
    copies: dict[Frame, Frame]
    slipped: list[Frame]
    tickets: dict[int, str]


def play_day(plan: Plan) -> Day:
    """Everything that a plan comes to."""
    rules = assumptions()
    rates = rules.rates.rough if plan.kind == "rough" else rules.rates.clean
    students = session_of(int(rules.session.students.value), plan.rng("people"))
    if plan.mode == "code":
        students = with_collisions(students, rules.log.collisions.value / 1000, plan.rng("collisions"))
    booths = passed(students, rates, plan)
    slipped = slip(booths, students, plan) if plan.is_slipping else []
    frames = [frame for booth in booths for frame in booth.frames]
    readings = sorted((line for booth in booths for line in booth.readings), key=lambda line: line.at)
    tickets = {
        row: f"{place:04}" for place, row in enumerate(dict.fromkeys(line.row for line in readings), 1)
    }
    if plan.mode == "ticket":
        readings = at_the_desk(readings, plan.rng("queue"))
    chance = plan.rng("losses")
    kept = [frame for frame in frames if not rates.deleted.happens(chance)]
    copies = {copied(frame): frame for frame in kept if rates.copied.happens(chance)}
    lines = [line for line in readings if plan.has_log and not rates.lost_line.happens(chance)]
    clocks = {camera: camera_clock(plan.rng(f"clock/{camera}")) for camera in plan.cameras}
    return Day(plan, students, lines, [*kept, *copies], clocks, copies, slipped, tickets)


def passed(students: Sequence[Student], rates: Rates, plan: Plan) -> list[Booth]:
    """All students, class by class, before the cameras."""
    rng, size = plan.rng("scene"), int(assumptions().session.class_size.value)
    booths = [Booth(camera, rng, rates) for camera in plan.cameras]
    rows = [student.row for student in students]
    classes = [rows[first : first + size] for first in range(0, len(rows), size)]
    play(classes, booths, one_aside(rows, rng) if plan.kind == "aside" else as_drawn)
    for booth in booths:
        number(booth.frames, rng.randint(1, COUNTER_MAX))
    return booths


def one_aside(rows: Sequence[int], rng: Random) -> Turn:
    """Turns by the rates, but for one student who steps aside after the card was read."""
    chosen = rng.choice(rows[: len(rows) * 9 // 10])

    def turn(booth: Booth, waiting: list[int]) -> None:
        if waiting[0] == chosen:
            booth.mishap = stepped_aside.__name__
            stepped_aside(booth, waiting)
        else:
            as_drawn(booth, waiting)

    return turn


def slip(booths: Sequence[Booth], students: Sequence[Student], plan: Plan) -> list[Frame]:
    """Let the naming of one camera slip; the frames that are named wrongly."""
    rng = plan.rng("slip")
    booth = rng.choice(booths)
    came = {line.row for each in booths for line in each.readings}
    absent = [student.row for student in students if student.row not in came]
    rng.shuffle(absent)
    lines = [line for line in booth.readings if line.frame is not None]
    if plan.mode in ("named", "ticket"):
        return slip_files(booth.frames, booth.readings, absent, Span(len(booth.frames), len(absent), rng))
    return slip_log(booth.readings, booth.frames, absent, Span(len(lines), len(absent), rng))


def at_the_desk(readings: Sequence[Reading], rng: Random) -> list[Reading]:
    """First readings moved to the desk: as many people earlier as wait between desk and camera."""
    queue = assumptions().queue.people
    first = list({line.row: line for line in reversed(readings)}.values())[::-1]
    waiting, latest, moved = queue.whole(rng), 0.0, []
    for place, line in enumerate(first):
        waiting = round(min(queue.most, max(queue.least, waiting + rng.choice((-1, 0, 1)))))
        latest = max(latest + rng.uniform(2, 6), first[max(0, place - waiting)].at)
        moved.append(Reading(latest, line.camera, line.row))
    return moved


def copied(frame: Frame) -> Frame:
    """The same picture under another file name."""
    return replace(frame)


def camera_clock(rng: Random) -> CameraClock:
    """A clock that is off by seconds, and perhaps by minutes or whole hours."""
    rules = assumptions().clock
    hours = rules.hours.whole(rng) if rules.hours_off.happens(rng) else 0
    minutes = rules.minutes.draw(rng) if rules.minutes_off.happens(rng) else 0
    offset_s = hours * HOUR_S + minutes * MINUTE_S + rules.seconds.draw(rng)
    return CameraClock(offset_s, rules.drift.draw(rng))
