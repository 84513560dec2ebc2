"""What an ID number says of its bearer, as expressions over whole columns (GB 11643-1999)."""

import polars as pl

from schemas.codes import document_types

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_CHARACTERS = "10X98765432"
"""ISO 7064 MOD 11-2: the weighted sum's remainder picks the check character."""


def has_form_of(document_type: pl.Expr, document_no: pl.Expr) -> pl.Expr:
    """Whether a number has the form of its document type; null for a type that is unknown."""
    form = pl.lit(None, dtype=pl.Boolean)
    for kind in document_types():
        form = (
            pl.when(document_type == kind.name).then(document_no.str.contains(kind.pattern)).otherwise(form)
        )
    return form


def is_citizen_form(document_type: pl.Expr, document_no: pl.Expr) -> pl.Expr:
    """Whether a number is one that carries birth date, sex and check character, and has that form."""
    kinds = [kind.name for kind in document_types() if kind.is_citizen_form]
    return document_type.is_in(kinds) & has_form_of(document_type, document_no)


def check_character_holds(document_no: pl.Expr) -> pl.Expr:
    """Whether the 18th character follows from the first seventeen.

    >>> numbers = pl.DataFrame({"no": ["440308199901101512", "440308199901101513"]})
    >>> numbers.select(check_character_holds(pl.col("no")))["no"].to_list()
    [True, False]
    """
    digits = (document_no.str.slice(place, 1).cast(pl.Int32, strict=False) for place in range(len(WEIGHTS)))
    total = pl.sum_horizontal(
        *(digit * weight for digit, weight in zip(digits, WEIGHTS, strict=True)), ignore_nulls=False
    )
    expected = pl.lit(CHECK_CHARACTERS).str.slice(total % len(CHECK_CHARACTERS), 1)
    return (document_no.str.slice(17, 1) == expected).alias("no")


def sex_of(document_no: pl.Expr) -> pl.Expr:
    """男 for an odd sequence number, 女 for an even one."""
    odd = document_no.str.slice(16, 1).cast(pl.Int32, strict=False) % 2 == 1
    return pl.when(odd).then(pl.lit("男")).when(odd.not_()).then(pl.lit("女"))


def born_on_of(document_no: pl.Expr) -> pl.Expr:
    """The birth date inside a number; null where it is no date."""
    return document_no.str.slice(6, 8).str.to_date("%Y%m%d", strict=False)
