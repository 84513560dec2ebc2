"""Bundles from elsewhere: whatever they hold, `verify` says what is wrong, in little time and memory."""

import io
import json
import math
import shutil
import struct
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner
from PIL import Image

from flows.cli import cli
from flows.verify import verify
from flows.verify.sheets import dbf_rows, xlsx_rows
from flows.verify.source import opened, read_files
from outputs.bundle import PROFILE_FILE
from schemas.reading import MB
from tests.bundle_builders import a_photo, read_table
from tests.flows.test_hostile_captures import peak_mb, refused
from tests.flows.test_hostile_sheets import FAR, LAUGHS, a_book, sheet_of
from tests.reader_targets import PUT
from transforms.decode import PIXELS_MAX

TOP = "demo-2020-001"
GROWS_MB = 100


def with_member(sealed, path, name, content):
    """The sealed zip with a further member."""
    shutil.copyfile(sealed.archive, path)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr(name, content)
    return path


def faults(bundle):
    """What is wrong, without taking memory."""
    grown = peak_mb()
    found = verify(bundle).faults
    assert peak_mb() - grown < GROWS_MB
    return {(file, text.en) for file, text in found}


def test_a_bomb_is_refused(sealed, tmp_path):
    path = with_member(sealed, tmp_path / "x.zip", f"{TOP}/data/photos/x.jpg", bytes(150 * MB))
    assert "解压后大得反常，疑似压缩炸弹" in refused(verify, path)


def test_a_bomb_of_many_members_is_refused(sealed, tmp_path):
    shutil.copyfile(sealed.archive, tmp_path / "x.zip")
    with zipfile.ZipFile(tmp_path / "x.zip", "a", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for number in range(150):
            archive.writestr(f"{TOP}/data/photos/{number}.jpg", bytes(MB))
    assert "疑似压缩炸弹" in refused(verify, tmp_path / "x.zip")


def test_a_bomb_within_the_zip_is_not_opened(sealed, tmp_path):
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x", bytes(50 * MB))
    path = with_member(sealed, tmp_path / "x.zip", f"{TOP}/data/inner.zip", inner.getvalue())
    assert ("data/inner.zip", "does not belong into a bundle") in faults(path)


def test_a_member_larger_than_it_says_is_not_unpacked(sealed, tmp_path):
    """Whoever signs for the beginning of a file has not signed for what follows."""
    name = f"{TOP}/data/photos/x.jpg"
    path = with_member(sealed, tmp_path / "x.zip", name, bytes(60 * MB))
    raw = bytearray(path.read_bytes())
    at = raw.rindex(name.encode()) - 46
    raw[at + 16 : at + 20] = struct.pack("<I", zipfile.crc32(bytes(5_000)))
    raw[at + 24 : at + 28] = struct.pack("<I", 5_000)
    path.write_bytes(raw)
    grown = peak_mb()
    with opened(path) as source:
        files, _ = read_files(source)
        assert files.read("data/photos/x.jpg") == bytes(5_000)
    assert peak_mb() - grown < GROWS_MB


def test_a_file_of_terabytes_is_not_read(folder):
    with (folder / "data/images.csv").open("r+b") as file:
        file.truncate(1 << 40)
    assert ("data/images.csv", "is too large and was not read") in faults(folder)


@pytest.mark.parametrize("kind", ["pipe", "socket"])
def test_what_is_no_file_is_a_fault_and_nobody_waits(folder, kind, monkeypatch):
    monkeypatch.chdir(folder / "data")  # a socket's path is short
    PUT[kind](Path("x"))
    assert ("data/x", "is no regular file") in faults(folder)


def test_manifests_of_nonsense_are_summed_up(folder):
    (folder / "manifest-sha256.txt").write_text("x\n" * 200_000)
    found = verify(folder).faults
    assert len(found) < 100
    assert any(text.en == "199980 more of the same kind" for _, text in found)


def test_entities_are_neither_multiplied_nor_fetched(folder):
    for name in ("data/images.xml", "data/schema/images.xsd"):
        path = folder / name
        head, root, rest = path.read_bytes().partition(b"<xs:schema" if name.endswith("xsd") else b"<images")
        path.write_bytes(head + LAUGHS + root + rest.replace("示范大学".encode(), b"&j;"))
    found = faults(folder)
    assert ("data/images.xml", "has a DTD and is not used") in found


def test_a_pattern_that_takes_for_ever_is_not_tried(folder):
    path = folder / "data/schema/images.xsd"
    path.write_bytes(path.read_bytes().replace(b"[A-Za-z0-9_-]+\\.jpg", b"(a|aa)+(a|aa)+b"))
    assert ("data/schema/images.xsd", "is missing or gives no usable XSD") in faults(folder)
    profile = json.loads((folder / PROFILE_FILE).read_bytes())
    profile["tables"][0]["columns"][0]["pattern"] = "(a|aa)+b"
    (folder / PROFILE_FILE).write_text(json.dumps(profile))
    assert any("gives no usable XSD" in text for _, text in faults(folder))


def claimed(side: int) -> bytes:
    """A photo that says it is larger than it is."""
    photo = bytearray(a_photo(1))
    at = photo.index(b"\xff\xc0") + 5
    photo[at : at + 4] = struct.pack(">HH", side, side)
    return bytes(photo)


def flat(side: int) -> bytes:
    """A picture of one grey, whole, of few bytes."""
    file = io.BytesIO()
    Image.new("L", (side, side), 128).save(file, "JPEG")
    return file.getvalue()


@pytest.mark.parametrize(("made", "side"), [(claimed, 60_000), (flat, math.isqrt(PIXELS_MAX) + 1)])
def test_a_picture_that_would_take_all_memory_is_not_opened(folder, made, side):
    name = next((folder / "data/photos").iterdir())
    name.write_bytes(made(side))
    profile = json.loads((folder / PROFILE_FILE).read_bytes())
    for length in ("width_px", "height_px"):
        profile["photo"][length]["value"] = side
    (folder / PROFILE_FILE).write_text(json.dumps(profile))
    assert (f"data/photos/{name.name}", "its picture is damaged and does not open") in faults(folder)


@pytest.mark.parametrize("rows", FAR.values(), ids=FAR)
def test_a_workbook_that_would_end_the_program_is_none(tmp_path, rows):
    grown = peak_mb()
    said = xlsx_rows(a_book(tmp_path / "a.xlsx", sheet=sheet_of(rows)).read_bytes(), read_table("images"))
    assert said.en in {"is no valid workbook", "holds a formula, or spans too many cells"}
    assert peak_mb() - grown < GROWS_MB


def test_a_dbf_that_counts_beyond_its_end_is_none():
    table = read_table("degree-34")
    from outputs.dbf_table import GBK_LANGUAGE, HEAD, KIND, fields, record_bytes

    described = fields(table)
    start = HEAD.size + len(described)
    head = HEAD.pack(KIND, 0, 0, 0, 2**32 - 1, start, record_bytes(table), GBK_LANGUAGE)
    grown = peak_mb()
    assert dbf_rows(head + described + b"\x1a", table).en == "is no whole dBASE III file"
    assert peak_mb() - grown < GROWS_MB


def test_a_name_that_would_show_as_another_is_told_as_it_is(sealed, tmp_path):
    path = with_member(sealed, tmp_path / "x.zip", f"{TOP}/data/a\u202egpj.exe\x1b[2J", b"x")
    told = CliRunner().invoke(cli, ["verify", str(path)])
    assert told.exit_code == 3
    assert "data/a\\u202egpj.exe\\x1b[2J: 不属于上报包" in told.stderr
    assert "\x1b" not in told.stderr
