"""What helps to mend a row: where the bad character stands, what a number or a value seems to be."""

import difflib

import polars as pl

from schemas import identity
from schemas.codes import code_table, disciplines, private_use
from schemas.encodings import outside_gbk
from schemas.profile import Column, Table
from schemas.reasons import Reason
from schemas.records import allowed
from schemas.roster import DAMAGE
from transforms.validation import MASKED, masked

HINTED_MAX = 1000
"""So many wrong values of a table are compared with what they may have meant: a millisecond each."""
NEAR = 0.5
"""From this likeness on (`difflib`) a text may be meant: half of two characters, as 毕也 for 毕业."""
LISTED_MAX = 6
"""So many allowed values are named where none of them is near."""


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
        Reason.COUNTRY_CONTRADICTS_DOCUMENT: pl.format(
            "号码说的是{}", identity.country_told_by(kind, number)
        ),
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


# -- records -------------------------------------------------------------------------------------------------


def with_value_hints(found: pl.DataFrame, table: Table) -> pl.DataFrame:
    """Findings on a table's records with what was probably meant as their `limit`, where it can be told."""
    columns = {column.code: column for column in table.columns if column.code not in MASKED}
    keys = ["code", "column", "seen"]
    wrong = found.filter(pl.col("column").is_in(list(columns))).select(keys).drop_nulls().unique()
    hints = [
        (code, column, seen, value_hint(code, columns[column], seen))
        for code, column, seen in wrong.sort(keys).head(HINTED_MAX).iter_rows()
    ]
    told = pl.DataFrame(hints, schema=dict.fromkeys([*keys, "hint"], pl.String), orient="row")
    hinted = found.join(told, on=keys, how="left", validate="m:1", maintain_order="left")
    return hinted.with_columns(limit=pl.coalesce("hint", "limit")).drop("hint")


def value_hint(code: str, column: Column, seen: str) -> str | None:
    """What a value that was refused for a reason may have meant; None where nothing can be told."""
    match code:
        case Reason.VALUE_NOT_LISTED:
            return _listed_hint(column, seen)
        case Reason.VALUE_MALFORMED:
            return next((f"疑为 {repaired}" for repaired in _repaired(column, seen)), None)
        case Reason.DEGREE_CONTRADICTS_LEVEL | Reason.CODE_CONTRADICTS_TEXT:
            return _code_hint(column, seen)
        case Reason.DEGREE_OUTSIDE_DISCIPLINE:
            return _grants_hint(seen)
        case _:
            return None


def _listed_hint(column: Column, seen: str) -> str | None:
    """The one value that is near, or all of them if they are few."""
    listed = allowed(column)
    near = nearest(seen, column)
    if near is not None:
        return f"疑为 {near}"
    return f"可填 {'、'.join(listed)}" if len(listed) <= LISTED_MAX else None


def nearest(seen: str, column: Column) -> str | None:
    """The allowed value whose code, text or synonym is nearest to what was written; None if it is not alone.

    Of digits only the noughts that a spreadsheet took away are put back: a wrong code may mean any other.
    """
    spelt = _spellings(column)
    if seen.isascii() and not seen.isalpha():
        codes = code_table(column.codes) if column.codes else ()
        return spelt.get(seen.zfill(max((len(line.code) for line in codes), default=0)))
    rated = sorted(
        ((difflib.SequenceMatcher(None, seen.upper(), spelling).ratio(), spelling) for spelling in spelt),
        reverse=True,
    )
    best = [spelt[spelling] for likeness, spelling in rated if likeness == rated[0][0] >= NEAR]
    return best[0] if len(set(best)) == 1 else None


def _spellings(column: Column) -> dict[str, str]:
    """Each spelling of every value that a column allows, and that value."""
    listed = {value: value for value in allowed(column)}
    if column.codes is None:
        return listed
    written = {
        line.code if column.written == "code" else line.name: line for line in code_table(column.codes)
    }
    known = {spelling: value for value in listed for spelling in written[value].spellings}
    return known | listed


def _repaired(column: Column, seen: str) -> list[str]:
    """A malformed code as it was before a spreadsheet took it for a number, if it has the form then."""
    bare = seen.removesuffix(".0")
    tries = pl.Series([bare, f"0{bare}", bare.upper()])
    return tries.filter(tries.str.contains(f"^(?:{column.pattern or ''})$") & (tries != seen)).to_list()


def _code_hint(column: Column, seen: str) -> str | None:
    """What a degree's or a discipline's code stands for."""
    if column.known == "degrees":
        names = {line.code: line.name for line in code_table("degrees")}
    else:
        names = {line.code: line.names[0] for line in disciplines()}
        seen = seen[:4]
    return f"{seen} 为 {names[seen]}" if seen in names else None


def _grants_hint(major: str) -> str | None:
    """What a discipline is, and the degrees that it usually grants."""
    categories = {line.code: line.name for line in code_table("discipline_categories")}
    for line in disciplines():
        if line.code == major[:4]:
            granted = "、".join(categories[grant] for grant in line.grants) or "专业学位"
            return f"{line.code} {line.names[0]}通常授{granted}"
    return None
