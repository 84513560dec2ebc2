"""Before a bundle is sealed a person may be asked: counts are shown, never persons."""

import shutil
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

import click
from prefect import runtime
from prefect.artifacts import create_markdown_artifact
from prefect.client.orchestration import get_client
from prefect.exceptions import FlowPauseTimeout
from prefect.flow_runs import pause_flow_run
from prefect.input import RunInput
from prefect.input.run_input import keyset_from_base_key
from prefect.states import Running
from pydantic import Field

from flows.delivery import Outcome, Run, prepare, publish
from flows.freeze import is_held_back
from flows.inputs import Inputs
from flows.past import Past
from flows.scope import choose_new
from flows.seal import name_of
from flows.served import said_twice
from flows.settings import language, now
from flows.sources import LoadedCampaign
from outputs.handover import AUDIT, Staging
from outputs.ledger import open_ledger
from outputs.ledger_approvals import add_approval
from schemas.approvals import APPROVED, EXPIRED, REJECTED, Answer
from schemas.words import Text
from transforms.assessment import Assessment

LOOK_EVERY_S = 2
"""How often a run looks whether it was answered."""
PAUSE = "approval"
"""What Prefect knows the pause by."""
PREVIEW = "to-approve"
"""The audit folder in which the assessment lies until it is answered."""


class Proposal(NamedTuple):
    """A run that is about to seal: what it read and what it made of it."""

    loaded: LoadedCampaign
    assessed: Assessment
    run: Run
    past: Past
    inputs: Inputs


class ApprovalForm(RunInput):
    """What Prefect's UI asks of whoever resumes the run."""

    approve: bool = Field(title=said_twice(Text("批准上报", "approve")))
    by: str = Field(min_length=1, max_length=100, title=said_twice(Text("批准人", "by whom")))
    because: str = Field(default="", max_length=1000, title=said_twice(Text("说明", "why")))


def approved(proposal: Proposal) -> Run:
    """The run as it may go on: as it is, or, without a person's yes, sealing nobody; asks only if it must."""
    run = proposal.run
    to_seal = choose_new(proposal.assessed, proposal.past, run.scope).height
    if not to_seal or is_held_back(proposal.loaded, run.scope.after_freeze):
        return run
    preview = _preview(proposal)
    try:
        answer = _ask(proposal.loaded, run.name, _shown(preview, to_seal))
    finally:
        shutil.rmtree(preview.audit, ignore_errors=True)
    with open_ledger(proposal.loaded.ledger_url) as ledger:
        add_approval(ledger, proposal.loaded.campaign.campaign.id, run.name, answer)
    click.echo(_SAID[answer.answer].say(language()))
    scope = run.scope
    by_whom = name_of(answer.by_whom) or scope.by_whom
    return run._replace(
        scope=scope._replace(by_whom=by_whom) if answer.is_yes else scope._replace(withheld=True)
    )


def _preview(proposal: Proposal) -> Outcome:
    """The assessment as the audit of a dry run, for whoever is asked; one that a killed run left goes."""
    loaded, assessed, run, past, inputs = proposal
    staging = Staging(loaded.out, loaded.campaign.campaign.id, PREVIEW)
    for left in (staging.folder, loaded.out / AUDIT / PREVIEW):
        shutil.rmtree(left, ignore_errors=True)
    dry = run._replace(name=PREVIEW, scope=run.scope._replace(dry_run=True))
    return publish(prepare(loaded, assessed, dry, past=past, inputs=inputs, finished_at=now()))


def _shown(preview: Outcome, to_seal: int) -> Text:
    """What whoever is asked is told."""
    counts, report = preview.summary, (preview.audit / "report.html").resolve()
    return Text(
        f"待批准：上报 {to_seal} 人；应拍 {counts.expected}，合格 {counts.accepted}，退回 {counts.rejected}，"
        f"缺拍 {counts.missing}，提醒 {counts.warnings} 条。报告：{report}",
        f"to approve: {to_seal} students to seal; expected {counts.expected}, accepted {counts.accepted},"
        f" rejected {counts.rejected}, missing {counts.missing}, {counts.warnings} warnings."
        f" Report: {report}",
    )


def _ask(loaded: LoadedCampaign, run: str, shown: Text) -> Answer:
    """Pause the flow run, under the run's own name, until it is answered or its time is over."""
    flow_run = UUID(runtime.flow_run.get_id())
    told = Text(
        f"{shown.zh}。{_HOW.zh.format(loaded.path, run)}", f"{shown.en}. {_HOW.en.format(loaded.path, run)}"
    )
    click.echo(told.say(language()))
    create_markdown_artifact(
        key=f"regpack-{loaded.campaign.campaign.id}-approval", markdown=said_twice(shown), description=run
    )
    with get_client(sync_client=True) as prefect:
        prefect.set_flow_run_name(flow_run, run)
        within = timedelta(hours=loaded.campaign.serve.approve_within_h)
        try:
            given = pause_flow_run(
                wait_for_input=ApprovalForm.with_initial_data(description=said_twice(shown)),
                timeout=int(within.total_seconds()),
                poll_interval=LOOK_EVERY_S,
                key=PAUSE,
            )
        except FlowPauseTimeout:
            prefect.set_flow_run_state(flow_run, Running(), force=True)  # it goes on, and seals nothing
            return Answer(EXPIRED, now())
        prefect.delete_flow_run_input(flow_run, keyset_from_base_key(f"paused-{PAUSE}")["response"])
    return Answer(
        APPROVED if given.approve else REJECTED, now(), given.by.strip(), given.because.strip() or None
    )


_HOW = Text(
    "请在 Prefect 页面中恢复（Resume）这次运行并填表，或运行 regpack approve {} --run {} --by 姓名"
    "（不批准加 --reject）",
    "Resume the run on Prefect's page and fill in its form, or: regpack approve {} --run {} --by NAME"
    " (--reject for no)",
)
_SAID = {
    APPROVED: Text("已批准，开始生成上报包", "approved: sealing"),
    REJECTED: Text(
        "未批准：只写审计文件，没有生成上报包", "not approved: only the audit is written, nothing is sealed"
    ),
    EXPIRED: Text(
        "无人在期限内批准：只写审计文件，没有生成上报包",
        "nobody approved in time: only the audit is written, nothing is sealed",
    ),
}
