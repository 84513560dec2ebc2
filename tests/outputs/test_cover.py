"""The cover sheet: what the receiving office must know of a bundle, and nothing that changes its bytes."""

import re
from datetime import UTC, date, datetime, timedelta, timezone

import polars as pl
import pytest

from flows.past import NO_PAST
from flows.seal import Seal, with_seal
from flows.sealing import cover_of
from outputs.report.cover import CHANGED, COVER_FILE, CROPPED, RESTS_ON, Cover
from outputs.report.dispatch import Dispatch, Parcel, render_dispatch
from outputs.signature import Signer, grouped
from outputs.staging import digest_of
from tests.builders import shot
from tests.bundle_builders import sealed_in, some_contents
from tests.decision_builders import a_crop, a_release, a_waiver, a_withdrawal, decisions_of
from transforms.assessment import Assessment
from transforms.cover import changed_records, crops_of, waivers_of
from transforms.records import Records

WAIVED = {"student_no": "401019000001", "code": "P330", "because": "<略偏>", "by_whom": "李老师"}
COVER = Cover(
    pl.DataFrame([("1", "new"), ("2", "photo"), ("3", "text"), ("4", "same")], schema=CHANGED, orient="row"),
    pl.DataFrame([WAIVED | {"valid_until": date(2021, 6, 30)}], schema=RESTS_ON),
    {"because": "12 号函", "by_whom": "王主任"},
    pl.DataFrame([("401019000003", "头顶多留", "赵老师")], schema=CROPPED, orient="row"),
)
KEY = "0123456789abcdef" * 4


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
        "401019000003 头顶多留 赵老师", "未签名 not signed",
    ):  # fmt: skip
        assert words in told, words


def test_it_says_who_sealed_with_which_key_and_what_stands_for_all_files(tmp_path):
    given = some_contents(tmp_path / "work")
    signer = Signer(KEY, lambda message: message[:64])
    made = sealed_in(tmp_path / "out", with_seal(given, Seal("教务处 <李>", signer)))
    told = text_of((made.folder / COVER_FILE).read_text(encoding="utf-8"))
    digest = grouped(digest_of(made.folder / "manifest-sha256.txt"))
    for words in ("封装人 sealed by 教务处 &lt;李&gt;", grouped(KEY), digest):
        assert words in told, words
    assert "未签名" not in told


def test_the_dispatch_note_tells_zips_digests_and_time():
    parcels = [Parcel("x-001.zip", "ab" * 32, 1_234_567, 40), Parcel("x-002.zip", "cd" * 32, 1_000, 2)]
    at = datetime(2021, 6, 30, 18, 5, 9, tzinfo=timezone(timedelta(hours=8)))
    sent = Dispatch("某校", "x", "20210630-100509-000", at, "李老师", KEY, parcels)
    page = render_dispatch(sent, "zh")
    told = text_of(page)
    for words in (
        "2021-06-30 18:05:09（UTC+08:00）", "封装人 sealed by 李老师", grouped(KEY), "共 2 个",
        f"x-001.zip {grouped('ab' * 32)} 40 1,234,567", "合计 in all 42 1,235,567",
    ):  # fmt: skip
        assert words in re.sub(r"\s+", " ", told), words
    assert not re.search(r"https?://|<script|src=|href=", page)
    unsigned = text_of(render_dispatch(sent._replace(fingerprint=None, by_whom=None), "zh"))
    assert "未签名" in unsigned
    assert "未写明" in unsigned
    assert "公钥" not in unsigned


def test_english_is_shown_by_a_switch_that_starts_as_the_language_is(page):
    """The cover is the same bytes on every machine."""
    sent = Dispatch("某校", "x", "r", datetime(2021, 6, 30, tzinfo=UTC), None, None, [])
    assert 'id="english">' in page
    assert 'id="english">' in render_dispatch(sent, "zh")
    assert 'id="english" checked>' in render_dispatch(sent, "en")


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


def test_a_placed_crop_of_a_sealed_record_stands_with_who_and_why():
    used, other, gone = ({"sha256": sha} for sha in "abc")
    decisions = decisions_of(
        a_crop(used, (9, 9, 9), by_whom="早先"), a_crop(used, (1, 2, 3), because="头顶多留"),
        a_crop(other, (1, 2, 3), 2), a_crop(gone, (1, 2, 3), 3), a_withdrawal(4),
    )  # fmt: skip
    new = pl.DataFrame([record(1, "r", "a", None, None), record(3, "r", "c", None, None)])
    expected = [("401019000001", "头顶多留", "李老师")]
    assert crops_of(new, decisions).rows() == expected
    none, found = (
        pl.DataFrame(),
        pl.DataFrame(schema={"row": pl.Int64, "code": pl.String, "waived": pl.String}),
    )
    assessed = Assessment(none, none, found, none, Records(none, pl.Series(), ()), none, none)
    cover = cover_of(assessed, new, NO_PAST._replace(decisions=decisions), None)
    assert cover.crops.rows() == expected


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
