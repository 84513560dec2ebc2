"""Runs that sign: bundle, supplement and ledger; an interrupted one is completed without the key."""

import stat
from pathlib import Path

import pytest

from flows.recovery import recover
from flows.seal import account, name_of
from flows.signing_key import new_pair, public_file
from flows.sources import read_campaign
from flows.verify import verify
from outputs import handover
from outputs.bag import TAG_MANIFEST, read_bag_info
from outputs.bundle import Bundle
from outputs.ledger import open_ledger
from outputs.ledger_seals import seals
from outputs.report.dispatch import DISPATCH_FILE
from outputs.signature import SEALED_BY, SIGNATURE_FILE, SIGNING_KEY, grouped
from outputs.staging import digest_of
from schemas.errors import DeliveryError
from schemas.words import Text
from tests.small_campaign import picture, write_small

pytestmark = [pytest.mark.usefixtures("prefect_server"), pytest.mark.xdist_group("prefect")]


ONE_A_BUNDLE = """
extends = "studio"
[bundle]
max_photos = { value = 1, unit = "photos", source = "contract", trust = "K" }
"""


@pytest.fixture
def campaign(tmp_path) -> Path:
    """A campaign that signs, of which two of three students handed a photo in."""
    new_pair(tmp_path / "keys" / "school.pem")
    path = write_small(tmp_path, {1: 1, 2: 2})
    signing = '\n[signing]\nkey = "keys/school.pem"\n'
    path.write_text(path.read_text(encoding="utf-8") + signing, encoding="utf-8")
    return path


def run(campaign: Path, **options):
    from flows.post_capture import post_capture

    return post_capture(str(campaign), **options)


def parameters_kept() -> str:
    """The parameters of all runs that Prefect's server knows, as text."""
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.sorting import FlowRunSort

    with get_client(sync_client=True) as client:
        return str([run.parameters for run in client.read_flow_runs(limit=200, sort=FlowRunSort.ID_DESC)])


def info_of(bundle: Bundle) -> dict[str, str]:
    return read_bag_info((bundle.folder / "bag-info.txt").read_text(encoding="utf-8"))


def test_every_bundle_is_signed_and_the_ledger_knows_by_whom(campaign):
    key = public_file(campaign.parent / "keys" / "school.pem")
    first = run(campaign, sealed_by=name_of("李老师"))
    (campaign.parent / "handed-in" / "401019000003.jpg").write_bytes(picture(3))
    second = run(campaign)
    assert (first.bundle.photos, second.bundle.photos) == (2, 1)
    for outcome in (first, second):
        assert verify(outcome.bundle.archive, key=key).faults == ()
    assert info_of(second.bundle)["Regpack-Supplements"] == first.bundle.name
    assert info_of(first.bundle)[SEALED_BY] == "李老师"
    assert SEALED_BY not in info_of(second.bundle)

    note = first.audit / DISPATCH_FILE
    assert stat.S_IMODE(note.stat().st_mode) == 0o600
    told = note.read_text(encoding="utf-8")
    for said in (f"{first.bundle.name}.zip", grouped(first.bundle.archive_sha256), "李老师"):
        assert said in told

    for place in (second.bundle.folder, second.bundle.archive):
        assert verify(place, campaign=campaign).faults == ()

    loaded = read_campaign(campaign)
    with open_ledger(loaded.ledger_url) as ledger:
        kept = seals(ledger, "small")
    expected = [
        (made.name, made.archive_sha256, digest_of(made.folder / TAG_MANIFEST), info_of(made)[SIGNING_KEY],
         who, account())
        for made, who in ((first.bundle, "李老师"), (second.bundle, None))
    ]  # fmt: skip
    assert kept.drop("finished_at").rows() == expected
    shown = parameters_kept()
    assert "sealed_by" in shown
    assert not any(said in shown for said in ("李老师", "PRIVATE KEY"))


def test_every_part_is_signed_and_told(campaign):
    key = public_file(campaign.parent / "keys" / "school.pem")
    (campaign.parent / "own.toml").write_text(ONE_A_BUNDLE, encoding="utf-8")
    text = campaign.read_text(encoding="utf-8")
    campaign.write_text(text.replace('"studio"', '"own.toml"'), encoding="utf-8")
    outcome = run(campaign)
    assert len(outcome.bundles) == 2
    note = (outcome.audit / DISPATCH_FILE).read_text(encoding="utf-8")
    for bundle in outcome.bundles:
        assert verify(bundle.archive, key=key, campaign=campaign).faults == ()
        assert grouped(bundle.archive_sha256) in note
    one, other = outcome.bundles
    (one.folder / SIGNATURE_FILE).write_bytes((other.folder / SIGNATURE_FILE).read_bytes())
    assert [fault.file for fault in verify(one.folder, key=key).faults] == [SIGNATURE_FILE]


def test_a_dry_run_needs_no_key(campaign):
    (campaign.parent / "keys" / "school.pem").unlink()
    assert run(campaign, dry_run=True).bundle is None


def test_an_interrupted_run_is_completed_without_the_key(campaign, monkeypatch):
    def fail(*_: object, **__: object) -> None:
        raise DeliveryError(campaign, Text("断电", "the power failed"), Text("", ""))

    monkeypatch.setattr("flows.delivery.put_in_place", fail)
    with pytest.raises(DeliveryError):
        run(campaign)
    key = campaign.parent / "keys" / "school.pem"
    key.unlink()
    loaded = read_campaign(campaign)
    assert not (loaded.out / handover.BUNDLES).exists()
    assert len(recover(loaded).completed) == 1
    found = verify(loaded.out / handover.BUNDLES / "small-001", key=public_file(key))
    assert found.faults == ()
    assert found.signed.is_checked
    assert (loaded.out / handover.BUNDLES / "small-001" / SIGNATURE_FILE).stat().st_size == 64
