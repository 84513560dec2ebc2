"""What feedback says of a roster's students in a run: who is registered already, and whose case is open."""

from collections.abc import Mapping

import polars as pl

from schemas.feedback import COMPLAINT, PLATFORM, VENDOR
from schemas.reasons import Reason, Severity
from transforms.validation import as_findings, severity_of

ON_PLATFORM = "平台名单：已注册"
"""What was seen of who is registered by the platform's own list."""
_OWN = {VENDOR: Reason.REFUSED_BY_VENDOR.value, COMPLAINT: Reason.COMPLAINED_OF.value}
"""The reason of a case that is not the platform's; that of the platform is the flag itself."""


def registered_findings(
    registered: pl.Series, roster: pl.DataFrame, people: pl.DataFrame, severities: Mapping[str, Severity]
) -> pl.DataFrame:
    """R140 for everybody whom the platform's list calls registered and the roster does not."""
    said = people.filter(pl.col("code") == Reason.ALREADY_REGISTERED)["row"]
    rows = roster.filter(
        pl.col("student_no").is_in(registered.implode()) & ~pl.col("row").is_in(said.implode())
    )
    told = rows.select(
        "row", "student_no", code=pl.lit(Reason.ALREADY_REGISTERED.value), column=pl.lit("registration"),
        seen=pl.lit(ON_PLATFORM),
    )  # fmt: skip
    return as_findings(told.with_columns(severity=severity_of(pl.col("code"), severities)))


def case_findings(
    cases: pl.DataFrame, roster: pl.DataFrame, severities: Mapping[str, Severity]
) -> pl.DataFrame:
    """The open cases (CASES) of everybody in the roster, one finding for each reason and what was said."""
    rows = roster.select("row", "student_no").drop_nulls("student_no")
    code = pl.when(pl.col("kind") == PLATFORM).then("code").otherwise(pl.col("kind").replace(_OWN))
    told = cases.select("student_no", code=code, column=pl.lit("case"), seen="said").unique(
        maintain_order=True
    )
    found = told.join(rows, on="student_no", how="inner", validate="m:m", maintain_order="left")
    return as_findings(found.with_columns(severity=severity_of(pl.col("code"), severities)))
