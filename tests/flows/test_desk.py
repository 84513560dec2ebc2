"""The review desk: who may ask it, what it shows, and that every decision is that of `regpack decide`."""

import html
import os
import re
import shutil
import socket
import webbrowser
from datetime import UTC, datetime
from pathlib import Path
from urllib.request import url2pathname
from uuid import uuid4

import pytest
import time_machine
from click.testing import CliRunner
from starlette.testclient import TestClient

from flows.audit_folder import read_audit
from flows.cli import cli
from flows.desk.application import application
from flows.desk.desk import Desk
from flows.desk.server import opening_page
from flows.run_lock import HOLDER
from flows.sources import read_campaign
from outputs.ledger import open_ledger
from outputs.ledger_decisions import decisions_of
from schemas.errors import InputError
from tests import ledgers
from tests.builders import citizen_no
from tests.campaign_builders import write_campaign
from tests.desk_day import (
    ACCEPTED,
    ALIKE,
    CAMPAIGN,
    DOUBTFUL,
    LOW,
    MISSING,
    add_run,
    desk_run,
    write_desk_day,
)

PORT = 8123
HOME = f"http://127.0.0.1:{PORT}"
TODAY = datetime(2020, 11, 20, 1, 0, tzinfo=UTC)
RUN = "20201105-183000"


@pytest.fixture
def database(request):
    """A file of SQLite, or for tests marked `on_both` PostgreSQL too."""
    if getattr(request, "param", "sqlite") == "sqlite":
        yield "sqlite:///ledger.db"
        return
    with ledgers.schema(request.getfixturevalue("postgresql"), f"t{uuid4().hex}") as url:
        yield url


on_both = pytest.mark.parametrize("database", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """A campaign with a run to decide about, to be copied."""
    return write_desk_day(tmp_path_factory.mktemp("desk") / "day", "sqlite:///ledger.db").parent


@pytest.fixture
def campaign(tmp_path, database, written):
    """A campaign with a run to decide about, of a test's own."""
    with time_machine.travel(TODAY, tick=False):
        if database.startswith("sqlite"):
            shutil.copytree(written, tmp_path, dirs_exist_ok=True)
            yield tmp_path / "campaign.toml"
        else:
            yield write_desk_day(tmp_path, database)


@pytest.fixture
def desk(campaign):
    return Desk(read_campaign(campaign), PORT, "李老师")


def clerk(desk, *, headers=()):
    """A browser that has entered the desk; it sends what browsers send from a page of the desk."""
    told = {"origin": HOME, "sec-fetch-site": "same-origin"} | dict(headers)
    client = TestClient(application(desk), base_url=HOME, headers=told, follow_redirects=False)
    assert client.get("/enter", params={"token": desk.sessions.token}).status_code == 200
    client.headers["x-regpack-csrf"] = re.search(r'csrf" content="([^"]+)"', client.get("/").text)[1]
    return client


@pytest.fixture
def li(desk):
    return clerk(desk)


@pytest.fixture(scope="module")
def quiet(written):
    """A desk for tests that change nothing."""
    return Desk(read_campaign(written / "campaign.toml"), PORT, "李老师")


@pytest.fixture(scope="module")
def reader(quiet):
    return clerk(quiet)


def made(desk):
    with open_ledger(desk.loaded.ledger_url) as ledger:
        return decisions_of(ledger, CAMPAIGN)


def key_of(client, text):
    """The key of the item listed with this student number or file name."""
    page = client.get("/", params={"show": "all", "q": text}).text
    return re.search(r'href="/item/([^"?]+)', page)[1]


def seen(client, text):
    """An item as its page shows it now."""
    key = key_of(client, text)
    return {"key": key, "mark": int(re.search(r'data-mark="(\d+)"', client.get(f"/item/{key}").text)[1])}


def ask(client, kind, *texts, **facts):
    asked = {"kind": kind, "run": RUN, "items": [seen(client, text) for text in texts], "because": "看过原图"}
    return client.post("/decide", json=asked | facts)


# -- who may ask ---------------------------------------------------------------------------------------------


def test_the_token_is_exchanged_for_a_cookie_that_no_script_and_no_other_page_gets(quiet):
    client = TestClient(application(quiet), base_url=HOME)
    answer = client.get("/enter", params={"token": quiet.sessions.token})
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith(f"regpack-desk-{PORT}=")
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert quiet.sessions.token not in answer.text
    assert client.get("/").status_code == 200


@pytest.mark.parametrize("token", ["", "wrong", "十"])
def test_a_wrong_token_is_told_what_to_do(quiet, token):
    answer = TestClient(application(quiet), base_url=HOME).get("/enter", params={"token": token})
    assert (answer.status_code, "set-cookie" in answer.headers) == (403, False)
    assert "regpack desk" in answer.text


@pytest.mark.parametrize("path", ["/", "/item/row-3", "/alive", "/picture/0.jpg", "/next/row-3", "/nowhere"])
def test_without_a_session_nothing_is_shown(quiet, path):
    client = TestClient(application(quiet), base_url=HOME)
    assert client.get(path).status_code == 403
    assert client.get(path, headers={"cookie": f"regpack-desk-{PORT}=guessed"}).status_code == 403


@pytest.mark.parametrize(
    "host", ["desk.example:8123", "127.0.0.1", "127.0.0.1:9999", "127.0.0.1.example:8123"]
)
def test_a_name_made_to_lead_here_is_refused(reader, host):
    assert reader.get("/", headers={"host": host}).status_code == 403
    assert reader.get("/", headers={"host": f"localhost:{PORT}"}).status_code == 200


@pytest.mark.parametrize(
    "forged",
    [
        {"origin": ""},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:9999"},
        {"origin": "http://localhost:8123"},
        {"origin": "https://127.0.0.1:8123"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"x-regpack-csrf": ""},
        {"x-regpack-csrf": "guessed"},
        {"host": "localhost:9999"},
    ],
)
def test_a_forged_change_is_refused(quiet, reader, forged):
    asked = {"kind": "reject", "run": RUN, "items": [seen(reader, LOW)], "because": "伪造", "by": "别人"}
    for path in ("/decide", "/undo", "/session"):
        assert reader.post(path, json=asked, headers=forged).status_code == 403
    assert made(quiet).is_empty()
    assert "别人" not in reader.get("/").text


def test_another_sessions_token_does_not_serve(quiet, reader):
    other = clerk(quiet)
    answer = reader.post("/undo", json={}, headers={"x-regpack-csrf": other.headers["x-regpack-csrf"]})
    assert answer.status_code == 403


def test_nothing_is_changed_by_reading(quiet, reader):
    for path in ("/decide", "/undo", "/session"):
        assert reader.get(path).status_code == 404
        assert reader.request("HEAD", path).status_code == 404
    assert made(quiet).is_empty()


@pytest.mark.parametrize("body", ["", "[]", "{}", "null", "kind=reject", '{"kind":"grow"}', "\ud7ff" * 3])
def test_what_is_no_request_is_told(quiet, reader, body):
    answer = reader.post("/decide", content=body.encode(), headers={"content-type": "application/json"})
    assert (answer.status_code, "没有记录" in answer.json()["said"]) == (400, True)
    form = reader.post("/decide", data={"kind": "reject"})
    assert form.status_code == 400
    assert made(quiet).is_empty()


def test_every_answer_keeps_the_page_to_itself(reader):
    for path in ("/", "/static/quiet.js", "/nowhere"):
        told = reader.get(path).headers
        policy = told["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "data:" not in policy
        assert f"script-src {HOME}/static/;" in policy
        assert (told["x-content-type-options"], told["referrer-policy"]) == ("nosniff", "no-referrer")
        assert told["cache-control"] == "no-store"


@pytest.mark.parametrize("show", ["/", "/item/row-3", "/item/row-9"])
def test_no_page_has_script_or_style_inside(reader, show):
    page = reader.get(show).text
    assert re.findall(r'<script(?! src="/static/)|<style|\sstyle=|\son\w+=', page) == []
    assert "<b>张&三" not in reader.get("/", params={"show": "all"}).text
    assert re.findall(r"https?://(?!www\.w3\.org)", page) == []


# -- what is shown -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "listed"),
    [
        ({}, {"row-3", "row-8", "row-9", "A/0007.jpg", "A/0010.jpg"}),
        ({"reason": "P320"}, {"row-3", "row-8"}),
        ({"show": "missing"}, {"row-4"}),
        ({"show": "doubtful"}, {"A/0007.jpg", "A/0010.jpg"}),
        ({"show": "all", "unit": "理学院"}, {"row-7"}),
        ({"show": "all", "class_name": "一班", "q": "学生2"}, {"row-2"}),
        ({"show": "all", "room": "前湖 101", "q": LOW}, {"row-3"}),
        ({"show": "nonsense", "page": "9"}, {"row-3", "row-8", "row-9", "A/0007.jpg", "A/0010.jpg"}),
    ],
)
def test_the_grid_lists_what_is_asked_for(reader, asked, listed):
    page = reader.get("/", params=asked).text
    rows = set(re.findall(r'href="/item/(row-\d+)', page))
    shots = set(re.findall(r'class="no">(A/\d+\.jpg)', page))
    assert rows | shots == listed


def test_an_item_shows_reasons_measures_evidence_and_history(li):
    page = html.unescape(li.get("/item/row-3").text)
    for told in ("学生3", LOW, "P320", "31.25", "50–110 px", "读卡后 3 秒拍摄", "A/0003.jpg", "采集处理"):
        assert told in page
    assert "Reject" in english(li).get("/item/row-3").text


def english(client):
    assert client.post("/session", json={"language": "en"}).status_code == 200
    return client


@pytest.mark.parametrize(
    ("pid", "is_running"), [(os.getpid(), True), (2**22 + 1, False)], ids=["alive", "dead"]
)
def test_a_run_that_is_under_way_is_told(desk, li, tmp_path, pid, is_running):
    holder = f"20201120T010000Z {pid} {socket.gethostname()}"
    (tmp_path / "out" / HOLDER).write_text(holder, encoding="utf-8")
    assert ("这个批次正在运行" in li.get("/").text) is is_running
    assert li.get("/alive").json()["running"] is is_running


def test_the_keys_say_why_a_decision_may_not_be_made(reader):
    assert "P324 原图太小，须放大才能达到规格，不可豁免" in reader.get("/item/row-9").text
    assert "已在补拍名单上" in reader.get("/item/row-4").text
    assert reader.get("/item/row-6").text.count("该生已注册，不会上报") >= 2


def test_the_way_leads_from_one_open_item_to_the_next(desk, li):
    assert li.get("/next/row-3").headers["location"] == "/item/row-8"
    ask(li, "reject", ALIKE)
    assert li.get("/next/row-3").headers["location"] == "/item/row-9"
    assert li.get("/next/row-3?reason=P320").headers["location"] == "/?reason=P320"
    page = li.get("/item/row-8?show=all").text
    assert '/item/row-9?show=all" aria-keyshortcuts="ArrowRight"' in page


def test_a_picture_is_served_by_its_name_and_nothing_else(desk, li, tmp_path):
    (tmp_path / "captures" / "secret.jpg").write_bytes(b"secret")
    page = li.get("/item/row-3").text
    name = re.search(r"/picture/([0-9a-f]+)\.jpg", page)[1]
    answer = li.get(f"/picture/{name}.jpg")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/jpeg")
    assert answer.content.startswith(b"\xff\xd8")
    for path in (
        "A/0003",
        "../captures/secret",
        "..%2Fcaptures%2Fsecret",
        "%2e%2e/secret",
        "secret",
        "x" * 32,
    ):
        assert li.get(f"/picture/{path}.jpg").status_code == 404
    for path in ("../desk.py", "..%2Fdesk.py", "%2e%2e%2Fsession.py", "report.html.j2"):
        assert li.get(f"/static/{path}").status_code == 404


def test_a_capture_that_was_changed_since_the_run_is_not_shown(desk, li, tmp_path):
    names = re.findall(r"/picture/([0-9a-f]+)\.jpg", li.get("/item/row-3").text)
    (tmp_path / "captures" / "A" / "0003.jpg").write_bytes((tmp_path / "captures/A/0008.jpg").read_bytes())
    assert {li.get(f"/picture/{name}.jpg").status_code for name in names} == {404}


# -- what is decided -----------------------------------------------------------------------------------------


@on_both
def test_every_kind_of_decision_goes_into_the_ledger_with_who_and_when(desk, li):
    shown = li.get("/item/row-2").text
    other = re.search(r'data-capture="([0-9a-f]{64})"', shown)[1]
    target = seen(li, DOUBTFUL)
    for answer in (
        ask(li, "waive", LOW, codes=["P320"], until="2021-06-30"),
        ask(li, "choose", ACCEPTED, capture=other),
        ask(li, "release", "A/0007.jpg", student=target),
        ask(li, "reject", ALIKE),
        ask(li, "retake", "4010190000" + "09"),
    ):
        assert answer.status_code == 200, answer.text
    found = made(desk)
    assert found["kind"].to_list() == ["waive", "choose", "release", "reject", "retake"]
    assert found["student_no"].to_list() == [LOW, ACCEPTED, DOUBTFUL, ALIKE, "401019000009"]
    assert set(found["by_whom"]) == {"李老师"}
    assert set(found["decided_at"]) == {"2020-11-20T01:00:00Z"}
    assert found["capture_sha256"].to_list()[1] == other
    assert f"{found['valid_until'][0]}" == "2021-06-30"


def test_a_decision_settles_its_item_and_counts_for_the_next_run(li):
    ask(li, "waive", LOW, codes=["P320"])
    page = li.get("/").text
    assert "row-3" not in re.findall(r'href="/item/(row-\d+)', page)
    assert "豁免 1" in page
    assert "row-3" in li.get("/", params={"show": "decided"}).text


@pytest.mark.parametrize(
    ("kind", "whom", "facts", "said"),
    [
        ("waive", "401019000009", {"codes": ["P324"]}, "不可豁免"),
        ("waive", ACCEPTED, {"codes": ["P320"]}, "没有原因 P320"),
        ("waive", LOW, {"codes": ["P320"], "because": " "}, "没有写理由"),
        ("reject", MISSING, {}, "已在补拍名单上"),
        ("reject", "401019000006", {}, "已注册，不会上报"),
        ("choose", LOW, {"capture": "0" * 64}, "没有照片"),
        ("release", "A/0010.jpg", {}, "没有写学号"),
        ("withdraw", LOW, {"withdraws": 7}, "没有有效的决定 7"),
    ],
)
def test_what_may_not_be_decided_is_told_and_not_recorded(quiet, reader, kind, whom, facts, said):
    answer = ask(reader, kind, whom, **facts)
    assert (answer.status_code, said in answer.json()["said"]) == (422, True)
    assert made(quiet).is_empty()


def test_all_listed_are_decided_together_or_not_at_all(desk, li):
    assert ask(li, "waive", LOW, ALIKE, codes=["P320"]).json()["said"].startswith("已记录 2 项决定")
    assert li.post("/undo", json={}).json()["said"] == "已撤销 2 项决定"
    one_too_many = ask(li, "waive", LOW, "401019000009", codes=["P320"])
    assert (one_too_many.status_code, "没有原因 P320" in one_too_many.json()["said"]) == (422, True)
    assert made(desk)["kind"].to_list() == ["waive", "waive", "withdraw", "withdraw"]


@on_both
def test_undo_takes_back_what_this_desk_did_last_and_no_more(desk, li):
    wang = clerk(desk)
    wang.post("/session", json={"by": "王老师"})
    ask(li, "reject", LOW)
    ask(wang, "reject", ALIKE)
    assert li.post("/undo", json={}).json()["said"].startswith("已记录第 3 号决定：撤销第 1 号决定")
    assert li.post("/undo", json={}).status_code == 409
    assert made(desk).select("kind", "withdraws", "by_whom").rows() == [
        ("reject", None, "李老师"), ("reject", None, "王老师"), ("withdraw", 1, "李老师"),
    ]  # fmt: skip
    assert "row-3" in li.get("/").text


@on_both
def test_whoever_has_not_seen_the_last_decision_is_told_and_nothing_is_recorded(desk, li):
    old = seen(li, LOW)
    wang = clerk(desk)
    ask(wang, "retake", LOW)
    answer = li.post("/decide", json={"kind": "reject", "run": RUN, "items": [old], "because": "看过"})
    assert (answer.status_code, answer.json()["stale"]) == (409, True)
    assert "没有记录" in answer.json()["said"]
    assert made(desk)["kind"].to_list() == ["retake"]
    assert ask(li, "reject", LOW).status_code == 200


def test_a_release_also_needs_the_student_as_last_seen(desk, li):
    target = seen(li, LOW)
    ask(clerk(desk), "waive", LOW, codes=["P320"])
    answer = ask(li, "release", "A/0007.jpg", student=target)
    assert (answer.status_code, made(desk).height) == (409, 1)


def test_a_new_run_is_shown_and_what_was_asked_of_the_old_one_refused(desk, li, tmp_path, campaign):
    old = seen(li, LOW)
    assert li.get("/alive").json()["run"] == RUN
    add_run(campaign, desk_run(tmp_path, run="20201106-080000"))
    answer = li.post("/decide", json={"kind": "reject", "run": RUN, "items": [old], "because": "看过"})
    assert (answer.status_code, answer.json()["stale"]) == (409, True)
    assert li.get("/alive").json()["run"] == "20201106-080000"
    assert made(desk).is_empty()


def test_after_the_freeze_a_reason_is_asked_for_and_remembered(campaign):
    dated = campaign.read_text("utf-8").replace("[campaign]", "[campaign]\nfreeze_date = 2020-11-19")
    campaign.write_text(dated, encoding="utf-8")
    desk = Desk(read_campaign(campaign), PORT, "李老师")
    li = clerk(desk)
    assert 'name="after_freeze"' in li.get("/item/row-3").text
    refused = ask(li, "reject", LOW)
    assert (refused.status_code, "冻结" in refused.json()["said"]) == (422, True)
    assert ask(li, "reject", LOW, after_freeze="研究生院 12 号函").status_code == 200
    assert li.post("/undo", json={}).status_code == 200
    assert made(desk)["kind"].to_list() == ["after-freeze", "reject", "after-freeze", "withdraw"]


def test_who_decides_is_asked_for_and_no_id_number_is_kept(campaign):
    desk = Desk(read_campaign(campaign), PORT, "")
    li = clerk(desk)
    assert "data-needed" in li.get("/").text
    assert "没有写是谁决定" in ask(li, "reject", LOW).json()["said"]
    li.post("/session", json={"by": "王老师"})
    ask(li, "reject", LOW, because=f"本人 {citizen_no(1)}")
    assert made(desk).select("by_whom", "because").row(0) == ("王老师", "本人 3601**********0019")


# -- crops ---------------------------------------------------------------------------------------------------


def test_a_crop_is_placed_within_the_limits_and_nowhere_else(desk, li):
    told = li.get("/crop/row-3").json()
    assert set(told["limits"]) >= {"crown_px", "eye_line_px", "face_width_px", "centre_offset_px"}
    head, width = told["head"], 2.1 * told["head"]["face_width"]
    good = [
        round(head["centre"] - width / 2, 2),
        round(head["eye_line"] - 262 * width / 480, 2),
        round(width, 2),
    ]
    beyond = [good[0] + 90, *good[1:]]
    for box, fits in ((good, True), (beyond, False)):
        asked = li.get("/fits/row-3", params={"box": ",".join(map(str, box))}).json()
        assert asked["fits"] is fits, asked
    refused = ask(li, "crop", LOW, box=beyond)
    assert (refused.status_code, "偏离中线" in refused.json()["said"]) == (422, True)
    assert made(desk).is_empty()
    assert ask(li, "crop", LOW, box=good).status_code == 200
    assert made(desk).select("kind", "crop_left_px", "crop_width_px").row(0) == ("crop", good[0], good[2])
    assert "row-3" not in re.findall(r'href="/item/(row-\d+)', li.get("/").text)


@pytest.mark.parametrize(
    "path", ["/crop/row-4", "/crop/row-99", "/fits/row-3?box=1,2", "/fits/row-99?box=1,2,3"]
)
def test_what_cannot_be_cropped_is_told(reader, path):
    assert reader.get(path).status_code == 404


# -- the audit read back -------------------------------------------------------------------------------------


def test_an_audit_is_read_back_as_it_was(tmp_path, campaign):
    frames = desk_run(tmp_path, run="again")
    add_run(campaign, frames)
    read = read_audit(tmp_path / "out" / "audit" / "again")
    assert read.enrolments.equals(frames.enrolments.sort("row"))
    assert read.captures.equals(frames.captures.sort("capture_path"))
    keys = ["row", "student_no", "capture_path", "code", "severity", "column", "seen", "limit", "waived"]
    assert sorted(map(str, read.findings.select(keys).rows())) == sorted(
        map(str, frames.findings.select(keys).rows())
    )
    assert read.summary == frames.summary


@pytest.mark.parametrize("damage", ["away", "cut", "headless"])
def test_an_audit_that_is_not_whole_is_told(desk, li, tmp_path, damage):
    folder = tmp_path / "out" / "audit" / RUN
    if damage == "away":
        (folder / "captures.csv").unlink()
    elif damage == "cut":
        (folder / "summary.json").write_text("{", encoding="utf-8")
    else:
        table = (folder / "enrolments.csv").read_text("utf-8-sig")
        (folder / "enrolments.csv").write_text(table.replace("\n2,", "\nx,"), encoding="utf-8")
    with pytest.raises(InputError):
        read_audit(folder)
    fresh = clerk_page(Desk(desk.loaded, PORT, "李老师"))
    assert fresh.status_code == 503
    assert "regpack run" in fresh.text or "重新拷贝" in fresh.text


def clerk_page(desk):
    client = TestClient(application(desk), base_url=HOME)
    client.get("/enter", params={"token": desk.sessions.token})
    return client.get("/")


def test_a_port_that_is_taken_is_told(campaign):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        ended = CliRunner().invoke(cli, ["desk", str(campaign), "--port", str(other.getsockname()[1])])
    assert (ended.exit_code, "这个端口已被占用" in ended.stderr) == (2, True)


def test_the_browser_gets_the_token_in_a_file_of_the_clerks_own(tmp_path, monkeypatch):
    """A command line can be read by everybody on the machine."""
    given = []

    class Browser(webbrowser.BaseBrowser):
        def open(self, url, new=0, autoraise=True):
            given.append(url)
            return True

    monkeypatch.setattr(webbrowser, "_tryorder", ["kept"])
    monkeypatch.setitem(webbrowser._browsers, "kept", [None, Browser()])
    address = f"{HOME}/enter?token=secret"
    with opening_page(address):
        file = Path(url2pathname(given[0].removeprefix("file:")))
        assert oct(file.stat().st_mode & 0o777) == "0o600"
        assert html.escape(address) in file.read_text("utf-8")
        assert "secret" not in given[0]
    assert not file.exists()


def test_before_the_first_run_there_is_nothing_to_show(tmp_path, database):
    path = write_campaign(tmp_path, {"output": {"ledger": f'"{database}"'}})
    with pytest.raises(InputError, match="no run yet"):
        Desk(read_campaign(path), PORT, "李老师").now()
