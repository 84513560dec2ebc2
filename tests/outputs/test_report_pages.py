"""A small day is one page, a large one a page for every room; what is shown large is decided by size."""

import json

import pytest
from lxml import html

from benchmarks.report import CAMERAS, large_day, large_material
from outputs.report import pages
from outputs.report.details import details
from outputs.report.pages import plan
from outputs.report.pictures import Pictures
from outputs.report.report import render_report
from schemas.shown import KINDS
from tests.run_frames import capture_day, the_material

STUDENTS = 45


@pytest.fixture(scope="module")
def frames():
    return large_day(STUDENTS)


@pytest.fixture(scope="module")
def material(frames, tmp_path_factory):
    """Pictures that are only as large as pictures are."""
    folder = tmp_path_factory.mktemp("pictures")
    sizes = dict(zip(KINDS, (30_000, 5_000, 3_000, 12_000, 1_500), strict=True))
    for kind, size in sizes.items():
        (folder / kind).write_bytes(kind.encode().ljust(size, b"."))
    paths = frames.captures["capture_path"]
    return large_material()._replace(
        pictures=Pictures({kind: dict.fromkeys(paths, folder / kind) for kind in KINDS})
    )


@pytest.fixture
def split(frames, material, monkeypatch):
    monkeypatch.setattr(pages, "ONE_PAGE", 100_000)
    return {name: html.fromstring(page) for name, page in render_report(frames, material, "zh")}


def data_of(page):
    return json.loads(page.get_element_by_id("data").text)


def pictures_of(page):
    return json.loads(page.get_element_by_id("pictures").text)


def planned(frames, material):
    return plan(details(frames, material.profile.photo), material.pictures, dict(material.rooms.iter_rows()))


def test_a_small_day_is_one_page(frames, material):
    ((name, text),) = render_report(frames, material, "zh")
    data = data_of(html.fromstring(text))
    assert (name, data["pages"]) == ("report.html", [])
    assert {cell["page"] for cell in data["cells"]} == {-1}
    assert len(data["shots"]) == frames.captures.height


def test_a_large_day_has_a_page_for_every_room(split, frames):
    assert list(split) == ["report.html", "report-01.html", "report-02.html", "report-03.html"]
    links = split["report.html"].xpath("//section[@id='rooms']//a/@href")
    assert links == ["report-01.html", "report-02.html", "report-03.html"]
    keys = [key for name in links for key in data_of(split[name])["shots"]]
    assert sorted(map(int, keys)) == list(range(frames.captures.height))


def test_the_report_of_a_large_day_finds_everybody(split, frames):
    cells = data_of(split["report.html"])["cells"]
    assert {cell["row"] for cell in cells} == set(frames.enrolments["row"])
    places = {cell["page"] for cell in cells if "shot" in cell}
    assert places == {0, 1, 2}
    bare = [cell for cell in cells if "shot" not in cell]
    assert bare
    assert {str(cell["row"]) for cell in bare} == set(data_of(split["report.html"])["students"])


def test_every_capture_of_a_page_is_of_its_room(split):
    for place, camera in enumerate(CAMERAS, start=1):
        page = split[f"report-{place:02}.html"]
        assert f"信工楼{camera}" in page.xpath("//h1")[0].text_content()
        assert {cell["file"].partition("/")[0] for cell in data_of(page)["cells"]} == {camera}


def test_every_card_stands_on_one_page(split, frames):
    rejected = set(frames.enrolments.filter(state="rejected")["row"])
    cards = [
        card.get("id") for page in split.values() for card in page.xpath("//section[@id='rejected']//article")
    ]
    assert sorted(cards) == sorted(f"row-{row}" for row in rejected)
    listed = split["report.html"].xpath("//section[@id='rejected']//tbody/tr/@id")
    assert set(listed) == set(cards)


def test_a_picture_stands_once(split):
    for name, page in split.items():
        data, pictures = data_of(page), pictures_of(page)
        for cell, shown in zip(data["cells"], pictures, strict=True):
            on_card = page.xpath(f"//img[@id='source-{cell['key']}']")
            wanted = 0 if "shot" not in cell or on_card else 1 if name == "report.html" else 2
            assert len(shown) == wanted


def test_the_rejected_are_shown_large_until_the_room_is_used_up(frames, material, monkeypatch):
    rejected = frames.enrolments.filter(state="rejected")["capture_path"].to_list()
    whole = planned(frames, material)
    assert whole.large == whole.carded == set(rejected)
    small = sum(
        pages.WORDS + material.pictures.size(pages.SMALL, path) for path in frames.captures["capture_path"]
    )
    monkeypatch.setattr(pages, "WHOLE", small + 50_000)
    assert len(planned(frames, material).large) == 1
    monkeypatch.setattr(pages, "WHOLE", 0)
    assert planned(frames, material).large == frozenset()


def test_a_students_page_takes_so_much(split):
    """3,253 of them stay under 60 MB, whatever their pictures take but little more than that."""
    words = sum(len(html.tostring(page, encoding="utf-8")) for page in split.values())
    content = sum(len(shown or "") for page in split.values() for each in pictures_of(page) for shown in each)
    cards = sum(len(source) for page in split.values() for source in page.xpath("//img/@src"))
    fixed = 4 * 60_000
    assert (words - content - cards - fixed) / STUDENTS < 3_500


def test_without_pictures_the_page_is_whole(frames):
    ((_, text),) = render_report(frames, large_material(), "zh")
    assert all(not any(shown) for shown in pictures_of(html.fromstring(text)))


def test_who_has_no_capture_stands_at_the_end():
    told = details(capture_day(), the_material().profile.photo)
    cells = plan(told, the_material().pictures, {}).cells
    assert [cell.key for cell in cells] == list(range(len(cells)))
    assert [cell.student.row for cell in cells if cell.shot is None] == [5, 4, 6]
