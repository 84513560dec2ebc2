"""Where plain functions become Prefect tasks: a name and a retry, nothing else.

Nothing is cached and no result is stored: frames hold personal data, and Prefect must not.
"""

from typing import Any

from prefect import State, task
from prefect.cache_policies import NO_CACHE

from flows import delivery, examination, inputs, past
from schemas.errors import InputError
from transforms import assessment


def is_lost(_task: object, _run: object, state: State[Any]) -> bool:
    """Whether a capture could not be read, which a network drive may mend; nothing else mends itself."""
    return isinstance(state.data, InputError)


read_inputs = task(name="read-inputs", cache_policy=NO_CACHE, persist_result=False)(inputs.read_inputs)
read_past = task(name="read-past", cache_policy=NO_CACHE, persist_result=False)(past.read_past)
examine_chunk = task(
    name="examine-chunk", cache_policy=NO_CACHE, persist_result=False,
    retries=2, retry_delay_seconds=2, retry_condition_fn=is_lost,
)(examination.examine_chunk)  # fmt: skip
assess = task(name="assess", cache_policy=NO_CACHE, persist_result=False)(assessment.assess)
prepare = task(name="prepare", cache_policy=NO_CACHE, persist_result=False)(delivery.prepare)
record = task(name="record", cache_policy=NO_CACHE, persist_result=False)(delivery.record)
publish = task(name="publish", cache_policy=NO_CACHE, persist_result=False)(delivery.publish)
