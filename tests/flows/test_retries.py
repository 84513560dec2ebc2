"""A retry is for what may mend itself, and for nothing else."""

import errno
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from flows.inputs import read_inputs
from flows.sources import CaptureFolder, read_campaign
from outputs.ledger import open_ledger
from outputs.ledger_errors import using
from schemas.errors import PipelineError
from tests.campaign_builders import a_campaign

pytestmark = pytest.mark.xdist_group("prefect")


def state_after(attempt):
    """What Prefect would be told of a task that failed like this."""
    from prefect.states import Failed

    with pytest.raises(PipelineError) as raised:
        attempt()
    return Failed(data=raised.value)


def is_passing(attempt) -> bool:
    from flows.tasks import is_passing as asked

    return asked(None, None, state_after(attempt))


def is_lost(attempt) -> bool:
    from flows.tasks import is_lost as asked

    return asked(None, None, state_after(attempt))


@pytest.fixture
def campaign(tmp_path: Path):
    return read_campaign(a_campaign(tmp_path))


def test_a_wrong_or_missing_table_is_never_read_again(campaign):
    roster = campaign.path.parent / "roster.xlsx"
    roster.write_text("no workbook")
    assert not is_passing(lambda: read_inputs(campaign))
    roster.unlink()
    assert not is_passing(lambda: read_inputs(campaign))


@pytest.mark.parametrize("number", [errno.EIO, errno.ESTALE, errno.ETIMEDOUT, errno.EHOSTDOWN])
def test_a_share_that_blinks_is_asked_again(campaign, monkeypatch, number):
    def blink(*_: object, **__: object) -> bytes:
        raise OSError(number, "gone for a moment")

    monkeypatch.setattr(Path, "read_bytes", blink)
    assert is_passing(lambda: read_inputs(campaign))


def test_a_capture_that_vanished_is_looked_for_again(campaign):
    store = CaptureFolder(campaign.path.parent / "captures")
    (name,) = store.names()
    (campaign.path.parent / "captures" / name).unlink()
    assert is_lost(lambda: store.read(name))


def test_a_database_that_does_not_answer_is_asked_again():
    def ask() -> None:
        with using("ledger"), create_engine("sqlite:////no/such/folder/ledger.db").connect() as connection:
            connection.execute(text("SELECT 1"))

    assert is_passing(ask)


def test_a_ledger_address_that_is_none_is_not_tried_again():
    assert not is_passing(lambda: open_ledger("mysql://somewhere"))
