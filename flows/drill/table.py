"""The drill's figures as tables that are read on a terminal and pasted into a document."""

from collections import Counter
from collections.abc import Iterable, Sequence

from rich.box import MARKDOWN
from rich.console import Console
from rich.table import Table

from flows.drill.figures import Cause, Figures
from flows.drill.plans import Kind, Told
from flows.drill.run import Broken, Result, of_mode, per
from flows.drill.slips import SLIPPED
from flows.settings import language
from schemas.campaign import CaptureMode
from schemas.words import Text

WIDTH = 180
"""Columns, whatever the terminal: a line that is broken is no table."""
TEN_THOUSAND = 10_000

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
    Text("报出", "found"),
    Text("误报", "alarms"),
    Text("不能核对", "unassessed"),
)
LEGEND = Text(
    "错联、有反证、无反证按每万张采用计；应联是有正确直接证据的照片，存疑、无主是其中的百分比；\n"
    "报出：错位已报告且整段没有采用；误报、不能核对按天数计。",
    "of 10,000 used: wrong = contradicted + silent; of right links: held (quarantined), left (no link);\n"
    "found: reported, and nothing of it used; alarms: days with a slip reported that had none.",
)
CAUSE_HEADS = (
    Text("方式", "mode"),
    Text("错联的起因", "wrong links after"),
    Text("有反证", "contradicted"),
    Text("无反证", "silent"),
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
MISHAPS = {
    "": Text("没有差错", "no mishap"),
    SLIPPED: Text("命名错位", "a slip of the names"),
    "stepped_aside": Text("刷卡后离开", "a student who stepped aside after the card"),
    "without_card": Text("没有刷卡", "a shot without a card"),
    "stranger": Text("外来人员", "a stranger"),
    "test_shot": Text("试拍", "a test shot"),
    "early_card": Text("后一人提前刷卡", "the next one's card read early"),
    "changed_places": Text("两人换位，各刷各卡", "neighbours in the other order, each with the own card"),
    "changed_after_cards": Text("两人刷卡后换位", "neighbours who changed places after their cards"),
    "changed_cards": Text("两人互换了卡", "neighbours who changed cards"),
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
    """Print the figures, where the wrong links come from, and what the gate says."""
    console = Console(markup=False, highlight=False, width=WIDTH)
    lines = [
        (group.mode, _say(TOLD[group.told]), _say(KINDS[group.kind]), *cells(counted))
        for group, counted in result.items()
    ]
    console.print(_table(HEADS, lines, texts=3))
    console.print(_say(LEGEND), soft_wrap=True)
    modes = dict.fromkeys(group.mode for group in result)
    if causes := [line for mode in modes for line in cause_lines(mode, of_mode(result, mode).causes)]:
        console.print(_table(CAUSE_HEADS, causes, texts=2))
    for line in [_beyond(each) for each in beyond] or [PASSED]:
        console.print(_say(line), soft_wrap=True)


def _table(heads: Iterable[Text], lines: Iterable[Sequence[str]], texts: int) -> Table:
    """A table whose first columns are texts and the others numbers."""
    table = Table(box=MARKDOWN)
    for place, head in enumerate(heads):
        table.add_column(_say(head), justify="left" if place < texts else "right", no_wrap=True)
    for line in lines:
        table.add_row(*line)
    return table


def cells(counted: Figures) -> list[str]:
    """The figures of one line, wrong links for 10,000 used."""
    rest = counted.wrong - counted.contradicted
    found = f"{counted.slips_found}" + (f"+{counted.slips_cleared}" if counted.slips_cleared else "")
    return [
        *(f"{number:,}" for number in (counted.days, counted.captures, counted.used)),
        *(_rate(TEN_THOUSAND, part, counted.used) for part in (counted.wrong, counted.contradicted, rest)),
        f"{counted.right:,}",
        *(_rate(100, part, counted.right) for part in (counted.right_quarantined, counted.right_left)),
        *(str(counted.slips), found, str(counted.alarms), str(counted.unassessed)),
    ]


def cause_lines(mode: CaptureMode, causes: Counter[Cause]) -> list[tuple[str, ...]]:
    """What went wrong before the wrong links of a mode, most frequent first."""
    mishaps = Counter[str]()
    for cause, count in causes.items():
        mishaps[cause.mishap] += count
    return [
        (mode, _say(MISHAPS[mishap]), *(f"{causes[Cause(mishap, is_contradicted)]:,}"
                                        for is_contradicted in (True, False)))
        for mishap, _ in mishaps.most_common()
    ]  # fmt: skip


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
