"""Memory that a program does not need any more, given back to the system.

Python frees what has gone, but glibc keeps it for the program: after the captures of a large campaign were
looked up, a quarter of what it holds is empty. Elsewhere the system's allocator decides, and nothing is done.
"""

import ctypes
import gc
import sys


def give_back() -> None:
    """Give back what is free, once a step that needed much is done."""
    gc.collect()
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:
            trim(0)
