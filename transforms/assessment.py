"""One capture day held against its rules: from cleaned inputs to everybody's state and the accepted's records."""

import hashlib
from collections.abc import Mapping
from typing import NamedTuple

import polars as pl

from schemas.audit import CaptureState, EnrolmentState
from schemas.campaign import Campaign
from schemas.photo import photo_rules
from schemas.profile import Profile
from schemas.reasons import Reason, Severity
from schemas.records import table_rules
from schemas.roster import INELIGIBLE, Roster, eligibility_rules
from schemas.rules import Breach
from transforms.choice import choose_captures
from transforms.linking import Linked, link
from transforms.reconcile import (
    absence_findings,
    capture_findings,
    capture_lines,
    capture_states,
    enrolment_lines,
    enrolment_states,
)
from transforms.records import records_of, subjects
from transforms.schedule import assign_sessions
from transforms.sessions import (
    findings_without_session,
    punctuality,
    punctuality_findings,
    session_counts,
    session_findings,
    used_with_session,
)
from transforms.validation import as_findings, check, findings, severity_of


class Day(NamedTuple):
    """A campaign's inputs, cleaned. `captures` has CAPTURE_FILES, `photo_sha256` and the columns of FACTS."""

    roster: pl.DataFrame
    schedule: pl.DataFrame
    log: pl.DataFrame
    awards: pl.DataFrame
    captures: pl.DataFrame


class Assessment(NamedTuple):
    """What was found. `tables` holds, by table name, the accepted enrolments' records, first column `row`."""

    enrolments: pl.DataFrame
    captures: pl.DataFrame
    findings: pl.DataFrame
    sessions: pl.DataFrame
    tables: dict[str, pl.DataFrame]


def assess(day: Day, campaign: Campaign, profile: Profile) -> Assessment:
    """Hold every row, capture and record against every rule, and give each enrolment and capture its state."""
    severities = profile.severities
    people = roster_findings(day.roster, campaign, severities)
    outside = rows_outside(people)

    linked = link(day.captures, day.log, day.roster, profile.linking)
    shots = photo_findings(day.captures, profile)
    captures = settle_captures(day.captures, linked, shots, outside)
    used = captures.filter(pl.col("state") == CaptureState.USED).select(
        "row", "capture_path", "photo_sha256", captured_at="taken_at", capture_sha256="sha256"
    )
    invited = day.roster.filter(~pl.col("row").is_in(outside.implode()))
    absences = absence_findings(invited, captures, linked.candidates, known=people, severities=severities)

    awards, award_findings = settle_awards(day.awards, day.roster, severities)
    known = subjects(day.roster, awards, used.drop("capture_path", "capture_sha256"),
                     campaign=campaign, naming=profile.naming)  # fmt: skip
    repeated = people.filter(pl.col("code") == Reason.STUDENT_NO_REPEATED)["row"]
    inside = known.filter(~pl.col("row").is_in(outside.implode()))
    expected = inside.filter(~pl.col("row").is_in(repeated.implode()))
    records = record_findings(expected, profile)

    sessions = assign_sessions(day.roster, day.schedule, profile.session_groups)
    timing = punctuality(used_with_session(captures, sessions), day.schedule)
    found = pl.concat([
        people, capture_findings(captures, severities), with_rows(shots, used, day.roster), absences,
        award_findings, records, punctuality_findings(timing, day.roster, severities),
        unused_log_lines(day, linked, severities), findings_without_session(invited, sessions, severities),
    ])  # fmt: skip
    found = pl.concat([found, photo_name_findings(expected, found, severities)])

    states = enrolment_states(day.roster, found)
    names = known.select("row", "photo_name")
    photos = used.join(names, on="row", how="left", validate="1:1", maintain_order="left")
    lines = enrolment_lines(day.roster, states, found, sessions=sessions, photos=photos)
    counted = session_counts(day.schedule, lines, timing, logged_rows(day))
    found = pl.concat([found, session_findings(day.schedule, counted, severities)])
    accepted = known.join(states.filter(pl.col("state") == EnrolmentState.ACCEPTED), on="row", how="semi",
                          maintain_order="left").sort("student_no")  # fmt: skip
    tables = {
        table.name: records_of(table, accepted).insert_column(0, accepted["row"]) for table in profile.tables
    }
    order = ["row", "capture_path", "code", "column", "student_no", "seen"]
    return Assessment(lines, capture_lines(captures, day.roster, found), found.sort(order), counted, tables)


# -- people --------------------------------------------------------------------------------------------------------


def roster_findings(
    roster: pl.DataFrame, campaign: Campaign, severities: Mapping[str, Severity]
) -> pl.DataFrame:
    """What the roster's rules and the campaign's say of each row."""
    breaches = pl.concat([check(roster, Roster), check(roster, eligibility_rules(campaign.eligibility))])
    return findings(roster, breaches, severities=severities)


def rows_outside(people: pl.DataFrame) -> pl.Series:
    """The rows that are not to be captured: ineligible or locked."""
    codes = [code.value for code in (*INELIGIBLE, Reason.ALREADY_REGISTERED)]
    return people.filter(pl.col("code").is_in(codes))["row"].unique()


# -- captures ------------------------------------------------------------------------------------------------------


def photo_findings(captures: pl.DataFrame, profile: Profile) -> pl.DataFrame:
    """What the profile's limits say of each capture's measured facts."""
    limits = {Breach(limit.reason, limit.fact).rule: limit.text for limit in profile.photo.limits}
    breaches = check(captures, photo_rules(profile.photo))
    found = findings(captures, breaches, severities=profile.severities, limits=limits)
    return pl.concat([found, unmade_photos(captures, found)])


def unmade_photos(captures: pl.DataFrame, found: pl.DataFrame) -> pl.DataFrame:
    """Captures that were read and broke no limit that blocks, but of which there is no photo: never a pass."""
    blocked = found.filter(pl.col("severity") == Severity.BLOCK)["capture_path"]
    is_unmade = pl.col("source_format").is_not_null() & pl.col("photo_sha256").is_null()
    told = captures.filter(is_unmade & ~pl.col("capture_path").is_in(blocked.implode())).select(
        "capture_path", code=pl.lit(Reason.PHOTO_NOT_ASSESSED.value), severity=pl.lit(Severity.BLOCK.value),
        column=pl.lit("photo_sha256"),
    )  # fmt: skip
    return as_findings(told)


def settle_captures(
    captures: pl.DataFrame, linked: Linked, shots: pl.DataFrame, outside: pl.Series
) -> pl.DataFrame:
    """Every capture with its link, its state and, of several shots of one student, the choice made."""
    frame = captures.join(linked.links, on="capture_path", how="left", validate="1:1", maintain_order="left")
    is_expected = pl.col("row").is_not_null() & ~pl.col("row").is_in(outside.implode())
    usable = frame.filter(is_expected & pl.col("source_format").is_not_null())
    chosen = choose_captures(usable.select("row", "capture_path", "taken_at"), shots)
    return capture_states(frame, chosen, outside)


def with_rows(shots: pl.DataFrame, used: pl.DataFrame, roster: pl.DataFrame) -> pl.DataFrame:
    """Photo findings of used captures carry their student's row; those of other captures carry none."""
    numbers = roster.select("row", "student_no")
    rows = used.select("capture_path", "row")
    rows = rows.join(numbers, on="row", how="left", validate="m:1", maintain_order="left")
    bare = shots.drop("row", "student_no")
    return as_findings(bare.join(rows, on="capture_path", how="left", validate="m:1", maintain_order="left"))


def unused_log_lines(day: Day, linked: Linked, severities: Mapping[str, Severity]) -> pl.DataFrame:
    """Log lines of students of whom there is no capture at all: a camera card may not have been copied."""
    shown = linked.candidates["row"]
    unseen = logged(day).filter(~pl.col("row").is_in(shown.implode())).sort("row", "logged_at")
    told = unseen.unique("row", keep="first", maintain_order=True).with_columns(
        code=pl.lit(Reason.LOG_LINE_UNUSED.value),
        column=pl.lit("logged_at"),
        seen=pl.col("logged_at").cast(pl.String),
    )
    return as_findings(told.with_columns(severity=severity_of(pl.col("code"), severities)))


def logged(day: Day) -> pl.DataFrame:
    """`row`, `student_no` and `logged_at` for every log line that names exactly one enrolment."""
    keys = pl.concat(
        day.roster.select("row", number="student_no", key=column) for column in ("student_no", "document_no")
    ).drop_nulls("key")
    single = keys.filter(pl.len().over("key") == 1)
    lines = day.log.select("logged_at", key=pl.coalesce("student_no", "document_no"))
    return lines.join(single, on="key", how="inner", validate="m:1", maintain_order="left").select(
        "row", "logged_at", student_no="number"
    )


def logged_rows(day: Day) -> pl.Series:
    """The rows of every enrolment that the log names."""
    return logged(day)["row"].unique()


# -- records -------------------------------------------------------------------------------------------------------


def settle_awards(
    awards: pl.DataFrame, roster: pl.DataFrame, severities: Mapping[str, Severity]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The awards that can be used, one line per student, and findings on those that cannot."""
    is_repeated = pl.len().over("student_no") > 1
    enrolled = roster.select("student_no", enrolment="row").drop_nulls().sort("enrolment")
    numbers = enrolled.unique("student_no", keep="first", maintain_order=True)
    told = awards.join(numbers, on="student_no", how="left", validate="m:1", maintain_order="left").with_columns(
        code=pl.when(pl.col("enrolment").is_null()).then(pl.lit(Reason.AWARD_WITHOUT_ROSTER.value))
        .when(is_repeated).then(pl.lit(Reason.AWARD_REPEATED.value))
    )  # fmt: skip
    bad = told.drop_nulls("code").with_columns(
        row="enrolment", column=pl.lit("student_no"), seen="student_no",
        severity=severity_of(pl.col("code"), severities),
    )  # fmt: skip
    usable = awards.filter(~is_repeated & pl.col("student_no").is_not_null())
    once = bad.unique(["enrolment", "student_no"], keep="first", maintain_order=True)
    return usable, as_findings(once)


def record_findings(expected: pl.DataFrame, profile: Profile) -> pl.DataFrame:
    """What the rules of every table say of the expected enrolments' records."""
    found = []
    for table in profile.tables:
        beside = expected.select("row", "student_no", "level_name")
        records = records_of(table, expected).hstack(beside)
        breaches = check(records, table_rules(table))
        limits = {
            Breach(Reason.VALUE_TOO_LONG.value, column.code).rule: f"≤ {column.max_bytes} B"
            for column in table.columns
            if column.max_bytes is not None
        }
        found.append(findings(records, breaches, severities=profile.severities, limits=limits))
    return pl.concat(found)


def photo_name_findings(
    expected: pl.DataFrame, found: pl.DataFrame, severities: Mapping[str, Severity]
) -> pl.DataFrame:
    """Photos that would be accepted, but have no name or would overwrite one another in the bundle."""
    blocked = found.filter(pl.col("severity") == Severity.BLOCK)["row"].drop_nulls()
    name = pl.col("photo_name")
    is_taken = name.is_not_null() & (pl.len().over(name.str.to_lowercase()) > 1)
    code = (
        pl.when(name.is_null())
        .then(pl.lit(Reason.VALUE_MISSING.value))
        .when(is_taken)
        .then(pl.lit(Reason.PHOTO_NAME_TAKEN.value))
    )
    told = (
        expected.filter(~pl.col("row").is_in(blocked.implode()) & pl.col("photo_sha256").is_not_null())
        .with_columns(code=code, column=pl.lit("photo_name"))
        .drop_nulls("code")
    )
    return as_findings(told.with_columns(severity=severity_of(pl.col("code"), severities)))


# -- what is new ---------------------------------------------------------------------------------------------------


def record_digests(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """`row` and `record_sha256`: the digest of all that the bundle says of one enrolment, its photo included."""
    lines = pl.struct(pl.exclude("row")).struct.json_encode()
    digests = pl.concat(frame.select("row", line=lines) for frame in tables.values())
    whole = digests.group_by("row", maintain_order=True).agg(pl.col("line").str.join("\n"))
    sha = [hashlib.sha256(line.encode()).hexdigest() for line in whole["line"]]
    return whole.select("row", record_sha256=pl.Series(sha, dtype=pl.String)).sort("row")
