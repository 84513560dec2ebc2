"""Captures that somebody means ill with, or that a card's fault makes odd: nothing is led astray or waits."""

import io
import os
import resource
import struct
import time
import zipfile

import pytest

from flows.foreign_zip import OpenedZip, pieces
from flows.grid import read_grid
from flows.sources import CaptureFolder, open_captures, read_campaign, read_capture
from flows.verify import verify
from schemas.errors import PipelineError
from schemas.reading import MB, reading_limits
from tests.bundle_builders import a_photo
from tests.reader_targets import PUT

ID_NUMBER = "360102199801011234"
GROWS_MB = 40
"""So much more memory a refusal may take: a piece of a zip and what libraries keep."""


def zipped(path, members, method=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(path, "w", method) as archive:
        for member, content in members:
            archive.writestr(member, content)
    return path


def refused(read, path, *, work_s=2, grows_mb=GROWS_MB):
    """What is said, within so many seconds of work and taking so much memory at most."""
    began, grown = time.process_time(), peak_mb()
    with pytest.raises(PipelineError) as error:
        read(path)
    assert time.process_time() - began < work_s
    assert peak_mb() - grown < grows_mb
    said = error.value.say("zh"), error.value.say("en")
    assert all(each.isprintable() for each in said)
    assert not any(ID_NUMBER in each for each in said)
    return said[0]


def peak_mb():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


# -- bombs -------------------------------------------------------------------------------------------------


def zeros(path, megabytes, count=1):
    """A zip of so many pictures of zeros; a thousandth of their size."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(count):
            with archive.open(f"{number}.jpg", "w") as member:
                for _ in range(megabytes):
                    member.write(bytes(MB))
    return path


def test_a_flat_bomb_is_refused_before_it_is_unpacked(tmp_path):
    assert "解压后大得反常，疑似压缩炸弹" in refused(open_captures, zeros(tmp_path / "a.zip", 50))


def test_a_bomb_of_many_members_is_refused(tmp_path):
    assert "疑似压缩炸弹" in refused(open_captures, zeros(tmp_path / "a.zip", 1, 50))


def test_members_that_share_their_bytes_are_refused(tmp_path):
    """A zip of kilobytes can list one megabyte a thousand times (Fifield, A better zip bomb)."""
    kept = io.BytesIO()
    zipped(kept, [("a.jpg", os.urandom(MB))])
    raw = kept.getvalue()
    at = raw.rindex(b"PK\1\2")
    end = raw.rindex(b"PK\5\6")
    entries = b"".join(
        raw[at:end].replace(b"a.jpg", bytes((97 + nth // 26, 97 + nth % 26)) + b"jpg") for nth in range(300)
    )
    tail = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 300, 300, len(entries), at, 0)
    path = tmp_path / "a.zip"
    path.write_bytes(raw[:at] + entries + tail)
    assert len(zipfile.ZipFile(path).namelist()) == 300
    assert "疑似压缩炸弹" in refused(open_captures, path)


def test_a_nested_bomb_is_not_opened(tmp_path):
    inner = zeros(tmp_path / "inner.zip", 5).read_bytes()
    path = zipped(tmp_path / "a.zip", [("1.jpg", a_photo(1)), ("inner.zip", inner)], zipfile.ZIP_STORED)
    store = open_captures(path)
    assert store.names() == ["1.jpg"]
    assert store.read("1.jpg") == a_photo(1)


def test_a_member_larger_than_it_says_is_not_unpacked(tmp_path):
    path = zeros(tmp_path / "a.zip", 60)
    raw = bytearray(path.read_bytes())
    at = raw.rindex(b"PK\1\2")
    raw[at + 24 : at + 28] = struct.pack("<I", 5_000)
    path.write_bytes(raw)
    grown = peak_mb()
    assert open_captures(path).read("0.jpg") == b""
    assert peak_mb() - grown < GROWS_MB


def test_a_capture_beyond_any_picture_is_not_read(tmp_path):
    (tmp_path / "a.jpg").touch()
    os.truncate(tmp_path / "a.jpg", 1 << 40)
    store = open_captures(tmp_path)
    assert read_capture(store, "a.jpg").content == b""


def test_an_endless_list_of_members_is_not_taken_in(tmp_path):
    size = (reading_limits().directory_mb.value + 2 * GROWS_MB) * MB
    path = tmp_path / "a.zip"
    with path.open("wb") as file:
        file.truncate(size)
        file.seek(size)
        file.write(struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 1, 1, size, 0, 0))
    assert "既不是文件夹也不是完好的 zip" in refused(open_captures, path)


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_what_python_unpacks_without_bound_is_refused(tmp_path, method):
    path = zipped(tmp_path / "a.zip", [("1.jpg", a_photo(1))], method)
    assert "zip 的压缩方式不支持" in refused(open_captures, path)


# -- paths -------------------------------------------------------------------------------------------------

ASTRAY = ["../x.jpg", "a/../../x.jpg", "/etc/x.jpg", "C:/x.jpg", "C:\\x.jpg", "..\\x.jpg", "a\\b.jpg",
          f"../{ID_NUMBER}.jpg"]  # fmt: skip


@pytest.mark.parametrize("name", ASTRAY)
def test_a_zip_whose_paths_lead_out_is_refused(tmp_path, name):
    path = zipped(tmp_path / "a.zip", [("1.jpg", a_photo(1)), (zipfile.ZipInfo(name), a_photo(1))])
    assert "zip 中有文件的路径越出文件夹" in refused(open_captures, path)


def test_a_name_with_nul_is_refused(tmp_path):
    path = zipped(tmp_path / "a.zip", [("1.jpgX.exe", a_photo(1))], zipfile.ZIP_STORED)
    path.write_bytes(path.read_bytes().replace(b"1.jpgX", b"1.jpg\0"))
    assert "[1.jpg\\x00.exe]" in refused(open_captures, path)


def test_a_member_without_a_name_is_no_picture(tmp_path):
    path = zipped(tmp_path / "a.zip", [("1.jpg", a_photo(1)), ("X", b"1")])
    raw = bytearray(path.read_bytes())
    at = raw.rindex(b"PK\1\2")
    raw[at + 28] = 0
    del raw[at + 46]
    end = raw.rindex(b"PK\5\6")
    raw[end + 12] -= 1
    path.write_bytes(raw)
    assert open_captures(path).names() == ["1.jpg"]


def test_a_member_that_calls_itself_otherwise_is_damaged(tmp_path):
    path = zipped(tmp_path / "a.zip", [("é.jpg", a_photo(1))])
    path.write_bytes(path.read_bytes().replace("é".encode(), b"\x80\x80", 1))
    assert open_captures(path).read("é.jpg") == b""


def test_links_and_pipes_in_a_zip_are_passed_over(tmp_path):
    odd = []
    for mode in (0o120777, 0o010644, 0o020644):
        info = zipfile.ZipInfo(f"{mode}.jpg")
        info.external_attr = mode << 16
        odd.append((info, b"/etc/passwd"))
    store = open_captures(zipped(tmp_path / "a.zip", [("1.jpg", a_photo(1)), *odd]))
    assert store.names() == ["1.jpg"]


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_members_of_one_name_are_refused(tmp_path):
    path = zipped(tmp_path / "a.zip", [(f"{ID_NUMBER}.jpg", b"1"), (f"{ID_NUMBER}.jpg", b"2")])
    assert "[3601**********1234.jpg]：zip 中有两个文件同名" in refused(open_captures, path)


@pytest.mark.parametrize("is_zip", [True, False])
def test_two_names_that_differ_by_case_are_two_captures(tmp_path, is_zip):
    if is_zip:
        store = open_captures(zipped(tmp_path / "a.zip", [("a.jpg", b"1"), ("A.JPG", b"2")]))
    else:
        (tmp_path / "a.jpg").write_bytes(b"1")
        (tmp_path / "A.JPG").write_bytes(b"2")
        store = open_captures(tmp_path)
    assert [(name, store.read(name)) for name in store.names()] == [("A.JPG", b"2"), ("a.jpg", b"1")]


def test_a_name_of_255_bytes_is_read(tmp_path):
    name = "长" * 83 + "ab.jpg"
    assert len(name.encode()) == 255
    (tmp_path / name).write_bytes(a_photo(1))
    store = open_captures(tmp_path)
    assert [store.read(each) for each in store.names()] == [a_photo(1)]


SPOOFS = {
    "a\nb.jpg": "a\\nb.jpg", "a\u202egpj.exe.jpg": "a\\u202egpj.exe.jpg", "\x1b[2J.jpg": "\\x1b[2J.jpg",
    "\u2066x.jpg": "\\u2066x.jpg", f"{ID_NUMBER}\u200f.jpg": "3601**********1234\\u200f.jpg",
}  # fmt: skip


@pytest.mark.parametrize(("name", "shown"), SPOOFS.items(), ids=[ascii(shown) for shown in SPOOFS.values()])
@pytest.mark.parametrize("is_zip", [True, False])
def test_a_name_that_would_show_as_another_is_refused_and_told_as_it_is(tmp_path, name, shown, is_zip):
    if is_zip:
        said = refused(open_captures, zipped(tmp_path / "a.zip", [(name, a_photo(1))]))
    else:
        (tmp_path / name).write_bytes(a_photo(1))
        said = refused(open_captures, tmp_path)
    assert f"[{shown}]：照片的文件名是乱码或含控制字符" in said


def test_a_blank_of_chinese_width_is_no_control_character(tmp_path):
    (tmp_path / "机位　1.jpg").write_bytes(a_photo(1))
    assert open_captures(tmp_path).names() == ["机位　1.jpg"]


# -- what is no file ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["pipe", "socket", "link", "zero", "loop", "out", "folder"])
def test_what_is_no_plain_file_is_passed_over_and_nobody_waits(tmp_path, kind):
    (tmp_path / "a.jpg").write_bytes(a_photo(1))
    PUT[kind](tmp_path / "b.jpg")
    assert (tmp_path / "b.jpg").is_symlink() or (tmp_path / "b.jpg").exists()
    assert open_captures(tmp_path).names() == ["a.jpg"]


@pytest.mark.parametrize("kind", ["pipe", "link", "zero", "out"])
def test_a_capture_that_becomes_something_else_is_lost_and_not_followed(tmp_path, kind):
    (tmp_path / "a.jpg").write_bytes(a_photo(1))
    store = CaptureFolder(tmp_path)
    assert store.names() == ["a.jpg"]
    (tmp_path / "a.jpg").unlink()
    PUT[kind](tmp_path / "a.jpg")
    assert "运行期间有照片读不到了" in refused(store.read, "a.jpg")


READ = {"captures": open_captures, "bundle": verify, "campaign.toml": read_campaign, "roster.csv": read_grid}


@pytest.mark.parametrize("kind", ["pipe", "socket", "zero"])
@pytest.mark.parametrize("name", READ)
def test_a_pipe_or_device_in_place_of_an_input_is_refused_and_nobody_waits(tmp_path, name, kind):
    PUT[kind](tmp_path / name)
    refused(READ[name], tmp_path / name)


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_what_unpacks_without_bound_is_not_unpacked(tmp_path, method):
    with zipfile.ZipFile(tmp_path / "a.zip", "w", method) as written:
        written.writestr("a.jpg", bytes(1_000))
    with OpenedZip(tmp_path / "a.zip") as archive, pytest.raises(zipfile.BadZipFile):
        next(pieces(archive, archive.infolist()[0]))
