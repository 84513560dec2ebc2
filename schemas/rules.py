"""How a rule is declared: one expression, one reason, one column to show.

A rule's name in pandera is `<code>:<column>`, so that a failure tells which reason holds and which value to
show beside it. Every rule is a check of the column `index`, whatever columns it looks at: pandera quotes the
column that fails, so it quotes nobody, and takes a fiftieth of the time that whole rows would (measured).
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import pandera.polars as pa
import polars as pl

from schemas.reasons import Reason

INDEX = "index"
"""The column of a frame that is held against rules: where each row stands, from 0."""


class Ruled(pa.DataFrameModel):
    """A frame that rules are declared of."""

    index: pl.UInt32


def rules_of(
    checks: Sequence[pa.Check], columns: Mapping[str, pa.Column] | None = None
) -> pa.DataFrameSchema:
    """The same as a value: rules, and the columns that must be there besides those that they name."""
    return pa.DataFrameSchema({INDEX: pa.Column(pl.UInt32, checks=list(checks)), **(columns or {})})


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
        return pa.check(INDEX, name=name, error=name)(classmethod(check))

    return declare


def check_of(reason: Reason, column: str, keeps: pl.Expr) -> pa.Check:
    """The same as a value, for rules that a profile or a table declares: `keeps` is true for a good row."""

    def check(data: pa.PolarsData) -> pl.LazyFrame:
        return data.lazyframe.select(keeps.fill_null(True))

    name = Breach(reason.value, column).rule
    return pa.Check(check, name=name, error=name)
