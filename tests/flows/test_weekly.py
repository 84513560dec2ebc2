"""The weekly audit: who is open, by unit, and what changed; tables here, counts for Prefect."""

from datetime import UTC, timedelta
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from flows.sources import read_campaign
from flows.weekly import audit_week
from outputs.ledger import open_ledger
from outputs.ledger_cases import open_by_hand
from schemas.errors import CampaignError
from schemas.feedback import PLATFORM
from tests.campaign_builders import a_campaign, write_campaign
from tests.run_frames import STARTED, a_run, enrolment

NOW = STARTED.replace(tzinfo=UTC) + timedelta(days=30)


def a_doubt(student_no: str, due_on: str) -> dict[str, str]:
    return {"kind": PLATFORM, "student_no": student_no, "code": "R181", "due_on": due_on, "said": ""}


def test_a_week_is_told_in_tables_for_people_and_counts_for_prefect(tmp_path: Path, ledger_url: str):
    a_campaign(tmp_path)
    loaded = read_campaign(write_campaign(tmp_path, {"output": {"ledger": f'"{ledger_url}"'}}))
    before = [enrolment(2, "missing"), enrolment(3, "rejected", codes="P320"), enrolment(4, "ineligible")]
    after = [enrolment(2, "accepted"), enrolment(3, "rejected", codes="P320"), enrolment(4, "ineligible")]
    yesterday = {"finished_at": NOW.replace(tzinfo=None) - timedelta(days=1)}
    with open_ledger(loaded.ledger_url) as ledger:
        for run, lines, when in (("one", before, {}), ("two", after, yesterday)):
            with ledger.recording(a_run(lines, run=run, campaign="test-day", **when), inputs={}):
                pass
        doubts = [a_doubt("401019000003", "2020-12-05"), a_doubt("401019000002", "2021-01-05")]
        open_by_hand(ledger, "test-day", pl.DataFrame(doubts), opened_at="2020-11-10T08:00:00Z")
    week = audit_week(loaded, NOW)
    assert week.counts == {
        "expected": 2, "accepted": 1, "missing": 0, "rejected": 1, "changed": 1, "overdue": 1,
    }  # fmt: skip
    assert week.folder.name == "weekly-2020-12-06"
    assert {path.name for path in week.folder.iterdir()} == {
        "open.csv",
        "units.csv",
        "changes.csv",
        "overdue.csv",
        "weekly.xlsx",
    }
    assert (week.folder.stat().st_mode & 0o777, (week.folder / "open.csv").stat().st_mode & 0o777) == (
        0o700,
        0o600,
    )
    changes = pl.read_csv(week.folder / "changes.csv", infer_schema=False)
    assert changes.select("student_no", "state_before", "state").rows() == [
        ("401019000002", "missing", "accepted")
    ]
    book = openpyxl.load_workbook(week.folder / "weekly.xlsx")
    assert book.sheetnames == ["未完成", "各学院", "一周变化", "逾期反馈"]
    assert [cell.value for cell in book["未完成"][2]][:3] == ["401019000003", "文学院", "退回"]
    assert [cell.value for cell in book["逾期反馈"][2]] == [
        "文学院", "401019000003", "平台身份核验", "R181", "2020-11-10", "2020-12-05",
    ]  # fmt: skip
    assert audit_week(loaded, NOW).folder == week.folder


WRONG = {
    "run_cron": '"0 25 * * *"',
    "audit_cron": '"@weekly"',
    "timezone": '"Beijing"',
    "settle_s": "0",
    "approve_within_h": "9999",
}


@pytest.mark.parametrize("key", WRONG)
def test_a_wrong_time_is_told_where_it_stands(tmp_path: Path, key):
    with pytest.raises(CampaignError) as told:
        read_campaign(write_campaign(tmp_path, {"serve": {key: WRONG[key]}}))
    assert told.value.place == f"serve.{key}"
