"""What `regpack sheets` says on the terminal."""

from pathlib import Path

import polars as pl

from flows.sheets.gathering import Gathered, Wanted
from flows.sheets.making import UnitMade
from outputs.sheets.print_sheets import printable
from schemas.sheets import SheetKind, lettering, print_papers
from schemas.words import Text


def told_unit(made: UnitMade) -> Text:
    """One unit's sheets in a line."""
    zh = (f"{ITEMS[kind].zh} {count}" for kind, count in made.counts.items() if count)
    en = (f"{ITEMS[kind].en} {count}" for kind, count in made.counts.items() if count)
    return Text(f"{made.unit}：{'，'.join(zh)}", f"{made.unit}: {', '.join(en)}")


def told_end(got: Gathered, wanted: Wanted, folder: Path) -> list[Text]:
    """Where the sheets lie, and what could not be made and why."""
    return [
        *([NOTHING_SEALED] if wanted.has_pictures and got.press is None else []),
        *(_unprinted(got) if "print" in wanted.kinds else []),
        Text(f"已放在：{folder}", f"they are in: {folder}"),
    ]


def _unprinted(got: Gathered) -> list[Text]:
    """Who is shown and has no picture for printing."""
    paper = print_papers()[0]
    have = printable(got.faces, paper)["student_no"]
    lacking = got.faces.filter(~pl.col("student_no").is_in(have.implode()))["student_no"]
    if lacking.is_empty():
        return []
    numbers = "、".join(lacking.head(SHOWN)) + ("…" if len(lacking) > SHOWN else "")
    return [
        Text(
            f"{len(lacking)} 人没有证书打印照片（{paper.derivative}），没有排版：{numbers}",
            f"{len(lacking)} students have no picture for printing ({paper.derivative}): {numbers}",
        )
    ]


def told_lacking(lacking: pl.DataFrame) -> list[Text]:
    """Whose name, class or unit could not be printed whole, and which character it is."""
    mark = lettering().lacking
    return [
        Text(
            f"{number} {name}：本机字体没有“{character}”（U+{ord(character):04X}），印作“{mark}”；"
            "请安装含有这个字的字体后重做",
            f"{number} {name}: no font here has {character} (U+{ord(character):04X}); {mark} stands for it. "
            "Install a font that has it, and make the sheets again",
        )
        for number, name, character in lacking.iter_rows()
    ]


ITEMS: dict[SheetKind, Text] = {
    "recall": Text("补拍和更正", "to come again or correct"),
    "proof": Text("照片核对", "faces"),
    "print": Text("证书照片", "prints"),
    "fees": Text("应交费", "to pay"),
}
"""What is counted of each kind of sheet, in students."""
NOTHING = Text("没有要发的", "there is nothing to send")
NOTHING_SEALED = Text(
    "还没有上报包，没有照片可以排版：先用 regpack run 处理", "nothing is sealed yet, so there are no photos"
)
SHOWN = 20
"""So many student numbers are told on the terminal."""
