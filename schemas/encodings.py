"""How many bytes a text takes where it is going, as expressions over whole columns."""

import sys
from collections.abc import Iterable
from functools import cache

import polars as pl

SURROGATES = range(0xD800, 0xE000)


def gb18030_bytes(text: pl.Expr) -> pl.Expr:
    """How many bytes a text takes in GB18030: 1, 2 or 4 a character, as Python's codec has it.

    >>> pl.DataFrame({"name": ["张三", "A·𬱖"]}).select(gb18030_bytes(pl.col("name")))["name"].to_list()
    [4, 7]
    """
    wide = text.str.count_matches(r"[^\x00-\x7F]")
    double = text.str.count_matches(f"[{double_byte_class('gb18030')}]")
    return text.str.len_chars() + 3 * wide - 2 * double


def fits_gb18030(text: pl.Expr, bytes_max: int) -> pl.Expr:
    """Whether a text takes no more than so many bytes in GB18030.

    >>> pl.DataFrame({"name": ["张三", "A·𬱖"]}).select(fits_gb18030(pl.col("name"), 6))["name"].to_list()
    [True, False]
    """

    def fitting(texts: pl.Series) -> pl.Series:
        is_long = texts.str.len_bytes() * _GROWTH > bytes_max
        if not is_long.any():
            return ~is_long
        exact = texts.filter(is_long).to_frame().select(gb18030_bytes(pl.all()) <= bytes_max).to_series()
        return (~is_long).scatter(is_long.arg_true(), exact)

    return text.map_batches(fitting, return_dtype=pl.Boolean)


_GROWTH = 2
"""No character takes more than twice as many bytes in GB18030 as in UTF-8: most texts need no count."""


def outside_gbk(text: pl.Expr) -> pl.Expr:
    """Whether a text holds a character that GBK cannot.

    >>> pl.DataFrame({"name": ["张喆", "由𬱖"]}).select(outside_gbk(pl.col("name")))["name"].to_list()
    [False, True]
    """
    return text.str.contains(rf"[^\x00-\x7F{double_byte_class('gbk')}]")


@cache
def double_byte_class(encoding: str) -> str:
    """All characters that take two bytes in an encoding, as they stand in a regular expression's class."""
    double = (
        code for code in range(0x80, 0x10000) if code not in SURROGATES and _size(chr(code), encoding) == 2
    )
    return "".join(rf"\x{{{low:X}}}-\x{{{high:X}}}" for low, high in _runs(double))


def _size(character: str, encoding: str) -> int:
    return len(character.encode(encoding, "ignore"))


def _runs(codes: Iterable[int]) -> Iterable[tuple[int, int]]:
    """Runs of neighbouring numbers as first and last.

    >>> list(_runs([1, 2, 3, 7, 9, 10]))
    [(1, 3), (7, 7), (9, 10)]
    """
    first = last = -sys.maxsize
    for code in codes:
        if code != last + 1:
            if last >= 0:
                yield first, last
            first = code
        last = code
    if last >= 0:
        yield first, last
