"""A table's DBF and workbook say what its XML says; whatever else they say is found."""

import shutil
from datetime import date
from io import BytesIO
from pathlib import Path

import bagit
import dbfread
import openpyxl
import pytest

from flows.profiles import packaged_profiles, valid_on
from flows.verify import verify
from outputs.bundle import Bundle
from schemas.campaign import Certificates
from tests.builders import the_profile
from tests.bundle_builders import a_profile, sealed_in, some_contents


def everything():
    """The shipped profile, its diploma table as every kind of file."""
    tables = [
        table.model_copy(update={"files": ("xml", "csv", "dbf", "xlsx")})
        if table.name == "diploma"
        else table
        for table in a_profile().tables
    ]
    return a_profile().model_copy(update={"tables": tuple(tables)})


@pytest.fixture(scope="module")
def sealed(tmp_path_factory) -> Bundle:
    place = tmp_path_factory.mktemp("sealed")
    contents = some_contents(place / "work", profile=everything())
    return sealed_in(place / "out", contents)


@pytest.fixture
def folder(sealed, tmp_path) -> Path:
    """A copy that a test may spoil."""
    return Path(shutil.copytree(sealed.folder, tmp_path / sealed.name))


def faults(folder: Path) -> dict[str, list[str]]:
    """What is wrong with each file once somebody has signed for it anew."""
    bagit.Bag(str(folder)).save(processes=1, manifests=True)
    found: dict[str, list[str]] = {}
    for file, text in verify(folder).faults:
        found.setdefault(file, []).append(text.en)
    return found


def test_a_bundle_of_every_kind_of_file_is_found_whole(sealed):
    assert {path.name for path in (sealed.folder / "data").glob("diploma.*")} == {
        "diploma.xml", "diploma.csv", "diploma.dbf", "diploma.xlsx",
    }  # fmt: skip
    assert verify(sealed.folder).faults == ()
    assert verify(sealed.archive).faults == ()


@pytest.mark.parametrize("kind", ["dbf", "xlsx"])
def test_a_file_that_is_missing_is_found(folder, kind):
    (folder / f"data/diploma.{kind}").unlink()
    assert faults(folder) == {f"data/diploma.{kind}": ["is missing or cannot be read"]}


AWARDED = {name: date(2022, 6, 30) for name in packaged_profiles()}
ALL = [*AWARDED.items(), ("registers-by-date", date(2015, 6, 30)), ("registers-by-date", date(2024, 6, 1))]


@pytest.mark.parametrize(("name", "day"), ALL, ids=str)
def test_every_packaged_table_gives_files_that_verify_accepts(tmp_path, name, day):
    dated = valid_on(the_profile(name), Certificates(award_date=day), campaign_path=tmp_path)
    profile = dated.model_copy(update={"derivatives": ()})
    sealed = sealed_in(tmp_path / "out", some_contents(tmp_path / "work", profile=profile))
    data = sealed.folder / "data"
    written = {path.name for path in data.glob("*.*")}
    assert written == {f"{table.name}.{kind}" for table in profile.tables for kind in table.files}
    assert verify(sealed.folder).faults == ()
    for path in data.glob("*.dbf"):
        assert len(list(dbfread.DBF(path, char_decode_errors="strict"))) == 3


WHOLE, FIELDS = "is no whole dBASE III file", "its fields or its language are not the profile's"
ONE = 19 * 32 + 33
"""Where the first record of the diploma's DBF begins."""
DBFS = [
    (
        lambda data: data.replace("周".encode("gbk"), "王".encode("gbk"), 1),
        "record 1 differs from the XML in XZM",
    ),
    (lambda data: data[:29] + b"\x7a" + data[30:], FIELDS),
    (lambda data: data[:29] + b"\x00" + data[30:], FIELDS),
    (lambda data: data.replace(b"KSH\0", b"KSX\0", 1), FIELDS),
    (lambda data: data[:43] + b"N" + data[44:], FIELDS),
    (lambda data: data[:ONE] + b"*" + data[ONE + 1 :], WHOLE),
    (lambda data: data[:-1], WHOLE),
    (lambda data: data + b"PK", WHOLE),
    (lambda data: data[:-40] + b"\x1a", WHOLE),
    (lambda data: b"", WHOLE),
    (lambda data: data[: ONE + 19] + b"\xff\xff" + data[ONE + 21 :], "is not encoded as GBK"),
]


@pytest.mark.parametrize(("spoil", "said"), DBFS)
def test_a_spoilt_dbf_is_found(folder, spoil, said):
    path = folder / "data/diploma.dbf"
    path.write_bytes(spoil(path.read_bytes()))
    assert faults(folder) == {"data/diploma.dbf": [said]}


def test_a_record_missing_from_the_dbf_is_found(folder):
    path = folder / "data/diploma.dbf"
    data = path.read_bytes()
    size = int.from_bytes(data[10:12], "little")
    path.write_bytes(data[:4] + b"\x02" + data[5 : -size - 1] + b"\x1a")
    assert faults(folder) == {"data/diploma.dbf": ["has more or fewer records than the XML (2 / 3)"]}


def edited(folder: Path, change) -> None:
    """The workbook after somebody changed it in a spreadsheet and saved."""
    path = folder / "data/diploma.xlsx"
    book = openpyxl.load_workbook(path)
    change(book)
    saved = BytesIO()
    book.save(saved)
    path.write_bytes(saved.getvalue())


def put(place: str, value: object):
    def change(book):
        book.active[place] = value

    return change


def put_number(book):
    book.active["D2"].number_format = "General"
    book.active["D2"] = 19980101


WORKBOOKS = [
    (put("B2", "王五"), "record 1 differs from the XML in XM"),
    (put("B1", "NAME"), "its header is not the profile's"),
    (put("B2", "=1+1"), "holds a formula, or spans too many cells"),
    (put_number, "has a cell that is no text"),
    (lambda book: book.active.delete_rows(4), "has more or fewer records than the XML (2 / 3)"),
    (lambda book: book.create_sheet("more"), "has more than one sheet"),
]


@pytest.mark.parametrize(("change", "said"), WORKBOOKS)
def test_an_edited_workbook_is_found(folder, change, said):
    edited(folder, change)
    assert faults(folder) == {"data/diploma.xlsx": [said]}


def test_a_workbook_saved_again_unchanged_is_the_same_to_verify(folder):
    edited(folder, lambda book: None)
    assert faults(folder) == {}


@pytest.mark.parametrize("data", [b"", b"PK\x05\x06" + bytes(18), b"x" * 100])
def test_a_workbook_that_is_none_is_found(folder, data):
    (folder / "data/diploma.xlsx").write_bytes(data)
    assert faults(folder) == {"data/diploma.xlsx": ["is no valid workbook"]}


@pytest.mark.parametrize("bent", ["300", "-1", "null"])
def test_a_profile_bent_for_a_dbf_breaks_nothing(folder, bent):
    path = folder / "regpack-profile.json"
    text = path.read_text("utf-8")
    at = text.index('"max_bytes": 18', text.index('"KSH"'))
    path.write_text(text[:at] + f'"max_bytes": {bent}' + text[at + len('"max_bytes": 18') :], "utf-8")
    assert faults(folder)
