"""When files have arrived: nothing changes, nothing is half copied, nothing was read before."""

import shutil
from pathlib import Path

import pytest

from flows.inputs import input_digests
from flows.serve.arrivals import PATIENCE, Settling, is_whole, look_at
from flows.serve.known import Digests, is_known
from flows.serve.watch import Watch
from flows.sources import LoadedCampaign, read_campaign
from outputs.ledger import open_ledger
from outputs.staging import digest_of
from schemas.campaign import Serving
from schemas.errors import InputError
from tests.campaign_builders import a_campaign, write_campaign
from tests.run_frames import a_run, capture

SETTLE_S = 2.0
SETTLE_S_OF_THE_FILE = Serving().settle_s


@pytest.fixture
def inbox(tmp_path: Path) -> LoadedCampaign:
    return read_campaign(a_campaign(tmp_path))


def test_files_have_arrived_once_nothing_changes(inbox):
    settling = Settling(SETTLE_S)
    assert [settling.is_settled(look_at(inbox), at) for at in (0.0, 1.0, 2.0)] == [False, False, True]
    (inbox.path.parent / "roster.xlsx").touch()
    assert [settling.is_settled(look_at(inbox), at) for at in (3.0, 4.0, 5.0)] == [False, False, True]


UNFINISHED = ["captures/E201/A.JPG.part", "captures/x.crdownload", "~$roster.xlsx", "roster.xlsx.filepart"]


@pytest.mark.parametrize("name", UNFINISHED)
def test_what_is_being_written_or_is_open_holds_a_run_back(inbox, name):
    settling = Settling(SETTLE_S)
    unfinished = inbox.path.parent / name
    unfinished.parent.mkdir(exist_ok=True)
    unfinished.touch()
    assert look_at(inbox).unfinished == (unfinished.name,)
    assert not any(settling.is_settled(look_at(inbox), at) for at in (0.0, 60.0))
    unfinished.unlink()
    assert [settling.is_settled(look_at(inbox), at) for at in (61.0, 64.0)] == [False, True]


def test_a_file_beside_the_tables_that_is_no_input_is_not_looked_at(inbox):
    before = look_at(inbox)
    (inbox.path.parent / "notes.part").touch()
    assert look_at(inbox) == before


def test_a_picture_without_its_end_is_waited_for_but_not_for_ever(inbox):
    picture = next((inbox.path.parent / "captures").rglob("*.*"))
    picture = picture.rename(picture.with_suffix(".JPG"))
    picture.write_bytes(b"\xff\xd8" + bytes(100_000))
    settling = Settling(SETTLE_S)
    last = PATIENCE * SETTLE_S
    looks = [settling.is_settled(look_at(inbox), at) for at in (0.0, SETTLE_S, last - 1, last)]
    assert looks == [False, False, False, True]
    assert not is_whole(picture)
    picture.write_bytes(b"\xff\xd8" + bytes(100_000) + b"\xff\xd9" + bytes(10))
    assert is_whole(picture)


def test_a_zip_or_workbook_without_its_end_is_not_whole(tmp_path):
    whole = Path(shutil.make_archive(str(tmp_path / "captures"), "zip", tmp_path))
    assert is_whole(whole)
    whole.write_bytes(whole.read_bytes()[:-30])
    assert not is_whole(whole)


@pytest.fixture
def watch(inbox: LoadedCampaign) -> "Watching":
    return Watching(inbox)


class Watching:
    """A watch whose runs are recorded as the ledger would have them, at once or when told."""

    def __init__(self, inbox: LoadedCampaign) -> None:
        self.inbox, self.started, self.busy, self.said = inbox, 0, False, []
        self.watch = Watch(inbox, start=self.start, is_busy=lambda: self.busy, say=self.said.append)
        self.at_s = 0.0

    def start(self) -> None:
        self.started += 1

    def record(self) -> None:
        """A run that read what lies here now."""
        folder = self.inbox.path.parent / "captures"
        shots = [
            capture(path.relative_to(folder).as_posix(), "orphan", sha256=digest_of(path))
            for path in sorted(folder.rglob("*.*"))
        ]
        run = a_run([], shots, run=f"run-{self.at_s:03.0f}", campaign="test-day")
        with (
            open_ledger(self.inbox.ledger_url) as ledger,
            ledger.recording(run, inputs=input_digests(self.inbox)),
        ):
            pass

    def settle(self) -> int:
        """Look until everything has settled; how many runs were started by then."""
        for _ in range(5):
            self.at_s += SETTLE_S_OF_THE_FILE
            self.watch.look(self.at_s)
        return self.started


def test_a_new_state_starts_one_run(watch):
    assert watch.settle() == 1
    assert watch.settle() == 1


def test_what_the_latest_run_read_starts_none_even_for_a_new_watch(inbox, ledger_url):
    write_campaign(inbox.path.parent, {"output": {"ledger": f'"{ledger_url}"'}})
    inbox = read_campaign(inbox.path)
    watch = Watching(inbox)
    watch.settle()
    watch.record()
    assert Watching(inbox).settle() == 0
    (inbox.path.parent / "roster.xlsx").touch()
    assert Watching(inbox).settle() == 0


CHANGES = {
    "a table": lambda folder: (folder / "schedule.csv").write_bytes(
        (folder / "schedule.csv").read_bytes() + b"\n"
    ),
    "a new capture": lambda folder: shutil.copy(folder / SHOT, folder / "captures" / "E201" / "DSC_0002.JPG"),
    "a capture renamed": lambda folder: (folder / SHOT).rename(folder / "captures" / "E201" / "X.JPG"),
    "a capture replaced": lambda folder: (folder / SHOT).write_bytes((folder / SHOT).read_bytes() + b"\0"),
    "a capture gone to another camera": lambda folder: shutil.move(
        folder / SHOT, folder / "captures" / "Z.JPG"
    ),
}
SHOT = Path("captures") / "E201" / "DSC_0001.JPG"


@pytest.mark.parametrize("change", CHANGES)
def test_whatever_is_new_starts_one(watch, inbox, change):
    watch.settle()
    watch.record()
    CHANGES[change](inbox.path.parent)
    assert watch.settle() == 2
    assert watch.settle() == 2


def test_what_comes_while_a_run_is_under_way_starts_one_further_run_afterwards(watch, inbox):
    watch.settle()
    watch.busy = True
    watch.record()
    for change in ("a table", "a new capture"):
        CHANGES[change](inbox.path.parent)
        assert watch.settle() == 1
    watch.busy = False
    assert watch.settle() == 2


def test_what_came_in_time_for_the_run_under_way_starts_none(watch, inbox):
    watch.settle()
    watch.busy = True
    CHANGES["a new capture"](inbox.path.parent)
    watch.settle()
    watch.record()
    watch.busy = False
    assert watch.settle() == 1


def test_an_inbox_without_a_capture_is_waited_for(inbox):
    (inbox.path.parent / SHOT).unlink()
    with pytest.raises(InputError, match="no picture was found"):
        is_known(inbox, look_at(inbox), Digests())


def test_unfinished_files_are_told_once(watch, inbox):
    (inbox.path.parent / "~$roster.xlsx").touch()
    watch.settle()
    assert [text.en for text in watch.said] == [
        "1 files are still being copied or are open in a program (~$, .part): waiting for them"
    ]
