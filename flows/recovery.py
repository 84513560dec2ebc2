"""What an interrupted run left staged: completed where the ledger knows it, swept where it does not."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from flows.delivery import Prepared, Recovered
from flows.past import has_ledger
from flows.sources import LoadedCampaign
from outputs.handover import Staging, is_whole, left_behind, put_in_place, stands, sweep
from outputs.ledger import Ledger, open_ledger
from schemas.errors import PipelineError


def recover(loaded: LoadedCampaign) -> Recovered:
    """Complete or sweep what earlier runs left; nobody else may be running."""
    campaign = loaded.campaign.campaign.id
    left = left_behind(loaded.out, campaign)
    if not has_ledger(loaded.ledger_url):
        for staging in left:
            sweep(staging)
        return Recovered()
    with open_ledger(loaded.ledger_url) as ledger:
        ends = {staging.run: _end(staging, ledger) for staging in left}
        names = ledger.bundles(campaign)["name"]
    completed, damaged = (tuple(run for run in ends if ends[run] == end) for end in ("completed", "damaged"))
    return Recovered(completed, damaged, tuple(name for name in names if not stands(loaded.out, name)))


def _end(staging: Staging, ledger: Ledger) -> str:
    """Put one run's results in place, or sweep them, or leave them: what became of them."""
    if staging.run not in ledger.runs(staging.campaign)["run"]:
        sweep(staging)
        return "swept"
    sealed = ledger.bundles(staging.campaign).filter(run=staging.run)
    if not all(is_whole(staging, *line) for line in sealed.select("name", "archive_sha256").iter_rows()):
        return "damaged"
    put_in_place(staging)
    return "completed"


@contextmanager
def swept_unless_recorded(prepared: Prepared) -> Iterator[None]:
    """If the body fails, sweep what is staged; but leave it where the ledger has it, or cannot be asked."""
    try:
        yield
    except BaseException:
        with suppress(PipelineError):
            if not _is_recorded(prepared):
                sweep(prepared.staging)
        raise


def _is_recorded(prepared: Prepared) -> bool:
    if prepared.ledger_url is None or not has_ledger(prepared.ledger_url):
        return False
    with open_ledger(prepared.ledger_url) as ledger:
        return prepared.staging.run in ledger.runs(prepared.staging.campaign)["run"]
