"""A very large day is told page after page, each of its own captures and their students alone."""

import json
from datetime import timedelta

import polars as pl
import pytest
from lxml import html

from benchmarks.report import large_day, large_material
from outputs.report import portions, report
from outputs.report.pictures import Pictures
from outputs.report.report import render_report
from schemas.shown import KINDS

STUDENTS, PER_PAGE = 60, 8


@pytest.fixture(scope="module")
def frames():
    """A large day of one student who was captured again in another room, two days later."""
    frames = large_day(STUDENTS)
    row = frames.enrolments.filter(state="rejected")["row"][0]
    second = frames.captures.filter(row=row).with_columns(
        capture_path=pl.lit("E203/AGAIN.JPG"), camera_name=pl.lit("E203"), state=pl.lit("superseded"),
        taken_at=pl.col("taken_at") + timedelta(days=2),
    )  # fmt: skip
    counts = {"captures": frames.summary.captures + 1, "superseded": 1}
    summary = frames.summary.model_copy(update=counts)
    return frames._replace(summary=summary, captures=pl.concat([frames.captures, second]))


@pytest.fixture(scope="module")
def pages(frames, tmp_path_factory):
    (folder := tmp_path_factory.mktemp("pictures")).joinpath("any").write_bytes(b"." * 900)
    paths = frames.captures["capture_path"]
    pictures = Pictures({kind: dict.fromkeys(paths, folder / "any") for kind in KINDS})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(report, "MANY", STUDENTS // 2)
        patch.setattr(portions, "PER_PAGE", PER_PAGE)
        told = render_report(frames, large_material()._replace(pictures=pictures), "zh")
        return {name: html.fromstring(page) for name, page in told}


def data_of(page):
    return json.loads(page.get_element_by_id("data").text)


def test_every_capture_stands_on_one_page_with_its_pictures(pages, frames):
    seen = []
    for name, page in pages.items():
        data, shown = data_of(page), json.loads(page.get_element_by_id("pictures").text)
        seen += [cell["file"] for cell in data["cells"] if "shot" in cell]
        assert len(data["shots"]) <= PER_PAGE
        cards = {image.get("id") for image in page.xpath("//img[@id]")}
        for cell, pictures in zip(data["cells"], shown, strict=True):
            on_card = f"source-{cell['key']}" in cards
            assert len(pictures) == (0 if on_card or name == "report.html" else 2)
    assert sorted(seen) == sorted(frames.captures["capture_path"])


def test_the_report_names_every_page_and_how_much_is_on_it(pages):
    listed = pages["report.html"].xpath("//section[@id='rooms']//a")
    assert [link.get("href") for link in listed] == list(pages)[1:]
    assert listed[0].text_content().startswith("信工楼E201 1/3")
    for link in listed:
        count = len(data_of(pages[link.get("href")])["shots"])
        assert f" {count} " in link.text_content()


def test_the_report_itself_shows_whom_nobody_captured_and_lists_the_rejected(pages, frames):
    captured = set(frames.captures["row"])
    cells = data_of(pages["report.html"])["cells"]
    assert {cell["row"] for cell in cells} == set(frames.enrolments["row"]) - captured
    rejected = frames.enrolments.filter(state="rejected")["row"]
    listed = pages["report.html"].xpath("//section[@id='rejected']//tbody/tr/@id")
    assert sorted(listed) == sorted(f"row-{row}" for row in rejected)


def test_whoever_has_captures_on_two_pages_is_known_on_both(pages, frames):
    row = frames.captures.filter(capture_path="E203/AGAIN.JPG")["row"][0]
    on = [name for name, page in pages.items() if str(row) in data_of(page)["students"]]
    assert len(on) == 2


def test_a_day_is_cut_only_where_it_is_too_much_for_a_page(frames):
    rooms = {"E201": "A", "E202": "A"}
    told = portions.portions(frames.captures, rooms)
    assert [(each.page.room, len(each.paths)) for each in told] == [("A", 38), ("E203", 20)]
    assert told[0].page.cameras == {"E201", "E202"}
