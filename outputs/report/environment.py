"""How the pages' templates are filled in: every value escaped, a value that lacks is an error."""

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from outputs.signature import grouped
from schemas.inert import legible_value


@cache
def environment() -> Environment:
    """The pages' templates with their filters."""
    environment = Environment(
        loader=PackageLoader("outputs.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=legible_value,
    )
    environment.filters["count"] = _count
    environment.filters["percent"] = _percent
    environment.filters["grouped"] = grouped
    return environment


def _count(number: int) -> str:
    """A count with its thousands set apart.

    >>> _count(3253)
    '3,253'
    """
    return f"{number:,}"


def _percent(share: float) -> str:
    """A share to one decimal; what is there is never shown as nothing, nor all but one as all.

    >>> _percent(89.14), _percent(0.01), _percent(99.97), _percent(100.0)
    ('89.1%', '<0.1%', '>99.9%', '100%')
    """
    if share in {0.0, 100.0}:
        return f"{share:.0f}%"
    if share < 0.1:
        return "<0.1%"
    return ">99.9%" if share > 99.9 else f"{share:.1f}%"
