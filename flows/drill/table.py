"""The drill's figures as a table that is read on a terminal and pasted into a document."""

from rich.box import MARKDOWN
from rich.console import Console
from rich.table import Table

from flows.drill.figures import Figures
from flows.drill.plans import Kind, Told
from flows.drill.run import Broken, Result, per
from flows.settings import language
from schemas.words import Text

WIDTH = 180
"""Columns, whatever the terminal: a line that is broken is no table."""
TEN_THOUSAND = 10_000
LEGEND = Text(
    "错联、有反证、无反证按每万张采用计；应联是有正确直接证据的照片，存疑、无主是其中的百分比；误报是误存疑的无差错日。",
    "of 10,000 used: wrong = contradicted + silent; held, left: of right links; alarms: clean days",
)

HEADS = (
    Text("方式", "mode"),
    Text("依据", "told by"),
    Text("日子", "kind"),
    Text("天数", "days"),
    Text("照片", "captures"),
    Text("采用", "used"),
    Text("错联", "wrong"),
    Text("有反证", "contradicted"),
    Text("无反证", "silent"),
    Text("应联", "right"),
    Text("存疑%", "held %"),
    Text("无主%", "left %"),
    Text("错位", "slips"),
    Text("找到", "found"),
    Text("误报", "alarms"),
)
TOLD: dict[Told, Text] = {
    "log names": Text("日志写文件名", "file in log"),
    "file names": Text("文件按号码命名", "file names"),
    "tickets": Text("文件按票号命名", "tickets"),
    "times": Text("只有时间", "times"),
    "order": Text("只有顺序", "order"),
    "no log": Text("没有日志", "no log"),
}
KINDS: dict[Kind, Text] = {
    "clean": Text("无差错", "clean"),
    "slip": Text("错位一次", "slip"),
    "aside": Text("刷卡后离开", "aside"),
    "rough": Text("各种差错", "rough"),
}
PASSED = Text("通过：没有超过限度的数字", "passed: no figure is beyond its limit")
LIMITS = {
    "contradicted": Text("有反证的错联", "wrong links that evidence contradicts"),
    "quarantined_on_slip_days": Text("错位日正确联系被存疑", "right links quarantined on slip days"),
    "quarantined_on_clean_days": Text("无差错日正确联系被存疑", "right links quarantined on clean days"),
}
UNITS = {
    "contradicted": Text("张", "used"),
    "quarantined_on_slip_days": Text("‰", "of 1,000"),
    "quarantined_on_clean_days": Text("‰", "of 1,000"),
}


def tell(result: Result, beyond: list[Broken]) -> None:
    """Print the figures, and what the gate says of them."""
    table = Table(box=MARKDOWN)
    for place, head in enumerate(HEADS):
        table.add_column(_say(head), justify="left" if place < 3 else "right", no_wrap=True)
    for group, counted in result.items():
        table.add_row(group.mode, _say(TOLD[group.told]), _say(KINDS[group.kind]), *cells(counted))
    console = Console(markup=False, highlight=False, width=WIDTH)
    console.print(table)
    console.print(_say(LEGEND), soft_wrap=True)
    for line in [_beyond(each) for each in beyond] or [PASSED]:
        console.print(_say(line), soft_wrap=True)


def cells(counted: Figures) -> list[str]:
    """The figures of one line, wrong links for 10,000 used."""
    rest = counted.wrong - counted.contradicted
    return [
        *(f"{number:,}" for number in (counted.days, counted.captures, counted.used)),
        *(_rate(TEN_THOUSAND, part, counted.used) for part in (counted.wrong, counted.contradicted, rest)),
        f"{counted.right:,}",
        *(_rate(100, part, counted.right) for part in (counted.right_quarantined, counted.right_left)),
        *(str(number) for number in (counted.slips, counted.slips_found, counted.alarms)),
    ]


def _rate(base: int, part: int, whole: int) -> str:
    value = per(base, part, whole)
    return "–" if value is None else f"{value:.2f}".rstrip("0").rstrip(".")


def _beyond(each: Broken) -> Text:
    what, unit = LIMITS[each.limit], UNITS[each.limit]
    value, most = f"{each.value:,.1f}".removesuffix(".0"), f"{each.number.value:g}"
    return Text(
        f"未通过：{each.mode} {what.zh} {value} {unit.zh}，限度 {most} {unit.zh}",
        f"failed: {each.mode}, {what.en}: {value} {unit.en}, at most {most} {unit.en}",
    )


def _say(text: Text) -> str:
    return text.say(language())
