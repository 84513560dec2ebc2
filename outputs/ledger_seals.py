"""How bundles were sealed, as the ledger remembers it."""

import polars as pl
from sqlalchemy import select

from outputs.ledger import Ledger
from outputs.ledger_tables import BUNDLE_SEALS, BUNDLES, RUNS

_SAID = ("tag_manifest_sha256", "signing_key", "by_whom", "account")


def seals(ledger: Ledger, campaign: str) -> pl.DataFrame:
    """Every bundle of a campaign by number: name, archive_sha256, finished_at of its run, and its seal.

    The seal's columns are null in bundles from before it was remembered.
    """
    told = (BUNDLES.c.name, BUNDLES.c.archive_sha256, RUNS.c.finished_at)
    return ledger.frame(
        select(*told, *(BUNDLE_SEALS.c[name] for name in _SAID))
        .join_from(BUNDLES, RUNS)
        .outerjoin(BUNDLE_SEALS, BUNDLE_SEALS.c.bundle_id == BUNDLES.c.bundle_id)
        .where(BUNDLES.c.campaign == campaign)
        .order_by(BUNDLES.c.number)
    )
