"""Programs run under watch: what they say, write, and show to the system; and the search in all of it.

Everything that a program leaves outside its campaign's folder is kept: its words, Prefect's home with the
database, and every file that ever stood in the temporary folder.
"""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple, Self
from urllib.parse import quote

from tests.kill_runs import answers, watched

ROOT = Path(__file__).parents[1]
LOOK_EVERY_S = 0.1
OTHERS = 0o077
MARK = "REGPACK_WATCHED"
"""In the environment of every program under watch, and so of those that they start."""
LEVELS = (
    "REGPACK_LOG_LEVEL",
    "PREFECT_LOGGING_LEVEL",
    "PREFECT_LOGGING_ROOT_LEVEL",
    "PREFECT_LOGGING_SERVER_LEVEL",
)
ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "gb18030")


class Found(NamedTuple):
    """Where something was found, and how it is written there."""

    place: str
    form: bytes


def forms_of(secret: str) -> set[bytes]:
    """A secret as it may stand in bytes: in any encoding, escaped as in JSON, Python or an address."""
    plain = {secret, secret.lower(), secret.upper()}
    escaped = {each.encode("unicode_escape").decode() for each in plain}
    quoted = {quote(each) for each in plain}
    xml = {"".join(f"&#{ord(sign)};" for sign in each) for each in plain}
    json_upper = {
        "".join(f"\\u{ord(sign):04X}" if ord(sign) > 127 else sign for sign in each) for each in plain
    }
    texts = plain | escaped | quoted | xml | json_upper
    return {text.encode(encoding, "ignore") for text in texts for encoding in ENCODINGS} - {b""}


def search(places: Iterable[tuple[str, bytes]], secrets: Iterable[str]) -> list[Found]:
    """Every place in which a secret can be read, in whatever form."""
    forms = sorted({form for secret in secrets for form in forms_of(secret)})
    return [Found(place, form) for place, content in places for form in forms if form in content]


def files_in(*folders: Path) -> Iterator[tuple[str, bytes]]:
    """Every file's path and bytes, and every path by itself, since a name may tell too."""
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            yield f"name of {path}", str(path.relative_to(folder)).encode()
            if path.is_file():
                with suppress(OSError):
                    yield str(path), path.read_bytes()


class Watch:
    """A folder with what programs said and left, and a thread that looks at them while they run."""

    def __init__(self, root: Path, **settings: str) -> None:
        self.said, self.home, self.temporary = (root / name for name in ("said", "prefect", "tmp"))
        for folder in (self.said, self.home, self.temporary):
            folder.mkdir(parents=True)
        self._settings = {
            MARK: str(root), "TMPDIR": str(self.temporary), "PREFECT_HOME": str(self.home),
            "REGPACK_WORKERS": "1", "REGPACK_LEDGER_KEY_FILE": str(root / "key" / "ledger.key"),
            **dict.fromkeys(LEVELS, "DEBUG"), **settings,
        }  # fmt: skip
        self.seen: dict[str, bytes] = {}
        self._open_to_others: set[str] = set()
        self._guarded: list[Path] = []
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def guard(self, folder: Path) -> None:
        """Look at the rights of what is written in a folder, while it is written."""
        self._guarded.append(folder)

    @property
    def open_to_others(self) -> list[str]:
        """Files and folders that anybody but their owner had a right to, at any moment."""
        return sorted(self._open_to_others)

    def places(self) -> Iterator[tuple[str, bytes]]:
        """All that was said, left, or seen meanwhile."""
        yield from files_in(self.said, self.home, self.temporary)
        yield from sorted(self.seen.items())

    def run(self, *arguments: object, exits: int = 0, umask: int = -1, is_answer: bool = False) -> str:
        """Run a command of regpack to its end; what it said, which is not searched if it was asked for."""
        said = self.program("-m", "flows", *arguments, exits=exits, umask=umask)
        if is_answer:
            max(self.said.glob("[0-9]*")).write_text("an answer")
        return said

    def program(self, *arguments: object, exits: int = 0, umask: int = -1) -> str:
        """Run a Python program likewise."""
        log = self._log()
        with log.open("wb") as said:
            done = subprocess.run(
                [sys.executable, *map(str, arguments)], cwd=ROOT, env=self.environment({}),
                stdout=said, stderr=said, check=False, umask=umask,
            )  # fmt: skip
        words = log.read_text(encoding="utf-8")
        assert done.returncode == exits, words
        return words

    @contextmanager
    def started(self, *arguments: object, until: str) -> Iterator[Path]:
        """Have a command of regpack run until the block ends, as Ctrl-C ends it; where its words stand.

        The block begins once it has said `until`.
        """
        log = self._log()
        with log.open("wb") as said, subprocess.Popen(
            [sys.executable, "-u", "-m", "flows", *map(str, arguments)], cwd=ROOT, env=self.environment({}),
            stdout=said, stderr=said, start_new_session=True,
        ) as running:  # fmt: skip
            try:
                wait_for(lambda: until in log.read_text("utf-8") or running.poll() is not None, 180)
                assert running.poll() is None, log.read_text("utf-8")
                yield log
            finally:
                os.killpg(running.pid, signal.SIGINT)

    def _log(self) -> Path:
        number = len(list(self.said.glob("[0-9]*"))) + 1
        return self.said / f"{number:03d}.txt"

    def environment(self, settings: Mapping[str, str]) -> dict[str, str]:
        """Without other tests' settings of Prefect."""
        kept = {
            name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "REGPACK_"))
        }
        return kept | self._settings | settings

    @contextmanager
    def prefect_server(self) -> Iterator[str]:
        """Prefect's server, whose words are kept; its address."""
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        command = ["prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port), "--no-ui"]
        quiet = {"DO_NOT_TRACK": "1", "PREFECT_SERVER_ANALYTICS_ENABLED": "false"}
        with (self.said / "server.txt").open("wb") as said, subprocess.Popen(
            [sys.executable, "-m", *command], env=self.environment(quiet), stdout=said, stderr=said,
        ) as server:  # fmt: skip
            try:
                address = f"http://127.0.0.1:{port}/api"
                watched(server, lambda: answers(f"{address}/health"))
                self._settings["PREFECT_API_URL"] = address
                yield address
            finally:
                self._settings.pop("PREFECT_API_URL", None)
                server.terminate()

    def _look(self) -> None:
        while not self._ended.wait(LOOK_EVERY_S):
            for look in (self._at_processes, self._at_temporary_files, self._at_rights):
                with suppress(OSError):
                    look()

    def _at_processes(self) -> None:
        """The arguments and the environment of every program under watch."""
        mark = f"{MARK}={self._settings[MARK]}".encode()
        for process in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                environment = (process / "environ").read_bytes()
                if mark in environment and int(process.name) != os.getpid():
                    arguments = (process / "cmdline").read_bytes()
                    self.seen[f"process {process.name} {hash((arguments, environment))}"] = (
                        arguments + environment
                    )

    def _at_temporary_files(self) -> None:
        for place, content in files_in(self.temporary):
            self.seen[f"{place} {len(content)}"] = content

    def _at_rights(self) -> None:
        for folder in self._guarded:
            for path in folder.rglob("*"):
                with suppress(OSError):
                    if path.lstat().st_mode & OTHERS and not path.is_symlink():
                        self._open_to_others.add(
                            f"{path.lstat().st_mode & 0o777:o} {path.relative_to(folder)}"
                        )


def wait_for(true: Callable[[], object], patience_s: float = 120) -> None:
    """Wait until something is so."""
    deadline = time.monotonic() + patience_s
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.05)
