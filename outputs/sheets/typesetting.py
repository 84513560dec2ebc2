"""Templates, data and pictures become a PDF: type in subsets, JPEGs as they are, the same every time."""

import json
from collections.abc import Mapping
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import typst

from outputs.sheets.fonts import Type
from outputs.staging import delivering
from schemas.words import Text

Pictures = Mapping[str, bytes]
"""JPEGs by their SHA-256, the name under which a template's data has them."""
FORGETS_AFTER = 11
"""Typst keeps what it worked out, pictures decoded too, for so many documents."""
_SHEETS = Text("打印件", "the sheets")


def typeset(
    template: str,
    data: Mapping[str, Any],
    pictures: Pictures,
    *,
    lettering: Type,
    made_at: datetime,
    work: Path,
) -> bytes:
    """A template of this package filled in with `data` and dated; `work` is where its files lie meanwhile."""
    with delivering(work, _SHEETS), TemporaryDirectory(prefix=".sheets-", dir=work) as scratch:
        folder = Path(scratch)
        for name in (template, "parts.typ"):
            (folder / name).write_bytes((files("outputs.sheets") / "templates" / name).read_bytes())
        for digest, picture in pictures.items():
            (folder / f"{digest}.jpg").write_bytes(picture)
        whole = {**data, "families": lettering.families}
        (folder / "data.json").write_text(json.dumps(whole, ensure_ascii=False), encoding="utf-8")
        return _compiled(folder / template, lettering, made_at)


def _compiled(main: Path, lettering: Type, made_at: datetime) -> bytes:
    """The PDF; then the pictures' pixels are forgotten, or memory would grow with every document."""
    fonts, root = lettering.fonts, main.parent
    made = typst.compile(
        main,
        root=root,
        font_paths=fonts,
        ignore_system_fonts=True,
        format="pdf",
        timestamp=int(made_at.timestamp()),
    )
    empty = main.with_name("empty.typ")
    empty.touch()
    for _ in range(FORGETS_AFTER):
        typst.compile(empty, root=root, font_paths=fonts, ignore_system_fonts=True, format="svg")
    return made
