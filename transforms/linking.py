"""Which enrolment a capture shows: by what the log says of its file or moment, and by the file's own name.

Every piece of evidence is a *claim*. A capture is linked only when all its claims allow one and the same
roster row; anything else is a reason. Keys are compared exactly.
"""

import hashlib
from typing import NamedTuple

import polars as pl

from schemas.capture import LINKS
from schemas.profile import Linking
from schemas.reasons import Reason
from transforms.captures import file_of

NOT_READ = "*"
"""A number that the reader shows in part only (capture codes since 2022) identifies nobody."""

EMPTY_SHA256 = hashlib.sha256(b"").hexdigest()
"""Files of no bytes are damaged copies, not identical pictures."""

KEY_CLAIM_MIN = 8
"""A file name's part of fewer characters is a counter, not a student's number."""

ID_NUMBER_STEM = r"^([0-9]{15}|[0-9]{17}[0-9X])$"

LINES: dict[str, pl.DataType | type[pl.DataType]] = {"line": pl.UInt32, "capture_path": pl.String}
CLAIMS: dict[str, pl.DataType | type[pl.DataType]] = {
    "capture_path": pl.String,
    "claim": pl.String,
    "key": pl.String,
    "says": pl.String,
}
"""`claim` identifies one piece of evidence, `key` the student's number it gives, `says` the sentence."""


class Linked(NamedTuple):
    """`links` has one line per capture (LINKS); `candidates` every capture_path and row it may belong to."""

    links: pl.DataFrame
    candidates: pl.DataFrame


def link(captures: pl.DataFrame, log: pl.DataFrame, roster: pl.DataFrame, rules: Linking) -> Linked:
    """Each capture, in the order of `captures`, with its roster row or the reason why it has none."""
    claims = gather_claims(captures, log, roster, rules)
    rows = claimed_rows(claims, roster, rules)
    linked = captures.select("capture_path", "sha256").join(
        judge(claims, rows), on="capture_path", how="left", validate="1:1", maintain_order="left"
    )
    unclaimed = pl.col("row").is_null() & pl.col("code").is_null()
    settled = linked.with_columns(
        code=pl.when(unclaimed).then(pl.lit(Reason.NO_EVIDENCE.value)).otherwise(pl.col("code"))
    )
    links = settled.pipe(doubt_shared_pictures)
    candidates = rows.select("capture_path", "row").unique().sort("capture_path", "row")
    return Linked(links.select(pl.col(name).cast(dtype) for name, dtype in LINKS.items()), candidates)


# -- claims --------------------------------------------------------------------------------------------------


def gather_claims(
    captures: pl.DataFrame, log: pl.DataFrame, roster: pl.DataFrame, rules: Linking
) -> pl.DataFrame:
    """Everything that says who a capture shows, one line a claim (CLAIMS)."""
    named = log_lines_by_file(captures, log)
    at_moment = log_lines_by_moment(captures, log, rules.moment_max_s.value)
    told = [
        log_claims(named, captures, log, "日志写明此文件"),
        log_claims(at_moment, captures, log, "按时间对应"),
        file_name_claims(captures, roster, rules),
    ]
    return pl.concat(told).sort("capture_path", "claim", "key")


def log_lines_by_file(captures: pl.DataFrame, log: pl.DataFrame) -> pl.DataFrame:
    """`line` and `capture_path` where a log line names the file, compared without case, at its camera.

    Of several files that differ in case only, the line speaks for the one that is written as it says.
    """
    folded = pl.col("file_name").str.to_lowercase().alias("folded")
    files = captures.select("capture_path", "camera_name", folded, file="file_name")
    lines = (
        log.filter(pl.col("file_name").is_not_null())
        .with_columns(file_of(pl.col("file_name").str.replace_all(r"\\", "/")))
        .select("line", "camera_name", folded, named="file_name")
    )
    matched = lines.join(
        files, on=["camera_name", "folded"], how="inner", validate="m:m", maintain_order="left_right"
    )
    return matched.filter((pl.len().over("line") == 1) | (pl.col("file") == pl.col("named"))).select(
        list(LINES)
    )


def log_lines_by_moment(captures: pl.DataFrame, log: pl.DataFrame, within_s: float) -> pl.DataFrame:
    """`line` and `capture_path` where a card was read at the camera, at most `within_s` before the shot.

    Only lines without a file name speak by their moment, and only for the first shot after them: a second one
    may be somebody else's. A line whose student was not shot before the next card was read speaks for that
    next shot too, so that the two contradict each other.
    """
    lines = log.filter(pl.col("file_name").is_null() & pl.col("logged_at").is_not_null()).select(
        "line", "camera_name", "logged_at"
    )
    shots = captures.filter(pl.col("taken_at").is_not_null()).select(
        "capture_path", "camera_name", "taken_at"
    )
    first = (
        lines.sort("logged_at", "line")
        .join_asof(
            shots.sort("taken_at", "capture_path"), left_on="logged_at", right_on="taken_at",
            by="camera_name", strategy="forward", tolerance=f"{int(within_s * 1000)}ms",
            check_sortedness=False,
        )
        .filter(pl.col("capture_path").is_not_null())
    )  # fmt: skip
    return first.sort("line").select(list(LINES))


def log_claims(matched: pl.DataFrame, captures: pl.DataFrame, log: pl.DataFrame, how: str) -> pl.DataFrame:
    """Log lines as claims on the captures they match, one for each number of a line; they may contradict.

    A line without any number is a claim that fits nobody: a card was read, but not whose.
    """
    seconds = (pl.col("taken_at") - pl.col("logged_at")).dt.total_seconds()
    after = pl.when(seconds >= 0).then(pl.format("，{} 秒后拍摄", seconds)).otherwise(pl.lit(""))
    at = pl.col("logged_at").dt.to_string("%H:%M:%S")
    told = (
        matched.join(log_keys(log), on="line", how="left", validate="m:m", maintain_order="left_right")
        .join(captures.select("capture_path", "taken_at"), on="capture_path", how="left", validate="m:1",
              maintain_order="left")
        .select(
            "capture_path",
            claim=pl.format("log:{}:{}", "line", pl.col("key").fill_null("")),
            key="key",
            says=pl.format("{} 刷卡{}，" + how, at.fill_null("时间不明"), after.fill_null("")),
        )
    )  # fmt: skip
    return told.select(pl.col(name).cast(dtype) for name, dtype in CLAIMS.items())


def log_keys(log: pl.DataFrame) -> pl.DataFrame:
    """`line`, `logged_at` and `key`: the numbers that a log line gives, null for a line that gives none."""
    whole = ~pl.col("document_no").str.contains(NOT_READ, literal=True)
    numbers = pl.concat_list("student_no", pl.when(whole).then("document_no"))
    return log.select(
        "line", "logged_at", key=numbers.list.drop_nulls().list.unique(maintain_order=True)
    ).explode("key", empty_as_null=True)


def file_name_claims(captures: pl.DataFrame, roster: pl.DataFrame, rules: Linking) -> pl.DataFrame:
    """File names that carry a student's number, as claims; the day of the shot is none, whoever has it.

    A name that is an ID number as a whole is a claim even if no student has it: the file was named after
    somebody.
    """
    stems = captures.select(
        "capture_path",
        stem=pl.col("file_name").str.replace(r"\.[^.]*$", "").str.to_uppercase(),
        day=pl.col("taken_at").dt.to_string("%Y%m%d"),
    )
    known = student_keys(roster, rules).select("key").unique(maintain_order=True)
    parts = stems.with_columns(key=stem_parts(pl.col("stem"))).explode("key")
    named = parts.join(known, on="key", how="semi", maintain_order="left")
    strange = stems.filter(pl.col("stem").str.contains(ID_NUMBER_STEM)).with_columns(key="stem")
    return (
        pl.concat([named, strange])
        .filter((pl.col("key").str.len_chars() >= KEY_CLAIM_MIN) & pl.col("key").ne_missing(pl.col("day")))
        .unique(["capture_path", "key"], keep="first", maintain_order=True)
        .select("capture_path", claim=pl.format("name:{}", "key"), key="key", says=pl.lit("文件名含学生号码"))
    )


def stem_parts(stem: pl.Expr) -> pl.Expr:
    """A file name's parts between blanks, dashes and underscores, upper case.

    >>> pl.select(stem_parts(pl.lit("401019000001_张三-2"))).item().to_list()
    ['401019000001', '张三', '2']
    """
    return stem.str.to_uppercase().str.replace_all(r"[\s_\-()（）]+", " ").str.strip_chars().str.split(" ")


# -- from claims to rows -------------------------------------------------------------------------------------


def student_keys(roster: pl.DataFrame, rules: Linking) -> pl.DataFrame:
    """`key` and `row`: every number that may stand for an enrolment."""
    return pl.concat(
        roster.filter(pl.col(column).is_not_null()).select("row", key=pl.col(column))
        for column in rules.file_name_keys
    ).unique(maintain_order=True)


def claimed_rows(claims: pl.DataFrame, roster: pl.DataFrame, rules: Linking) -> pl.DataFrame:
    """`capture_path`, `claim` and every roster `row` that the claim's key fits."""
    return claims.join(
        student_keys(roster, rules), on="key", how="inner", validate="m:m", maintain_order="left_right"
    ).select("capture_path", "claim", "row")


def judge(claims: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """`capture_path`, `row` or `code`, and `evidence`, for every capture that anything claims.

    Linked when exactly one row fits every claim. Several such rows are ambiguous; none, though some claim
    fits somebody, is a contradiction; when no claim fits anybody it is a stranger's.
    """
    told = claims.group_by("capture_path", maintain_order=True).agg(
        claims=pl.col("claim").n_unique(), evidence=pl.col("says").unique(maintain_order=True).str.join("；")
    )
    support = rows.group_by("capture_path", "row", maintain_order=True).agg(
        support=pl.col("claim").n_unique()
    )
    fitting = (
        support.join(told, on="capture_path", how="left", validate="m:1", maintain_order="left")
        .filter(pl.col("support") == pl.col("claims"))
        .group_by("capture_path", maintain_order=True)
        .agg(fitting=pl.len(), row=pl.col("row").first())
    )
    judged = told.join(
        fitting, on="capture_path", how="left", validate="1:1", maintain_order="left"
    ).with_columns(known=pl.col("capture_path").is_in(rows["capture_path"].implode()))
    linked = pl.col("fitting") == 1
    code = (
        pl.when(linked).then(None)
        .when(pl.col("fitting") > 1).then(pl.lit(Reason.LINK_AMBIGUOUS.value))
        .when(pl.col("known")).then(pl.lit(Reason.EVIDENCE_CONTRADICTS.value))
        .otherwise(pl.lit(Reason.STRANGER.value))
    )  # fmt: skip
    return judged.select("capture_path", "evidence", row=pl.when(linked).then("row"), code=code)


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
    )
