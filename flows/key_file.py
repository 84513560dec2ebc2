"""What every file of a key must be: nobody else's to read."""

import stat
import sys
from pathlib import Path

from schemas.errors import InputError
from schemas.words import Text

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def refuse_read_by_others(path: Path) -> None:
    """InputError for a key's file that others may read or change; Windows keeps its rights elsewhere."""
    if sys.platform != "win32" and path.stat().st_mode & _OTHERS:
        raise InputError(
            path,
            Text("密钥文件别人也能读", "others may read the key"),
            Text(f"请运行 chmod 600 {path}", f"run chmod 600 {path}"),
        )
