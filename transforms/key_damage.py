"""Numbers in log and file names that are not written as meant: tidied without loss, or damaged beyond repair.

A damaged number fits nobody. How many students it would fit if it were repaired is told, and never acted on.
"""

from collections.abc import Mapping

import polars as pl

from schemas.profile import Profile
from schemas.reasons import Reason, Severity
from schemas.rules_of_day import Linking
from transforms.keys import (
    KEY_CLAIM_MIN,
    LOG_NUMBERS,
    TICKET,
    file_name_parts,
    is_damaged,
    number_rows,
    whole_numbers,
)
from transforms.validation import as_findings, masked, severity_of

EXPONENT = r"^([0-9])(?:\.([0-9]+))?E\+?([0-9]+)$"
DECIMALS = r"\.[0-9]+$"
KEPT = 15
"""Of a number so many digits are left by a spreadsheet; the others become noughts."""
PAIRS = {"key": pl.String, "row": pl.UInt32}


def key_findings(
    captures: pl.DataFrame, log: pl.DataFrame, roster: pl.DataFrame, profile: Profile
) -> pl.DataFrame:
    """Which numbers in the log and in file names are damaged, and which file names were tidied."""
    rules, severities = profile.linking, profile.severities
    damaged = damage_findings(captures, log, roster, rules=rules, severities=severities)
    return pl.concat([damaged, tidied_name_findings(captures, roster, rules=rules, severities=severities)])


def damage_findings(
    captures: pl.DataFrame,
    log: pl.DataFrame,
    roster: pl.DataFrame,
    *,
    rules: Linking,
    severities: Mapping[str, Severity],
) -> pl.DataFrame:
    """Every damaged number in the log and in file names, once a line or file, as FINDINGS."""
    held = number_rows(roster, (*rules.file_name_keys, *LOG_NUMBERS))
    logged = whole_numbers(log).select("key", column="part", sheet_row="line", input=pl.lit("capture_log"))
    named = file_name_parts(captures).select("key", "capture_path", column=pl.lit("file_name"))
    numbers = pl.concat([logged, named.filter(is_number_like())], how="diagonal")
    damage = damage_of(numbers["key"].unique().sort(), held)
    found = numbers.join(damage, on="key", how="inner", validate="m:1", maintain_order="left")
    once = found.sort("capture_path", "sheet_row", "column", "key", maintain_order=True).unique(
        ["capture_path", "sheet_row"], keep="first", maintain_order=True
    )
    code = pl.lit(Reason.KEY_DAMAGED.value)
    told = once.with_columns(
        code=code, severity=severity_of(code, severities), seen=masked(pl.col("key")),
        limit=pl.format("{}；若能复原，对应 {} 名学生", "damage", "students"),
    )  # fmt: skip
    return as_findings(told)


def is_number_like() -> pl.Expr:
    """Whether a part of a file's name could be what is left of a number: no counter, room or word."""
    is_rest = pl.col("key").str.contains(r"^[0-9]+[0-9X]$") | is_damaged(pl.col("key"))
    return is_rest & (pl.col("key").str.len_chars() >= KEY_CLAIM_MIN)


def damage_of(numbers: pl.Series, held: pl.DataFrame) -> pl.DataFrame:
    """`key`, its `damage` in words and how many `students` it would fit if repaired, for each damaged number.

    `held` has `key` and `row` of the numbers that students have; what one of them has is not damaged.
    What only looks cut or stripped is damaged if it would fit somebody, and else a stranger's.
    """
    lost = numbers.alias("key").to_frame().join(held, on="key", how="anti", maintain_order="left")
    if lost.is_empty():
        return pl.DataFrame(schema={"key": pl.String, "damage": pl.String, "students": pl.UInt32})
    guesses = {
        "被写成科学计数法": (pl.col("key").str.contains(EXPONENT), from_exponent(lost, held)),
        "多出小数": (is_with_decimals(), without_decimals(lost, held)),
        "末几位变成了 0": (is_damaged(pl.col("key")), from_rounded(lost, held)),
        "前面的 0 有增减": (pl.lit(False), from_stripped(lost, held)),
        "后面被截短": (pl.lit(False), from_cut(lost, held)),
    }
    told = [
        with_students(lost, pairs, is_certain).with_columns(damage=pl.lit(damage))
        for damage, (is_certain, pairs) in guesses.items()
    ]
    return (
        pl.concat(told).unique("key", keep="first", maintain_order=True).select("key", "damage", "students")
    )


def with_students(lost: pl.DataFrame, pairs: pl.DataFrame, is_certain: pl.Expr) -> pl.DataFrame:
    """The numbers that this damage explains, and how many students it hides; a certain one may hide none."""
    counts = pairs.group_by("key").agg(students=pl.col("row").n_unique())
    counted = lost.join(counts, on="key", how="left", validate="1:1", maintain_order="left")
    is_hiding = pl.col("students").is_not_null()
    return counted.filter(is_hiding | is_certain).with_columns(pl.col("students").fill_null(0))


def is_with_decimals() -> pl.Expr:
    """Whether a number ends in decimals and is not in scientific notation."""
    return pl.col("key").str.contains(r"^[0-9]+\.[0-9]+$")


# -- what a damaged number may have been: `key` and `row` ----------------------------------------------------


def from_exponent(lost: pl.DataFrame, held: pl.DataFrame) -> pl.DataFrame:
    """Students with a number of that many digits that is rounded so."""
    parts = pl.col("key").str.extract_groups(EXPONENT).struct
    digits = pl.concat_str(parts.field("1"), parts.field("2").fill_null(""))
    rounded = lost.filter(pl.col("key").str.contains(EXPONENT)).with_columns(
        digits=digits, length=parts.field("3").cast(pl.UInt32, strict=False) + 1
    )
    whole = held.filter(pl.col("key").str.contains("^[0-9]{1,18}$")).select("row", whole="key")
    each = [
        rounded.filter(pl.col("digits").str.len_chars() == kept).join(
            whole.select("row", length=pl.col("whole").str.len_chars(), digits=rounded_to(kept)),
            on=["digits", "length"], how="inner", validate="m:m", maintain_order="left_right",
        ).select(list(PAIRS))
        for kept in rounded["digits"].str.len_chars().unique().sort()
    ]  # fmt: skip
    return pl.concat([pl.DataFrame(schema=PAIRS), *each])


def rounded_to(kept: int) -> pl.Expr:
    """The first digits of `whole`, the last of them rounded.

    >>> pl.DataFrame({"whole": ["360102199", "360107", "36"]}).select(rounded_to(5)).to_series().to_list()
    ['36010', '36011', '36']
    """
    head = pl.col("whole").str.head(kept + 1)
    rounded = ((head.cast(pl.Int64) + 5) // 10).cast(pl.String).str.zfill(kept)
    return pl.when(head.str.len_chars() > kept).then(rounded).otherwise(head)


def without_decimals(lost: pl.DataFrame, held: pl.DataFrame) -> pl.DataFrame:
    """Students with the number before the decimal point."""
    return same(
        lost.filter(is_with_decimals()).with_columns(meant=pl.col("key").str.replace(DECIMALS, "")), held
    )


def from_rounded(lost: pl.DataFrame, held: pl.DataFrame) -> pl.DataFrame:
    """Students with a number of the same length that begins with the same fifteen digits."""

    def kept(number: pl.Expr) -> pl.Expr:
        return pl.format("{}:{}", number.str.len_chars(), number.str.head(KEPT))

    ends_in_noughts = pl.col("key").str.contains(f"^[0-9]{{{KEPT}}}0+$")
    numbers = held.filter(pl.col("key").str.len_chars() > KEPT)
    return same(
        lost.filter(ends_in_noughts).with_columns(meant=kept(pl.col("key"))),
        numbers.with_columns(key=kept(pl.col("key"))),
    )


def from_stripped(lost: pl.DataFrame, held: pl.DataFrame) -> pl.DataFrame:
    """Students whose number has more or fewer noughts in front."""
    bare = pl.col("key").str.strip_chars_start("0")
    is_something = bare.str.len_bytes() > 0
    return same(lost.filter(is_something).with_columns(meant=bare), held.with_columns(key=bare))


def from_cut(lost: pl.DataFrame, held: pl.DataFrame) -> pl.DataFrame:
    """Students whose number goes on behind it; short ones may begin anybody's."""
    long = lost.filter(pl.col("key").str.len_chars() >= KEY_CLAIM_MIN).with_columns(meant="key")
    lengths = pl.col("key").str.len_chars()
    each = [
        same(
            long.filter(lengths == length),
            held.filter(lengths > length).with_columns(pl.col("key").str.head(length)),
        )
        for length in long["key"].str.len_chars().unique().sort()
    ]
    return pl.concat([pl.DataFrame(schema=PAIRS), *each])


def same(lost: pl.DataFrame, held: pl.DataFrame) -> pl.DataFrame:
    """`key` and `row` where what a lost number may have meant is what a student has."""
    pairs = lost.join(
        held.rename({"key": "meant"}), on="meant", how="inner", validate="m:m", maintain_order="left_right"
    )
    return pairs.select(list(PAIRS))


# -- tidied without loss -------------------------------------------------------------------------------------


def tidied_log_findings(
    sent: pl.DataFrame, log: pl.DataFrame, severities: Mapping[str, Severity]
) -> pl.DataFrame:
    """Every log line of which a number was not as meant when it was sent, once, as FINDINGS.

    `sent` has the log's cells as they were sent, `row` the line; `log` is the same, cleaned.
    """
    changed = [
        sent.select(sheet_row="row", column=pl.lit(column), was=column)
        .join(log.select("line", now=column), left_on="sheet_row", right_on="line", how="inner",
              validate="1:1", maintain_order="left")
        .filter(pl.col("now").is_not_null() & (pl.col("was") != pl.col("now")))
        for column in (*LOG_NUMBERS, TICKET)
    ]  # fmt: skip
    once = pl.concat(changed).sort("sheet_row", maintain_order=True)
    once = once.unique("sheet_row", keep="first", maintain_order=True)
    return _tidied(once.with_columns(input=pl.lit("capture_log")), severities)


def tidied_name_findings(
    captures: pl.DataFrame, roster: pl.DataFrame, *, rules: Linking, severities: Mapping[str, Severity]
) -> pl.DataFrame:
    """Every file whose name has a student's number otherwise than it is meant, once, as FINDINGS."""
    known = number_rows(roster, rules.file_name_keys)
    parts = file_name_parts(captures).filter(pl.col("was") != pl.col("key"))
    named = parts.join(known, on="key", how="semi", maintain_order="left").sort("capture_path", "key")
    once = named.unique("capture_path", keep="first", maintain_order=True)
    return _tidied(once.with_columns(column=pl.lit("file_name")), severities)


def _tidied(changed: pl.DataFrame, severities: Mapping[str, Severity]) -> pl.DataFrame:
    code = pl.lit(Reason.KEY_TIDIED.value)
    told = changed.with_columns(code=code, severity=severity_of(code, severities), seen=masked(pl.col("was")))
    return as_findings(told)
