"""The timetable of the notice: one wrong weekday, and totals that re-add."""

import csv
from pathlib import Path

import polars as pl
import pytest

from flows.tabular import Headers, read_sheet
from tests.builders import the_profile
from transforms.schedule import clean_schedule, clean_totals
from transforms.schedule_findings import schedule_findings

NOTICE = Path(__file__).parents[3] / "shared" / "domain" / "schedule-2020.csv"
TOTALS = {"信工楼E201": 1038, "信工楼E202": 1091, "信工楼E203": 1124}
WEEKDAY = ("S501", 2, "2020-11-19 周一", "周四")

pytestmark = pytest.mark.skipif(
    not NOTICE.exists(),
    reason=f"NOT TESTED: the notice's timetable is not beside this checkout ({NOTICE.name})",
)


def read(path):
    """Sessions and totals of a timetable, through the program's own reader."""
    headers = the_profile().headers
    sent = read_sheet(path, Headers(headers.schedule, headers.required["schedule"]), name=path.name).cells
    return clean_schedule(sent.lazy()).collect(), clean_totals(sent.lazy()).collect()


def told(path):
    found = schedule_findings(*read(path), {})
    return found.select("code", "sheet_row", "seen", "limit").rows()


def with_totals(folder, totals, grand):
    """The notice's table as it was printed, a total behind each room, and a grand total."""
    with NOTICE.open(encoding="utf-8-sig", newline="") as lines:
        header, *sessions = csv.reader(lines)
    printed = [header]
    for room, heads in totals.items():
        printed += [line for line in sessions if line[2] == room]
        printed.append(["", "", "", "总计", "", "", "", str(heads)])
    printed.append(["总计", "", "", "", "", "", "", str(grand)])
    path = folder / "schedule.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(printed)
    return path


def test_the_notices_own_table_has_one_wrong_weekday_and_nothing_else():
    assert told(NOTICE) == [WEEKDAY]
    sessions, totals = read(NOTICE)
    assert (sessions.height, sessions["expected"].sum(), totals.height) == (23, 3253, 0)


def test_its_totals_re_add(tmp_path):
    path = with_totals(tmp_path, TOTALS, 3253)
    sessions, totals = read(path)
    assert sessions.drop("row").equals(read(NOTICE)[0].drop("row"))
    assert totals["printed"].to_list() == [1038, 1091, 1124, 3253]
    heads = sessions.group_by("room_name").agg(pl.col("expected").sum())
    assert dict(heads.rows()) == TOTALS
    assert told(path) == [WEEKDAY]


@pytest.mark.parametrize(
    ("totals", "grand", "fault"),
    [
        (TOTALS | {"信工楼E201": 1083}, 3253, ("S505", 7, "总计 1083", "1038")),
        (TOTALS | {"信工楼E202": 1092}, 3253, ("S505", 16, "总计 1092", "1091")),
        (TOTALS, 3235, ("S505", 28, "总计 3235", "3253")),
    ],
    ids=["digits exchanged", "one too many", "grand total"],
)
def test_a_spoilt_total_is_found(tmp_path, totals, grand, fault):
    assert told(with_totals(tmp_path, totals, grand)) == [WEEKDAY, fault]
