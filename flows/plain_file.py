"""Files of which nobody knows what they are: opened only if plain, read only up to a size, or refused."""

import errno
import os
import stat
from pathlib import Path
from typing import IO

from flows.text_file import too_large
from schemas.errors import InputError
from schemas.reading import MB, reading_limits
from schemas.words import Text

FOLLOWED = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)
"""Opening a pipe waits for whoever writes into it, unless it is told not to."""
NOT_FOLLOWED = FOLLOWED | getattr(os, "O_NOFOLLOW", 0)

OS_REASONS = {
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.EIO: "磁盘读取出错",
    errno.ENAMETOOLONG: "文件名太长",
}


class TooLargeError(Exception):
    """A file is larger than whoever reads it takes in."""


def open_plain(path: Path, *, follow: bool = True) -> IO[bytes]:
    """A file for reading, without a buffer.

    OSError for a pipe, a device or, unless followed, a symbolic link.
    """
    file = os.fdopen(os.open(path, FOLLOWED if follow else NOT_FOLLOWED), "rb", buffering=0)
    if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        return file
    file.close()
    raise OSError(errno.EINVAL, "not a plain file", str(path))


def read_plain(path: Path, bytes_max: int, *, follow: bool = True) -> bytes:
    """A plain file's bytes. TooLargeError for more than `bytes_max`, before any is read."""
    with open_plain(path, follow=follow) as file:
        if os.fstat(file.fileno()).st_size > bytes_max:
            raise TooLargeError
        content = file.read(bytes_max + 1) or b""
        while len(content) <= bytes_max and (more := file.read(bytes_max + 1 - len(content))):
            content += more
    if len(content) > bytes_max:
        raise TooLargeError
    return content


def refuse_no_file(path: Path) -> None:
    """InputError where there is no file, a folder or a device in its place, or more than any table has."""
    try:
        if path.is_file():
            refuse_large(path)
            return
        kind = Text("这是文件夹，不是文件", "this is a folder, not a file") if path.is_dir() else None
    except OSError as error:
        raise unreadable(path, error) from error
    raise InputError(
        path,
        kind or Text("找不到文件", "the file does not exist"),
        Text("请核对文件名和所在文件夹", "check its name and folder"),
    )


def refuse_large(path: Path) -> None:
    """InputError for a file of more bytes than any table has."""
    if path.stat().st_size > reading_limits().table_mb.value * MB:
        raise too_large(path)


def unreadable(path: Path, error: OSError) -> InputError:
    """What is said of a file that the operating system will not hand over."""
    reason = error.strerror or type(error).__name__
    known = OS_REASONS.get(error.errno or 0, reason)
    return InputError(
        path,
        Text(f"文件无法读取（{known}）", f"the file cannot be read ({reason})"),
        Text("请检查文件名、权限，或重新拷贝", "check its name and permissions, or copy it again"),
    )
