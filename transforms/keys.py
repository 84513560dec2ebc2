"""Whom the numbers of a log line or of a file's name fit: compared exactly, to the last zero.

A number that a program damaged fits nobody. A number that is shown in part fits only together with the name.
"""

import polars as pl

from schemas import identity
from schemas.roster import SPREADSHEET_NUMBER
from schemas.rules_of_day import Linking
from transforms.masks import is_masked, masked_rows, name_fits, plain_name
from transforms.text import HAN_NAME, fold_width, tidy_document_no

IDENTITIES: dict[str, pl.DataType | type[pl.DataType]] = {
    "line": pl.UInt32,
    "part": pl.String,
    "key": pl.String,
    "row": pl.UInt32,
}
"""A line for every roster row that a part of a log line fits; `row` is null where it fits nobody.

`part` is the log's column (`student_no`, `document_no`, `unique_no`), `masked` for a number shown in part, or
`name` for a name beside a whole number, which fits whoever has both.
"""
FILE_IDENTITIES: dict[str, pl.DataType | type[pl.DataType]] = {
    "capture_path": pl.String,
    "part": pl.String,
    "key": pl.String,
    "row": pl.UInt32,
}
"""The same for what a file's name says: `part` is `file_name`, or `ticket_no` for the number drawn."""

LOG_NUMBERS = ("student_no", "document_no", "unique_no")
FILE_NAME = "file_name"
TICKET = "ticket_no"

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
    told = pl.concat([whole, masked_rows(log, roster, whole, rules), named_beside(log, roster, whole)])
    return told.select(pl.col(name).cast(dtype) for name, dtype in IDENTITIES.items()).sort(list(IDENTITIES))


def lines_of_one(identities: pl.DataFrame) -> pl.DataFrame:
    """`line` and `row` of every log line whose numbers together fit exactly one enrolment."""
    return line_rows(identities).filter(pl.len().over("line") == 1)


def whole_numbers(log: pl.DataFrame) -> pl.DataFrame:
    """`line`, `part` and `key` of every number that a log line gives whole, damaged ones included."""
    return pl.concat(log.select("line", part=pl.lit(column), key=column) for column in LOG_NUMBERS).filter(
        pl.col("key").is_not_null() & ~((pl.col("part") == "document_no") & is_masked(pl.col("key")))
    )


def named_beside(log: pl.DataFrame, roster: pl.DataFrame, whole: pl.DataFrame) -> pl.DataFrame:
    """What a name beside a number fits, as IDENTITIES: of those whom the line's numbers fit, whoever has it.

    Only names in Han characters are compared, as programs and passports spell others in many ways.
    """
    lines = log.filter(~is_masked(pl.col("document_no")).fill_null(False)).select(
        "line", part=pl.lit("name"), key="name", name_mask=plain_name(pl.col("name"))
    )
    people = roster.select("row", name=plain_name(pl.col("name")))
    pairs = (
        lines.filter(pl.col("name_mask").str.contains(r"^[\p{Han}·*]+$"))
        .join(whole.select("line", "row").drop_nulls().unique(maintain_order=True), on="line", how="inner",
              validate="1:m", maintain_order="left_right")
        .join(people, on="row", how="left", validate="m:1", maintain_order="left")
    )  # fmt: skip
    fits = name_fits() | ~pl.col("name").str.contains(HAN_NAME)
    told = pairs.with_columns(row=pl.when(fits.fill_null(True)).then("row"))
    is_needed = pl.col("row").is_not_null() | pl.col("row").is_null().all().over("line")
    return told.filter(is_needed).select("line", "part", "key", "row").unique(maintain_order=True)


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
    is_strange = (pl.col("key") == pl.col("stem")) & pl.col("stem").str.contains(ID_NUMBER_STEM)
    return (
        file_name_parts(captures)
        .filter(pl.col("key").str.len_chars() >= KEY_CLAIM_MIN)
        .unique(["capture_path", "key"], keep="first", maintain_order=True)
        .join(known, on="key", how="left", validate="m:m", maintain_order="left_right")
        .filter(pl.col("row").is_not_null() | is_strange)
        .with_columns(part=pl.lit(FILE_NAME))
    )


def file_name_parts(captures: pl.DataFrame) -> pl.DataFrame:
    """`capture_path`, `stem` and each part of it: as it `was` and as a `key`; without the day of the shot."""
    stems = captures.select(
        "capture_path", stem="file_name", day=pl.col("taken_at").dt.to_string("%Y%m%d")
    ).with_columns(stem(pl.col("stem")))
    parts = stems.with_columns(was=stem_parts(pl.col("stem"))).explode("was")
    keys = parts.with_columns(
        key=tidy_document_no(pl.col("was")), stem=tidy_document_no(pl.col("stem"))
    ).drop_nulls("key")
    return keys.filter(pl.col("key").ne_missing(pl.col("day"))).drop("day")


def stem(file_name: pl.Expr) -> pl.Expr:
    """A file's name without its suffix."""
    return file_name.str.replace(r"\.[^.]*$", "")


def stem_parts(stem: pl.Expr) -> pl.Expr:
    """A file name's parts between blanks, dashes and underscores.

    >>> pl.select(stem_parts(pl.lit("401019000001_张三-2"))).item().to_list()
    ['401019000001', '张三', '2']
    """
    return stem.str.replace_all(r"[\s_\-()\u{2010}-\u{2015}（）＿－]+", " ").str.strip_chars().str.split(" ")


def ticket_rows(captures: pl.DataFrame, log: pl.DataFrame, identities: pl.DataFrame) -> pl.DataFrame:
    """What the tickets fit that files are named after: all rows that any line with this ticket fits.

    Only a name that is the ticket as a whole counts (a copy's ` (2)` aside), and only lines of the shot's own
    day. A line of one camera says nothing of another one's files; one of a desk does. If some line's student
    is unknown, the ticket fits nobody: it may be theirs.
    """
    files = captures.select(
        "capture_path", "camera_name", key=ticket_of(pl.col("file_name")),
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


def ticket_of(file_name: pl.Expr) -> pl.Expr:
    """The ticket that a file may be named after: its name as a whole, a copy's number aside.

    >>> pl.select(ticket_of(pl.lit("a12 (2).jpg"))).item()
    'A12'
    """
    return fold_width(stem(file_name)).str.replace(r" \([0-9]+\)$", "").str.to_uppercase()


def line_rows(identities: pl.DataFrame) -> pl.DataFrame:
    """`line` and every `row` that all parts of the line fit."""
    parts = identities.group_by("line").agg(parts=pl.struct("part", "key").n_unique())
    fits = identities.drop_nulls("row").group_by("line", "row").agg(fits=pl.struct("part", "key").n_unique())
    both = fits.join(parts, on="line", how="left", validate="m:1", maintain_order="left")
    return both.filter(pl.col("fits") == pl.col("parts")).select("line", "row").sort("line", "row")
