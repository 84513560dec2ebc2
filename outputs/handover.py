"""A run's results: staged whole and on the disk beside the place where they will stand, then renamed into it.

The ledger decides in between. What it knows is completed, by whoever runs next if need be; what it does not
know is swept.
"""

import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from outputs.archive import is_unpacked
from outputs.bag import TAG_MANIFEST
from outputs.staging import FOLDER, delivering, digest_of, said_of, settle, sync, todo_of
from schemas.errors import DeliveryError
from schemas.words import Text

BUNDLES, AUDIT = "bundles", "audit"
RUN_NAME = re.compile(r"\d{8}-\d{6}-\d{3}")
_COMPLETED_NEXT = Text(
    "台账已经记下这次运行，排除故障后再运行一次，会自动补完",
    "the ledger has this run: once this is mended, the next run completes it",
)


class Staging(NamedTuple):
    """Where one run of a campaign stages its results, under names that the ledger's entry tells."""

    out: Path
    campaign: str
    run: str

    @property
    def folder(self) -> Path:
        """The hidden folder that holds all of them."""
        return self.out / f".staging-{self.campaign}-{self.run}"

    @property
    def bundles(self) -> Path:
        """Where the bundle and its zip are built."""
        return self.folder / BUNDLES

    @property
    def audit(self) -> Path:
        """Where the audit is written."""
        return self.folder / AUDIT / self.run


@contextmanager
def staged(staging: Staging) -> Iterator[None]:
    """Make the folder; at the end all that the body wrote is on the disk, or gone if the body failed.

    DeliveryError where the disk refuses, or where something else stands in a result's place already.
    """
    try:
        with delivering(staging.out):
            staging.out.mkdir(parents=True, exist_ok=True, mode=FOLDER)
            staging.folder.mkdir(mode=FOLDER)
            staging.bundles.mkdir()
        with _temporary_files_in(staging.folder):
            yield
        with delivering(staging.out):
            _refuse_others(staging)
            settle(staging.folder)
            sync(staging.out)
    except BaseException:
        sweep(staging)
        raise


@contextmanager
def _temporary_files_in(folder: Path) -> Iterator[None]:
    """Have libraries keep what they write for a moment in a folder that is swept, even after a kill."""
    before, tempfile.tempdir = tempfile.tempdir, str(folder)
    try:
        yield
    finally:
        tempfile.tempdir = before


def put_in_place(staging: Staging, *, is_recorded: bool = True) -> None:
    """Rename what is staged to where it belongs, each bundle's zip first; what stands there already stays.

    DeliveryError leaves the rest staged, which the next run completes if the ledger has the run.
    """
    try:
        for source, target in _moves(staging):
            target.parent.mkdir(exist_ok=True, mode=FOLDER)
            if not target.exists():
                source.rename(target)
        for folder in (staging.out / BUNDLES, staging.out / AUDIT, staging.out):
            if folder.exists():
                sync(folder)
        sweep(staging)
    except OSError as broken:
        raise DeliveryError(
            staging.out, said_of(broken), _COMPLETED_NEXT if is_recorded else todo_of(broken)
        ) from None


def sweep(staging: Staging) -> None:
    """Remove what is staged."""
    shutil.rmtree(staging.folder, ignore_errors=True)


def left_behind(out: Path, campaign: str) -> list[Staging]:
    """What earlier runs of a campaign staged and did not put in place, in the order of their names."""
    prefix = Staging(out, campaign, "").folder.name
    runs = (path.name.removeprefix(prefix) for path in sorted(out.glob(f"{prefix}*")))
    return [Staging(out, campaign, run) for run in runs if RUN_NAME.fullmatch(run)]


def is_whole(staging: Staging, name: str, archive_sha256: str) -> bool:
    """Whether a bundle, staged or partly in place, has its zip as sealed and the same in its folder."""
    folder, archive = (_either(staging, each) for each in (name, f"{name}.zip"))
    return archive.is_file() and digest_of(archive) == archive_sha256 and is_unpacked(archive, folder)


def stands(out: Path, name: str) -> bool:
    """Whether a bundle is in place, as a folder or as a zip."""
    return any((out / BUNDLES / each).exists() for each in (name, f"{name}.zip"))


def _either(staging: Staging, name: str) -> Path:
    in_place = staging.out / BUNDLES / name
    return in_place if in_place.exists() else staging.bundles / name


def _moves(staging: Staging) -> list[tuple[Path, Path]]:
    """What is staged and where it belongs."""
    bundles = sorted(staging.bundles.glob("*"), key=lambda path: (path.is_dir(), path.name))
    sources = [*bundles, *([staging.audit] if staging.audit.exists() else [])]
    return [(source, staging.out / source.relative_to(staging.folder)) for source in sources]


def _refuse_others(staging: Staging) -> None:
    """DeliveryError where something else than this very result bears its name: nothing is ever replaced."""
    for source, target in _moves(staging):
        if target.exists() and (not _seal(source) or _seal(source) != _seal(target)):
            raise DeliveryError(
                target,
                Text(
                    "同名文件夹或 zip 已存在，而台账中没有它",
                    "a folder or zip of this name exists, and the ledger does not know it",
                ),
                Text(
                    "恢复台账，或把它移到别处后重新运行", "restore the ledger, or move it away, and run again"
                ),
            )


def _seal(path: Path) -> str:
    """What stands for every byte of a zip or of a bag; nothing for a folder that is no bag."""
    file = path if path.is_file() else path / TAG_MANIFEST
    return digest_of(file) if file.is_file() else ""
