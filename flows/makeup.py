"""The make-up flow: the same day again, sealing only who is in no bundle yet, or has another photo."""

from pathlib import Path

from prefect.task_runners import ThreadPoolTaskRunner

from flows.delivery import Outcome
from flows.freeze import GivenReason
from flows.inputs import named_students, read_inputs
from flows.post_capture import run_day
from flows.scope import MAKEUP, Scope
from flows.seal import GivenName
from flows.served import Approve, CampaignFile, StudentNos, Wait, is_served, on_the_terminal, told
from flows.settings import workers
from flows.sources import read_campaign
from flows.withheld import quiet_flow


@quiet_flow(name="makeup", task_runner=ThreadPoolTaskRunner(max_workers=workers()))
def makeup(
    campaign: CampaignFile,
    *,
    students: StudentNos = (),
    wait: Wait = False,
    approve: Approve = False,
    after_freeze: GivenReason = None,
    sealed_by: GivenName = None,
) -> Outcome:
    """A supplement of those students who now have an accepted photo, or of all who lacked one."""
    with on_the_terminal():
        known = _known(Path(campaign), students) if is_served() else students
        scope = Scope(MAKEUP, known, after_freeze=after_freeze, by_whom=sealed_by)
        return told(run_day(Path(campaign), scope, wait=wait, approve=approve))


def _known(campaign: Path, students: tuple[str, ...]) -> tuple[str, ...]:
    """The numbers of a form, held against the roster as those of the command line were."""
    return named_students(read_inputs(read_campaign(campaign)).roster, students, None)
