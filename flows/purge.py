"""The end of a campaign: originals and what is personal in the ledger are deleted; a certificate says so.

A purge that was interrupted is gone on with: the ledger knows that it was begun, and a list beside the
results knows, without any name, what there was to delete.
"""

import hashlib
from collections.abc import Mapping
from contextlib import suppress
from importlib.metadata import version
from itertools import takewhile
from pathlib import Path
from typing import NamedTuple

from flows.checked_json import closed, opened
from flows.free_text import free_text
from flows.known_files import KnownFiles
from flows.purge_checks import Against, Kept, against, kept_bundles, refuse_while_served
from flows.purge_plan import Doomed, Plan, index_of, plan
from flows.run_lock import only_run
from flows.settings import language, now, today
from flows.sources import CaptureFolder, LoadedCampaign
from outputs.certificate import Certificate, Deleted, write_certificate
from outputs.ledger import Ledger, open_ledger
from outputs.ledger_purges import (
    KnownPurge,
    Purge,
    begin_purge,
    digests_of_others,
    end_purge,
    erase,
    last_purge,
    scrub,
)
from outputs.staging import delivering, digest_of, write_whole
from schemas.errors import InputError, RetentionError
from schemas.purge import KINDS
from schemas.words import Text

CERTIFICATES = "certificates"
"""The folder in the output folder."""
_WHAT = Text("待删除的文件或证明", "a file to be deleted, or the certificate,")
_STAMP = "%Y-%m-%dT%H:%M:%SZ"
Listed = dict[str, Deleted]
"""What there was to delete, by a key that tells no path."""


class Order(NamedTuple):
    """What the command was told: who deletes, why, and whether that outweighs all that speaks against it."""

    by_whom: str
    because: str = ""
    anyway: bool = False


class Preview(NamedTuple):
    """What a purge would do: files and bytes by kind, and what speaks against it."""

    kinds: dict[str, tuple[int, int]]
    others_among_captures: int
    bundles: list[Kept]
    against: list[Against]
    is_begun: bool


class Purged(NamedTuple):
    """A purge that is done: its certificate (None where nothing was left to delete), and what was kept."""

    certificate: Path | None
    written: Certificate | None
    kept_for_others: int


def previewed(loaded: LoadedCampaign) -> Preview:
    """What a purge would delete; nothing is changed."""
    with open_ledger(loaded.ledger_url) as ledger:
        found = plan(loaded, ledger)
        sizes: dict[str, tuple[int, int]] = {}
        for kind, path in found.files:
            count, size = sizes.get(kind, (0, 0))
            sizes[kind] = (count + 1, size + path.stat().st_size)
        bundles = kept_bundles(loaded, ledger)
        speaks = against(loaded, ledger, bundles, today())
        going = _going_on(last_purge(ledger, loaded.campaign.campaign.id))
        return Preview(sizes, found.others_among_captures, bundles, speaks, going is not None)


def purge(loaded: LoadedCampaign, order: Order) -> Purged:
    """Delete, erase, and write the certificate; or go on where an earlier purge was interrupted.

    RetentionError where something speaks against it that the order does not outweigh; InputError while the
    campaign is being run or served; DeliveryError where a file cannot be deleted.
    """
    refuse_while_served(loaded)
    with only_run(loaded), open_ledger(loaded.ledger_url) as ledger:
        campaign = loaded.campaign.campaign.id
        bundles, found = kept_bundles(loaded, ledger), plan(loaded, ledger)
        speaks = against(loaded, ledger, bundles, today())
        last = last_purge(ledger, campaign)
        if _going_on(last) is None:
            if last is not None and not found.files:
                return Purged(None, None, 0)
            _refuse(loaded, speaks, order)
        doomed, listed, kept = _listed(loaded, found, digests_of_others(ledger, campaign))
        with delivering(loaded.out, _WHAT):
            write_whole(_journal(loaded), closed(listed))
        going = _going_on(last) or _begun(loaded, ledger, order)
        _delete(loaded, doomed)
        erase(ledger, campaign, going.purge_id)
        scrub(ledger)
        written = _certificate(loaded, ledger, speaks, bundles, listed, _notes(found, kept))
        return Purged(_ended(loaded, ledger, going, written), written, kept)


def _going_on(last: KnownPurge | None) -> KnownPurge | None:
    return last if last is not None and last.certificate_sha256 is None else None


def _begun(loaded: LoadedCampaign, ledger: Ledger, order: Order) -> KnownPurge:
    until = loaded.campaign.campaign.retain_until
    told = Purge(
        now().strftime(_STAMP),
        free_text(order.by_whom),
        free_text(order.because) or None,
        None if until is None else until.isoformat(),
    )
    begin_purge(ledger, loaded.campaign.campaign.id, told)
    begun = last_purge(ledger, loaded.campaign.campaign.id)
    assert begun is not None  # noqa: S101  it was written a line above
    return begun


def _refuse(loaded: LoadedCampaign, speaks: list[Against], order: Order) -> None:
    """The order has to say who deletes, and what speaks against it has to be outweighed."""
    if not free_text(order.by_whom):
        raise InputError("--by", _NOBODY, _WRITE_NAME)
    open_ones = [each for each in speaks if not (order.anyway or each.is_date)]
    if open_ones or (speaks and not free_text(order.because)):
        said = open_ones or speaks
        raise RetentionError(
            loaded.path,
            Text("；".join(each.what.zh for each in said), "; ".join(each.what.en for each in said)),
            _OUTWEIGH if open_ones else _SAY_WHY,
        )


# -- the files ---------------------------------------------------------------------------------------------


def _listed(
    loaded: LoadedCampaign, found: Plan, others: Mapping[str, str]
) -> tuple[list[Doomed], Listed, int]:
    """What is to be deleted now, all that this purge deletes or deleted, and how many files others need."""
    listed: Listed = {}
    with suppress(OSError):
        listed = {key: Deleted(*told) for key, told in (opened(_journal(loaded).read_bytes()) or {}).items()}
    doomed, kept = [], 0
    known = _known_captures(loaded)
    for each in found.files:
        with delivering(loaded.out, _WHAT):
            sha256 = known.get(each.path) or digest_of(each.path)
            told = Deleted(each.kind, each.path.stat().st_size, sha256)
        if sha256 in others and each.kind in {"captures", "inputs"}:
            kept += 1
        else:
            doomed.append(each)
            listed[hashlib.sha256(str(each.path.resolve()).encode()).hexdigest()] = told
    return doomed, listed, kept


def _known_captures(loaded: LoadedCampaign) -> dict[Path, str]:
    """Captures whose digest is known without reading them."""
    if not loaded.captures.is_dir():
        return {}
    store = CaptureFolder(loaded.captures)
    files = KnownFiles(store, index_of(loaded))
    with suppress(InputError):
        known = ((name, files.sha256(name)) for name in store.names())
        return {loaded.captures / name: sha256 for name, sha256 in known if sha256 is not None}
    return {}


def _journal(loaded: LoadedCampaign) -> Path:
    return loaded.out / f".purge-{loaded.campaign.campaign.id}.json"


def _delete(loaded: LoadedCampaign, doomed: list[Doomed]) -> None:
    """Delete the files, then the folders that are empty by that."""
    ours = {loaded.captures.resolve(), loaded.out.resolve()}
    for each in doomed:
        with delivering(loaded.out, _WHAT):
            each.path.unlink(missing_ok=True)
        parents = each.path.resolve().parents
        if each.kind != "inputs" and ours & set(parents):
            for folder in takewhile(lambda parent: parent not in ours, parents):
                with suppress(OSError):
                    folder.rmdir()


# -- the certificate ---------------------------------------------------------------------------------------


def _certificate(
    loaded: LoadedCampaign,
    ledger: Ledger,
    speaks: list[Against],
    bundles: list[Kept],
    listed: Listed,
    notes: list[Text],
) -> Certificate:
    identity = loaded.campaign.campaign
    done = last_purge(ledger, identity.id)
    assert done is not None  # noqa: S101  it is going on
    order = [*KINDS]
    return Certificate(
        campaign=identity.id,
        school_code=identity.school_code,
        school_name=identity.school_name,
        program=f"regpack {version('regpack')}",
        purge=done.purge,
        ended_at=now().strftime(_STAMP),
        against=[each.what for each in speaks],
        deleted=sorted(listed.values(), key=lambda each: (order.index(each.kind), each[1:])),
        erased=done.rows,
        bundles=[each._asdict() for each in bundles],
        notes=notes,
    )


def _notes(found: Plan, kept: int) -> list[Text]:
    """What was left, and why."""
    notes = []
    if kept:
        notes.append(Text(f"{kept} 个文件还有其他批次在用，没有删除",
                          f"{kept} files are used by other campaigns and were kept"))  # fmt: skip
    if found.others_among_captures:
        count = found.others_among_captures
        notes.append(Text(f"照片文件夹中另有 {count} 个不是照片的文件，没有删除",
                          f"{count} other files in the captures folder were left"))  # fmt: skip
    return [*notes, *_ALWAYS]


def _ended(loaded: LoadedCampaign, ledger: Ledger, going: KnownPurge, written: Certificate) -> Path:
    """The certificate in place, the purge at its end."""
    stamp = going.purge.begun_at.replace("-", "").replace(":", "")
    folder = loaded.out / CERTIFICATES
    with delivering(folder, _WHAT):
        path = write_certificate(written, folder / f"purge-{written.campaign}-{stamp}", language())
        end_purge(ledger, going.purge_id, ended_at=written.ended_at, certificate_sha256=digest_of(path))
        _journal(loaded).unlink()
    return path


_NOBODY = Text("没有写由谁删除", "it is not said who deletes")
_WRITE_NAME = Text("写明 --by 姓名", "write --by NAME")
_SAY_WHY = Text(
    "确须现在删除的，写明 --because 理由", "if they must be deleted now, say why: --because REASON"
)
_OUTWEIGH = Text(
    "先处理完；仍要删除的，加 --anyway 并写明 --because 理由",
    "settle that first; or delete all the same with --anyway --because REASON",
)
_ALWAYS = (
    Text("上报包、台账中的学号、状态、原因代码和哈希继续保存",
         "bundles stay, and so do student numbers, states, reason codes and digests in the ledger"),
    Text("不在本程序管理之内的副本（相机卡、备份、发给学院的材料、平台和采集单位的名单）须另行清理",
         "copies elsewhere (camera cards, backups, what was sent to units, lists of platform and vendor) are"
         " not within this program's reach"),
    Text("文件已从文件系统删除，没有覆写：固态硬盘、快照和备份中可能还留有数据块",
         "files were removed from the file system and not overwritten: SSDs, snapshots and backups may still"
         " hold blocks of them"),
)  # fmt: skip
