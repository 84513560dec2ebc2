"""Files that are to arrive on the disk, and what is said where it refuses them."""

import errno
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import file_digest
from pathlib import Path

from schemas.errors import DeliveryError
from schemas.words import Text

IS_WINDOWS = os.name == "nt"
FOLDER, FILE = 0o700, 0o600
"""The rights to whatever may hold personal data; Windows knows none of them."""
FULL = {errno.ENOSPC, errno.EDQUOT}
FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS}
_BUNDLE = Text("上报包", "the bundle")


@contextmanager
def delivering(where: Path, what: Text = _BUNDLE) -> Iterator[None]:
    """Turn a full disk, a locked folder or a lost file into a DeliveryError that names the folder alone.

    `what` was to be written.
    """
    try:
        yield
    except OSError as broken:
        raise DeliveryError(where, said_of(broken, what), todo_of(broken)) from None


def write_whole(path: Path, content: bytes) -> None:
    """Put a file in place whole, for its owner alone, whoever else writes it too."""
    scratch = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    scratch.touch(mode=FILE)
    scratch.write_bytes(content)
    scratch.replace(path)


def settle(folder: Path) -> None:
    """Have every file under `folder`, and the folders themselves, on the disk before anything is renamed.

    Nobody but their owner has a right to them, whatever the umask of the program was.
    """
    for path in (*folder.rglob("*"), folder):
        path.chmod(FOLDER if path.is_dir() else FILE)
        sync(path)


def sync(path: Path) -> None:
    """Have one file or folder on the disk; Windows syncs no folders, and files only if open to write."""
    if IS_WINDOWS and path.is_dir():
        return
    handle = os.open(path, os.O_RDWR if IS_WINDOWS else os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def digest_of(path: Path) -> str:
    """The SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def said_of(broken: OSError, what: Text = _BUNDLE) -> Text:
    """What happened; never the file's name, which may hold an ID number."""
    if broken.errno in FULL:
        return Text(f"磁盘已满，{what.zh}没有写成", f"the disk is full and {what.en} was not written")
    if broken.errno in FORBIDDEN:
        return Text(
            f"没有写入权限，{what.zh}没有写成", f"the folder may not be written to: {what.en} was not"
        )
    reason = os.strerror(broken.errno) if broken.errno else type(broken).__name__
    return Text(f"{what.zh}没有写成（{reason}）", f"{what.en} was not written ({reason})")


def todo_of(broken: OSError) -> Text:
    """What to do about it."""
    if broken.errno in FULL:
        return Text("清理磁盘空间后重新运行", "free some space and run again")
    if broken.errno in FORBIDDEN:
        return Text("检查文件夹权限后重新运行", "check the folder's permissions and run again")
    return Text("检查磁盘和文件夹后重新运行", "check the disk and the folder, then run again")
