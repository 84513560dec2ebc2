"""The latest run of a campaign as its audit folder tells it, held against the ledger."""

from typing import NamedTuple

import polars as pl

from flows.audit_folder import read_summary, read_table, reading
from flows.sources import LoadedCampaign
from outputs.audit_tables import PROOF, REJECTS
from outputs.handover import AUDIT
from outputs.ledger import Ledger
from outputs.ledger_errors import no_run_yet
from schemas.audit import ENROLMENTS, EnrolmentState, Summary
from schemas.errors import InputError
from schemas.words import Text


class Audited(NamedTuple):
    """What a run said: its counts, everybody (ENROLMENTS), every finding (REJECTS), the accepted (PROOF)."""

    summary: Summary
    enrolments: pl.DataFrame
    findings: pl.DataFrame
    proof: pl.DataFrame


def latest_audit(loaded: LoadedCampaign, ledger: Ledger) -> Audited:
    """The last run that the ledger has. InputError where there is none, or its folder says otherwise."""
    campaign = loaded.campaign.campaign.id
    runs = ledger.runs(campaign)
    if runs.is_empty():
        raise no_run_yet(campaign)
    last = runs.row(-1, named=True)
    folder = loaded.out / AUDIT / last["run"]
    if not folder.is_dir():
        raise InputError(folder, _GONE, _RUN_AGAIN)
    with reading(folder):
        read = Audited(
            read_summary(folder),
            read_table(folder, "enrolments", ENROLMENTS),
            read_table(folder, "rejects", _FOUND),
            read_table(folder, "proof", _PROOF),
        )
    states = ledger.states(campaign).filter(run=last["run"])
    if not _agrees(read, {state.value: last[state.value] for state in EnrolmentState}, states):
        raise InputError(folder, _CHANGED, _RUN_AGAIN)
    return read


_PROOF: dict[str, type[pl.DataType]] = dict.fromkeys(PROOF, pl.String)
_FOUND: dict[str, type[pl.DataType]] = dict.fromkeys(REJECTS, pl.String) | {"row": pl.UInt32}


def _agrees(read: Audited, counts: dict[str, int], states: pl.DataFrame) -> bool:
    """Whether the table has as many students in every state as the ledger, and each in the ledger's state."""
    counted = dict(read.enrolments.group_by("state").len().iter_rows())
    others = states.join(read.enrolments, on=["student_no", "state"], how="anti", maintain_order="left")
    return {state: counted.get(state, 0) for state in counts} == counts and others.is_empty()


_GONE = Text(
    "台账中最近一次运行的审计目录不在", "the audit folder of the last run that the ledger has is not there"
)
_CHANGED = Text("与台账不一致，可能被改动过", "is not what the ledger has: it may have been changed")
_RUN_AGAIN = Text("放回原件，或重新运行一次 regpack run", "put the original back, or run regpack run again")
