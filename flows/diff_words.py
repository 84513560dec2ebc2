"""What the terminal says of a comparison, and its lines for other programs."""

import json

import polars as pl

from flows.diff import Diff
from flows.text_table import Layout, text_table
from outputs.report.diff_page import Compared
from schemas.differences import CHANGES, DETAILS, DIFFERENCES
from schemas.titles import STATES
from schemas.words import Language, Text
from transforms.bundle_diff import gathered, masked

COMMON_MIN = 10
"""The same change of so many students is told once."""
FOR_PROGRAMS = [column for column in DIFFERENCES if column != "of"]


def compared_lines(found: Diff, *, show_numbers: bool) -> pl.DataFrame:
    """The lines of a comparison (DIFFERENCES), ID numbers masked unless they are to be shown."""
    lines = found.compared.lines
    return lines if show_numbers else masked(lines, (found.before.naming, found.after.naming))


def for_page(found: Diff, lines: pl.DataFrame, language: Language) -> Compared:
    """The comparison as the page tells it."""
    after = found.after
    told = gathered(_worded(lines, language), COMMON_MIN)
    is_run = not after.ends.is_empty()
    return Compared(found.before.name, after.name, after.is_supplement, is_run, found.compared.counts, told)


def render(found: Diff, lines: pl.DataFrame, layout: Layout, language: Language) -> str:
    """The comparison as text: counts and a table for people, CSV or JSON for programs."""
    told = lines.select(FOR_PROGRAMS)
    if layout == "csv":
        return told.write_csv()
    if layout == "json":
        said = {"before": found.before.name, "after": found.after.name, "counts": found.compared.counts}
        return json.dumps({**said, "lines": told.to_dicts()}, ensure_ascii=False, indent=2) + "\n"
    head = _headline(found).say(language)
    return head if lines.is_empty() else head + "\n" + _table(lines, language)


def _headline(found: Diff) -> Text:
    counts, after = found.compared.counts, found.after
    told = [(text, counts[change]) for change, text in CHANGES.items()]
    kind = (
        Text("（下一次运行）", " (the next run)")
        if not after.ends.is_empty()
        else Text("（补充包）", " (a supplement)")
        if after.is_supplement
        else Text("", "")
    )
    absent = counts["absent"]
    return Text(
        f"{found.before.name} → {after.name}{kind.zh}\n"
        + "，".join(f"{text.zh} {count}" for text, count in told)
        + f"，未变 {counts['same']}"
        + (f"（另有 {absent} 人不在补充包中，不算移除）" if absent else ""),
        f"{found.before.name} -> {after.name}{kind.en}\n"
        + ", ".join(f"{text.en} {count}" for text, count in told)
        + f", unchanged {counts['same']}"
        + (f" ({absent} more are not in the supplement, which does not remove them)" if absent else ""),
    )


def _table(lines: pl.DataFrame, language: Language) -> str:
    told = gathered(_worded(lines, language), COMMON_MIN)
    changes = {key: text.say(language) for key, text in CHANGES.items()}
    details = {key: text.say(language) for key, text in DETAILS.items()}
    many = pl.format(Text("{} 人", "{} students").say(language), "students")
    where = pl.concat_str("title", pl.lit("（"), "table", pl.lit("）"), ignore_nulls=False)
    return text_table(
        told.select(
            change=pl.col("change").replace(changes),
            student_no=pl.when(pl.col("students") > 1).then(many).otherwise("student_no"),
            name="name",
            column=pl.coalesce(pl.col("detail").replace(details), where, "title"),
            before="before",
            after="after",
        ),
        language,
        one_line=("change", "student_no"),
    )


def _worded(lines: pl.DataFrame, language: Language) -> pl.DataFrame:
    """The state in which a run leaves who is not in it any more, in words."""
    states = {key: text.say(language) for key, text in STATES.items()}
    first = pl.col("detail").str.extract(r"^(\w+)").replace(states)
    rest = pl.col("detail").str.replace(r"^\w+", "")
    is_removed = pl.col("change") == "removed"
    return lines.with_columns(detail=pl.when(is_removed).then(first + rest).otherwise("detail"))
