"""The commit decides: before it nothing stays, after it everything arrives, if need be a run later."""

import shutil
from pathlib import Path

import polars as pl
import pytest

from flows.delivery import Prepared, Recovered, publish, record
from flows.outcome import lines_of
from flows.recovery import recover, swept_unless_recorded
from flows.sources import LoadedCampaign, read_campaign
from flows.verify import verify
from outputs.bundle import build
from outputs.handover import Staging, left_behind, staged
from outputs.ledger import open_ledger
from outputs.ledger_rows import SEALED, SealedBundle
from schemas.errors import InputError
from tests.bundle_builders import some_contents
from tests.campaign_builders import a_campaign, write_campaign
from tests.run_frames import capture_day

RUN, NAME = "20201105-183000-000", "demo-2020-001"


@pytest.fixture
def loaded(tmp_path: Path, ledger_url: str) -> LoadedCampaign:
    a_campaign(tmp_path)
    changes = {"campaign": {"id": '"demo-2020"'}, "output": {"ledger": f'"{ledger_url}"'}}
    return read_campaign(write_campaign(tmp_path, changes))


@pytest.fixture
def prepared(loaded, tmp_path) -> Prepared:
    """A run that staged a bundle of three and an audit, and then was killed."""
    frames = capture_day()
    summary = frames.summary.model_copy(update={"run": RUN, "bundle": NAME, "sealed": 3})
    with staged(staging := Staging(loaded.out, "demo-2020", RUN)):
        bundle = build(some_contents(tmp_path / "work"), staging.bundles)
        staging.audit.mkdir(parents=True)
        (staging.audit / "summary.json").write_text("{}")
    records = pl.DataFrame({name: ["a", "b", "c"] for name in SEALED}).with_columns(position=pl.lit(1))
    entry = SealedBundle(NAME, 1, bundle.archive_sha256, None, records)
    return Prepared(staging, frames._replace(summary=summary), {}, (bundle,), [entry], loaded.ledger_url)


def seen(loaded: LoadedCampaign) -> list[str]:
    return sorted(path.relative_to(loaded.out).as_posix() for path in loaded.out.glob("[!.]*/*"))


def bundles(loaded: LoadedCampaign) -> list[str]:
    with open_ledger(loaded.ledger_url) as ledger:
        return ledger.bundles("demo-2020")["name"].to_list()


WHOLE = [f"audit/{RUN}", f"bundles/{NAME}", f"bundles/{NAME}.zip"]


def test_what_was_staged_before_there_was_a_ledger_is_swept(loaded, prepared):
    assert recover(loaded) == Recovered()
    assert (list(loaded.out.iterdir()), seen(loaded)) == ([], [])


def test_what_the_ledger_does_not_know_is_swept(loaded, prepared):
    record(prepared._replace(frames=of_run(prepared, "20201105-170000-000"), entries=[]))
    assert recover(loaded) == Recovered()
    assert (left_behind(loaded.out, "demo-2020"), seen(loaded)) == ([], [])


def test_what_the_ledger_knows_is_completed_by_the_next_run(loaded, prepared):
    record(prepared)
    assert seen(loaded) == []
    assert recover(loaded) == Recovered(completed=(RUN,))
    assert seen(loaded) == WHOLE
    assert verify(loaded.out / "bundles" / NAME).faults == verify(prepared_zip(loaded)).faults == ()
    assert recover(loaded) == Recovered()


def test_a_run_that_was_not_killed_leaves_nothing_to_recover(loaded, prepared):
    record(prepared)
    outcome = publish(prepared)
    assert (outcome.bundle.folder, outcome.audit) == (loaded.out / WHOLE[1], loaded.out / WHOLE[0])
    assert recover(loaded) == Recovered()


def test_recording_again_what_the_ledger_has_changes_nothing(loaded, prepared):
    record(prepared)
    record(prepared)
    assert bundles(loaded) == [NAME]


def test_a_staged_bundle_that_is_not_what_the_ledger_knows_is_left_and_told(loaded, prepared):
    record(prepared)
    with prepared.bundles[0].archive.open("ab") as archive:
        archive.write(b"x")
    assert recover(loaded) == Recovered(damaged=(RUN,), absent=(NAME,))
    assert seen(loaded) == []
    assert left_behind(loaded.out, "demo-2020") == [prepared.staging]


def test_a_bundle_that_somebody_moved_away_is_told_and_not_made_again(loaded, prepared):
    record(prepared)
    outcome = publish(prepared)
    shutil.rmtree(loaded.out / "bundles")
    found = recover(loaded)
    assert found == Recovered(absent=(NAME,))
    told = lines_of(outcome._replace(recovered=found))[0]
    assert NAME in told.zh
    assert NAME in told.en


def test_one_of_folder_and_zip_is_enough_to_be_there(loaded, prepared):
    record(prepared)
    publish(prepared)
    shutil.rmtree(loaded.out / "bundles" / NAME)
    assert recover(loaded) == Recovered()


@pytest.mark.parametrize("stopped_by", [KeyboardInterrupt, RuntimeError])
def test_a_run_stopped_before_the_commit_leaves_nothing(loaded, prepared, stopped_by):
    with pytest.raises(stopped_by), swept_unless_recorded(prepared):
        raise stopped_by
    assert list(loaded.out.iterdir()) == []


@pytest.mark.parametrize("stopped_by", [KeyboardInterrupt, RuntimeError])
def test_a_run_stopped_after_the_commit_is_completed_by_the_next(loaded, prepared, stopped_by):
    with pytest.raises(stopped_by), swept_unless_recorded(prepared):
        record_and(prepared, stopped_by)
    assert recover(loaded).completed == (RUN,)
    assert seen(loaded) == WHOLE


@pytest.mark.parametrize("ledger_url", ["sqlite"], indirect=True)
def test_where_the_ledger_cannot_be_asked_nothing_is_swept(loaded, prepared):
    ledger = loaded.out / "ledger.db"
    ledger.write_bytes(b"no database" * 100)
    with pytest.raises(InputError), swept_unless_recorded(prepared):
        record(prepared)
    with pytest.raises(InputError):
        recover(loaded)
    ledger.unlink()
    record(prepared)
    assert recover(loaded).completed == (RUN,)


def test_a_commit_that_fails_leaves_no_trace_of_run_or_bundle(loaded, prepared):
    record(prepared._replace(frames=of_run(prepared, "20201105-170000-000")))
    with pytest.raises(InputError, match="already recorded"), swept_unless_recorded(prepared):
        record(prepared)
    assert left_behind(loaded.out, "demo-2020") == []
    with open_ledger(loaded.ledger_url) as ledger:
        assert ledger.runs("demo-2020").height == 1


def of_run(prepared: Prepared, run: str):
    summary = prepared.frames.summary.model_copy(update={"run": run})
    return prepared.frames._replace(summary=summary)


def prepared_zip(loaded: LoadedCampaign) -> Path:
    return loaded.out / "bundles" / f"{NAME}.zip"


def record_and(prepared: Prepared, stopped_by: type[BaseException]) -> None:
    record(prepared)
    raise stopped_by
