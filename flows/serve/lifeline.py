"""A child process ends with the `regpack serve` that started it, even one that was killed."""

import os
import signal
import threading
import time
from pathlib import Path

from filelock import FileLock, Timeout

LOCK = "REGPACK_SERVE_LOCK"
"""The environment variable that tells a child which lock its parent holds."""
LOOK_EVERY_S = 1.0
LAST_WORDS_S = 15.0
"""How long a child may take to clean up."""


def end_with_serve() -> None:
    """Have this process end soon after the serve that started it; does nothing where none did."""
    lock = os.environ.get(LOCK)
    if lock:
        threading.Thread(target=_follow, args=(Path(lock),), name="lifeline", daemon=True).start()


def _follow(lock: Path) -> None:
    while is_held(lock):
        time.sleep(LOOK_EVERY_S)
    signal.raise_signal(signal.SIGTERM)
    time.sleep(LAST_WORDS_S)
    os._exit(1)


def is_held(lock: Path) -> bool:
    """Whether a living program holds a lock."""
    try:
        with FileLock(lock, timeout=0, is_singleton=False):
            return False
    except (Timeout, OSError):
        return lock.exists()
