"""The report in a real browser, from a file: found, opened, read in both languages, printed."""

import re

import polars as pl
import pypdfium2
import pytest

from benchmarks.report import large_day, large_material, with_pictures
from outputs.report import pages
from outputs.report.report import render_report
from schemas.history import HISTORY
from schemas.reasons import Reason
from tests.axe import grave_faults
from tests.run_frames import capture, finding

STUDENTS = 60
NAME = '"><script>window.hostile = 1</script>'
DAMAGED, DOUBTED = "E201/DSC_0900.JPG", "E202/DSC_0901.JPG"


def told_path(frames, row):
    """The capture of a roster row."""
    return frames.captures.filter(row=row)["capture_path"].item()


@pytest.fixture(scope="module")
def told():
    """A day with a hostile name, a doubtful and an unreadable capture, and what happened before."""
    frames = large_day(STUDENTS)
    people = frames.enrolments.with_columns(
        name=pl.when(pl.col("row") == 3).then(pl.lit(NAME)).otherwise("name")
    )
    facts = frames.captures.row(0, named=True)
    more = [
        facts | capture(DAMAGED, "unreadable", camera_name="E201", row=None, student_no=None, evidence=NAME),
        facts | capture(DOUBTED, "quarantined", camera_name="E202", row=4, codes="L214", crown_px=120.0),
    ]
    shots = pl.concat([frames.captures, pl.DataFrame(more, schema=frames.captures.schema)])
    found = [
        finding("P301", capture_path=DAMAGED),
        finding("P320", capture_path=DOUBTED, column="crown_px"),
        finding("S501", column="weekday", seen="周一", limit="周四"),
        finding("P361", row=5, capture_path=told_path(frames, 5), column="size_kb", seen="55"),
    ]
    findings = pl.concat([frames.findings, pl.DataFrame(found, schema=frames.findings.schema)])
    counts = {"captures": shots.height, "unreadable": 1, "quarantined": 1}
    summary = frames.summary.model_copy(update=counts)
    return frames._replace(summary=summary, enrolments=people, captures=shots, findings=findings)


@pytest.fixture(scope="module")
def material(tmp_path_factory):
    event = {"student_no": "401019000004", "at": "2020-11-18 18:00", "kind": "post-capture", "codes": "L201"}
    whole = with_pictures(large_material(), STUDENTS, tmp_path_factory.mktemp("drawn"), drawn=1)
    return whole._replace(history=pl.DataFrame([event], schema=HISTORY))


@pytest.fixture(scope="module")
def report(told, material, tmp_path_factory):
    """The file of a small day's report."""
    folder = tmp_path_factory.mktemp("report")
    for name, text in render_report(told, material, "zh"):
        (folder / name).write_text(text, encoding="utf-8")
    return folder / "report.html"


@pytest.fixture
def opened(page, report):
    page.set_default_timeout(8_000)
    page.goto(report.as_uri())
    return page


def cells(page):
    """The numbers or file times of the cells shown."""
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    return page.locator(".cell .number").all_text_contents()


def find(page, text):
    """Look for a text, and wait for what is found."""
    page.fill("#find", text)
    page.wait_for_function(
        "text => new URLSearchParams(location.hash.slice(7)).get('find') === text", arg=text.lower()
    )


def choose(page, name, value):
    page.select_option(f"#by-{name}", value)


def test_everybody_stands_on_the_contact_sheet_in_the_order_of_capture(opened, told):
    shown = cells(opened)
    first = told.captures.sort("camera_name", "taken_at", "capture_path").filter(camera_name="E201")
    times = [None if row else "09:00:00" for row in first["row"]]
    assert shown[: first.height] == [no or at for no, at in zip(first["student_no"], times, strict=True)]
    bare = told.enrolments.filter(state="missing").height
    assert len(shown) == told.captures.height + bare
    assert opened.locator("#cells h3").last.text_content() == f"没有照片的学生 · {bare} 人"


def test_filters_leave_what_fits_and_say_how_many(opened, told):
    rejected = told.enrolments.filter(state="rejected")["student_no"].to_list()
    choose(opened, "state", "rejected")
    assert sorted(cells(opened)) == sorted(rejected)
    assert opened.locator("#shown").text_content() == f"显示 {len(rejected)}，共 {told.captures.height + 3}"
    opened.click("#clear")
    choose(opened, "reason", "L201")
    assert len(cells(opened)) == 3
    opened.click("#clear")
    choose(opened, "room", "信工楼E202")
    assert len(cells(opened)) == told.captures.filter(camera_name="E202").height
    choose(opened, "unit", "0")
    choose(opened, "class", "0")
    assert 0 < len(cells(opened)) < told.captures.filter(camera_name="E202").height


def test_a_student_is_found_by_number_name_or_file(opened):
    for asked, found in {
        "401019000007": ["401019000007"], "学生11": ["401019000011"], "dsc_0900": ["09:00:00"], "没有谁": [],
    }.items():  # fmt: skip
        find(opened, asked)
        assert cells(opened) == found


def test_a_reasons_number_leads_to_its_captures(opened):
    opened.click("#reasons a[href='#sheet?reason=P350']")
    assert set(opened.locator(".cell .mark span:last-child").all_text_contents()) == {"P350"}
    opened.wait_for_function("document.getElementById('sheet').getBoundingClientRect().top < 200")


def test_a_click_shows_everything_of_a_capture(opened, told):
    find(opened, "DSC_0901")
    opened.click(".cell:has-text('0004')")
    detail = opened.locator("#detail")
    said = " ".join(detail.text_content().split())
    assert "学生4" in said
    assert Reason.CROWN_POSITION.text.zh in said
    assert "偏高 P320" in detail.locator("tr.broken").text_content()
    assert "2020-11-18 18:00" in detail.locator(".history").text_content()
    assert DOUBTED in said
    assert detail.locator(".of-source img").count() == 0  # it has no picture
    other = detail.locator(".other:not([disabled])")
    other.click()
    assert detail.locator(".of-print img").bounding_box()["width"] == pytest.approx(33 * 96 / 25.4, abs=0.6)
    assert detail.locator(".of-print img").bounding_box()["height"] == pytest.approx(48 * 96 / 25.4, abs=0.6)


def test_the_standards_lines_lie_on_photo_and_crop(opened):
    choose(opened, "state", "rejected")
    opened.locator(".cell").first.click()
    photo, line = opened.locator(".pixels"), opened.locator(".pixels .guide.y .line").first
    whole, at = photo.bounding_box(), line.bounding_box()
    assert (whole["width"], whole["height"]) == (480, 640)
    assert 70 <= at["y"] - whole["y"] <= 78
    assert opened.locator(".cropped .guide.y .line").count() == 2
    opened.uncheck("#guides")
    assert opened.locator(".guide").count() == 0


def test_keys_alone_are_enough(opened):
    opened.focus(".cell[tabindex='0']")
    opened.keyboard.press("ArrowRight")
    second = opened.evaluate("document.activeElement.dataset.key")
    opened.keyboard.press("Enter")
    name = opened.locator("#detail-name").text_content()
    assert opened.evaluate("document.getElementById('detail').contains(document.activeElement)")
    opened.keyboard.press("ArrowRight")
    assert opened.locator("#detail-name").text_content() != name
    opened.keyboard.press("ArrowLeft")
    assert opened.locator("#detail-name").text_content() == name
    opened.keyboard.press("Escape")
    assert not opened.evaluate("document.getElementById('detail').open")
    assert opened.evaluate("document.activeElement.dataset.key") == second
    opened.keyboard.press("Enter")
    opened.keyboard.press("ArrowRight")
    opened.keyboard.press("Escape")
    assert opened.evaluate("document.activeElement.dataset.key") == str(int(second) + 1)
    opened.keyboard.press("End")
    assert "缺拍" in opened.evaluate("document.activeElement.textContent")
    assert opened.locator(".cell[tabindex='0']").count() == 1


def test_both_languages_are_one_click_apart(opened):
    visible = "document.querySelector('main').innerText"
    assert "Expected" not in opened.evaluate(visible)
    choose(opened, "state", "rejected")
    opened.click("#language")
    assert opened.evaluate("document.documentElement.lang") == "en"
    assert opened.title().startswith("Capture audit report")
    assert opened.locator("#find").get_attribute("placeholder") == "number, name or file"
    seen = opened.evaluate(visible)
    assert "Expected" in seen
    assert "退回" not in seen
    assert opened.input_value("#by-state") == "rejected"
    opened.locator(".cell").first.click()
    assert "Measured against limits" in opened.locator("#detail").text_content()


def test_a_hostile_name_is_a_name(opened):
    find(opened, "script")
    opened.click(".cell:has-text('401019000003')")
    assert NAME in opened.locator("#detail-name").text_content()
    opened.keyboard.press("Escape")
    find(opened, "DSC_0900")
    opened.click(".cell:has-text('无主')")
    assert NAME in opened.locator("#detail").text_content()
    assert opened.evaluate("window.hostile") is None


def test_nothing_is_hard_to_reach(opened):
    assert grave_faults(opened) == []
    opened.locator(".cell").first.click()
    assert grave_faults(opened) == []


def test_it_prints_on_a4_and_cuts_no_card(opened, told, tmp_path):
    file = tmp_path / "report.pdf"
    opened.pdf(path=file, prefer_css_page_size=True)
    printed = pypdfium2.PdfDocument(file)
    texts = [page.get_textpage().get_text_bounded() for page in printed]
    assert 3 <= len(printed) <= 9
    assert [round(side / 72 * 25.4) for side in printed[0].get_size()] == [210, 297]
    assert all("人像采集审计报告" in text for text in texts)
    assert all(f"{place} / {len(texts)}" in text for place, text in enumerate(texts, start=1))
    for number in told.enrolments.filter(state="rejected")["student_no"]:
        (place,) = {place for place, text in enumerate(texts) if re.search(rf"{number}\s*\S+班", text)}
        assert Reason("P350").fix.zh in texts[place].partition(number)[2]


def test_without_scripts_the_lists_are_there(browser, report, told):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(report.as_uri())
    assert page.locator("#rejected article").count() == told.summary.rejected
    assert page.locator("#rejected article img").first.is_visible()
    assert not page.locator("#filters").is_visible()
    assert "Expected" not in page.locator("main").inner_text()
    context.close()


def test_a_large_day_leads_from_page_to_page(page, told, material, tmp_path, monkeypatch):
    monkeypatch.setattr(pages, "ONE_PAGE", 0)
    for name, text in render_report(told, material, "zh"):
        (tmp_path / name).write_text(text, encoding="utf-8")
    page.goto(f"{(tmp_path / 'report.html').as_uri()}#sheet?state=rejected")
    assert page.input_value("#by-state") == "rejected"
    page.locator("a.cell").first.click()
    page.wait_for_url("**/report-01.html*")
    page.wait_for_selector("#detail[open]")
    page.keyboard.press("Escape")
    page.go_back()
    page.wait_for_selector("#rooms", state="attached")
    choose(page, "state", "missing")
    page.locator("button.cell").first.click()
    assert "缺拍" in page.locator("#detail").text_content()
