"""`regpack serve` as the office meets it: a real process, a real Prefect server, a real day."""

import os
import shutil
import signal
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest

from flows.inputs import read_inputs
from flows.sources import read_campaign
from outputs.ledger import open_ledger
from outputs.ledger_approvals import approvals
from outputs.ledger_seals import seals
from tests.served import Served

pytestmark = pytest.mark.xdist_group("serve")
SERVE = """
[serve]
run_cron = "0 3 1 1 *"
settle_s = 1.0
approve = true
"""
AN_ID_NUMBER = "110101199003071234"
BY, BECAUSE = "王科长", "已核对"


class Days(NamedTuple):
    """A day of capture with one file still on its way, and the same day after the absent came."""

    campaign: Path
    after: Path
    came: list[str]


@pytest.fixture
def days(day: Path, prefect_home: Path, tmp_path: Path) -> Days:
    from flows.demo.makeup import makeup_day

    after, campaign = tmp_path / "after", day / "campaign.toml"
    campaign.write_text(campaign.read_text(encoding="utf-8") + SERVE, encoding="utf-8")
    shutil.copytree(day, after)
    came = makeup_day(after, seed=7, workers=1, megapixels=0.9)
    if (prefect_home / "prefect.db").exists():
        (day / "out" / ".serve").mkdir(parents=True)
        shutil.copyfile(prefect_home / "prefect.db", day / "out" / ".serve" / "prefect.db")
    return Days(campaign, after, came)


@pytest.mark.long
def test_a_campaign_runs_by_itself(days: Days, tmp_path: Path):
    copying = half_copied(days)
    with Served(days.campaign, tmp_path) as served:
        served.wait_for(lambda: "还在拷贝" in served.said())
        a_make_up_is_asked_for(served, a_plain_student(days), before=0)
        copying.rename(copying.with_suffix(""))
        a_run_for_files_waits_and_is_approved(served, before=1)
        the_scheduler_starts_a_run(served, before=2)
        it_ends_with_ctrl_c(served)
    nobody_stands_in_prefects_database(served)


@pytest.mark.long
def test_serve_is_killed_while_a_run_waits(days: Days, tmp_path: Path):
    copying = half_copied(days)
    with Served(days.campaign, tmp_path) as served:
        served.wait_for(lambda: "还在拷贝" in served.said())
        assert served.started() == []
        copying.rename(copying.with_suffix(""))
        served.wait_for(lambda: served.runs("PAUSED"))
        children = served.children()
        assert len(children) >= 2
        served.process.kill()
        served.process.wait()
        wait_until_gone(children)
    assert not (served.out / "bundles").exists()

    with Served(days.campaign, tmp_path) as served:
        a_run_for_files_waits_and_is_approved(served, before=0)
        a_run_for_further_files_is_not_approved(served, days)
        a_make_up_is_asked_for(served, days.came[0], before=2)
        the_scheduler_starts_a_run(served, before=3)
        it_ends_with_ctrl_c(served)
    nobody_stands_in_prefects_database(served)


def half_copied(days: Days) -> Path:
    copied = max(days.campaign.parent.rglob("*.JPG"))
    return copied.rename(copied.with_name(f"{copied.name}.part"))


def a_plain_student(days: Days) -> str:
    """The first student of whom nothing was planted."""
    from flows.demo.truth import read_truth

    planted = {line.student_no for line in read_truth(days.campaign.with_name("truth.csv"))}
    numbers = read_inputs(read_campaign(days.campaign)).roster["student_no"].drop_nulls().to_list()
    return min(set(numbers) - planted)


def it_ends_with_ctrl_c(served: Served) -> None:
    children = served.children()
    os.killpg(served.process.pid, signal.SIGINT)
    assert served.process.wait(60) == 130
    wait_until_gone(children)
    assert served.said().strip().splitlines()[-1] == "已中止，没有留下半成品"
    assert "Traceback" not in served.said()
    assert not list(served.out.glob("audit/to-approve"))


def bundle_names(served: Served, count: int) -> list[str]:
    return [f"{served.name}-{number:03}" for number in range(1, count + 1)]


def a_run_for_files_waits_and_is_approved(served: Served, before: int) -> None:
    waiting = served.wait_for(lambda: served.runs("PAUSED"))
    assert [run["tags"] for run in waiting] == [["arrival"]]
    assert (served.out / "audit" / "to-approve" / "report.html").exists()
    assert len(list((served.out / "bundles").glob("*.zip"))) == before
    done = served.program(
        "approve", str(served.campaign), "--by", BY, "--because", f"{BECAUSE}{AN_ID_NUMBER}"
    )
    assert (done.returncode, done.stderr) == (0, "")
    served.wait_for(lambda: served.completed() == before + 1)
    assert served.bundles() == bundle_names(served, before + 1)
    assert told(served) == [("approved", BY, f"{BECAUSE}1101**********1234")]
    with open_ledger(read_campaign(served.campaign).ledger_url) as ledger:
        assert seals(ledger, served.name)["by_whom"].to_list()[-1] == BY


def a_run_for_further_files_is_not_approved(served: Served, days: Days) -> None:
    for file in sorted(days.after.rglob("*")):
        here = served.campaign.parent / file.relative_to(days.after)
        if file.is_file() and not (here.exists() and here.read_bytes() == file.read_bytes()):
            here.parent.mkdir(exist_ok=True)
            shutil.copyfile(file, here)
    waiting = served.wait_for(lambda: served.runs("PAUSED"))
    served.answer(waiting[0]["id"], approve=False, by=BY)
    served.wait_for(lambda: served.completed() == 2)
    assert served.bundles() == [f"{served.name}-001"]
    assert told(served)[1:] == [("not-approved", BY, None)]
    assert "未批准：只写审计文件，没有生成上报包" in served.said()


def a_make_up_is_asked_for(served: Served, student: str, before: int) -> None:
    for wrong, why in ((AN_ID_NUMBER, "这里只填学号，不填证件号码和姓名"), ("张三", "does not match")):
        refused = served.start("makeup", {"students": [wrong]})
        assert refused.status_code == 409
        assert why in refused.json()["detail"]
    assert served.start("makeup", {"students": [student], "approve": False}).is_success
    served.wait_for(lambda: served.completed() == before + 1)
    with open_ledger(read_campaign(served.campaign).ledger_url) as ledger:
        assert served.bundles() == ledger.bundles(served.name)["name"].to_list()
        assert ledger.bundles(served.name)["sealed"].to_list()[-1] == 1
        assert ledger.runs(served.name)["kind"].to_list()[before:] == ["makeup"]


def the_scheduler_starts_a_run(served: Served, before: int) -> None:
    """A schedule whose next time is near, added to the deployment; Prefect's scheduler does the rest."""
    asked = told(served)
    near = (datetime.now(UTC) + timedelta(seconds=10)).isoformat()
    path = f"/deployments/{served.deployment('post-capture')['id']}/schedules"
    schedule = {"schedule": {"interval": 60, "anchor_date": near}, "active": True}
    assert served.send(path, [schedule]).is_success
    served.wait_for(lambda: served.completed() == before + 1)
    assert served.runs("COMPLETED")[-1]["auto_scheduled"]
    assert told(served) == asked


def told(served: Served) -> list[tuple[str, ...]]:
    with open_ledger(read_campaign(served.campaign).ledger_url) as ledger:
        return approvals(ledger, served.name).select("answer", "by_whom", "because").rows()


def nobody_stands_in_prefects_database(served: Served) -> None:
    files = [*(served.out / ".serve").glob("prefect.db*"), served.out / ".serve" / "server.log"]
    kept = b"".join(file.read_bytes() for file in files)
    assert served.name.encode() in kept
    roster = read_inputs(read_campaign(served.campaign)).roster
    people = roster["name"].to_list() + roster["document_no"].to_list() + [AN_ID_NUMBER]
    for person in filter(None, people):
        assert person.encode() not in kept
        assert person.encode("unicode_escape") not in kept


def wait_until_gone(children: list[int]) -> None:
    deadline = time.monotonic() + 60
    while any(map(is_alive, children)):
        assert time.monotonic() < deadline
        time.sleep(0.2)


def is_alive(process: int) -> bool:
    """Whether a process is there and not only waits for its parent to notice its end."""
    try:
        status = Path(f"/proc/{process}/stat").read_text()
    except FileNotFoundError:
        return False
    return status.rpartition(")")[2].split()[0] != "Z"
