"""What runs while a campaign is served: Prefect's runner, which starts what is due, and the watch."""

import asyncio
import threading
from collections.abc import Callable
from typing import Any

from prefect.client.orchestration import get_client
from prefect.deployments.runner import RunnerDeployment
from prefect.runner import Runner

from flows.serve.deployments import clear_away, deployments, is_busy, start_arrival
from flows.serve.stopping import stopping
from flows.serve.watch import Watch
from flows.settings import now
from flows.sources import LoadedCampaign
from schemas.words import Text

POLL_S = 5.0
"""How often Prefect is asked what is due."""
AT_ONCE = 6
"""Runs at once: those that write wait for one another, and may not keep the audit from its time."""

Say = Callable[[Text], None]


class Due(Runner):
    """Prefect's runner, stopped as we stop; its own way leaves the program at once."""

    def __init__(self, stop: Callable[[], None]) -> None:
        super().__init__(name="regpack", query_seconds=POLL_S, limit=AT_ONCE)
        self._stop = stop

    def handle_sigterm(self, *_args: Any, **_words: Any) -> None:
        """Stop in order."""
        self._stop()


def run_until_stopped(loaded: LoadedCampaign, say: Say, ready: Callable[[], None]) -> None:
    """Register, run and watch until Ctrl-C or SIGTERM; `ready` is called once runs can start."""
    prepared = deployments(loaded)
    with get_client(sync_client=True) as prefect:
        clear_away(prefect, loaded.campaign.campaign.id)
    asyncio.run(_run(loaded, prepared, say, ready))


async def _run(
    loaded: LoadedCampaign, prepared: list[RunnerDeployment], say: Say, ready: Callable[[], None]
) -> None:
    loop, stopped = asyncio.get_running_loop(), asyncio.Event()
    broken: list[BaseException] = []

    def stop() -> None:
        loop.call_soon_threadsafe(stopped.set)

    with stopping(stop):
        runner = Due(stop)
        for deployment in prepared:
            await runner.aadd_deployment(deployment)
        running = asyncio.create_task(runner.start())
        running.add_done_callback(lambda _: stop())
        ended = _watched(loaded, say, stop, broken)
        ready()
        await stopped.wait()
        ended.set()
        if runner.started:
            await runner.astop()
        await running
    if broken:
        raise broken[0]


def _watched(
    loaded: LoadedCampaign, say: Say, stop: Callable[[], None], broken: list[BaseException]
) -> threading.Event:
    """Watch in a thread of its own, which may be reading when the program ends; what ends it is `broken`."""
    ended = threading.Event()

    def watch() -> None:
        try:
            with get_client(sync_client=True) as prefect:
                campaign = loaded.campaign.campaign.id
                Watch(
                    loaded,
                    start=lambda: start_arrival(prefect, campaign),
                    is_busy=lambda: is_busy(prefect, campaign, now()),
                    say=say,
                ).until(ended)
        except BaseException as failure:  # noqa: BLE001  raised again by whoever serves
            broken.append(failure)
            stop()

    if loaded.campaign.serve.watch:
        threading.Thread(target=watch, name="watch", daemon=True).start()
    return ended
