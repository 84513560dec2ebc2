"""What a run knows of a capture day before it is assessed."""

from datetime import date
from typing import NamedTuple

import polars as pl

from schemas.audit import FINDINGS
from schemas.capture import PAST_PICTURES
from schemas.decisions import DECISIONS, SETTLED
from schemas.feedback import CASES
from schemas.session import TOTALS
from transforms.numbering import (
    NO_NUMBERING,
    Numbering,
)


class Day(NamedTuple):
    """A campaign's inputs, cleaned, and whom earlier bundles hold.

    `captures` has CAPTURE_FILES, `photo_sha256`, `derivatives` (MADE) and the columns of FACTS; `delivered`
    student numbers; `corrections` the findings on what was corrected in the sheets;
    `pictures` (PAST_PICTURES) what earlier runs used of whom; `decisions` (DECISIONS) what people decided
    until `today`, `settled` (SETTLED) what there was of the delivered, `complained` the student numbers whose
    delivered photo is complained of or refused. `named` are called to a make-up, and `let_in` were before.
    `cases` (CASES) are open; of the `registered` the platform has the photo.
    """

    roster: pl.DataFrame
    schedule: pl.DataFrame
    log: pl.DataFrame
    awards: pl.DataFrame
    captures: pl.DataFrame
    delivered: pl.Series = pl.Series(dtype=pl.String)
    corrections: pl.DataFrame = pl.DataFrame(schema=FINDINGS)
    numbering: Numbering = NO_NUMBERING
    totals: pl.DataFrame = pl.DataFrame(schema=TOTALS)
    pictures: pl.DataFrame = pl.DataFrame(schema=PAST_PICTURES)
    decisions: pl.DataFrame = pl.DataFrame(schema=DECISIONS)
    settled: pl.DataFrame = pl.DataFrame(schema=SETTLED)
    complained: pl.Series = pl.Series(dtype=pl.String)
    named: tuple[str, ...] = ()
    let_in: tuple[str, ...] = ()
    today: date = date.min
    cases: pl.DataFrame = pl.DataFrame(schema=CASES)
    registered: pl.Series = pl.Series(dtype=pl.String)
