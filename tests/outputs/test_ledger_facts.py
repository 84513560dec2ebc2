"""What the ledger keeps of a photo's making, of corrections, of links, and of a record's place."""

import polars as pl
import pytest
from sqlalchemy import select

from outputs.ledger import open_ledger
from outputs.ledger_rows import SEALED
from outputs.ledger_tables import BUNDLE_RECORDS, PHOTOS, RUN_CAPTURES, RUN_CORRECTIONS, RUNS
from schemas.capture import PICTURES
from schemas.corrections import CORRECTIONS
from tests.outputs.test_ledger import a_bundle, record
from tests.run_frames import capture, capture_day

MADE = {
    "frame_hash": "ff", "orientation": 6, "crop_left_px": 12.5, "crop_top_px": 0.0, "crop_width_px": 960.0,
    "crop_height_px": 1280.0, "scale": 0.5, "quality": 91, "encodes": 3, "size_kb": 38.2,
}  # fmt: skip


@pytest.fixture
def ledger(ledger_url):
    with open_ledger(ledger_url) as ledger:
        yield ledger


def with_photos(run, engine, **photos):
    """The run with photos of these captures, by path; each named by its digest, None where none was made."""
    shas = dict(run.captures.select("capture_path", "sha256").iter_rows())
    lines = [{"sha256": shas[path], "photo_sha256": photo} | MADE for path, photo in photos.items()]
    return run._replace(pictures=pl.DataFrame(lines, schema=PICTURES), engine=engine)


def correction(item, column, before, after, **changes):
    line = {"file": "roster.xlsx", "sheet": "Sheet1", "row": 3, "student_no": "401019000003", "item": item,
            "column": column, "before": before, "after": after, "by": "李老师", "why": "本人来电",
            "corrections": "更正.xlsx", "line": 2, "named_row": 3}  # fmt: skip
    return line | changes


def rows(ledger, query):
    with ledger.transaction() as connection:
        return [tuple(row) for row in connection.execute(query)]


def test_a_photo_is_told_with_its_crop_and_its_encoding(ledger):
    record(ledger, with_photos(capture_day(), "regpack 1", **{"A/0002.jpg": "p2", "A/0007.jpg": None}))
    kept = rows(ledger, select(PHOTOS))
    assert kept == [
        (capture("A/0002.jpg", "used")["sha256"], "regpack 1", "graduate", "p2",
         6, 12.5, 0.0, 960.0, 1280.0, 0.5, 91, 3, 38.2),
    ]  # fmt: skip
    joined = (
        select(RUN_CAPTURES.c.capture_path, PHOTOS.c.quality)
        .join_from(RUN_CAPTURES, RUNS)
        .join(PHOTOS, (PHOTOS.c.capture_sha256 == RUN_CAPTURES.c.sha256) & (PHOTOS.c.engine == RUNS.c.engine))
        .where(PHOTOS.c.photo_sha256 == RUN_CAPTURES.c.photo_sha256)
    )
    assert rows(ledger, joined) == [("A/0002.jpg", 91)]


def test_a_photo_of_another_engine_is_another_fact_and_one_of_the_same_is_not(ledger):
    for run, engine in (("1", "regpack 1"), ("2", "regpack 1"), ("3", "regpack 2")):
        record(ledger, with_photos(capture_day(run=run), engine, **{"A/0002.jpg": "p2"}))
    assert [engine for (engine,) in rows(ledger, select(PHOTOS.c.engine).order_by(PHOTOS.c.engine))] == [
        "regpack 1",
        "regpack 2",
    ]


def test_a_link_is_kept_with_what_speaks_for_and_against_it(ledger):
    day = capture_day()
    linked = day.captures.with_columns(supports=pl.lit("card+order"), contradicts=pl.lit("file"))
    record(ledger, day._replace(captures=linked))
    told = select(RUN_CAPTURES.c.supports, RUN_CAPTURES.c.contradicts).distinct()
    assert rows(ledger, told) == [("card+order", "file")]


def test_a_correction_is_told_without_what_is_personal(ledger):
    made = [
        correction("unit_name", "院系", "文院", "文学院"),
        correction("name", "姓名", "张姗", "张珊", why="身份证 360102199801011234 为准"),
        correction("document_no", "证件号码", "3601**********1234", "3601**********1242"),
    ]
    record(ledger, capture_day()._replace(corrections=pl.DataFrame(made, schema=CORRECTIONS)))
    kept = RUN_CORRECTIONS.c
    told = select(kept.column, kept.before, kept.after, kept.because, kept.by_whom).order_by(kept.position)
    assert rows(ledger, told) == [
        ("院系", "文院", "文学院", "本人来电", "李老师"),
        ("姓名", None, None, "身份证 3601**********1234 为准", "李老师"),
        ("证件号码", None, None, "本人来电", "李老师"),
    ]
    place = select(kept.file, kept.sheet, kept.row, kept.student_no, kept.asked_in, kept.line).distinct()
    assert rows(ledger, place) == [("roster.xlsx", "Sheet1", 3, "401019000003", "更正.xlsx", 2)]


def test_a_record_is_told_with_its_place_in_the_bundle(ledger):
    names = ("401019000002.jpg", "360102199801011234.jpg", "H0123456701.jpg")
    records = pl.DataFrame(
        [{"student_no": f"40101900000{at + 1}", "record_sha256": "r", "photo_sha256": "p",
          "capture_sha256": "c", "position": at, "photo_name": name} for at, name in enumerate(names, 1)],
        schema=SEALED,
    )  # fmt: skip
    record(ledger, capture_day(), a_bundle()._replace(records=records))
    kept = BUNDLE_RECORDS.c
    assert rows(ledger, select(kept.position, kept.photo_name).order_by(kept.position)) == [
        (1, "401019000002.jpg"), (2, "3601**********1234.jpg"), (3, "H0*******01.jpg"),
    ]  # fmt: skip


def test_a_sign_that_one_database_refuses_is_left_out(ledger):
    """PostgreSQL's text holds no NUL."""
    made = [correction("unit_name", "院系", "文\0院", "文学院")]
    record(ledger, capture_day()._replace(corrections=pl.DataFrame(made, schema=CORRECTIONS)))
    assert rows(ledger, select(RUN_CORRECTIONS.c.before)) == [("文院",)]
