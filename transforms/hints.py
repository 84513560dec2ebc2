"""What helps to mend a roster row: where the bad character stands, what the number seems to be."""

import polars as pl

from schemas import identity
from schemas.codes import private_use
from schemas.encodings import outside_gbk
from schemas.reasons import Reason
from schemas.roster import DAMAGE
from transforms.validation import masked


def with_hints(found: pl.DataFrame, roster: pl.DataFrame) -> pl.DataFrame:
    """Findings on roster rows with a hint as their `limit`, where there is one to give; ID numbers masked."""
    hints = pl.concat([number_hints(found, roster), name_hints(found, roster)])
    hinted = found.join(hints, on=["row", "code"], how="left", validate="m:1", maintain_order="left")
    return hinted.with_columns(limit=pl.coalesce("hint", "limit")).drop("hint")


def number_hints(found: pl.DataFrame, roster: pl.DataFrame) -> pl.DataFrame:
    """What each number that was found wanting seems to be, as `row`, `code` and `hint`."""
    number, kind = pl.col("document_no"), pl.col("document_type")
    hints = {
        Reason.DOCUMENT_NO_LEGACY: pl.format(
            "推算为 {}", masked(pl.when(identity.is_legacy(number)).then(identity.upgraded(number)))
        ),
        Reason.DOCUMENT_TYPE_CONTRADICTS: pl.format(
            "号码是{}的写法", identity.type_contradicting(kind, number)
        ),
        Reason.DOCUMENT_NO_RESEMBLES: pl.format("与第 {} 行相近", pl.col("resembling_row")),
    }
    wanting = roster.join(found.filter(pl.col("code").is_in(list(hints))), on="row", how="semi")
    each = [wanting.select("row", code=pl.lit(code.value), hint=hint) for code, hint in hints.items()]
    return pl.concat(each).drop_nulls("hint")


def name_hints(found: pl.DataFrame, roster: pl.DataFrame) -> pl.DataFrame:
    """Which characters of a name are meant: `第2个字 U+2CC56`."""
    character = pl.col("character")
    tests = {
        Reason.NAME_DAMAGED: character.str.contains(rf"{DAMAGE}|\p{{M}}"),
        Reason.NAME_OUTSIDE_GBK: outside_gbk(character),
    }
    told = found.filter(pl.col("code").is_in([reason.value for reason in tests])).select("row", "code")
    spelt = _spelt(told.join(roster.select("row", "name"), on="row", how="inner", validate="m:1"))
    is_meant = pl.any_horizontal((pl.col("code") == reason.value) & bad for reason, bad in tests.items())
    return (
        spelt.filter(is_meant)
        .group_by("row", "code", maintain_order=True)
        .agg(hint=pl.format("第{}个字 {}{}", "place", "point", "note").str.join("、"))
    )


def _spelt(names: pl.DataFrame) -> pl.DataFrame:
    """A line per character of a name: its place from 1, its code point, what GB 18030 says of it."""
    character, known = pl.col("character"), private_use()
    letters = names.with_columns(character=pl.col("name").str.split("")).with_columns(
        place=pl.int_ranges(1, pl.col("character").list.len() + 1)
    )
    notes = {private: f"（疑为{meant} {_point(meant)}）" for private, meant in known.items()}
    notes |= dict.fromkeys(known.values(), "（GB18030 各版编码不同）")
    return letters.explode("character", "place").with_columns(
        point=character.map_elements(_point, return_dtype=pl.String),
        note=character.replace_strict(list(notes), list(notes.values()), default="", return_dtype=pl.String),
    )


def _point(character: str) -> str:
    return f"U+{ord(character):04X}"
