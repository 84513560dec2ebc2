"""Progress on the terminal, for whoever waits; silent where nobody looks."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from flows.settings import language
from schemas.words import Text

EXAMINING = Text("检查照片", "examining photos")
COMPARING = Text("对照原图", "comparing with sources")
DRAWING = Text("生成拍摄文件", "drawing captures")


@contextmanager
def progress_bar(what: Text, total: int) -> Iterator[Callable[[int, int], None]]:
    """A bar on standard error; the function yielded takes how many are done, and of how many."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, disable=not sys.stderr.isatty(), transient=True) as bar:
        line = bar.add_task(what.say(language()), total=total)
        yield lambda done, of: bar.update(line, completed=done, total=of)


@contextmanager
def photo_progress(total: int) -> Iterator[Callable[[str], None]]:
    """A bar over examined captures; the function yielded takes each one's path, from whatever thread."""
    done = set[str]()  # a chunk that is tried again tells its captures again
    with progress_bar(EXAMINING, total) as show:

        def examined(capture: str) -> None:
            done.add(capture)
            show(len(done), total)

        yield examined
