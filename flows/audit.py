"""Asking the ledger: who was rejected, when, why, and what became of it. Needs no Prefect."""

import json

import polars as pl
import polars.selectors as cs

from flows.known_names import refuse_unknown
from flows.settings import utc_offset
from flows.story import story
from flows.text_table import Layout, text_table
from outputs.ledger import Ledger
from outputs.ledger_errors import no_run_yet
from schemas.reasons import Reason
from schemas.titles import COLUMNS, EVENTS
from schemas.words import Language, Text

LEFT_OUT = ("rejected", "missing")
ONE_LINE = {"run", "at", "started_at", "student_no", "state", "now_state"}


def audit(
    ledger: Ledger, campaign_id: str, *, run: str | None, student: str | None, reason: str | None
) -> pl.DataFrame:
    """What the ledger says of a campaign: the `story` of a student, or else who was `left_out`.

    InputError where nothing was run yet, and for an unknown run, student or code: it names the nearest.
    """
    runs = ledger.runs(campaign_id)["run"].to_list()
    if not runs:
        raise no_run_yet(campaign_id)
    if run is not None:
        refuse_unknown(run, runs, _NO_SUCH_RUN)
    if reason is not None:
        refuse_unknown(reason, [known.value for known in Reason], _NO_SUCH_REASON)
    if student is None:
        return left_out(ledger, campaign_id, run=run, reason=reason)
    refuse_unknown(student, ledger.states(campaign_id)["student_no"].to_list(), _NO_SUCH_STUDENT)
    return _narrowed(story(ledger, campaign_id, student), run, reason)


def left_out(ledger: Ledger, campaign_id: str, *, run: str | None, reason: str | None) -> pl.DataFrame:
    """One line per finding in the order of recording; without `reason`, those that kept a student out.

    Columns: run, started_at, student_no, unit_name, capture_path, state, code, column, seen, limit, and what
    became of it: now_state, now_run, bundle.
    """
    found = ledger.findings(campaign_id, run=run, reason=reason)
    if reason is None:
        found = found.filter((pl.col("severity") == "block") & pl.col("state").is_in(LEFT_OUT))
    now = ledger.states(campaign_id).select("student_no", now_state="state", now_run="run")
    sealed = ledger.sealed(campaign_id).select("student_no", "bundle")
    return (
        found.join(now, on="student_no", how="left", validate="m:1", maintain_order="left")
        .join(sealed, on="student_no", how="left", validate="m:1", maintain_order="left")
        .drop("row", "severity")
    )


def render(frame: pl.DataFrame, layout: Layout, language: Language) -> str:
    """An answer of `audit` as text: a table for people, CSV or JSON for programs; reasons in words."""
    worded = _with_messages(frame, language)
    if layout == "csv":
        return worded.write_csv()
    if layout == "json":
        return json.dumps(worded.to_dicts(), ensure_ascii=False, indent=2) + "\n"
    if worded.is_empty():
        return _NOTHING.say(language) + "\n"
    return text_table(_for_people(worded, language), language, one_line=ONE_LINE)


_NO_SUCH_RUN = Text("台账中没有这次运行", "the ledger knows no such run")
_NO_SUCH_REASON = Text("没有这个原因代码", "there is no such reason code")
_NO_SUCH_STUDENT = Text("台账中没有这个学号", "the ledger knows no such student number")
_NOTHING = Text("没有符合条件的记录", "Nothing matches")


def _narrowed(lines: pl.DataFrame, run: str | None, reason: str | None) -> pl.DataFrame:
    if run is not None:
        lines = lines.filter(pl.col("run") == run)
    if reason is not None:
        lines = lines.filter(pl.col("codes").str.split(";").list.contains(reason))
    return lines


def _with_messages(frame: pl.DataFrame, language: Language) -> pl.DataFrame:
    """The frame with the reasons' sentences in a column `message` after their codes."""
    column = "codes" if "codes" in frame.columns else "code"
    place = frame.columns.index(column) + 1
    said = {reason.value: reason.text.say(language) for reason in Reason}
    message = pl.col(column).str.split(";").list.eval(pl.element().replace(said)).list.join(";")
    return frame.select(*frame.columns[:place], message.alias("message"), *frame.columns[place:])


def _for_people(frame: pl.DataFrame, language: Language) -> pl.DataFrame:
    """What fits a screen, in words; several reasons or captures each on a line of its own."""
    words = {key: text.say(language) for key, text in EVENTS.items()}
    spoken = cs.by_name("kind", "state", "now_state", "capture_state", require_all=False)
    apart = cs.by_name("capture_path", "evidence", require_all=False)
    worded = frame.with_columns(
        spoken.str.split(";").list.eval(pl.element().replace(words)).list.join("\n"),
        apart.str.replace_all(";", "\n"),
        _by_the_office_clock(cs.by_name("at", "started_at", require_all=False)),
        message=_reasons(language) if "codes" in frame.columns else _measured(language),
    )
    empty = [column.name for column in worded if column.null_count() == worded.height]
    return worded.drop(set(empty) | {"code", "codes", "column", "seen", "limit", "now_run"}, strict=False)


def _by_the_office_clock(utc: cs.Selector) -> pl.Expr:
    """Moments (ISO 8601, UTC) to the minute, as the clock on this machine's wall has them."""
    moments = utc.as_expr().str.head(len("YYYY-MM-DDTHH:MM:SS")).str.to_datetime("%Y-%m-%dT%H:%M:%S")
    return (moments + pl.lit(utc_offset())).dt.to_string("%Y-%m-%d %H:%M")


def _reasons(language: Language) -> pl.Expr:
    said = {reason.value: f"{reason} {reason.text.say(language)}" for reason in Reason}
    return pl.col("codes").str.split(";").list.eval(pl.element().replace(said)).list.join("\n")


def _measured(language: Language) -> pl.Expr:
    """Code and sentence; below them what was looked at, seen and asked: `头顶距上边 31.2 (50–110 px)`."""
    titles = {key: text.say(language) for key, text in COLUMNS.items()}
    item, seen = pl.col("column").replace(titles), pl.col("seen")
    limit = pl.format(" ({})", "limit").fill_null("")
    value = pl.when(seen.is_not_null()).then(pl.concat_str(pl.lit("\n"), item, pl.lit(" "), seen, limit))
    return pl.concat_str("code", pl.lit(" "), "message", value.fill_null(""))
