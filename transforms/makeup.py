"""Make-up students of earlier years: let in by name, and by nothing else."""

from collections.abc import Mapping, Sequence

import polars as pl

from schemas.campaign import Eligibility
from schemas.reasons import Reason, Severity
from schemas.roster import INELIGIBLE
from transforms.validation import as_findings, severity_of


def let_in(
    people: pl.DataFrame,
    roster: pl.DataFrame,
    names: Sequence[str],
    eligibility: Eligibility,
    severities: Mapping[str, Severity],
) -> pl.DataFrame:
    """Findings on the roster, in which an earlier year keeps nobody out who is named.

    Whoever is left out for another reason as well, or is of a later year, stays out.
    """
    years = [*eligibility.entry_years, *eligibility.make_up_from]
    if not years or not names:
        return people
    called = roster.filter(pl.col("student_no").is_in(list(names)) & (pl.col("entry_year") < max(years)))
    others = [
        code.value for code in (*INELIGIBLE, Reason.ALREADY_REGISTERED) if code != Reason.OTHER_ENTRY_YEAR
    ]
    kept_out = people.filter(pl.col("code").is_in(others))["row"]
    rows = called.filter(~pl.col("row").is_in(kept_out.implode()))["row"]
    is_let_in = (pl.col("code") == Reason.OTHER_ENTRY_YEAR) & pl.col("row").is_in(rows.implode())
    code = pl.when(is_let_in).then(pl.lit(Reason.LET_IN_BY_NAME.value)).otherwise("code")
    severity = pl.when(is_let_in).then(severity_of(code, severities)).otherwise("severity")
    return as_findings(people.with_columns(code=code, severity=severity))


def named_outside(
    named: Sequence[str], roster: pl.DataFrame, outside: pl.Series, severities: Mapping[str, Severity]
) -> pl.DataFrame:
    """Who was named for a make-up and cannot come in."""
    is_out = pl.col("student_no").is_in(list(named)) & pl.col("row").is_in(outside.implode())
    code = pl.lit(Reason.NAMED_OUTSIDE.value)
    told = roster.filter(is_out).select(
        "row", "student_no", code=code, severity=severity_of(code, severities)
    )
    return as_findings(told)
