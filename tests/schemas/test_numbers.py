"""Ranges of certificate numbers: what may be issued from is taken, anything else is refused in words."""

import json
from datetime import date

import pytest

from flows.sources import read_campaign
from schemas.errors import CampaignError
from schemas.numbers import KINDS, number_forms, spans
from tests.campaign_builders import write_campaign

SOUND = {"kind": "diploma", "level": "硕士", "first": "104031202102000001", "last": "104031202102000500"}
DEGREE = {"kind": "degree", "level": "硕士研究生", "first": "1040332021020001", "last": "1040332021020500"}
DATES = {"graduation_date": "2021-06-30", "award_date": "2021-07-01"}


def written(folder, *ranges, **dates):
    """The campaign file with these ranges; a date that is None is left out."""
    path = write_campaign(folder, {"certificates": DATES | dates})
    lines = ["\n[[numbers]]\n" + "".join(f"{key} = {json.dumps(value, ensure_ascii=False)}\n"
             for key, value in each.items()) for each in ranges]  # fmt: skip
    path.write_text(path.read_text(encoding="utf-8") + "".join(lines), encoding="utf-8")
    return path


def refused(path):
    with pytest.raises(CampaignError) as error:
        read_campaign(path)
    assert len(error.value.say("en").splitlines()) == 1
    return error.value.say("zh").partition(".toml ")[2]


def test_every_kind_has_a_form():
    assert tuple(number_forms()) == KINDS


def test_sound_ranges_are_taken_by_level_and_serial(tmp_path):
    campaign = read_campaign(written(tmp_path, SOUND, DEGREE)).campaign
    assert spans(campaign.numbers, campaign.certificates).rows() == [
        ("degree", "硕士研究生", "", True, "1040332021", 20001, 20500),
        ("diploma", "硕士研究生", "", True, "104031202102", 1, 500),
    ]


def test_a_campaign_without_ranges_has_none(tmp_path):
    assert read_campaign(write_campaign(tmp_path)).campaign.numbers == ()


def test_the_ranges_of_a_whole_year_may_stand_in_each_of_its_campaigns(tmp_path):
    spring = SOUND | {"season": "春季", "study_form": "全日制"}
    summer = SOUND | {"season": "夏季", "first": "104031202102000501", "last": "104031202102000900"}
    campaign = read_campaign(written(tmp_path, spring, summer, season='"夏季"')).campaign
    serving = spans(campaign.numbers, campaign.certificates)
    assert dict(serving.select("first", "is_serving").iter_rows()) == {1: False, 501: True}


HIGH = {"first": "104031202102000501", "last": "104031202102000900"}
FAULTS = {
    "no quotes": (
        [SOUND | {"first": 104031202102000001}],
        {},
        "numbers[1].first",
        "值不可用。应为引号中的文字",
    ),
    "no digits": ([SOUND | {"last": "10403-1"}], {}, "numbers[1].last", "值不可用。应为引号中的数字"),
    "unknown kind": ([SOUND | {"kind": "certificate"}], {}, "numbers[1].kind", "值不可用。只能是"),
    "unknown key": ([SOUND | {"form": "全日制"}], {}, "numbers[1].form", "不认识的项"),
    "unknown level": (
        [SOUND | {"level": "硕博"}],
        {},
        "numbers[1].level",
        "不认识的层次 硕博。请写 博士研究生、",
    ),
    "a digit short": (
        [SOUND | {"first": SOUND["first"][:-1]}],
        {},
        "numbers[1].first",
        "不是 18 位的毕业证书编号",
    ),
    "a digit more": (
        [DEGREE | {"last": DEGREE["last"] + "0"}],
        {},
        "numbers[1].last",
        "不是 16 位的学位证书编号",
    ),
    "no type of school": ([SOUND | {"first": "104032202102000001"}], {}, "numbers[1].first", "不是 18 位的"),
    "another school": (
        [SOUND | {"first": "104041202102000001"}],
        {},
        "numbers[1].first",
        "与学校代码 10403 不符",
    ),
    "another year": (
        [SOUND | {"last": "104031202202000500"}],
        {},
        "numbers[1].last",
        "与 graduation_date 的年份 2021 不符",
    ),
    "another year of award": (
        [DEGREE],
        {"award_date": "2022-01-05"},
        "numbers[1].first",
        "与 award_date 的年份 2022 不符",
    ),
    "another level": ([SOUND | {"level": "博士"}], {}, "numbers[1].first", "与层次博士研究生（01）不符"),
    "another degree's": ([DEGREE | {"level": "博士"}], {}, "numbers[1].first", "与层次博士研究生（2）不符"),
    "another type": ([SOUND | {"last": "104035202102000500"}], {}, "numbers[1].last", "与 first 的学校"),
    "upside down": ([SOUND | {"first": "104031202102000501"}], {}, "numbers[1].last", "小于 first"),
    "sharing a number": (
        [SOUND, SOUND | HIGH | {"first": "104031202102000500"}],
        {},
        "numbers[2]",
        "与前面的号段有相同的编号",
    ),
    "one within another": (
        [SOUND, SOUND | {"first": "104031202102000100", "last": "104031202102000200", "season": "春季"}],
        {"season": '"夏季"'},
        "numbers[2]",
        "与前面的号段有相同的编号",
    ),
    "form named and not named": (
        [SOUND, SOUND | HIGH | {"study_form": "全日制"}],
        {},
        "numbers[2].study_form",
        "同一层次的号段，有的写了",
    ),
    "a season nobody has": ([SOUND | {"season": "春季"}], {}, "numbers[1].season", "号段写了批次"),
    "no graduation": ([SOUND], {"graduation_date": None}, "certificates.graduation_date", "要编毕业证书编号"),
    "no award": ([DEGREE], {"award_date": None}, "certificates.award_date", "要编学位证书编号"),
    "an award of another rule": (
        [DEGREE],
        {"award_date": "2015-12-31"},
        "numbers[1]",
        "2016-01-01 以前的学位证书编号编法不同",
    ),
}


@pytest.mark.parametrize(("ranges", "dates", "place", "said"), FAULTS.values(), ids=FAULTS)
def test_what_is_said_of_a_range(tmp_path, ranges, dates, place, said):
    assert refused(written(tmp_path, *ranges, **dates)).startswith(f"[{place}]：{said}")


def test_the_first_day_of_the_rule_is_one_of_it(tmp_path):
    first_day = DEGREE | {"first": "1040332016000001", "last": "1040332016000500"}
    campaign = read_campaign(written(tmp_path, first_day, award_date="2016-01-01")).campaign
    assert campaign.certificates.award_date == number_forms()["degree"].valid_from == date(2016, 1, 1)
