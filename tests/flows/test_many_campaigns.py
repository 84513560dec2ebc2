"""Campaigns that run at the same time share a ledger and a Prefect server; each gets what it would alone."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from flows.sources import read_campaign
from flows.verify import verify
from outputs.ledger import open_ledger
from outputs.staging import digest_of
from tests import ledgers
from tests.small_campaign import write_small

pytestmark = [pytest.mark.usefixtures("prefect_server"), pytest.mark.xdist_group("prefect")]


def campaigns(folder: Path, count: int, ledger_url: str) -> list[Path]:
    """So many campaigns of three students each, whose photos are nobody else's, in one ledger."""
    written = []
    for number in range(count):
        campaign = write_small(folder / f"{number}", {serial: 10 * number + serial for serial in (1, 2, 3)})
        told = campaign.read_text("utf-8").replace('id = "small"', f'id = "small-{number}"')
        roster = campaign.with_name("roster.csv")
        for table in (roster, campaign.with_name("awards.csv")):
            renumbered = table.read_text("utf-8-sig").replace("40101900000", _prefix(number))
            table.write_text(renumbered, "utf-8-sig")
        for photo in (folder / f"{number}" / "handed-in").iterdir():
            photo.rename(photo.with_name(photo.name.replace("40101900000", _prefix(number))))
        campaign.write_text(told, "utf-8")
        ledgers.move(campaign, ledger_url)
        written.append(campaign)
    return written


def _prefix(number: int) -> str:
    return f"4010190{number:02}00"


def all_at_once(written: list[Path]) -> list[tuple[int, str]]:
    """Run each in a program of its own, with the tests' server; how each ended, and what it complained of."""
    from prefect.settings import PREFECT_API_URL

    environment = {**os.environ, "PREFECT_API_URL": str(PREFECT_API_URL.value()), "REGPACK_WORKERS": "1"}
    programs = [
        subprocess.Popen(
            [sys.executable, "-m", "flows", "run", str(campaign)],
            env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, encoding="utf-8",
        )
        for campaign in written
    ]  # fmt: skip
    complaints = [program.communicate()[1] for program in programs]
    return [(program.returncode, said) for program, said in zip(programs, complaints, strict=True)]


def test_two_campaigns_at_once_each_seal_their_own(tmp_path):
    run_and_check(campaigns(tmp_path, 2, f"sqlite:///{tmp_path}/ledger.db"))


@pytest.mark.long
def test_ten_campaigns_at_once_each_seal_their_own(tmp_path, ledger_url):
    run_and_check(campaigns(tmp_path, 10, ledger_url))


def run_and_check(written: list[Path]) -> None:
    """Run them; each has sealed its three students, and the ledger knows the very bundle."""
    assert all_at_once(written) == [(0, "")] * len(written)
    for number, campaign in enumerate(written):
        loaded = read_campaign(campaign)
        with open_ledger(loaded.ledger_url) as ledger:
            (bundle,) = ledger.bundles(f"small-{number}").to_dicts()
            sealed = ledger.sealed(f"small-{number}")["student_no"].to_list()
        assert sealed == [f"{_prefix(number)}{serial}" for serial in (1, 2, 3)]
        archive = loaded.out / "bundles" / f"small-{number}-001.zip"
        told = verify(archive)
        assert (told.faults, told.photos) == ((), 3)
        assert bundle["archive_sha256"] == digest_of(archive)
