"""Lists that come back after a bundle was sent: who is meant in them, which cases they open and which end."""

from datetime import date, timedelta

import polars as pl

from schemas.feedback import (
    CASES,
    COMPLAINT,
    FLAGS,
    OPENED,
    PLATFORM,
    UNFLAGGED,
    VENDOR,
    VENDOR_SAYS,
    CaseKind,
)
from schemas.reasons import Reason
from schemas.rules_of_day import Feedback
from transforms.text import null_if_empty, squeeze, tidy_document_no, tidy_name, tidy_number

IS_REGISTERED = r"^(已|有$|是$)"
"""How the columns of registration and photo say that the platform has the photo."""


# -- who is meant --------------------------------------------------------------------------------------------


def tidied(cells: pl.DataFrame) -> pl.DataFrame:
    """A list's lines, all text, with numbers, names and texts tidied."""
    texts = [name for name in cells.columns if name not in {"row", "student_no", "document_no", "name"}]
    return cells.with_columns(
        tidy_number(pl.col("student_no")),
        tidy_document_no(pl.col("document_no")),
        tidy_name(pl.col("name")),
        *(null_if_empty(squeeze(pl.col(name))) for name in texts),
    )


def identified(lines: pl.DataFrame, roster: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """The lines with `student`, the student number of whom each means, or why that is in `doubt` (DOUBTS).

    `roster` has student_no, document_no and name; `known` student_no, and document_no where it is told, of
    whoever else the ledger knows.
    """
    people = _people(roster, known)
    holders = people.drop_nulls("document_no").filter(pl.col("document_no").is_unique())
    by_document = holders.select("document_no", holder="student_no")
    found = lines.join(
        people.select("student_no", "document_no", is_known=True).rename({"document_no": "own_no"}),
        on="student_no", how="left", validate="m:1", maintain_order="left",
    ).join(by_document, on="document_no", how="left", validate="m:1", maintain_order="left")  # fmt: skip
    meant = pl.when(pl.col("is_known")).then("student_no").otherwise("holder")
    named = people.select(student="student_no", own_name="name")
    told = found.with_columns(student=meant).join(
        named, on="student", how="left", validate="m:1", maintain_order="left"
    )
    doubt = told.with_columns(doubt=_doubt())
    return doubt.with_columns(student=pl.when(pl.col("doubt").is_null()).then("student")).select(
        *lines.columns, "student", "doubt", "own_name"
    )


def _people(roster: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """Everybody once, the roster's first; of a number in two rows it cannot be said who is meant."""
    once = roster.filter(pl.col("student_no").is_not_null() & pl.col("student_no").is_unique())
    others = known.join(roster, on="student_no", how="anti", maintain_order="left")
    columns = ["student_no", "document_no", "name"]
    named = others.with_columns(name=pl.lit(None, pl.String)).select(columns)
    return pl.concat([once.select(columns), named.unique("student_no", keep="first", maintain_order=True)])


def _doubt() -> pl.Expr:
    """Why it is open who is meant; a masked number or name contradicts nobody."""
    number, given = pl.col("document_no"), pl.col("name")
    other_holder = pl.col("holder") != pl.col("student")
    other_number = (number != pl.col("own_no")) & ~number.str.contains("*", literal=True)
    other_name = (given != pl.col("own_name")) & ~given.str.contains("*", literal=True)
    is_nobody = pl.col("student_no").is_null() & number.is_null()
    return (
        pl.when(is_nobody).then(pl.lit("nobody"))
        .when(pl.col("student").is_null()).then(pl.lit("unknown"))
        .when(other_holder | other_number).then(pl.lit("contradicts"))
        .when(other_name).then(pl.lit("name"))
    )  # fmt: skip


# -- what is said --------------------------------------------------------------------------------------------


def with_codes(lines: pl.DataFrame, kind: CaseKind) -> pl.DataFrame:
    """The lines with the `code` of the case that each asks for (null for none) and what is `said`.

    A flag of the platform that is not known is a doubt.
    """
    if kind == PLATFORM:
        flags = {text: reason.value for text, reason in FLAGS.items()}
        code = pl.col("flag").replace_strict(flags, default=None, return_dtype=pl.String)
        is_unread = pl.col("flag").is_not_null() & code.is_null() & ~pl.col("flag").is_in(UNFLAGGED)
        doubt = pl.when(pl.col("doubt").is_null() & is_unread).then(pl.lit("flag")).otherwise("doubt")
        return lines.with_columns(code=code, said="flag", doubt=doubt)
    if kind == VENDOR:
        return lines.with_columns(code=_vendors_code())
    said = pl.concat_str(["said_on", "said"], separator=" ", ignore_nulls=True)
    return lines.with_columns(code=pl.lit(Reason.COMPLAINED_OF.value), said=said)


def _vendors_code() -> pl.Expr:
    """Our reason where the vendor's words are known, else that the photo was refused."""
    code = pl.lit(Reason.REFUSED_BY_VENDOR.value)
    for words, reason in VENDOR_SAYS.items():
        code = (
            pl.when(pl.col("said").str.contains(words, literal=True))
            .then(pl.lit(reason.value))
            .otherwise(code)
        )
    return code


def registered_in(lines: pl.DataFrame) -> pl.Series:
    """Whose photo the platform has, as a list of it says."""
    has = pl.any_horizontal(
        pl.col(name).str.contains(IS_REGISTERED).fill_null(False) for name in ("registration", "photo")
    )
    return _students(lines.filter(has))


def students_in(lines: pl.DataFrame) -> pl.Series:
    """Everybody whom the lines mean."""
    return _students(lines)


def _students(lines: pl.DataFrame) -> pl.Series:
    return lines["student"].drop_nulls().unique().sort().alias("student_no")


# -- cases ---------------------------------------------------------------------------------------------------


def to_open(lines: pl.DataFrame, kind: CaseKind, open_cases: pl.DataFrame) -> pl.DataFrame:
    """New cases (OPENED without due_on), one for each student and reason that has none open."""
    asked = lines.filter(pl.col("doubt").is_null()).drop_nulls(["student", "code"])
    parts = pl.col("said").str.split(pl.col("own_name"))
    without_name = pl.when(pl.col("own_name") != "").then(parts.list.join("本人")).otherwise("said")
    new = asked.select(kind=pl.lit(kind), student_no="student", code="code", said=without_name)
    once = new.unique(["student_no", "code"], keep="first", maintain_order=True)
    return once.join(open_cases, on=["kind", "student_no", "code"], how="anti", maintain_order="left")


def to_end(lines: pl.DataFrame, open_cases: pl.DataFrame) -> pl.DataFrame:
    """The platform's cases (`case_id`) whose students stand in a later list without their flag."""
    here = lines.filter(pl.col("doubt").is_null()).drop_nulls("student")
    doubtful = lines.filter(pl.col("doubt") == "flag").drop_nulls("student")
    flagged = here.drop_nulls("code").select(student_no="student", code="code")
    mine = open_cases.filter(
        (pl.col("kind") == PLATFORM) & pl.col("student_no").is_in(_students(here).implode())
    )
    mine = mine.filter(~pl.col("student_no").is_in(_students(doubtful).implode()))
    return mine.join(flagged, on=["student_no", "code"], how="anti", maintain_order="left").select("case_id")


def with_due(opened: pl.DataFrame, sealed: pl.DataFrame, wait: Feedback | None, today: date) -> pl.DataFrame:
    """New cases with `due_on`: when their students' feedback is due, but not before there was time for them.

    `sealed` has student_no and sealed_on, the day on which the student's latest record was sealed.
    """
    if wait is None:
        return opened.with_columns(due_on=pl.lit(None, pl.String)).select(OPENED)
    at_least = pl.lit(today + timedelta(days=wait.case_days.value))
    answer = pl.col("sealed_on") + timedelta(days=wait.wait_days.value)
    due = pl.max_horizontal(answer, at_least).dt.to_string("%Y-%m-%d")
    joined = opened.join(sealed, on="student_no", how="left", validate="m:1", maintain_order="left")
    return joined.with_columns(due_on=due).select(OPENED)


def awaited(
    sealed: pl.DataFrame, seen: pl.Series, registered: pl.Series, wait: Feedback | None
) -> pl.DataFrame:
    """Who was sealed and stands in no list of the platform yet: student_no, due_on."""
    if wait is None:
        return pl.DataFrame(schema={"student_no": pl.String, "due_on": pl.Date})
    answered = pl.concat([seen, registered]).implode()
    waiting = sealed.filter(~pl.col("student_no").is_in(answered))
    return waiting.select("student_no", due_on=pl.col("sealed_on") + timedelta(days=wait.wait_days.value))


FOLLOW_UPS: dict[str, type[pl.DataType]] = {
    "unit_name": pl.String,
    "student_no": pl.String,
    "name": pl.String,
    "case_id": pl.Int64,  # null for feedback that did not come
    "kind": pl.String,
    "code": pl.String,
    "said": pl.String,
    "opened_on": pl.String,
    "due_on": pl.String,
    "is_overdue": pl.Boolean,
    "is_registered": pl.Boolean,
}
"""One line for everything that somebody has to see to."""
AWAITED = "awaited"
"""The kind of a line for feedback that is due and did not come."""


def to_do(
    open_cases: pl.DataFrame,
    waiting: pl.DataFrame,
    people: pl.DataFrame,
    registered: pl.Series,
    *,
    today: date,
) -> pl.DataFrame:
    """What is open, and whose feedback is overdue (FOLLOW_UPS), by unit and student.

    `people` has student_no, unit_name and name.
    """
    overdue = waiting.filter(pl.col("due_on") < today).with_columns(pl.col("due_on").dt.to_string("%Y-%m-%d"))
    lines = pl.concat(
        [
            open_cases.with_columns(opened_on=pl.col("opened_at").str.head(10)),
            overdue.with_columns(kind=pl.lit(AWAITED)),
        ],
        how="diagonal",
    )
    told = lines.join(
        people, on="student_no", how="left", validate="m:1", maintain_order="left"
    ).with_columns(
        is_overdue=(pl.col("due_on") < today.isoformat()).fill_null(False),
        is_registered=pl.col("student_no").is_in(registered.implode()),
    )
    return told.select(pl.col(name).cast(kind) for name, kind in FOLLOW_UPS.items()).sort(
        "unit_name", "student_no", "case_id", nulls_last=True
    )


def by_unit(lines: pl.DataFrame) -> pl.DataFrame:
    """FOLLOW_UPS by unit: `platform`, `vendor`, `complaint`, `awaited`, and how many are `overdue`."""
    kinds = {kind: (pl.col("kind") == kind).sum() for kind in (PLATFORM, VENDOR, COMPLAINT, AWAITED)}
    return (
        lines.group_by("unit_name")
        .agg(**kinds, overdue=pl.col("is_overdue").sum())
        .sort("unit_name", nulls_last=True)
    )


NO_CASES = pl.DataFrame(schema=CASES)
