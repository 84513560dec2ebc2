"""Whom the numbers of a log line or of a file's name fit: compared exactly, to the last zero.

A number that a program damaged fits nobody. A number that is shown in part fits only together with the name.
"""

import re

import polars as pl

from schemas import identity
from schemas.profile import Linking
from schemas.roster import SPREADSHEET_NUMBER
from transforms.text import BLANKS, tidy_name

IDENTITIES: dict[str, pl.DataType | type[pl.DataType]] = {
    "line": pl.UInt32,
    "part": pl.String,
    "key": pl.String,
    "row": pl.UInt32,
}
"""A line for every roster row that a part of a log line fits; `row` is null where it fits nobody.

`part` is the log's column (`student_no`, `document_no`, `unique_no`), or `masked` for a number shown in part.
"""
FILE_IDENTITIES: dict[str, pl.DataType | type[pl.DataType]] = {
    "capture_path": pl.String,
    "part": pl.String,
    "key": pl.String,
    "row": pl.UInt32,
}
"""The same for what a file's name says: `part` is `file_name`, or `ticket_no` for the number drawn."""

LOG_NUMBERS = ("student_no", "document_no", "unique_no")
MASKED = "masked"
FILE_NAME = "file_name"
TICKET = "ticket_no"
HIDDEN = "*"
"""What stands in place of each character that a reader does not show."""

KEY_CLAIM_MIN = 8
"""A file name's part of fewer characters is a counter, not a student's number."""
ID_NUMBER_STEM = r"^([0-9]{15}|[0-9]{17}[0-9X])$"
ROUNDED_ID_NUMBER = r"^[0-9]{15}000$"
"""An ID number of which a spreadsheet kept fifteen digits, unless its check character holds."""


# -- the log -------------------------------------------------------------------------------------------------


def line_identities(log: pl.DataFrame, roster: pl.DataFrame, rules: Linking) -> pl.DataFrame:
    """Every roster row that each number of a log line fits (IDENTITIES); a line without numbers has none."""
    whole = whole_numbers(log).join(
        number_rows(roster, (*rules.file_name_keys, *LOG_NUMBERS)),
        on="key", how="left", validate="m:m", maintain_order="left_right",
    )  # fmt: skip
    told = pl.concat([whole, masked_rows(log, roster, whole, rules)])
    return told.select(pl.col(name).cast(dtype) for name, dtype in IDENTITIES.items()).sort(list(IDENTITIES))


def whole_numbers(log: pl.DataFrame) -> pl.DataFrame:
    """`line`, `part` and `key` of every number that a log line gives whole, damaged ones included."""
    return pl.concat(log.select("line", part=pl.lit(column), key=column) for column in LOG_NUMBERS).filter(
        pl.col("key").is_not_null() & ~((pl.col("part") == "document_no") & is_masked(pl.col("key")))
    )


def number_rows(roster: pl.DataFrame, columns: tuple[str, ...]) -> pl.DataFrame:
    """`key` and `row`: every number in these columns that may stand for an enrolment: no damaged ones."""
    held = pl.concat(roster.select("row", key=column) for column in dict.fromkeys(columns))
    return held.drop_nulls("key").filter(~is_damaged(pl.col("key"))).unique(maintain_order=True)


def is_damaged(number: pl.Expr) -> pl.Expr:
    """Whether a spreadsheet took a number for a value: `1.1E+17`, `401.0`, the last three of an ID 000.

    >>> numbers = ["360102199801011234", "3.60102E+17", "401.0", "360102199801012000", "440308199901100000"]
    >>> pl.DataFrame({"no": numbers}).select(is_damaged(pl.col("no")))["no"].to_list()
    [False, True, True, True, True]
    """
    is_rounded = number.str.contains(ROUNDED_ID_NUMBER) & ~identity.check_character_holds(number)
    return number.str.contains(SPREADSHEET_NUMBER) | is_rounded


# -- numbers shown in part -----------------------------------------------------------------------------------


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


# -- file names ----------------------------------------------------------------------------------------------


def file_identities(
    captures: pl.DataFrame, log: pl.DataFrame, roster: pl.DataFrame, rules: Linking
) -> pl.DataFrame:
    """Every roster row that a file's name fits (FILE_IDENTITIES); a file that nobody is named in has none.

    In the mode `ticket` a file may be named after the number that was drawn.
    """
    told = [named_rows(captures, roster, rules)]
    if rules.mode == "ticket":
        told.append(ticket_rows(captures, log, line_identities(log, roster, rules)))
    every = [
        part.select(pl.col(name).cast(dtype) for name, dtype in FILE_IDENTITIES.items()) for part in told
    ]
    return pl.concat(every).sort(list(FILE_IDENTITIES))


def named_rows(captures: pl.DataFrame, roster: pl.DataFrame, rules: Linking) -> pl.DataFrame:
    """What the numbers in file names fit; the day of the shot is none, whoever has it.

    A name that is an ID number as a whole is a number even if no student has it: the file was named after
    somebody.
    """
    known = number_rows(roster, rules.file_name_keys)
    stems = captures.select(
        "capture_path", stem=stem(pl.col("file_name")), day=pl.col("taken_at").dt.to_string("%Y%m%d")
    )
    parts = stems.with_columns(key=stem_parts(pl.col("stem"))).explode("key")
    is_strange = (pl.col("key") == pl.col("stem")) & pl.col("stem").str.contains(ID_NUMBER_STEM)
    is_long = pl.col("key").str.len_chars() >= KEY_CLAIM_MIN
    return (
        parts.filter(is_long & pl.col("key").ne_missing(pl.col("day")))
        .unique(["capture_path", "key"], keep="first", maintain_order=True)
        .join(known, on="key", how="left", validate="m:m", maintain_order="left_right")
        .filter(pl.col("row").is_not_null() | is_strange)
        .with_columns(part=pl.lit(FILE_NAME))
    )


def stem(file_name: pl.Expr) -> pl.Expr:
    """A file's name without its suffix, in capitals."""
    return file_name.str.replace(r"\.[^.]*$", "").str.to_uppercase()


def stem_parts(stem: pl.Expr) -> pl.Expr:
    """A file name's parts between blanks, dashes and underscores, upper case.

    >>> pl.select(stem_parts(pl.lit("401019000001_张三-2"))).item().to_list()
    ['401019000001', '张三', '2']
    """
    return stem.str.to_uppercase().str.replace_all(r"[\s_\-()（）]+", " ").str.strip_chars().str.split(" ")


def ticket_rows(captures: pl.DataFrame, log: pl.DataFrame, identities: pl.DataFrame) -> pl.DataFrame:
    """What the tickets fit that files are named after: all rows that any line with this ticket fits.

    Only a name that is the ticket as a whole counts (a copy's ` (2)` aside), and only lines of the shot's own
    day. A line of one camera says nothing of another one's files; one of a desk does. If some line's student
    is unknown, the ticket fits nobody: it may be theirs.
    """
    files = captures.select(
        "capture_path", "camera_name", key=stem(pl.col("file_name")).str.replace(r" \([0-9]+\)$", ""),
        day=pl.col("taken_at").dt.date(),
    )  # fmt: skip
    lines = log.filter(pl.col("ticket_no").is_not_null()).select(
        "line", key="ticket_no", desk="camera_name", logged_on=pl.col("logged_at").dt.date()
    )
    drawn = files.join(lines, on="key", how="inner", validate="m:m", maintain_order="left_right")
    is_camera = pl.col("desk").is_in(captures["camera_name"].implode())
    is_near = ~is_camera.fill_null(False) | (pl.col("desk") == pl.col("camera_name"))
    is_same_day = (pl.col("day") == pl.col("logged_on")).fill_null(True)
    told = drawn.filter(is_near & is_same_day).join(
        line_rows(identities), on="line", how="left", validate="m:m", maintain_order="left_right"
    )
    is_told = pl.col("row").is_not_null().all().over("capture_path", "key")
    rows = told.with_columns(row=pl.when(is_told).then("row"), part=pl.lit(TICKET))
    return rows.unique(["capture_path", "key", "row"], keep="first", maintain_order=True)


def line_rows(identities: pl.DataFrame) -> pl.DataFrame:
    """`line` and every `row` that all parts of the line fit."""
    parts = identities.group_by("line").agg(parts=pl.struct("part", "key").n_unique())
    fits = identities.drop_nulls("row").group_by("line", "row").agg(fits=pl.struct("part", "key").n_unique())
    both = fits.join(parts, on="line", how="left", validate="m:1", maintain_order="left")
    return both.filter(pl.col("fits") == pl.col("parts")).select("line", "row").sort("line", "row")
