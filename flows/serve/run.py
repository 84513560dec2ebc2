"""`regpack serve` itself: registers the deployments and runs what is due until it is stopped."""

from collections.abc import Iterator
from pathlib import Path

import click

from flows.purged import read_living
from flows.seal import signer_of
from flows.serve.place import occupied
from flows.serve.server import prefect_server
from flows.settings import language, now
from flows.sources import LoadedCampaign
from schemas.clock_times import next_time
from schemas.words import Text


def serve(campaign: Path) -> None:
    """Serve a campaign until Ctrl-C, which raises KeyboardInterrupt once everything is put away."""
    loaded = read_living(campaign.resolve())
    signer_of(loaded)  # refuses an unfit key now, not at night
    with occupied(loaded) as place:
        _say(_STARTING)
        with prefect_server(place) as url:
            from flows.serve.loop import run_until_stopped  # noqa: PLC0415  Prefect has to know its server first

            run_until_stopped(loaded, _say, ready=lambda: _greet(loaded, url))
            _say(_STOPPING)
    raise KeyboardInterrupt


def _greet(loaded: LoadedCampaign, url: str) -> None:
    for line in _greeting(loaded, url):
        _say(line)


def _greeting(loaded: LoadedCampaign, url: str) -> Iterator[Text]:
    """Where the UI is, and what happens when."""
    serve, page = loaded.campaign.serve, url.removesuffix("/api")
    yield Text(
        f"批次 {loaded.campaign.campaign.id} 已开始值守，按 Ctrl-C 停止。Prefect 页面：{page}",
        f"serving campaign {loaded.campaign.campaign.id}; Ctrl-C stops it. Prefect's UI: {page}",
    )
    for cron, what in ((serve.run_cron, _RUN), (serve.audit_cron, _AUDIT)):
        if cron:
            at = f"{next_time(cron, now(), serve.timezone):%Y-%m-%d %H:%M}（{serve.timezone}）"
            yield Text(f"{what.zh}：下一次 {at}", f"{what.en}: next at {at}")
    if serve.watch:
        yield Text(
            f"文件到达：不再变化 {serve.settle_s:g} 秒后处理",
            f"files that arrive: processed {serve.settle_s:g} s after the last change",
        )
    if serve.approve:
        yield Text(
            f"上报前须批准，限 {serve.approve_within_h:g} 小时内",
            f"nothing is sealed until somebody approves, within {serve.approve_within_h:g} h",
        )


def _say(what: Text) -> None:
    """A line with the time before it."""
    click.echo(f"{now().astimezone():%H:%M:%S} {what.say(language())}")


_STARTING = Text("正在启动 Prefect 服务器……", "starting Prefect's server ...")
_STOPPING = Text("正在停止 Prefect 服务器……", "stopping Prefect's server ...")
_RUN = Text("定时处理", "scheduled run")
_AUDIT = Text("每周审计", "weekly audit")
