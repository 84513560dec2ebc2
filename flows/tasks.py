"""Where plain functions become Prefect tasks: a name and a retry, nothing else.

Nothing is cached, no result is stored, and no error's text is told: they may hold personal data, and Prefect
must not. A retry is only for what may mend itself: a network share that blinks, a database that does not
answer for a moment.
"""

from collections.abc import Callable, Iterator
from typing import Any, ParamSpec

import polars as pl
from prefect import State, Task, task
from prefect.cache_policies import NO_CACHE
from sqlalchemy.exc import InterfaceError, OperationalError

from flows import delivery, examination, inputs, past
from flows.handed import Handed, handed
from flows.withheld import error_of, withheld
from schemas.campaign import Campaign
from schemas.errors import InputError, UnavailableError
from schemas.profile import Profile
from transforms import assessment
from transforms.day import Day

Given = ParamSpec("Given")
STAYS = (FileNotFoundError, PermissionError, IsADirectoryError, NotADirectoryError)
"""What the system says of a table that is not there or is none, however often it is asked."""


def is_passing(_task: object, _run: object, state: State[Any]) -> bool:
    """Whether file system or database could not be asked; a wrong file is never right the second time."""
    causes = list(_causes(error_of(state.data)))
    asked = (each for each in causes if isinstance(each, OSError))
    return any(not isinstance(each, STAYS) for each in asked) or _is_database(causes)


def is_lost(_task: object, _run: object, state: State[Any]) -> bool:
    """Whether a capture could not be read, though it was there when the folder was listed.

    A full disk, which is a DeliveryError, is full the second time too.
    """
    return isinstance(error_of(state.data), InputError)


def is_away(_task: object, _run: object, state: State[Any]) -> bool:
    """Whether the ledger's database did not answer; a full disk or a run that is there already stays so."""
    return isinstance(error_of(state.data), UnavailableError)


def _is_database(causes: list[BaseException]) -> bool:
    return any(isinstance(each, (OperationalError, InterfaceError)) for each in causes)


def _causes(error: object) -> Iterator[BaseException]:
    """An error and all that led to it."""
    while isinstance(error, BaseException):
        yield error
        error = error.__cause__ or error.__context__


read_inputs = task(
    name="read-inputs", cache_policy=NO_CACHE, persist_result=False,
    retries=2, retry_delay_seconds=2, retry_condition_fn=is_passing,
)(withheld(inputs.read_inputs))  # fmt: skip
read_past = task(
    name="read-past", cache_policy=NO_CACHE, persist_result=False,
    retries=2, retry_delay_seconds=5, retry_condition_fn=is_passing,
)(withheld(past.read_past))  # fmt: skip


def examining(examine: Callable[Given, pl.DataFrame]) -> Task[Given, Handed[pl.DataFrame]]:
    """Whatever examines a chunk of captures, as a task; who waits for it takes its lines."""
    return task(
        name="examine-chunk", cache_policy=NO_CACHE, persist_result=False,
        retries=2, retry_delay_seconds=2, retry_condition_fn=is_lost,
    )(withheld(handed(examine)))  # fmt: skip


@task(name="assess", cache_policy=NO_CACHE, persist_result=False)
@withheld
def assess(day: Handed[Day], campaign: Campaign, profile: Profile) -> assessment.Assessment:
    """Hold the day, which is taken, against its rules."""
    return assessment.assess(day.take(), campaign, profile)


examine_chunk = examining(examination.examine_chunk)
prepare = task(name="prepare", cache_policy=NO_CACHE, persist_result=False)(withheld(delivery.prepare))
record = task(
    name="record", cache_policy=NO_CACHE, persist_result=False,
    retries=3, retry_delay_seconds=[2, 5, 10], retry_condition_fn=is_away,
)(withheld(delivery.record))  # fmt: skip
publish = task(name="publish", cache_policy=NO_CACHE, persist_result=False)(withheld(delivery.publish))
