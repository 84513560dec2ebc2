"""One run of a campaign at a time, on this machine and wherever its ledger is used.

The system lets go of both locks by itself when a run is killed.
"""

import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from flows.settings import now
from flows.sources import LoadedCampaign
from outputs.ledger_lock import campaign_lock
from outputs.staging import FOLDER, delivering
from schemas.errors import InputError
from schemas.words import Text

LOCK, HOLDER = ".run.lock", ".run.holder"
_STAMP = "%Y%m%dT%H%M%SZ"
_LOCK = Text("运行锁", "the run's lock")


@contextmanager
def only_run(loaded: LoadedCampaign, *, wait: bool = False) -> Iterator[bool]:
    """Hold a campaign's locks; yields whether another run had to end first.

    InputError, at once, where another run holds them and this one is not to `wait`.
    """
    holder = f"{now():{_STAMP}} {os.getpid()} {socket.gethostname()}"
    campaign = loaded.campaign.campaign.id
    with (
        _folder_lock(loaded, holder, wait=wait) as waited,
        campaign_lock(loaded.ledger_url, campaign, holder, wait=wait) as other,
    ):
        if other is not None:
            raise _busy(loaded, other)
        yield waited


@contextmanager
def _folder_lock(loaded: LoadedCampaign, holder: str, *, wait: bool) -> Iterator[bool]:
    """The lock of the output folder, with who holds it beside it."""
    out = loaded.out
    lock = FileLock(out / LOCK, mode=0o600)
    with delivering(out, _LOCK):
        out.mkdir(parents=True, exist_ok=True, mode=FOLDER)
        waited = not _taken(lock)
        if waited and not wait:
            raise _busy(loaded, _read(out / HOLDER))
        if waited:
            lock.acquire()
    try:
        with delivering(out, _LOCK):
            (out / HOLDER).write_text(holder, encoding="utf-8")
        yield waited
    finally:
        with suppress(OSError):
            (out / HOLDER).unlink()
        lock.release()


def is_running(loaded: LoadedCampaign) -> bool:
    """Whether a run of the campaign in this output folder seems to be under way; nothing is held for it."""
    try:
        _, pid, host = (loaded.out / HOLDER).read_text(encoding="utf-8").split(" ", 2)
        if host == socket.gethostname() and sys.platform != "win32":
            os.kill(int(pid), 0)  # asks only; on Windows it would stop the process
    except PermissionError:
        return True
    except (OSError, ValueError):
        return False
    return True


def _taken(lock: FileLock) -> bool:
    try:
        lock.acquire(blocking=False)
    except Timeout:
        return False
    return True


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


def _busy(loaded: LoadedCampaign, holder: str) -> InputError:
    campaign, who = loaded.campaign.campaign.id, _who(holder)
    return InputError(
        loaded.path,
        Text(f"批次 {campaign} 正在运行{who.zh}", f"campaign {campaign} is being run{who.en}"),
        Text("等它结束后再运行，或加 --wait 等候", "run again when it has ended, or wait for it with --wait"),
    )


def _who(holder: str) -> Text:
    """Since when, and by which process, as the holder's mark tells; nothing where it is not told."""
    try:
        stamp, pid, host = holder.split(" ", 2)
        since = datetime.strptime(stamp, _STAMP).replace(tzinfo=UTC).astimezone()
    except ValueError:
        return Text("", "")
    return Text(
        f"（{since:%Y-%m-%d %H:%M} 开始，{host} 上的进程 {pid}）",
        f" (since {since:%Y-%m-%d %H:%M}, process {pid} on {host})",
    )
