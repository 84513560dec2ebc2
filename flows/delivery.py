"""What a run leaves behind: the bundle of what is new, the audit, and their entry in the ledger."""

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import polars as pl

from flows.inputs import Inputs
from flows.ledger_key import open_keyed, read_key
from flows.photo_store import PhotoStore
from flows.settings import language
from flows.sources import LoadedCampaign
from outputs.audit import write_audit
from outputs.bundle import Bundle, Contents, Staged, publish, stage
from outputs.ledger_rows import SEALED, SealedBundle
from outputs.provenance import MADE_FROM
from schemas.audit import IDENTITIES, AuditFrames, CaptureState, EnrolmentState, Summary
from schemas.capture import PAST_PICTURES
from schemas.numbers import ISSUED, REMEMBERED
from schemas.photo import FACTS
from schemas.reasons import Severity
from transforms.assessment import Assessment, record_digests
from transforms.corrections import correction_lines
from transforms.fees import fee_sheet
from transforms.numbering import Numbering, newly_sealed, with_bundles
from transforms.places import placed
from transforms.reconcile import count_ineligible, count_states

PLACE = [column for column in MADE_FROM if column in FACTS]
POST_CAPTURE, MAKEUP, DRY = "post-capture", "makeup", "-dry-run"


class Scope(NamedTuple):
    """Whose records a run may seal.

    `post-capture` seals whoever is new or changed, `makeup` only those who are in no bundle yet; `students`
    narrows it to some; `full` seals everyone accepted again; `dry_run` seals nobody and leaves no entry.
    """

    kind: str = POST_CAPTURE
    students: tuple[str, ...] = ()
    full: bool = False
    dry_run: bool = False

    @property
    def label(self) -> str:
        """The kind of run as audit and ledger name it."""
        return f"{self.kind}{DRY}" if self.dry_run else self.kind


class Outcome(NamedTuple):
    """What a run did; `bundle` is None when there was nothing new to seal."""

    summary: Summary
    audit: Path
    bundle: Bundle | None


class Run(NamedTuple):
    """One run: its name, its start (UTC), its scope and where its pictures are."""

    name: str
    started_at: datetime
    scope: Scope
    pictures: PhotoStore


class Past(NamedTuple):
    """What earlier runs sealed: every student's latest record, the last bundle, the next one's number.

    `numbers` are all certificate numbers of the school's bundles, whatever the campaign; `pictures`
    (PAST_PICTURES) all that the ledger's runs sealed or used.
    """

    sealed: pl.DataFrame
    numbers: pl.DataFrame
    last_bundle: str | None = None
    next_number: int = 1
    pictures: pl.DataFrame = pl.DataFrame(schema=PAST_PICTURES)


NO_PAST = Past(
    pl.DataFrame(schema={"student_no": pl.String, "bundle": pl.String, "record_sha256": pl.String}),
    pl.DataFrame(schema=REMEMBERED),
)


def read_past(loaded: LoadedCampaign) -> Past:
    """What the ledger remembers of a campaign's bundles; nothing where there is no ledger yet."""
    if not _is_there(loaded.ledger_url):
        read_key(loaded.ledger_url)  # refuses an unfit one before any work
        return NO_PAST
    campaign, school = loaded.campaign.campaign.id, loaded.campaign.campaign.school_code
    with open_keyed(loaded.ledger_url) as ledger:
        return Past(
            ledger.sealed(campaign),
            ledger.numbers(school),
            ledger.last_bundle(campaign),
            ledger.next_bundle_number(campaign),
            ledger.pictures(campaign),
        )


def numbering_of(past: Past, scope: Scope) -> Numbering:
    """The certificate numbers that a run begins with, and whom it may give new ones."""
    return Numbering(past.numbers, scope.students, is_supplement=scope.kind == MAKEUP)


def choose_new(assessed: Assessment, past: Past, scope: Scope) -> pl.DataFrame:
    """The accepted enrolments that this run is to seal, by student number, with the ledger's digests."""
    accepted = assessed.enrolments.filter(pl.col("state") == EnrolmentState.ACCEPTED)
    digests = record_digests(assessed.tables, assessed.derivatives)
    shots = assessed.captures.select("capture_path", "taken_at", *PLACE, capture_sha256="sha256")
    before = past.sealed.select("student_no", sealed_sha256="record_sha256")
    lines = (
        accepted.select("row", "student_no", "photo_name", "photo_sha256", "capture_path")
        .join(digests, on="row", how="left", validate="1:1", maintain_order="left")
        .join(shots, on="capture_path", how="left", validate="m:1", maintain_order="left")
        .join(before, on="student_no", how="left", validate="1:1", maintain_order="left")
    )
    numbered = pl.col("row").is_in(assessed.numbers.filter(pl.col("origin") == ISSUED)["row"].implode())
    return lines.filter(pl.col("photo_sha256").is_not_null() & _is_wanted(scope, numbered)).sort("student_no")


def _is_wanted(scope: Scope, numbered: pl.Expr) -> pl.Expr:
    """Whoever was given a certificate number is sealed, or it would be lost."""
    if scope.dry_run:
        return pl.lit(False)
    unsealed = pl.col("sealed_sha256").is_null()
    changed = pl.col("sealed_sha256") != pl.col("record_sha256")
    wanted = pl.lit(True) if scope.full else unsealed if scope.kind == MAKEUP else unsealed | changed
    meant = wanted & pl.col("student_no").is_in(list(scope.students)) if scope.students else wanted
    return meant | numbered


def deliver(
    loaded: LoadedCampaign,
    assessed: Assessment,
    run: Run,
    *,
    past: Past,
    inputs: Inputs,
    finished_at: datetime,
) -> Outcome:
    """Seal what is new, write the audit, remember both in the ledger; if one fails, none of them stays.

    A dry run writes the audit alone.
    """
    new = choose_new(assessed, past, run.scope)
    name = f"{loaded.campaign.campaign.id}-{past.next_number:03d}" if new.height else None
    assessed = assessed._replace(enrolments=_with_bundles(assessed.enrolments, past, new, name))
    summary = _summary(assessed, loaded, run, finished_at=finished_at, bundle=name, sealed=new.height)
    numbers = with_bundles(assessed.numbers, past.numbers, new["row"], name)
    numbered = newly_sealed(numbers, past.numbers, new["row"])
    frames = _frames(summary, assessed._replace(numbers=numbers), inputs, loaded)
    with (
        _staged(loaded, assessed, new, run=run, past=past, name=name) as staged,
        _recording(loaded, frames, inputs.digests, run.scope, _entry(staged, past, new, loaded, numbered)),
        _audited(frames, loaded, run) as audit,
    ):
        return Outcome(summary, audit, publish(staged) if staged else None)


def _frames(summary: Summary, assessed: Assessment, inputs: Inputs, loaded: LoadedCampaign) -> AuditFrames:
    """What was found, with where it stands, and what was corrected."""
    told = placed(assessed.findings, inputs.corrected.sheets, loaded.profile, campaign_file=loaded.path.name)
    corrections = correction_lines(inputs.corrected)
    frames = (assessed.enrolments, assessed.captures, told, assessed.sessions, corrections, assessed.numbers)
    fees = fee_sheet(assessed.enrolments, loaded.campaign.fees)
    identities = inputs.roster.select(list(IDENTITIES))
    return AuditFrames(summary, *frames, fees, assessed.pictures, identities)


def _is_there(url: str) -> bool:
    return not url.startswith("sqlite:///") or Path(url.removeprefix("sqlite:///")).exists()


@contextmanager
def _recording(
    loaded: LoadedCampaign,
    frames: AuditFrames,
    inputs: Mapping[str, str],
    scope: Scope,
    entry: SealedBundle | None,
) -> Iterator[None]:
    """The ledger's transaction around what puts bundle and audit in place; none for a dry run."""
    if scope.dry_run:
        yield
        return
    with open_keyed(loaded.ledger_url) as ledger, ledger.recording(frames, inputs=inputs, sealed=entry):
        yield


@contextmanager
def _staged(
    loaded: LoadedCampaign, assessed: Assessment, new: pl.DataFrame, *, run: Run, past: Past, name: str | None
) -> Iterator[Staged | None]:
    """The new bundle, whole but unseen; None when there is nothing to seal."""
    if name is None:
        yield None
        return
    paths = pl.Series("photo_path", [str(run.pictures.photo(sha)) for sha in new["capture_sha256"]])
    photos = new.select("photo_sha256", *MADE_FROM, paths)
    tables = {
        table: frame.filter(pl.col("row").is_in(new["row"].implode())).drop("row")
        for table, frame in assessed.tables.items()
    }
    further = _further_pictures(assessed.derivatives, new, run.pictures)
    contents = Contents(name, loaded.profile, tables, photos, further, _bag_info(loaded, new, past))
    with stage(contents, loaded.out) as staged:
        yield staged


def _further_pictures(derivatives: pl.DataFrame, new: pl.DataFrame, pictures: PhotoStore) -> pl.DataFrame:
    """The derivatives of those who are sealed, as a bundle takes them."""
    owners = new.select("row", "photo_name", "capture_sha256")
    made = derivatives.join(owners, on="row", how="inner", validate="m:1", maintain_order="left")
    paths = [
        str(pictures.derivative(sha, name)) for sha, name in made.select("capture_sha256", "id").iter_rows()
    ]
    return made.select(
        "photo_name", photo_path=pl.Series(paths, dtype=pl.String), photo_sha256="sha256", derivative="id"
    )


def _bag_info(loaded: LoadedCampaign, new: pl.DataFrame, past: Past) -> dict[str, str]:
    identity = loaded.campaign.campaign
    latest = new["taken_at"].max()
    dated = {"Bagging-Date": latest.date().isoformat()} if isinstance(latest, datetime) else {}
    supplements = {"Regpack-Supplements": past.last_bundle} if past.last_bundle else {}
    return (
        {"Source-Organization": identity.school_name, "Bag-Group-Identifier": identity.id}
        | dated
        | supplements
    )


def _entry(
    staged: Staged | None, past: Past, new: pl.DataFrame, loaded: LoadedCampaign, numbers: pl.DataFrame
) -> SealedBundle | None:
    if staged is None:
        return None
    bundle = staged.bundle
    return SealedBundle(
        name=bundle.name,
        number=past.next_number,
        archive_sha256=bundle.archive_sha256,
        supplements=past.last_bundle,
        records=new.select(list(SEALED)),
        school_code=loaded.campaign.campaign.school_code,
        numbers=numbers,
    )


@contextmanager
def _audited(frames: AuditFrames, loaded: LoadedCampaign, run: Run) -> Iterator[Path]:
    """The audit folder, written; gone again if what follows fails."""
    shas = dict(frames.captures.select("capture_path", "sha256").iter_rows())
    folder = write_audit(
        frames,
        folder=loaded.out / "audit" / run.name,
        thumbnails=_existing(shas, run.pictures.thumbnail),
        photos=_existing(shas, run.pictures.photo),
        language=language(),
    )
    try:
        yield folder
    except BaseException:
        shutil.rmtree(folder)
        raise


def _existing(shas: Mapping[str, str], place: Callable[[str], Path]) -> dict[str, Path]:
    """The pictures that there are, by capture path."""
    return {path: file for path, sha in shas.items() if (file := place(sha)).exists()}


def _with_bundles(enrolments: pl.DataFrame, past: Past, new: pl.DataFrame, name: str | None) -> pl.DataFrame:
    """Each enrolment with the bundle that holds its latest record: this run's, or an earlier one."""
    earlier = past.sealed.select("student_no", earlier="bundle")
    joined = enrolments.join(earlier, on="student_no", how="left", validate="m:1", maintain_order="left")
    sealed_now = pl.col("row").is_in(new["row"].implode())
    bundle = pl.when(sealed_now).then(pl.lit(name)).otherwise("earlier")
    return joined.with_columns(bundle=bundle).drop("earlier")


def _summary(
    assessed: Assessment,
    loaded: LoadedCampaign,
    run: Run,
    *,
    finished_at: datetime,
    bundle: str | None,
    sealed: int,
) -> Summary:
    people = count_states(assessed.enrolments, EnrolmentState)
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
        sealed=sealed,
        bundle=bundle,
        enrolments=assessed.enrolments.height,
        expected=assessed.enrolments.height - people[EnrolmentState.INELIGIBLE],
        captures=assessed.captures.height,
        ineligible_by_reason=count_ineligible(assessed.enrolments),
    )
