"""Document numbers that are almost alike: one of the two may be miscopied."""

import polars as pl

from schemas import identity

LONGEST_NO = 20
"""As many places of a number are compared; passports have no more."""


def with_resembling_row(roster: pl.LazyFrame) -> pl.LazyFrame:
    """Beside each row the first row of almost the same number and the same name or birth date, or null.

    Two sound numbers with check characters never differ so little (MOD 11-2 tells every such slip), so one
    of a pair is without: those are few, and only who shares a name or birth date with them is compared.
    """
    known = roster.cache()
    people = known.select("row", "name", "born_on", "document_type", "document_no").drop_nulls("document_no")
    doubtful = people.filter(~is_assured().fill_null(False)).cache()
    alike = pl.concat([_alike(people, doubtful, by) for by in ("name", "born_on")])
    pairs = pl.concat([alike, alike.select(row="other", other="row")])
    first = pairs.group_by("row").agg(resembling_row=pl.col("other").min())
    beside = known.select("row").join(first, on="row", how="left", validate="m:1", maintain_order="left")
    return pl.concat([known, beside.select("resembling_row")], how="horizontal")


def is_assured() -> pl.Expr:
    """Whether a number's check character follows from it."""
    number = pl.col("document_no")
    return identity.is_checked(pl.col("document_type"), number) & identity.check_character_holds(number)


def _alike(people: pl.LazyFrame, doubtful: pl.LazyFrame, by: str) -> pl.LazyFrame:
    """Rows and other rows: one number doubtful, the numbers almost alike, the same in column `by`."""
    sharing = people.join(doubtful.select(by), on=by, how="semi")
    halves = sharing.select("row", by, "document_no", half=_halves()).explode("half")
    near = halves.join(doubtful.select(by, half=_halves()).explode("half"), on=[by, "half"], how="semi")
    left, right = _slips(doubtful, by), _slips(near, by)
    pairs = left.join(right, on=[by, "slip"], how="inner", validate="m:m", maintain_order="none")
    return pairs.filter(pl.col("document_no") != pl.col("document_no_right")).select("row", other="row_right")


def _halves() -> pl.Expr:
    """What stands before a number's middle character and behind it: no slip touches both."""
    number, middle = pl.col("document_no"), pl.col("document_no").str.len_chars() // 2
    before, behind = number.str.head(middle), number.str.slice(middle + 1)
    return pl.concat_list(pl.concat_str(pl.lit("<"), before), pl.concat_str(pl.lit(">"), behind))


def _slips(people: pl.LazyFrame, by: str) -> pl.LazyFrame:
    """Each number with one place blotted out, and with two neighbours in order: alike numbers share one."""
    number = pl.col("document_no")
    blots = [_in_place(place, 1, pl.lit("*")) for place in range(LONGEST_NO)]
    turned = [_in_place(place, 2, _sorted_pair(number, place)) for place in range(LONGEST_NO - 1)]
    slips = pl.concat_list(*blots, *turned)
    return people.select("row", by, "document_no", slip=slips).explode("slip").drop_nulls("slip")


def _in_place(place: int, length: int, by: pl.Expr) -> pl.Expr:
    number = pl.col("document_no")
    slip = pl.concat_str(
        pl.lit(f"{place}/{length}:"), number.str.head(place), by, number.str.slice(place + length)
    )
    return pl.when(number.str.len_chars() >= place + length).then(slip)


def _sorted_pair(number: pl.Expr, place: int) -> pl.Expr:
    first, second = number.str.slice(place, 1), number.str.slice(place + 1, 1)
    return pl.when(first <= second).then(first + second).otherwise(second + first)
