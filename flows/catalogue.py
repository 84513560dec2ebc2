"""The reason catalogue and the profiles, printed for people."""

from datetime import date
from pathlib import Path

from rich.console import Console
from rich.table import Table

from flows.profiles import packaged_profiles, read_profile
from flows.settings import language
from schemas.cited import Cited
from schemas.codes import code_table
from schemas.profile import Column, Derivative, Limit, PictureSpec, Profile
from schemas.reasons import REASONS, Reason, Severity
from schemas.rules_of_day import People, Timetable
from schemas.words import Text

SEVERITIES = {
    Severity.BLOCK: Text("退回", "block"),
    Severity.WARN: Text("提醒", "warn"),
    Severity.INFO: Text("记录", "info"),
}
NUMBERS = (
    Text("项", "item"),
    Text("值", "value"),
    Text("不符时的原因", "reason if broken"),
    Text("级别", "severity"),
    Text("出处", "source"),
    Text("可信度", "trust"),
    Text("核对日期", "checked on"),
)
"""The columns of a table of numbers."""
YES = Text("可", "yes")
WRITTEN = {"code": Text("写代码", "as code"), "text": Text("写文字", "as text")}
FILE_WIDTH = 140
"""Columns where the output is no terminal."""


def tell_reasons() -> None:
    """Every reason: code, severity, what is wrong, what to do, whether it may be waived, its source."""
    heads = (Text("代码", "code"), Text("级别", "severity"), Text("原因", "reason"),
             Text("处理", "what to do"),
             Text("可豁免", "waivable"), Text("出处", "source"))  # fmt: skip
    table = _table(heads)
    for reason in Reason:
        waivable = _say(YES) if reason.waivable else ""
        table.add_row(
            reason.value,
            _say(SEVERITIES[reason.severity]),
            _say(reason.text),
            _say(reason.fix),
            waivable,
            reason.source,
        )
    _console().print(table)


def tell_profiles(name: str | None) -> None:
    """One profile, or all that come with regpack: every number with unit, source, trust mark and date."""
    for each in [name] if name else packaged_profiles():
        profile = read_profile(each, beside=Path.cwd())
        _console().print(
            f"{profile.name} {profile.version}  {_say(Text(profile.title, profile.title_en))}"
            f"  {profile.checked_on}"
        )
        _console().print(_photo_table(profile))
        for derivative in profile.derivatives:
            _console().print(_derivative_table(derivative, profile))
        _console().print(_columns_table(profile))
        _console().print(_codes_table(profile))


def _photo_table(profile: Profile) -> Table:
    table = _table(NUMBERS)
    _add_numbers(table, profile.photo, profile.checked_on)
    _add_numbers(table, profile.people, profile.checked_on)
    _add_numbers(table, profile.timetable, profile.checked_on)
    colour, photo = ",".join(map(str, profile.photo.backdrop_rgb)), profile.photo
    dated = str(profile.checked_on)
    table.add_row("backdrop_rgb", colour, "", "", photo.backdrop_source, photo.backdrop_trust, dated)
    for limit in profile.photo.limits:
        _add_limit(table, limit, profile)
    return table


def _derivative_table(derivative: Derivative, profile: Profile) -> Table:
    table = _table(NUMBERS)
    table.title = f"{derivative.id}  {_say(Text(derivative.title, derivative.title_en))}"
    table.title_justify = "left"
    _add_numbers(table, derivative, derivative.checked_on)
    for limit in derivative.size_limits:
        _add_limit(table, limit, profile)
    return table


def _add_numbers(table: Table, spec: PictureSpec | People | Timetable, checked_on: date) -> None:
    """What is no limit but asked for: pixels, density, quality, sizes aimed at, usual ages, the timetable."""
    limits = [field for field in type(spec).model_fields if field.startswith("size_")]
    for field in type(spec).model_fields:
        number = getattr(spec, field)
        if isinstance(number, Cited) and field not in limits:
            value = f"{number.value} {number.unit}".strip()
            dated = str(number.checked_on or checked_on)
            table.add_row(field, value, "", "", number.source, number.trust, dated)


def _add_limit(table: Table, limit: Limit, profile: Profile) -> None:
    severity = _say(SEVERITIES[profile.severity(REASONS[limit.reason])])
    dated = str(limit.checked_on or profile.checked_on)
    table.add_row(limit.fact, limit.text, limit.reason, severity, limit.source, limit.trust, dated)


def _columns_table(profile: Profile) -> Table:
    heads = (
        Text("表", "table"),
        Text("列", "column"),
        Text("名称", "title"),
        Text("必填", "required"),
        Text("字节", "bytes"),
        Text("取值", "values"),
        Text("出处", "source"),
    )
    table = _table(heads)
    for each in profile.tables:
        for column in each.columns:
            required, width = "*" if column.required else "", str(column.max_bytes or "")
            table.add_row(each.id, column.code, column.title, required, width, _values(column), column.source)
    return table


def _values(column: Column) -> str:
    """What a column takes: its own values, else a code table by code or text, else a form."""
    if column.values:
        return "、".join(column.values)
    if column.codes:
        return f"{column.codes}（{_say(WRITTEN[column.written])}）"
    return " ".join(filter(None, (column.known, column.pattern)))


def _codes_table(profile: Profile) -> Table:
    """The code tables that a profile's tables draw on: how many lines of which edition, and from where."""
    heads = (
        Text("代码表", "code table"),
        Text("行数", "lines"),
        Text("版本", "edition"),
        Text("出处", "sources"),
    )
    table = _table(heads)
    columns = [column for each in profile.tables for column in each.columns]
    named = [name for column in columns for name in (column.codes, column.known) if name]
    for name in dict.fromkeys(named):
        lines = code_table(name)
        editions, sources = (
            dict.fromkeys(getattr(line, of) for line in lines) for of in ("edition", "source")
        )
        table.add_row(name, str(len(lines)), "、".join(editions), " ".join(sources))
    return table


def _table(heads: tuple[Text, ...]) -> Table:
    table = Table()
    for head in heads:
        table.add_column(_say(head))
    return table


def _console() -> Console:
    console = Console(markup=False, highlight=False)
    if not console.is_terminal:
        console.width = FILE_WIDTH
    return console


def _say(text: Text) -> str:
    return text.say(language())
