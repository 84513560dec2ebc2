"""What speaks against a purge, and who must not be at work meanwhile."""

from datetime import date
from typing import NamedTuple

from flows.serve.lifeline import is_held
from flows.serve.place import place_of
from flows.sources import LoadedCampaign
from outputs.handover import BUNDLES
from outputs.ledger import Ledger
from outputs.ledger_cases import open_cases, registered
from outputs.staging import digest_of
from schemas.errors import InputError
from schemas.words import Text


class Against(NamedTuple):
    """One thing that speaks against a purge; `--because` is enough for the date, `--anyway` for all."""

    what: Text
    is_date: bool = False


class Kept(NamedTuple):
    """A bundle that stays: its zip's digest in the ledger, and its state (`schemas.purge.BUNDLE_STATES`)."""

    name: str
    archive_sha256: str
    sealed: int
    state: str


def refuse_while_served(loaded: LoadedCampaign) -> None:
    """InputError while `regpack serve` looks after the campaign."""
    lock = place_of(loaded).lock
    if lock.exists() and is_held(lock):
        raise InputError(
            loaded.path,
            Text("这个批次正由 regpack serve 值守", "regpack serve looks after this campaign"),
            Text("先在那个窗口按 Ctrl-C 停止", "stop it with Ctrl-C in its window first"),
        )


def kept_bundles(loaded: LoadedCampaign, ledger: Ledger) -> list[Kept]:
    """Every bundle of the campaign, and whether its zip is as it was sealed."""
    kept = ("name", "archive_sha256", "sealed")
    lines = ledger.bundles(loaded.campaign.campaign.id).select(*kept).iter_rows()
    return [Kept(name, sha256, sealed, _state(loaded, name, sha256)) for name, sha256, sealed in lines]


def _state(loaded: LoadedCampaign, name: str, sha256: str) -> str:
    archive = loaded.out / BUNDLES / f"{name}.zip"
    if not archive.is_file():
        return "absent"
    return "whole" if digest_of(archive) == sha256 else "changed"


def against(loaded: LoadedCampaign, ledger: Ledger, bundles: list[Kept], today: date) -> list[Against]:
    """Everything that speaks against a purge today."""
    campaign, until = loaded.campaign.campaign.id, loaded.campaign.campaign.retain_until
    found = []
    if until is None:
        found.append(Against(_NO_DATE, is_date=True))
    elif today <= until:
        what = Text(f"保存期限未到（保存到 {until}）", f"originals are to be kept until {until}")
        found.append(Against(what, is_date=True))
    if not bundles:
        found.append(Against(_NO_BUNDLE))
    if cases := open_cases(ledger, campaign).height:
        found.append(Against(Text(f"还有 {cases} 件反馈事项没有了结", f"{cases} cases of feedback are open")))
    sealed = ledger.sealed(campaign)["student_no"]
    if waiting := sealed.is_in(registered(ledger, campaign)["student_no"].implode()).not_().sum():
        found.append(Against(Text(
            f"已上报 {len(sealed)} 人，其中 {waiting} 人没有平台已注册的记录",
            f"{waiting} of the {len(sealed)} students sealed are not known to be registered",
        )))  # fmt: skip
    if lacking := "、".join(bundle.name for bundle in bundles if bundle.state != "whole"):
        found.append(Against(Text(
            f"上报包 {lacking} 不在输出文件夹，或与台账不符",
            f"bundle {lacking} is not in the output folder, or not what the ledger knows",
        )))  # fmt: skip
    return found


_NO_DATE = Text("批次文件没有写保存期限（retain_until）", "the campaign file has no retain_until")
_NO_BUNDLE = Text("这个批次还没有生成过上报包", "no bundle of this campaign was ever sealed")
