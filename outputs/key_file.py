"""A key in a file of its own, written once and never replaced."""

import os
from contextlib import suppress
from pathlib import Path

from outputs.staging import delivering, sync
from schemas.words import Text

OWNER_ONLY, FOR_ALL = 0o600, 0o644
_KEY = Text("密钥文件", "the key's file")


def write_key(path: Path, content: bytes, *, mode: int = OWNER_ONLY) -> None:
    """Write a new file with these rights; FileExistsError where it stands, else DeliveryError."""
    with delivering(path.parent, _KEY):
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    except FileExistsError:
        raise
    except OSError:
        with delivering(path.parent, _KEY):
            raise
    _fill(path, handle, content)


def _fill(path: Path, handle: int, content: bytes) -> None:
    """Write all of it, or leave no file."""
    try:
        with delivering(path.parent, _KEY):
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            sync(path)
    except BaseException:
        with suppress(OSError):
            path.unlink()
        raise
