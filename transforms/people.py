"""Enrolments held against the rules of roster, campaign and profile, and who is to be captured."""

from datetime import date

import polars as pl

from schemas.campaign import Campaign
from schemas.profile import Profile
from schemas.reasons import Reason
from schemas.roster import INELIGIBLE, Roster, eligibility_rules, people_rules
from schemas.rules import Breach
from transforms.day import Day
from transforms.hints import with_hints
from transforms.validation import check, findings


def roster_findings(
    roster: pl.DataFrame,
    campaign: Campaign,
    profile: Profile,
    *,
    captured_on: date | None,
) -> pl.DataFrame:
    """What the rules of roster, campaign and profile say of each row; ages are those at capture."""
    usual = profile.people
    rules = (Roster, eligibility_rules(campaign.eligibility), people_rules(usual, captured_on))
    breaches = pl.concat([check(roster, each) for each in rules])
    limits = {
        Breach(Reason.AGE_UNUSUAL.value, "born_on").rule: f"{usual.age_min.value}–{usual.age_max.value} 岁",
        Breach(Reason.NAME_LONG.value, "name").rule: f"≤ {usual.name_max_bytes.value} 字节",
    }
    return with_hints(findings(roster, breaches, severities=profile.severities, limits=limits), roster)


def last_day(day: Day, campaign: Campaign) -> date | None:
    """The last day of capture that the schedule names, or else the day that the certificates bear."""
    held_on = day.schedule["held_on"].max()
    dates = campaign.certificates
    return held_on if isinstance(held_on, date) else dates.award_date or dates.graduation_date


def rows_outside(people: pl.DataFrame) -> pl.Series:
    """The rows that are not to be captured: ineligible or locked."""
    codes = [code.value for code in (*INELIGIBLE, Reason.ALREADY_REGISTERED)]
    return people.filter(pl.col("code").is_in(codes))["row"].unique()


def invited(roster: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """The lines of those who are to be captured."""
    return roster.filter(~pl.col("row").is_in(rows_outside(people).implode()))
