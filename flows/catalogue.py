"""The reason catalogue and the profiles, printed for people."""

from pathlib import Path

from rich.console import Console
from rich.table import Table

from flows.profiles import packaged_profiles, read_profile
from flows.settings import language
from schemas.profile import Cited, PhotoSpec, Profile
from schemas.reasons import Reason, Severity
from schemas.words import Text

SEVERITIES = {
    Severity.BLOCK: Text("退回", "block"),
    Severity.WARN: Text("提醒", "warn"),
    Severity.INFO: Text("记录", "info"),
}
YES = Text("可", "yes")
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
    """One profile, or all that come with regpack: every number with unit, source and trust mark."""
    for each in [name] if name else packaged_profiles():
        profile = read_profile(each, beside=Path.cwd())
        _console().print(
            f"{profile.name} {profile.version}  {_say(Text(profile.title, profile.title_en))}"
            f"  {profile.checked_on}"
        )
        _console().print(_photo_table(profile.photo))
        _console().print(_columns_table(profile))


def _photo_table(spec: PhotoSpec) -> Table:
    heads = (
        Text("项", "item"),
        Text("值", "value"),
        Text("不符时的原因", "reason if broken"),
        Text("出处", "source"),
        Text("可信度", "trust"),
    )
    table = _table(heads)
    for field in PhotoSpec.model_fields:
        number = getattr(spec, field)
        if isinstance(number, Cited):
            table.add_row(field, f"{number.value} {number.unit}".strip(), "", number.source, number.trust)
    for limit in spec.limits:
        table.add_row(limit.fact, limit.text, limit.reason, limit.source, limit.trust)
    return table


def _columns_table(profile: Profile) -> Table:
    heads = (
        Text("表", "table"),
        Text("列", "column"),
        Text("名称", "title"),
        Text("必填", "required"),
        Text("字节", "bytes"),
        Text("出处", "source"),
    )
    table = _table(heads)
    for each in profile.tables:
        for column in each.columns:
            required, width = "*" if column.required else "", str(column.max_bytes or "")
            table.add_row(each.id, column.code, column.title, required, width, column.source)
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
