"""One file with personal data where the user wants it: whole or not at all, for its owner alone."""

import os
from contextlib import suppress
from pathlib import Path
from tempfile import mkstemp

from schemas.errors import DeliveryError
from schemas.words import Text


def write_personal(path: Path, data: bytes) -> None:
    """Write the file, in place of one of that name. DeliveryError where that cannot be."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, name = mkstemp(prefix=f".{path.name}-", dir=path.parent)  # its rights are 0600
        scratch = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            scratch.replace(path)
        finally:
            with suppress(OSError):
                scratch.unlink(missing_ok=True)
    except OSError as broken:
        reason = os.strerror(broken.errno) if broken.errno else type(broken).__name__
        raise DeliveryError(
            path,
            Text(f"文件没有写成（{reason}）", f"the file was not written ({reason})"),
            Text(
                "关闭正在打开它的程序，检查磁盘和权限",
                "close what has it open; check disk and rights",
            ),
        ) from None
