"""A capture that is as it was is not read again; whatever else was done to it, it is."""

import os
import shutil
import zipfile
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from flows.checked_json import opened
from flows.known_files import STOOD_STILL, KnownFiles
from flows.sources import CaptureFolder, CaptureZip

LATER = datetime.now(UTC) + timedelta(days=1)
NAME = "A/110101199003074477.JPG"


@pytest.fixture
def folder(tmp_path) -> Path:
    captures = tmp_path / "captures"
    (captures / "A").mkdir(parents=True)
    (captures / NAME).write_bytes(b"one face")
    (captures / "B.JPG").write_bytes(b"two face")
    return captures


def known_of(folder: Path, at: datetime = LATER) -> KnownFiles:
    """The files of a folder as the run after one that read them all knows them."""
    index = folder.parent / "read.json"
    first = KnownFiles(CaptureFolder(folder), index)
    for name in CaptureFolder(folder).names():
        first.read(name, at=at)
    first.save()
    return KnownFiles(CaptureFolder(folder), index)


def test_a_file_that_stood_still_is_known(folder):
    known = known_of(folder)
    assert known.sha256(NAME) == sha256(b"one face").hexdigest()
    assert known.sha256("B.JPG") == sha256(b"two face").hexdigest()


def test_what_was_saved_is_let_go(folder):
    known = known_of(folder)
    known.save()
    assert known.sha256(NAME) is None
    assert KnownFiles(CaptureFolder(folder), folder.parent / "read.json").sha256(NAME) is not None


def test_a_file_that_was_never_read_is_not(folder):
    known = known_of(folder)
    shutil.copy2(folder / NAME, folder / "C.JPG")
    assert known.sha256("C.JPG") is None


def edit(path: Path) -> None:
    path.write_bytes(b"new face")


def exchange(path: Path) -> None:
    other = path.with_name("other")
    other.write_bytes(b"new face")
    other.replace(path)


@pytest.mark.parametrize("change", [edit, exchange])
def test_a_file_of_the_same_size_and_time_is_not_taken_for_the_one_that_was_read(folder, change):
    known, before = known_of(folder), (folder / NAME).stat()
    change(folder / NAME)
    os.utime(folder / NAME, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert known.sha256(NAME) is None
    assert known.sha256("B.JPG") is not None
    assert known.read(NAME, at=LATER) == (b"new face", sha256(b"new face").hexdigest())
    assert known.sha256(NAME) == sha256(b"new face").hexdigest()


def test_two_files_that_changed_names_are_read_again(folder):
    known = known_of(folder)
    (folder / NAME).rename(folder / "x")
    (folder / "B.JPG").rename(folder / NAME)
    (folder / "x").rename(folder / "B.JPG")
    assert known.sha256(NAME) is None
    assert known.sha256("B.JPG") is None


def test_a_file_changed_just_before_it_was_read_is_not_remembered(folder):
    just_now = datetime.fromtimestamp(CaptureFolder(folder).stamp(NAME).changed_at, UTC) + STOOD_STILL / 2
    assert known_of(folder, at=just_now).sha256(NAME) is None


def test_a_file_that_is_being_written_is_not_remembered(folder):
    class Growing(CaptureFolder):
        def read(self, name: str) -> bytes:
            content = super().read(name)
            (folder / name).write_bytes(content + b" more")
            return content

    known = KnownFiles(Growing(folder), folder.parent / "read.json")
    known.read(NAME, at=LATER)
    assert known.sha256(NAME) is None


@pytest.mark.parametrize("index", [b"", b"{}", b"nonsense\n[]", None])
def test_a_damaged_index_knows_nothing(folder, index):
    known_of(folder)
    path = folder.parent / "read.json"
    path.write_bytes(path.read_bytes()[:-1] if index is None else index)
    assert KnownFiles(CaptureFolder(folder), path).sha256(NAME) is None


def test_the_index_tells_nobodys_number(folder):
    known_of(folder)
    index = (folder.parent / "read.json").read_bytes()
    assert len(opened(index)) == 2
    assert b"110101199003074477" not in index


def test_members_of_a_zip_are_known_until_the_zip_is_another(tmp_path):
    archive = tmp_path / "captures.zip"

    def pack(content: bytes) -> KnownFiles:
        with zipfile.ZipFile(archive, "w") as zipped:
            zipped.writestr("B.JPG", content)
        return KnownFiles(CaptureZip(archive), tmp_path / "read.json")

    first = pack(b"one face")
    first.read("B.JPG", at=LATER)
    first.save()
    assert KnownFiles(CaptureZip(archive), tmp_path / "read.json").sha256("B.JPG") is not None
    assert pack(b"two face").sha256("B.JPG") is None
