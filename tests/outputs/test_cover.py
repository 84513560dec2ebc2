"""The cover sheet: what the receiving office must know of a bundle, and nothing that changes its bytes."""

import re
from datetime import date

import polars as pl
import pytest

from outputs.report.cover import CHANGED, COVER_FILE, RESTS_ON, Cover
from tests.builders import shot
from tests.bundle_builders import sealed_in, some_contents
from tests.decision_builders import a_crop, a_release, a_waiver, decisions_of
from transforms.cover import changed_records, waivers_of

WAIVED = {"student_no": "401019000001", "code": "P330", "because": "<略偏>", "by_whom": "李老师"}
COVER = Cover(
    pl.DataFrame([("1", "new"), ("2", "photo"), ("3", "text"), ("4", "same")], schema=CHANGED, orient="row"),
    pl.DataFrame([WAIVED | {"valid_until": date(2021, 6, 30)}], schema=RESTS_ON),
    {"because": "12 号函", "by_whom": "王主任"},
)


def text_of(page):
    """What a reader sees."""
    return re.sub(r"\s+", " ", re.sub(r"<style>.*?</style>|<[^>]+>", " ", page, flags=re.DOTALL))


@pytest.fixture
def page(tmp_path):
    given = some_contents(tmp_path)
    info = dict(given.info) | {"Regpack-Supplements": "demo-000"}
    made = sealed_in(tmp_path / "out", given._replace(cover=COVER, info=info))
    return (made.folder / COVER_FILE).read_text(encoding="utf-8")


def test_it_says_what_the_bundle_holds_and_rests_on(page):
    told = text_of(page)
    for words in (
        "demo-000",
        "首次上报 sent for the first time 1", "更换照片 another photo 1", "信息更正 corrected 1",
        "401019000001 P330 ", "&lt;略偏&gt; 李老师 2021-06-30", "12 号函", "王主任",
    ):  # fmt: skip
        assert words in told, words


def test_it_needs_no_other_file_and_tells_no_time_of_day(page):
    assert not re.search(r"https?://|<script|src=|href=", page)
    assert not re.search(r"\d{2}:\d{2}", page)


def record(row, record_sha256, capture_sha256, sealed_record, sealed_capture, photo="p"):
    return {
        "row": row, "student_no": f"40101900000{row}", "record_sha256": record_sha256,
        "capture_sha256": capture_sha256, "sealed_record_sha256": sealed_record,
        "sealed_capture_sha256": sealed_capture, "photo_sha256": photo,
        "sealed_photo_sha256": sealed_record and "p",
    }  # fmt: skip


def test_a_record_is_new_or_changed_by_what_was_sealed_last():
    new = pl.DataFrame(
        [record(1, "r", "c", None, None), record(2, "r", "c", "q", "b"), record(3, "r", "c", "q", "c"),
         record(4, "r", "c", "r", "c"),
         record(5, "r", "d", "q", "d", "other"), record(6, "r", "e", "q", "e", "other")]
    )  # fmt: skip
    cropped = decisions_of(a_crop({"sha256": "e"}, (1, 2, 3)))
    told = changed_records(new, cropped)["change"].to_list()
    assert told == ["new", "photo", "text", "same", "text", "photo"]


def test_only_waivers_of_sealed_records_stand_on_the_sheet():
    mine, others = shot("E201/1.jpg"), shot("E201/2.jpg")
    decisions = decisions_of(
        a_waiver("P330", mine), a_waiver("P331", mine), a_waiver("P330", others, 2), a_release(mine)
    )
    new = pl.DataFrame([record(1, "r", mine["sha256"], None, None)])
    found = pl.DataFrame(
        [(1, "P330", "x"), (1, "P312", "x"), (1, "P331", None), (2, "P330", "x")],
        schema={"row": pl.Int64, "code": pl.String, "waived": pl.String}, orient="row",
    )  # fmt: skip
    told = waivers_of(new, found, decisions)
    assert told.select("student_no", "code", "by_whom").rows() == [
        ("401019000001", "P312", "李老师"), ("401019000001", "P330", "李老师"),
    ]  # fmt: skip
