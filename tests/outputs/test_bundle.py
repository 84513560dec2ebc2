"""A bundle arrives whole or not at all, is the same every time, and others find it valid."""

import hashlib
import os
import zipfile
from pathlib import Path

import bagit
import polars as pl
import pytest
import xmlschema

from outputs.bundle import build
from schemas.errors import DeliveryError
from tests.bundle_builders import a_profile, sealed_in, some_contents


def digests(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.fixture
def contents(tmp_path):
    return some_contents(tmp_path / "work")


@pytest.fixture
def sealed(contents, tmp_path):
    return sealed_in(tmp_path / "out", contents)


def test_the_bag_holds_what_the_contract_says(sealed):
    names = set(digests(sealed.folder))
    tables = {f"data/{name}.{kind}" for name in ("images", "diploma", "degree") for kind in ("xml", "csv")}
    schemas = {f"data/schema/{name}.xsd" for name in ("images", "diploma-19", "degree-27")}
    folders = ("photos", "print-33x48")
    photos = {f"data/{name}/3601021998010112{n:02}.jpg" for name in folders for n in (1, 2, 3)}
    tags = {
        "bagit.txt", "bag-info.txt", "manifest-sha256.txt", "tagmanifest-sha256.txt", "regpack-profile.json",
        "cover.html",
        "regpack-sources.csv",
    }  # fmt: skip
    assert names == tables | schemas | photos | tags
    assert sealed.photos == 3


def test_another_program_finds_the_bag_valid(sealed):
    bag = bagit.Bag(str(sealed.folder))
    assert bag.validate()
    assert bag.info["External-Identifier"] == "demo-2020-001"
    assert bag.info["Regpack-Profile"] == "graduate 1.0"
    assert bag.info["Source-Organization"] == "示范大学"


def test_another_program_finds_the_tables_valid(sealed):
    for xml in (sealed.folder / "data").glob("*.xml"):
        xmlschema.validate(str(xml))  # finds the XSD by the name in the document


def test_the_profile_in_the_bag_is_the_one_it_was_made_by(sealed):
    text = (sealed.folder / "regpack-profile.json").read_text("utf-8")
    assert type(a_profile()).model_validate_json(text) == a_profile()


def test_the_zip_is_the_folder(sealed):
    with zipfile.ZipFile(sealed.archive) as packed:
        inside = {
            name.removeprefix("demo-2020-001/"): hashlib.sha256(packed.read(name)).hexdigest()
            for name in packed.namelist()
        }
        assert packed.namelist() == sorted(packed.namelist())
        assert {member.date_time for member in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert inside == digests(sealed.folder)
    assert hashlib.sha256(sealed.archive.read_bytes()).hexdigest() == sealed.archive_sha256


def test_the_same_inputs_give_the_same_bytes_elsewhere_and_later(sealed, tmp_path):
    elsewhere = some_contents(tmp_path / "other work")
    for photo in (tmp_path / "other work").iterdir():
        os.utime(photo, (1, 1))
    before = os.umask(0o077)
    try:
        again = sealed_in(tmp_path / "elsewhere" / "out", elsewhere)
    finally:
        os.umask(before)
    assert again.archive.read_bytes() == sealed.archive.read_bytes()
    assert digests(again.folder) == digests(sealed.folder)


def test_a_photo_changed_since_it_was_measured_stops_the_bundle(contents, tmp_path):
    name = contents.photos["photo_name"][0]
    with (tmp_path / "work" / name).open("ab") as photo:
        photo.write(b"x")
    with pytest.raises(DeliveryError) as stopped:
        build(contents, tmp_path)
    assert name[:-4] not in stopped.value.say("en") + stopped.value.say("zh")


def test_a_further_picture_changed_since_it_was_made_stops_the_bundle(contents, tmp_path):
    with Path(contents.derivatives["photo_path"][0]).open("ab") as picture:
        picture.write(b"x")
    with pytest.raises(DeliveryError, match="changed after"):
        build(contents, tmp_path)


@pytest.mark.parametrize("odd", ["doubled", "of nobody", "not in the profile"])
def test_a_further_picture_that_belongs_nowhere_is_refused(contents, tmp_path, odd):
    made = contents.derivatives
    spoilt = {
        "doubled": pl.concat([made, made.head(1)]),
        "of nobody": made.with_columns(photo_name=pl.lit("nobody.jpg")).head(1),
        "not in the profile": made.with_columns(derivative=pl.lit("other")).head(1),
    }[odd]
    with pytest.raises(ValueError, match="derivative is"):
        build(contents._replace(derivatives=spoilt), tmp_path)


@pytest.mark.parametrize("name", ["../x.jpg", "张三.jpg", "a/b.jpg", "a.JPG", "a.jpg\n"])
def test_a_photo_name_that_could_go_astray_is_refused(contents, tmp_path, name):
    odd = contents.photos.with_columns(photo_name=pl.lit(name)).head(1)
    with pytest.raises(ValueError, match="photo's name"):
        build(contents._replace(photos=odd), tmp_path)


def test_two_photos_that_windows_would_merge_are_refused(contents, tmp_path):
    names = pl.Series("photo_name", ["g1.jpg", "G1.jpg", "g2.jpg"])
    odd = contents.photos.with_columns(names)
    with pytest.raises(ValueError, match="same name"):
        build(contents._replace(photos=odd), tmp_path)


def test_a_record_that_breaks_its_xsd_never_leaves_and_is_not_quoted(contents, tmp_path):
    bad = {**contents.tables, "diploma": contents.tables["diploma"].with_columns(XB=pl.lit("秘密"))}
    with pytest.raises(ValueError, match=r"diploma\.xml breaks") as stopped:
        sealed_in(tmp_path / "out", contents._replace(tables=bad))
    assert "秘密" not in str(stopped.value)
    assert list((tmp_path / "out").iterdir()) == []


def test_a_table_with_other_columns_is_refused(contents, tmp_path):
    bad = {**contents.tables, "images": contents.tables["images"].drop("PSSJ")}
    with pytest.raises(ValueError, match="columns of images"):
        sealed_in(tmp_path / "out", contents._replace(tables=bad))


def test_a_profile_of_one_table_makes_a_bag_of_one_table(tmp_path):
    images_only = a_profile().model_copy(update={"tables": a_profile().tables[:1], "derivatives": ()})
    sealed = sealed_in(tmp_path / "out", some_contents(tmp_path / "work", profile=images_only))
    assert sorted(path.name for path in (sealed.folder / "data").iterdir()) == [
        "images.csv", "images.xml", "photos", "schema",
    ]  # fmt: skip
