from concurrent.futures import ThreadPoolExecutor

import polars as pl
import pytest
from PIL import Image

from benchmarks import linking, rerun
from benchmarks.people import FAULTY, write_sheets
from benchmarks.photos import WAYS, by_pillow, by_vips, captures, compare, in_batch, with_checks
from benchmarks.records import WAYS as RECORD_WAYS
from benchmarks.records import plan, refuse_invalid

SMALL = (800, 1200)


def test_every_way_is_measured_over_the_same_files(tmp_path):
    files = captures(1, SMALL, tmp_path)
    speeds = compare(files, threads=2, rounds=1)
    assert list(speeds) == list(WAYS)
    assert all(min(speed) > 0 for speed in speeds.values())


def test_every_way_delivers_the_same_size(tmp_path):
    (file,) = captures(1, SMALL, tmp_path)
    for way in (by_vips, by_pillow):
        (tmp_path / "out.jpg").write_bytes(way(file))
        with Image.open(tmp_path / "out.jpg") as made:
            assert (made.format, made.size) == ("JPEG", (480, 640))
    assert with_checks(file).encodes >= 1


def test_captures_are_drawn_once(tmp_path):
    first = captures(2, SMALL, tmp_path)
    drawn = [file.stat().st_mtime_ns for file in first]
    assert captures(2, SMALL, tmp_path) == first
    assert [file.stat().st_mtime_ns for file in first] == drawn


def test_finer_captures_are_files_of_their_own(tmp_path):
    (plain,), (fine,) = (captures(1, SMALL, tmp_path, quality) for quality in (90, 99))
    assert fine.stat().st_size > 2 * plain.stat().st_size


def test_a_batch_is_measured_whole_however_few_its_files(tmp_path):
    files = captures(2, SMALL, tmp_path)
    with ThreadPoolExecutor(2) as pool:
        assert min(in_batch(pool, files, 5)) > 0


@pytest.mark.parametrize("way", RECORD_WAYS)
def test_every_way_rejects_the_rows_with_a_fault_and_no_others(tmp_path, way):
    sheets = write_sheets(tmp_path, 7 * FAULTY)
    (out := tmp_path / "out").mkdir()
    rejected = RECORD_WAYS[way](sheets, out, *plan())
    assert rejected == {place * FAULTY + 1 for place in range(1, 8)}
    assert len((out / "diploma.csv").read_text("utf-8-sig").splitlines()) == 1 + 7 * (FAULTY - 1)
    assert {file.name for file in out.iterdir()} == {"diploma.xml", "diploma.csv", "rejects.csv"}


def test_records_that_break_the_xsd_are_no_benchmark(tmp_path):
    document = tmp_path / "diploma.xml"
    document.write_text("<diploma version='1.0'><record><XB>x</XB></record></diploma>")
    with pytest.raises(ValueError, match="not valid"):
        refuse_invalid(document, plan()[1])


@pytest.mark.parametrize("way", linking.WAYS)
def test_every_way_links_the_files_that_the_log_names(way):
    given = linking.hall(2 * linking.SESSION)
    parts = map(linking.held, given) if way == "pandas" else given
    linked = linking.WAYS[way](*parts)
    right, wrong = linking.counted(linked.filter(pl.col("capture_path").str.starts_with("E0/")))
    assert (right, wrong) == (linking.SESSION, 0)


def test_a_link_to_a_neighbour_is_counted_as_wrong():
    linked = pl.DataFrame({"capture_path": ["E0/DSC_000000000.JPG", "E0/DSC_000000001.JPG"], "row": [2, 2]})
    assert linking.counted(linked) == (1, 1)


def test_regpack_links_no_capture_wrongly_whatever_the_clocks():
    right, wrong = linking.counted(linking.by_regpack(*linking.hall(2 * linking.SESSION)))
    assert wrong == 0
    assert right > 1.9 * linking.SESSION


def test_a_second_run_is_measured_beyond_prefects_start():
    assert rerun.Times(first=110, second=15, start=10).share == 0.05


def test_a_day_is_drawn_once(tmp_path):
    day = rerun.drawn(6, 0.9, tmp_path)
    before = [path.stat().st_mtime_ns for path in sorted(day.rglob("*"))]
    assert rerun.drawn(6, 0.9, tmp_path) == day
    assert [path.stat().st_mtime_ns for path in sorted(day.rglob("*"))] == before
    assert [path.name for path in tmp_path.iterdir()] == [day.name]
