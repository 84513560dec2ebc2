from concurrent.futures import ThreadPoolExecutor

from PIL import Image

from benchmarks.photos import WAYS, by_pillow, by_vips, captures, compare, in_batch, with_checks

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
