"""A whole bundle has no faults; whatever is done to it, by chance or with care, is one."""

import stat
import zipfile
from collections.abc import Callable
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import bagit
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from flows.verify import Fault, Verified, verify
from outputs.bundle import Bundle
from schemas.errors import InputError
from schemas.reasons import Severity
from tests.bundle_builders import (
    a_derivative,
    a_photo,
    a_portrait,
    a_profile,
    as_jpeg,
    read_derivative,
    sealed_in,
    some_contents,
)
from transforms.jpeg_file import read_jpeg

PHOTOS = [f"data/photos/3601021998010112{number:02}.jpg" for number in (1, 2, 3)]
PRINTS = [path.replace("photos", "print-33x48") for path in PHOTOS]
FILES = [
    "bagit.txt", "bag-info.txt", "manifest-sha256.txt", "tagmanifest-sha256.txt", "regpack-profile.json",
    "cover.html",
    "data/images.xml", "data/degree.csv", "data/schema/diploma-19.xsd", PHOTOS[0],
    PRINTS[0],
]  # fmt: skip


def signed_anew(folder: Path) -> Path:
    """The bag with manifests and Payload-Oxum made afresh, as somebody would who wants to hide a change."""
    bag = bagit.Bag(str(folder))
    bag.save(processes=1, manifests=True)
    assert bag.is_valid()
    return folder


def faults(bundle: Path) -> dict[str, list[str]]:
    """What is wrong with each file, in English."""
    found: dict[str, list[str]] = {}
    for file, text in verify(bundle).faults:
        found.setdefault(file, []).append(text.en)
    return found


def test_a_bundle_from_before_there_were_cover_sheets_is_sound(folder):
    (folder / "cover.html").unlink()
    assert "cover.html" in faults(folder)
    assert faults(signed_anew(folder)) == {}


def change(path: Path, old: str, new: str) -> None:
    """Replace what stands in a table once, whatever its encoding."""
    data = path.read_bytes()
    assert data.count(old.encode()) >= 1
    path.write_bytes(data.replace(old.encode(), new.encode(), 1))


def test_a_sealed_bundle_is_found_whole_as_folder_and_as_zip(sealed):
    whole = Verified("demo-2020-001", 3, {"images": 3, "diploma": 3, "degree": 3}, ())
    assert verify(sealed.folder) == whole
    assert verify(sealed.archive) == whole


def test_signing_a_whole_bundle_anew_is_no_fault(folder):
    assert faults(signed_anew(folder)) == {}


# -- changed by chance: the manifests tell


@pytest.mark.parametrize("name", FILES)
def test_one_changed_byte_is_found(folder, name):
    data = bytearray((folder / name).read_bytes())
    data[len(data) // 2] ^= 1
    (folder / name).write_bytes(data)
    found = faults(folder)
    assert found if name == "tagmanifest-sha256.txt" else name in found


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_found(folder, name):
    (folder / name).unlink()
    assert name in faults(folder)


@pytest.mark.parametrize("name", ["note.txt", "data/photos/extra.jpg", "data/note.txt", "fetch.txt"])
def test_an_extra_file_is_found(folder, name):
    (folder / name).write_bytes(a_photo(9))
    assert "is not listed" in faults(folder)[name][-1 if name == "fetch.txt" else 0]


def test_a_manifest_that_lists_a_file_twice_is_found(folder):
    manifest = folder / "manifest-sha256.txt"
    manifest.write_text(manifest.read_text() + manifest.read_text().splitlines()[0] + "\n")
    assert faults(signed_tags(folder)) == {
        "manifest-sha256.txt": ["line 16 is not valid or repeats a path"],
    }  # fmt: skip


def signed_tags(folder: Path) -> Path:
    """The tag manifest alone made afresh."""
    listed = [path for path in sorted(folder.iterdir()) if path.is_file() and "tagmanifest" not in path.name]
    lines = [f"{sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in listed]
    (folder / "tagmanifest-sha256.txt").write_text("".join(lines))
    return folder


def test_a_wrong_oxum_is_found(folder):
    change(folder / "bag-info.txt", "Payload-Oxum: ", "Payload-Oxum: 1")
    assert list(faults(signed_tags(folder))) == ["bag-info.txt"]


def test_another_kind_of_bag_is_found(folder):
    change(folder / "bagit.txt", "1.0", "0.97")
    (folder / "fetch.txt").write_text("")
    assert list(faults(signed_tags(folder))) == ["bagit.txt", "fetch.txt"]


# -- changed with care, and signed for anew


def test_a_swapped_pair_is_found(folder):
    one, other = (folder / name for name in PHOTOS[:2])
    first, second = one.read_bytes(), other.read_bytes()
    one.write_bytes(second)
    other.write_bytes(first)
    said, shows = ["is not the photo that images.xml names"], ["does not show what its photo shows"]
    swapped = {PHOTOS[0]: said, PHOTOS[1]: said, PRINTS[0]: shows, PRINTS[1]: shows}
    assert faults(signed_anew(folder)) == swapped


def test_a_photo_taken_out_is_found(folder):
    (folder / PHOTOS[1]).unlink()
    (folder / PRINTS[1]).unlink()
    said = faults(signed_anew(folder))
    assert said.pop("bag-info.txt") == ["Regpack-Derivatives should be print-33x48 2"]
    assert said == {PHOTOS[1]: ["is named in images.xml and missing"]}


def test_a_photo_put_in_is_found(folder):
    (folder / "data/photos/extra.jpg").write_bytes(a_photo(9))
    assert faults(signed_anew(folder)) == {
        "data/photos/extra.jpg": ["is not named in images.xml"],
        "data/print-33x48/extra.jpg": ["is missing: every photo has such a picture"],
    }


def test_a_file_put_in_is_found(folder):
    (folder / "data/macro.xlsm").write_bytes(b"x")
    assert faults(signed_anew(folder)) == {"data/macro.xlsm": ["does not belong into a bundle"]}


@pytest.mark.parametrize("kind", ["xml", "csv"])
def test_an_edited_cell_is_found_and_not_quoted(folder, kind):
    change(folder / f"data/degree.{kind}", "郑某", "王某")
    found = faults(signed_anew(folder))
    assert found == {"data/degree.csv": ["record 1 differs from the XML in DSXM"]}


def test_an_edit_in_both_that_breaks_the_xsd_is_found(folder):
    change(folder / "data/diploma.xml", "<XB>男</XB>", "<XB>无</XB>")
    change(folder / "data/diploma.csv", ",男,", ",无,")
    [said] = faults(signed_anew(folder))["data/diploma.xml"]
    assert said == "/diploma/record[1]/XB breaks the XSD (SCHEMAV_CVC_ENUMERATION_VALID)"


def test_an_edit_that_bends_the_xsd_too_is_found_by_the_profile(folder):
    for name in ("diploma.xml", "diploma.csv", "schema/diploma-19.xsd"):
        path = folder / "data" / name
        path.write_bytes(path.read_bytes().replace("男".encode(), "无".encode()))
    assert "breaks the XSD" in faults(signed_anew(folder))["data/diploma.xml"][0]


def test_an_xsd_that_the_tables_do_not_satisfy_is_found(folder):
    change(folder / "data/schema/images.xsd", '<xs:maxLength value="20"/>', '<xs:maxLength value="11"/>')
    assert "breaks the XSD" in faults(signed_anew(folder))["data/images.xml"][0]


def test_another_student_in_one_table_is_found(folder):
    for kind in ("xml", "csv"):
        change(folder / f"data/diploma.{kind}", "360102199801011201", "360102199801011299")
    said = ["its students are not those of the image index: 1 more, 1 fewer"]
    assert faults(signed_anew(folder)) == {"data/diploma.xml": said}


def test_a_student_taken_out_of_one_table_is_found(folder):
    for kind in ("xml", "csv"):
        lines = (folder / f"data/degree.{kind}").read_bytes().splitlines(keepends=True)
        kept = [line for line in lines if b"401019000002" not in line]
        assert len(kept) == len(lines) - 1
        (folder / f"data/degree.{kind}").write_bytes(b"".join(kept))
    said = ["its students are not those of the image index: 0 more, 1 fewer"]
    assert faults(signed_anew(folder)) == {"data/degree.xml": said}


def test_a_record_missing_from_the_csv_alone_is_found(folder):
    lines = (folder / "data/images.csv").read_bytes().splitlines(keepends=True)
    (folder / "data/images.csv").write_bytes(b"".join(lines[:-1]))
    said = ["has more or fewer records than the XML (2 / 3)"]
    assert faults(signed_anew(folder)) == {"data/images.csv": said}


def test_many_edits_are_summed_up(folder, sealed):
    path = folder / "data/degree.csv"
    rows = path.read_text("utf-8-sig").replace("示范大学", "某大学").replace("10403,", "10404,")
    path.write_bytes(("\ufeff" + rows.replace("2022", "2023").replace("法律", "医学")).encode())
    said = faults(signed_anew(folder))["data/degree.csv"]
    assert len(said) == 21
    assert said[-1].endswith("more of the same kind")


SHEETS = [
    (lambda data: data.removeprefix(b"\xef\xbb\xbf"), "is not encoded as utf-8-sig"),
    (lambda data: data.decode("utf-8-sig").encode("gb18030"), "is not encoded as utf-8-sig"),
    (lambda data: data.replace(b"XH,", b"XM,", 1), "its header is not the profile's"),
    (lambda data: data + b'"x', "is not valid CSV"),
]


@pytest.mark.parametrize(("spoil", "said"), SHEETS)
def test_a_csv_that_is_none_is_found(folder, spoil, said):
    path = folder / "data/images.csv"
    path.write_bytes(spoil(path.read_bytes()))
    assert faults(signed_anew(folder)) == {"data/images.csv": [said]}


LAUGHS = '<!DOCTYPE images [<!ENTITY a "ha"><!ENTITY b "&a;&a;"><!ENTITY c SYSTEM "file:///etc/hostname">]>'
DOCUMENTS = [
    ("<images ", f"{LAUGHS}<images ", "has a DTD and is not used"),
    ("</images>", "", "line 6 is not well-formed XML"),
    ("schema/images.xsd", "elsewhere.xsd", "does not name schema/images.xsd"),
    ('version="1.0">', 'version="2.0">', "/images breaks the XSD (SCHEMAV_CVC_AU)"),
]


@pytest.mark.parametrize(("old", "new", "said"), DOCUMENTS)
def test_an_xml_that_is_none_of_ours_is_found(folder, old, new, said):
    change(folder / "data/images.xml", old, new)
    assert said in faults(signed_anew(folder))["data/images.xml"]


def test_a_comment_inside_a_cell_hides_nothing(folder):
    change(folder / "data/degree.xml", "<DSXM>郑某", "<DSXM>郑某<!-- -->人")
    assert faults(signed_anew(folder)) == {"data/degree.csv": ["record 1 differs from the XML in DSXM"]}


def test_an_xsd_that_asks_for_another_file_is_not_used(folder):
    change(
        folder / "data/schema/images.xsd",
        "<xs:annotation>",
        '<xs:include schemaLocation="x"/><xs:annotation>',
    )
    assert list(faults(signed_anew(folder))) == ["data/schema/images.xsd"]


@pytest.mark.parametrize(
    ("old", "new"),
    [("graduate", "another"), ('"[0-9]{5}"', '"[0-9"'), ("{", "["), ('"version"', '"versions"')],
)
def test_a_profile_bent_or_broken_is_found(folder, old, new):
    change(folder / "regpack-profile.json", old, new)
    assert faults(signed_anew(folder))


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ('"P320"', '"P399"', {}),
        ('"value": 0.6875', '"value": NaN', {}),
        ('"value": 0.6875', '"value": -1', {path: ["does not show what its photo shows"] for path in PRINTS}),
    ],
)
def test_a_profile_that_would_never_have_been_read_breaks_nothing(folder, old, new, found):
    change(folder / "regpack-profile.json", old, new)
    assert faults(signed_anew(folder)) == found


def test_a_profile_without_an_image_index_is_found(tmp_path):
    registers = a_profile().model_copy(update={"tables": a_profile().tables[1:]})
    sealed = sealed_in(tmp_path / "out", some_contents(tmp_path / "work", profile=registers))
    assert faults(sealed.folder) == {"regpack-profile.json": ["the profile has no image index"]}


# -- photos held against the profile


def exif() -> Image.Exif:
    notes = Image.Exif()
    notes[0x010F] = "a camera"
    return notes


def without_codes(data: bytes) -> bytes:
    """A picture whose Huffman tables claim more codes than there can be."""
    at = data.index(b"\xff\xc4") + 5
    return data[:at] + b"\xff" * 16 + data[at + 16 :]


def with_thumbnail(data: bytes) -> bytes:
    """A picture whose JFIF header holds another one, of one pixel."""
    return data[:4] + (19).to_bytes(2) + data[6:18] + b"\x01\x01rgb" + data[20:]


PORTRAIT = a_portrait(1)
PICTURES: list[tuple[Callable[[], bytes], str]] = [
    (
        lambda: as_jpeg(PORTRAIT.resize((360, 480)), quality=75, dpi=(300, 300)),
        "is 360×480 px instead of 480×640",
    ),
    (lambda: as_jpeg(PORTRAIT.convert("L"), quality=75, dpi=(300, 300)), "is not in 24-bit colour"),
    (lambda: as_jpeg(PORTRAIT, quality=75), "is not marked as 300 dpi"),
    (lambda: as_jpeg(PORTRAIT, quality=75, dpi=(72, 72)), "is not marked as 300 dpi"),
    (lambda: as_jpeg(PORTRAIT, quality=59, dpi=(300, 300)), "its quality is 59, below 60"),
    (
        lambda: as_jpeg(PORTRAIT, quality=75, dpi=(300, 300), exif=exif()),
        "holds more than the picture (EXIF)",
    ),
    (
        lambda: as_jpeg(PORTRAIT, quality=75, dpi=(300, 300), comment=b"hi", icc_profile=b"x" * 200),
        "holds more than the picture (COM, ICC)",
    ),
    (lambda: with_thumbnail(a_photo(1)), "holds more than the picture (APP0)"),
    (lambda: a_photo(1) + b"PK\x03\x04", "4 bytes follow the picture"),
    (lambda: a_photo(1) + b"x", "1 bytes follow the picture"),
    (lambda: without_codes(a_photo(1)), "its picture is damaged and does not open"),
    (lambda: a_photo(1)[:-2], "is no complete JPEG"),
    (lambda: b"", "is no complete JPEG"),
    (lambda: b"\xff\xd8\xff\xd9", "is no complete JPEG"),
    (lambda: b"\x89PNG\r\n", "is no complete JPEG"),
    (lambda: a_photo(1) + bytes(5_000_000), "is too large to be a photo"),
]


@pytest.mark.parametrize(("picture", "said"), PICTURES, ids=[said for _, said in PICTURES])
def test_a_photo_that_is_not_what_the_profile_asks_for_is_found(folder, picture, said):
    (folder / PHOTOS[0]).write_bytes(picture())
    found = [text for text in faults(signed_anew(folder))[PHOTOS[0]] if not text.startswith("size_kb")]
    assert found == [said, "is not the photo that images.xml names"]


@pytest.mark.parametrize(
    ("reason", "found"),
    [("P360", [f"size_kb is {len(a_photo(1)) / 1000:g} instead of ≤ 20 KB"]), ("P361", [])],
)
def test_the_limits_that_keep_a_photo_out_count(tmp_path, reason, found):
    profile = a_profile()
    limit = profile.photo.limits[0].model_copy(
        update={"fact": "size_kb", "min": None, "max": 20, "unit": "KB", "reason": reason}
    )
    photo = profile.photo.model_copy(update={"limits": (limit,)})
    tight = profile.model_copy(update={"photo": photo})
    sealed = sealed_in(tmp_path / "out", some_contents(tmp_path / "work", students=1, profile=tight))
    assert faults(sealed.folder).get(PHOTOS[0], []) == found


# -- further pictures held against the profile and their photos


def test_a_swapped_pair_of_further_pictures_is_found(folder):
    one, other = (folder / name for name in PRINTS[:2])
    first, second = one.read_bytes(), other.read_bytes()
    one.write_bytes(second)
    other.write_bytes(first)
    said = ["does not show what its photo shows"]
    assert faults(signed_anew(folder)) == {PRINTS[0]: said, PRINTS[1]: said}


def test_a_further_picture_taken_out_is_found(folder):
    (folder / PRINTS[1]).unlink()
    assert faults(signed_anew(folder)) == {
        PRINTS[1]: ["is missing: every photo has such a picture"],
        "bag-info.txt": ["Regpack-Derivatives should be print-33x48 2"],
    }


def test_a_further_picture_put_in_is_found(folder):
    (folder / "data/print-33x48/extra.jpg").write_bytes(a_derivative(1))
    found = faults(signed_anew(folder))
    assert found.pop("bag-info.txt") == ["Regpack-Derivatives should be print-33x48 4"]
    assert found == {"data/print-33x48/extra.jpg": ["belongs to no photo"]}


PRINT = Image.open(BytesIO(a_derivative(1)))
FURTHER: list[tuple[Callable[[], bytes], str]] = [
    (lambda: a_photo(1), "is 480×640 px instead of 390×567"),
    (lambda: as_jpeg(PRINT, quality=75, dpi=(72, 72)), "is not marked as 300 dpi"),
    (lambda: as_jpeg(PRINT, quality=59, dpi=(300, 300)), "its quality is 59, below 60"),
    (lambda: as_jpeg(PRINT, quality=75, dpi=(300, 300), exif=exif()), "holds more than the picture (EXIF)"),
    (lambda: a_derivative(1) + b"x", "1 bytes follow the picture"),
    (lambda: without_codes(a_derivative(1)), "its picture is damaged and does not open"),
    (lambda: as_jpeg(PRINT.rotate(180), quality=75, dpi=(300, 300)), "does not show what its photo shows"),
]


@pytest.mark.parametrize(("picture", "said"), FURTHER, ids=[said for _, said in FURTHER])
def test_a_further_picture_that_is_not_what_the_profile_asks_for_is_found(folder, picture, said):
    (folder / PRINTS[0]).write_bytes(picture())
    assert faults(signed_anew(folder)) == {PRINTS[0]: [said]}


def test_a_further_picture_beyond_its_size_is_found(tmp_path):
    degree = read_derivative("degree-150x210")
    tight = degree.model_copy(update={"size_max_kb": degree.size_max_kb.model_copy(update={"value": 3.0})})
    profile = a_profile().model_copy(update={"derivatives": (tight,)})
    sealed = sealed_in(tmp_path / "out", some_contents(tmp_path / "work", students=1, profile=profile))
    size = len(a_derivative(1, "degree-150x210")) / 1000
    said = [f"size_kb is {size:g} instead of ≤ 3 KB"]
    assert faults(sealed.folder) == {PHOTOS[0].replace("photos", "degree-150x210"): said}


def test_where_the_profile_lets_further_pictures_lack_their_number_counts(tmp_path):
    profile = a_profile().model_copy(update={"severities": {"P370": Severity.WARN}})
    contents = some_contents(tmp_path / "work", profile=profile)
    some = contents._replace(derivatives=contents.derivatives.head(2))
    sealed = sealed_in(tmp_path / "out", some)
    folder = sealed.folder
    assert faults(folder) == {}
    (folder / PRINTS[0]).unlink()
    found = faults(signed_anew(folder))
    assert found == {"bag-info.txt": ["Regpack-Derivatives should be print-33x48 1"]}


@pytest.mark.parametrize("quality", [1, 25, 49, 50, 60, 75, 95, 100])
@pytest.mark.parametrize("progressive", [False, True])
def test_the_quality_read_is_the_quality_written(quality, progressive):
    data = as_jpeg(PORTRAIT.resize((64, 64)), quality=quality, progressive=progressive)
    assert read_jpeg(data).quality == quality


# -- zips, links and what is no bundle at all

Member = tuple[zipfile.ZipInfo, bytes]


def repacked(sealed: Bundle, path: Path, *more: Member) -> Path:
    """The sealed zip with members added."""
    with zipfile.ZipFile(sealed.archive) as old, zipfile.ZipFile(path, "w") as new:
        for member in old.infolist():
            new.writestr(member, old.read(member))
        for member, data in more:
            new.writestr(member, data)
    return path


def a_member(name: str, mode: int = stat.S_IFREG | 0o644) -> zipfile.ZipInfo:
    member = zipfile.ZipInfo(name)
    member.external_attr = mode << 16
    return member


MEMBERS = [
    ("demo-2020-001/../../evil.txt", stat.S_IFREG, "its path leads out of the bundle's folder"),
    ("/etc/evil.txt", stat.S_IFREG, "its path leads out of the bundle's folder"),
    ("C:/evil.txt", stat.S_IFREG, "its path leads out of the bundle's folder"),
    ("demo-2020-001/data\\evil.txt", stat.S_IFREG, "its path leads out of the bundle's folder"),
    ("elsewhere/evil.txt", stat.S_IFREG, "its path leads out of the bundle's folder"),
    ("evil.txt", stat.S_IFREG, "its path leads out of the bundle's folder"),
    ("demo-2020-001/data/link", stat.S_IFLNK, "is a symbolic link and is not followed"),
    ("demo-2020-001/data/pipe", stat.S_IFIFO, "is no regular file"),
]


@pytest.mark.parametrize(("name", "kind", "said"), MEMBERS)
def test_a_member_that_leads_astray_is_found_and_not_read(sealed, tmp_path, name, kind, said):
    spoilt = repacked(sealed, tmp_path / "x.zip", (a_member(name, kind | 0o644), b"/etc/hostname"))
    assert faults(spoilt) == {name.removeprefix("demo-2020-001/"): [said]}


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_member_packed_twice_is_found(sealed, tmp_path):
    name = f"demo-2020-001/{PHOTOS[0]}"
    spoilt = repacked(sealed, tmp_path / "x.zip", (a_member(name), a_photo(1)))
    assert faults(spoilt) == {PHOTOS[0]: ["stands in the zip more than once"]}


def test_a_damaged_member_is_found(sealed, tmp_path):
    with zipfile.ZipFile(sealed.archive) as packed:
        member = packed.getinfo(f"demo-2020-001/{PHOTOS[0]}")
    data = bytearray(sealed.archive.read_bytes())
    data[member.header_offset + 1000] ^= 0xFF
    (tmp_path / "x.zip").write_bytes(data)
    assert "is damaged and cannot be read" in faults(tmp_path / "x.zip")[PHOTOS[0]]


def test_an_unknown_compression_is_found(sealed, tmp_path):
    with zipfile.ZipFile(sealed.archive) as old, zipfile.ZipFile(tmp_path / "x.zip", "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name), zipfile.ZIP_LZMA if name.endswith("images.xml") else None)
    found = faults(tmp_path / "x.zip")
    assert found["data/images.xml"][0] == "is encrypted or compressed in an unknown way"


def test_folders_packed_as_members_are_no_fault(sealed, tmp_path):
    spoilt = repacked(sealed, tmp_path / "x.zip", (a_member("demo-2020-001/data/", stat.S_IFDIR), b""))
    assert faults(spoilt) == {}


def test_a_link_in_a_folder_is_found_and_not_followed(folder, tmp_path):
    (tmp_path / "kept.jpg").write_bytes((folder / PHOTOS[0]).read_bytes())
    (folder / PHOTOS[0]).unlink()
    (folder / PHOTOS[0]).symlink_to(tmp_path / "kept.jpg")
    assert "is a symbolic link and is not followed" in faults(folder)[PHOTOS[0]]


def test_what_is_no_bundle_is_an_input_error(tmp_path):
    (tmp_path / "empty").mkdir()
    (tmp_path / "text.zip").write_text("no zip")
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as other:
        other.writestr("top/readme.txt", "no bag")
    for name in ("empty", "text.zip", "other.zip", "absent"):
        with pytest.raises(InputError):
            verify(tmp_path / name)


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_a_spoilt_zip_never_breaks_the_check(sealed, data):
    """Whatever byte is changed, the answer is a fault, an InputError, or the bundle's very content."""
    whole = sealed.archive.read_bytes()
    tail = st.integers(1, 4000).map(lambda back: len(whole) - back)
    at = data.draw(st.integers(0, len(whole) - 1) | tail)
    spoilt = bytearray(whole)
    spoilt[at] = data.draw(st.integers(0, 255))
    path = sealed.archive.parents[2] / "spoilt.zip"
    path.write_bytes(spoilt)
    try:
        found = verify(path)
    except InputError:
        return
    assert all(isinstance(fault, Fault) for fault in found.faults)
    if not found.faults:
        with zipfile.ZipFile(path) as packed, zipfile.ZipFile(BytesIO(whole)) as intact:
            assert {name: packed.read(name) for name in packed.namelist()} == {
                name: intact.read(name) for name in intact.namelist()
            }
