"""The weekly audit: asks the ledger what is open and what changed; tables stay here, Prefect gets counts."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

import click
import polars as pl
from prefect.artifacts import create_table_artifact

from flows.feedback import standing_of
from flows.served import CampaignFile, is_served, on_the_terminal
from flows.settings import language, now
from flows.sources import LoadedCampaign, read_campaign
from flows.withheld import quiet_flow
from outputs.ledger import open_ledger
from outputs.ledger_weeks import standing
from outputs.weekly_audit import write_weekly
from schemas.words import Text
from transforms.weekly import by_unit, changed, overdue, still_open

WEEK = timedelta(days=7)


class Week(NamedTuple):
    """The audit of a week: where its tables lie, and what they count."""

    folder: Path
    counts: dict[str, int]


@quiet_flow(name="audit")
def audit(campaign: CampaignFile) -> Week:
    """Who is missing or rejected, by unit, what changed within a week, and which feedback is overdue."""
    with on_the_terminal():
        loaded = read_campaign(Path(campaign))
        week = audit_week(loaded, now())
        create_table_artifact(
            key=f"regpack-{loaded.campaign.campaign.id}-weekly",
            table=[week.counts],
            description=week.folder.name,
        )
        if is_served():
            click.echo(_told(week).say(language()))
        return week


def audit_week(loaded: LoadedCampaign, at: datetime) -> Week:
    """Ask the ledger, write the tables of the week that ends at a moment."""
    campaign = loaded.campaign.campaign.id
    day = at.astimezone(ZoneInfo(loaded.campaign.serve.timezone)).date()
    with open_ledger(loaded.ledger_url, must_exist=True) as ledger:
        today = standing(ledger, campaign)
        before = standing(ledger, campaign, until=(at - WEEK).strftime("%Y-%m-%dT%H:%M:%SZ"))
        follow_ups = standing_of(loaded, ledger, NOBODY_NAMED, day).to_do
    units, left, news, late = by_unit(today), still_open(today), changed(before, today), overdue(follow_ups)
    tables = {
        "open": (_OPEN, left), "units": (_UNITS, units), "changes": (_CHANGES, news),
        "overdue": (_OVERDUE, late),
    }  # fmt: skip
    folder = write_weekly(tables, loaded.out / "audit" / f"weekly-{day}", language())
    return Week(folder, _counts(units) | {"changed": news.height, "overdue": late.height})


def _counts(units: pl.DataFrame) -> dict[str, int]:
    heads = ("expected", "accepted", "missing", "rejected")
    return {name: int(units[name].sum()) for name in heads}


def _told(week: Week) -> Text:
    counts = week.counts
    return Text(
        f"每周审计：缺拍 {counts['missing']}，退回 {counts['rejected']}，"
        f"一周内变化 {counts['changed']} 人，逾期反馈 {counts['overdue']} 件。{week.folder}",
        f"weekly audit: {counts['missing']} missing, {counts['rejected']} rejected,"
        f" {counts['changed']} changed within a week, feedback overdue for {counts['overdue']}."
        f" {week.folder}",
    )


_OPEN = Text("未完成", "open")
_UNITS = Text("各学院", "units")
_CHANGES = Text("一周变化", "changes")
_OVERDUE = Text("逾期反馈", "overdue feedback")
NOBODY_NAMED = pl.DataFrame(schema={"student_no": pl.String, "name": pl.String})
"""The week's tables have student numbers, no names."""
