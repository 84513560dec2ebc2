"""A folder as a zip whose bytes depend on nothing but the files' names and bytes."""

import shutil
from hashlib import file_digest
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from outputs.writer import Receipt

EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a zip can hold."""
UNIX = 3
REGULAR_FILE = 0o100644 << 16
"""A zip member's type and permissions, whatever the umask of whoever packed it."""


def pack(folder: Path, archive: Path) -> Receipt:
    """Pack every file of `folder` under the folder's own name, sorted; one file at a time is in memory.

    The bytes of deflated members also depend on the zlib build. ValueError for a name outside ASCII, since
    Windows tools read such names as GBK.
    """
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    with ZipFile(archive, "x") as packed:
        for name in names:
            _add(packed, folder / name, f"{folder.name}/{name}")
    with archive.open("rb") as file:
        digest = file_digest(file, "sha256").hexdigest()
    return Receipt(archive.name, digest, archive.stat().st_size)


def is_unpacked(archive: Path, folder: Path) -> bool:
    """Whether a folder holds just what an archive of `pack` holds, byte for byte."""
    files = {path.relative_to(folder.parent).as_posix() for path in folder.rglob("*") if path.is_file()}
    with ZipFile(archive) as packed:
        return files == set(packed.namelist()) and all(
            packed.read(name) == (folder.parent / name).read_bytes() for name in files
        )


def _add(packed: ZipFile, path: Path, name: str) -> None:
    """Copy one file into the archive; photos as they are, since JPEG does not deflate."""
    if not name.isascii():
        raise ValueError("a file name in a bundle must be ASCII")
    member = ZipInfo(name, date_time=EPOCH)
    member.compress_type = ZIP_STORED if path.suffix == ".jpg" else ZIP_DEFLATED
    member.create_system = UNIX
    member.external_attr = REGULAR_FILE
    member.file_size = path.stat().st_size  # lets zipfile choose the member's header before it is written
    with path.open("rb") as source, packed.open(member, "w") as target:
        shutil.copyfileobj(source, target)
