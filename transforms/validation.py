"""Holding a frame against its rules: what broke, line by line, as findings."""

from collections.abc import Mapping, Sequence

import pandera.polars as pa
import polars as pl
from pandera.errors import SchemaErrors

from schemas.audit import FINDINGS
from schemas.reasons import Reason, Severity
from schemas.rules import INDEX, expressions, shape

MASKED = frozenset(
    {"document_no", "examinee_no", "unique_no", "photo_name", "ZJHM", "KSH", "SFZH", "XSWYBH", "ZP"}
)
"""Columns of ID numbers, and of files named after them, in our words and the tables'."""
ROUNDED = r"^[0-9](\.[0-9]{1,5})?E\+?[0-9]+$"
"""What a spreadsheet left of a number; more digits than these would still tell a birth date."""
LONGEST_NUMBER = 64


def check(frame: pl.DataFrame, rules: pa.DataFrameSchema | type[pa.DataFrameModel]) -> pl.DataFrame:
    """Every rule that a row breaks: `index` of the row in the frame, `code` of the reason, `column` to show.

    pandera says whether the frame has the columns; the rules, which are pandera's checks, are computed in one
    query of all, since one after the other repeats what they share. Columns that are missing or an exception
    in a rule are the code's own fault, and would let every bad row pass: a RuntimeError names the rules. No
    error of pandera's or polars' leaves here, since it may quote a row.
    """
    schema = rules if isinstance(rules, pa.DataFrameSchema) else rules.to_schema()
    placed = frame.with_row_index(INDEX)
    declared = expressions(schema) if INDEX in schema.columns else []
    unfit = _unfit(placed, schema)
    kept = None if unfit else _computed(placed, [keeps for _, keeps in declared])
    if kept is None:
        unable = unfit or [name for name, keeps in declared if _computed(placed, [keeps]) is None]
        raise RuntimeError(f"rules could not be held against the frame: {unable}") from None
    names = [name for name, _ in declared]
    broken = kept.with_row_index(INDEX).filter(~pl.all_horizontal(pl.exclude(INDEX), pl.lit(True)))
    return _breaches(broken, names)


def _unfit(frame: pl.DataFrame, schema: pa.DataFrameSchema) -> list[str]:
    """What pandera says of the frame's columns; nothing where they are as declared."""
    try:
        shape(schema).validate(frame, lazy=True)
    except SchemaErrors as broken:
        said: list[str] = broken.failure_cases["check"].unique(maintain_order=True).to_list()
        return said
    return []


def _computed(frame: pl.DataFrame, rules: Sequence[pl.Expr]) -> pl.DataFrame | None:
    """A column for each rule, named by its place, that is true where the rule is kept; None if one raises.

    A rule that looks at no row, since nothing is listed or asked for, holds for each of them alike.
    """
    each = pl.col(INDEX).is_not_null()
    try:
        kept = ((keeps & each).alias(str(place)) for place, keeps in enumerate(rules))
        return frame.lazy().select(kept).collect()  # an eager select repeats what rules share
    except pl.exceptions.PolarsError:
        return None


def _breaches(broken: pl.DataFrame, names: Sequence[str]) -> pl.DataFrame:
    """A line for every rule that is not kept, by row."""
    told = broken.unpivot(index=INDEX, variable_name="place", value_name="kept").filter(~pl.col("kept"))
    rule = pl.col("place").replace_strict(
        {str(place): name for place, name in enumerate(names)}, return_dtype=pl.String
    )
    breach = rule.str.splitn(":", 2).struct
    each = told.select("index", code=breach.field("field_0"), column=breach.field("field_1"))
    return each.unique().sort("index", "code", "column")


def findings(
    frame: pl.DataFrame,
    breaches: pl.DataFrame,
    *,
    severities: Mapping[str, Severity],
    limits: Mapping[str, str] | None = None,
) -> pl.DataFrame:
    """Breaches as findings: with the value seen (ID numbers masked), the limit and the profile's severity.

    `frame` gives row, student_no and capture_path where it has them. `limits` maps `code:column` to its text.
    """
    keys = [column for column in ("row", "student_no", "capture_path") if column in frame.columns]
    shown = sorted(set(breaches["column"].to_list()) & set(frame.columns))
    concerned = frame.with_row_index("index").join(breaches, on="index", how="semi", maintain_order="left")
    seen = (
        concerned.select(
            "index", *(as_seen(column, frame.schema[column]).alias(f"seen_{column}") for column in shown)
        )
        .unpivot(index="index", variable_name="column", value_name="seen")
        .with_columns(pl.col("column").str.strip_prefix("seen_"))
        if shown
        else pl.DataFrame(schema={"index": pl.UInt32, "column": pl.String, "seen": pl.String})
    )
    rule_name = pl.concat_str("code", pl.lit(":"), "column")
    texts = limits or {}
    found = (
        breaches.join(concerned.select("index", *keys), on="index", how="left",
                      validate="m:1", maintain_order="left")
        .join(seen, on=["index", "column"], how="left", validate="m:1", maintain_order="left")
        .with_columns(
            severity=severity_of(pl.col("code"), severities),
            limit=rule_name.replace_strict(
                list(texts), list(texts.values()), default=None, return_dtype=pl.String
            ),
        )
    )  # fmt: skip
    return as_findings(found)


def as_findings(frame: pl.DataFrame) -> pl.DataFrame:
    """A frame in the shape of FINDINGS: columns that it lacks are null."""
    return frame.select(
        (pl.col(column) if column in frame.columns else pl.lit(None)).cast(dtype).alias(column)
        for column, dtype in FINDINGS.items()
    )


def severity_of(code: pl.Expr, severities: Mapping[str, Severity]) -> pl.Expr:
    """A reason's severity: the profile's if it sets one, else the catalogue's."""
    table = _CATALOGUE | {reason: severity.value for reason, severity in severities.items()}
    return code.replace_strict(list(table), list(table.values()), return_dtype=pl.String)


_CATALOGUE = {reason.value: reason.severity.value for reason in Reason}


def as_seen(column: str, dtype: pl.DataType) -> pl.Expr:
    """A value as the audit shows it: numbers to four places, ID numbers masked."""
    value = pl.col(column)
    if dtype.is_float():
        return value.round(4).cast(pl.String)
    if column in MASKED:
        return masked(value)
    return value.cast(pl.String)


def masked(number: pl.Expr) -> pl.Expr:
    """ID numbers that a person can recognise and nobody can read: four first and four last characters.

    What a spreadsheet made of a number (3.60102E+17) is none any more and stays. Shorter numbers (passports)
    keep two and two; what is shorter still is hidden altogether.

    >>> pl.DataFrame({"no": ["360102199801011234", "G12345678", "A12", "3.60102E+17"]}).select(
    ...     masked(pl.col("no"))
    ... )["no"].to_list()
    ['3601**********1234', 'G1*****78', '***', '3.60102E+17']
    """
    length = number.str.len_chars()
    kept = pl.when(length >= 12).then(4).when(length >= 6).then(2).otherwise(0)
    stars = pl.lit("*" * LONGEST_NUMBER).str.slice(0, length - 2 * kept)
    hidden = pl.concat_str(number.str.head(kept), stars, number.str.slice(length - kept))
    return pl.when(number.str.contains(ROUNDED)).then(number).otherwise(hidden)
