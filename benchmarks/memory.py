"""How much memory this process holds."""

from pathlib import Path


def status_mb(field: str) -> float:
    """A field of this process's status in MB, such as VmHWM, its peak; NaN where not on Linux.

    Unlike getrusage's peak, it does not begin with the parent's.
    """
    status = Path("/proc/self/status")
    lines = status.read_text().splitlines() if status.exists() else []
    return next((int(line.split()[1]) * 1024 / 1e6 for line in lines if line.startswith(field)), float("nan"))
