"""A campaign whose originals were deleted is at its end: nothing of it is worked on any more."""

from pathlib import Path

from flows.past import has_ledger
from flows.sources import LoadedCampaign, read_campaign
from outputs.ledger import open_ledger
from outputs.ledger_purges import last_purge
from schemas.errors import CampaignError
from schemas.words import Text


def read_living(path: Path) -> LoadedCampaign:
    """A campaign that can be worked on. CampaignError for one that was purged, even in part."""
    loaded = read_campaign(path)
    refuse_purged(loaded)
    return loaded


def refuse_purged(loaded: LoadedCampaign) -> None:
    """CampaignError where the campaign was purged, even in part."""
    if not has_ledger(loaded.ledger_url):
        return
    with open_ledger(loaded.ledger_url) as ledger:
        last = last_purge(ledger, loaded.campaign.campaign.id)
    if last is not None:
        day = last.purge.begun_at[:10]
        raise CampaignError(
            loaded.path,
            Text(f"这个批次的原始资料已于 {day} 销毁，不能再处理",
                 f"the originals of this campaign were purged on {day}: it cannot be worked on"),
            Text("查询用 regpack audit，检查上报包用 regpack verify；"
                 "销毁没有完成的，再运行 regpack purge --yes",
                 "ask with regpack audit, check bundles with regpack verify; a purge that was interrupted"
                 " goes on with regpack purge --yes"),
        )  # fmt: skip
