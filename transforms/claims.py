"""Everything that says who a capture shows: each piece of evidence is a claim, and a claim may fit nobody."""

from typing import NamedTuple

import polars as pl

from schemas.campaign import CaptureMode
from schemas.capture import CLAIMS, FILE_NAME, LOG_FILE, MOMENT
from schemas.clock import MATCH, RIVAL, UNCLEAR
from schemas.rules_of_day import Linking
from transforms.captures import file_of
from transforms.keys import file_identities, line_identities, lines_of_one
from transforms.moments import Timing

OBJECTION = "objection"

READ_HOW: dict[CaptureMode, str] = {"swipe": "刷卡", "ticket": "刷卡取号", "code": "扫码", "named": "刷卡"}

READINGS: dict[str, pl.DataType | type[pl.DataType]] = {
    "line": pl.UInt32,
    "capture_path": pl.String,
    "kind": pl.String,
    "how": pl.String,
}
"""One line per reading that speaks of a capture, and how."""


class Claims(NamedTuple):
    """`claims` has CLAIMS, `rows` the capture_path, claim and every roster row that a claim fits.

    `holders` (line, row) are the readings of one known student, `named` (capture_path, row) is what log and
    file names say.
    """

    claims: pl.DataFrame
    rows: pl.DataFrame
    holders: pl.DataFrame
    named: pl.DataFrame


def gather_claims(
    captures: pl.DataFrame, log: pl.DataFrame, roster: pl.DataFrame, rules: Linking, timing: Timing
) -> Claims:
    """What log, moment and file name say of each capture, and what speaks against the naming."""
    identities = line_identities(log, roster, rules)
    files = file_identities(captures, log, roster, rules)
    by_file = log_lines_by_file(captures, log)
    moments = speaking_moments(timing.moments, log, rules, named=pl.concat([
        by_file["capture_path"], files["capture_path"]
    ]))  # fmt: skip
    read = line_claims(pl.concat([by_file, moments]), identities)
    told, read_rows = with_sentences(read, captures, log, timing, rules), rows_of_readings(read, identities)
    names = name_claims(files)
    rows = pl.concat([read_rows, name_rows(files)])
    holders = lines_of_one(identities)
    named = naming(by_file, holders, files)
    shown = timing.moments.join(holders, on="line", how="left", validate="m:1", maintain_order="left")
    objections = [each(named, shown, log, rules) for each in (absent_holders, unclear_shots)]
    claims = pl.concat([told, names, *objections]).sort("capture_path", "claim", "kind")
    return Claims(claims, rows, holders, named)


# -- the log -------------------------------------------------------------------------------------------------


def log_lines_by_file(captures: pl.DataFrame, log: pl.DataFrame) -> pl.DataFrame:
    """Log lines and the captures that they name (READINGS): compared without case, at the line's camera.

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
    own = matched.filter((pl.len().over("line") == 1) | (pl.col("file") == pl.col("named")))
    return own.select("line", "capture_path", kind=pl.lit(LOG_FILE), how=pl.lit("日志写明此文件"))


def speaking_moments(
    moments: pl.DataFrame, log: pl.DataFrame, rules: Linking, *, named: pl.Series
) -> pl.DataFrame:
    """Readings that a shot follows, or may follow (READINGS).

    A reading makes a link of its own only for the shot that follows it, and only where it names no file and
    files do not come named. Else it is held against the names that there are.
    """
    how = {MATCH: "按时间对应", RIVAL: "时间上也可能"}
    silent = log.filter(pl.col("file_name").is_null() & pl.lit(rules.mode != "named"))["line"]
    telling = moments.filter(pl.col("role") != UNCLEAR)
    followed = telling.filter((pl.col("role") == MATCH) & pl.col("line").is_in(silent.implode()))
    spoken = pl.concat([named, followed["capture_path"]]).unique()
    return telling.filter(pl.col("capture_path").is_in(spoken.implode())).select(
        "line", "capture_path", kind=pl.lit(MOMENT),
        how=pl.col("role").replace_strict(how, return_dtype=pl.String),
    )  # fmt: skip


def line_claims(readings: pl.DataFrame, identities: pl.DataFrame) -> pl.DataFrame:
    """READINGS with `claim` and `part`, one line for each number of a line: they may contradict.

    A line without any number is a claim that fits nobody: a card was read, but not whose.
    """
    parts = identities.select("line", "part").unique().sort("line", "part")
    each = readings.join(parts, on="line", how="left", validate="m:m", maintain_order="left_right")
    return each.with_columns(claim=pl.format("log:{}:{}", "line", pl.col("part").fill_null("")))


def rows_of_readings(read: pl.DataFrame, identities: pl.DataFrame) -> pl.DataFrame:
    """`capture_path`, `claim` and every `row` that a number of a line fits."""
    known = identities.filter(pl.col("row").is_not_null()).select("line", "part", "row")
    fitting = read.select("capture_path", "claim", "line", "part").unique().join(
        known, on=["line", "part"], how="inner", validate="m:m", maintain_order="left_right"
    )  # fmt: skip
    return fitting.select("capture_path", "claim", "row")


def with_sentences(
    read: pl.DataFrame, captures: pl.DataFrame, log: pl.DataFrame, timing: Timing, rules: Linking
) -> pl.DataFrame:
    """READINGS as claims (CLAIMS): when the card was read, how long before the shot, how the two belong."""
    clocks = timing.clocks.select("camera_name", "day", "at", "correction_s", "drift_s_per_h")
    lines = log.select("line", "logged_at", "camera_name", day=pl.col("logged_at").dt.date())
    shots = captures.select("capture_path", "taken_at")
    timed = (
        read.join(lines, on="line", how="left", validate="m:1", maintain_order="left")
        .join(clocks, on=["camera_name", "day"], how="left", validate="m:1", maintain_order="left")
        .join(shots, on="capture_path", how="left", validate="m:1", maintain_order="left")
        .with_columns(pl.col("correction_s").fill_null(0))
    )
    moment = pl.col("logged_at").dt.to_string("%H:%M:%S").fill_null("时间不明")
    how = pl.col("how").unique(maintain_order=True).str.join("，").over("capture_path", "claim")
    verb = pl.lit(READ_HOW[rules.mode])
    shot = (after(verb) + mended()).fill_null("")
    said = timed.with_columns(says=pl.format("{} {}{}，{}", moment, verb, shot, how))
    return said.select(pl.col(name).cast(dtype) for name, dtype in CLAIMS.items())


def after(verb: pl.Expr) -> pl.Expr:
    """How many seconds after the reading the shot was taken, by the reader's clock; null if unknown."""
    elapsed = (pl.col("taken_at") - pl.col("logged_at")).dt.total_milliseconds() / 1000
    hours = (pl.col("logged_at") - pl.col("at")).dt.total_milliseconds() / 3_600_000
    drifted = (pl.col("drift_s_per_h") * hours).fill_null(0)
    seconds = (elapsed - pl.col("correction_s") - drifted).round().cast(pl.Int64)
    return pl.when(seconds >= 0).then(pl.format("，{} 秒后拍摄", seconds)).otherwise(
        pl.format("，拍摄早于{} {} 秒", verb, -seconds)
    )  # fmt: skip


def mended() -> pl.Expr:
    """By how much the camera's clock was corrected; empty where it is right."""
    clock = pl.col("correction_s").round().cast(pl.Int64)
    fast = pl.when(clock > 0).then(pl.lit("快")).otherwise(pl.lit("慢"))
    return pl.when(clock != 0).then(pl.format("（相机时钟{} {} 秒，已校正）", fast, clock.abs())).otherwise(
        pl.lit("")
    )  # fmt: skip


# -- file names ----------------------------------------------------------------------------------------------


def name_claims(files: pl.DataFrame) -> pl.DataFrame:
    """Numbers in file names as claims (CLAIMS)."""
    says = (
        pl.when(pl.col("part") == "ticket_no")
        .then(pl.lit("文件名含排队号"))
        .otherwise(pl.lit("文件名含学生号码"))
    )
    return files.select("capture_path", claim=_name_claim(), kind=pl.lit(FILE_NAME), says=says).unique(
        maintain_order=True
    )


def name_rows(files: pl.DataFrame) -> pl.DataFrame:
    """`capture_path`, `claim` and every `row` that a file name's number fits."""
    return (
        files.filter(pl.col("row").is_not_null())
        .select("capture_path", "row", claim=_name_claim())
        .select("capture_path", "claim", "row")
    )


def _name_claim() -> pl.Expr:
    return pl.format("name:{}", "key")


# -- against the naming --------------------------------------------------------------------------------------


def naming(by_file: pl.DataFrame, holders: pl.DataFrame, files: pl.DataFrame) -> pl.DataFrame:
    """`capture_path` and every `row` that the log's file name or the file's own name gives it."""
    logged = by_file.join(holders, on="line", how="inner", validate="m:1", maintain_order="left")
    own = files.filter(pl.col("row").is_not_null())
    both = pl.concat([frame.select("capture_path", "row") for frame in (logged, own)])
    return both.unique().sort("capture_path", "row")


def absent_holders(
    named: pl.DataFrame, shown: pl.DataFrame, log: pl.DataFrame, rules: Linking
) -> pl.DataFrame:
    """Objections (CLAIMS): shots without a reading, named after somebody whose card was read at another."""
    matched = shown.filter(pl.col("role") == MATCH)
    near = shown.filter(pl.col("role") != UNCLEAR)
    own = shown.join(named, on=["capture_path", "row"], how="semi", maintain_order="left")["row"]
    elsewhere = near.filter(~pl.col("row").is_in(own.implode())).sort("row", "line")
    holders = elsewhere.unique("row", keep="first", maintain_order=True).select("row", "line")
    alone = named.join(matched, on="capture_path", how="anti", maintain_order="left")
    told = alone.join(holders, on="row", how="inner", validate="m:1", maintain_order="left")
    return _objections(told, log, f"{{}} {READ_HOW[rules.mode]}时拍的是另一张照片")


def unclear_shots(
    named: pl.DataFrame, shown: pl.DataFrame, log: pl.DataFrame, rules: Linking
) -> pl.DataFrame:
    """Objections (CLAIMS): shots of which it cannot be told which one belongs to a reading.

    Where one of them is named after the card's holder, that tells.
    """
    unclear = shown.filter(pl.col("role") == UNCLEAR)
    settled = unclear.join(named, on=["capture_path", "row"], how="semi", maintain_order="left")["line"]
    told = unclear.filter(~pl.col("line").is_in(settled.implode())).select("line", "capture_path")
    return _objections(told, log, f"{{}} {READ_HOW[rules.mode]}前后有两次拍摄，分不清是哪一次")


def _objections(told: pl.DataFrame, log: pl.DataFrame, sentence: str) -> pl.DataFrame:
    at = log.select("line", moment=pl.col("logged_at").dt.to_string("%H:%M:%S").fill_null(""))
    lines = told.join(at, on="line", how="left", validate="m:1", maintain_order="left")
    objections = lines.select(
        "capture_path", claim=pl.format("against:{}", "line"), kind=pl.lit(OBJECTION),
        says=pl.format(sentence, "moment"),
    ).unique(maintain_order=True)  # fmt: skip
    return objections.select(pl.col(name).cast(dtype) for name, dtype in CLAIMS.items())
