"""What the page shows of single students and captures: frames become cards with pictures."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import polars as pl

from outputs.audit_tables import rejects
from outputs.report.pictures import Pictures
from schemas.audit import AuditFrames, CaptureState
from schemas.reasons import REASONS, Reason
from schemas.titles import SEVERITIES, STATES, title
from schemas.words import Language

Row = Mapping[str, Any]

DOUBTFUL = ("quarantined", "orphan", "unreadable")


class Finding(NamedTuple):
    """One reason with what was seen, in words."""

    code: str
    severity: str
    severity_name: str
    message: str
    item: str
    seen: str
    limit: str
    fix: str
    waived: str


class Crop(NamedTuple):
    """The crop box in percent of the upright source."""

    left: float
    top: float
    width: float
    height: float


class Shot(NamedTuple):
    """One capture: its picture, the photo made from it, and what is known of it."""

    capture_path: str
    state: str
    state_name: str
    taken_at: str
    camera_name: str
    evidence: str
    source: str | None
    photo: str | None
    crop: Crop | None
    findings: Sequence[Finding] = ()


class Student(NamedTuple):
    """One rejected enrolment with its captures and every reason."""

    row: int
    student_no: str
    name: str
    unit_name: str
    class_name: str
    shots: Sequence[Shot]
    findings: Sequence[Finding]


class Warned(NamedTuple):
    """One finding about an accepted enrolment."""

    student_no: str
    name: str
    unit_name: str
    finding: Finding


class People:
    """The cards of one run, in one language."""

    def __init__(self, frames: AuditFrames, pictures: Pictures, language: Language) -> None:
        self._frames, self._pictures, self._language = frames, pictures, language
        self._lines = rejects(frames)
        self._by_row = _grouped(self._lines, "row")
        self._by_capture = _grouped(self._lines, "capture_path")
        self._captures = _grouped(frames.captures.sort("capture_path"), "row")
        self._paths = _grouped(frames.captures, "capture_path")

    def rejected(self) -> list[Student]:
        """Every rejected enrolment, by unit, class and student number."""
        out = self._frames.enrolments.filter(pl.col("state") == "rejected")
        ordered = out.sort("unit_name", "class_name", "student_no", "row", nulls_last=True)
        return [self._student(line) for line in ordered.iter_rows(named=True)]

    def retakes(self) -> list[Student]:
        """Every student with a retake that waits for a decision: the delivered shot, then what came since."""
        waiting = pl.col("codes").str.contains(Reason.RETAKE_WAITING, literal=True)
        out = self._frames.enrolments.filter(waiting)
        return [
            self._student(line, sorted(filter(_is_shown, self._captures.get(line["row"], [])), key=_is_new))
            for line in out.sort("unit_name", "class_name", "student_no", nulls_last=True).to_dicts()
        ]

    def waived(self) -> list[Warned]:
        """What was found of the accepted and accepted by a person."""
        return self._told((pl.col("state") == "accepted") & pl.col("waived").is_not_null())

    def doubtful(self) -> list[Shot]:
        """Every capture that a person must look at: quarantined, orphan, unreadable."""
        open_ones = self._frames.captures.filter(pl.col("state").is_in(DOUBTFUL)).with_columns(
            order=pl.col("state").cast(pl.Enum(DOUBTFUL))
        )
        return [self._shot(line, told=True) for line in open_ones.sort("order", "capture_path").to_dicts()]

    def warned(self) -> list[Warned]:
        """The warnings about accepted enrolments."""
        return self._told((pl.col("state") == "accepted") & (pl.col("severity") == "warn"))

    def _told(self, which: pl.Expr) -> list[Warned]:
        kept = self._lines.filter(which)
        return [
            Warned(line["student_no"] or "", line["name"] or "", line["unit_name"] or "", self._finding(line))
            for line in kept.drop_nulls("row").iter_rows(named=True)
        ]

    def campaign_notes(self) -> list[Finding]:
        """The findings that concern neither an enrolment nor a capture, worst first."""
        loose = self._lines.filter(pl.col("row").is_null() & pl.col("capture_path").is_null())
        return [self._finding(line) for line in loose.iter_rows(named=True)]

    def _student(self, line: Row, shots: Sequence[Row] | None = None) -> Student:
        chosen = shots or self._paths.get(line["capture_path"]) or self._captures.get(line["row"], [])
        return Student(
            line["row"],
            line["student_no"] or "",
            line["name"] or "",
            line["unit_name"] or "",
            line["class_name"] or "",
            [self._shot(shot) for shot in chosen],
            [self._finding(found) for found in self._by_row.get(line["row"], [])],
        )

    def _shot(self, line: Row, *, told: bool = False) -> Shot:
        path = line["capture_path"]
        return Shot(
            path,
            line["state"],
            STATES[line["state"]].say(self._language),
            line["taken_at"].strftime("%Y-%m-%d %H:%M:%S") if line["taken_at"] else "",
            line["camera_name"] or "",
            line["evidence"] or "",
            self._pictures.source(path),
            self._pictures.photo(path),
            _crop(line),
            [self._finding(found) for found in self._by_capture.get(path, [])] if told else (),
        )

    def _finding(self, line: Row) -> Finding:
        reason, language = REASONS[line["code"]], self._language
        return Finding(
            reason.value,
            line["severity"],
            SEVERITIES[line["severity"]].say(language),
            reason.text.say(language),
            title(line["column"], language) if line["column"] else "",
            line["seen"] or "",
            line["limit"] or "",
            reason.fix.say(language),
            line["waived"] or "",
        )


def _is_shown(shot: Row) -> bool:
    """Whether a capture is the delivered one or waits to replace it."""
    return shot["state"] == CaptureState.USED or Reason.RETAKE_WAITING in (shot["codes"] or "")


def _is_new(shot: Row) -> bool:
    return bool(shot["state"] != CaptureState.USED)


def _crop(line: Row) -> Crop | None:
    across, down = line["source_width_px"], line["source_height_px"]
    box = [line[f"crop_{side}_px"] for side in ("left", "top", "width", "height")]
    if not across or not down or None in box:
        return None
    left, top, width, height = box
    inside = (max(left, 0), max(top, 0), min(left + width, across), min(top + height, down))
    return Crop(
        100 * inside[0] / across,
        100 * inside[1] / down,
        100 * (inside[2] - inside[0]) / across,
        100 * (inside[3] - inside[1]) / down,
    )


def _grouped(frame: pl.DataFrame, key: str) -> dict[Any, list[Row]]:
    """The frame's lines by a column's value; lines without one are left out."""
    groups: dict[Any, list[Row]] = defaultdict(list)
    for line in frame.drop_nulls(key).iter_rows(named=True):
        groups[line[key]].append(line)
    return dict(groups)
