"""What was planted, and whether a run found it."""

import csv
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from flows.demo.cohort import Student
from flows.demo.faults import LET_IN, NOT_CAPTURED, STRANGERS, Fault
from flows.demo.lineup import Frame
from flows.demo.sheets import csv_bytes
from schemas.audit import CaptureState, EnrolmentState

KEYS = ("row", "capture_path")


class Planted(NamedTuple):
    """One line of `truth.csv`; what does not apply is empty, several codes are joined with ';'."""

    fault: str
    student_no: str = ""
    row: str = ""
    capture_path: str = ""
    state: str = ""
    capture_state: str = ""
    code: str = ""


class Found(NamedTuple):
    """How many planted things a run found; a sentence for each that it did not."""

    planted: int
    found: int
    missed: list[str]


def truth_of(
    students: Iterable[Student], planted: Mapping[str, Fault], frames: Iterable[Frame], rows: Sequence[str]
) -> list[Planted]:
    """One line per planted thing; `rows` are the roster's student numbers in sheet order."""
    sheet_rows, shots = sheet_rows_of(rows), frames_by_key(frames)
    lines = [
        line
        for student in students
        for line in student_lines(
            student, planted.get(student.student_no), sheet_rows[student.student_no], shots
        )
    ]
    return [*lines, *stranger_lines(shots)]


def sheet_rows_of(student_nos: Iterable[str]) -> dict[str, list[str]]:
    """Each student's rows in the sheet, whose first row is the header."""
    rows: dict[str, list[str]] = defaultdict(list)
    for row, student_no in enumerate(student_nos, start=2):
        rows[student_no].append(str(row))
    return rows


def frames_by_key(frames: Iterable[Frame]) -> dict[str, list[Frame]]:
    """Each person's frames, in the order in which they were taken."""
    shots: dict[str, list[Frame]] = defaultdict(list)
    for frame in frames:
        shots[frame.key].append(frame)
    return shots


def student_lines(
    student: Student, fault: Fault | None, rows: Sequence[str], shots: Mapping[str, Sequence[Frame]]
) -> list[Planted]:
    """The lines of a student with a fault, or of another entry year or status; none for anybody else."""
    if fault is not None:
        return lines_of(fault, student.student_no, rows, shots.get(student.student_no, ()))
    kind, student_no = student.kind, student.student_no
    if kind in NOT_CAPTURED:
        ineligible = EnrolmentState.INELIGIBLE
        return [Planted(kind, student_no, rows[0], state=ineligible, code=NOT_CAPTURED[kind])]
    if kind in LET_IN:
        return [Planted(kind, student_no, rows[0], state=EnrolmentState.ACCEPTED, code=LET_IN[kind])]
    return []


def lines_of(fault: Fault, student_no: str, rows: Sequence[str], frames: Sequence[Frame]) -> list[Planted]:
    """The line of a student with a fault; every further row has a line with the enrolment's code alone."""
    worse = [frame.path for frame in frames if frame.mishap or len(frames) == 1]
    first = Planted(
        fault.name, student_no, rows[0], "".join(worse), fault.state,
        fault.capture_state or "", ";".join(fault.codes),
    )  # fmt: skip
    return [
        first,
        *(
            first._replace(row=row, capture_path="", capture_state="", code=fault.codes[0])
            for row in rows[1:]
        ),
    ]


def stranger_lines(shots: Mapping[str, Sequence[Frame]]) -> list[Planted]:
    """The lines of captures that belong to nobody."""
    return [
        Planted(stranger.name, capture_path=frame.path, capture_state=CaptureState.ORPHAN, code=stranger.code)
        for stranger in STRANGERS
        for key, frames in shots.items()
        for frame in frames
        if key.startswith(f"{stranger.name}-")
    ]


def truth_csv(lines: Iterable[Planted]) -> bytes:
    """The lines as a CSV that Excel opens."""
    return csv_bytes([Planted._fields, *lines], "utf-8-sig")


def read_truth(path: Path) -> list[Planted]:
    """The lines of a `truth.csv`."""
    return [Planted(**row) for row in read_rows(path)]


def read_rows(path: Path) -> list[dict[str, str]]:
    """The rows of an audit file or of `truth.csv` as text."""
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def check_truth(directory: Path, audit: Path) -> Found:
    """Hold a day's `truth.csv` against the audit folder of a run.

    A planted thing is found when enrolment and capture ended in their states, and every code stands with one
    of them and in `rejects.csv`.
    """
    enrolments = {row["row"]: row for row in read_rows(audit / "enrolments.csv")}
    captures = {row["capture_path"]: row for row in read_rows(audit / "captures.csv")}
    listed = {(row["code"], row[key]) for row in read_rows(audit / "rejects.csv") for key in KEYS}
    planted = read_truth(directory / "truth.csv")
    missed = []
    for line in planted:
        ends = enrolments.get(line.row, {}), captures.get(line.capture_path, {})
        said = [*wrong_states(line, *ends), *missing_codes(line, *ends), *unlisted_codes(line, listed)]
        if said:
            place = ", ".join(filter(None, (line.row and f"row {line.row}", line.capture_path)))
            missed.append(f"{line.fault} ({place}): {'; '.join(said)}")
    return Found(len(planted), len(planted) - len(missed), missed)


def wrong_states(line: Planted, enrolment: Mapping[str, str], capture: Mapping[str, str]) -> list[str]:
    """Where enrolment or capture did not end as planted.

    >>> wrong_states(Planted("absent", state="missing"), {"state": "rejected"}, {})
    ['state rejected, not missing']
    """
    ends = ("state", line.state, enrolment), ("capture", line.capture_state, capture)
    return [
        f"{what} {row.get('state') or 'none'}, not {meant}"
        for what, meant, row in ends
        if meant and row.get("state") != meant
    ]


def missing_codes(line: Planted, enrolment: Mapping[str, str], capture: Mapping[str, str]) -> list[str]:
    """The codes that neither enrolment nor capture carries."""
    codes = {code for row in (enrolment, capture) for code in row.get("codes", "").split(";")}
    return [f"without {code}" for code in line.code.split(";") if code not in codes]


def unlisted_codes(line: Planted, listed: Collection[tuple[str, str]]) -> list[str]:
    """The codes that no line of `rejects.csv` gives for the row or the capture."""
    return [
        f"{code} not in rejects.csv"
        for code in line.code.split(";")
        if not any((code, key) in listed for key in (line.row, line.capture_path) if key)
    ]
