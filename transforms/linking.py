"""Which enrolment a capture shows: a link only where every piece of evidence allows one and the same.

Evidence is gathered in `claims`, times are compared in `moments`, naming is held against order in `slips`;
here it is judged. What does not fit is a reason. Time may take a link away, but never gives it to another.
"""

import hashlib
from typing import NamedTuple

import polars as pl

from schemas.capture import KINDS, LINKS, NOBODYS, ORDER, SLIPS
from schemas.clock import CLOCKS
from schemas.reasons import Reason
from schemas.rules_of_day import Linking
from transforms.claims import OBJECTION, Claims, gather_claims
from transforms.masks import MASKED
from transforms.moments import read_moments
from transforms.slips import find_slips

EMPTY_SHA256 = hashlib.sha256(b"").hexdigest()
"""Files of no bytes are damaged copies, not identical pictures."""

CLASS = ("unit_name", "class_name")
OUT_OF_ORDER = "与名册顺序不一致"

NONE_OUTSIDE = pl.Series("row", dtype=pl.UInt32)


class Linked(NamedTuple):
    """What linking says of a day.

    `links` has one line per capture (LINKS); `candidates` every capture_path and row it may belong to;
    `holders` (line, row) the log lines that name exactly one enrolment; `clocks` (CLOCKS) how the cameras'
    clocks were read; `slips` (SLIPS) where names do not follow the order.
    """

    links: pl.DataFrame
    candidates: pl.DataFrame
    holders: pl.DataFrame
    clocks: pl.DataFrame = pl.DataFrame(schema=CLOCKS)
    slips: pl.DataFrame = pl.DataFrame(schema=SLIPS)


def link(
    captures: pl.DataFrame,
    log: pl.DataFrame,
    roster: pl.DataFrame,
    rules: Linking,
    outside: pl.Series = NONE_OUTSIDE,
) -> Linked:
    """Each capture, in the order of `captures`, with its roster row or the reason why it has none.

    `outside` are the rows of enrolments that are not to be captured.
    """
    timing = read_moments(captures, log, rules)
    evidence = gather_claims(captures, log, roster, rules, timing)
    rows = of_expected_enrolment(evidence.rows, roster, outside)
    slips = find_slips(
        captures, log, evidence.named, timing.moments, evidence.holders, slip_min=rules.slip_min.value
    )
    judged = judge(captures.select("capture_path", "sha256"), evidence, rows)
    doubted = judged.pipe(doubt_slips, slips.doubtful).pipe(doubt_shared_pictures)
    links = doubted.pipe(with_order, captures, roster)
    candidates = rows.select("capture_path", "row").unique().sort("capture_path", "row")
    told = links.select(pl.col(name).cast(dtype) for name, dtype in LINKS.items())
    return Linked(told, candidates, evidence.holders, timing.clocks, slips.spans)


def of_expected_enrolment(rows: pl.DataFrame, roster: pl.DataFrame, outside: pl.Series) -> pl.DataFrame:
    """Claims that fit several enrolments of a person fit the expected ones alone, where there are any.

    It is one person's face whichever is meant, and only they are to be captured.
    """
    people = roster.select("row", "document_no", is_outside=pl.col("row").is_in(outside.implode()))
    whose = rows.join(people, on="row", how="left", validate="m:1", maintain_order="left")
    has_expected = (~pl.col("is_outside")).any().over("capture_path", "claim", "document_no")
    is_moot = pl.col("is_outside") & has_expected & pl.col("document_no").is_not_null()
    return whose.filter(~is_moot).select("capture_path", "claim", "row")


def judge(captures: pl.DataFrame, evidence: Claims, rows: pl.DataFrame) -> pl.DataFrame:
    """`captures` with `row` or `code`, and what speaks for and against.

    Linked when exactly one row fits every claim. Several such rows are ambiguous; none, though some claim
    fits somebody, is a contradiction; if no claim fits anybody it is a stranger's, without a claim nobody's.
    """
    told = told_of(evidence.claims)
    fitting = fitting_all(rows, told)
    judged = captures.join(told, on="capture_path", how="left", validate="1:1", maintain_order="left").join(
        fitting, on="capture_path", how="left", validate="1:1", maintain_order="left"
    )
    is_known = pl.col("capture_path").is_in(rows["capture_path"].implode())
    linked = (pl.col("fitting") == 1).fill_null(False)
    ambiguous = pl.when("is_masked").then(pl.lit(Reason.MASK_NOT_UNIQUE.value))
    code = (
        pl.when(pl.col("claims").is_null()).then(pl.lit(Reason.NO_EVIDENCE.value))
        .when(linked).then(None)
        .when(pl.col("fitting") > 1).then(ambiguous.otherwise(pl.lit(Reason.LINK_AMBIGUOUS.value)))
        .when(is_known | pl.col("is_objected")).then(pl.lit(Reason.EVIDENCE_CONTRADICTS.value))
        .otherwise(pl.lit(Reason.STRANGER.value))
    )  # fmt: skip
    against = pl.when(code == Reason.EVIDENCE_CONTRADICTS).then("evidence")
    return judged.with_columns(row=pl.when(linked).then("row"), code=code, contradicts=against)


def told_of(claims: pl.DataFrame) -> pl.DataFrame:
    """What is claimed of each capture: how many `claims`, in which words, of which kinds."""
    return claims.group_by("capture_path", maintain_order=True).agg(
        claims=pl.col("claim").n_unique(),
        evidence=pl.col("says").unique(maintain_order=True).str.join("；"),
        supports=pl.col("kind").filter(pl.col("kind").is_in(KINDS)).unique().sort().str.join("+"),
        is_masked=pl.col("claim").str.ends_with(f":{MASKED}").any(),
        is_objected=(pl.col("kind") == OBJECTION).any(),
    )


def fitting_all(rows: pl.DataFrame, told: pl.DataFrame) -> pl.DataFrame:
    """`capture_path`, how many rows are `fitting` all its claims, and the first of them."""
    counted = told.select("capture_path", "claims")
    support = rows.group_by("capture_path", "row", maintain_order=True).agg(
        support=pl.col("claim").n_unique()
    )
    every = support.join(counted, on="capture_path", how="left", validate="m:1", maintain_order="left")
    return (
        every.filter(pl.col("support") == pl.col("claims"))
        .group_by("capture_path", maintain_order=True)
        .agg(fitting=pl.len(), row=pl.col("row").min())
    )


# -- what takes a link away ----------------------------------------------------------------------------------


def doubt_slips(linked: pl.DataFrame, doubtful: pl.DataFrame) -> pl.DataFrame:
    """Take the link from everything that an order slip puts in doubt; what is nobody's stays so."""
    slipped = linked.join(doubtful, on="capture_path", how="left", validate="1:1", maintain_order="left")
    nobodys = [reason.value for reason in NOBODYS]
    is_slipped = pl.col("says").is_not_null() & ~pl.col("code").is_in(nobodys).fill_null(False)
    return slipped.with_columns(
        row=pl.when(~is_slipped).then("row"),
        code=pl.when(is_slipped).then(pl.lit(Reason.ORDER_SLIP.value)).otherwise("code"),
        evidence=pl.when(is_slipped).then(pl.format("{}；{}", "says", "evidence")).otherwise("evidence"),
        contradicts=pl.when(is_slipped).then("says").otherwise("contradicts"),
    ).drop("says")  # fmt: skip


def doubt_shared_pictures(linked: pl.DataFrame) -> pl.DataFrame:
    """Take the link from captures of identical bytes whose evidence does not agree on one row.

    A copy of which nothing is known does not speak against the others.
    """
    silent = pl.col("code").eq_missing(pl.lit(Reason.NO_EVIDENCE.value))
    answer = pl.when(~silent).then(pl.coalesce(pl.col("row").cast(pl.String), "code"))
    shared = answer.drop_nulls().n_unique().over("sha256") > 1
    is_picture = pl.col("sha256").ne_missing(pl.lit(EMPTY_SHA256)) & pl.col("sha256").is_not_null()
    doubtful = shared & is_picture & pl.col("row").is_not_null()
    return linked.with_columns(
        row=pl.when(~doubtful).then("row"),
        code=pl.when(doubtful).then(pl.lit(Reason.CAPTURE_SHARED.value)).otherwise("code"),
        contradicts=pl.when(doubtful).then(pl.lit("同一张照片还对应另一名学生")).otherwise("contradicts"),
    )


# -- the order of the roster ---------------------------------------------------------------------------------


def with_order(linked: pl.DataFrame, captures: pl.DataFrame, roster: pl.DataFrame) -> pl.DataFrame:
    """Links that stand between their classmates as the roster has them are supported by that too.

    The order is by student number within the class (S1), and classes come in any order; it makes no link and
    takes none away.
    """
    seated = in_sequence(linked, captures, roster)
    before, after = (pl.col("place").shift(step).over("camera_name", *CLASS) for step in (1, -1))
    is_alone = before.is_null() & after.is_null()
    follows = (before <= pl.col("place")).fill_null(True) & (pl.col("place") <= after).fill_null(True)
    told = seated.select("capture_path", follows=pl.when(~is_alone).then(follows))
    joined = linked.join(told, on="capture_path", how="left", validate="1:1", maintain_order="left")
    is_out = (~pl.col("follows")).fill_null(False)
    said = pl.when("follows").then(pl.lit("；与名册顺序一致")).when(is_out).then(pl.lit("；" + OUT_OF_ORDER))
    added = pl.when("follows").then(pl.lit(f"+{ORDER}")).otherwise(pl.lit(""))
    return joined.with_columns(
        evidence=pl.col("evidence") + said.otherwise(pl.lit("")),
        supports=pl.col("supports") + added,
        contradicts=pl.when(is_out).then(pl.lit(OUT_OF_ORDER)).otherwise("contradicts"),
    )


def in_sequence(linked: pl.DataFrame, captures: pl.DataFrame, roster: pl.DataFrame) -> pl.DataFrame:
    """Linked captures as each camera took them, with the `place` of their student in the roster's order."""
    places = roster.sort("student_no", "row", nulls_last=True).select(
        "row", *CLASS, place=pl.int_range(pl.len(), dtype=pl.Int64)
    )
    shots = captures.select("capture_path", "camera_name", "taken_at")
    rows = linked.filter(pl.col("row").is_not_null()).select("capture_path", "row")
    return (
        rows.join(shots, on="capture_path", how="left", validate="1:1", maintain_order="left")
        .join(places, on="row", how="left", validate="m:1", maintain_order="left")
        .filter(pl.col("taken_at").is_not_null())
        .sort("camera_name", "taken_at", "capture_path")
    )
