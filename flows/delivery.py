"""What a run leaves behind: the bundle of what is new, the audit, and their entry in the ledger.

Both are staged whole; then the ledger's commit decides; then they are put in place. What a run that ends in
between leaves, `flows.recovery` completes or sweeps.
"""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

import polars as pl

from flows.freeze import freeze_facts, freeze_findings, is_held_back
from flows.inputs import Inputs
from flows.ledger_key import open_keyed
from flows.parts import Sealed, seal_in_parts
from flows.past import Past
from flows.photo_store import PhotoStore
from flows.scope import Scope, choose_new
from flows.seal import Seal, seal_of, write_dispatch
from flows.sealing import entries_of, filling, sealed_in, with_bundle
from flows.settings import language
from flows.sources import LoadedCampaign
from outputs.audit import write_audit
from outputs.bundle import Bundle
from outputs.handover import AUDIT, BUNDLES, Staging, put_in_place, staged
from outputs.ledger_decisions import NO_DECISION, add_decisions
from outputs.ledger_rows import SealedBundle
from outputs.memory import give_back
from outputs.report.material import Material
from outputs.report.pictures import Pictures
from outputs.staging import delivering
from schemas.audit import IDENTITIES, AuditFrames, CaptureState, EnrolmentState, Summary
from schemas.parts import spanned
from schemas.reasons import Reason, Severity
from schemas.shown import KINDS
from transforms.assessment import Assessment
from transforms.cameras import camera_rooms
from transforms.corrections import correction_lines
from transforms.fees import fee_sheet
from transforms.numbering import newly_sealed, with_bundles
from transforms.places import placed
from transforms.reconcile import count_ineligible, count_states


class Recovered(NamedTuple):
    """What a run found of earlier ones.

    `completed` are runs whose results were put in place now; `damaged` those whose staged bundle is not what
    the ledger knows, which stay as they are; `absent` the ledger's bundles that do not stand in the folder.
    """

    completed: tuple[str, ...] = ()
    damaged: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()


class Outcome(NamedTuple):
    """What a run did; no `bundles` where there was nothing new to seal, or `held` records are frozen.

    `let_in` and `left_out` are the students named for a make-up who came in by that, and who could not.
    """

    summary: Summary
    audit: Path
    bundles: tuple[Bundle, ...]
    recovered: Recovered = Recovered()
    held: int = 0
    let_in: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    withheld: bool = False

    @property
    def bundle(self) -> Bundle | None:
        """What was sealed, where it is one; the first of several parts."""
        return self.bundles[0] if self.bundles else None


class Run(NamedTuple):
    """One run: its name, its start (UTC), its scope and where its pictures are."""

    name: str
    started_at: datetime
    scope: Scope
    pictures: PhotoStore


def run_name(started_at: datetime, out: Path, past: Past) -> str:
    """A run's name: its start in UTC to the millisecond, or the first one after that no run has yet.

    A clock that was set back shows the same times twice.
    """
    names = (
        f"{started_at + timedelta(milliseconds=later):%Y%m%d-%H%M%S-%f}"[:-3] for later in itertools.count()
    )
    return next(name for name in names if name not in past.runs and not (out / AUDIT / name).exists())


class Prepared(NamedTuple):
    """A run's results staged, and what the ledger is to remember of them; no address for a dry run.

    `held` records were not sealed, since the campaign is frozen; `decisions` say why others were after all.
    """

    staging: Staging
    frames: AuditFrames
    inputs: Mapping[str, str]
    bundles: tuple[Bundle, ...]
    entries: Sequence[SealedBundle]
    ledger_url: str | None
    decisions: pl.DataFrame = NO_DECISION
    held: int = 0


def prepare(
    loaded: LoadedCampaign,
    assessed: Assessment,
    run: Run,
    *,
    past: Past,
    inputs: Inputs,
    finished_at: datetime,
) -> Prepared:
    """Stage the audit, and the bundles of what is new, whole and on the disk; of a dry run no bundle."""
    wanted = choose_new(assessed, past, run.scope)
    new = wanted.clear() if is_held_back(loaded, run.scope.after_freeze) else wanted
    told = freeze_findings(loaded, run.scope.after_freeze, wanted.height)
    reason = run.scope.after_freeze if told.height else None
    assessed = assessed._replace(findings=pl.concat([assessed.findings, told]))
    staging = Staging(loaded.out, loaded.campaign.campaign.id, run.name)
    with staged(staging):
        with delivering(loaded.out):
            seal = seal_of(loaded, run.scope.by_whom) if new.height else Seal()
            filled = filling(loaded, assessed, past, run.pictures, reason, seal)
            sealed = seal_in_parts(new, loaded.profile, filled, staging.bundles)
        give_back()
        where = sealed_in(sealed)
        numbers = with_bundles(assessed.numbers, past.numbers, where)
        enrolments = with_bundle(assessed.enrolments, past, where)
        assessed = assessed._replace(enrolments=enrolments, numbers=numbers)
        summary = _summary(assessed, loaded, run, finished_at=finished_at, sealed=sealed)
        frames = _frames(summary, assessed, inputs, loaded)
        frames = frames._replace(engine=f"regpack {version('regpack')} {run.pictures.root.name}")
        entries = entries_of(sealed, past, loaded, newly_sealed(numbers, past.numbers, where["row"]), seal)
        material = _material(frames, loaded, run, past, inputs)
        write_audit(frames, material, folder=staging.audit, language=language())
        if sealed:
            write_dispatch(loaded, staging, [each.bundle for each in sealed], seal, finished_at)
    address = None if run.scope.dry_run else loaded.ledger_url
    facts, held = freeze_facts(reason, run.started_at), wanted.height - new.height
    bundles = tuple(each.bundle for each in sealed)
    return Prepared(staging, frames, inputs.digests, bundles, entries, address, facts, held)


def record(prepared: Prepared) -> None:
    """Have the ledger remember run and bundle, which decides that they are; once, however often it is asked.

    A dry run is not remembered.
    """
    if prepared.ledger_url is None:
        return
    summary = prepared.frames.summary
    with open_keyed(prepared.ledger_url) as ledger:
        if summary.run in ledger.runs(summary.campaign)["run"]:
            return  # its answer got lost when this was tried before
        with ledger.recording(prepared.frames, inputs=prepared.inputs, sealed=prepared.entries) as connection:
            add_decisions(connection, summary.campaign, prepared.decisions)


def publish(prepared: Prepared) -> Outcome:
    """Put what was staged in place, and say where it stands."""
    staging = prepared.staging
    put_in_place(staging, is_recorded=prepared.ledger_url is not None)
    return Outcome(
        prepared.frames.summary,
        staging.out / AUDIT / staging.run,
        tuple(bundle.at(staging.out / BUNDLES) for bundle in prepared.bundles),
        held=prepared.held,
        let_in=_students_with(prepared.frames, Reason.LET_IN_BY_NAME),
        left_out=_students_with(prepared.frames, Reason.NAMED_OUTSIDE),
    )


def _students_with(frames: AuditFrames, reason: Reason) -> tuple[str, ...]:
    found = frames.findings.filter(pl.col("code") == reason)["student_no"]
    return tuple(found.drop_nulls().unique().sort())


def _frames(summary: Summary, assessed: Assessment, inputs: Inputs, loaded: LoadedCampaign) -> AuditFrames:
    """What was found, with where it stands, and what was corrected."""
    told = placed(assessed.findings, inputs.corrected.sheets, loaded.profile, campaign_file=loaded.path.name)
    corrections = correction_lines(inputs.corrected)
    frames = (assessed.enrolments, assessed.captures, told, assessed.sessions, corrections, assessed.numbers)
    fees = fee_sheet(assessed.enrolments, loaded.campaign.fees)
    identities = inputs.roster.select(list(IDENTITIES))
    return AuditFrames(summary, *frames, fees, assessed.pictures, identities)


def _material(frames: AuditFrames, loaded: LoadedCampaign, run: Run, past: Past, inputs: Inputs) -> Material:
    """What the report needs besides the frames."""
    rooms = camera_rooms(frames.captures.select("camera_name").unique(maintain_order=True), inputs.schedule)
    known = rooms.filter(pl.len().over("camera_name") == 1)
    return Material(loaded.profile, _pictures(frames, run.pictures), past.history, known)


def _pictures(frames: AuditFrames, store: PhotoStore) -> Pictures:
    """Where the pictures are that people are shown, of captures that have them."""
    shas = dict(frames.captures.select("capture_path", "sha256").drop_nulls().iter_rows())
    return Pictures({kind: _Kept(store, shas, kind) for kind in KINDS})


class _Kept(Mapping[str, Path]):
    """The pictures of one kind by capture path, looked for when they are asked for."""

    def __init__(self, store: PhotoStore, shas: Mapping[str, str], kind: str) -> None:
        self._store, self._shas, self._kind = store, shas, kind

    def __getitem__(self, capture_path: str) -> Path:
        file = self._store.picture(self._shas[capture_path], self._kind)
        if not file.exists():
            raise KeyError(capture_path)
        return file

    def __iter__(self) -> Iterator[str]:
        return (path for path in self._shas if path in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)


def _summary(
    assessed: Assessment,
    loaded: LoadedCampaign,
    run: Run,
    *,
    finished_at: datetime,
    sealed: Sequence[Sealed],
) -> Summary:
    people = count_states(assessed.enrolments, EnrolmentState)
    names = tuple(each.bundle.name for each in sealed)
    return Summary(
        campaign=loaded.campaign.campaign.id,
        run=run.name,
        kind=run.scope.label,
        profile=f"{loaded.profile.name} {loaded.profile.version}",
        started_at=run.started_at,
        finished_at=finished_at,
        **people,
        **count_states(assessed.captures, CaptureState),
        warnings=assessed.findings.filter(pl.col("severity") == Severity.WARN).height,
        sealed=sum(each.records.height for each in sealed),
        bundle=spanned(names),
        bundles=names,
        enrolments=assessed.enrolments.height,
        expected=assessed.enrolments.height - people[EnrolmentState.INELIGIBLE],
        captures=assessed.captures.height,
        ineligible_by_reason=count_ineligible(assessed.enrolments),
    )
