"""A bundle held against the ledger of the school that sealed it: what no forger outside can change."""

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from flows.sources import read_campaign
from flows.verify.fault import Fault
from flows.verify.source import Files
from outputs.bag import TAG_MANIFEST
from outputs.ledger import open_ledger
from outputs.ledger_seals import seals
from outputs.signature import SIGNATURE_FILE
from outputs.staging import digest_of
from schemas.words import Text

UNKNOWN = Text("台账中没有这个上报包", "is not a bundle that the ledger knows")
OTHER_ZIP = Text("不是台账记下的那个压缩包", "is not the zip that the ledger knows")
OTHER_BAG = Text("不是台账记下的那个上报包", "is not that of the bundle that the ledger knows")
WAS_SIGNED = Text("缺失，而台账记着这个上报包有签名", "is missing, and the ledger has the bundle as signed")


def remembered(campaign: Path) -> pl.DataFrame:
    """How a campaign's bundles were sealed (`outputs.ledger_seals`). InputError where there is no ledger."""
    loaded = read_campaign(campaign)
    with open_ledger(loaded.ledger_url, must_exist=True) as ledger:
        return seals(ledger, loaded.campaign.campaign.id)


def ledger_faults(files: Files, bundle: Path, known: pl.DataFrame) -> Iterator[Fault]:
    """Where a bundle, found at that path, is not the one of its name that was sealed."""
    name = files.source.name
    mine = known.filter(pl.col("name") == name)
    if mine.is_empty():
        yield Fault(name, UNKNOWN)
        return
    seal = mine.row(0, named=True)
    if bundle.is_file() and digest_of(bundle) != seal["archive_sha256"]:
        yield Fault(bundle.name, OTHER_ZIP)
    if seal["tag_manifest_sha256"] not in {None, files.digests.get(TAG_MANIFEST)}:
        yield Fault(TAG_MANIFEST, OTHER_BAG)
    if seal["signing_key"] and SIGNATURE_FILE not in files.digests:
        yield Fault(SIGNATURE_FILE, WAS_SIGNED)
