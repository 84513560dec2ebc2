"""What stands on the sheets that leave the office, from what a run said and what was sealed. No ID number."""

from collections.abc import Collection

import polars as pl
import polars.selectors as cs

from schemas.audit import EnrolmentState
from schemas.reasons import Reason, Severity
from schemas.sheets import AWAIT, AWAIT_ADVICE, FACELESS, FACES, RECALLS, TURNS, turn_of
from schemas.titles import STATES

NO_UNIT, NO_CLASS = "未注明学院", "未分班"
NOT_SEALED, REFUSED = "合格，尚未上报", "退片"
LAST = 4
"""So many characters of a document's number are shown, of numbers at least twice as long."""
BETWEEN = "；"
PERSON = ("unit_name", "class_name", "student_no", "name")

_TURN = {reason.value: turn_of(reason) for reason in Reason}
_SAID = {reason.value: reason.text.zh for reason in Reason}
_FIX = {reason.value: AWAIT_ADVICE.zh if _TURN[reason.value] == AWAIT else reason.fix.zh for reason in Reason}
_WORDS = {state: text.zh for state, text in STATES.items()}


def in_order(enrolments: pl.DataFrame) -> pl.DataFrame:
    """Units and classes in the order in which the roster has them, within a class by student number."""
    first = pl.col("row").min()
    places = (first.over("unit_name"), first.over("unit_name", "class_name"))
    ordered = enrolments.sort(*places, "student_no", "row", nulls_last=True)
    return ordered.with_columns(
        pl.col("unit_name").fill_null(NO_UNIT), pl.col("class_name").fill_null(NO_CLASS)
    )


def recalls(enrolments: pl.DataFrame, findings: pl.DataFrame) -> pl.DataFrame:
    """Who is missing, rejected or called again (RECALLS), a student with several roster rows once.

    `findings` has row, code, severity, seen and waived.
    """
    calls = _calls(findings)
    refused = calls.filter(pl.col("code") == Reason.REFUSED_BY_VENDOR)["row"]
    left_out = pl.col("state").is_in([EnrolmentState.MISSING, EnrolmentState.REJECTED])
    is_refused = pl.col("row").is_in(refused.implode()) & (pl.col("state") == EnrolmentState.ACCEPTED)
    people = in_order(enrolments.filter(left_out | is_refused))
    lines = people.join(calls, on="row", how="left", validate="1:m", maintain_order="left")
    told = lines.with_columns(
        turn=pl.col("code").replace_strict(_TURN, return_dtype=pl.String).fill_null(AWAIT),
        said=_said_of_call(),
        fix=pl.col("code").replace_strict(_FIX, return_dtype=pl.String),
        state=pl.col("state").replace(_WORDS | {EnrolmentState.ACCEPTED.value: REFUSED}),
    )
    each = told.group_by(_person().alias("person"), maintain_order=True).agg(
        pl.col(*PERSON).first(),
        turns=pl.concat_str(*(_asked(turn) for turn in TURNS), separator="、", ignore_nulls=True),
        state=_all_of("state"),
        reasons=_all_of("said"),
        advice=_all_of("fix"),
    )
    return _shaped(each, RECALLS)


def _said_of_call() -> pl.Expr:
    """A reason in words; of a retake that a person asked for, why."""
    said = pl.col("code").replace_strict(_SAID, return_dtype=pl.String)
    return pl.concat_str(said, "because", separator="：", ignore_nulls=True)


def _asked(turn: str) -> pl.Expr:
    """The turn in words, where a student has a reason for it."""
    return pl.when((pl.col("turn") == turn).any()).then(pl.lit(TURNS[turn].zh))


def _all_of(column: str) -> pl.Expr:
    return pl.col(column).drop_nulls().unique(maintain_order=True).str.join(BETWEEN)


def _calls(findings: pl.DataFrame) -> pl.DataFrame:
    """What keeps somebody out or calls them again, each once, the most urgent first: row, code, because."""
    urgency = pl.col("code").replace_strict(_TURN, return_dtype=pl.Enum(list(TURNS)))
    is_call = (pl.col("severity") == Severity.BLOCK) | (pl.col("code") == Reason.REFUSED_BY_VENDOR)
    because = pl.when(pl.col("code") == Reason.RETAKE_ASKED).then("seen").alias("because")
    calls = findings.filter(is_call & pl.col("waived").is_null()).drop_nulls("row")
    told = calls.select("row", "code", because)
    return told.sort("row", urgency, "code").unique(maintain_order=True)


def faces(
    enrolments: pl.DataFrame, sealed: pl.DataFrame, people: pl.DataFrame, looks: pl.DataFrame
) -> pl.DataFrame:
    """Whose photo is accepted and sealed (FACES, and `told_sha256`).

    `sealed` is what the ledger knows: student_no, photo_sha256. `people` is what the bundles say:
    student_no, document_no, name, photo_sha256 (becomes `told_sha256`) and further. `looks` says of all the
    accepted where a link rests on little: student_no and look.
    """
    accepted = in_order(enrolments.filter(state=EnrolmentState.ACCEPTED))
    known = people.drop_nulls("student_no").select(
        "student_no", "further", last_four=_last_four(), sealed_name="name", told_sha256="photo_sha256"
    )
    lines = accepted.drop("photo_sha256").join(
        sealed.select("student_no", "photo_sha256"),
        on="student_no", how="inner", validate="1:1", maintain_order="left",
    )  # fmt: skip
    for more in (known, _telling(looks)):
        lines = lines.join(more, on="student_no", how="left", validate="1:1", maintain_order="left")
    named = lines.with_columns(name=pl.coalesce("sealed_name", "name"))
    return _shaped(named, FACES | {"told_sha256": pl.String})


def _telling(looks: pl.DataFrame) -> pl.DataFrame:
    """Where to look twice: nowhere, where the same is said of everybody, as links are known that day."""
    same = looks["look"].n_unique() == 1
    kept = pl.lit(None, pl.String) if same else pl.col("look")
    return looks.drop_nulls("student_no").select("student_no", look=kept)


def faceless(enrolments: pl.DataFrame, findings: pl.DataFrame, sealed: pl.Series) -> pl.DataFrame:
    """Who is expected and has no photo to show (FACELESS); `sealed` are the student numbers in bundles."""
    is_shown = pl.col("student_no").is_in(sealed.implode()) & (pl.col("state") == EnrolmentState.ACCEPTED)
    others = enrolments.filter(~is_shown.fill_null(False) & (pl.col("state") != EnrolmentState.INELIGIBLE))
    said = pl.col("code").replace_strict(_SAID, return_dtype=pl.String)
    reasons = _calls(findings).group_by("row", maintain_order=True).agg(reasons=said.str.join(BETWEEN))
    lines = in_order(others).join(reasons, on="row", how="left", validate="m:1", maintain_order="left")
    lines = lines.unique(_person(), keep="first", maintain_order=True)
    words = _WORDS | {EnrolmentState.ACCEPTED.value: NOT_SEALED}
    return _shaped(lines.with_columns(pl.col("state").replace(words)), FACELESS)


def marked(lines: pl.DataFrame, lacking: Collection[str], mark: str) -> pl.DataFrame:
    """The lines with a mark for every character that cannot be printed."""
    texts = cs.by_name(*PERSON)
    return lines.with_columns(texts.str.replace_many(list(lacking), [mark] * len(lacking)))


def _person() -> pl.Expr:
    """Whom a roster row is about: who has no student number stands for himself."""
    return pl.coalesce("student_no", pl.format("row {}", "row"))


def _last_four() -> pl.Expr:
    number = pl.col("document_no")
    return pl.when(number.str.len_chars() >= 2 * LAST).then(number.str.tail(LAST))


def _shaped(lines: pl.DataFrame, schema: dict[str, type[pl.DataType]]) -> pl.DataFrame:
    """The columns of a schema; what looks like an ID number in what people wrote is masked."""
    shaped = lines.select(pl.col(column).cast(kind) for column, kind in schema.items())
    texts = cs.by_name(*PERSON)
    return shaped.with_columns(texts.str.replace_all(r"\d{11,14}(\d{3}[\dXx])", "**${1}"))
