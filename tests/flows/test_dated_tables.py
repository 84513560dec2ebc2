"""Which table is written is a matter of dates; what goes to an agency is nobody's name."""

from datetime import date
from pathlib import Path

import pytest

from flows.profiles import read_profile, valid_on
from schemas.campaign import Certificates
from schemas.errors import CampaignError, ProfileError
from schemas.profile_faults import profile_faults
from tests.builders import the_profile

HERE = Path(__file__).parent
DATES = {
    "2010-01-01": "degree-34-2005", "2015-12-31": "degree-34-2005", "2016-01-01": "degree-34",
    "2024-05-31": "degree-34", "2024-06-01": "degree-27", "2030-01-01": "degree-27",
}  # fmt: skip


def chosen(profile, **dates):
    found = valid_on(profile, Certificates(**dates), campaign_path=HERE / "campaign.toml")
    return [table.id for table in found.tables]


@pytest.mark.parametrize(("day", "table"), DATES.items())
def test_the_award_date_chooses_the_degree_table(day, table):
    awarded = {"award_date": date.fromisoformat(day), "graduation_date": date(2000, 1, 1)}
    assert chosen(the_profile("registers-by-date"), **awarded) == ["images", "diploma-19", table]


def test_without_an_award_date_graduation_chooses():
    day = date(2020, 6, 30)
    assert chosen(the_profile("registers-by-date"), graduation_date=day)[-1] == "degree-34"


def test_without_any_date_there_is_no_choice():
    with pytest.raises(CampaignError, match="give the award date") as raised:
        chosen(the_profile("registers-by-date"))
    assert raised.value.place == "certificates.award_date"
    assert chosen(the_profile("graduate")) == ["images", "diploma-19", "degree-27"]


def own(tmp_path, tables, name="own"):
    path = tmp_path / f"{name}.toml"
    path.write_text(f'extends = "graduate"\nname = "{name}"\ntables = {tables}\n', "utf-8")
    return read_profile(path.name, beside=tmp_path)


def test_a_day_without_a_table_is_refused(tmp_path):
    profile = own(tmp_path, '["images", { table = "degree-27", valid_from = 2024-06-01 }]')
    with pytest.raises(ProfileError, match="no table degree is valid on 2024-05-31"):
        chosen(profile, award_date=date(2024, 5, 31))
    assert chosen(profile, award_date=date(2024, 6, 1)) == ["images", "degree-27"]


REFUSED = {
    '["degree-27", "degree-34"]': "degree-27 and degree-34 are both valid on some day",
    '["degree-27", { table = "degree-34", valid_until = 2024-05-31 }]': "are both valid on some day",
    '[{ table = "degree-34", valid_until = 2024-06-01 }, { table = "degree-27", valid_from = 2024-06-01 }]':
        "degree-34 and degree-27 are both valid on some day",
    '[{ table = "degree-27", valid_from = 2024-06-01, valid_until = 2024-05-31 }]': "it is after valid_until",
    '[{ table = "degree-28" }]': "there is no such table",
    '[{ valid_from = 2024-06-01 }]': "tables is a list of names",
    '[{ table = "degree-27", valid_form = 2024-06-01 }]': "valid_from",
    '[{ table = "degree-27", files = ["xml", "dbf"] }]': "a DBF's field is 1 to 254 bytes wide",
    '["images-agency", "diploma-19"]': "it may not go to a capture agency",
}  # fmt: skip


@pytest.mark.parametrize(("tables", "said"), REFUSED.items())
def test_a_profile_that_asks_for_two_tables_at_once_or_for_none_is_refused(tmp_path, tables, said):
    with pytest.raises(ProfileError) as raised:
        own(tmp_path, tables)
    assert said in raised.value.say("en")


def test_a_profile_may_say_more_of_a_table(tmp_path):
    profile = own(tmp_path, '["images", { table = "diploma-19", files = ["xml", "dbf"] }]')
    assert profile.tables[1].files == ("xml", "dbf")


TABLE = 'extends = "{}"\nid = "own"\n[columns.{}]\nmax_bytes = 12\n'


def test_a_table_may_change_columns_of_another(tmp_path):
    (tmp_path / "mine.toml").write_text(TABLE.format("diploma-19", "XM"), "utf-8")
    changed, below = own(tmp_path, '["images", "mine.toml"]').tables[1], the_profile().tables[1]
    assert changed.id == "own"
    assert [column.max_bytes for column in changed.columns if column.code == "XM"] == [12]
    assert [c for c in changed.columns if c.code != "XM"] == [c for c in below.columns if c.code != "XM"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (TABLE.format("diploma-19", "NM"), "columns may only change, as [columns.CODE], those of diploma-19"),
        (TABLE.format("diploma-20", "XM"), "there is no such table"),
        ('extends = "diploma-19"\ncolumns = []\n', "columns may only change"),
        ('extends = "diploma-19"\n[[columns]]\ncode = "XM"\n', "columns may only change"),
        ('extends = "diploma-19"\ncolumns = { XM = 1 }\n', "columns may only change"),
        (TABLE.format("other.toml", "XM"), "other.toml [name]: a required key is missing"),
        (TABLE.format("mine.toml", "XM"), "extends"),
    ],
)
def test_a_table_that_changes_what_is_not_there_is_refused(tmp_path, text, said):
    (tmp_path / "mine.toml").write_text(text, "utf-8")
    (tmp_path / "other.toml").write_text('id = "other"\ncolumns = [1]\n', "utf-8")
    with pytest.raises(ProfileError) as raised:
        own(tmp_path, '["images", "mine.toml"]')
    assert said in raised.value.say("en")


@pytest.mark.parametrize("of", ["name", "document_no", "examinee_no", "name_pinyin", "born_on"])
def test_nothing_that_tells_who_somebody_is_goes_to_an_agency(of):
    profile = the_profile("agency-2023")
    agency = next(table for table in profile.tables if table.id == "agency")
    assert {column.of for column in agency.columns} == {"student_no", "unit_name", "class_name", "unique_no"}
    told = agency.columns[0].model_copy(update={"of": of})
    bent = agency.model_copy(update={"columns": (*agency.columns[1:], told)})
    faults = profile_faults(profile.model_copy(update={"tables": (profile.tables[0], bent)}))
    assert [fault.place for fault in faults][-1] == "agency.columns[4].of"
    named = profile.naming.model_copy(update={"photo": f"{{{of}}}.jpg"})
    assert [fault.place for fault in profile_faults(profile.model_copy(update={"naming": named}))] == [
        "naming.photo"
    ]
