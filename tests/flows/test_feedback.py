"""Feedback from file to audit: real lists, a real ledger, real runs."""

import csv
import json
import shutil
from io import BytesIO, StringIO

import openpyxl
import polars as pl
import pytest
import time_machine
from click.testing import CliRunner

from flows.cli import cli
from flows.feedback import complain, read_list, standing, take_back
from flows.feedback_asked import done
from flows.feedback_words import render, todo_file, told_reading
from flows.settings import now
from flows.sources import read_campaign
from outputs import ledger_cases
from outputs.ledger import open_ledger
from schemas.errors import InputError
from schemas.feedback import COMPLAINT, PLATFORM, VENDOR
from tests import ledgers
from tests.builders import citizen_no
from tests.campaign_builders import dbf_bytes, write_xlsx
from tests.small_campaign import write_small

pytestmark = [pytest.mark.usefixtures("prefect_server"), pytest.mark.xdist_group("prefect")]

ONE, TWO, THREE = (f"40101900000{serial}" for serial in (1, 2, 3))
NOTHING = dict.fromkeys(("platform", "vendor", "complaints", "complaint", "withdraw", "because", "by_whom"))


@pytest.fixture(scope="module")
def sealed(tmp_path_factory):
    """A campaign that sealed students 1 and 2; its folder is not to be changed."""
    from flows.post_capture import post_capture

    campaign = write_small(tmp_path_factory.mktemp("small"), {1: 0, 2: 1})
    assert post_capture(str(campaign)).summary.sealed == 2
    return campaign


@pytest.fixture
def loaded(sealed, tmp_path, ledger_url):
    """The campaign with a copy of its ledger, on one database or the other."""
    ledgers.copy(read_campaign(sealed).ledger_url, ledger_url)
    found = read_campaign(sealed)
    output = found.campaign.output.model_copy(update={"ledger": ledger_url})
    return found._replace(campaign=found.campaign.model_copy(update={"output": output}))


@pytest.fixture
def ledger(loaded):
    with open_ledger(loaded.ledger_url, must_exist=True) as ledger:
        yield ledger


def platform(folder, *rows, name="platform.xlsx"):
    return write_xlsx(folder / name, [("学号", "姓名", "图像注册状态", "bz"), *rows])


def open_now(ledger):
    return ledger_cases.open_cases(ledger, "small").select("student_no", "kind", "code").rows()


def test_a_list_opens_cases_once_and_a_later_one_ends_them(loaded, ledger, tmp_path):
    first = platform(
        tmp_path,
        (ONE, "张三", "", "身份核验未通过"),
        (TWO, "张三", "已注册", ""),
        (THREE, "别人", "", "身份核验异常"),
    )
    read = read_list(loaded, ledger, PLATFORM, first)
    assert (read.students, read.registered, read.opened, read.ended) == (2, 1, 1, 0)
    assert read.doubts.rows() == [(4, THREE, None, "name")]
    assert open_now(ledger) == [(ONE, PLATFORM, "R181")]
    again = read_list(loaded, ledger, PLATFORM, first)
    assert (again.is_known, again.opened) == (True, 0)
    saved_again = platform(tmp_path, (ONE, "张三", "", "身份核验未通过"), name="again.xlsx")
    assert read_list(loaded, ledger, PLATFORM, saved_again).opened == 0
    later = platform(tmp_path, (ONE, "张三", "未注册", ""), name="later.xlsx")
    assert read_list(loaded, ledger, PLATFORM, later).ended == 1
    assert open_now(ledger) == []
    told = ledger_cases.cases_of(ledger, "small", ONE)
    assert told["how"].to_list() == ["no-longer-flagged"]


def test_lists_come_as_csv_and_dbf_and_by_id_number(loaded, ledger, tmp_path):
    dbf = tmp_path / "vendor.dbf"
    fields = [("SFZH", "C", 18), ("原因", "C", 40)]
    dbf.write_bytes(dbf_bytes(fields, [(citizen_no(1), "照片清晰度不合格"), (citizen_no(8), "反光")]))
    read = read_list(loaded, ledger, VENDOR, dbf)
    assert open_now(ledger) == [(ONE, VENDOR, "P350")]
    said = "".join(line.zh for line in told_reading(read))
    assert citizen_no(8) not in said
    assert "3601**********" in said
    table = tmp_path / "complaints.csv"
    table.write_text(f"学号,诉求\n{TWO},张三：闭眼 {citizen_no(2)}\n{citizen_no(9)},x\n", encoding="gb18030")
    read = read_list(loaded, ledger, COMPLAINT, table)
    assert citizen_no(9) not in "".join(line.zh for line in told_reading(read))
    assert (
        ledger_cases.open_cases(ledger, "small")["said"][1]
        == f"本人：闭眼 3601**********{citizen_no(2)[-4:]}"
    )


@pytest.mark.parametrize("header", [("姓名", "bz"), ("学号", "姓名")])
def test_a_list_without_number_or_flag_is_refused(loaded, ledger, tmp_path, header):
    with pytest.raises(InputError):
        read_list(loaded, ledger, PLATFORM, write_xlsx(tmp_path / "x.xlsx", [header, ("张三", "x")]))


def test_by_hand(loaded, ledger):
    assert complain(loaded, ledger, ONE, "闭眼") == 1
    assert complain(loaded, ledger, ONE, "还是闭眼") == 0
    with pytest.raises(InputError):
        complain(loaded, ledger, "401019999999", "闭眼")
    with pytest.raises(InputError):
        done(loaded, ledger, NOTHING | {"withdraw": 1, "because": "不成立", "by_whom": " "})
    with pytest.raises(InputError):
        take_back(loaded, ledger, 99, because="x", by_whom="y")
    assert len(done(loaded, ledger, NOTHING | {"withdraw": 1, "because": "不成立", "by_whom": "王"})) == 1
    assert open_now(ledger) == []


def test_after_sixty_days_what_is_missing_is_overdue(loaded, ledger, tmp_path):
    complain(loaded, ledger, TWO, "=1+1")
    assert standing(loaded, ledger).waiting == 2
    with time_machine.travel(now().timestamp() + 62 * 86400):
        late = standing(loaded, ledger)
        assert late.to_do.select("kind", "student_no", "is_overdue").rows() == [
            ("awaited", ONE, True), ("complaint", TWO, True), ("awaited", TWO, True),
        ]  # fmt: skip
        read_list(loaded, ledger, PLATFORM, platform(tmp_path, (ONE, "", "", ""), (TWO, "", "已注册", "")))
        late = standing(loaded, ledger)
    assert late.to_do["kind"].to_list() == ["complaint"]
    assert "逾期 1 件" in render(late, "table", "zh")
    assert json.loads(render(late, "json", "zh"))[0]["student_no"] == TWO
    assert next(csv.DictReader(StringIO(render(late, "csv", "zh"))))["unit_name"] == "文学院"
    book = openpyxl.load_workbook(BytesIO(todo_file(late.to_do, tmp_path / "a.xlsx", now())))
    assert book.sheetnames == ["文学院"]
    cells = [cell for row in book.active.iter_rows(min_row=2) for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"}
    assert {"=1+1", "张三", "图像已注册，不能再换照片；转学位办处理"} <= {cell.value for cell in cells}
    assert b"'=1+1" in todo_file(late.to_do, tmp_path / "a.csv", now())
    with pytest.raises(InputError):
        todo_file(late.to_do, tmp_path / "a.pdf", now())


@pytest.mark.long
def test_a_new_photo_answers_a_complaint_and_the_registered_are_sent_no_more(tmp_path):
    from flows.post_capture import post_capture

    campaign = write_small(tmp_path, {1: 0, 2: 1})
    post_capture(str(campaign))
    loaded = read_campaign(campaign)
    with open_ledger(loaded.ledger_url) as ledger:
        complain(loaded, ledger, ONE, "闭眼")
        read_list(loaded, ledger, PLATFORM, platform(tmp_path, (TWO, "", "已注册", "")))
        write_small(tmp_path, {1: 2, 2: 3})
        outcome = post_capture(str(campaign))
        assert (outcome.summary.sealed, outcome.summary.locked) == (1, 1)
        ends = dict(
            pl.read_csv(outcome.audit / "enrolments.csv", infer_schema=False)
            .select("student_no", "codes")
            .iter_rows()
        )
        assert "R140" in ends[TWO]
        assert "R185" in ends[ONE]
        told = ledger_cases.cases_of(ledger, "small", ONE)
        assert told.select("how", "bundle").rows() == [("photo-accepted", "small-002")]
        read_list(
            loaded, ledger, PLATFORM, platform(tmp_path, (THREE, "", "", "身份核验异常"), name="b.xlsx")
        )
        write_small(tmp_path, {1: 2, 2: 3, 3: 4})
        assert post_capture(str(campaign)).bundle is None, "the identity check blocks"


def test_the_command_says_what_it_did_and_writes_the_list(sealed, tmp_path):
    folder = shutil.copytree(sealed.parent, tmp_path / "small")
    campaign, out = str(folder / sealed.name), folder / "todo.xlsx"
    asked = ["feedback", campaign, "--complaint", ONE, "--because", "闭眼", "--out", str(out)]
    told = CliRunner().invoke(cli, asked)
    assert (told.exit_code, told.stdout.splitlines()[0]) == (0, "已登记 1 件异议")
    assert out.stat().st_mode & 0o077 == 0
    assert openpyxl.load_workbook(out).active["B2"].value == ONE
    taken_back = ["--withdraw", "1", "--because", "x", "--by", "y", "--format", "json"]
    listed = CliRunner().invoke(cli, ["feedback", campaign, *taken_back])
    assert (listed.exit_code, json.loads(listed.stdout), listed.stderr) == (0, [], "已撤销 1\n")
    refused = CliRunner().invoke(cli, ["feedback", campaign, "--complaint", ONE])
    assert (refused.exit_code, refused.stderr) == (
        2,
        "regpack feedback：缺少 --because。写明理由和经手人。\n",
    )
