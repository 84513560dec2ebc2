"""The page: everybody rejected is on it with code and picture, nothing on it comes from elsewhere."""

import base64
import hashlib
import io
import json
import re
import tomllib
from copy import deepcopy
from pathlib import Path

import polars as pl
import pytest
from lxml import html
from PIL import Image

import schemas.profile
from outputs.audit_tables import missing
from outputs.report.report import MAX_LISTED, render_report
from schemas.audit import CaptureState, EnrolmentState
from schemas.inert import legible
from schemas.photo import FACTS
from schemas.reasons import Reason, Severity
from schemas.titles import COLUMNS, KINDS, SEVERITIES, STATES
from tests.run_frames import a_run, capture, capture_day, enrolment, finding, the_material

NOTHING = the_material()


def rendered(frames, material=NOTHING, language="zh"):
    """The report itself."""
    return dict(render_report(frames, material, language))["report.html"]


@pytest.fixture(scope="module")
def material(tmp_path_factory):
    """Pictures of every size of the rejected capture, and those of the source of the quarantined one."""
    folder = tmp_path_factory.mktemp("pictures")
    sizes = {"source": (360, 240), "photo": (480, 640), "thumbnail": (150, 100), "preview": (180, 240)}
    for name, size in sizes.items():
        Image.new("RGB", size, (100, 197, 255)).save(folder / f"{name}.jpg")
    both = {kind: {"A/0003.jpg": folder / f"{kind}.jpg"} for kind in sizes}
    for kind in ("source", "thumbnail"):
        both[kind]["A/0007.jpg"] = folder / f"{kind}.jpg"
    return the_material(**both)


@pytest.fixture(scope="module")
def text(material):
    return rendered(capture_day(), material)


@pytest.fixture(scope="module")
def page(text):
    return html.fromstring(text)


def words(element, language="zh"):
    """What a reader of one language sees of an element."""
    other = "en" if language == "zh" else "zh"
    seen = deepcopy(element)
    for hidden in seen.xpath(f".//*[contains(@class, '{other}') and @lang] | .//script | .//style"):
        hidden.drop_tree()
    return " ".join(seen.text_content().split())


def cards(page):
    return {card.get("id"): card for card in page.xpath("//section[@id='rejected']//article")}


def test_who_sends_a_bundle_is_asked_to_look_at_what_no_rule_judges():
    for bundle, is_asked in (("day-001", True), (None, False)):
        frames = capture_day()
        frames = frames._replace(summary=frames.summary.model_copy(update={"bundle": bundle}))
        assert ("染发" in rendered(frames)) == is_asked


def test_every_rejected_student_is_there_with_every_reason(page):
    frames = capture_day()
    rejected = frames.enrolments.filter(state="rejected")
    assert set(cards(page)) == {f"row-{row}" for row in rejected["row"]} == {"row-3", "row-7"}
    for row, student_no in rejected.select("row", "student_no").iter_rows():
        said = words(cards(page)[f"row-{row}"])
        assert student_no in said
        for code in frames.findings.filter(row=row)["code"]:
            assert code in said
            assert Reason(code).text.zh in said
            assert Reason(code).fix.zh in said


def test_a_reason_shows_what_was_seen_and_asked(page):
    line = cards(page)["row-3"].xpath(".//tr[td='P320']")[0]
    assert [words(cell) for cell in line.xpath("td")] == [
        "P320", Reason.CROWN_POSITION.text.zh, "头顶距上边", "31.2", "50–110 px",
        Reason.CROWN_POSITION.fix.zh,
    ]  # fmt: skip


def test_source_and_photo_stand_beside_the_reasons(page):
    sources = cards(page)["row-3"].xpath(".//img/@src")
    sizes = []
    for source in sources:
        kind, _, content = source.partition(",")
        assert kind == "data:image/jpeg;base64"
        with Image.open(io.BytesIO(base64.b64decode(content))) as picture:
            sizes.append(picture.size)
    assert sizes == [(360, 240), (480, 640)]


def test_a_student_without_a_chosen_shot_shows_the_doubtful_one(page):
    card = cards(page)["row-7"]
    assert len(card.xpath(".//img")) == 1
    assert "A/0007.jpg" in words(card)
    assert "存疑" in words(card)


def test_a_picture_goes_in_as_it_is(page, material):
    content = cards(page)["row-7"].xpath(".//img/@src")[0].partition(",")[2]
    assert base64.b64decode(content) == material.pictures.files["source"]["A/0007.jpg"].read_bytes()


def test_the_crop_box_lies_on_the_source(material):
    path, box = "A/0003.jpg", {
        "source_width_px": 400, "source_height_px": 600, "crop_left_px": -40.0, "crop_top_px": 60.0,
        "crop_width_px": 400.0, "crop_height_px": 500.0,
    }  # fmt: skip
    frames = a_run([enrolment(2, "rejected", capture_path=path)], [capture(path, "used", row=2, **box)])
    page = html.fromstring(rendered(frames, material))
    assert page.xpath("//*[@class='crop']/@style") == ["left:-10.0%;top:10.0%;width:100.0%;height:83.33%"]


def test_names_are_escaped(page, text):
    assert "<b>张" not in text
    assert "&lt;b&gt;张&amp;三&lt;/b&gt;" in text
    assert "<b>张&三</b>" in words(cards(page)["row-3"])


HOSTILE = """"><script>alert(1)</script><!-- '&quot;\u2028"""


def test_hostile_texts_stay_texts():
    path = f"{HOSTILE}.jpg"
    frames = a_run(
        [enrolment(2, "rejected", name=HOSTILE, unit_name=HOSTILE, class_name=HOSTILE)],
        [capture(path, "orphan", evidence="<img src=x onerror=alert(1)>", camera_name=HOSTILE)],
        [finding("L221", capture_path=path, seen=HOSTILE)],
    )
    page = html.fromstring(rendered(frames))
    assert len(page.xpath("//script")) == 3
    assert not page.xpath("//img")
    cells = json.loads(page.get_element_by_id("data").text)["cells"]
    assert [cell.get("name") or cell["file"] for cell in cells] == [path, HOSTILE]
    assert legible(path) in page.xpath("//section[@id='captures']")[0].text_content()


def test_nothing_comes_from_elsewhere(page, text):
    assert "http://" not in text
    assert "https://" not in text
    assert not page.xpath("//link | //iframe | //object | //base | //script[@src]")
    assert all(source.startswith("data:") for source in page.xpath("//@src"))
    assert all(target.startswith("#") for target in page.xpath("//@href"))
    assert not re.search(r"url\(|@import", text)


def test_only_our_own_script_may_run(page):
    policy = page.xpath("//meta[@http-equiv]/@content")[0]
    (script,) = page.xpath("//script[not(@type)]")
    digest = base64.b64encode(hashlib.sha256(script.text.encode()).digest()).decode()
    assert policy.startswith("default-src 'none'; ")
    assert f"script-src 'sha256-{digest}';" in policy


def test_links_lead_somewhere(page):
    places = set(page.xpath("//@id"))
    inside = [target[1:] for target in page.xpath("//@href") if not target.startswith(("#sheet?", "#c="))]
    assert set(inside) <= places


def test_totals_are_shown_as_equations(page):
    people, captures = page.xpath("//div[@class='equation']")
    numbers = [int(number.text_content()) for number in people.xpath(".//b")]
    assert numbers == [5, 1, 2, 1, 1]
    assert [sign.strip() for sign in people.xpath(".//span[@class='sign']/text()")] == ["=", "+", "+", "+"]
    assert [words(label).split()[0] for label in people.xpath("./div/span")] == [
        "应拍", "合格", "退回", "缺拍", "已注册",
    ]  # fmt: skip
    assert [int(number.text_content()) for number in captures.xpath(".//b")] == [6, 2, 1, 1, 1, 1]


def test_captures_that_need_a_person_are_there(page):
    articles = page.xpath("//section[@id='captures']//article")
    shots = {" ".join(words(card.xpath(".//p")[0]).split()[:2]): card for card in articles}
    masked, passport = "无主 A/3601**********1234.jpg", "不可读 B/E1*****78.jpg"
    assert list(shots) == ["存疑 A/0007.jpg", masked, passport]
    assert Reason.STRANGER.text.zh in words(shots[masked])
    assert Reason.PHOTO_UNREADABLE.fix.zh in words(shots[passport])


def test_no_id_number_is_anywhere(text):
    assert "360102199801011234" not in text
    assert "E12345678" not in text


def test_who_is_missing_stands_under_unit_and_class(page):
    said = words(page.xpath("//section[@id='missing']")[0])
    assert re.search(r"文学院 1 一班 1 401019000004 学生4", said)


def test_reasons_are_ranked_with_block_first(page):
    codes = [cell.text_content() for cell in page.xpath("//section[@id='reasons']//td[@class='code']")]
    assert sorted(codes) == sorted(capture_day().findings["code"].unique())
    severities = [Reason(code).severity for code in codes]
    assert severities == sorted(severities, key=["block", "warn", "info"].index)


def test_notes_on_the_campaign_and_warnings_of_the_accepted_have_their_place(page):
    assert "S501" in words(page.xpath("//section[@id='notes']")[0])
    assert "R106" in words(page.xpath("//section[@id='warned']")[0])


def test_sessions_and_units_are_counted(page):
    session = page.xpath("//section[@id='sessions']//tbody/tr")[0]
    assert [words(cell) for cell in session.xpath("td")] == [
        "2020-11-05 08:30–11:30", "前湖 101", "文学院", "硕士", "5", "5", "3", "3", "1", "2", "1", "0", "0",
            "21.5",
    ]  # fmt: skip
    assert session.get("class") == "short"
    units = page.xpath("//section[@id='units']//tbody/tr")
    assert [words(unit) for unit in units] == ["文学院5 1 2 1 1 40.0%"]


def test_students_of_earlier_years_are_told_apart():
    again = enrolment(9, "missing", codes="L201;R147")
    frames = a_run([enrolment(8, "missing", codes="L201"), again])
    page = html.fromstring(rendered(frames))
    assert "其中往届学生：1。" in words(page.xpath("//section[@id='missing']")[0])
    assert missing(frames)["is_make_up"].to_list() == [False, True]
    assert "往届学生" not in rendered(capture_day())


def test_who_is_outside_is_counted_by_reason():
    frames = capture_day(ineligible_by_reason={"R133": 1, "R141": 3})
    page = html.fromstring(rendered(frames))
    lines = [words(line) for line in page.xpath("//dl[@id='outside']/div")]
    assert lines[1:] == ["R141 已退学、转出或不再有学籍3", "R133 所在单位不参加本次采集1"]


def test_both_languages_stand_in_the_page_and_it_opens_in_the_one_asked_for(material):
    page = html.fromstring(rendered(capture_day(), material, "en"))
    assert (page.get("lang"), html.fromstring(rendered(capture_day())).get("lang")) == ("en", "zh-CN")
    assert "Capture audit report" in words(page, "en")
    assert Reason.CROWN_POSITION.text.en in words(cards(page)["row-3"], "en")
    assert "退回" not in words(page, "en")
    assert "退回" in words(page, "zh")
    assert json.loads(page.get_element_by_id("data").text)["language"] == "en"


def test_a_run_without_anything_still_has_a_page():
    page = html.fromstring(rendered(a_run()))
    assert "没有发现问题" in words(page)
    assert "本次没有生成上报包" in words(page)


def test_a_flood_of_warnings_is_cut_and_said():
    rows = range(2, MAX_LISTED + 9)
    frames = a_run(
        [enrolment(row, "accepted") for row in rows],
        findings=[finding("P361", row=row, column="size_kb", seen="12") for row in rows],
    )
    page = html.fromstring(rendered(frames))
    assert len(page.xpath("//section[@id='warned']//tbody/tr")) == MAX_LISTED
    assert "rejects.csv，条数：7" in words(page.xpath("//section[@id='warned']")[0])


def test_every_state_and_severity_has_a_word():
    assert {*EnrolmentState, *CaptureState} == set(STATES)
    assert {*Severity} == set(SEVERITIES)
    assert {f"{kind}{dry}" for kind in ("post-capture", "makeup") for dry in ("", "-dry-run")} == set(KINDS)


def test_every_fact_that_a_limit_names_has_a_title():
    geometry = ("crop_", "left_eye_", "right_eye_", "source_width", "source_height", "face_score", "encodes")
    assert {fact for fact in FACTS if not fact.startswith(geometry)} <= set(COLUMNS)


def test_what_no_session_knows_has_no_total():
    frames = capture_day()
    unlogged = frames._replace(sessions=frames.sessions.with_columns(logged=pl.lit(None, pl.UInt32)))
    rows = html.fromstring(rendered(unlogged)).xpath("//section[@id='sessions']//tr")
    titles, session, total = ([words(cell) for cell in row.xpath("td|th")] for row in rows)
    assert session[titles.index("登记")] == "–"
    assert total[1:5] == ["5", "5", "–", "3"]


def test_every_column_that_a_profile_reads_has_a_title():
    profiles = Path(schemas.profile.__file__).parent / "profiles"
    headers = tomllib.loads((profiles / "graduate.toml").read_text(encoding="utf-8"))["headers"]
    tables = [columns for table, columns in headers.items() if table not in {"required", "one_of"}]
    asked = {column for columns in tables for column in columns}
    assert asked <= set(COLUMNS)


def test_a_retake_that_waits_stands_beside_the_delivered_photo(material):
    people = [enrolment(2, "accepted", capture_path="A/3.jpg", codes="L241")]
    shots = [capture("A/3.jpg", "used", row=2), capture("A/2.jpg", "superseded", row=2, codes="L241")]
    shots += [capture("A/0.jpg", "superseded", row=2, codes="L230")]
    told = [finding("L241", row=2, student_no="401019000002", capture_path="A/2.jpg")]
    page = rendered(a_run(people, shots, told), material)
    section = page[page.index('<section id="retakes">') :].partition("</section>")[0]
    assert re.findall(r"A/\d\.jpg", section) == ["A/3.jpg", "A/2.jpg"]


def test_who_waived_what_is_told(material):
    people = [enrolment(2, "accepted", capture_path="A/1.jpg", codes="P330", waived="P330")]
    told = [finding("P330", row=2, severity="info", waived="李老师 豁免：<看过>"), finding("R106", row=2)]
    page = rendered(a_run(people, [capture("A/1.jpg", "used", row=2)], told), material)
    section = page[page.index('<section id="waived">') :].partition("</section>")[0]
    assert "李老师 豁免：&lt;看过&gt;" in section
    assert "R106" not in section
    assert '<section id="waived">' not in rendered(a_run(people), material)


def test_a_day_without_sessions_has_no_hours_to_compare():
    frames = capture_day()
    assert 'id="heat"' in rendered(frames)
    assert 'id="heat"' not in rendered(frames._replace(sessions=frames.sessions.clear()))
