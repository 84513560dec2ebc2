"""Whom a document number fits that is shown in part, as capture codes do: `张*`, `3601**********1234`."""

import re

import polars as pl

from schemas.rules_of_day import Linking
from transforms.text import BLANKS, tidy_name

MASKED = "masked"
"""The part of a log line that such a number is."""
HIDDEN = "*"
"""What stands in place of each character that a reader does not show."""


def is_masked(number: pl.Expr) -> pl.Expr:
    """Whether some characters of a number are hidden."""
    return number.str.contains(HIDDEN, literal=True)


def masked_rows(log: pl.DataFrame, roster: pl.DataFrame, whole: pl.DataFrame, rules: Linking) -> pl.DataFrame:
    """What each document number that is shown in part fits, as IDENTITIES.

    Shown far enough and with a name it fits everybody in the roster who has that mask. Otherwise it fits
    nobody of itself, and of those whom the line's whole numbers fit the ones whom it does not contradict.
    """
    lines = masked_lines(log)
    people = roster.filter(pl.col("document_no").is_not_null()).select(
        "row", "document_no", name=plain_name(pl.col("name"))
    )
    is_telling = tells_somebody(rules)
    fitting = [
        *everybody_masked_so(lines.filter(is_telling), people),
        *not_contradicted(lines.filter(~is_telling), people, whole),
    ]
    fits = pl.concat([pl.DataFrame(schema={"line": pl.UInt32, "row": pl.UInt32}), *fitting])
    told = lines.join(fits, on="line", how="left", validate="1:m", maintain_order="left_right")
    return told.select("line", part=pl.lit(MASKED), key="mask", row="row")


def masked_lines(log: pl.DataFrame) -> pl.DataFrame:
    """`line`, `mask`, its `shape` (`####**********####`), the characters `shown`, and `name_mask`."""
    mask = pl.col("document_no")
    return log.filter(is_masked(mask)).select(
        "line", mask=mask, shape=mask.str.replace_all(r"[^*]", "#"), shown=mask.str.replace_all(r"\*", ""),
        name_mask=plain_name(pl.col("name")),
    )  # fmt: skip


def plain_name(name: pl.Expr) -> pl.Expr:
    """A name to compare with others: tidied, without blanks, in capitals, with plain stars.

    >>> pl.select(plain_name(pl.lit("Ann ＊＊"))).item()
    'ANN**'
    """
    starred = name.str.replace_all("＊", HIDDEN, literal=True)
    return tidy_name(starred).str.replace_all(BLANKS, "").str.to_uppercase()


def tells_somebody(rules: Linking) -> pl.Expr:
    """Whether a masked number shows enough, its last characters too that differ most, and the name something.

    Of people in no roster of 10,000, one in 1,000 had the mask of exactly one student in it where the first
    four, the last four and the surname were shown; one in 100 where the first four were not.
    """
    shows_enough = pl.col("shown").str.len_chars() >= rules.masked_shown_min.value
    shows_end = pl.col("shape").str.contains(f"#{{{rules.masked_end_min.value}}}$")
    return shows_enough & shows_end & pl.col("name_mask").str.contains(r"[^*]").fill_null(False)


def everybody_masked_so(lines: pl.DataFrame, people: pl.DataFrame) -> list[pl.DataFrame]:
    """`line` and `row` of everybody whose number and name have a line's masks, a frame for each shape."""
    alike = [
        lines.filter(pl.col("shape") == shape).join(
            people.filter(has_length(shape)).with_columns(shown=at_shown_places(shape)),
            on="shown", how="inner", validate="m:m", maintain_order="left_right",
        )
        for shape in lines["shape"].unique().sort()
    ]  # fmt: skip
    return [pairs.filter(name_fits()).select("line", "row") for pairs in alike]


def not_contradicted(lines: pl.DataFrame, people: pl.DataFrame, whole: pl.DataFrame) -> list[pl.DataFrame]:
    """`line` and `row` of those whom a line's whole numbers fit and its masks too, a frame for each shape."""
    pairs = (
        lines.join(whole.select("line", "row").unique(maintain_order=True), on="line", how="inner",
                   validate="1:m", maintain_order="left_right")
        .join(people, on="row", how="inner", validate="m:1", maintain_order="left")
    )  # fmt: skip
    return [
        pairs.filter(
            (pl.col("shape") == shape)
            & has_length(shape)
            & (at_shown_places(shape) == pl.col("shown"))
            & name_fits().fill_null(True)
        ).select("line", "row")
        for shape in pairs["shape"].unique().sort()
    ]


def has_length(shape: str) -> pl.Expr:
    """Whether a document number is as long as a mask."""
    return pl.col("document_no").str.len_chars() == len(shape)


def at_shown_places(shape: str) -> pl.Expr:
    """The characters of a document number at the places that a mask shows.

    >>> person = pl.DataFrame({"document_no": ["360102199801011234"]})
    >>> person.select(at_shown_places("####**********####")).item()
    '36011234'
    """
    places = [match.span() for match in re.finditer("#+", shape)]
    return pl.concat_str(
        pl.lit(""), *(pl.col("document_no").str.slice(start, end - start) for start, end in places)
    )


def name_fits() -> pl.Expr:
    """Whether `name` is `name_mask`, in which every run of stars hides one character or more.

    >>> pairs = {"name": ["张三丰", "张三", "张", "王五"], "name_mask": ["张*", "张**", "张*", "王五"]}
    >>> pl.DataFrame(pairs).select(name_fits()).to_series().to_list()
    [True, True, False, True]
    """
    name, mask = pl.col("name"), pl.col("name_mask")
    head, tail = mask.str.extract(r"^([^*]*)"), mask.str.extract(r"([^*]*)$")
    is_longer = name.str.len_chars() > head.str.len_chars() + tail.str.len_chars()
    between = mask.str.contains(r"\*[^*]+\*")
    pattern = pl.format("^{}$", mask.str.escape_regex().str.replace_all(r"(\\\*)+", ".+"))
    middle_fits = name.str.contains(pl.when(between).then(pattern).otherwise(pl.lit("")))
    masked = is_masked(mask) & name.str.starts_with(head) & name.str.ends_with(tail) & is_longer & middle_fits
    return (name == mask) | masked
