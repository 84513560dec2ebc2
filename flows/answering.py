"""Answering, from the command line, a served run that waits for a person's approval."""

from typing import Any

from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import (
    DeploymentFilter,
    DeploymentFilterName,
    FlowRunFilter,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.client.schemas.responses import SetStateStatus
from prefect.client.schemas.sorting import FlowRunSort

from flows.sources import LoadedCampaign
from schemas.errors import InputError
from schemas.words import Text

LIMIT = 200
"""As many runs as Prefect tells at once."""
PAUSED = FlowRunFilter(state=FlowRunFilterState(type=FlowRunFilterStateType(any_=[StateType.PAUSED])))


def answer(loaded: LoadedCampaign, run: str | None, form: dict[str, Any]) -> str:
    """Answer the run that waits, or the one named; its name. InputError where none waits, or several do."""
    campaign = loaded.campaign.campaign.id
    with get_client(sync_client=True) as prefect:
        waiting = prefect.read_flow_runs(
            flow_run_filter=PAUSED,
            deployment_filter=DeploymentFilter(name=DeploymentFilterName(any_=[campaign])),
            sort=FlowRunSort.EXPECTED_START_TIME_ASC,
            limit=LIMIT,
        )
        meant = _one(waiting, run, campaign)
        said = prefect.resume_flow_run(meant.id, run_input=form)
    if said.status != SetStateStatus.ACCEPT:
        raise InputError(meant.name, _TOO_LATE, _LOOK)
    return meant.name


def _one(waiting: list[FlowRun], run: str | None, campaign: str) -> FlowRun:
    names = "、".join(sorted(each.name for each in waiting))
    meant = [each for each in waiting if run in (None, each.name)]
    if len(meant) == 1:
        return meant[0]
    if not waiting:
        raise InputError(campaign, _NOBODY_ASKS, _WAIT)
    raise InputError(run or campaign, _WHICH, Text(f"等待批准的有：{names}", f"waiting: {names}"))


_NOBODY_ASKS = Text("没有运行在等待批准", "no run waits for approval")
_WAIT = Text("检查完成后 regpack serve 的窗口会提示", "regpack serve says so when one does")
_WHICH = Text(
    "不能确定是哪一次运行，请用 --run 指明", "it is not clear which run is meant: name it with --run"
)
_TOO_LATE = Text("这次运行已经不在等待批准", "this run does not wait for approval any more")
_LOOK = Text("用 regpack audit 查看结果", "see regpack audit for what became of it")

SAID = {
    True: Text("已批准，regpack serve 将生成上报包", "approved; regpack serve seals it now"),
    False: Text("已记为不批准，只写审计文件", "recorded as not approved; only the audit is written"),
}
