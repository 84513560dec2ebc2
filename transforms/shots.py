"""Captures settled: whom each shows, which is used, and why somebody has none."""

from typing import NamedTuple

import polars as pl

from schemas.profile import Profile
from schemas.reasons import Reason, Severity
from transforms.choice import choose_captures
from transforms.counters import counter_findings
from transforms.day import Day
from transforms.decisions import (
    Decided,
    again_findings,
    decided_of,
    decision_findings,
    out_findings,
    release_links,
    waive,
)
from transforms.key_damage import key_findings
from transforms.link_findings import link_findings
from transforms.linking import Linked, link
from transforms.people import invited, rows_outside
from transforms.photo_findings import photo_findings, unmade_photos
from transforms.reconcile import (
    absence_findings,
    capture_findings,
    capture_states,
    delivered_findings,
    used_captures,
)
from transforms.retakes import NO_RUN, Before, absent_rows, before, preferred, retake_findings, with_waiting
from transforms.same_picture import doubt_near_pictures, doubt_past_pictures
from transforms.validation import as_findings, severity_of

TOGETHER = 2_500
"""Captures whose derivatives are told apart at once."""


class Shown(NamedTuple):
    """What the captures come to: their states, the used ones by `row`, findings, and the cameras' clocks.

    `logged` has the rows of every enrolment that the log names; None where there is no log.
    """

    captures: pl.DataFrame
    used: pl.DataFrame
    findings: pl.DataFrame
    clocks: pl.DataFrame
    logged: pl.Series | None


def assess_captures(day: Day, people: pl.DataFrame, profile: Profile) -> Shown:
    """Whom the captures show, which are used, and why somebody has none."""
    severities, outside = profile.severities, rows_outside(people)
    decided = decided_of(day.decisions, day.roster)
    linked = linked_captures(day, decided, profile, outside)
    lines = logged(day, linked.holders)
    owners = linked.links.join(
        day.captures.select("capture_path", "sha256"),
        on="capture_path",
        how="left",
        validate="1:1",
        maintain_order="left",
    )
    shots = photo_findings(day.captures, profile).pipe(waive, owners, decided, day.today)
    shots = pl.concat([shots, unmade_photos(day.captures, shots)])
    shots = pl.concat([shots, again_findings(decided, owners, severities)])
    past = before(day.settled, decided, day.complained, day.roster)
    absent = absent_rows(day.captures, past)
    captures = settle_captures(day.captures, linked, shots, outside, past)
    captures = with_waiting(captures, past, absent)
    used = used_captures(captures, "row", "capture_path", "photo_sha256", captured_at="taken_at")
    expected = invited(day.roster, people)
    is_kept = pl.col("row").is_in(absent.implode()) & ~pl.col("row").is_in(used["row"].implode())
    found = pl.concat([
        capture_findings(captures, severities), with_rows(shots, used, day.roster),
        absence_findings(expected.filter(~is_kept), captures, linked.candidates, known=people,
                         delivered=day.delivered, severities=severities),
        delivered_findings(expected.filter(is_kept), severities),
        retake_findings(captures, day.roster, severities),
        out_findings(decided, used["row"], severities),
        decision_findings(decided, captures, shots, sealed=past.sealed, severities=severities,
                          today=day.today),
        unused_log_lines(lines, linked, profile), link_findings(linked, profile.linking, severities),
        key_findings(day.captures, day.log, day.roster, profile),
        counter_findings(day.captures, severities),
    ])  # fmt: skip
    named = lines["row"].unique() if day.log.height else None
    return Shown(captures, used, found, linked.clocks, named)


def linked_captures(day: Day, decided: Decided, profile: Profile, outside: pl.Series) -> Linked:
    """Whom the captures show by the evidence, or as a person decided, who may also lift a doubt.

    A released picture may in turn put another's in doubt, so it is released before doubts and after.
    """
    linked = link(day.captures, day.log, day.roster, profile.linking, outside)
    linked = release_links(linked, day.captures, decided)
    doubted = doubt_pictures(linked.links, day, profile.linking.near_max_bits.value)
    return release_links(linked._replace(links=doubted), day.captures, decided)


def doubt_pictures(links: pl.DataFrame, day: Day, max_bits: int) -> pl.DataFrame:
    """Take the link from captures that show what stands under another person, here or in an earlier run."""
    near = doubt_near_pictures(links, day.captures, day.roster, max_bits)
    return doubt_past_pictures(near, day.captures, day.roster, past=day.pictures, max_bits=max_bits)


def settle_captures(
    captures: pl.DataFrame, linked: Linked, shots: pl.DataFrame, outside: pl.Series, past: Before = NO_RUN
) -> pl.DataFrame:
    """Every capture with its link, its state and, of several shots of one student, the choice made."""
    frame = captures.join(linked.links, on="capture_path", how="left", validate="1:1", maintain_order="left")
    frame = with_doubts(frame, shots)
    is_expected = pl.col("row").is_not_null() & ~pl.col("row").is_in(outside.implode())
    is_sound = pl.col("source_format").is_not_null() & pl.col("code").ne_missing(Reason.DETECTORS_DISAGREE)
    kept = frame.lazy().filter(is_expected & is_sound)
    usable = kept.select("row", "capture_path", "sha256", "taken_at").collect()
    chosen = choose_captures(preferred(usable, past, absent_rows(frame, past)), shots)
    return capture_states(frame, chosen, outside)


def with_doubts(frame: pl.DataFrame, shots: pl.DataFrame) -> pl.DataFrame:
    """Captures in which two detectors see different faces get that as their code, unless they have one."""
    told = (pl.col("code") == Reason.DETECTORS_DISAGREE) & (pl.col("severity") == Severity.BLOCK)
    doubtful = pl.col("capture_path").is_in(shots.filter(told)["capture_path"].implode())
    doubt = pl.when(doubtful).then(pl.lit(Reason.DETECTORS_DISAGREE.value))
    return frame.with_columns(code=pl.coalesce("code", doubt))


def with_rows(shots: pl.DataFrame, used: pl.DataFrame, roster: pl.DataFrame) -> pl.DataFrame:
    """Photo findings of used captures carry their student's row; those of other captures carry none."""
    numbers = roster.select("row", "student_no")
    rows = used.select("capture_path", "row")
    rows = rows.join(numbers, on="row", how="left", validate="m:1", maintain_order="left")
    bare = shots.drop("row", "student_no")
    return as_findings(bare.join(rows, on="capture_path", how="left", validate="m:1", maintain_order="left"))


def unused_log_lines(lines: pl.DataFrame, linked: Linked, profile: Profile) -> pl.DataFrame:
    """Log lines of students of whom there is no capture at all: a camera card may not have been copied."""
    shown = linked.candidates["row"]
    unseen = lines.filter(~pl.col("row").is_in(shown.implode())).sort("row", "logged_at")
    told = unseen.unique("row", keep="first", maintain_order=True).with_columns(
        code=pl.lit(Reason.LOG_LINE_UNUSED.value),
        column=pl.lit("logged_at"),
        seen=pl.col("logged_at").cast(pl.String),
        input=pl.lit("capture_log"),
        sheet_row="line",
    )
    return as_findings(told.with_columns(severity=severity_of(pl.col("code"), profile.severities)))


def logged(day: Day, holders: pl.DataFrame) -> pl.DataFrame:
    """`holders` (line, row) with each line's `logged_at` and its student's `student_no`."""
    numbers, moments = day.roster.select("row", "student_no"), day.log.select("line", "logged_at")
    return (
        holders.join(moments, on="line", how="left", validate="1:1", maintain_order="left")
        .join(numbers, on="row", how="left", validate="m:1", maintain_order="left")
        .select("row", "logged_at", "line", "student_no")
    )


def accepted_derivatives(captures: pl.DataFrame, accepted: pl.Series) -> pl.DataFrame:
    """`row`, `id` and `sha256` of every derivative of the accepted rows, sorted."""
    parts = (captures.clear(), *captures.iter_slices(TOGETHER))
    return pl.concat(_derivatives_of(part, accepted) for part in parts).sort("row", "id")


def _derivatives_of(captures: pl.DataFrame, rows: pl.Series) -> pl.DataFrame:
    """The same of few captures: many at once take several times their memory."""
    made = used_captures(captures, "row", "derivatives").filter(pl.col("row").is_in(rows.implode()))
    return made.explode("derivatives").drop_nulls("derivatives").unnest("derivatives")
