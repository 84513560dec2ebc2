"""The files of a day, read back by other programs than wrote them."""

import csv
import hashlib
import re
import tomllib
import zipfile
from pathlib import Path

import openpyxl
import pytest

from flows.demo.day import SEED, plan_day, write_campaign, write_inputs
from flows.demo.sheets import csv_bytes
from schemas.campaign import Campaign

PROFILE = tomllib.loads((Path(__file__).parents[3] / "schemas/profiles/graduate.toml").read_text("utf-8"))
FILES = {"roster.xlsx", "awards.xlsx", "schedule.csv", "capture_log.csv", "truth.csv", "campaign.toml"}


def written(directory: Path, students: int, seed: int) -> Path:
    write_inputs(directory, plan_day(students, seed))
    write_campaign(directory)
    return directory


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return written(tmp_path_factory.mktemp("day"), 120, SEED)


def sheet(path: Path) -> list[dict[str, object]]:
    (only,) = openpyxl.load_workbook(path).worksheets
    head, *rows = only.iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in rows]


def lines(path: Path, encoding: str) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text(encoding).splitlines()))


def first_synonyms(table: str) -> set[str]:
    return {synonyms[0] for synonyms in PROFILE["headers"][table].values()}


def digests(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


def test_nothing_else_is_there(folder):
    assert {path.name for path in folder.iterdir()} == FILES


FOR_OTHER_TABLES = {
    "学生唯一编号", "姓名拼音", "民族", "政治面貌", "证书专业名称", "是否第二学位", "是否辅修学位",
    "学生类别",
}  # fmt: skip
"""What only tables of other profiles, or other campaigns, ask for."""


OTHER_NUMBERS = {"学号", "学生唯一编号", "姓名", "排队号"}
"""What a log has in other ways of capture: codes, tickets, masked identities."""


def test_headers_are_the_usual_ones(folder):
    assert set(sheet(folder / "roster.xlsx")[0]) == first_synonyms("roster") - FOR_OTHER_TABLES
    assert set(sheet(folder / "awards.xlsx")[0]) == first_synonyms("awards") - FOR_OTHER_TABLES - {"姓名"}
    assert set(lines(folder / "schedule.csv", "utf-8-sig")[0]) == first_synonyms("schedule")
    assert (
        set(lines(folder / "capture_log.csv", "gb18030")[0]) == first_synonyms("capture_log") - OTHER_NUMBERS
    )


def test_the_roster_is_text_but_for_the_fault(folder):
    rows = sheet(folder / "roster.xlsx")
    values = [value for row in rows for value in row.values()]
    assert len([value for value in values if not isinstance(value, str)]) == 1
    assert {row["层次"] for row in rows} == {"硕士研究生", "博士研究生"}
    assert {row["证件类型"] for row in rows} == {"居民身份证", "护照", "港澳台居民居住证"}


def test_the_schedule_expects_the_roster(folder):
    roster = {row["学号"]: row for row in sheet(folder / "roster.xlsx")}
    eligible = [
        row
        for row in roster.values()
        if row["证书类别"] == "双证"
        and row["院系"] not in {"医学部", "食品学院", "MPA中心"}
        and (row["入学日期"] < "2020" or row["学籍状态"] == "提前毕业")
        and row["学籍状态"] in {"在读", "提前毕业"}
    ]
    schedule = lines(folder / "schedule.csv", "utf-8-sig")
    assert sum(int(line["expected"]) for line in schedule) == len(eligible) == 120
    masters = {}
    for row in eligible:
        if row["层次"].startswith("硕士") and row["证件类型"] != "护照":
            masters[row["院系"]] = masters.get(row["院系"], 0) + 1
    units = {line["unit"]: int(line["expected"]) for line in schedule if line["unit"] in masters}
    assert units == masters


def test_the_log_is_what_chinese_excel_writes(folder):
    content = (folder / "capture_log.csv").read_bytes()
    assert content.startswith("时间,机位,证件号码,文件名\r\n".encode("gb18030"))
    with pytest.raises(UnicodeDecodeError):
        content.decode("utf-8")
    assert content.decode("gb18030").count("\r\n") == len(content.splitlines())


def test_the_log_knows_cards_as_they_are(folder):
    for line in lines(folder / "capture_log.csv", "gb18030"):
        assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", line["时间"])
        assert re.fullmatch(r"\d{17}[\dX]|[A-Z]*\d{6,9}", line["证件号码"])
        assert re.fullmatch("" if line["机位"] == "E203" else r"DSC_\d{4}\.JPG", line["文件名"])


def test_awards_go_to_those_captured(folder):
    rows = sheet(folder / "awards.xlsx")
    truth = lines(folder / "truth.csv", "utf-8-sig")
    left_out = {line["student_no"] for line in truth if line["state"] in {"ineligible", "locked"}}
    roster = {row["学号"] for row in sheet(folder / "roster.xlsx")}
    assert [row["学号"] for row in rows] == sorted(roster - left_out)


def test_award_numbers_follow_the_rules(folder):
    levels = {row["学号"]: row["层次"] for row in sheet(folder / "roster.xlsx")}
    rows = sheet(folder / "awards.xlsx")
    for row in rows:
        doctor = levels[row["学号"]].startswith("博士")
        assert re.fullmatch(rf"104031\d{{4}}0{1 if doctor else 2}\d{{6}}", row["毕业证书编号"])
        assert re.fullmatch(rf"10403{2 if doctor else 3}\d{{10}}", row["学位证书编号"])
        assert row["论文研究方向"]
        assert len(row["论文关键词"].split("；")) == 3
    for column in ("毕业证书编号", "学位证书编号", "论文题目"):
        assert len({row[column] for row in rows}) == len(rows)


def test_titles_hold_what_writers_trip_over(folder):
    titles = "".join(str(row["论文题目"]) for row in sheet(folder / "awards.xlsx"))
    assert all(mark in titles for mark in ',"<&')


def test_the_campaign_file_is_one(folder):
    campaign = Campaign.model_validate(tomllib.loads((folder / "campaign.toml").read_text("utf-8")))
    for name in (campaign.inputs.roster, campaign.inputs.awards, campaign.inputs.schedule):
        assert (folder / name).exists()


def test_same_seed_same_bytes(folder, tmp_path):
    assert digests(written(tmp_path, 120, SEED)) == digests(folder)


def test_other_seed_other_bytes(folder, tmp_path):
    again, first = digests(written(tmp_path, 120, SEED + 1)), digests(folder)
    assert {name for name in FILES if again[name] == first[name]} == {"campaign.toml", "schedule.csv"}


def test_workbooks_carry_no_clock(folder):
    with zipfile.ZipFile(folder / "roster.xlsx") as book:
        assert {info.date_time[0] for info in book.infolist()} == {1980}
        assert b"2020-11-19T00:00:00Z" in book.read("docProps/core.xml")


def test_cells_are_quoted_as_excel_does():
    assert csv_bytes([("a,b", 'c"d', "")], "gb18030") == b'"a,b","c""d",\r\n'
