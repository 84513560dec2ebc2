"""`regpack decide`: what may be decided is recorded at once, what may not is told with what to do."""

from datetime import UTC, datetime

import pytest
import time_machine
from click.testing import CliRunner

from flows.cli import cli
from flows.decision_checks import Asked
from flows.decisions import Refused, decide
from flows.settings import now
from flows.sources import read_campaign
from outputs.ledger import open_ledger
from outputs.ledger_decisions import decisions_of
from tests.builders import citizen_no
from tests.campaign_builders import write_campaign, write_xlsx
from tests.run_frames import a_run, capture, capture_day, enrolment, finding

LOW, WARNED, MISSING, OUT, LOCKED, DOUBTFUL = (f"40101900000{row}" for row in (3, 2, 4, 5, 6, 7))
WHO = ("--because", "看过原图", "--by", "李老师")
HEADER = ("决定", "学号", "原因代码", "照片文件", "理由", "决定人", "有效期至", "决定编号")
TODAY = datetime(2020, 11, 20, 1, 0, tzinfo=UTC)


@pytest.fixture
def campaign(tmp_path, ledger_url):
    """A campaign after its capture day; its captures need not be there any more."""
    changes = {"campaign": {"id": '"demo-2020"'}, "output": {"ledger": f'"{ledger_url}"'}}
    path = write_campaign(tmp_path, changes)
    remember(path, capture_day())
    return path


def remember(path, frames):
    with open_ledger(read_campaign(path).ledger_url) as ledger, ledger.recording(frames, inputs={}):
        pass


def ask(path, *arguments):
    with time_machine.travel(TODAY, tick=False):
        return CliRunner().invoke(cli, ["decide", str(path), *map(str, arguments)])


def made(path):
    with open_ledger(read_campaign(path).ledger_url) as ledger:
        return decisions_of(ledger, "demo-2020")


def table(path, *lines, header=HEADER):
    rows = [line + ("",) * (len(header) - len(line)) for line in lines]
    if path.suffix == ".xlsx":
        return write_xlsx(path, [header, *rows])
    path.write_text("\n".join(",".join(row) for row in (header, *rows)), encoding="gb18030")
    return path


# -- one decision --------------------------------------------------------------------------------------------


def test_a_waiver_is_recorded_for_the_photo_used(campaign):
    said = ask(campaign, "--waive", "p320 ", "--student", f" {LOW}", "--until", "2021年6月30日", *WHO)
    assert (said.exit_code, said.stdout.splitlines()) == (
        0, ["已记录第 1 号决定：豁免 P320，学号 401019000003", "下一次运行起生效"],
    )  # fmt: skip
    assert made(campaign).row(0, named=True) == {
        "decision_id": 1, "decided_at": "2020-11-20T01:00:00Z", "kind": "waive", "student_no": LOW,
        "code": "P320", "capture_sha256": capture("A/0003.jpg", "used")["sha256"], "by_whom": "李老师",
        "because": "看过原图", "valid_until": datetime(2021, 6, 30).date(), "withdraws": None, "shots": None,
        "crop_left_px": None, "crop_top_px": None, "crop_width_px": None,
    }  # fmt: skip


def test_the_same_decision_is_not_recorded_twice_while_it_stands(campaign):
    ask(campaign, "--waive", "P320", "--student", LOW, *WHO)
    again = ask(campaign, "--waive", "P320", "--student", LOW, *WHO)
    assert again.stdout == "已有相同的决定，没有重复记录：豁免 P320，学号 401019000003\n"
    assert ask(campaign, "--withdraw", "1", *WHO).exit_code == 0
    assert ask(campaign, "--waive", "P320", "--student", LOW, *WHO).stdout.startswith("已记录第 3 号决定")


@pytest.mark.parametrize("ledger_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--waive", "R114", "--student", LOW], "R114 身份证号校验码不对，不可豁免"),
        (["--waive", "P32O", "--student", LOW], "没有原因代码 P32O"),
        (["--waive", "P330", "--student", LOW], "该生的原因有：P320、R114"),
        (["--waive", "P320", "--student", "401019000033"], "没有学号 401019000033，是否想写 401019000003"),
        (["--waive", "P320", "--student", citizen_no(1)], "没有学号 3601**********0019"),
        (["--waive", "P320", "--student", OUT], "该生不在范围，不会上报"),
        (["--waive", "P320", "--student", MISSING], "没有采用该生的这张照片"),
        (["--waive", "P320"], "没有写学号"),
        (["--waive", "P320", "--student", LOW, "--until", "2020-11-19"], "有效期已过"),
        (["--waive", "P320", "--student", LOW, "--until", "明年"], "明年 不是日期"),
        (["--choose", "A/0003.jpg", "--student", WARNED], "没有对应到该生"),
        (["--choose", "A/0009.jpg", "--student", WARNED], "没有照片 A/0009.jpg"),
        (["--release", "A/0003.jpg", "--student", LOW], "这张照片的状态是采用"),
        (["--release", "A/0007.jpg", "--student", LOCKED], "该生已注册，不会上报"),
        (["--release", "A/0007.jpg", "--student", LOW, "--until", "2021-01-01"], "只有豁免可以有有效期"),
        (["--withdraw", "7"], "没有有效的决定 7"),
        (["--reject", "--student", MISSING], "该生缺拍，已在补拍名单上"),
        (["--retake", "--student", OUT], "该生不在范围，不会上报"),
        (["--retake"], "没有写学号"),
        ([], "要写明一种决定"),
        (["--waive", "P320", "--withdraw", "7"], "要写明一种决定"),
    ],
)
def test_what_may_not_be_decided_is_told(campaign, arguments, said):
    ended = ask(campaign, *arguments, *WHO)
    assert ended.exit_code == 2
    assert said in ended.stderr
    assert len(ended.stderr.splitlines()) == 1
    assert made(campaign).is_empty()


@pytest.mark.parametrize("left_out", ["--because", "--by"])
def test_who_decides_and_why_must_be_said(campaign, left_out):
    said = {"--because": "看过", "--by": "李老师"} | {left_out: " "}
    words = [word for pair in said.items() for word in pair]
    ended = ask(campaign, "--waive", "P320", "--student", LOW, *words)
    assert (ended.exit_code, left_out in ended.stderr) == (2, True)


def test_a_photo_that_was_not_made_cannot_be_waived(campaign):
    told = [finding("P390", row=3, student_no=LOW, column="photo_sha256")]
    shots = [capture("A/0003.jpg", "used", row=3, student_no=LOW)]
    remember(campaign, a_run([enrolment(3, "rejected", capture_path="A/0003.jpg")], shots, told, run="2"))
    assert "没有制成" in ask(campaign, "--waive", "P390", "--student", LOW, *WHO).stderr


def test_a_capture_is_named_as_the_audit_shows_it_or_by_its_digest(campaign):
    """captures.csv has the file's own name; the ledger keeps it without the ID number."""
    named = ask(campaign, "--release", "A\\360102199801011234.jpg", "--student", DOUBTFUL, *WHO)
    assert (named.exit_code, named.stderr) == (0, "")
    digest = capture("A/0007.jpg", "quarantined")["sha256"]
    assert ask(campaign, "--release", digest, "--student", DOUBTFUL, *WHO).exit_code == 0
    orphan = capture("A/360102199801011234.jpg", "orphan")["sha256"]
    assert made(campaign)["capture_sha256"].to_list() == [orphan, digest]


def test_one_capture_is_released_to_one_student(campaign):
    assert ask(campaign, "--release", "A/0007.jpg", "--student", DOUBTFUL, *WHO).exit_code == 0
    second = ask(campaign, "--release", "A/0007.jpg", "--student", MISSING, *WHO)
    assert (second.exit_code, "已由第 1 号决定放行给学号 401019000007" in second.stderr) == (2, True)
    ask(campaign, "--withdraw", "1", *WHO)
    assert ask(campaign, "--release", "A/0007.jpg", "--student", MISSING, *WHO).exit_code == 0


def test_no_id_number_reaches_the_ledger(campaign):
    ask(campaign, "--waive", "P320", "--student", LOW, "--because", f"本人 {citizen_no(1)}", "--by", "李老师")
    assert made(campaign)["because"].to_list() == ["本人 3601**********0019"]


def test_before_the_first_run_nothing_can_be_decided(tmp_path):
    path = write_campaign(tmp_path)
    assert "regpack run" in ask(path, "--waive", "P320", "--student", LOW, *WHO).stderr


def test_who_is_kept_out_comes_in_again_only_when_that_is_withdrawn(campaign):
    waived = ("--waive", "P320", "--student", LOW, *WHO)
    for keep_out, number in (("--reject", 1), ("--retake", 3)):
        assert ask(campaign, keep_out, "--student", LOW, *WHO).exit_code == 0
        assert f"先撤销第 {number} 号决定" in ask(campaign, *waived).stderr
        assert ask(campaign, "--withdraw", number, *WHO).exit_code == 0
    assert ask(campaign, *waived).exit_code == 0


def test_a_retake_keeps_what_there_was_of_the_student(campaign):
    assert ask(campaign, "--retake", "--student", WARNED, *WHO).exit_code == 0
    shots = {capture(path, "used")["sha256"] for path in ("A/0001.jpg", "A/0002.jpg")}
    assert [set(line) for line in made(campaign)["shots"]] == [shots]
    assert "补拍" in ask(campaign, "--list").stdout
    assert "没有重复" in ask(campaign, "--retake", "--student", WARNED, *WHO).stdout


def test_what_is_decided_meanwhile_is_checked_anew(campaign):
    """Another clerk releases the same capture between this one's check and her entry."""
    loaded, seen = read_campaign(campaign), []
    ours, theirs = (
        Asked("release", "李老师", "辨认", "desk", student_no=number, capture="A/0007.jpg")
        for number in (DOUBTFUL, LOW)
    )

    def interrupt(known):
        seen.append(known.newest)
        if len(seen) == 1:
            decide(loaded, [theirs], again=True)

    with pytest.raises(Refused, match="released it to student 401019000003"):
        decide(loaded, [ours], again=True, held_against=interrupt)
    assert seen == [0, 1]
    assert made(campaign)["student_no"].to_list() == [LOW]


# -- what stands ---------------------------------------------------------------------------------------------


def test_the_list_says_what_stands(campaign):
    assert ask(campaign, "--list").stdout == "还没有任何决定\n"
    ask(campaign, "--waive", "P320", "--student", LOW, "--until", "2020-11-20", *WHO)
    ask(campaign, "--waive", "P320", "--student", LOW, "--until", "2020-11-21", *WHO)
    ask(campaign, "--choose", "A/0001.jpg", "--student", WARNED, *WHO)
    ask(campaign, "--withdraw", "3", *WHO)
    ask(campaign, "--choose", "A/0002.jpg", "--student", WARNED, *WHO)
    shown = ask(campaign, "--list").stdout
    for number, words in {"1": "已被后来的决定代替", "2": "有效", "3": "已撤销", "5": "有效"}.items():
        line = next(line for line in shown.splitlines() if line.split()[:1] == [number])
        assert words in line
    with time_machine.travel(datetime(2020, 11, 22, 12, tzinfo=UTC), tick=False):
        assert "已过期" in CliRunner().invoke(cli, ["decide", str(campaign), "--list"]).stdout
        assert now().year == 2020


# -- a file --------------------------------------------------------------------------------------------------


LINES = [
    ("豁免", LOW, "P320", "", "看过原图", "李老师", "2021/6/30"),
    ("选用", WARNED, "", "A/0001.jpg", "本人要求", "李老师"),
    ("放行", DOUBTFUL, "", "A/0007.jpg", "班主任辨认", "王老师"),
]


@pytest.mark.parametrize("name", ["decisions.csv", "决定.xlsx"])
def test_a_file_is_recorded_whole_and_once(campaign, tmp_path, name):
    file = table(tmp_path / name, *LINES)
    first, second = (ask(campaign, "--from", file) for _ in range(2))
    assert (first.exit_code, second.exit_code) == (0, 0)
    assert made(campaign)["kind"].to_list() == ["waive", "choose", "release"]
    assert second.stdout.count("没有重复记录") == 3


def test_one_wrong_line_and_nothing_is_recorded(campaign, tmp_path):
    lines = [
        *LINES,
        ("豁免", LOW, "R114", "", "误报", "李老师"),
        ("选用", WARNED, "", "A/9.jpg", "看过", "李老师"),
    ]
    ended = ask(campaign, "--from", table(tmp_path / "decisions.csv", *lines))
    assert ended.exit_code == 2
    assert [line.partition("：")[0] for line in ended.stderr.splitlines()[:2]] == [
        "decisions.csv [第 5 行]", "decisions.csv [第 6 行]",
    ]  # fmt: skip
    assert ended.stderr.splitlines()[-1] == "2 处有误，一条也没有记录"
    assert made(campaign).is_empty()


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (("同意", LOW, "P320", "", "看过", "李老师"), "哪种决定"),
        (("豁免", LOW, "P320", "", "", "李老师"), "没有写理由或决定人"),
        (("豁免", LOW, "P320", "", "看过", "李老师", "很久"), "有效期不是日期"),
        (("选用", WARNED, "", "", "看过", "李老师"), "没有写照片文件"),
        (("撤销", "", "", "", "看过", "李老师", "", "第1号"), "没有有效的决定"),
        (("选用", WARNED, "", "A/0002.jpg", "看过", "王老师"), "两个不同的决定"),
        (("放行", MISSING, "", "A/0007.jpg", "看过", "王老师"), "两个不同的决定"),
    ],
)
def test_a_wrong_line_is_told_with_its_number(campaign, tmp_path, line, said):
    ended = ask(campaign, "--from", table(tmp_path / "decisions.csv", *LINES, line))
    assert ended.exit_code == 2
    assert "decisions.csv [第 5 行]：" in ended.stderr
    assert said in ended.stderr
    assert made(campaign).is_empty()


def test_a_file_without_its_columns_is_refused(campaign, tmp_path):
    file = table(tmp_path / "decisions.csv", ("豁免", LOW), header=("决定", "学号"))
    assert "缺少列：决定人、理由" in ask(campaign, "--from", file).stderr


def test_a_file_read_again_waives_no_other_photo(campaign, tmp_path):
    """The student came again; nobody has looked at the new photo."""
    file = table(tmp_path / "decisions.csv", LINES[0])
    ask(campaign, "--from", file)
    told = [finding("P320", row=3, student_no=LOW, column="crown_px")]
    shots = [capture("B/1.jpg", "used", row=3, student_no=LOW)]
    remember(campaign, a_run([enrolment(3, "rejected", capture_path="B/1.jpg")], shots, told, run="2"))
    assert "没有重复记录" in ask(campaign, "--from", file).stdout
    assert made(campaign).height == 1
    named = table(tmp_path / "again.csv", ("豁免", LOW, "P320", "B/1.jpg", "看过新照片", "李老师"))
    assert ask(campaign, "--from", named).exit_code == 0


def test_a_file_read_again_does_not_bring_back_what_was_withdrawn(campaign, tmp_path):
    file = table(tmp_path / "decisions.csv", *LINES)
    ask(campaign, "--from", file)
    ask(campaign, "--withdraw", "1", *WHO)
    assert ask(campaign, "--from", file).stdout.count("没有重复记录") == 3
    assert made(campaign).height == 4


# -- after the freeze ----------------------------------------------------------------------------------------


def freeze(campaign, day):
    dated = campaign.read_text("utf-8").replace("[campaign]", f"[campaign]\nfreeze_date = {day}")
    campaign.write_text(dated, encoding="utf-8")


def test_after_the_freeze_a_decision_needs_a_reason(campaign):
    freeze(campaign, "2020-11-19")
    asked = ("--waive", "P320", "--student", LOW, *WHO)
    ended = ask(campaign, *asked)
    assert (ended.exit_code, "批次已于 2020-11-19 冻结" in ended.stderr) == (3, True)
    assert made(campaign).is_empty()
    assert ask(campaign, *asked, "--after-freeze", "研究生院 12 号函").exit_code == 0
    assert made(campaign).select("kind", "because").rows() == [
        ("after-freeze", "研究生院 12 号函"), ("waive", "看过原图"),
    ]  # fmt: skip
    assert ask(campaign, *asked).stdout.startswith("已有相同的决定")


def test_on_its_last_day_nothing_is_frozen(campaign):
    freeze(campaign, "2020-11-20")
    assert ask(campaign, "--waive", "P320", "--student", LOW, *WHO).exit_code == 0
