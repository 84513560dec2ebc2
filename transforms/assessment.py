"""One capture day held against its rules: from cleaned inputs to everybody's state and records."""

import hashlib
from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

import polars as pl

from schemas.audit import FINDINGS, CaptureState, EnrolmentState
from schemas.campaign import Campaign
from schemas.capture import PAST_PICTURES, PICTURES
from schemas.decisions import DECISIONS, SETTLED
from schemas.feedback import CASES
from schemas.photo import photo_rules
from schemas.profile import PhotoSpec, Profile
from schemas.reasons import Reason, Severity
from schemas.roster import INELIGIBLE, Roster, eligibility_rules, people_rules
from schemas.rules import Breach
from schemas.session import TOTALS
from schemas.titles import title
from transforms.attendance import attend, attendance_findings
from transforms.case_findings import case_findings, registered_findings
from transforms.choice import choose_captures
from transforms.counters import counter_findings
from transforms.decisions import Decided, decided_of, decision_findings, release_links, waive
from transforms.hints import with_hints
from transforms.key_damage import key_findings
from transforms.link_findings import link_findings
from transforms.linking import Linked, link
from transforms.makeup import let_in, named_outside
from transforms.number_findings import answered, number_findings, shortage_findings, without_answered
from transforms.numbering import (
    NO_NUMBERING,
    Allotment,
    Book,
    Numbering,
    claims,
    give_numbers,
    number_book,
    numbers_of,
    ready_claims,
    with_claims,
    with_numbers,
)
from transforms.reconcile import (
    absence_findings,
    capture_findings,
    capture_lines,
    capture_states,
    delivered_findings,
    enrolment_lines,
    enrolment_states,
)
from transforms.records import (
    accepted_records,
    left_out_findings,
    name_findings,
    photo_name_findings,
    record_findings,
    settle_awards,
    subjects,
)
from transforms.retakes import NO_RUN, Before, absent_rows, before, preferred, retake_findings, with_waiting
from transforms.same_picture import doubt_near_pictures, doubt_past_pictures
from transforms.schedule_findings import schedule_findings
from transforms.sessions import findings_without_session, punctuality_findings, session_counts
from transforms.validation import as_findings, check, findings, severity_of


class Day(NamedTuple):
    """A campaign's inputs, cleaned, and whom earlier bundles hold.

    `captures` has CAPTURE_FILES, `photo_sha256`, `derivatives` (MADE) and the columns of FACTS; `delivered`
    student numbers; `corrections` the findings on what was corrected in the sheets;
    `pictures` (PAST_PICTURES) what earlier runs used of whom; `decisions` (DECISIONS) what people decided
    until `today`, `settled` (SETTLED) what there was of the delivered, `complained` the student numbers whose
    delivered photo is complained of or refused. `named` are called to a make-up, and `let_in` were before.
    `cases` (CASES) are open; of the `registered` the platform has the photo.
    """

    roster: pl.DataFrame
    schedule: pl.DataFrame
    log: pl.DataFrame
    awards: pl.DataFrame
    captures: pl.DataFrame
    delivered: pl.Series = pl.Series(dtype=pl.String)
    corrections: pl.DataFrame = pl.DataFrame(schema=FINDINGS)
    numbering: Numbering = NO_NUMBERING
    totals: pl.DataFrame = pl.DataFrame(schema=TOTALS)
    pictures: pl.DataFrame = pl.DataFrame(schema=PAST_PICTURES)
    decisions: pl.DataFrame = pl.DataFrame(schema=DECISIONS)
    settled: pl.DataFrame = pl.DataFrame(schema=SETTLED)
    complained: pl.Series = pl.Series(dtype=pl.String)
    named: tuple[str, ...] = ()
    let_in: tuple[str, ...] = ()
    today: date = date.min
    cases: pl.DataFrame = pl.DataFrame(schema=CASES)
    registered: pl.Series = pl.Series(dtype=pl.String)


class Assessment(NamedTuple):
    """What was found.

    `tables` holds, by table name, the accepted enrolments' records, `row` first; `derivatives` has `row`,
    `id` and `sha256` of each further picture of theirs; `numbers` (NUMBERS) their certificate numbers;
    `pictures` (PICTURES) every capture's hash.
    """

    enrolments: pl.DataFrame
    captures: pl.DataFrame
    findings: pl.DataFrame
    sessions: pl.DataFrame
    tables: dict[str, pl.DataFrame]
    derivatives: pl.DataFrame
    numbers: pl.DataFrame
    pictures: pl.DataFrame = pl.DataFrame(schema=PICTURES)


class Shown(NamedTuple):
    """What the captures come to: their states, the used ones by `row`, findings, and the cameras' clocks.

    `logged` has the rows of every enrolment that the log names; None where there is no log.
    """

    captures: pl.DataFrame
    used: pl.DataFrame
    findings: pl.DataFrame
    clocks: pl.DataFrame
    logged: pl.Series | None


class Told(NamedTuple):
    """What is `known` of everybody as text, who of them is `expected` in a table, and what was found.

    `claimed` has a line for each of their certificate numbers (`transforms.numbering.claims`).
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
    tables = accepted_records(with_numbers(told.known, given.given), states, profile)
    made = accepted_derivatives(shown.captures, states)
    numbers = numbers_of(told.claimed, given.given, accepted_rows(states))
    return Assessment(lines, captures, found.sort(order), counted, tables, made, numbers,
                      day.captures.select(list(PICTURES)))  # fmt: skip


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
    past = before(day.settled, decided, day.complained, day.roster)
    absent = absent_rows(day.captures, past)
    captures = settle_captures(day.captures, linked, shots, outside, past)
    captures = with_waiting(captures, past, absent)
    used = captures.filter(pl.col("state") == CaptureState.USED).select(
        "row", "capture_path", "photo_sha256", captured_at="taken_at"
    )
    expected = invited(day.roster, people)
    is_kept = pl.col("row").is_in(absent.implode()) & ~pl.col("row").is_in(used["row"].implode())
    found = pl.concat([
        capture_findings(captures, severities), with_rows(shots, used, day.roster),
        absence_findings(expected.filter(~is_kept), captures, linked.candidates, known=people,
                         delivered=day.delivered, severities=severities),
        delivered_findings(expected.filter(is_kept), severities),
        retake_findings(captures, day.roster, severities),
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
    return Told(known, expected, claimed, pl.concat([award_findings, differing, records, left_out, numbers]))


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


# -- people --------------------------------------------------------------------------------------------------


def roster_findings(
    roster: pl.DataFrame,
    campaign: Campaign,
    profile: Profile,
    *,
    captured_on: date | None,
) -> pl.DataFrame:
    """What the rules of roster, campaign and profile say of each row; ages are those at capture."""
    usual = profile.people
    rules = (Roster, eligibility_rules(campaign.eligibility), people_rules(usual, captured_on))
    breaches = pl.concat([check(roster, each) for each in rules])
    limits = {
        Breach(Reason.AGE_UNUSUAL.value, "born_on").rule: f"{usual.age_min.value}–{usual.age_max.value} 岁",
        Breach(Reason.NAME_LONG.value, "name").rule: f"≤ {usual.name_max_bytes.value} 字节",
    }
    return with_hints(findings(roster, breaches, severities=profile.severities, limits=limits), roster)


def last_day(day: Day, campaign: Campaign) -> date | None:
    """The last day of capture that the schedule names, or else the day that the certificates bear."""
    held_on = day.schedule["held_on"].max()
    dates = campaign.certificates
    return held_on if isinstance(held_on, date) else dates.award_date or dates.graduation_date


def rows_outside(people: pl.DataFrame) -> pl.Series:
    """The rows that are not to be captured: ineligible or locked."""
    codes = [code.value for code in (*INELIGIBLE, Reason.ALREADY_REGISTERED)]
    return people.filter(pl.col("code").is_in(codes))["row"].unique()


def invited(roster: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """The lines of those who are to be captured."""
    return roster.filter(~pl.col("row").is_in(rows_outside(people).implode()))


# -- captures ------------------------------------------------------------------------------------------------


def photo_findings(captures: pl.DataFrame, profile: Profile) -> pl.DataFrame:
    """What the profile's limits say of each capture's measured facts."""
    limits = {Breach(limit.reason, limit.fact).rule: limit.text for limit in profile.photo.limits}
    breaches = check(captures, photo_rules(profile.photo))
    found = findings(captures, breaches, severities=profile.severities, limits=limits)
    return with_conflicts(found, captures, profile.photo)


def with_conflicts(found: pl.DataFrame, captures: pl.DataFrame, spec: PhotoSpec) -> pl.DataFrame:
    """A limit that cannot be kept together with another one says so, and which."""
    names = {limit.fact: f"{title(limit.fact, 'zh')} {limit.text}" for limit in spec.limits}
    apart = captures.select("capture_path", column=pl.col("limits_apart").str.split("+")).drop_nulls()
    each = apart.with_columns(other="column").explode("column").explode("other")
    others = (
        each.filter(pl.col("column") != pl.col("other"))
        .with_columns(pl.col("other").replace_strict(names, default=None, return_dtype=pl.String))
        .group_by("capture_path", "column", maintain_order=True)
        .agg(pl.col("other").str.join("、"))
    )
    told = found.join(
        others, on=["capture_path", "column"], how="left", validate="m:1", maintain_order="left"
    ).with_columns(
        limit=pl.when(pl.col("other").is_null())
        .then("limit")
        .otherwise(pl.format("{}，与{} 不能同时满足", "limit", "other"))
    )
    return as_findings(told)


def unmade_photos(captures: pl.DataFrame, found: pl.DataFrame) -> pl.DataFrame:
    """Captures that could be read and broke no limit that blocks, but have no photo: never a pass."""
    blocked = found.filter(pl.col("severity") == Severity.BLOCK)["capture_path"]
    is_unmade = pl.col("source_format").is_not_null() & pl.col("photo_sha256").is_null()
    told = captures.filter(is_unmade & ~pl.col("capture_path").is_in(blocked.implode())).select(
        "capture_path", code=pl.lit(Reason.PHOTO_NOT_ASSESSED.value), severity=pl.lit(Severity.BLOCK.value),
        column=pl.lit("photo_sha256"),
    )  # fmt: skip
    return as_findings(told)


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
    usable = frame.filter(is_expected & is_sound).select("row", "capture_path", "sha256", "taken_at")
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


def accepted_derivatives(captures: pl.DataFrame, states: pl.DataFrame) -> pl.DataFrame:
    """`row`, `id` and `sha256` of every derivative of the accepted, sorted."""
    accepted = states.filter(pl.col("state") == EnrolmentState.ACCEPTED)
    used = captures.filter(pl.col("state") == CaptureState.USED).select("row", "derivatives")
    made = used.join(accepted, on="row", how="semi", maintain_order="left").explode("derivatives")
    return made.drop_nulls("derivatives").unnest("derivatives").sort("row", "id")


# -- what is new ---------------------------------------------------------------------------------------------


def record_digests(tables: Mapping[str, pl.DataFrame], derivatives: pl.DataFrame) -> pl.DataFrame:
    """`row` and `record_sha256`: the digest of all that a bundle holds of an enrolment, pictures included."""
    lines = pl.struct(pl.exclude("row")).struct.json_encode()
    digests = pl.concat(frame.select("row", line=lines) for frame in (*tables.values(), derivatives))
    whole = digests.group_by("row", maintain_order=True).agg(pl.col("line").str.join("\n"))
    sha = [hashlib.sha256(line.encode()).hexdigest() for line in whole["line"]]
    return whole.select("row", record_sha256=pl.Series(sha, dtype=pl.String)).sort("row")
