"""Writes the drill's assumptions into docs/linking.md: `python -m tests.write_linking`."""

from collections.abc import Iterator
from pathlib import Path

from flows.drill.assumptions import Number, Spread, assumptions
from schemas.campaign import Strict

PAGE = Path(__file__).parents[1] / "docs" / "linking.md"
BEGINS, ENDS = "<!-- assumptions -->\n", "<!-- end of assumptions -->\n"


def page(text: str) -> str:
    """The page with its table of assumptions as they are."""
    before, rest = text.split(BEGINS)
    return before + BEGINS + "\n".join(table()) + "\n" + ENDS + rest.split(ENDS)[1]


def table() -> Iterator[str]:
    """One line for each number."""
    yield "| number | value | unit | source |"
    yield "|---|--:|---|---|"
    for name, number in numbers(assumptions(), ""):
        value = f"{number.value:g}" if isinstance(number, Number) else spread(number)
        yield f"| {name} | {value} | {number.unit} | {number.source} |"


def spread(number: Spread) -> str:
    """A triangle: least, usual, most."""
    return f"{number.least:g} – {number.usual:g} – {number.most:g}"


def numbers(model: Strict, prefix: str) -> Iterator[tuple[str, Number | Spread]]:
    """Every number under its dotted name; what never happens has no line."""
    for name in type(model).model_fields:
        value = getattr(model, name)
        if isinstance(value, Number | Spread):
            if value.unit:
                yield prefix + name, value
        elif isinstance(value, Strict):
            yield from numbers(value, f"{prefix}{name}.")


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")
