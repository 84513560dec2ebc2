"""The page: everybody rejected is on it with code and picture, nothing on it comes from elsewhere."""

import base64
import io
import re
import tomllib
from pathlib import Path

import polars as pl
import pytest
from lxml import html
from PIL import Image

import schemas.profile
from outputs.audit_tables import missing
from outputs.report.pictures import HEIGHT_PX, Pictures
from outputs.report.report import MAX_LISTED, render_report
from schemas.audit import CaptureState, EnrolmentState
from schemas.photo import FACTS
from schemas.reasons import Reason, Severity
from schemas.titles import COLUMNS, KINDS, SEVERITIES, STATES
from tests.run_frames import a_run, capture, capture_day, enrolment, finding

NO_PICTURES = Pictures({}, {})


@pytest.fixture(scope="module")
def pictures(tmp_path_factory):
    """A wide thumbnail and a photo of the rejected capture, a small thumbnail of the quarantined one."""
    folder = tmp_path_factory.mktemp("pictures")
    for name, size in {"source.jpg": (480, 320), "photo.jpg": (480, 640), "small.jpg": (60, 80)}.items():
        Image.new("RGB", size, (100, 197, 255)).save(folder / name)
    return Pictures(
        {"A/0003.jpg": folder / "source.jpg", "A/0007.jpg": folder / "small.jpg"},
        {"A/0003.jpg": folder / "photo.jpg"},
    )


@pytest.fixture(scope="module")
def text(pictures):
    return render_report(capture_day(), pictures, "zh")


@pytest.fixture(scope="module")
def page(text):
    return html.fromstring(text)


def words(element):
    return " ".join(element.text_content().split())


def cards(page):
    return {card.get("id"): card for card in page.xpath("//section[@id='rejected']//article")}


def test_who_sends_a_bundle_is_asked_to_look_at_what_no_rule_judges():
    for bundle, is_asked in (("day-001", True), (None, False)):
        frames = capture_day()
        frames = frames._replace(summary=frames.summary.model_copy(update={"bundle": bundle}))
        assert ("染发" in render_report(frames, NO_PICTURES, "zh")) == is_asked


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
    assert sizes == [(396, HEIGHT_PX), (198, HEIGHT_PX)]


def test_a_student_without_a_chosen_shot_shows_the_doubtful_one(page):
    card = cards(page)["row-7"]
    assert len(card.xpath(".//img")) == 1
    assert "A/0007.jpg" in words(card)
    assert "存疑" in words(card)


def test_a_small_picture_goes_in_as_it_is(page, pictures):
    content = cards(page)["row-7"].xpath(".//img/@src")[0].partition(",")[2]
    assert base64.b64decode(content) == pictures.thumbnails["A/0007.jpg"].read_bytes()


def test_the_crop_box_lies_on_the_source_and_never_leaves_it(pictures):
    path, box = "A/0003.jpg", {
        "source_width_px": 400, "source_height_px": 600, "crop_left_px": -40.0, "crop_top_px": 60.0,
        "crop_width_px": 400.0, "crop_height_px": 500.0,
    }  # fmt: skip
    frames = a_run([enrolment(2, "rejected", capture_path=path)], [capture(path, "used", row=2, **box)])
    page = html.fromstring(render_report(frames, pictures, "zh"))
    assert page.xpath("//*[@class='crop']/@style") == ["left:0.00%;top:10.00%;width:90.00%;height:83.33%"]


def test_names_are_escaped(page, text):
    assert "<b>张" not in text
    assert "&lt;b&gt;张&amp;三&lt;/b&gt;" in text
    assert "<b>张&三</b>" in words(cards(page)["row-3"])


def test_a_hostile_path_is_escaped():
    path = '"><script>alert(1)</script>.jpg'
    frames = a_run(
        [],
        [capture(path, "orphan", evidence="<img src=x onerror=alert(1)>")],
        [finding("L221", capture_path=path)],
    )
    page = html.fromstring(render_report(frames, NO_PICTURES, "zh"))
    assert not page.xpath("//script | //img")
    assert path in words(page)


def test_nothing_comes_from_elsewhere(page, text):
    assert "http://" not in text
    assert "https://" not in text
    assert not page.xpath("//script | //link | //iframe | //object | //base")
    assert all(source.startswith("data:") for source in page.xpath("//@src"))
    assert all(target.startswith("#") for target in page.xpath("//@href"))
    assert not re.search(r"url\(|@import", text)
    assert "default-src 'none'" in page.xpath("//meta[@http-equiv]/@content")[0]


def test_links_lead_somewhere(page):
    places = set(page.xpath("//@id"))
    assert {target[1:] for target in page.xpath("//nav//@href")} <= places


def test_totals_are_shown_as_equations(page):
    people, captures = page.xpath("//div[@class='equation']")
    numbers = [int(number) for number in people.xpath(".//b/text()")]
    assert numbers == [5, 1, 2, 1, 1]
    assert [sign.strip() for sign in people.xpath(".//span[@class='sign']/text()")] == ["=", "+", "+", "+"]
    assert [label.split()[0] for label in people.xpath("./div/span/text()")] == [
        "应拍", "合格", "退回", "缺拍", "已注册",
    ]  # fmt: skip
    assert [int(number) for number in captures.xpath(".//b/text()")] == [6, 2, 1, 1, 1, 1]


def test_captures_that_need_a_person_are_there(page):
    shots = {words(card.xpath(".//p")[0]): card for card in page.xpath("//section[@id='captures']//article")}
    assert list(shots) == ["存疑 A/0007.jpg", "无主 A/360102199801011234.jpg", "不可读 B/E12345678.jpg"]
    assert Reason.STRANGER.text.zh in words(shots["无主 A/360102199801011234.jpg"])
    assert Reason.PHOTO_UNREADABLE.fix.zh in words(shots["不可读 B/E12345678.jpg"])


def test_who_is_missing_stands_under_unit_and_class(page):
    said = words(page.xpath("//section[@id='missing']")[0])
    assert re.search(r"文学院 1 一班 1 401019000004 学生4", said)


def test_reasons_are_ranked_with_block_first(page):
    codes = page.xpath("//section[@id='reasons']//td[contains(@class, 'code')]/text()")
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
    page = html.fromstring(render_report(frames, NO_PICTURES, "zh"))
    assert "其中往届学生：1。" in words(page.xpath("//section[@id='missing']")[0])
    assert missing(frames)["is_make_up"].to_list() == [False, True]
    assert "往届学生" not in render_report(capture_day(), NO_PICTURES, "zh")


def test_who_is_outside_is_counted_by_reason():
    frames = capture_day(ineligible_by_reason={"R133": 1, "R141": 3})
    page = html.fromstring(render_report(frames, NO_PICTURES, "zh"))
    lines = [words(line) for line in page.xpath("//dl[@id='outside']/div")]
    assert lines[1:] == ["R141 已退学、转出或不再有学籍3", "R133 所在单位不参加本次采集1"]


def test_english_by_request(pictures):
    page = html.fromstring(render_report(capture_day(), pictures, "en"))
    assert page.get("lang") == "en"
    assert "Capture audit report" in words(page)
    assert Reason.CROWN_POSITION.text.en in words(cards(page)["row-3"])
    assert "退回" not in words(page)


def test_a_run_without_anything_still_has_a_page():
    page = html.fromstring(render_report(a_run(), NO_PICTURES, "zh"))
    assert "没有发现问题" in words(page)
    assert "本次没有生成上报包" in words(page)


def test_a_flood_of_warnings_is_cut_and_said():
    rows = range(2, MAX_LISTED + 9)
    frames = a_run(
        [enrolment(row, "accepted") for row in rows],
        findings=[finding("P361", row=row, column="size_kb", seen="12") for row in rows],
    )
    page = html.fromstring(render_report(frames, NO_PICTURES, "zh"))
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
    rows = html.fromstring(render_report(unlogged, NO_PICTURES, "zh")).xpath("//section[@id='sessions']//tr")
    titles, session, total = ([words(cell) for cell in row.xpath("td|th")] for row in rows)
    assert session[titles.index("登记")] == "–"
    assert total[1:5] == ["5", "5", "–", "3"]


def test_every_column_that_a_profile_reads_has_a_title():
    profiles = Path(schemas.profile.__file__).parent / "profiles"
    headers = tomllib.loads((profiles / "graduate.toml").read_text(encoding="utf-8"))["headers"]
    tables = [columns for table, columns in headers.items() if table not in {"required", "one_of"}]
    asked = {column for columns in tables for column in columns}
    assert asked <= set(COLUMNS)


def test_a_retake_that_waits_stands_beside_the_delivered_photo(pictures):
    people = [enrolment(2, "accepted", capture_path="A/3.jpg", codes="L241")]
    shots = [capture("A/3.jpg", "used", row=2), capture("A/2.jpg", "superseded", row=2, codes="L241")]
    shots += [capture("A/0.jpg", "superseded", row=2, codes="L230")]
    told = [finding("L241", row=2, student_no="401019000002", capture_path="A/2.jpg")]
    page = render_report(a_run(people, shots, told), pictures, "zh")
    section = page[page.index('<section id="retakes">') :].partition("</section>")[0]
    assert re.findall(r"A/\d\.jpg", section) == ["A/3.jpg", "A/2.jpg"]


def test_who_waived_what_is_told(pictures):
    people = [enrolment(2, "accepted", capture_path="A/1.jpg", codes="P330", waived="P330")]
    told = [finding("P330", row=2, severity="info", waived="李老师 豁免：<看过>")]
    page = render_report(a_run(people, [capture("A/1.jpg", "used", row=2)], told), pictures, "zh")
    section = page[page.index('<section id="waived">') :].partition("</section>")[0]
    assert "李老师 豁免：&lt;看过&gt;" in section
    assert '<section id="waived">' not in render_report(a_run(people), pictures, "zh")
