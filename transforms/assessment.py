"""One capture day held against its rules: from cleaned inputs to everybody's state and records."""

import hashlib
from collections.abc import Sequence
from typing import NamedTuple

import polars as pl

from schemas.audit import EnrolmentState
from schemas.campaign import Campaign
from schemas.capture import PICTURES
from schemas.profile import Profile
from schemas.reasons import Reason
from transforms.attendance import attend, attendance_findings
from transforms.case_findings import case_findings, registered_findings
from transforms.day import Day
from transforms.makeup import let_in, named_outside
from transforms.number_findings import answered, number_findings, shortage_findings, without_answered
from transforms.numbering import (
    WAITING,
    Allotment,
    Book,
    claims,
    give_numbers,
    number_book,
    number_columns,
    numbers_of,
    ready_claims,
    with_claims,
    with_numbers,
)
from transforms.people import invited, last_day, roster_findings, rows_outside
from transforms.reconcile import (
    capture_lines,
    enrolment_lines,
    enrolment_states,
)
from transforms.records import (
    Records,
    left_out_findings,
    name_findings,
    photo_name_findings,
    record_findings,
    settle_awards,
    subjects,
)
from transforms.schedule_findings import schedule_findings
from transforms.sessions import findings_without_session, punctuality_findings, session_counts
from transforms.shots import (
    accepted_derivatives,
    assess_captures,
)

TOGETHER = 2_500
"""Rows whose records are digested at once."""


class Assessment(NamedTuple):
    """What was found.

    `records` are those of the accepted enrolments; `derivatives` has `row`, `id` and `sha256` of each further
    picture of theirs; `numbers` (NUMBERS) their certificate numbers; `pictures` (PICTURES) every capture's
    hash.
    """

    enrolments: pl.DataFrame
    captures: pl.DataFrame
    findings: pl.DataFrame
    sessions: pl.DataFrame
    records: Records
    derivatives: pl.DataFrame
    numbers: pl.DataFrame
    pictures: pl.DataFrame = pl.DataFrame(schema=PICTURES)


class Told(NamedTuple):
    """What is `known` of everybody as text, and what was found.

    `expected` has row, student_no, photo_name and photo_sha256 of whoever is expected in a table. `claimed`
    has a line for each of their certificate numbers (`transforms.numbering.claims`), as far as WAITING.
    """

    known: pl.DataFrame
    expected: pl.DataFrame
    claimed: pl.DataFrame
    findings: pl.DataFrame


def assess(day: Day, campaign: Campaign, profile: Profile) -> Assessment:
    """Hold rows, captures and records against every rule, and give each enrolment and capture its state."""
    people = roster_findings(day.roster, campaign, profile, captured_on=last_day(day, campaign))
    names = (*day.named, *day.let_in)
    people = let_in(people, day.roster, names, campaign.eligibility, profile.severities)
    registered = registered_findings(day.registered, day.roster, people, profile.severities)
    people = pl.concat([people, registered])
    shown = assess_captures(day, people, profile)
    book = number_book(day.numbering.remembered, campaign, profile)
    told = assess_records(day, people, shown.used, campaign=campaign, profile=profile, book=book)
    day = day._replace(awards=day.awards.select(number_columns()))  # the subjects know the rest

    came = attend(day.schedule, day.roster, shown.captures, day.log, profile, shown.clocks)
    found = pl.concat([
        day.corrections, people, shown.findings, told.findings,
        case_findings(day.cases, day.roster, profile.severities),
        named_outside(day.named, day.roster, rows_outside(people), profile.severities),
        punctuality_findings(came.timing, day.roster, profile.severities),
        findings_without_session(invited(day.roster, people), came.sessions, profile.severities,
                                 schedule=day.schedule),
    ])  # fmt: skip
    found = pl.concat([found, photo_name_findings(told.expected, found, profile.severities)])
    given = number_accepted(day, told, found, book)
    found = pl.concat([found, shortage_findings(given.short, profile.severities)])

    states = enrolment_states(day.roster, found)
    lines = enrolment_lines(
        day.roster, states, found, sessions=came.sessions, photos=named_photos(shown.used, told.known)
    )
    counted = session_counts(day.schedule, lines, came.timing, shown.logged, came.paces)
    found = pl.concat([
        found, schedule_findings(day.schedule, day.totals, profile.severities),
        attendance_findings(came, day.schedule, counted, day.log, profile),
    ])  # fmt: skip
    order = ["row", "capture_path", "code", "column", "student_no", "seen", "sheet_row"]
    captures = capture_lines(shown.captures, day.roster, found)
    accepted = accepted_rows(states)
    records = Records(with_numbers(told.known, given.given), accepted, profile.tables)
    numbers = numbers_of(told.claimed, given.given, accepted)
    made = accepted_derivatives(shown.captures, accepted)
    return Assessment(lines, captures, found.sort(order), counted, records, made, numbers,
                      day.captures.select(list(PICTURES)))  # fmt: skip


def assess_records(
    day: Day, people: pl.DataFrame, used: pl.DataFrame, *, campaign: Campaign, profile: Profile, book: Book
) -> Told:
    """What the tables would say of everybody, and what is wrong with it for those who are expected."""
    awards, award_findings = settle_awards(day.awards, day.roster, profile.severities)
    photos = used.drop("capture_path")
    known = subjects(day.roster, awards, photos, campaign=campaign, naming=profile.naming)
    claimed = claims(known, book)
    known = with_claims(known, claimed)
    repeated = people.filter(pl.col("code") == Reason.STUDENT_NO_REPEATED)["row"]
    expected = invited(known, people).filter(~pl.col("row").is_in(repeated.implode()))
    differing = name_findings(day.awards, day.roster, profile.severities)
    claimed = claimed.join(expected, on="row", how="semi", maintain_order="left")
    records = without_answered(record_findings(expected, profile), answered(claimed, profile))
    numbers = number_findings(claimed, book, profile.severities)
    left_out = left_out_findings(expected, profile)
    photos = expected.select("row", "student_no", "photo_name", "photo_sha256")
    found = pl.concat([award_findings, differing, records, left_out, numbers])
    return Told(known, photos, claimed.select(WAITING), found)


def number_accepted(day: Day, told: Told, found: pl.DataFrame, book: Book) -> Allotment:
    """New certificate numbers for whoever needs one, is accepted so far and may be sealed by this run."""
    accepted = accepted_rows(enrolment_states(day.roster, found))
    ready = ready_claims(told.claimed, accepted, day.numbering, day.delivered)
    return give_numbers(ready, book, day.awards)


def accepted_rows(states: pl.DataFrame) -> pl.Series:
    """The rows of the accepted."""
    return states.filter(pl.col("state") == EnrolmentState.ACCEPTED)["row"]


def named_photos(used: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """The used captures with the name of the photo made from them."""
    names = known.select("row", "photo_name")
    return used.join(names, on="row", how="left", validate="1:1", maintain_order="left")


# -- what is new ---------------------------------------------------------------------------------------------


def record_digests(records: Records, derivatives: pl.DataFrame) -> pl.DataFrame:
    """`row` and `record_sha256`: the digest of all that a bundle holds of an enrolment, pictures included."""
    rows = records.accepted.sort()
    spans = [rows.slice(start, TOGETHER) for start in range(0, len(rows), TOGETHER)]
    parts = [_digests_of([*records.written(span).values(), _lines_of(derivatives, span)]) for span in spans]
    return pl.concat([pl.DataFrame(schema={"row": rows.dtype, "record_sha256": pl.String}), *parts])


def _lines_of(frame: pl.DataFrame, rows: pl.Series) -> pl.DataFrame:
    return frame.filter(pl.col("row").is_in(rows.implode()))


def _digests_of(frames: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """The same of few rows: their text takes many times their frames' memory."""
    lines = pl.struct(pl.exclude("row")).struct.json_encode()
    digests = pl.concat(frame.select("row", line=lines) for frame in frames)
    whole = digests.group_by("row", maintain_order=True).agg(pl.col("line").str.join("\n"))
    sha = [hashlib.sha256(line.encode()).hexdigest() for line in whole["line"]]
    return whole.select("row", record_sha256=pl.Series(sha, dtype=pl.String)).sort("row")
