"""A bundle arrives whole or not at all, is the same every time, and others find it valid."""

import errno
import hashlib
import os
import zipfile
from pathlib import Path

import bagit
import polars as pl
import pytest
import xmlschema

from outputs.bundle import Contents, publish, stage
from outputs.staging import delivering
from schemas.errors import DeliveryError
from tests.bundle_builders import a_profile, some_contents


def seal(contents: Contents, out: Path):
    with stage(contents, out) as staged:
        return publish(staged)


def hidden(out: Path) -> list[str]:
    return [path.name for path in out.iterdir() if path.name.startswith(".")]


def digests(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.fixture
def contents(tmp_path):
    return some_contents(tmp_path / "work")


@pytest.fixture
def sealed(contents, tmp_path):
    return seal(contents, tmp_path / "out")


def test_the_bag_holds_what_the_contract_says(sealed):
    names = set(digests(sealed.folder))
    tables = {f"data/{name}.{kind}" for name in ("images", "diploma", "degree") for kind in ("xml", "csv")}
    schemas = {f"data/schema/{name}.xsd" for name in ("images", "diploma-19", "degree-27")}
    folders = ("photos", "print-33x48")
    photos = {f"data/{name}/3601021998010112{n:02}.jpg" for name in folders for n in (1, 2, 3)}
    tags = {
        "bagit.txt", "bag-info.txt", "manifest-sha256.txt", "tagmanifest-sha256.txt", "regpack-profile.json",
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
        again = seal(elsewhere, tmp_path / "elsewhere" / "out")
    finally:
        os.umask(before)
    assert again.archive.read_bytes() == sealed.archive.read_bytes()
    assert digests(again.folder) == digests(sealed.folder)


def test_nothing_is_seen_until_it_is_published(contents, tmp_path):
    out = tmp_path / "out"
    with stage(contents, out) as staged:
        assert not (out / "bundles").exists()
        assert staged.bundle.folder.is_relative_to(out)
    assert list(out.iterdir()) == []


@pytest.mark.parametrize("interruption", [KeyboardInterrupt, RuntimeError])
def test_an_interruption_leaves_nothing_behind(contents, tmp_path, interruption):
    with pytest.raises(interruption), stage(contents, tmp_path / "out"):
        raise interruption
    assert list((tmp_path / "out").iterdir()) == []


def test_an_interruption_while_photos_are_copied_leaves_nothing_behind(contents, tmp_path):
    (tmp_path / "work" / contents.photos["photo_name"][2]).unlink()
    with pytest.raises(DeliveryError), stage(contents, tmp_path / "out"):
        pass
    assert list((tmp_path / "out").iterdir()) == []


def test_what_a_killed_run_staged_is_swept(contents, tmp_path):
    leftover = tmp_path / "out" / ".staging-demo-2020-001-killed"
    leftover.mkdir(parents=True)
    (leftover / "photo.jpg").write_bytes(b"someone's face")
    seal(contents, tmp_path / "out")
    assert hidden(tmp_path / "out") == []


def test_a_run_killed_between_the_two_renames_is_completed(contents, sealed, tmp_path):
    for path in sorted(sealed.folder.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    sealed.folder.rmdir()
    assert bagit.Bag(str(seal(contents, tmp_path / "out").folder)).validate()


def test_sealing_the_same_again_changes_nothing(contents, sealed, tmp_path):
    before = sealed.archive.stat().st_ino
    assert seal(contents, tmp_path / "out") == sealed
    assert sealed.archive.stat().st_ino == before


def test_another_bundle_of_the_same_name_is_never_replaced(contents, sealed, tmp_path):
    before = digests(sealed.folder)
    changed = contents._replace(info={**contents.info, "Bagging-Date": "2020-11-24"})
    with pytest.raises(DeliveryError):
        seal(changed, tmp_path / "out")
    assert digests(sealed.folder) == before
    assert hidden(tmp_path / "out") == []


def test_a_photo_changed_since_it_was_measured_stops_the_bundle(contents, tmp_path):
    name = contents.photos["photo_name"][0]
    with (tmp_path / "work" / name).open("ab") as photo:
        photo.write(b"x")
    with pytest.raises(DeliveryError) as stopped, stage(contents, tmp_path / "out"):
        pass
    assert name[:-4] not in stopped.value.say("en") + stopped.value.say("zh")


def test_a_file_in_the_place_of_the_folder_is_said_plainly(contents, tmp_path):
    (tmp_path / "out").write_text("a file")
    with pytest.raises(DeliveryError) as stopped, stage(contents, tmp_path / "out"):
        pass
    assert os.strerror(errno.EEXIST) in stopped.value.say("en")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full, a disk that is always full")
def test_a_full_disk_is_said_plainly(tmp_path):
    with (
        pytest.raises(DeliveryError) as stopped,
        delivering(tmp_path),
        Path("/dev/full").open("wb", 0) as full,
    ):
        full.write(b"x")
    assert "磁盘已满" in stopped.value.say("zh")


def test_a_further_picture_changed_since_it_was_made_stops_the_bundle(contents, tmp_path):
    with Path(contents.derivatives["photo_path"][0]).open("ab") as picture:
        picture.write(b"x")
    with pytest.raises(DeliveryError), stage(contents, tmp_path / "out"):
        pass
    assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.parametrize("odd", ["doubled", "of nobody", "not in the profile"])
def test_a_further_picture_that_belongs_nowhere_is_refused(contents, tmp_path, odd):
    made = contents.derivatives
    spoilt = {
        "doubled": pl.concat([made, made.head(1)]),
        "of nobody": made.with_columns(photo_name=pl.lit("nobody.jpg")).head(1),
        "not in the profile": made.with_columns(derivative=pl.lit("other")).head(1),
    }[odd]
    with (
        pytest.raises(ValueError, match="derivative is"),
        stage(contents._replace(derivatives=spoilt), tmp_path / "out"),
    ):
        pass


@pytest.mark.parametrize("name", ["../x.jpg", "张三.jpg", "a/b.jpg", "a.JPG", "a.jpg\n"])
def test_a_photo_name_that_could_go_astray_is_refused(contents, tmp_path, name):
    odd = contents.photos.with_columns(photo_name=pl.lit(name)).head(1)
    with (
        pytest.raises(ValueError, match="photo's name"),
        stage(contents._replace(photos=odd), tmp_path / "out"),
    ):
        pass


def test_two_photos_that_windows_would_merge_are_refused(contents, tmp_path):
    names = pl.Series("photo_name", ["g1.jpg", "G1.jpg", "g2.jpg"])
    odd = contents.photos.with_columns(names)
    with pytest.raises(ValueError, match="same name"), stage(contents._replace(photos=odd), tmp_path / "out"):
        pass


def test_a_record_that_breaks_its_xsd_never_leaves_and_is_not_quoted(contents, tmp_path):
    bad = {**contents.tables, "diploma": contents.tables["diploma"].with_columns(XB=pl.lit("秘密"))}
    with pytest.raises(ValueError, match=r"diploma\.xml breaks") as stopped:
        seal(contents._replace(tables=bad), tmp_path / "out")
    assert "秘密" not in str(stopped.value)
    assert list((tmp_path / "out").iterdir()) == []


def test_a_table_with_other_columns_is_refused(contents, tmp_path):
    bad = {**contents.tables, "images": contents.tables["images"].drop("PSSJ")}
    with pytest.raises(ValueError, match="columns of images"):
        seal(contents._replace(tables=bad), tmp_path / "out")


def test_a_profile_of_one_table_makes_a_bag_of_one_table(tmp_path):
    images_only = a_profile().model_copy(update={"tables": a_profile().tables[:1], "derivatives": ()})
    sealed = seal(some_contents(tmp_path / "work", profile=images_only), tmp_path / "out")
    assert sorted(path.name for path in (sealed.folder / "data").iterdir()) == [
        "images.csv", "images.xml", "photos", "schema",
    ]  # fmt: skip
