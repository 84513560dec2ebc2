"""Tables as people send them, read with every cell as text. A wrong file is refused whole."""

import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import polars as pl

from flows.grid import CHECK_SHEET, Grid, read_grid
from schemas.errors import InputError
from schemas.places import Header, Sheet, packed
from schemas.words import Text


class Headers(NamedTuple):
    """For each column its accepted headers, the columns that a file must have, and those it has one of."""

    synonyms: Mapping[str, Sequence[str]]
    required: Sequence[str]
    one_of: Sequence[str] = ()


def read_table(path: Path, headers: Headers) -> pl.DataFrame:
    """One file as text: `row` (the sheet's row number) and every column of `headers`, null if absent.

    Raises InputError for a file that is missing, is not what its suffix says, has no rows, or has a missing
    or doubled column.
    """
    return read_sheet(path, headers, name=path.name).cells


def read_sheet(path: Path, headers: Headers, *, name: str) -> Sheet:
    """The same with its worksheet and headers; `name` is what the campaign calls the file."""
    grid = read_grid(path)
    names = _columns(path, grid, headers)
    filled = grid.body.with_row_index("row", grid.header_row + 1).filter(
        pl.any_horizontal(pl.exclude("row").is_not_null())
    )
    if filled.is_empty():
        raise InputError(path, Text("表中没有数据行", "the table has no rows"), CHECK_SHEET, place=grid.sheet)
    cells = {
        column: pl.col(str(names[column])) if column in names else _ABSENT for column in headers.synonyms
    }
    as_sent = packed(filled.select("row", **cells))
    return Sheet(name, grid.sheet, _headers_of(path, grid, headers, names), as_sent)


_ABSENT = pl.lit(None, dtype=pl.String)


def _headers_of(path: Path, grid: Grid, headers: Headers, names: Mapping[str, int]) -> dict[str, Header]:
    """Each of our columns as the file calls it; the usual header, without a letter, where it has none."""
    is_lettered = path.suffix.lower() != ".dbf"
    return {
        name: Header((grid.header[names[name]] or "").strip(), letter_of(names[name]) * is_lettered)
        if name in names
        else Header(usual)
        for name, (usual, *_) in headers.synonyms.items()
    }


def _columns(path: Path, grid: Grid, headers: Headers) -> dict[str, int]:
    """Where each of our columns stands in the file."""
    known = {folded(word): name for name, words in headers.synonyms.items() for word in words}
    found: dict[str, list[int]] = {}
    for index, header in enumerate(grid.header):
        name = known.get(folded(header or ""))
        if name is not None:
            found.setdefault(name, []).append(index)
    _refuse_doubled(path, grid, found)
    _refuse_missing(path, grid, headers, found)
    _refuse_none_of(path, grid, headers, found)
    return {name: indexes[0] for name, indexes in found.items()}


def folded(header: str) -> str:
    """A header without what people do not see or mean: width, blanks, case, the star of a required column.

    >>> folded("＊证 件　号码 "), folded("ｘｈ")
    ('证件号码', 'xh')
    """
    narrow = unicodedata.normalize("NFKC", header).casefold()
    seen = (char for char in narrow if not char.isspace() and unicodedata.category(char) != "Cf")
    return "".join(seen).strip("*")


def _refuse_doubled(path: Path, grid: Grid, found: Mapping[str, list[int]]) -> None:
    doubled = [index for indexes in found.values() if len(indexes) > 1 for index in indexes]
    if doubled:
        names = [(grid.header[index], letter_of(index)) for index in doubled]
        listed = "、".join(f"{name}（{letter} 列）" for name, letter in names)
        listed_en = ", ".join(f"{name} (column {letter})" for name, letter in names)
        raise InputError(
            path,
            Text(f"列重复：{listed}", f"doubled columns: {listed_en}"),
            Text("请只保留一列", "keep one of them"),
            place=grid.place,
        )


def _refuse_missing(path: Path, grid: Grid, headers: Headers, found: Iterable[str]) -> None:
    missing = [headers.synonyms[name][0] for name in headers.required if name not in found]
    if missing:
        raise InputError(
            path,
            Text(f"缺少列：{'、'.join(missing)}", f"missing columns: {', '.join(missing)}"),
            Text(
                "请在表头行补上，或检查文件编码和表头位置",
                "add them to the header row, or check encoding and header row",
            ),
            place=grid.place,
        )


def _refuse_none_of(path: Path, grid: Grid, headers: Headers, found: Collection[str]) -> None:
    if headers.one_of and not any(name in found for name in headers.one_of):
        words = [headers.synonyms[name][0] for name in headers.one_of]
        listed, listed_en = "、".join(words), ", ".join(words)
        raise InputError(
            path,
            Text(f"至少要有其中一列：{listed}", f"one of these columns is needed: {listed_en}"),
            Text(
                "请在表头行补上；表中要有能说明拍的是谁的号码",
                "add it to the header row: the file must have a number that says who was captured",
            ),
            place=grid.place,
        )


def letter_of(index: int) -> str:
    """A column's letters as a spreadsheet shows them.

    >>> letter_of(0), letter_of(27)
    ('A', 'AB')
    """
    letters = ""
    number = index + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
