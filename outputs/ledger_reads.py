"""What a campaign's latest run read, so that nothing is run twice for the same files."""

from typing import NamedTuple

import polars as pl
from sqlalchemy import func, select

from outputs.ledger import Ledger
from outputs.ledger_rows import masked_text
from outputs.ledger_tables import RUN_CAPTURES, RUN_INPUTS, RUNS


class Read(NamedTuple):
    """Tables by name and captures by path, ID numbers in it masked, each with the SHA-256 of its file."""

    inputs: frozenset[tuple[str, str]]
    captures: frozenset[tuple[str, str]]


def last_read(ledger: Ledger, campaign: str) -> Read | None:
    """What the run recorded last read; None before the first."""
    latest = select(func.max(RUNS.c.run_id)).where(RUNS.c.campaign == campaign).scalar_subquery()
    tables = select(RUN_INPUTS.c.input, RUN_INPUTS.c.sha256).where(RUN_INPUTS.c.run_id == latest)
    shots = select(RUN_CAPTURES.c.capture_path, RUN_CAPTURES.c.sha256).where(RUN_CAPTURES.c.run_id == latest)
    inputs = ledger.frame(tables)
    if inputs.is_empty():
        return None
    return Read(frozenset(inputs.iter_rows()), frozenset(ledger.frame(shots).iter_rows()))


def as_kept(paths: list[str]) -> list[str]:
    """Capture paths as the ledger keeps them."""
    frame = pl.DataFrame({"capture_path": paths}, schema={"capture_path": pl.String})
    return frame.select(masked_text("capture_path"))["capture_path"].to_list()
