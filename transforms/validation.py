"""Holding a frame against its rules: what broke, line by line, as findings."""

from collections.abc import Mapping

import pandera.polars as pa
import polars as pl
from pandera.errors import SchemaErrors

from schemas.audit import FINDINGS
from schemas.reasons import Reason, Severity
from schemas.rules import INDEX

BREACHES: dict[str, type[pl.DataType]] = {"index": pl.UInt32, "code": pl.String, "column": pl.String}
MASKED = frozenset(
    {"document_no", "examinee_no", "unique_no", "photo_name", "ZJHM", "KSH", "SFZH", "XSWYBH", "ZP"}
)
"""Columns of ID numbers, and of files named after them, in our words and the tables'."""
ROUNDED = r"^[0-9](\.[0-9]{1,5})?E\+?[0-9]+$"
"""What a spreadsheet left of a number; more digits than these would still tell a birth date."""
LONGEST_NUMBER = 64


def check(frame: pl.DataFrame, rules: pa.DataFrameSchema | type[pa.DataFrameModel]) -> pl.DataFrame:
    """Every rule that a row breaks: `index` of the row in the frame, `code` of the reason, `column` to show.

    A failure without a row is the code's own fault, a missing column or an exception in a rule, and would let
    every bad row pass: it is raised as a RuntimeError that names the rules. pandera's own error never leaves
    here, since a rule that raised may quote a row.
    """
    try:
        rules.validate(frame.with_row_index(INDEX), lazy=True)
    except SchemaErrors as broken:
        cases: pl.DataFrame = broken.failure_cases.select(pl.col("index").cast(pl.UInt32), rule="check")
        unable = cases.filter(pl.col("index").is_null())["rule"].unique(maintain_order=True).to_list()
        if unable:
            raise RuntimeError(f"rules could not be held against the frame: {unable}") from None
        breach = pl.col("rule").str.splitn(":", 2).struct
        broke = cases.select("index", code=breach.field("field_0"), column=breach.field("field_1"))
        return broke.unique().sort("index", "code", "column")
    return pl.DataFrame(schema=BREACHES)


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
    seen = (
        frame.with_row_index("index")
        .select("index", *(as_seen(column, frame.schema[column]).alias(f"seen_{column}") for column in shown))
        .unpivot(index="index", variable_name="column", value_name="seen")
        .with_columns(pl.col("column").str.strip_prefix("seen_"))
        if shown
        else pl.DataFrame(schema={"index": pl.UInt32, "column": pl.String, "seen": pl.String})
    )
    rule_name = pl.concat_str("code", pl.lit(":"), "column")
    texts = limits or {}
    found = (
        breaches.join(frame.with_row_index("index").select("index", *keys), on="index", how="left",
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
    table = {reason.value: severities.get(reason.value, reason.severity).value for reason in Reason}
    return code.replace_strict(list(table), list(table.values()), return_dtype=pl.String)


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
