"""Certificate numbers: whose are remembered, who needs one, and the next free ones of the ranges.

A number is used up only by whoever is sealed. So everything is held against its rules first, as if whoever is
to get a number had it; then the accepted are numbered, by level, form of study and student number.
"""

from typing import NamedTuple

import polars as pl

from schemas.campaign import Campaign, NumberKind
from schemas.numbers import (
    EARLIER,
    ISSUED,
    KINDS,
    NUMBERS,
    PROPOSED,
    REMEMBERED,
    SCHOOLS,
    SERIAL_DIGITS,
    Span,
    number_forms,
    spans,
)
from schemas.profile import Profile

DIPLOMA: NumberKind = "diploma"
GRADUATED, COMPLETED = "毕业", "结业"
"""The conclusions that get a diploma number, of one and the same range (S62); 肄业 gets none (S58)."""
EXCHANGED = "结业换毕业"
"""What the remark says of a certificate of completion that became a diploma (S62)."""

ENROLMENT = ("kind", "student_no", "level_name")
QUEUE = ("kind", "level_name", "range_form")
"""Whose numbers come from the same ranges, one after the other."""
WAITING = (
    "row", "student_no", *QUEUE, "study_form", "conclusion", "has_photo", "held", "number", "is_needed",
    "has_range",
)  # fmt: skip
"""What of a claim is still asked for once it was held against the book."""


class Book(NamedTuple):
    """Of the kinds of number that a profile's tables hold: the ranges (SPANS) and what is remembered.

    The school's own numbers are remembered only where ranges are declared, which they must not meet.
    """

    kinds: tuple[NumberKind, ...]
    spans: pl.DataFrame
    remembered: pl.DataFrame


class Allotment(NamedTuple):
    """Who was `given` a `number`, and for whom it was too `short`; nobody is in both."""

    given: pl.DataFrame
    short: pl.DataFrame


class Numbering(NamedTuple):
    """What a run knows of certificate numbers before it gives any: those `remembered` (REMEMBERED), and whom
    it may give one: only these `students`, if any are named, and in a supplement nobody who is delivered.
    """

    remembered: pl.DataFrame
    students: tuple[str, ...] = ()
    is_supplement: bool = False

    def may_give(self, delivered: pl.Series) -> pl.Expr:
        """Whether an enrolment may get a new number in this run."""
        is_meant = pl.col("student_no").is_in(list(self.students)) if self.students else pl.lit(True)
        is_delivered = pl.col("student_no").is_in(delivered.implode())
        return is_meant & ~is_delivered if self.is_supplement else is_meant


NO_NUMBERING = Numbering(pl.DataFrame(schema=REMEMBERED))


def number_book(remembered: pl.DataFrame, campaign: Campaign, profile: Profile) -> Book:
    """What a campaign's numbers are held against."""
    columns = {column.of for table in profile.tables for column in table.columns}
    kinds = tuple(kind for kind in KINDS if number_forms()[kind].of in columns)
    ranges = spans([each for each in campaign.numbers if each.kind in kinds], campaign.certificates)
    is_binding = pl.col("is_issued") | pl.col("kind").is_in(ranges["kind"].unique().implode())
    return Book(kinds, ranges, remembered.filter(pl.col("kind").is_in(kinds) & is_binding))


# -- who has which, and who needs one ------------------------------------------------------------------------


def claims(known: pl.DataFrame, book: Book) -> pl.DataFrame:
    """One line for each enrolment and kind of number.

    `own` is the sheet's number, `held` that of an earlier bundle, `number` the one or else the other, null
    where there is none yet; `is_needed` where one is to be issued, and `has_range` where one can be.
    """
    lines = pl.concat([_lines(known, kind) for kind in book.kinds] or [_lines(known.clear(), DIPLOMA)])
    held = lines.join(
        _latest(book.remembered), on=ENROLMENT, how="left", validate="m:1", maintain_order="left"
    )
    serving = book.spans.filter("is_serving")
    general = (
        serving.filter(pl.col("study_form") == "").select("kind", "level_name", is_general=True).unique()
    )
    ranged = held.join(
        general, on=["kind", "level_name"], how="left", validate="m:1", maintain_order="left"
    ).with_columns(range_form=pl.when("is_general").then(pl.lit("")).otherwise("study_form"))
    queues = serving.select("kind", "level_name", range_form="study_form", has_range=True).unique()
    number = pl.coalesce("own", "held")
    is_managed = pl.col("kind").is_in(book.spans["kind"].unique().implode())
    return ranged.join(queues, on=QUEUE, how="left", validate="m:1", maintain_order="left").with_columns(
        pl.col("has_range").fill_null(False),
        number=number,
        is_managed=is_managed,
        is_needed=is_managed & pl.col("is_due") & number.is_null(),
        is_exchanged=_is_exchanged() & number.eq_missing(pl.col("held")),
    )


def _lines(known: pl.DataFrame, kind: NumberKind) -> pl.DataFrame:
    category = pl.coalesce("degree_category_code", "degree_category_name")
    is_graduate = pl.col("conclusion").is_in([GRADUATED, COMPLETED]).fill_null(False)
    return known.select(
        "row", "student_no", "level_name", "study_form", "conclusion", "remark",
        kind=pl.lit(kind),
        own=number_forms()[kind].of,
        has_photo=pl.col("photo_sha256").is_not_null(),
        is_due=is_graduate if kind == DIPLOMA else category.is_not_null(),
    )  # fmt: skip


def _latest(remembered: pl.DataFrame) -> pl.DataFrame:
    """The number that each enrolment has: the one issued to it, or the school's last."""
    one = remembered.sort("is_issued", maintain_order=True).unique(
        ENROLMENT, keep="last", maintain_order=True
    )
    return one.select(*ENROLMENT, held="number", held_conclusion="conclusion")


def _is_exchanged() -> pl.Expr:
    was_completed = pl.col("held_conclusion") == COMPLETED
    is_diploma = pl.col("kind") == DIPLOMA
    return (is_diploma & was_completed & (pl.col("conclusion") == GRADUATED)).fill_null(False)


def with_claims(known: pl.DataFrame, claimed: pl.DataFrame) -> pl.DataFrame:
    """Subjects with the numbers that they have; the remark notes an exchange where it says nothing else."""
    exchanged = claimed.filter("is_exchanged")["row"]
    noted = pl.when(pl.col("row").is_in(exchanged.implode())).then(pl.lit(EXCHANGED))
    return with_numbers(known, claimed).with_columns(remark=pl.coalesce("remark", noted))


def with_numbers(known: pl.DataFrame, numbers: pl.DataFrame) -> pl.DataFrame:
    """Subjects with the numbers (row, kind, number) that some of them lack."""
    for kind, form in number_forms().items():
        given = numbers.filter(pl.col("kind") == kind).select("row", given="number")
        joined = known.join(given, on="row", how="left", validate="1:1", maintain_order="left")
        known = joined.with_columns(pl.coalesce(form.of, "given").alias(form.of)).drop("given")
    return known


# -- giving numbers ------------------------------------------------------------------------------------------


def allot(waiting: pl.DataFrame, free: pl.DataFrame) -> Allotment:
    """The next free number for each claim that waits for one; who lacks one kind uses up none of the other.

    `lacking` says how many numbers a queue lacks. `free` has those of QUEUE, `place` and `number`.
    """
    order = (*QUEUE, "study_form", "student_no", "row")
    placed = waiting.sort(order, nulls_last=True).with_columns(place=pl.int_range(pl.len()).over(QUEUE))
    tried = placed.join(free, on=[*QUEUE, "place"], how="left", validate="m:1", maintain_order="left")
    tried = tried.with_columns(number="next", lacking=pl.col("next").is_null().sum().over(QUEUE)).drop("next")
    short = tried.filter(pl.col("number").is_null())
    if short.is_empty():
        return Allotment(tried, short)
    first = short.filter(pl.col("kind") == short["kind"][0])
    rest = allot(waiting.filter(~pl.col("row").is_in(first["row"].implode())), free)
    return Allotment(rest.given, pl.concat([first, rest.short]))


def ready_claims(
    claimed: pl.DataFrame, accepted: pl.Series, numbering: Numbering, delivered: pl.Series
) -> pl.DataFrame:
    """The claims of those whom this run can seal, and may: the accepted who have a photo."""
    is_accepted = pl.col("row").is_in(accepted.implode())
    return claimed.filter(is_accepted & pl.col("has_photo") & numbering.may_give(delivered))


def give_numbers(ready: pl.DataFrame, book: Book, awards: pl.DataFrame) -> Allotment:
    """New numbers for those claims among the `ready` that need one and have a range."""
    needing = ready.filter(pl.col("is_needed") & pl.col("has_range"))
    taken = taken_numbers(book.remembered, awards)
    return allot(needing, free_numbers(book.spans.filter("is_serving"), taken, needing.height))


def free_numbers(serving: pl.DataFrame, taken: pl.DataFrame, wanted: int) -> pl.DataFrame:
    """Of each range (SPANS) the numbers still to be issued, `wanted` at most, by QUEUE and `place`.

    They follow the greatest number that was issued from the range; what else is `taken` (kind, number,
    is_issued) is passed over.
    """
    pools = [_free(Span(*line), taken, wanted) for line in serving.select(Span._fields).iter_rows()]
    empty = pl.DataFrame(schema={**dict.fromkeys(QUEUE, pl.String), "next": pl.String})
    return pl.concat([empty, *pools]).with_columns(place=pl.int_range(pl.len()).over(QUEUE))


def _free(span: Span, taken: pl.DataFrame, wanted: int) -> pl.DataFrame:
    serial = pl.col("number").str.strip_prefix(span.prefix)
    mine = (pl.col("kind") == span.kind) & pl.col("number").str.starts_with(span.prefix)
    is_serial = serial.str.contains(rf"^[0-9]{{{SERIAL_DIGITS}}}$")
    used = taken.filter(mine & is_serial).select("is_issued", serial=serial.cast(pl.Int64, strict=False))
    used = used.filter(pl.col("serial").is_between(span.first, span.last))
    latest = used.filter("is_issued")["serial"].max()
    start = latest + 1 if isinstance(latest, int) else span.first
    end = min(span.last, start + wanted + used.height)
    pool = pl.DataFrame({"serial": range(start, end + 1)}, schema={"serial": pl.Int64})
    free = pool.join(used, on="serial", how="anti", maintain_order="left").head(wanted)
    digits = pl.col("serial").cast(pl.String).str.zfill(SERIAL_DIGITS)
    return free.select(
        kind=pl.lit(span.kind), level_name=pl.lit(span.level_name), range_form=pl.lit(span.study_form),
        next=pl.lit(span.prefix) + digits,
    )  # fmt: skip


def number_columns() -> list[str]:
    """The columns of the awards sheet that hold certificate numbers."""
    return [form.of for form in number_forms().values()]


def taken_numbers(remembered: pl.DataFrame, awards: pl.DataFrame) -> pl.DataFrame:
    """Every number that may not be issued (kind, number, is_issued): in a bundle, or in the awards sheet."""
    sheet = [
        awards.select(kind=pl.lit(kind), number=form.of, is_issued=False).drop_nulls("number")
        for kind, form in number_forms().items()
    ]
    return pl.concat([remembered.select("kind", "number", "is_issued"), *sheet])


def numbers_of(claimed: pl.DataFrame, given: pl.DataFrame, accepted: pl.Series) -> pl.DataFrame:
    """Every number of the accepted rows (NUMBERS), its bundle yet unknown, by kind and number."""
    news = given.select("row", "kind", new="number")
    theirs = claimed.filter(pl.col("row").is_in(accepted.implode()))
    lines = theirs.join(news, on=["row", "kind"], how="left", validate="1:1", maintain_order="left")
    origin = (
        pl.when(pl.col("new").is_not_null()).then(pl.lit(ISSUED))
        .when(pl.col("number") == pl.col("held")).then(pl.lit(EARLIER))
        .otherwise(pl.lit(SCHOOLS))
    )  # fmt: skip
    told = lines.with_columns(origin=origin, number=pl.coalesce("number", "new"), bundle=pl.lit(None))
    ordered = told.drop_nulls("number").sort("kind", "number")
    return ordered.select(pl.col(column).cast(dtype) for column, dtype in NUMBERS.items())


# -- what is sealed ------------------------------------------------------------------------------------------


def with_bundles(numbers: pl.DataFrame, remembered: pl.DataFrame, sealed: pl.DataFrame) -> pl.DataFrame:
    """Numbers with the first bundle that holds them: an earlier one, or this run's (`row`, `sealed_in`).

    What was given to somebody whom this run does not seal, since it is a dry one, is only proposed.
    """
    earlier = remembered.select("kind", "number", "student_no", earlier="bundle")
    told = numbers.join(
        earlier, on=["kind", "number", "student_no"], how="left", validate="m:1", maintain_order="left"
    ).join(sealed, on="row", how="left", validate="m:1", maintain_order="left")
    is_proposed = pl.col("sealed_in").is_null() & (pl.col("origin") == ISSUED)
    return told.with_columns(
        bundle=pl.coalesce("earlier", "sealed_in"),
        origin=pl.when(is_proposed).then(pl.lit(PROPOSED)).otherwise("origin"),
    ).drop("earlier", "sealed_in")


def newly_sealed(numbers: pl.DataFrame, remembered: pl.DataFrame, sealed: pl.Series) -> pl.DataFrame:
    """The numbers (REMEMBERED) of the `sealed` rows that no earlier bundle holds, each once.

    A table that lets the school's own numbers repeat is nothing to fail for here.
    """
    mine = numbers.filter(pl.col("row").is_in(sealed.implode()))
    mine = mine.unique(["kind", "number"], keep="first", maintain_order=True)
    new = mine.join(remembered, on=["kind", "number"], how="anti", maintain_order="left")
    return new.with_columns(is_issued=pl.col("origin") == ISSUED).select(list(REMEMBERED))
