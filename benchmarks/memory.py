"""How much memory a process holds."""

from contextlib import suppress
from pathlib import Path


def status_mb(field: str, pid: int | str = "self") -> float:
    """A field of a process's status in MB, such as VmHWM, its peak; NaN where it has none, as not on Linux.

    Unlike getrusage's peak, it does not begin with the parent's.
    """
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith(field):
                return int(line.split()[1]) * 1024 / 1e6
    return float("nan")
