"""What a run stages arrives whole or not at all; what is decided is completed, whoever comes next."""

import errno
import os
import shutil
from collections import UserDict
from pathlib import Path

import bagit
import pytest

from outputs.bundle import Contents, build
from outputs.handover import BUNDLES, Staging, is_whole, left_behind, put_in_place, staged, stands, sweep
from outputs.staging import delivering
from schemas.errors import DeliveryError
from tests.bundle_builders import sealed_in, some_contents

RUN = "20201123-120000-000"
NAME = "demo-2020-001"


@pytest.fixture
def contents(tmp_path) -> Contents:
    return some_contents(tmp_path / "work")


@pytest.fixture
def whole(contents, tmp_path) -> Staging:
    """A run staged to the end: a bundle and an audit."""
    return stage(contents, Staging(tmp_path / "out", "demo-2020", RUN))


def stage(contents: Contents, staging: Staging) -> Staging:
    with staged(staging):
        build(contents, staging.bundles)
        staging.audit.mkdir(parents=True, mode=0o700)
        (staging.audit / "summary.json").write_text("{}")
    return staging


class Broken(UserDict):
    """Entries of bag-info.txt that interrupt whoever reads them, once photos and tables are written."""

    def __init__(self, error: type[BaseException]) -> None:
        super().__init__()
        self.error = error

    def keys(self):
        raise self.error


def seen(out: Path) -> set[str]:
    return {
        path.relative_to(out).as_posix() for path in out.glob("*/*") if not path.parent.name.startswith(".")
    }


def test_nothing_is_seen_until_it_is_put_in_place(whole):
    assert (seen(whole.out), left_behind(whole.out, "demo-2020")) == (set(), [whole])
    put_in_place(whole)
    assert seen(whole.out) == {f"bundles/{NAME}", f"bundles/{NAME}.zip", f"audit/{RUN}"}
    assert left_behind(whole.out, "demo-2020") == []
    assert {path.name for path in whole.out.iterdir()} == {"bundles", "audit"}
    assert bagit.Bag(str(whole.out / BUNDLES / NAME)).validate()


def test_only_its_owner_may_look_into_what_is_staged(whole):
    assert whole.folder.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("interruption", [KeyboardInterrupt, RuntimeError])
def test_an_interruption_leaves_nothing_behind(contents, tmp_path, interruption):
    staging = Staging(tmp_path / "out", "demo-2020", RUN)
    broken = contents._replace(info=Broken(interruption))
    with pytest.raises(interruption):
        stage(broken, staging)
    assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.parametrize("moved", range(4))
def test_a_run_killed_between_two_renames_is_completed(whole, moved):
    steps = [f"bundles/{NAME}.zip", f"bundles/{NAME}", f"audit/{RUN}"]
    for step in steps[:moved]:
        (whole.out / step).parent.mkdir(exist_ok=True)
        (whole.folder / step).rename(whole.out / step)
    (left,) = left_behind(whole.out, "demo-2020")
    put_in_place(left)
    assert seen(whole.out) == set(steps)
    assert left_behind(whole.out, "demo-2020") == []


def test_sealing_the_same_again_changes_nothing(contents, whole):
    put_in_place(whole)
    archive = whole.out / BUNDLES / f"{NAME}.zip"
    before = archive.stat().st_ino
    put_in_place(stage(contents, whole._replace(run="20201123-120000-001")))
    assert archive.stat().st_ino == before


def test_another_bundle_of_the_same_name_is_never_replaced(contents, whole):
    put_in_place(whole)
    before = (whole.out / BUNDLES / f"{NAME}.zip").read_bytes()
    changed = contents._replace(info={**contents.info, "Bagging-Date": "2020-11-24"})
    with pytest.raises(DeliveryError, match="the ledger does not know it"):
        stage(changed, whole._replace(run="20201123-120000-001"))
    assert (whole.out / BUNDLES / f"{NAME}.zip").read_bytes() == before
    assert left_behind(whole.out, "demo-2020") == []


def test_an_audit_of_the_same_run_is_never_replaced(contents, whole):
    put_in_place(whole)
    with pytest.raises(DeliveryError):
        stage(contents, whole)
    assert (whole.out / "audit" / RUN / "summary.json").read_text() == "{}"


def test_a_rename_that_fails_leaves_the_rest_staged_and_says_who_completes_it(whole):
    (whole.out / "bundles").write_text("a file")
    with pytest.raises(DeliveryError, match="the next run completes it"):
        put_in_place(whole)
    with pytest.raises(DeliveryError, match="run again"):
        put_in_place(whole, is_recorded=False)
    (whole.out / "bundles").unlink()
    put_in_place(whole)
    assert len(seen(whole.out)) == 3


@pytest.mark.parametrize("harm", ["zip", "photo", "more", "no folder", "no zip"])
def test_what_was_damaged_while_it_was_staged_is_not_whole(whole, contents, tmp_path, harm):
    (tmp_path / "other").mkdir()
    sealed = build(contents, tmp_path / "other").archive_sha256
    assert is_whole(whole, NAME, sealed)
    folder, archive = whole.bundles / NAME, whole.bundles / f"{NAME}.zip"
    if harm == "zip":
        with archive.open("ab") as file:
            file.write(b"x")
    elif harm == "photo":
        next((folder / "data" / "photos").iterdir()).write_bytes(b"x")
    elif harm == "more":
        (folder / "data" / "Thumbs.db").write_bytes(b"x")
    elif harm == "no folder":
        shutil.rmtree(folder)
    else:
        archive.unlink()
    assert not is_whole(whole, NAME, sealed)


def test_what_stands_already_counts_as_whole(whole, contents, tmp_path):
    (tmp_path / "other").mkdir()
    sealed = build(contents, tmp_path / "other").archive_sha256
    (whole.out / BUNDLES).mkdir()
    assert not stands(whole.out, NAME)
    (whole.bundles / f"{NAME}.zip").rename(whole.out / BUNDLES / f"{NAME}.zip")
    assert stands(whole.out, NAME)
    assert is_whole(whole, NAME, sealed)


def test_other_campaigns_in_the_same_folder_are_left_alone(whole):
    assert left_behind(whole.out, "demo") == left_behind(whole.out, "demo-2020-001") == []
    sweep(whole)
    assert list(whole.out.iterdir()) == []


def test_a_file_in_the_place_of_the_folder_is_said_plainly(contents, tmp_path):
    (tmp_path / "out").write_text("a file")
    with pytest.raises(DeliveryError) as stopped:
        sealed_in(tmp_path / "out", contents)
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
