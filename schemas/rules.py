"""How a rule is declared: one expression, one reason, one column to show.

A rule's name in pandera is `<code>:<column>`, so that a failure tells which reason holds and which value to
show beside it.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import pandera.polars as pa
import polars as pl

from schemas.reasons import Reason


class Breach(NamedTuple):
    """A rule's name taken apart: the reason it breaks for, and the column whose value is shown."""

    code: str
    column: str

    @property
    def rule(self) -> str:
        """The name that pandera knows the rule by.

        >>> Breach("R101", "student_no").rule
        'R101:student_no'
        """
        return f"{self.code}:{self.column}"


def rule(reason: Reason, column: str) -> Callable[[Callable[[Any], pl.Expr]], Any]:
    """Reject, with `reason`, every row for which the expression is false.

    A null counts as kept: "must be present" is a rule of its own.
    """

    def declare(keeps: Callable[[Any], pl.Expr]) -> Any:
        def check(cls: type, data: pa.PolarsData) -> pl.LazyFrame:
            return data.lazyframe.select(keeps(cls).fill_null(True))

        check.__name__ = keeps.__name__
        name = Breach(reason.value, column).rule
        return pa.dataframe_check(name=name, error=name)(classmethod(check))

    return declare


def check_of(reason: Reason, column: str, keeps: pl.Expr) -> pa.Check:
    """The same as a value, for rules that a profile or a table declares: `keeps` is true for a good row."""

    def check(data: pa.PolarsData) -> pl.LazyFrame:
        return data.lazyframe.select(keeps.fill_null(True))

    name = Breach(reason.value, column).rule
    return pa.Check(check, name=name, error=name)
