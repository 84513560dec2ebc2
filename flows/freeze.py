"""The freeze: after its date nothing of a campaign changes, unless somebody says why."""

from datetime import datetime
from typing import NamedTuple

import polars as pl
from pydantic import SecretStr
from pydantic.json_schema import SkipJsonSchema

from flows.free_text import free_text
from flows.settings import today
from flows.sources import LoadedCampaign
from outputs.ledger_decisions import ASKED, NO_DECISION
from schemas.audit import FINDINGS
from schemas.decisions import AFTER_FREEZE
from schemas.errors import FreezeError, InputError
from schemas.reasons import Reason
from schemas.words import Text
from transforms.validation import as_findings, severity_of


class AfterFreeze(NamedTuple):
    """Why a campaign is changed after its freeze date, and who says so; Prefect is shown neither."""

    because: SecretStr
    by_whom: SecretStr

    def told(self) -> dict[str, str]:
        """Both in clear, for ledger, audit and cover sheet."""
        return {"because": self.because.get_secret_value(), "by_whom": self.by_whom.get_secret_value()}


GivenReason = SkipJsonSchema[AfterFreeze] | None
"""The reason as a flow's parameter; Prefect's form does not ask for it."""


def after_freeze_of(because: str | None, by_whom: str | None) -> AfterFreeze | None:
    """The reason as it was given, without ID numbers. InputError for half of it."""
    if because is None:
        return None
    reason = AfterFreeze(SecretStr(free_text(because)), SecretStr(free_text(by_whom)))
    if not all(reason.told().values()):
        raise InputError(
            "--after-freeze",
            Text("没有写理由，或没有写姓名", "the reason is empty, or who gives it is missing"),
            Text("写明 --after-freeze 理由 --by 姓名", "write --after-freeze REASON --by NAME"),
        )
    return reason


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


def is_held_back(loaded: LoadedCampaign, reason: AfterFreeze | None) -> bool:
    """Whether a run may seal nothing."""
    return is_frozen(loaded) and reason is None


def freeze_facts(reason: AfterFreeze | None, at: datetime) -> pl.DataFrame:
    """The reason given at a moment (UTC), as a fact of the ledger (ASKED)."""
    if reason is None:
        return NO_DECISION
    told = {"decided_at": f"{at:%Y-%m-%dT%H:%M:%SZ}", "kind": AFTER_FREEZE, **reason.told()}
    return pl.DataFrame([told], schema=ASKED)


def freeze_findings(loaded: LoadedCampaign, reason: AfterFreeze | None, records: int) -> pl.DataFrame:
    """That a frozen campaign kept so many records back or, for the reason given, sealed them."""
    if not (is_frozen(loaded) and records):
        return pl.DataFrame(schema=FINDINGS)
    code = pl.lit((Reason.SEALED_AFTER_FREEZE if reason else Reason.FROZEN).value)
    limit = f"≤ {loaded.campaign.campaign.freeze_date}"
    found = pl.DataFrame({"column": ["freeze_date"], "seen": [f"{records} 人"], "limit": [limit]})
    severity = severity_of(code, loaded.profile.severities)
    said = None if reason is None else "{by_whom}：{because}".format(**reason.told())
    return as_findings(found.with_columns(code=code, severity=severity, waived=pl.lit(said)))
