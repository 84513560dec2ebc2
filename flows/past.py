"""What the ledger remembers of earlier runs when another begins."""

from pathlib import Path
from typing import NamedTuple

import polars as pl

from flows.history import history
from flows.ledger_key import open_keyed, read_key
from flows.sources import LoadedCampaign
from outputs.ledger_cases import open_cases, registered
from outputs.ledger_decisions import decisions_of, let_in_of, settled_of
from outputs.ledger_rows import SEALED
from schemas.capture import PAST_PICTURES
from schemas.decisions import DECISIONS, SETTLED
from schemas.feedback import ABOUT_PHOTO, CASES
from schemas.history import NO_HISTORY
from schemas.numbers import REMEMBERED


class Past(NamedTuple):
    """What earlier runs sealed: every student's latest record, the last bundle, the next one's number.

    `numbers` are all certificate numbers of the school's bundles, whatever the campaign; `pictures`
    (PAST_PICTURES) all that the ledger's runs sealed or used; `runs` the names of the campaign's; `cases`
    (CASES) are open, and of the `registered` the platform has the photo; `decisions`
    (DECISIONS) are what people decided, `settled` (SETTLED) what there was of the delivered, `let_in` those
    whom a make-up let in by name; `history` (HISTORY) what happened to whom.
    """

    sealed: pl.DataFrame
    numbers: pl.DataFrame
    last_bundle: str | None = None
    next_number: int = 1
    pictures: pl.DataFrame = pl.DataFrame(schema=PAST_PICTURES)
    runs: frozenset[str] = frozenset()
    cases: pl.DataFrame = pl.DataFrame(schema=CASES)
    registered: pl.Series = pl.Series(dtype=pl.String)
    decisions: pl.DataFrame = pl.DataFrame(schema=DECISIONS)
    settled: pl.DataFrame = pl.DataFrame(schema=SETTLED)
    let_in: tuple[str, ...] = ()
    history: pl.DataFrame = NO_HISTORY

    @property
    def complained(self) -> pl.Series:
        """Whose photo was refused or complained of."""
        return self.cases.filter(pl.col("kind").is_in(ABOUT_PHOTO))["student_no"].unique().sort()


NO_PAST = Past(
    pl.DataFrame(schema={"bundle": pl.String, **SEALED}),
    pl.DataFrame(schema=REMEMBERED),
)


def read_past(loaded: LoadedCampaign) -> Past:
    """What the ledger remembers of a campaign's bundles; nothing where there is no ledger yet."""
    if not has_ledger(loaded.ledger_url):
        read_key(loaded.ledger_url)  # refuses an unfit one before any work
        return NO_PAST
    campaign, school = loaded.campaign.campaign.id, loaded.campaign.campaign.school_code
    with open_keyed(loaded.ledger_url) as ledger:
        sealed = ledger.sealed(campaign)
        return Past(
            sealed,
            ledger.numbers(school),
            ledger.last_bundle(campaign),
            ledger.next_bundle_number(campaign),
            ledger.pictures(campaign),
            frozenset(ledger.runs(campaign)["run"]),
            open_cases(ledger, campaign),
            registered(ledger, campaign)["student_no"],
            decisions=decisions_of(ledger, campaign),
            settled=settled_of(ledger, campaign),
            let_in=tuple(no for no in let_in_of(ledger, campaign) if no in sealed["student_no"]),
            history=history(ledger, campaign),
        )


def has_ledger(url: str) -> bool:
    """Whether there is a ledger at an address, as far as can be told without opening it."""
    return not url.startswith("sqlite:///") or Path(url.removeprefix("sqlite:///")).exists()
