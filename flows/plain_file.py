"""Files of which nobody knows what they are: opened only if plain, read only up to a size."""

import errno
import os
import stat
from pathlib import Path
from typing import IO

FOLLOWED = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)
"""Opening a pipe waits for whoever writes into it, unless it is told not to."""
NOT_FOLLOWED = FOLLOWED | getattr(os, "O_NOFOLLOW", 0)


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
