"""The main flow: from a capture day's inputs to a bundle and an audit that accounts for everybody."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl
from prefect.futures import as_completed
from prefect.task_runners import ThreadPoolTaskRunner

from flows import tasks
from flows.approval import Proposal, approved
from flows.artifacts import publish_artifacts, shown_progress
from flows.delivery import Outcome, Run, run_name
from flows.engines import engine_for
from flows.examination import kept_lines
from flows.freeze import GivenReason
from flows.grid import forget_grids
from flows.handed import Handed
from flows.inputs import Inputs
from flows.known_files import KnownFiles
from flows.past import Past
from flows.photo_store import PhotoStore, open_store, prune
from flows.progress import photo_progress
from flows.purged import read_living
from flows.recovery import recover, swept_unless_recorded
from flows.run_lock import only_run
from flows.scope import Scope, named_of, numbering_of
from flows.seal import GivenName, signer_of
from flows.served import Approve, CampaignFile, DryRun, Full, Wait, on_the_terminal, told
from flows.settings import CHUNK, now, today, workers
from flows.sources import LoadedCampaign
from flows.withheld import quiet_flow
from outputs.memory import give_back
from schemas.reasons import Severity
from transforms.assessment import Assessment
from transforms.corrections import Corrected, correction_findings
from transforms.day import Day
from transforms.decisions import boxes_of
from transforms.key_damage import tidied_log_findings


@quiet_flow(name="post-capture", task_runner=ThreadPoolTaskRunner(max_workers=workers()))
def post_capture(  # noqa: PLR0913  what a form may ask
    campaign: CampaignFile,
    *,
    full: Full = False,
    dry_run: DryRun = False,
    wait: Wait = False,
    approve: Approve = False,
    after_freeze: GivenReason = None,
    sealed_by: GivenName = None,
) -> Outcome:
    """From inputs to bundle and audit; `campaign` is the path of the campaign file."""
    with on_the_terminal():
        scope = Scope(full=full, dry_run=dry_run, after_freeze=after_freeze, by_whom=sealed_by)
        return told(run_day(Path(campaign), scope, wait=wait, approve=approve))


def run_day(campaign_path: Path, scope: Scope, *, wait: bool = False, approve: bool = False) -> Outcome:
    """A run alone with its campaign; call it inside a flow. If another runs, InputError, or `wait` for it.

    With `approve` a person is asked before anything is sealed.
    """
    loaded = read_living(campaign_path)
    inputs = tasks.read_inputs(loaded)
    with only_run(loaded, wait=wait) as has_waited:
        return _run_day(loaded, tasks.read_inputs(loaded) if has_waited else inputs, scope, approve)


def _run_day(loaded: LoadedCampaign, inputs: Inputs, scope: Scope, approve: bool) -> Outcome:
    """Examine, assess, deliver, and tell Prefect the counts."""
    started_at = now()
    if not scope.dry_run:
        signer_of(loaded)  # refuses an unfit key before any work
    recovered = recover(loaded)
    past = tasks.read_past(loaded)
    forget_grids()

    pictures = open_store(loaded)._replace(boxes=boxes_of(past.decisions))
    assessed = assess_day(loaded, inputs, past, pictures, scope)
    give_back()
    run = Run(run_name(started_at, loaded.out, past), started_at, scope, pictures)
    if approve:
        run = approved(Proposal(loaded, assessed, run, past, inputs))
    prepared = tasks.prepare(loaded, assessed, run, past=past, inputs=inputs, finished_at=now())
    with swept_unless_recorded(prepared):
        tasks.record(prepared)
    outcome = tasks.publish(prepared)._replace(recovered=recovered, withheld=run.scope.withheld)

    prune(pictures, at=now())
    publish_artifacts(outcome, prepared.frames)
    return outcome


def assess_day(
    loaded: LoadedCampaign, inputs: Inputs, past: Past, pictures: PhotoStore, scope: Scope
) -> Assessment:
    """Examine the captures and hold the day against its rules; call it inside a flow."""
    captures = examine_all(inputs, loaded, pictures)
    give_back()
    day = Handed(day_of(inputs, loaded, captures, past, scope))
    del captures  # the day alone has them now
    return tasks.assess(day, loaded.campaign, loaded.profile)


def day_of(inputs: Inputs, loaded: LoadedCampaign, captures: pl.DataFrame, past: Past, scope: Scope) -> Day:
    """All that is to be held against the rules."""
    delivered, log = past.sealed["student_no"], inputs.log
    of_sheets = sheet_findings(inputs.corrected, log, loaded.profile.severities)
    numbering = numbering_of(past, scope)
    return Day(
        inputs.roster, inputs.schedule, log, inputs.awards, captures, delivered, of_sheets, numbering,
        inputs.totals, past.pictures, complained=past.complained, cases=past.cases,
        registered=past.registered, decisions=past.decisions, settled=past.settled, named=named_of(scope),
        let_in=past.let_in, today=today(),
    )  # fmt: skip


def sheet_findings(
    corrected: Corrected, log: pl.DataFrame, severities: Mapping[str, Severity]
) -> pl.DataFrame:
    """What is to be said of the sheets themselves: what was corrected, and what the log had tidied."""
    found = correction_findings(corrected, severities)
    if "capture_log" not in corrected.sheets:
        return found
    tidied = tidied_log_findings(corrected.sheets["capture_log"].cells, log, severities)
    return pl.concat([found, tidied])


def examine_all(inputs: Inputs, loaded: LoadedCampaign, pictures: PhotoStore) -> pl.DataFrame:
    """Every capture's line, in the order of their paths; those of which nothing is kept are examined now."""
    frames = _all_lines(inputs, loaded, pictures)
    give_back()
    return pl.concat(frames).sort("capture_path")


def _all_lines(inputs: Inputs, loaded: LoadedCampaign, pictures: PhotoStore) -> list[pl.DataFrame]:
    """The same in portions; what is known of each file is kept for the next run, and let go."""
    names = inputs.captures.names()
    captures = KnownFiles(inputs.captures, pictures.index_of(loaded.captures))
    kept, new = kept_lines(captures, names, pictures)
    frames = examine_new(captures, new, loaded, pictures) if new else []
    captures.save()
    return [*kept, *frames]


def examine_new(
    captures: KnownFiles, names: Sequence[str], loaded: LoadedCampaign, pictures: PhotoStore
) -> list[pl.DataFrame]:
    """Examine captures, chunk by chunk, on all workers of the campaign's engine."""
    campaign, total = loaded.campaign.campaign.id, len(names)
    with (
        engine_for(loaded, captures, pictures, names) as engine,
        photo_progress(total) as examined,
        shown_progress(campaign, total) as more,
    ):
        futures = [engine.submit(chunk, examined) for chunk in chunks(names, engine.at_once)]
        frames = []
        for future in as_completed(futures):
            frames.append(future.result().take())
            more(frames[-1].height)
    return frames


def chunks(names: Sequence[str], at_once: int) -> list[Sequence[str]]:
    """Names in portions of at most CHUNK, alike in size and as many for each of the workers.

    >>> [len(chunk) for chunk in chunks(["a"] * 1_025, at_once=2)]
    [171, 171, 171, 171, 171, 170]
    >>> chunks(["a", "b", "c"], at_once=4)
    [['a'], ['b'], ['c']]
    """
    rounds = -(-len(names) // (at_once * CHUNK))
    size = -(-len(names) // (at_once * rounds))
    return [names[start : start + size] for start in range(0, len(names), size)]
