"""Every wrong file ends a run with exit 2 and one line that a clerk could act on, and nothing written."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from flows.cli import cli
from flows.inputs import read_inputs
from flows.settings import workers
from flows.sources import read_campaign
from schemas.errors import PipelineError
from tests.campaign_builders import HEADER, STUDENT, a_campaign, dbf_bytes, write_campaign, write_xlsx

ROOT = Path(__file__).parents[2]


def regpack(*arguments):
    """The program as it is typed, in this process."""
    return CliRunner().invoke(cli, [*map(str, arguments)], catch_exceptions=False)


def missing_column(folder):
    write_xlsx(folder / "roster.xlsx", [HEADER[1:], STUDENT[1:]])


def doubled_header(folder):
    write_xlsx(folder / "roster.xlsx", [(*HEADER, "XH"), (*STUDENT, STUDENT[0])])


def empty_sheet(folder):
    write_xlsx(folder / "roster.xlsx", [])


def wrong_encoding(folder):
    (folder / "log.csv").write_bytes("時間,機位\n".encode("big5") + b"\xff\xff,1\n")


def not_as_named(folder):
    (folder / "roster.xlsx").write_text("学号,姓名\n1,2\n", encoding="utf-8")


def unknown_key(folder):
    write_campaign(folder, {"inputs": {"roster": None, "rooster": '"roster.xlsx"'}})


def missing_folder(folder):
    shutil.rmtree(folder / "captures")


def missing_profile(folder):
    write_campaign(folder, {"campaign": {"profile": '"undergraduate"'}})


DONE_WHEN = [
    (missing_column, "roster.xlsx [Sheet1 第 1 行]", "缺少列：学号", "missing columns: 学号"),
    (doubled_header, "roster.xlsx [Sheet1 第 1 行]", "学号（A 列）、XH（I 列）", "XH (column I)"),
    (empty_sheet, "roster.xlsx [Sheet1]", "表是空的", "the table is empty"),
    (wrong_encoding, "log.csv [第 2 行]", "既不是 UTF-8 也不是 GB18030", "neither UTF-8 nor GB18030"),
    (not_as_named, "roster.xlsx", "文件内容不是 .xlsx", "the content is not .xlsx"),
    (unknown_key, "campaign.toml [inputs.rooster]", "是否想写 roster", "did you mean roster"),
    (missing_folder, "captures", "找不到照片文件夹", "the captures folder does not exist"),
    (
        missing_profile,
        "undergraduate",
        "可用的有：agency、agency-2023、capture、certificates",
        "there are: agency, agency-2023, capture",
    ),
]


@pytest.mark.parametrize(
    ("spoil", "where", "zh", "en"), DONE_WHEN, ids=[case[0].__name__ for case in DONE_WHEN]
)
def test_a_wrong_file_ends_in_one_line(tmp_path, spoil, where, zh, en):
    campaign = a_campaign(tmp_path)
    spoil(tmp_path)
    ended = regpack("run", campaign)
    assert (ended.exit_code, ended.stdout) == (2, "")
    assert len(ended.stderr.splitlines()) == 1
    assert "Traceback" not in ended.stderr
    assert where in ended.stderr
    assert zh in ended.stderr
    assert not (tmp_path / "out").exists()
    with pytest.raises(PipelineError) as refused:
        read_inputs(read_campaign(campaign))
    assert en in refused.value.say("en")


@pytest.mark.parametrize("header", ["学号", "唯一编号", "排队号", "姓名", "身份证号"])
def test_a_log_needs_but_one_number(tmp_path, header):
    campaign = a_campaign(tmp_path)
    (tmp_path / "log.csv").write_text(f"时间,机位,{header}\n2020-11-19 09:05:00,E201,1\n", encoding="utf-8")
    assert read_inputs(read_campaign(campaign)).log.height == 1


def test_the_line_of_a_process_is_english_on_request(tmp_path):
    campaign = a_campaign(tmp_path)
    missing_column(tmp_path)
    ended = subprocess.run(
        [sys.executable, "-m", "flows", "run", str(campaign)], cwd=ROOT, capture_output=True, text=True,
        encoding="utf-8", env={**os.environ, "REGPACK_LANG": "en"}, check=False,
    )  # fmt: skip
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr == (
        f"{tmp_path / 'roster.xlsx'} [Sheet1 line 1]: missing columns: 学号."
        " add them to the header row, or check encoding and header row.\n"
    )


@pytest.mark.parametrize("asked", ["two", "-1", "1.5", "²"])
def test_a_worker_count_that_is_no_number(monkeypatch, asked):
    monkeypatch.setenv("REGPACK_WORKERS", asked)
    with pytest.raises(PipelineError) as refused:
        workers()
    assert refused.value.say("zh").startswith(f"REGPACK_WORKERS：{asked} 不是整数")


@pytest.mark.parametrize(("content", "said"), [(None, "读不出 {}"), (b"junk", "{} 不是 YuNet 模型")])
def test_a_model_that_is_none(monkeypatch, tmp_path, content, said):
    path = tmp_path / "yunet.onnx"
    if content is not None:
        path.write_bytes(content)
    a_campaign(tmp_path)
    monkeypatch.setenv("REGPACK_YUNET_MODEL", str(path))
    ended = regpack("run", tmp_path / "campaign.toml")
    assert ended.exit_code == 2
    assert ended.stderr.startswith(f"REGPACK_YUNET_MODEL：{said.format(path)}")
    assert len(ended.stderr.splitlines()) == 1
    assert not (tmp_path / "out").exists()


# -- the same in the tests' own process, since each has one thing to say -----------------------------------


def refusal(folder):
    """What is said, in Chinese, of the campaign in a folder; English exists and says as much on one line."""
    with pytest.raises(PipelineError) as refused:
        read_inputs(read_campaign(folder / "campaign.toml"))
    assert refused.value.exit_code == 2
    zh, en = refused.value.say("zh"), refused.value.say("en")
    assert len(zh.splitlines()) == len(en.splitlines()) == 1
    assert STUDENT[5] not in zh + en
    return zh.removeprefix(f"{folder}{os.sep}")


def write(name, content):
    """A spoiler that puts other content in one file."""

    def spoil(folder):
        path = folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())

    return spoil


def change(section, **values):
    """A spoiler that changes keys of the campaign file."""
    return lambda folder: write_campaign(folder, {section: values})


def folder_for_file(folder):
    (folder / "roster.xlsx").unlink()
    (folder / "roster.xlsx").mkdir()


def capture_zip(**members):
    def spoil(folder):
        with zipfile.ZipFile(folder / "captures.zip", "w") as archive:
            for name, content in members.items():
                archive.writestr(name, content)
        write_campaign(folder, {"inputs": {"captures": '"captures.zip"'}})

    return spoil


def garbled_capture(folder):
    shutil.copy(folder / "captures/E201/DSC_0001.JPG", os.fsencode(folder) + b"/captures/\xd5\xc5.jpg")


def no_pictures(folder):
    shutil.rmtree(folder / "captures")
    (folder / "captures" / ".thumbs").mkdir(parents=True)
    (folder / "captures" / ".thumbs" / "a.jpg").touch()
    (folder / "captures" / "Thumbs.db").touch()


def file_for_out(folder):
    (folder / "out").touch()


OLE = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600)
CASES = {
    "no file": (lambda folder: (folder / "roster.xlsx").unlink(), "roster.xlsx：找不到文件"),
    "folder for file": (folder_for_file, "roster.xlsx：这是文件夹，不是文件"),
    "name too long": (change("inputs", roster=f'"{"a" * 300}.csv"'), "文件名太长"),
    "name with NUL": (change("inputs", roster='"a\\u0000.csv"'), "找不到文件"),
    "other suffix": (change("inputs", roster='"roster.xls"'), "不支持这种文件"),
    "negative fee": (change("fees", per_person="-15"), "campaign.toml [fees.per_person]：值不可用。应大于 0"),
    "no fee": (change("fees", per_person="0"), "campaign.toml [fees.per_person]：值不可用。应大于 0"),
    "fee in words": (change("fees", per_person='"15元"'), "应为金额，最多两位小数，如 15.00"),
    "fee of fractions": (change("fees", per_person="15.005"), "应为金额，最多两位小数"),
    "fee beyond reason": (change("fees", per_person="1e9"), "campaign.toml [fees.per_person]：值不可用"),
    "fee without end": (change("fees", per_person="inf"), "campaign.toml [fees.per_person]：值不可用"),
    "fee left out": (change("fees", payer='"class"'), "campaign.toml [fees.per_person]：缺少必填项"),
    "unknown key of fees": (
        change("fees", per_persons="15"),
        "[fees.per_persons]：不认识的项。请改正或删去；是否想写 per_person",
    ),
    "unknown mode": (change("campaign", capture_mode='"card"'), "[campaign.capture_mode]：值不可用。只能是"),
    "unknown payer": (change("fees", per_person="15", payer='"bank"'), "[fees.payer]：值不可用。只能是"),
    "no name": (change("inputs", roster='""'), "campaign.toml [inputs.roster]：值不可用。不能为空"),
    "old or encrypted": (write("roster.xlsx", OLE), "这是旧版 .xls 或加密的工作簿。请取消密码并另存为 .xlsx"),
    "no rows": (lambda folder: write_xlsx(folder / "roster.xlsx", [HEADER]), "表中没有数据行"),
    "only totals": (
        write("schedule.csv", "date,room,start,end,unit,expected\n,,总计,,,12\n"),
        "schedule.csv：安排表中只有合计，没有场次",
    ),
    "empty CSV": (write("schedule.csv", ""), "schedule.csv：表是空的"),
    "binary CSV": (write("schedule.csv", bytes(range(256))), "文件内容不是 .csv"),
    "garbage in Big5": (
        write("log.csv", "時間,機位,證件\n1,2,3\n".encode("big5")),
        "缺少列：时间、机位。",
    ),
    "log without any number": (
        write("log.csv", "时间,机位,文件名\n2020-11-19 09:05:00,E201,DSC_0001.JPG\n"),
        "log.csv [第 1 行]：至少要有其中一列：证件号码、学号、学生唯一编号、排队号、姓名。请在表头行补上",
    ),
    "long line": (write("log.csv", "时间,机位,证件号码\n1,2,3,4\n"), "log.csv [第 2 行]：这一行的列比表头多"),
    "title above": (write("log.csv", "采集日志\n时间,机位,证件号码\n"), "表头上方不要有标题行"),
    "odd quote": (write("log.csv", '时间,机位,证件号码\n"1,2,3\n'), "引号不成对"),
    "cut UTF-16": (write("log.csv", "时间".encode("utf-16") + b"x"), "既不是 UTF-8 也不是 GB18030"),
    "unread session": (
        write(
            "schedule.csv", "date,room,start,end,unit,expected\n\n2020-13-01,E201,09:00,10:00,人文学院,1\n"
        ),
        "schedule.csv [第 3 行]：这一行有缺漏或读不懂：date/日期",
    ),
    "campaign gone": (lambda folder: (folder / "campaign.toml").unlink(), "找不到或无法读取文件"),
    "no TOML": (write("campaign.toml", "[campaign]\nid = “a”\n"), "campaign.toml [第 2 行]：不是有效的 TOML"),
    "key twice": (write("campaign.toml", "[a]\nb = 1\nb = 2\n"), "同一项只写一次"),
    "unended TOML": (write("campaign.toml", "[campaign]\nid = [1,\n"), "campaign.toml [文件末尾]"),
    "binary campaign": (write("campaign.toml", b"\x00\x01"), "文件内容不是 .toml"),
    "number for text": (
        change("campaign", school_code="10403"),
        "[campaign.school_code]：值不可用。应为引号中的文字",
    ),
    "bad code": (change("campaign", school_code='"1040"'), "应为引号中的 5 位数字"),
    "full-width code": (change("campaign", school_code='"１０４０３"'), "应为引号中的 5 位数字"),
    "bad id": (change("campaign", id='"Test Day"'), "只用小写字母、数字"),
    "blank president": (change("campaign", president='"　"'), "[campaign.president]：值不可用。不能为空"),
    "number for list": (change("eligibility", entry_years="2019"), "应为方括号中的列表"),
    "no date": (change("certificates", award_date='"soon"'), "应为日期"),
    "missing key": (change("inputs", captures=None), "[inputs.captures]：缺少必填项"),
    "unknown section": (
        change("outputs", directory='"x"'),
        "[outputs]：不认识的项。请改正或删去；是否想写 output",
    ),
    "out is a file": (file_for_out, "[output.directory]：输出文件夹的位置上已有同名文件"),
    "out in captures": (change("output", directory='"captures/out"'), "输出文件夹在照片文件夹之内"),
    "captures everywhere": (change("inputs", captures='"."'), "输出文件夹在照片文件夹之内"),
    "unknown ledger": (change("output", ledger='"mysql://a:secret@b/c"'), "台账地址不认识"),
    "no pictures": (no_pictures, "captures：没有找到任何照片"),
    "garbled capture": (garbled_capture, "照片的文件名是乱码"),
    "no zip": (
        lambda folder: (
            write("captures.zip", "PK")(folder),
            change("inputs", captures='"captures.zip"')(folder),
        ),
        "captures.zip：既不是文件夹也不是完好的 zip",
    ),
    "zip without pictures": (capture_zip(**{"a.txt": "a", "__MACOSX/._a.jpg": "b"}), "没有找到任何照片"),
}


@pytest.mark.parametrize(("spoil", "said"), CASES.values(), ids=CASES)
def test_what_is_said_of_it(tmp_path, spoil, said):
    a_campaign(tmp_path)
    spoil(tmp_path)
    assert said in refusal(tmp_path)


DBF_FIELDS = [("XH", "C", 12), ("XM", "C", 20), ("CSRQ", "D", 8)]
DBF = dbf_bytes(DBF_FIELDS, [("401019000001", "某某", "19980131")])
DBF_CASES = {
    "missing columns": (DBF, "缺少列：性别、证件号码、院系、层次"),
    "cut short": (DBF[:-20], "文件不完整"),
    "records of no bytes": (DBF[:10] + b"\0\0" + DBF[12:], "文件内容不是 .dbf"),
    "records longer than their fields": (DBF[:10] + b"\x20\0" + DBF[12:], "文件内容不是 .dbf"),
    "date of letters": (DBF.replace(b"19980131", b"1998Jan1"), "文件内容不是 .dbf"),
    "not GBK": (DBF.replace("某".encode("gbk"), b"\xff\xff"), "文字编码不是 GBK"),
    "memo lost": (dbf_bytes([("XH", "C", 12), ("BZ", "M", 10)], [("1", "1")]), "缺少同名的备注文件"),
    "empty file": (b"", "文件内容不是 .dbf"),
    "text": ("学号,姓名\n".encode() * 9, "文件内容不是 .dbf"),
}


@pytest.mark.parametrize(("content", "said"), DBF_CASES.values(), ids=DBF_CASES)
def test_what_is_said_of_a_dbf(tmp_path, content, said):
    a_campaign(tmp_path)
    change("inputs", roster='"roster.dbf"')(tmp_path)
    (tmp_path / "roster.dbf").write_bytes(content)
    assert said in refusal(tmp_path)


def test_the_smallest_campaign_is_not_refused(tmp_path):
    inputs = read_inputs(read_campaign(a_campaign(tmp_path)))
    assert (inputs.roster.height, inputs.schedule.height, inputs.log.height) == (1, 1, 1)
    assert inputs.captures.names() == ["E201/DSC_0001.JPG"]
    assert list(inputs.digests) == ["campaign.toml", "roster.xlsx", "schedule.csv", "log.csv"]
    assert not (tmp_path / "out").exists()
