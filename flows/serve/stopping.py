"""Ctrl-C and SIGTERM stop `regpack serve` in order, and reach none of the programs that it started."""

import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def stopping(stop: Callable[[], None]) -> Iterator[None]:
    """Have both signals call `stop`; what is started meanwhile does not hear Ctrl-C.

    Windows starts each run in a group of its own, which Ctrl-C does not reach; elsewhere the signal is
    blocked, which is inherited, and a thread waits for it.
    """
    handlers = {sent: signal.signal(sent, lambda *_: stop()) for sent in (signal.SIGINT, signal.SIGTERM)}
    if sys.platform != "win32":
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        threading.Thread(target=_wait_for_ctrl_c, args=(stop,), name="ctrl-c", daemon=True).start()
    try:
        yield
    finally:
        for sent, handler in handlers.items():
            signal.signal(sent, handler)


def _wait_for_ctrl_c(stop: Callable[[], None]) -> None:
    while True:
        signal.sigwait({signal.SIGINT})
        stop()
