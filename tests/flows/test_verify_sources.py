"""With its captures at hand, a bundle proves that its photos are crops of them; no edit signs itself away."""

import csv
import re
import shutil
import zipfile
from hashlib import sha256
from pathlib import Path

import bagit
import numpy as np
import polars as pl
import pytest
from click.testing import CliRunner
from PIL import Image

from flows.cli import cli
from flows.demo.portrait import draw, look_of
from flows.verify import verify
from schemas.errors import InputError
from tests.bundle_builders import a_profile, sealed_in, some_contents
from tests.forbidden_edits import EDITS, as_photo, edited
from tests.photo_builders import as_file, the_detector, the_spec
from transforms.photo import examine

ORIENTATION = 0x0112
LIST = "regpack-sources.csv"
PHOTOS = [f"data/photos/3601021998010112{number:02}.jpg" for number in (1, 2)]
NOT_AT_HAND = "its source is not at hand: it cannot be assessed"


def captured() -> dict[str, bytes]:
    """Two captures as cameras write them, the second on its side with an orientation mark."""
    upright = draw(look_of(1, woman=False), (768, 1024))[0]
    side = draw(look_of(2, woman=True), (1600, 2133))[0].transpose(Image.Transpose.ROTATE_90)
    mark = Image.Exif()
    mark[ORIENTATION] = 6
    return {
        "E201/DSC_0001.JPG": as_file(upright, quality=92),
        "E202/a/DSC_0007.JPG": as_file(side, quality=92, exif=mark),
    }


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A sealed bundle of two captures' photos, the captures' folder, and the photos' facts."""
    photos_only = a_profile().model_copy(update={"derivatives": ()})
    return sealed(tmp_path_factory.mktemp("made"), photos_only)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The same with a further picture of each photo."""
    return sealed(tmp_path_factory.mktemp("whole"), a_profile())


def sealed(place, profile):
    """A bundle of what the engine makes of the captures."""
    contents = some_contents(place / "work", students=2, profile=profile)
    lines, further, facts = [], [], []
    for (name, content), photo in zip(captured().items(), contents.photos.iter_rows(named=True), strict=True):
        path = place / "captures" / name
        path.parent.mkdir(parents=True)
        path.write_bytes(content)
        examined = examine(content, the_spec(), the_detector(), derivatives=profile.derivatives)
        Path(photo["photo_path"]).write_bytes(examined.photo)
        places = {
            key: getattr(examined.facts, key) for key in photo if key == "orientation" or key[:5] == "crop_"
        }
        digests = {"photo_sha256": digest(examined.photo), "capture_sha256": digest(content)}
        lines.append(photo | digests | places)
        facts.append(examined.facts)
        for line in contents.derivatives.filter(photo_name=photo["photo_name"]).iter_rows(named=True):
            picture = examined.derivatives[line["derivative"]]
            Path(line["photo_path"]).write_bytes(picture)
            further.append(line | {"photo_sha256": digest(picture)})
    photos, derivatives = pl.DataFrame(lines), pl.DataFrame(further, schema=contents.derivatives.schema)
    images = contents.tables["images"].with_columns(SHA256=photos["photo_sha256"])
    tables = {**contents.tables, "images": images}
    contents = contents._replace(photos=photos, derivatives=derivatives, tables=tables)
    return sealed_in(place / "out", contents), place / "captures", facts


@pytest.fixture
def folder(made, tmp_path) -> Path:
    """A copy of the bundle that a test may spoil."""
    return Path(shutil.copytree(made[0].folder, tmp_path / made[0].name))


def digest(data: bytes) -> str:
    return sha256(data).hexdigest()


def with_photo(folder: Path, path: str, photo: bytes) -> Path:
    """Another photo in the bundle, with every table and manifest made to fit it."""
    before = digest((folder / path).read_bytes())
    (folder / path).write_bytes(photo)
    for table in (folder / "data").glob("images.*"):
        table.write_text(table.read_text("utf-8-sig").replace(before, digest(photo)), "utf-8-sig")
    xml = folder / "data" / "images.xml"
    xml.write_bytes(xml.read_bytes().removeprefix(b"\xef\xbb\xbf"))
    return signed(folder)


def with_list(folder: Path, old: str, new: str) -> Path:
    """The list of sources with one thing changed in its second line, and the manifests made to fit."""
    text, changed = re.subn(old, new, (folder / LIST).read_text(), count=1, flags=re.MULTILINE)
    assert changed
    (folder / LIST).write_text(text)
    return signed(folder)


def signed(folder: Path) -> Path:
    bagit.Bag(str(folder)).save(processes=1, manifests=True)
    return folder


def faults(bundle: Path, sources: Path | None) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for file, text in verify(bundle, sources).faults:
        found.setdefault(file, []).append(text.en)
    return found


def zipped(captures: Path, path: Path) -> Path:
    with zipfile.ZipFile(path, "w") as packed:
        for file in sorted(captures.rglob("*.JPG")):
            packed.write(file, file.relative_to(captures).as_posix())
    return path


def test_an_honest_bundle_passes_with_its_captures_in_a_folder_or_a_zip(made, tmp_path):
    bundle, captures, _ = made
    for sources in (captures, zipped(captures, tmp_path / "captures.zip")):
        for form in (bundle.folder, bundle.archive):
            verified = verify(form, sources)
            assert (verified.faults, verified.compared) == ((), 2)


def test_the_command_says_how_many_were_compared_and_ends_with_3_for_an_edit(made, folder):
    bundle, captures, facts = made
    passed = CliRunner().invoke(cli, ["verify", str(bundle.archive), "--sources", str(captures)])
    assert passed.exit_code == 0
    assert passed.stdout.endswith("，与原图对照 2 张\n")
    with_photo(folder, PHOTOS[0], edited((folder / PHOTOS[0]).read_bytes(), facts[0], "mirrored"))
    refused = CliRunner().invoke(cli, ["verify", str(folder), "--sources", str(captures)])
    assert refused.exit_code == 3
    assert f"{PHOTOS[0]}: 左右镜像" in refused.stderr.splitlines()


def test_sources_that_do_not_exist_are_unusable(made, tmp_path):
    ended = CliRunner().invoke(cli, ["verify", str(made[0].folder), "--sources", str(tmp_path / "absent")])
    assert ended.exit_code == 2


def test_the_list_names_captures_by_nothing_but_their_digests(made):
    bundle, _, facts = made
    lines = list(csv.DictReader((bundle.folder / LIST).read_text().splitlines()))
    assert [line["source_sha256"] for line in lines] == [digest(content) for content in captured().values()]
    assert [line["orientation"] for line in lines] == ["1", "6"]
    assert [float(line["left_px"]) for line in lines] == pytest.approx(
        [each.crop_left_px for each in facts], abs=1e-3
    )
    assert not [name for name in ("DSC_", "E201", "阿卜杜") if name in (bundle.folder / LIST).read_text()]


def test_without_sources_nothing_is_compared(made):
    verified = verify(made[0].folder)
    assert (verified.faults, verified.compared) == ((), None)


@pytest.mark.parametrize("edit", EDITS)
def test_an_edited_photo_that_is_signed_for_anew_is_caught_by_its_source_alone(made, folder, edit):
    _, captures, facts = made
    photo = edited((folder / PHOTOS[0]).read_bytes(), facts[0], edit)
    spoilt = with_photo(folder, PHOTOS[0], photo)
    assert faults(spoilt, None) == {}
    assert list(faults(spoilt, captures)) == [PHOTOS[0]]


def test_further_pictures_are_compared_as_well(whole):
    bundle, captures, _ = whole
    verified = verify(bundle.folder, captures)
    assert (verified.faults, verified.compared) == ((), 4)


@pytest.mark.parametrize("edit", ["a brighter spot", "skin under a bilateral filter", "redder by 4 levels"])
def test_an_edited_further_picture_is_caught_by_its_source_alone(whole, tmp_path, edit):
    bundle, captures, facts = whole
    spoilt = Path(shutil.copytree(bundle.folder, tmp_path / bundle.name))
    path = PHOTOS[0].replace("photos", a_profile().derivatives[0].folder)
    (spoilt / path).write_bytes(edited((spoilt / path).read_bytes(), facts[0], edit))
    assert faults(signed(spoilt), None) == {}
    assert list(faults(spoilt, captures)) == [path]


def test_a_photo_of_another_capture_is_caught(made, folder):
    with Image.open(folder / PHOTOS[1]) as other:
        spoilt = with_photo(folder, PHOTOS[0], as_photo(other, 85))
    assert faults(spoilt, None) == {}
    assert list(faults(spoilt, made[1])) == [PHOTOS[0]]


def test_a_source_that_is_not_at_hand_is_no_pass(made, folder, tmp_path):
    captures = Path(shutil.copytree(made[1], tmp_path / "captures"))
    (captures / "E201" / "DSC_0001.JPG").unlink()
    verified = verify(folder, captures)
    assert verified.compared == 1
    assert faults(folder, captures) == {PHOTOS[0]: [NOT_AT_HAND]}


def test_a_source_that_was_changed_is_not_at_hand(made, folder, tmp_path):
    captures = Path(shutil.copytree(made[1], tmp_path / "captures"))
    with (captures / "E201" / "DSC_0001.JPG").open("ab") as capture:
        capture.write(b"x")
    assert faults(folder, captures) == {PHOTOS[0]: [NOT_AT_HAND]}


CLAIMS = [
    (r"^([^,]*01\.jpg,\w+,\d),[\d.]+", r"\1,-30.0", "its crop leaves its source"),
    (r"^([^,]*01\.jpg,\w+,\d,[\d.]+),[\d.]+", r"\1,999.0", "its crop leaves its source"),
    (
        r"^([^,]*01\.jpg,\w+,\d,[\d.]+,[\d.]+),[\d.]+",
        r"\1,500.0",
        "its crop has another shape: it is stretched",
    ),
    (r"^([^,]*01\.jpg,\w+),1", r"\1,3", "was turned as orientation 3 asks, and its source has 1"),
    (r"^([^,]*01\.jpg),\w{64}", r"\1," + "0" * 64, NOT_AT_HAND),
]


@pytest.mark.parametrize(("old", "new", "said"), CLAIMS)
def test_a_false_claim_is_caught(made, folder, old, new, said):
    found = faults(with_list(folder, old, new), made[1])
    assert list(found) == [PHOTOS[0]]
    assert said in found[PHOTOS[0]]


BROKEN = [
    ("^.*01.jpg.*\n", ""),
    ("^(.*01.jpg)", r"x\1"),
    ("^(.*01.jpg.*\n)", r"\1\1"),
    ("source_sha256", "digest"),
    (r"^(.*01\.jpg,\w+),\d", r"\1,nan"),
    (r"^(.*01\.jpg,\w+,\d),[\d.]+", r"\1,inf"),
]


@pytest.mark.parametrize(("old", "new"), BROKEN)
def test_a_list_that_is_not_whole_is_no_pass(made, folder, old, new):
    assert faults(with_list(folder, old, new), None) == {}
    assert PHOTOS[0] in faults(folder, made[1])


def test_a_bundle_without_a_list_is_no_pass(made, folder):
    (folder / LIST).unlink()
    signed(folder)
    found = faults(folder, made[1])
    assert list(found) == [LIST, *PHOTOS]


def test_sources_without_a_picture_are_unusable(made, tmp_path):
    with pytest.raises(InputError):
        verify(made[0].folder, tmp_path)


def test_a_photo_of_another_size_cannot_be_compared(made, folder):
    small = as_file(Image.fromarray(np.zeros((64, 48, 3), np.uint8)), quality=85, dpi=(300, 300))
    found = faults(with_photo(folder, PHOTOS[0], small), made[1])
    assert "does not open or has another size: it cannot be assessed" in found[PHOTOS[0]]
