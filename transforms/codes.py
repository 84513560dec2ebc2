"""What a code table makes of what people write."""

import polars as pl

from schemas.codes import meanings
from schemas.profile import CodeTable, Written
from transforms.text import fold_width


def meant(text: pl.Expr, table: CodeTable, written: Written = "text") -> pl.Expr:
    """The code or the text of what a table knows by code, text, synonym or letters; anything else stays.

    Of a column only its different texts are looked up: there are few.

    >>> sent = pl.DataFrame({"of": ["chn", "１５６", "火星"]})
    >>> sent.select(meant(pl.col("of"), "countries"))["of"].to_list()
    ['中国', '中国', '火星']
    """
    known = meanings(table, written)

    def decoded(texts: pl.Series) -> pl.Series:
        sent = texts.drop_nulls().unique().alias("sent")
        bare = sent.to_frame().select(fold_width(pl.col("sent")).str.to_uppercase()).to_series()
        means = [known.get(spelling, word) for spelling, word in zip(bare, sent, strict=True)]
        return texts.replace(sent, pl.Series(means, dtype=pl.String))

    return text.map_batches(decoded, return_dtype=pl.String)
