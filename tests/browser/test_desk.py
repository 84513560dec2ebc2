"""The review desk in a real browser: every key with its effect in the ledger, and what goes wrong."""

import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
import uvicorn

from flows.desk.application import application
from flows.desk.desk import Desk
from flows.sources import read_campaign
from outputs.ledger import open_ledger
from outputs.ledger_decisions import decisions_of
from tests.axe import grave_faults
from tests.desk_day import CAMPAIGN, DOUBTFUL, LOW, write_desk_day

QUICK_MS = 8_000


class Running:
    """A desk that answers, and its ledger."""

    def __init__(self, campaign: Path, address: str) -> None:
        self.campaign, self.address = campaign, address
        self.home = address.partition("/enter")[0]

    def made(self):
        """The decisions in the ledger."""
        with open_ledger(read_campaign(self.campaign).ledger_url) as ledger:
            return decisions_of(ledger, CAMPAIGN).select("kind", "student_no", "because").rows()


@contextmanager
def as_a_clerk_runs_it(campaign: Path) -> Iterator[tuple[Running, subprocess.Popen]]:
    """The desk's own program."""
    program = subprocess.Popen(
        [sys.executable, "-m", "flows", "desk", str(campaign), "--no-open", "--by", "李老师"],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    try:
        yield (
            Running(campaign, next(line.strip() for line in program.stdout if line.startswith("http"))),
            program,
        )
    finally:
        program.kill()
        program.wait()
        program.stdout.close()


@pytest.fixture(scope="module")
def written(tmp_path_factory) -> Path:
    return write_desk_day(tmp_path_factory.mktemp("desk") / "day", "sqlite:///ledger.db").parent


@pytest.fixture
def campaign(written, tmp_path) -> Path:
    return Path(shutil.copytree(written, tmp_path / "day")) / "campaign.toml"


@pytest.fixture
def desk(campaign) -> Iterator[Running]:
    """The desk in a thread of this process, which starts it sooner than its program."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        opened = Desk(read_campaign(campaign), listener.getsockname()[1], "李老师")
        config = uvicorn.Config(application(opened), lifespan="off", log_level="error", access_log=False)
        server = uvicorn.Server(config)
        thread = Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        yield Running(campaign, f"http://127.0.0.1:{opened.port}/enter?token={opened.sessions.token}")
        server.should_exit = True
        thread.join(10)


@pytest.fixture
def at(desk, page):
    """Opens an item, or the overview, of the desk that the page has entered."""
    page.set_default_timeout(QUICK_MS)
    page.goto(desk.address)
    page.wait_for_selector(".tiles")

    def show(path="/"):
        page.goto(desk.home + path)
        return page

    return show


def said(page, words) -> None:
    page.locator("#live", has_text=words).wait_for()


def test_every_key_does_what_it_says(desk, at):
    page = at("/")
    page.keyboard.press("n")
    page.locator("h1", has_text=LOW).wait_for()
    page.wait_for_load_state()
    page.keyboard.press("1")
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    said(page, f"豁免 P320，学号 {LOW}")
    page.locator("h1", has_text="401019000008").wait_for()
    page.keyboard.press("2")
    page.keyboard.type("不是本人，是同学")
    page.keyboard.press("Enter")
    said(page, "退回，学号 401019000008")
    page.locator("h1", has_text="401019000009").wait_for()
    page.keyboard.press("1")
    assert "P324" in page.locator("dialog[open] .why").inner_text()
    page.keyboard.press("Enter")
    page.keyboard.press("3")
    page.keyboard.press("5")
    page.keyboard.press("Enter")
    said(page, "补拍，学号 401019000009")
    assert desk.made() == [
        ("waive", LOW, "看过原图，符合要求"), ("reject", "401019000008", "不是本人，是同学"),
        ("retake", "401019000009", "请重新拍摄"),
    ]  # fmt: skip
    page.locator("h1", has_text="这张照片").wait_for()
    page.keyboard.press("u")
    said(page, "撤销第 3 号决定")
    assert [kind for kind, *_ in desk.made()][-1] == "withdraw"


def test_arrows_lead_through_the_list_and_escape_decides_nothing(desk, at):
    page = at("/item/row-3?reason=P320")
    page.keyboard.press("ArrowRight")
    page.locator("h1", has_text="401019000008").wait_for()
    assert page.url == f"{desk.home}/item/row-8?reason=P320"
    page.keyboard.press("ArrowLeft")
    page.locator("h1", has_text=LOW).wait_for()
    page.keyboard.press("g")
    assert page.locator(".guides").first.is_visible()
    for key in ("1", "2", "3"):
        page.keyboard.press(key)
        page.locator("dialog[open]").wait_for()
        page.keyboard.press("Escape")
    page.go_back()
    page.locator("h1", has_text="401019000008").wait_for()
    assert desk.made() == []


def test_a_doubtful_capture_is_assigned_after_both_were_looked_at(desk, at):
    page = at("/?show=doubtful")
    page.locator("a", has_text="A/0007.jpg").click()
    page.wait_for_selector("#whom")
    page.wait_for_load_state()
    page.fill("#whom", DOUBTFUL)
    page.locator("#candidates button", has_text=DOUBTFUL).click()
    assert page.locator("dialog[open] .compare .face").count() == 1
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    said(page, f"放行，学号 {DOUBTFUL}")
    assert desk.made() == [("release", DOUBTFUL, "看图认定为本人")]


@pytest.mark.long
def test_another_shot_is_chosen_and_the_choice_withdrawn(desk, at):
    page = at("/item/row-2")
    page.click("text=选用这一张")
    page.keyboard.type("本人要求")
    page.keyboard.press("Enter")
    said(page, "选用")
    page.click(".made button")
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    said(page, "撤销第 1 号决定")
    assert [kind for kind, *_ in desk.made()] == ["choose", "withdraw"]


def test_a_crop_is_dragged_and_stops_at_the_limits(desk, at):
    page = at("/item/row-3")
    page.keyboard.press("c")
    page.locator("#crop-said", has_text="要求").wait_for(timeout=20_000)
    for key in ("-", "-", "ArrowRight", "Shift+ArrowDown", "+"):
        page.keyboard.press(key)
    frame = page.locator(".cropping").bounding_box()
    middle = frame["x"] + frame["width"] / 2, frame["y"] + frame["height"] / 2
    page.mouse.move(*middle)
    page.mouse.down()
    page.mouse.move(middle[0] + 300, middle[1], steps=3)
    page.mouse.up()
    page.locator("#crop-said", has_text="符合全部要求").wait_for(timeout=20_000)
    page.fill("dialog[open] input[name=because]", "端正")
    page.keyboard.press("Enter")
    said(page, f"裁切，学号 {LOW}")
    assert desk.made() == [("crop", LOW, "端正")]


@pytest.mark.long
def test_all_listed_for_a_reason_are_decided_at_once(desk, at):
    page = at("/?reason=P320")
    page.click("text=豁免这一原因")
    assert page.locator("dialog[open] .sure b").inner_text() == "2"
    page.keyboard.press("2")
    page.keyboard.press("Enter")
    said(page, "已记录 2 项决定")
    assert [(kind, number) for kind, number, _ in desk.made()] == [("waive", LOW), ("waive", "401019000008")]


def test_the_second_of_two_tabs_is_told_and_sees_the_new_state(desk, at, faults):
    page = at("/item/row-3")
    other = page.context.new_page()
    other.goto(f"{desk.home}/item/row-3")
    other.keyboard.press("2")
    page.keyboard.press("3")
    other.keyboard.press("1")
    other.keyboard.press("Enter")
    said(other, "已记录第 1 号决定")
    page.keyboard.press("5")
    page.keyboard.press("Enter")
    said(page, "这一次没有记录")
    page.locator(".verdict", has_text="退回 下一次运行生效").wait_for()
    assert [kind for kind, *_ in desk.made()] == ["reject"]
    assert [fault for fault in faults if "409" not in fault] == []
    faults.clear()


def test_a_dead_server_is_told_and_nothing_looks_saved(campaign, page, faults):
    with as_a_clerk_runs_it(campaign) as (desk, program):
        page.goto(desk.address)
        page.wait_for_selector(".tiles")
        page.goto(f"{desk.home}/item/row-3")
        page.keyboard.press("2")
        page.keyboard.type("写好的理由")
        program.send_signal(signal.SIGINT)
        assert "审看台已关闭" in program.stdout.read()
        assert program.wait(20) == 0
    page.keyboard.press("Enter")
    page.locator("#banner", has_text="没有保存").wait_for()
    assert page.input_value("dialog[open] input[name=because]") == "写好的理由"
    assert page.inner_text("#live") == ""
    assert desk.made() == []
    assert [fault for fault in faults if "ERR_CONNECTION_REFUSED" not in fault] == []
    faults.clear()


def test_a_wrong_token_is_told_what_to_do(desk, page, faults):
    page.goto(f"{desk.home}/enter?token=wrong")
    assert "regpack desk" in page.inner_text("main")
    page.goto(f"{desk.home}/item/row-3")
    assert "还没有登录" in page.inner_text("h1")
    assert [fault for fault in faults if "403" not in fault] == []
    faults.clear()


@contextmanager
def elsewhere(folder: Path) -> Iterator[str]:
    """A page of another origin on this machine."""
    handler = partial(SimpleHTTPRequestHandler, directory=folder)
    handler.log_message = None
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def test_another_page_of_this_machine_can_neither_decide_nor_read(desk, at, tmp_path, faults):
    page = at("/")
    asked = '{"kind":"reject","run":"20201105-183000","items":[{"key":"row-3","mark":0}],"because":"x"}'
    (tmp_path / "evil.html").write_text(
        f"""<!doctype html><title>x</title>
        <form method="post" enctype="text/plain" action="{desk.home}/decide">
        <input name='{asked[:-1]},"until":"' value='"}}'></form>""",
        encoding="utf-8",
    )
    with elsewhere(tmp_path) as place:
        page.goto(f"{place}/evil.html")
        read = """async ([address, options]) => {
          try { return (await fetch(address, options)).status } catch { return "refused" }
        }"""
        plain = {"method": "POST", "body": asked, "credentials": "include"}
        assert page.evaluate(read, [f"{desk.home}/decide", plain]) == "refused"
        assert page.evaluate(read, [f"{desk.home}/", {"credentials": "include"}]) == "refused"
        page.evaluate("document.forms[0].submit()")
        page.wait_for_url(f"{desk.home}/decide")
        assert "没有登录" in page.inner_text("h1") or "没有执行" in page.inner_text("h1")
    assert desk.made() == []
    faults.clear()


def test_nothing_is_hard_to_reach_and_english_is_a_click_away(desk, at):
    page = at("/?reason=P320")
    assert grave_faults(page) == []
    page.click("[data-language]")
    page.locator("a", has_text="To decide").wait_for()
    at("/item/row-3")
    assert page.get_attribute("html", "lang") == "en"
    assert grave_faults(page) == []
    page.keyboard.press("1")
    assert grave_faults(page) == []
    page.keyboard.press("Escape")
    at("/?show=doubtful")
    page.click("[data-first]")
    page.wait_for_selector("#candidates")
    assert grave_faults(page) == []
