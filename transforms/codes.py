"""What a code table makes of what people write."""

import unicodedata
from collections.abc import Callable

import polars as pl

from schemas.codes import meanings
from schemas.profile import CodeTable, Written


def meant(text: pl.Expr, table: CodeTable, written: Written = "text") -> pl.Expr:
    """The code or the text of what a table knows by code, text, synonym or letters; anything else stays.

    >>> sent = pl.DataFrame({"of": ["chn", "１５６", "火星"]})
    >>> sent.select(meant(pl.col("of"), "countries"))["of"].to_list()
    ['中国', '中国', '火星']
    """
    known = meanings(table, written)
    return by_word(text, lambda word: known.get(unicodedata.normalize("NFKC", word).upper(), word))


def by_word(text: pl.Expr, meaning: Callable[[str], str]) -> pl.Expr:
    """What each text means; only the different ones of a column are looked up, of which there are few."""

    def decoded(texts: pl.Series) -> pl.Series:
        sent = texts.drop_nulls().unique()
        return texts.replace(sent, pl.Series([meaning(word) for word in sent], dtype=pl.String))

    return text.map_batches(decoded, return_dtype=pl.String)
