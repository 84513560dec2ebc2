"""The freeze: after its date nothing of a campaign changes, unless somebody says why."""

from typing import Any, NamedTuple

from flows.settings import today
from flows.sources import LoadedCampaign
from schemas.decisions import AFTER_FREEZE
from schemas.errors import FreezeError
from schemas.words import Text


class AfterFreeze(NamedTuple):
    """Why a campaign is changed after its freeze date, and who says so."""

    because: str
    by_whom: str


def is_frozen(loaded: LoadedCampaign) -> bool:
    """Whether today is past the campaign's freeze date."""
    date = loaded.campaign.campaign.freeze_date
    return date is not None and today() > date


def refuse_frozen(loaded: LoadedCampaign, reason: AfterFreeze | None) -> None:
    """FreezeError where the campaign is frozen and no reason is given."""
    if is_frozen(loaded) and reason is None:
        raise FreezeError(
            loaded.path,
            Text(f"批次已于 {loaded.campaign.campaign.freeze_date} 冻结",
                 f"the campaign is frozen since {loaded.campaign.campaign.freeze_date}"),
            Text("确须处理的，写明 --after-freeze 理由 --by 姓名",
                 "if it must be, say why: --after-freeze REASON --by NAME"),
        )  # fmt: skip


def freeze_line(reason: AfterFreeze) -> dict[str, Any]:
    """The reason as a fact of the ledger."""
    nothing = dict.fromkeys(("student_no", "code", "capture_sha256", "valid_until", "withdraws"))
    return {"kind": AFTER_FREEZE, "by_whom": reason.by_whom, "because": reason.because, **nothing}
