"""The make-up flow: the same day again, sealing only who is in no bundle yet, or has another photo."""

from pathlib import Path

from prefect import flow
from prefect.task_runners import ThreadPoolTaskRunner

from flows.delivery import Outcome
from flows.freeze import AfterFreeze
from flows.post_capture import run_day
from flows.scope import MAKEUP, Scope
from flows.settings import workers


@flow(name="makeup", task_runner=ThreadPoolTaskRunner(max_workers=workers()), persist_result=False)  # type: ignore[arg-type]  # Prefect types the runner by its future
def makeup(
    campaign: str,
    *,
    students: tuple[str, ...] = (),
    wait: bool = False,
    after_freeze: AfterFreeze | None = None,
) -> Outcome:
    """A supplement of those students who now have an accepted photo, or of all who lacked one."""
    return run_day(Path(campaign), Scope(MAKEUP, students, after_freeze=after_freeze), wait=wait)
