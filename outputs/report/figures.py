"""What the page counts: frames become equations, rankings and lists."""

from dataclasses import dataclass
from itertools import groupby
from typing import Any, NamedTuple

import polars as pl

from outputs.audit_tables import missing, rejects
from schemas.audit import AuditFrames, Summary
from schemas.reasons import REASONS, Severity
from schemas.titles import STATES
from schemas.words import Text


@dataclass(frozen=True, slots=True)
class Term:
    """One state's part of a total; `share` in percent."""

    state: str
    label: Text
    count: int
    share: float


class RankedReason(NamedTuple):
    """A reason and how often it holds; `share` in percent of the most frequent one."""

    code: str
    severity: str
    message: Text
    fix: Text
    students: int
    captures: int
    findings: int
    share: float


class MissingClass(NamedTuple):
    """Who of one class still has to come: pairs of student number and name."""

    class_name: str
    students: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class MissingUnit:
    """Who of one unit still has to come, by class."""

    unit_name: str
    count: int
    classes: list[MissingClass]


def enrolment_terms(summary: Summary) -> list[Term]:
    """The states that add up to the students expected."""
    return _terms(summary, ("accepted", "rejected", "missing", "locked"), summary.expected)


def capture_terms(summary: Summary) -> list[Term]:
    """The states that add up to the captures."""
    states = ("used", "superseded", "quarantined", "orphan", "unreadable")
    return _terms(summary, states, summary.captures)


def _terms(summary: Summary, states: tuple[str, ...], total: int) -> list[Term]:
    counts = {state: int(getattr(summary, state)) for state in states}
    return [
        Term(state, STATES[state], count, 100 * count / total if total else 0.0)
        for state, count in counts.items()
    ]


def ranked_reasons(frames: AuditFrames) -> list[RankedReason]:
    """Every reason that holds: by severity, then by students and captures concerned."""
    counts = (
        rejects(frames)
        .group_by("code", "severity")
        .agg(
            students=pl.col("row").drop_nulls().n_unique(),
            captures=pl.col("capture_path").drop_nulls().n_unique(),
            findings=pl.len(),
        )
        .with_columns(weight=pl.col("severity").cast(pl.Enum([severity.value for severity in Severity])))
        .sort(
            "weight", "students", "captures", "findings", "code", descending=[False, True, True, True, False]
        )
    )
    most = max(counts["findings"], default=1)
    return [_ranked(line, most) for line in counts.iter_rows(named=True)]


def _ranked(line: dict[str, Any], most: int) -> RankedReason:
    reason = REASONS[line["code"]]
    return RankedReason(
        reason.value,
        line["severity"],
        reason.text,
        reason.fix,
        line["students"],
        line["captures"],
        line["findings"],
        100 * line["findings"] / most,
    )


class Outside(NamedTuple):
    """A reason to be ineligible, and how many students have it."""

    code: str
    message: Text
    students: int


def outside(summary: Summary) -> list[Outside]:
    """Why students are ineligible, the most frequent reason first."""
    counts = sorted(summary.ineligible_by_reason.items(), key=lambda item: (-item[1], item[0]))
    return [Outside(code, REASONS[code].text, students) for code, students in counts]


def units(frames: AuditFrames) -> pl.DataFrame:
    """Per unit: expected, accepted, rejected, missing, locked, ineligible, and the accepted share in percent.

    Units of which nobody is expected are left out.
    """
    states = ("accepted", "rejected", "missing", "locked", "ineligible")
    counted = frames.enrolments.group_by("unit_name").agg(
        **{state: (pl.col("state") == state).sum() for state in states}
    )
    totals = counted.with_columns(expected=pl.sum_horizontal(*states[:4])).filter(pl.col("expected") > 0)
    share = 100 * (pl.col("accepted") + pl.col("locked")) / pl.col("expected")
    return totals.with_columns(share=share).sort("unit_name", nulls_last=True)


def missing_units(frames: AuditFrames) -> list[MissingUnit]:
    """Who still has to come, by unit and class."""
    lines = missing(frames).with_columns(
        pl.col("unit_name", "class_name", "student_no", "name").fill_null("")
    )
    return [
        _missing_unit(str(unit), list(of_unit))
        for unit, of_unit in groupby(lines.iter_rows(named=True), lambda line: line["unit_name"])
    ]


def missing_make_up(frames: AuditFrames) -> int:
    """How many of those who still have to come are of an earlier year."""
    return int(missing(frames)["is_make_up"].sum())


def _missing_unit(unit_name: str, lines: list[dict[str, Any]]) -> MissingUnit:
    classes = [
        MissingClass(str(name), [(line["student_no"], line["name"]) for line in of_class])
        for name, of_class in groupby(lines, lambda line: line["class_name"])
    ]
    return MissingUnit(unit_name, len(lines), classes)
