"""Corrections files as clerks fill them in: read, and every line traced to a sheet and a column of ours."""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl

from flows.sources import LoadedCampaign
from flows.tabular import Headers, folded, read_sheet
from flows.text_file import line_of
from schemas.corrections import ASKED, CORRECTION_HEADERS
from schemas.errors import InputError
from schemas.places import CORRECTABLE, INPUTS, Sheet
from schemas.words import Text
from transforms.corrections import Corrected, correct
from transforms.text import tidy_name, tidy_number

HEADERS = Headers(CORRECTION_HEADERS, ("column", "after"))


class Target(NamedTuple):
    """A sheet that can be corrected: its kind, its file, its headers, and our columns by folded header."""

    kind: str
    file: str
    titles: Sequence[str]
    columns: Mapping[str, str]


class Line(NamedTuple):
    """One filled-in line and where it stands, for a person."""

    cells: Mapping[str, Any]
    path: Path
    place: Text

    def refused(self, what: Text, todo: Text) -> InputError:
        """What is said of a line that cannot be used."""
        return InputError(self.path, what, todo, place=self.place)


def corrected_sheets(
    loaded: LoadedCampaign, sheets: Mapping[str, Sheet], headers: Mapping[str, Headers]
) -> Corrected:
    """The campaign's sheets with its corrections, and the corrections files among them by their names.

    InputError for a file that cannot be read, and for a line of it that names no cell that can be corrected.
    """
    targets = [_target(kind, sheets[kind], headers[kind]) for kind in CORRECTABLE if kind in sheets]
    files = {
        name: read_sheet(loaded.path.parent / name, HEADERS, name=name)
        for name in loaded.campaign.inputs.corrections
    }
    asked = {name: _asked(loaded.path.parent / name, sheet, targets) for name, sheet in files.items()}
    corrected = correct(sheets, asked)
    own = {name: sheet._replace(headers={}) for name, sheet in files.items()}
    return corrected._replace(sheets={**corrected.sheets, **own})


def _target(kind: str, sheet: Sheet, headers: Headers) -> Target:
    columns = {folded(word): name for name, words in headers.synonyms.items() for word in words}
    return Target(kind, sheet.file, [header.text for header in sheet.headers.values()], columns)


def _asked(path: Path, sheet: Sheet, targets: Sequence[Target]) -> pl.DataFrame:
    """A corrections file's lines (ASKED); those whose new value was left empty are passed over."""
    asked, lines = sheet.cells, []
    is_before_told = sheet.headers["before"].letter != "" or bool(asked["before"].count())
    for cells in asked.drop_nulls("after").rows(named=True):
        at = line_of(cells["row"])
        place = Text(f"{sheet.sheet} {at.zh}".strip(), f"{sheet.sheet} {at.en}".strip())
        lines.append(_correction(Line(cells, path, place), targets) | {"is_before_told": is_before_told})
    frame = pl.DataFrame(lines, schema=ASKED)
    return frame.with_columns(tidy_number(pl.col("student_no")), tidy_name(pl.col("name")))


def _correction(line: Line, targets: Sequence[Target]) -> dict[str, object]:
    """A line as a correction; InputError where it does not say which cell it means."""
    cells = line.cells
    if cells["student_no"] is None and cells["named_row"] is None:
        raise line.refused(_NOBODY, _NAME_THE_ROW)
    if cells["column"] is None:
        raise line.refused(_NO_COLUMN, _PASS_OVER)
    target = _target_of(line, targets)
    kept = {name: cells[name] for name in ("student_no", "name", "before", "after", "by", "why")}
    return kept | {
        "line": cells["row"],
        "input": target.kind,
        "column": target.columns[folded(cells["column"])],
        "named_row": _row_number(line),
    }


def _target_of(line: Line, targets: Sequence[Target]) -> Target:
    """The sheet that a line is about: told by 表 or 文件, or the only one that has such a column."""
    column = folded(line.cells["column"])
    meant = [target for target in targets if _is_meant(target, line.cells)]
    if not meant:
        raise line.refused(_NO_SUCH_SHEET, _NAME_THE_SHEET)
    fitting = [target for target in meant if column in target.columns]
    if not fitting:
        raise line.refused(_NO_SUCH_COLUMN, _proposed(line.cells["column"], meant))
    if len(fitting) > 1:
        raise line.refused(_EITHER_SHEET, _NAME_THE_SHEET)
    return fitting[0]


def _is_meant(target: Target, cells: Mapping[str, Any]) -> bool:
    if cells["input"] is not None:
        return folded(cells["input"]) in {folded(word) for word in (target.kind, *INPUTS[target.kind])}
    return cells["file"] is None or Path(cells["file"].strip()).name == Path(target.file).name


def _proposed(column: str, meant: Sequence[Target]) -> Text:
    titles = [title for target in meant for title in target.titles]
    near = get_close_matches(column.strip(), titles, n=1, cutoff=0)[0]
    return Text(f"请照表头写列名；是否想写 {near}", f"write the sheet's own header; did you mean {near}")


def _row_number(line: Line) -> int | None:
    """The row that a line names; InputError for what is no whole number."""
    told = line.cells["named_row"]
    if told is None:
        return None
    if not (told.strip().isdecimal() and len(told) <= ROW_DIGITS and 0 < int(told) < ROWS_MAX):
        raise line.refused(
            Text("行号不是整数", "the row number is no whole number"),
            Text("请填写表中的行号", "write the sheet's row number"),
        )
    return int(told)


ROW_DIGITS = 20
"""Characters of a row number, blanks around it included: Python turns no text of thousands into a number."""
ROWS_MAX = 1 << 32
"""No row number is as high: polars counts rows in 32 bits."""

_NOBODY = Text("没有写明学号或行号", "neither student number nor row is told")
_NAME_THE_ROW = Text("请补上学号或行号", "fill in one of them")
_NO_COLUMN = Text("没有写明要更正的列", "the column to correct is not told")
_PASS_OVER = Text(
    "请补上列名；照片等问题不能在这里更正，请清空“更正为”",
    "fill in the column; for photos and the like, which cannot be corrected here, clear the new value",
)
_NO_SUCH_SHEET = Text(
    "只能更正本批次的名册和证书信息表", "only the campaign's roster and awards sheet can be corrected"
)
_EITHER_SHEET = Text("名册和证书信息表都有这一列", "both roster and awards sheet have this column")
_NAME_THE_SHEET = Text("请在“表”一列写 名册 或 证书信息表", "write 名册 or 证书信息表 in the column 表")
_NO_SUCH_COLUMN = Text("没有这一列", "there is no such column")
