"""A whole synthetic campaign: what a school and a capture team hand over, and the truth about it."""

from dataclasses import dataclass
from datetime import datetime, time
from pathlib import Path
from typing import NamedTuple

from flows.demo.awards import awards
from flows.demo.cohort import Student, cohort
from flows.demo.faults import Fault, plant
from flows.demo.lineup import Lineup, line_up
from flows.demo.pictures import MEGAPIXELS, Progress, take_pictures
from flows.demo.roster import Row, row_of
from flows.demo.school import Session, school, timetable
from flows.demo.sheets import campaign_toml, log_csv, schedule_csv, write_workbook
from flows.demo.timetable import scale
from flows.demo.truth import Planted, truth_csv, truth_of
from schemas.audit import EnrolmentState
from schemas.errors import InputError
from schemas.words import Text

SEED = 1119


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything about a day but its pictures."""

    seed: int
    sessions: tuple[Session, ...]
    students: list[Student]
    planted: dict[str, Fault]
    roster: list[Row]
    lineup: Lineup
    truth: list[Planted]


class Day(NamedTuple):
    """What was written: the campaign file, how many roster rows and captures, how many planted things."""

    campaign: Path
    enrolments: int
    captures: int
    planted: int


def plan_day(students: int, seed: int) -> Plan:
    """Invent a day for so many expected people; the same numbers always give the same day."""
    sessions = scale(timetable(), students)
    everybody = cohort(sessions, seed)
    planted = plant(everybody, sessions, seed)
    roster = roster_of(everybody, planted)
    lineup = line_up(everybody, sessions, planted, seed)
    truth = truth_of(everybody, planted, lineup.frames, [str(row["学号"]) for row in roster])
    return Plan(seed, sessions, everybody, planted, roster, lineup, truth)


def roster_of(students: list[Student], planted: dict[str, Fault]) -> list[Row]:
    """The roster's rows, some of them miswritten; further rows of the same student stand at the end."""
    rows, copies = [], []
    for student in students:
        row, fault = row_of(student), planted.get(student.student_no)
        if fault is not None:
            row = fault.rewrite(row)
            copies += [row] * fault.copies
        rows.append(row)
    return rows + copies


def generate(
    directory: Path,
    *,
    students: int = 120,
    seed: int = SEED,
    megapixels: float = MEGAPIXELS,
    workers: int = 1,
    progress: Progress | None = None,
) -> Day:
    """Write a campaign with its captures and its truth into a folder; `progress` hears of pictures drawn.

    Raises InputError when the folder holds captures already, since those of two days would mix.
    """
    captures = directory / "captures"
    if captures.exists():
        raise InputError(captures, Text("这里已有拍摄文件", "there are captures here already"),
                         Text("请换一个空文件夹", "name an empty folder"))  # fmt: skip
    plan = plan_day(students, seed)
    write_inputs(directory, plan)
    frames = plan.lineup.frames
    take_pictures(captures, frames, seed=seed, workers=workers, megapixels=megapixels, progress=progress)
    return Day(write_campaign(directory), len(plan.roster), len(frames), len(plan.truth))


def write_inputs(directory: Path, plan: Plan) -> None:
    """Write everything but the pictures and the campaign file."""
    directory.mkdir(parents=True, exist_ok=True)
    created = datetime.combine(school().held_on, time())
    write_workbook(directory / "roster.xlsx", "名册", plan.roster, created)
    awarded = (student for student in plan.students if is_awarded(student, plan.planted))
    write_workbook(directory / "awards.xlsx", "证书信息", awards(awarded, plan.seed), created)
    (directory / "schedule.csv").write_bytes(schedule_csv(school(), plan.sessions))
    (directory / "capture_log.csv").write_bytes(log_csv(plan.lineup.readings))
    (directory / "truth.csv").write_bytes(truth_csv(plan.truth))


def write_campaign(directory: Path) -> Path:
    """Write the campaign file, last of all: a folder without one was not finished."""
    campaign = directory / "campaign.toml"
    campaign.write_text(campaign_toml(school()), "utf-8", newline="\n")
    return campaign


def is_awarded(student: Student, planted: dict[str, Fault]) -> bool:
    """Whether the awards sheet holds a student: one to be captured whose photo is not registered yet."""
    fault = planted.get(student.student_no)
    return student.session is not None and (fault is None or fault.state is not EnrolmentState.LOCKED)
