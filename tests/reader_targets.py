"""Every reader as its command calls it: an input is understood,
or refused in one line that tells no secret."""

import json
import os
import shutil
import socket
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from flows.decisions import Refused, decide, read_decisions
from flows.demo.day import plan_day, write_campaign, write_inputs
from flows.feedback import read_list
from flows.inputs import named_students, read_inputs
from flows.profiles import read_profile
from flows.sources import LoadedCampaign, open_captures, read_campaign, read_capture
from flows.verify import verify
from outputs.ledger import open_ledger
from schemas.campaign import Inputs
from schemas.errors import PipelineError
from schemas.feedback import COMPLAINT, PLATFORM, VENDOR
from schemas.inert import legible
from tests import campaign_builders
from tests.bundle_builders import a_photo
from tests.run_frames import capture_day

STUDENTS, SEED = 12, 3
UNDERSTOOD, REFUSED = "understood", "refused"
PLANTED = "360102199801010019"
"""An ID number that mutations put into keys, values and names."""


class Given(NamedTuple):
    """One input: which reader it is for, what was done to it, the file's name and its bytes."""

    reader: str
    kind: str
    file: str
    content: bytes


class Desk:
    """A sound campaign of everything in an empty folder, in which one file at a time is replaced."""

    def __init__(self, root: Path) -> None:
        self.day, self.asked, self.other = root / "day", root / "asked", root / "other"
        plan = plan_day(STUDENTS, SEED)
        write_inputs(self.day, plan)
        self.campaign = write_campaign(self.day)
        write_picture(self.day / "captures" / "A" / "0001.jpg")
        self._loaded = {profile: self._declared(profile) for profile in ("graduate", "studio")}
        self.secrets = {str(row["证件号码"]) for row in plan.roster if row.get("证件号码")} | {PLANTED}
        self.secrets |= {str(row["姓名"]) for row in plan.roster if len(str(row["姓名"])) > 2}
        self.asked.mkdir()
        self._decided = a_decided_campaign(self.asked)
        self.other.mkdir()
        self.sources = root / "sources"
        for number in (1, 2, 3):
            write_picture(self.sources / f"{number}.jpg", a_photo(number))

    def warm_up(self) -> None:
        """Read everything once as it is, so that what libraries take is taken."""
        from tests.reader_inputs import sound_bundle

        read_inputs(read_campaign(self.campaign))
        self.bundle(Given("bundle", "sound compared", "sound.zip", sound_bundle()))

    def take(self, given: Given) -> str:
        """What becomes of an input."""
        try:
            READERS[given.reader](self, given)
        except Refused as refused:
            for fault in refused.faults:
                self.check(fault)
        except PipelineError as refused:
            self.check(refused)
        else:
            return UNDERSTOOD
        return REFUSED

    def check(self, refused: PipelineError) -> None:
        """A refusal is one line, can be printed, and tells nobody's number or name."""
        for said in (refused.say("zh"), refused.say("en"), str(refused)):
            assert said == legible(said), f"not legible: {said!a}"
            assert len(said) < 2_000, f"{len(said)} characters"
            assert not any(secret in said for secret in self.secrets), "a secret is told"

    def replaced(self, given: Given, folder: Path) -> Path:
        """The input in the place of a campaign's file, or beside it."""
        path = folder / given.file
        path.write_bytes(given.content)
        return path

    def whole_campaign(self, given: Given) -> None:
        """A sheet of a campaign that has, beside it, no more than a roster."""
        path = self.replaced(given, self.day)
        loaded = self._loaded["graduate" if given.reader == "schedule" else "studio"]
        said = {"roster": "roster.xlsx", "captures": "captures", KEYS[given.reader]: given.file}
        campaign = loaded.campaign.model_copy(update={"inputs": Inputs.model_validate(said)})
        try:
            read_inputs(loaded._replace(campaign=campaign))
        finally:
            path.unlink()

    def _declared(self, profile: str) -> LoadedCampaign:
        """The campaign under another profile, which is read once."""
        path = self.day / f"{profile}.toml"
        path.write_text(self.campaign.read_text("utf-8").replace('"graduate"', f'"{profile}"'), "utf-8")
        return read_campaign(path)

    def campaign_file(self, given: Given) -> None:
        """A campaign file alone."""
        read_campaign(self.replaced(given, self.other))

    def profile_file(self, given: Given) -> None:
        """A profile of one's own."""
        self.replaced(given, self.other)
        read_profile(given.file, beside=self.other)

    def feedback(self, given: Given) -> None:
        """A list that came back."""
        path, loaded = self.replaced(given, self.asked), read_campaign(self._decided)
        kind = {"platform": PLATFORM, "vendor": VENDOR, "complaints": COMPLAINT}[path.stem]
        with open_ledger(loaded.ledger_url, must_exist=True) as ledger:
            read_list(loaded, ledger, kind, path)

    def decisions(self, given: Given) -> None:
        """A file of decisions."""
        path = self.replaced(given, self.asked)
        decide(read_campaign(self._decided), read_decisions(path), again=False)

    def students(self, given: Given) -> None:
        """A list of students who are asked to come again."""
        roster = read_inputs(read_campaign(self.campaign)).roster
        named_students(roster, (), self.replaced(given, self.other))

    def capture_zip(self, given: Given) -> None:
        """Captures in a zip."""
        read_captures(self.replaced(given, self.other))

    def capture_folder(self, given: Given) -> None:
        """Captures in a folder of odd files."""
        folder = self.other / "captures"
        folder.mkdir()
        try:
            for name, kind in json.loads(given.content):
                put(folder, name.encode("latin-1"), kind)
            read_captures(folder)
        finally:
            shutil.rmtree(folder)

    def bundle(self, given: Given) -> None:
        """A bundle from elsewhere."""
        path = self.replaced(given, self.other)
        found = verify(path, self.sources if given.kind.endswith("compared") else None)
        assert len(found.faults) < 100_000


def read_captures(path: Path) -> None:
    """Read every capture there is."""
    store = open_captures(path)
    for name in store.names():
        store.stamp(name)
        read_capture(store, name)


def write_picture(path: Path, content: bytes = b"") -> None:
    """A picture in a folder that may not be there yet."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content or a_photo(1))


def a_decided_campaign(folder: Path) -> Path:
    """A campaign that ran once: students 401019000002 to 7."""
    campaign_builders.a_campaign(folder)
    path = campaign_builders.write_campaign(folder, {"campaign": {"id": '"demo-2020"'}})
    with open_ledger(read_campaign(path).ledger_url) as ledger, ledger.recording(capture_day(), inputs={}):
        pass
    return path


def put(folder: Path, name: bytes, kind: str) -> None:
    """One thing in the folder of captures; what the system does not allow is left out."""
    path = folder / os.fsdecode(name)
    with suppress(OSError, ValueError):
        path.parent.mkdir(parents=True, exist_ok=True)
        if not os.path.lexists(path):
            PUT[kind](path)


def _sparse(path: Path) -> None:
    path.touch()
    os.truncate(path, 1 << 40)


def _socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(path))


def _closed(path: Path) -> None:
    path.touch(mode=0)


PUT: dict[str, Callable[[Path], object]] = {
    "file": lambda path: path.write_bytes(b"\xff\xd8\xff"),
    "empty": Path.touch,
    "picture": lambda path: path.write_bytes(a_photo(1)),
    "folder": Path.mkdir,
    "pipe": os.mkfifo,
    "socket": _socket,
    "sparse": _sparse,
    "link": lambda path: path.symlink_to("/etc/passwd"),
    "zero": lambda path: path.symlink_to("/dev/zero"),
    "loop": lambda path: path.symlink_to(".."),
    "out": lambda path: path.symlink_to("/etc"),
    "closed": _closed,
}

KEYS = {"roster": "roster", "schedule": "schedule", "log": "capture_log", "awards": "awards",
        "corrections": "corrections"}  # fmt: skip
"""What a campaign calls each of its sheets."""

READERS: dict[str, Callable[[Desk, Given], None]] = {
    **dict.fromkeys(KEYS, Desk.whole_campaign),
    "feedback": Desk.feedback, "decisions": Desk.decisions, "students": Desk.students,
    "campaign": Desk.campaign_file, "profile": Desk.profile_file,
    "captures zip": Desk.capture_zip, "captures folder": Desk.capture_folder, "bundle": Desk.bundle,
}  # fmt: skip
