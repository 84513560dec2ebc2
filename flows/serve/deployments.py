"""The three uses as Prefect deployments, each named after the campaign."""

from datetime import UTC, datetime
from uuid import UUID

from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.filters import (
    DeploymentFilter,
    DeploymentFilterName,
    FlowRunFilter,
    FlowRunFilterExpectedStartTime,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.client.schemas.sorting import FlowRunSort
from prefect.deployments.runner import RunnerDeployment
from prefect.schedules import Cron, Schedule
from prefect.states import Crashed
from prefect.types.entrypoint import EntrypointType
from prefect.utilities.annotations import freeze

from flows.makeup import makeup
from flows.post_capture import post_capture
from flows.served import said_twice
from flows.sources import LoadedCampaign
from flows.weekly import audit
from schemas.words import Text

UNDER_WAY = [StateType.PENDING, StateType.RUNNING, StateType.PAUSED, StateType.CANCELLING]
LIMIT = 200
"""As many runs as Prefect tells at once."""
ARRIVAL = "arrival"
"""The tag of a run that files started."""


def deployments(loaded: LoadedCampaign) -> list[RunnerDeployment]:
    """Post-capture by the clock and on arrival, make-up by a person, the audit by the clock."""
    serve, campaign = loaded.campaign.serve, {"campaign": freeze(str(loaded.path))}
    ours = {"wait": True, "approve": serve.approve}
    days = (post_capture, campaign | ours, serve.run_cron, _POST_CAPTURE)
    named = (makeup, campaign | ours, "", _MAKEUP)
    weeks = (audit, campaign, serve.audit_cron, _AUDIT)
    return [
        RunnerDeployment.from_flow(
            flow,
            name=loaded.campaign.campaign.id,
            parameters=parameters,
            schedule=_schedule(cron, serve.timezone),
            paused=False,
            description=said_twice(what),
            entrypoint_type=EntrypointType.MODULE_PATH,
        )
        for flow, parameters, cron, what in (days, named, weeks)
    ]


def _schedule(cron: str, timezone: str) -> Schedule | None:
    return Cron(cron, timezone=timezone) if cron else None


_POST_CAPTURE = Text("采集后处理：检查照片，生成上报包", "post-capture: assess and seal what is new")
_MAKEUP = Text(
    "补拍：填写学号，或不填以处理全部缺拍学生",
    "make-up: name student numbers, or none for all who lack a photo",
)
_AUDIT = Text("每周审计：缺拍、退回和一周来的变化", "weekly audit: who is missing or rejected, what changed")


def start_arrival(prefect: SyncPrefectClient, campaign: str) -> UUID:
    """Have the post-capture run started for files that arrived."""
    deployment = prefect.read_deployment_by_name(f"{post_capture.name}/{campaign}")
    return prefect.create_flow_run_from_deployment(deployment.id, tags=[ARRIVAL]).id


def is_busy(prefect: SyncPrefectClient, campaign: str, at: datetime) -> bool:
    """Whether a run of the campaign is under way, waits for approval, or is due."""
    due = FlowRunFilter(
        state=FlowRunFilterState(type=FlowRunFilterStateType(any_=[StateType.SCHEDULED])),
        expected_start_time=FlowRunFilterExpectedStartTime(before_=at),
    )
    return bool(_runs(prefect, campaign, _IN_STATES) or _runs(prefect, campaign, due))


def clear_away(prefect: SyncPrefectClient, campaign: str) -> None:
    """Settle what an earlier serve that was killed left: runs that nobody works on, and missed times."""
    for run in _runs(prefect, campaign, _IN_STATES):
        prefect.set_flow_run_state(run.id, Crashed(message="regpack serve was stopped"), force=True)
    missed = FlowRunFilter(
        state=FlowRunFilterState(type=FlowRunFilterStateType(any_=[StateType.SCHEDULED])),
        expected_start_time=FlowRunFilterExpectedStartTime(before_=datetime.max.replace(tzinfo=UTC)),
    )
    for run in _runs(prefect, campaign, missed):
        if run.auto_scheduled:
            prefect.delete_flow_run(run.id)


_IN_STATES = FlowRunFilter(state=FlowRunFilterState(type=FlowRunFilterStateType(any_=UNDER_WAY)))


def _runs(prefect: SyncPrefectClient, campaign: str, which: FlowRunFilter) -> list[FlowRun]:
    """The campaign's runs of a kind; the audit, which writes no bundle, is none of them."""
    named = DeploymentFilter(name=DeploymentFilterName(any_=[campaign]))
    return prefect.read_flow_runs(
        flow_run_filter=which, deployment_filter=named, sort=FlowRunSort.EXPECTED_START_TIME_ASC, limit=LIMIT
    )
