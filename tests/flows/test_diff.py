"""Two bundles, or all that was sealed and the next run: every difference is told once."""

import csv
import json
import shutil
from dataclasses import dataclass
from hashlib import sha256
from io import StringIO
from pathlib import Path

import bagit
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html

from flows.bundle_side import opened_side
from flows.diff import Diff, diff, needs_run
from flows.diff_words import compared_lines, for_page, render
from outputs.bundle import Contents
from outputs.personal_file import write_personal
from outputs.report.diff_page import render_diff
from schemas.errors import DeliveryError, InputError
from schemas.words import DIFFERENT_SHOWN, mask, mask_pair
from tests.bundle_builders import a_photo, sealed_in, some_contents
from tests.small_campaign import write_small
from transforms.bundle_diff import compare
from transforms.bundle_side import overlaid

ONE, TWO, THREE, FOUR = (f"4010190000{number:02}" for number in (1, 2, 3, 4))
OTHER_NUMBER = "360102199801011203"  # of student 1, whose number ends in 01


@dataclass
class Shelf:
    """Bundles of three or four students, each with something changed, where a test can find them."""

    place: Path
    made: int = 0

    def bundle(self, *, students: int = 3, texts: dict[str, str] | None = None, **changes) -> Path:
        """A sealed bundle; `texts` replaces whole cells in every table, `changes` its contents."""
        self.made += 1
        place = self.place / str(self.made)
        place.mkdir()
        contents = some_contents(place / "work", students=students)
        contents = contents._replace(**{name: change(contents) for name, change in changes.items()})
        tables = {
            name: frame.with_columns(pl.all().replace(texts or {})) for name, frame in contents.tables.items()
        }
        return sealed_in(place / "out", contents._replace(tables=tables)).folder


@pytest.fixture(scope="module")
def shelf(tmp_path_factory) -> Shelf:
    return Shelf(tmp_path_factory.mktemp("shelf"))


@pytest.fixture(scope="module")
def first(shelf) -> Path:
    return shelf.bundle()


def found(before: Path, after: Path) -> tuple[dict[str, int], list[tuple[str | None, ...]]]:
    """The counts that are not 0, and the lines in short."""
    with diff(before, after) as two:
        lines = two.compared.lines.select("change", "student_no", "detail", "column", "before", "after")
        return {name: count for name, count in two.compared.counts.items() if count}, lines.rows()


def of_photo(number: int, **columns):
    """A change to the line of one photo."""

    def change(contents: Contents) -> pl.DataFrame:
        is_it = pl.col("photo_name").str.ends_with(f"{number:02}.jpg")
        told = {name: pl.when(is_it).then(pl.lit(value)).otherwise(name) for name, value in columns.items()}
        return contents.photos.with_columns(**told)

    return change


def test_a_bundle_does_not_differ_from_itself_as_folder_or_zip(first):
    assert found(first, first.with_name(f"{first.name}.zip")) == ({"same": 3}, [])


def test_added_and_removed(shelf, first):
    more = shelf.bundle(students=4)
    assert found(first, more) == ({"added": 1, "same": 3}, [("added", FOUR, None, None, None, None)])
    assert found(more, first) == ({"removed": 1, "same": 3}, [("removed", FOUR, None, None, None, None)])


def test_a_supplement_removes_nobody(shelf, first):
    more = shelf.bundle(students=4)
    supplement = shelf.bundle(info=lambda contents: {**contents.info, "Regpack-Supplements": "demo-2020-000"})
    assert found(more, supplement) == ({"same": 3, "absent": 1}, [])


def test_what_several_tables_say_is_told_once(shelf, first):
    president = shelf.bundle(texts={"周某": "吴某"})
    counts, lines = found(first, president)
    assert counts == {"text": 3}
    assert [line[1:] for line in lines] == [
        (no, None, "XZM、XZXM", "周某", "吴某") for no in (ONE, TWO, THREE)
    ]


def test_a_new_student_number_is_told_where_the_document_is_the_same(shelf, first):
    renumbered = shelf.bundle(texts={TWO: "401019000099"})
    counts, lines = found(first, renumbered)
    assert counts["renumbered"] == 1
    assert "added" not in counts
    assert "removed" not in counts
    assert ("renumbered", "401019000099", None, None, TWO, "401019000099") in lines


@pytest.mark.parametrize(
    ("column", "value", "detail"), [("capture_sha256", "ab" * 32, "capture"), ("crop_left_px", 1.5, "crop")]
)
def test_another_photo_tells_whether_it_is_of_another_capture(shelf, first, column, value, detail):
    again = a_photo(1, 80)
    digest = sha256(again).hexdigest()

    def photos(contents: Contents) -> pl.DataFrame:
        path = Path(contents.photos["photo_path"][0])
        path.write_bytes(again)
        return of_photo(1, photo_sha256=digest, **{column: value})(contents)

    old = sha256(a_photo(1)).hexdigest()
    other = shelf.bundle(photos=photos, texts={old: digest})
    assert found(first, other)[1] == [
        ("photo", ONE, detail, None, "2020-11-23T09:01:00", "2020-11-23T09:01:00")
    ]


def test_the_same_capture_and_crop_are_only_encoded_differently(shelf, first):
    again = a_photo(1, 80)
    digest = sha256(again).hexdigest()

    def photos(contents: Contents) -> pl.DataFrame:
        Path(contents.photos["photo_path"][0]).write_bytes(again)
        return of_photo(1, photo_sha256=digest)(contents)

    other = shelf.bundle(photos=photos, texts={sha256(a_photo(1)).hexdigest(): digest})
    assert found(first, other)[1][0][:3] == ("photo", ONE, "encoding")


def test_lost_derivatives_are_told_though_the_photo_is_the_same(shelf, first):
    lacking = shelf.bundle(derivatives=lambda contents: contents.derivatives.head(2))
    with opened_side(first) as whole, opened_side(first) as same:
        bare = same.side.people.with_columns(further=pl.lit(None, pl.String))
        assert (
            compare(whole.side, same.side._replace(people=bare)).lines["detail"].to_list() == ["further"] * 3
        )
    assert lacking.exists()


def test_the_latest_record_of_each_student_counts(shelf, first):
    later = shelf.bundle(students=4, texts={"周某": "吴某"})
    with opened_side(first) as one, opened_side(later) as two:
        both = overlaid(one.side, two.side)
        assert compare(two.side, both).counts == compare(two.side, two.side).counts
        assert both.people["student_no"].to_list() == [ONE, TWO, THREE, FOUR]
        again = overlaid(two.side, one.side)
        assert compare(again, two.side).counts["text"] == 3
        assert again.people.height == 4


def test_of_whom_a_run_leaves_out_it_tells_how_it_ends_for_them(first):
    ends = pl.DataFrame(
        {"student_no": [ONE, TWO], "state": ["rejected", "locked"], "codes": ["P320;R181", "R140"]}
    )
    with opened_side(first) as whole:
        nobody = whole.side._replace(people=whole.side.people.clear(), ends=ends)
        found = compare(whole.side, nobody)
        assert found.lines.select("change", "student_no", "detail").rows() == [
            ("removed", ONE, "rejected P320;R181"), ("removed", THREE, None),
        ]  # fmt: skip
        said = render(Diff(whole.side, nobody, found, lambda _: None), found.lines, "table", "zh")
    assert "退回 P320;R181" in said


# -- what people see


def test_a_changed_id_number_can_be_told_but_not_read(shelf, first):
    other = shelf.bundle(texts={"360102199801011201": OTHER_NUMBER})
    with diff(first, other) as two:
        shown = compared_lines(two, show_numbers=False)
        assert ("3601**********1201", "3601**********1203") in shown.select("before", "after").rows()
        said = (
            render(two, shown, "table", "zh")
            + render(two, shown, "csv", "zh")
            + render(two, shown, "json", "zh")
        )
        page = render_diff(for_page(two, shown, "zh"), two.photos, "zh")
        assert OTHER_NUMBER not in said + page
        assert OTHER_NUMBER in render(two, compared_lines(two, show_numbers=True), "csv", "zh")


@settings(deadline=None)
@given(st.text("0123456789X", min_size=1, max_size=20), st.data())
def test_two_masked_numbers_show_where_they_differ_and_little_else(number, data):
    other = data.draw(st.text("0123456789X", min_size=len(number), max_size=len(number)))
    before, after = mask_pair(number, other)
    marks = {
        place
        for place, pair in enumerate(zip(before, after, strict=True))
        if pair[0] != pair[1] or "?" in pair
    }
    assert marks == {place for place in range(len(number)) if number[place] != other[place]}
    hidden = [place for place, mark in enumerate(mask(number)) if mark == "*"]
    assert sum(before[place] not in "*?" for place in hidden) <= DIFFERENT_SHOWN


def test_the_page_needs_nothing_else_and_escapes_what_it_shows(shelf, first):
    other = shelf.bundle(students=4, texts={"郑某": "<img src=x onerror=alert(1)>"})
    with diff(first, other) as two:
        text = render_diff(for_page(two, compared_lines(two, show_numbers=False), "zh"), two.photos, "zh")
    page = html.fromstring(text)
    assert page.xpath("//script | //link | //@onerror | //@href[not(starts-with(., '#'))]") == []
    assert all(src.startswith("data:image/jpeg") for src in page.xpath("//img/@src"))
    assert len(page.xpath("//section[@id='added']//img")) == 1
    assert "<img src=x onerror=alert(1)>" in page.xpath("//section[@id='text']")[0].text_content()


def test_the_same_change_of_many_stands_on_one_line(shelf):
    before, after = shelf.bundle(students=12), shelf.bundle(students=12, texts={"周某": "吴某"})
    with diff(before, after) as two:
        said = render(two, compared_lines(two, show_numbers=False), "table", "zh")
        rows = list(csv.DictReader(StringIO(render(two, two.compared.lines, "csv", "zh"))))
    assert said.count("吴某") == 1
    assert "12 人" in said
    assert len(rows) == 12


def test_json_holds_the_counts(first):
    with diff(first, first) as two:
        said = json.loads(render(two, two.compared.lines, "json", "zh"))
    assert (said["counts"]["same"], said["lines"]) == (3, [])


# -- what cannot be compared


def test_a_damaged_bundle_is_refused_without_naming_anybody(first, tmp_path):
    folder = Path(shutil.copytree(first, tmp_path / "copy"))
    photo = next((folder / "data" / "photos").iterdir())
    photo.write_bytes(photo.read_bytes() + b" ")
    with pytest.raises(InputError) as refused, diff(first, folder):
        pass
    assert "manifest-sha256.txt" in str(refused.value)
    assert photo.stem not in str(refused.value)
    assert refused.value.exit_code == 2


def test_a_picture_that_does_not_open_is_left_out_of_the_page(first, shelf, tmp_path):
    folder = Path(shutil.copytree(first, tmp_path / "copy"))
    old = a_photo(1)
    for path in folder.rglob("*"):
        if path.is_file() and path.read_bytes() == old:
            path.write_bytes(b"no picture")
    new = sha256(b"no picture").hexdigest()
    for path in (folder / "data").glob("images.*"):
        path.write_bytes(path.read_bytes().replace(sha256(old).hexdigest().encode(), new.encode()))
    bagit.Bag(str(folder)).save(processes=1, manifests=True)
    with diff(first, folder) as two:
        page = html.fromstring(render_diff(for_page(two, two.compared.lines, "zh"), two.photos, "zh"))
    assert len(page.xpath("//section[@id='photo']//img")) == 1


def test_one_bundle_alone_is_no_comparison(first):
    with pytest.raises(InputError):
        needs_run(first, None)


def test_a_page_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(DeliveryError):
        write_personal(tmp_path / "file" / "page.html", b"")


# -- the next run


def written(folder: Path) -> list[Path]:
    """What runs have left, but for the photos that they keep."""
    return sorted(path for path in (folder / "out").rglob("*") if "cache" not in path.parts)


@pytest.mark.long
@pytest.mark.usefixtures("prefect_server")
@pytest.mark.xdist_group("prefect")
def test_what_was_sealed_is_compared_with_the_next_run(tmp_path):
    from flows.post_capture import post_capture

    campaign = write_small(tmp_path, {1: 0, 2: 1})
    bundle = post_capture(str(campaign)).bundle
    with diff(campaign, None) as two:
        assert {name: count for name, count in two.compared.counts.items() if count} == {"same": 2}
    write_small(tmp_path, {1: 0, 3: 3}, name="李四")
    (tmp_path / "handed-in" / "401019000002.jpg").unlink()
    before = written(tmp_path)
    with diff(campaign, None) as two:
        assert two.compared.lines.select("change", "student_no", "detail").rows() == [
            ("added", "401019000003", None), ("text", ONE, None),
        ]  # fmt: skip
        assert all(two.photos(digest) for digest in two.compared.lines["photo_after"].drop_nulls())
        assert [side.name for side in (two.before, two.after)] == ["small-001", "small"]
    assert written(tmp_path) == before
    assert bundle is not None
