"""No photo's work is done twice, and what was kept is used only where it is whole and of this very engine."""

import os
import shutil
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path

import polars as pl
import pytest

from flows import engine
from flows.engine import PACKAGES, engine_mark, source_digest
from flows.examination import EXAMINED, examine_chunk, kept_lines
from flows.known_files import KnownFiles
from flows.photo_store import KEEP_OWN, KEEP_SHARED, PhotoStore, made_store, open_store, prune
from flows.settings import PHOTO_CACHE
from flows.sources import CaptureFolder, read_campaign
from schemas.errors import DeliveryError
from schemas.reasons import Severity
from tests.builders import the_profile
from tests.campaign_builders import a_campaign
from tests.kept_photos import kept_again_and_again
from tests.odd_photos import good_files

PROFILE = the_profile("graduate")
NOW = datetime.now(UTC)


@pytest.fixture(scope="module")
def captures(tmp_path_factory) -> Path:
    """A portrait and a file that is none."""
    folder = tmp_path_factory.mktemp("captures")
    (folder / "A.JPG").write_bytes(next(iter(good_files().values())))
    (folder / "B.JPG").write_bytes(b"no picture")
    return folder


@pytest.fixture(scope="module")
def examined(captures, tmp_path_factory) -> tuple[PhotoStore, pl.DataFrame]:
    """A store with both, and what was found; not to be changed."""
    store = made_store(tmp_path_factory.mktemp("cache"), PROFILE)
    return store, examine(captures, store)


@pytest.fixture
def filled(examined, tmp_path) -> tuple[PhotoStore, pl.DataFrame]:
    """The same in a folder of the test's own."""
    store, found = examined
    copied = shutil.copytree(store.root.parent, tmp_path / "cache", copy_function=shutil.copy2)
    return PhotoStore(Path(copied) / store.root.name), found


def examine(captures: Path, store: PhotoStore) -> pl.DataFrame:
    folder = CaptureFolder(captures)
    known = KnownFiles(folder, store.index_of(captures))
    kept, new = kept_lines(known, folder.names(), store)
    found = examine_chunk(known, new, PROFILE, store, lambda _: None)
    known.save()
    return pl.concat([*kept, found]).sort("capture_path")


def written(store: PhotoStore) -> dict[Path, int]:
    return {path: path.stat().st_ino for path in store.root.rglob("*") if path.is_file()}


def bytes_of(store: PhotoStore) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in store.root.rglob("*.jpg")}


def test_what_is_known_is_neither_made_nor_written_again(filled, captures):
    store, found = filled
    before = written(store)
    again = examine(captures, store)
    assert again.equals(found)
    assert dict(again.schema) == EXAMINED
    assert written(store) == before
    assert len(before) > 4


def test_only_a_new_file_is_examined(filled, captures, tmp_path):
    store, found = filled
    more = Path(shutil.copytree(captures, tmp_path / "more"))
    shutil.copy(more / "B.JPG", more / "C.JPG")
    (more / "D.JPG").write_bytes(b"no picture either")
    before = written(store)
    again = examine(more, store)
    assert again["source_format"].to_list() == [*found["source_format"], None, None]
    added = written(store).keys() - before.keys()
    assert {path.name for path in added} == {f"{again['sha256'][3]}.json"}


@pytest.mark.parametrize("harm", ["flip", "cut", "empty", "delete"])
def test_an_entry_damaged_in_any_part_is_made_again(filled, captures, harm):
    store, found = filled
    whole = bytes_of(store)
    for path in written(store):
        content = path.read_bytes()
        harmed = {"flip": content[:-9] + bytes([content[-9] ^ 1]) + content[-8:], "cut": content[:40]}
        path.unlink() if harm == "delete" else path.write_bytes(harmed.get(harm, b""))
        assert examine(captures, store).equals(found)
        assert bytes_of(store) == whole


def test_a_killed_run_leaves_an_entry_without_facts_which_is_made_again(filled, captures):
    store, found = filled
    shutil.rmtree(store.root / "facts")
    (store.root / "facts").mkdir()
    assert examine(captures, store).equals(found)
    assert len(list((store.root / "facts").iterdir())) == 2


def test_two_processes_may_keep_the_same_capture_at_once(captures, tmp_path):
    root, content = made_store(tmp_path, PROFILE).root, (captures / "A.JPG").read_bytes()
    with ProcessPoolExecutor(1, get_context("spawn")) as another:
        there = another.submit(
            kept_again_and_again, root, content, begins=tmp_path / "a", after=tmp_path / "b"
        )
        here = kept_again_and_again(root, content, begins=tmp_path / "b", after=tmp_path / "a")
        assert here == there.result(timeout=300)
    assert len(here) == 1
    assert list(root.rglob(".*")) == []


# -- the engine's mark -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        {"photo": PROFILE.photo.model_copy(update={"aim_max_kb": PROFILE.photo.width_px})},
        {"derivatives": ()},
        {"severities": {"P330": Severity.INFO}},
    ],
)
def test_what_the_profile_asks_of_pictures_marks_the_engine(change):
    assert engine_mark(PROFILE.model_copy(update=change)) != engine_mark(PROFILE)


def test_what_the_profile_asks_of_anything_else_does_not():
    renamed = PROFILE.model_copy(update={"title": "x", "version": "9", "tables": ()})
    assert engine_mark(renamed) == engine_mark(PROFILE)


def test_a_second_detector_marks_the_engine_by_its_weights(tmp_path, monkeypatch):
    marks = [engine_mark(PROFILE)]
    model = tmp_path / "model.onnx"
    monkeypatch.setenv("REGPACK_YUNET_MODEL", str(model))
    for content in (b"weights", b"others"):
        model.write_bytes(content)
        marks.append(engine_mark(PROFILE))
    assert len(set(marks)) == 3


@pytest.mark.parametrize("library", engine.LIBRARIES)
def test_a_library_that_touches_pixels_marks_the_engine_by_its_version(monkeypatch, library):
    before = engine_mark(PROFILE)
    real = engine.version
    monkeypatch.setattr(engine, "version", lambda name: "0" if name == library else real(name))
    assert engine_mark(PROFILE) != before


def test_a_changed_source_marks_the_engine(tmp_path, monkeypatch):
    marks = [engine_mark(PROFILE)]
    for package in PACKAGES:
        shutil.copytree(Path(package), tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(engine, "_HOME", tmp_path)
    for change in (None, "transforms/skin.py", "flows/exif.py"):
        if change:
            with (tmp_path / change).open("a") as source:
                source.write("# changed\n")
        source_digest.cache_clear()
        marks.append(engine_mark(PROFILE))
    source_digest.cache_clear()
    assert marks[0] == marks[1]
    assert len(set(marks)) == 3


# -- where it is, and what goes ----------------------------------------------------------------------------


def test_the_store_is_in_the_output_folder_and_nobody_elses_to_read(tmp_path, monkeypatch):
    monkeypatch.setenv(PHOTO_CACHE, "")
    store = open_store(read_campaign(a_campaign(tmp_path)))
    assert store.root.parent == tmp_path / "out" / "cache"
    assert store.keep == KEEP_OWN
    folders = [store.root.parent, *(path for path in store.root.parent.rglob("*") if path.is_dir())]
    assert {path.stat().st_mode & 0o777 for path in folders} == {0o700}


def test_the_machines_settings_put_it_elsewhere_for_all_campaigns(tmp_path, monkeypatch):
    monkeypatch.setenv(PHOTO_CACHE, str(tmp_path / "fast"))
    store = open_store(read_campaign(a_campaign(tmp_path)))
    assert (store.root.parent, store.keep) == (tmp_path / "fast", KEEP_SHARED)
    assert not (tmp_path / "out").exists()


def test_a_store_that_cannot_be_made_is_told(tmp_path, monkeypatch):
    (tmp_path / "taken").write_text("a file")
    monkeypatch.setenv(PHOTO_CACHE, str(tmp_path / "taken"))
    with pytest.raises(DeliveryError, match="taken: the photo cache was not written"):
        open_store(read_campaign(a_campaign(tmp_path)))


def test_what_no_run_used_for_long_goes_and_nothing_else(filled, captures, tmp_path):
    store, found = filled
    later = NOW + KEEP_OWN + timedelta(days=1)
    (store.root.parent / "mine").mkdir()
    (store.root.parent / "mine" / "notes").write_text("x")
    old = PhotoStore(store.root.parent / ("0" * 16))
    shutil.copytree(store.root, old.root)
    os.utime(store.facts(found["sha256"][0]), (later.timestamp(),) * 2)
    prune(store, at=NOW)
    assert old.facts(found["sha256"][0]).exists()
    assert store.index_of(captures).exists()
    prune(store, at=later)
    assert not store.index_of(captures).exists()
    assert not old.photo(found["sha256"][0]).exists()
    assert sorted(path.name for path in (store.root / "facts").iterdir()) == [f"{found['sha256'][0]}.json"]
    assert store.photo(found["sha256"][0]).exists()
    assert (store.root.parent / "mine" / "notes").exists()
    assert examine(captures, store).equals(found)


def test_use_keeps_an_entry(filled, captures):
    store, _ = filled
    long_ago = (NOW - 2 * KEEP_OWN).timestamp()
    for path in written(store):
        os.utime(path, (long_ago, long_ago))
    examine(captures, store)
    before = written(store)
    prune(store, at=NOW)
    assert written(store) == before
