"""How a rule is declared: one expression, one reason, one column to show.

A rule's name in pandera is `<code>:<column>`, so that a failure tells which reason holds and which value to
show beside it. Every rule is a check of the column `index`, whatever columns it looks at: pandera quotes the
column that fails, so it quotes nobody, and takes a fiftieth of the time that whole rows would (measured).
"""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache, partial
from typing import Any, NamedTuple

import pandera.polars as pa
import polars as pl

from schemas.reasons import Reason

INDEX = "index"
"""The column of a frame that is held against rules: where each row stands, from 0."""
KEEPS = "keeps"
"""Where a pandera check keeps what gives its expression, so that all of them can be computed in one query."""


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
            return data.lazyframe.select(_kept(keeps(cls)))

        check.__name__ = keeps.__name__
        name = Breach(reason.value, column).rule
        declared = pa.check(INDEX, name=name, error=name, statistics={KEEPS: partial(keeps, None)})
        return declared(classmethod(check))

    return declare


def check_of(reason: Reason, column: str, keeps: pl.Expr) -> pa.Check:
    """The same as a value, for rules that a profile or a table declares: `keeps` is true for a good row."""

    def check(data: pa.PolarsData) -> pl.LazyFrame:
        return data.lazyframe.select(_kept(keeps))

    name = Breach(reason.value, column).rule
    return pa.Check(check, name=name, error=name, statistics={KEEPS: lambda: keeps})


def _kept(keeps: pl.Expr) -> pl.Expr:
    return keeps.fill_null(True)


def expressions(rules: pa.DataFrameSchema) -> list[tuple[str, pl.Expr]]:
    """Every rule's name and what is true of the rows that keep it, never null."""
    return [(check.name, _kept(check.statistics[KEEPS]())) for check in rules.columns[INDEX].checks]


def shape(rules: pa.DataFrameSchema) -> pa.DataFrameSchema:
    """The columns that rules need, without the rules."""
    return _shape(tuple((name, column.dtype, column.nullable) for name, column in rules.columns.items()))


@lru_cache(maxsize=64)
def _shape(columns: tuple[tuple[str, Any, bool], ...]) -> pa.DataFrameSchema:
    """Columns by name, type and whether a value may be missing; pandera takes long to make them."""
    return pa.DataFrameSchema(
        {name: pa.Column(dtype, nullable=nullable) for name, dtype, nullable in columns}
    )
