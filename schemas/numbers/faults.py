"""What ranges of certificate numbers may not be, though each line is well formed."""

import re
from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import NamedTuple

from schemas.campaign import Campaign, NumberRange
from schemas.codes import Level, levels
from schemas.numbers import NumberForm, level_named, number_forms
from schemas.words import Text


class NumberFault(NamedTuple):
    """One thing wrong at a place of the campaign file, and what to do."""

    place: str
    what: Text
    todo: Text


def number_faults(campaign: Campaign) -> Iterator[NumberFault]:
    """Everything in a campaign's ranges that numbers must not be issued from, in the file's order."""
    faults = [fault for at, each in enumerate(campaign.numbers, 1) for fault in _range(at, each, campaign)]
    yield from faults
    if not faults:
        yield from _pairs(campaign)


def _range(at: int, each: NumberRange, campaign: Campaign) -> Iterator[NumberFault]:
    place, form, level = f"numbers[{at}]", number_forms()[each.kind], level_named(each.level)
    if level is None:
        known = [one.name for one in levels()]
        what = Text(f"不认识的层次 {each.level}", f"unknown level {each.level}")
        todo = Text(f"请写 {'、'.join(known)} 之一", f"write one of {', '.join(known)}")
        yield NumberFault(f"{place}.level", what, todo)
    if each.season is not None and campaign.certificates.season is None:
        yield NumberFault(f"{place}.season", *_NO_SEASON)
    yield from _dates(place, form, campaign)
    for end, number in (("first", each.first), ("last", each.last)):
        yield from _number(f"{place}.{end}", number, form, level, campaign)
    if each.first[: form.prefix_digits] != each.last[: form.prefix_digits]:
        yield NumberFault(f"{place}.last", *_OTHER_PREFIX)
    elif each.first > each.last:
        yield NumberFault(f"{place}.last", *_UPSIDE_DOWN)


def _dates(place: str, form: NumberForm, campaign: Campaign) -> Iterator[NumberFault]:
    dated = form.date_of(campaign.certificates)
    if dated is None:
        what = Text(f"要编{form.title}，但没有给出日期", f"a {form.title_en} bears a year that is not given")
        yield NumberFault(f"certificates.{form.dated}", what, Text("请补上这一项", "add it"))
    elif dated < form.valid_from:
        what = Text(
            f"{form.valid_from} 以前的{form.title}编法不同，程序不编",
            f"before {form.valid_from} a {form.title_en} had another form, which regpack does not issue",
        )
        todo = Text(
            "请删去这个号段，由学校自行编号并写在证书信息表中",
            "remove the range, and enter the school's own numbers in the awards sheet",
        )
        yield NumberFault(place, what, todo)


def _number(
    place: str, number: str, form: NumberForm, level: Level | None, campaign: Campaign
) -> Iterator[NumberFault]:
    """One end of a range against form, school, year and level; the first thing wrong."""
    school, dated = campaign.campaign.school_code, form.date_of(campaign.certificates)
    digits = form.level_digits(level) if level else None
    if re.fullmatch(form.pattern, number) is None:
        yield NumberFault(
            place,
            Text(f"不是 {form.digits} 位的{form.title}", f"not a {form.title_en} of {form.digits} digits"),
            Text("请按编号规则改正", "correct it after the rule for such numbers"),
        )
    elif not number.startswith(school):
        yield _contradiction(place, Text(f"学校代码 {school} ", f"the school code {school}"))
    elif dated and number[6:10] != f"{dated:%Y}":
        yield _contradiction(
            place, Text(f" {form.dated} 的年份 {dated:%Y} ", f"the year {dated:%Y} of {form.dated}")
        )
    elif level and number[slice(*form.level_at)] != digits:
        yield _contradiction(
            place, Text(f"层次{level.name}（{digits}）", f"the level {level.name} ({digits})")
        )


def _contradiction(place: str, other: Text) -> NumberFault:
    return NumberFault(
        place,
        Text(f"与{other.zh}不符", f"it contradicts {other.en}"),
        Text("请核对号段，或改正另一项", "check the range, or correct the other"),
    )


def _pairs(campaign: Campaign) -> Iterator[NumberFault]:
    """No two ranges of a kind share a number, and for nobody may it be open which range serves him."""
    for (_, one), (at, other) in combinations(enumerate(campaign.numbers, 1), 2):
        if one.kind != other.kind:
            continue
        if one.first <= other.last and other.first <= one.last:
            yield NumberFault(f"numbers[{at}]", *_OVERLAP)
        elif _is_open(one, other, campaign.certificates.season):
            yield NumberFault(f"numbers[{at}].study_form", *_OPEN)


def _is_open(one: NumberRange, other: NumberRange, season: str | None) -> bool:
    """Whether one of two serving ranges of a level names a form of study and the other does not."""
    forms: Sequence[str | None] = (one.study_form, other.study_form)
    serving = all(each.season in (None, season) for each in (one, other))
    same_level = level_named(one.level) == level_named(other.level)
    return serving and same_level and (forms[0] is None) != (forms[1] is None)


_NO_SEASON = (
    Text("号段写了批次，但本批次文件没有写明是哪一批", "the range names a season, the campaign does not"),
    Text(
        "请在 [certificates] 中写 season，或删去号段的 season",
        "write season under [certificates], or remove it here",
    ),
)
_OTHER_PREFIX = (
    Text("与 first 的学校、年份或层次部分不同", "school, year or level differ from those of first"),
    Text("一个号段只改末尾 6 位；请分成几段", "a range differs in its last six digits; split it"),
)
_UPSIDE_DOWN = (
    Text("小于 first", "it is below first"),
    Text("请核对两端", "check both ends"),
)
_OVERLAP = (
    Text("与前面的号段有相同的编号", "it shares numbers with a range above"),
    Text("请分开两个号段", "keep the ranges apart"),
)
_OPEN = (
    Text(
        "同一层次的号段，有的写了学习形式，有的没有写",
        "of the ranges of one level, some name a form of study and some do not",
    ),
    Text("请都写或都不写", "name it in all of them or in none"),
)
