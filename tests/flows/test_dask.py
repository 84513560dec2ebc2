"""Photos examined by the workers of a Dask scheduler, which are processes of their own: the same bundle."""

import shutil
import signal
import socket
import threading
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

import flows.cluster
from benchmarks.dask_cluster import ROOT, Scheduler, scheduler, workers
from flows import cluster_checks
from flows.cli import cli
from flows.cluster import cluster_of, refuse_unready
from flows.cluster_checks import connected, refuse_blind
from flows.engine import PACKAGES
from flows.examination import examine_chunk
from flows.known_files import STOOD_STILL, KnownFiles
from flows.photo_store import made_store, open_store
from flows.photo_worker import Landmarks, sees
from flows.picture_facts import digest
from flows.settings import PHOTO_CACHE, YUNET_MODEL
from flows.settings import workers as workers_here
from flows.sources import CaptureZip, LoadedCampaign, open_captures, read_campaign
from schemas.errors import EngineError, InputError
from tests.campaign_builders import a_campaign, write_campaign
from transforms.crop import Box

pytestmark = pytest.mark.xdist_group("prefect")
NOWHERE = "tcp://127.0.0.1:9"
KB_A_PHOTO, KB_A_RUN = 6, 400
"""What may pass through the scheduler: of each photo, and besides, for all orders and Dask's own talk."""


def run(day: Path, address: str | None = None):
    from flows.post_capture import post_capture

    if address is not None:
        on_dask(day / "campaign.toml", address)
    return post_capture(str(day / "campaign.toml"))


def on_dask(campaign: Path, address: str) -> LoadedCampaign:
    with campaign.open("a", encoding="utf-8") as file:
        file.write(f'\n[engine]\nkind = "dask"\nscheduler = "{address}"\n')
    return read_campaign(campaign)


@pytest.fixture(scope="module")
def dask(tmp_path_factory) -> Iterator[Scheduler]:
    with scheduler(tmp_path_factory.mktemp("dask")) as started:
        yield started


@pytest.fixture
def own_cache(tmp_path, monkeypatch) -> Path:
    """A photo store that holds nothing yet."""
    monkeypatch.setenv(PHOTO_CACHE, str(tmp_path / "cache"))
    return tmp_path / "cache"


def done(cache: Path) -> int:
    return len(list(cache.glob("*/facts/*.json")))


@contextmanager
def killing(worker, cache: Path, after: int) -> Iterator[None]:
    """Kill a worker once so many photos are done."""

    def watch() -> None:
        while done(cache) < after:
            time.sleep(0.01)
        worker.send_signal(signal.SIGKILL)

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    yield
    thread.join(timeout=1)
    assert worker.wait(timeout=10) == -signal.SIGKILL  # its connections end a little before it does


@contextmanager
def counting(address: str) -> Iterator[tuple[str, list[int]]]:
    """An address that leads to a scheduler's, and the sizes of all that passes there."""
    host, port = address.removeprefix("tcp://").split(":")
    passed: list[int] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=_lead, args=(server, (host, int(port)), passed), daemon=True).start()
        yield f"tcp://127.0.0.1:{server.getsockname()[1]}", passed


def _lead(server: socket.socket, to: tuple[str, int], passed: list[int]) -> None:
    while True:
        try:
            ours, _ = server.accept()
        except OSError:
            return
        theirs = socket.create_connection(to)
        for ends in ((ours, theirs), (theirs, ours)):
            threading.Thread(target=_pass, args=(*ends, passed), daemon=True).start()


def _pass(source: socket.socket, target: socket.socket, passed: list[int]) -> None:
    with source, suppress(OSError):
        while content := source.recv(65_536):
            passed.append(len(content))
            target.sendall(content)
        target.shutdown(socket.SHUT_WR)


# -- the same bundle ---------------------------------------------------------------------------------------


def test_a_day_gives_the_same_bundle_though_a_worker_is_killed(day, finished, dask, own_cache):
    wait_until_still(day)
    captures = open_captures(day / "captures")
    with workers(dask, "one", "two") as (one, _), counting(dask.address) as (address, passed):
        with killing(one, own_cache, after=5):
            outcome = run(day, address)
        count, sizes = len(captures.names()), sum(captures.stamp(name).size for name in captures.names())
        kb = sum(passed) / 1000
        print(f"{kb:.0f} KB through the scheduler, of {count} captures of {sizes / 1000:.0f} KB")
        assert 0 < kb < count * KB_A_PHOTO + KB_A_RUN
        loaded = read_campaign(day / "campaign.toml")
        known = KnownFiles(captures, open_store(loaded).index_of(loaded.captures))
        assert None not in {known.sha256(name) for name in captures.names()}
        refuses_what_is_lost_without_its_name(loaded, known, open_store(loaded), dask)
    assert outcome.bundle.archive_sha256 == finished[1].bundle.archive_sha256
    nobody_is_named_in(dask.folder, loaded)


def wait_until_still(day: Path) -> None:
    """Until a run believes the stamps of a day that was just copied."""
    changed = max(path.stat().st_ctime for path in day.rglob("*"))
    while time.time() < changed + STOOD_STILL.total_seconds() + 0.1:
        time.sleep(0.1)


def refuses_what_is_lost_without_its_name(loaded, known, store, dask) -> None:
    with cluster_of(loaded, known, store, open_captures(loaded.captures).names()[0]) as cluster:
        order = cluster._order(["E201/401019000001-李四.JPG"], part=0)
        assert repr(order) == "<1 captures>"
        with pytest.raises(InputError, match="a capture was lost") as lost:
            cluster._carried_out(order)
    assert "李四" not in lost.value.say("zh")
    assert "Compute Failed" in (dask.folder / "two.log").read_text()


def nobody_is_named_in(folder: Path, loaded: LoadedCampaign) -> None:
    from flows.inputs import read_inputs

    logs = "\n".join(path.read_text(encoding="utf-8") for path in folder.glob("*.log"))
    inputs = read_inputs(loaded)
    names = {Path(name).stem for name in inputs.captures.names()} | {"401019000001-李四", "李四"}
    for column in ("name", "student_no", "document_no"):
        names |= set(inputs.roster[column].drop_nulls())
    assert [name for name in names if name in logs] == []
    assert logs.count("Starting Worker plugin") >= 2


LARGE, STUDENTS = 400, 425
"""Captures at the least, and how many students give so many: some are absent."""


@pytest.fixture(scope="module")
def large_day(tmp_path_factory, prefect_server) -> tuple[Path, str]:
    """A day of as many captures, and what threads make of it."""
    from flows.demo.day import generate

    folder = tmp_path_factory.mktemp("large")
    generate(folder / "day", students=STUDENTS, seed=11, megapixels=0.9, workers=workers_here())
    assert len(open_captures(folder / "day" / "captures").names()) >= LARGE
    plain = Path(shutil.copytree(folder / "day", folder / "plain"))
    return folder / "day", run(plain).bundle.archive_sha256


@pytest.mark.long
@pytest.mark.parametrize("is_killed", [False, True])
def test_a_large_day_gives_the_same_bundle(large_day, tmp_path, dask, own_cache, is_killed):
    day, sha256 = Path(shutil.copytree(large_day[0], tmp_path / "day")), large_day[1]
    with workers(dask, "one", "two") as (one, _):
        began = time.monotonic()
        with killing(one, own_cache, after=LARGE // 3) if is_killed else nullcontext():
            outcome = run(day, dask.address)
        print(f"{time.monotonic() - began:.0f} s, killed: {is_killed}, {outcome.bundle.archive_sha256}")
    assert outcome.bundle.archive_sha256 == sha256
    assert outcome.summary.captures >= LARGE


def test_a_zip_a_placed_crop_and_a_second_detector_are_as_with_threads(
    generated_day, campaign, dask, own_cache, monkeypatch
):
    zipped = campaign.parent / "handed-in.zip"
    with zipfile.ZipFile(zipped, "w") as archive:
        for path in sorted((generated_day / "captures").rglob("*.JPG"))[:6]:
            archive.write(path, path.relative_to(generated_day / "captures").as_posix())
    write_campaign(campaign.parent, {"inputs": {"captures": '"handed-in.zip"'}})
    loaded = on_dask(campaign, dask.address)
    captures, placed = CaptureZip(zipped), {}
    placed[digest(captures.read(captures.names()[0]))] = Box(100.0, 100.0, 600.0)
    stores = [
        made_store(own_cache / each, loaded.profile)._replace(boxes=placed) for each in ("here", "there")
    ]
    known, told = KnownFiles(captures, own_cache / "index.json"), []
    here = examine_chunk(known, captures.names(), loaded.profile, stores[0], lambda _: None)
    with workers(dask, "one"):
        with cluster_of(loaded, known, stores[1], captures.names()[0]) as cluster:
            assert cluster.examine(known, captures.names(), told.append).equals(here)
        monkeypatch.setenv(YUNET_MODEL, str(generated_day / "campaign.toml"))
        with pytest.raises(EngineError, match="the model of REGPACK_YUNET_MODEL"):
            refuse_unready(loaded)
    assert list(dict.fromkeys(told)) == captures.names()
    assert contents(stores[0].root) == contents(stores[1].root)
    assert any("x" in name for name in contents(stores[1].root))


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


# -- what ends a run ---------------------------------------------------------------------------------------


@pytest.mark.long
@pytest.mark.parametrize("lost", ["worker", "scheduler"])
def test_a_run_that_nobody_works_for_ends(generated_day, campaign, tmp_path, own_cache, monkeypatch, lost):
    monkeypatch.setattr(flows.cluster, "LOOK_S", 0.2)
    monkeypatch.setattr(flows.cluster, "ALONE_S", 1.0)
    captures = open_captures(generated_day / "captures")
    (tmp_path / "dask").mkdir()
    with scheduler(tmp_path / "dask") as own, workers(own, "one") as (worker,):
        write_campaign(campaign.parent, {"inputs": {"captures": f'"{generated_day / "captures"}"'}})
        loaded = on_dask(campaign, own.address)
        store, names = open_store(loaded), captures.names()
        known = KnownFiles(captures, store.index_of(loaded.captures))
        ended = killing({"worker": worker, "scheduler": own.process}[lost], own_cache, after=2)
        told = pytest.raises(EngineError, match=ENDS[lost])
        with cluster_of(loaded, known, store, names[0]) as cluster, ended, told:
            cluster.examine(known, names, lambda _: None)


ENDS = {
    "worker": "all Dask workers are gone, and none has come back",
    "scheduler": "the Dask scheduler was lost during the run",
}


# -- what is refused ---------------------------------------------------------------------------------------


@pytest.fixture
def campaign(tmp_path) -> Path:
    return a_campaign(tmp_path)


def engine(kind: str, scheduler: str | None) -> dict:
    return {"engine": {"kind": f'"{kind}"', "scheduler": scheduler and f'"{scheduler}"'}}


@pytest.mark.parametrize("command", ["run", "makeup"])
def test_a_scheduler_that_does_not_answer_is_told_before_anything_is_done(campaign, monkeypatch, command):
    monkeypatch.setattr(cluster_checks, "CONNECT_S", 1.0)
    write_campaign(campaign.parent, engine("dask", NOWHERE))
    result = CliRunner().invoke(cli, [command, str(campaign)])
    assert result.exit_code == 2
    assert (
        f"campaign.toml [engine.scheduler]：连不上 Dask 调度器 {NOWHERE}。启动 dask scheduler"
        in result.stderr
    )
    assert not (campaign.parent / "out").exists()


@pytest.mark.parametrize(
    ("engine", "told"),
    [
        ({"kind": '"dask"'}, '[engine]：值不可用。kind 为 "dask" 时须写 scheduler'),
        (
            {"kind": '"dask"', "scheduler": '"10.0.0.1"'},
            "[engine.scheduler]：值不可用。应为调度器地址，如 tcp://",
        ),
        ({"kind": '"processes"'}, "[engine.kind]：值不可用。只能是 'threads' or 'dask'"),
        ({"shceduler": '"tcp://a:1"'}, "[engine.shceduler]：不认识的项。请改正或删去；是否想写 scheduler"),
    ],
)
def test_an_engine_that_cannot_be_is_told(campaign, engine, told):
    write_campaign(campaign.parent, {"engine": engine})
    result = CliRunner().invoke(cli, ["run", str(campaign)])
    assert result.exit_code == 2
    assert told in result.stderr


def test_a_scheduler_may_stay_named_for_another_day(campaign):
    path = write_campaign(campaign.parent, engine("threads", NOWHERE))
    assert read_campaign(path).campaign.engine.kind == "threads"


def test_a_scheduler_without_workers_is_told(campaign, dask, monkeypatch):
    monkeypatch.setattr(cluster_checks, "CONNECT_S", 1.0)
    with pytest.raises(EngineError, match=r"the Dask scheduler has no worker\. start `dask worker`"):
        refuse_unready(on_dask(campaign, dask.address))


@pytest.mark.long
@pytest.mark.parametrize(
    ("change", "what"),
    [("transforms/skin.py", "regpack's source"), ("flows/photo_worker.py", "other photos")],
)
def test_a_worker_of_another_program_is_refused(campaign, dask, tmp_path, change, what):
    for package in PACKAGES:
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    with (tmp_path / change).open("a") as source:
        source.write("\nraise ModuleNotFoundError\n" if "worker" in change else "# changed\n")
    with (
        workers(dask, "other", source=tmp_path, preload=False),
        pytest.raises(EngineError, match=what) as refused,
    ):
        refuse_unready(on_dask(campaign, dask.address))
    assert "安装相同的版本" in refused.value.say("zh")
    assert refused.value.exit_code == 2


# -- folders that workers do not see -----------------------------------------------------------------------


@pytest.fixture
def marks(tmp_path) -> Landmarks:
    """What a worker sees if it sees the run's folders."""
    (tmp_path / "secret").write_text("abc")
    (tmp_path / "captures").mkdir()
    (tmp_path / "captures" / "A.JPG").write_bytes(b"12345")
    return Landmarks(str(tmp_path / "secret"), "abc", str(tmp_path / "captures"), "A.JPG", 5)


def test_the_runs_own_folders_are_seen(marks):
    assert sees(marks) == (True, True)


@pytest.mark.parametrize(
    ("part", "seen"),
    [("secret_file", (False, True)), ("secret", (False, True)), ("captures", (True, False)),
     ("name", (True, False)), ("size", (True, False))],
)  # fmt: skip
def test_a_folder_that_is_not_there_or_is_another_is_not_seen(marks, part, seen):
    other = {"size": 6}.get(part, "other")
    assert sees(replace(marks, **{part: other})) == seen


@pytest.mark.long
@pytest.mark.skipif(not Path("/proc/self/cwd").exists(), reason="a path that means another folder to others")
@pytest.mark.parametrize("part", ["captures", "cache"])
def test_a_worker_that_does_not_see_a_folder_is_named(campaign, dask, monkeypatch, part):
    """`/proc/self/cwd` is the test's folder here, and the worker's there."""
    monkeypatch.chdir(campaign.parent)
    elsewhere = f"/proc/self/cwd/{part}"
    monkeypatch.setenv(PHOTO_CACHE, elsewhere if part == "cache" else str(campaign.parent / "cache"))
    write_campaign(campaign.parent, {"inputs": {"captures": f'"{elsewhere}"'}} if part == "captures" else {})
    loaded = on_dask(campaign, dask.address)
    store = open_store(loaded)
    told = pytest.raises(EngineError, match=f"{elsewhere}: the Dask worker tcp://.* does not see this")
    with workers(dask, "blind"), connected(loaded) as client, told:
        refuse_blind(client, loaded, store, "E201/DSC_0001.JPG", size_of_first(loaded))
    assert list((campaign.parent / "cache").glob(".seen*")) == []


def size_of_first(loaded: LoadedCampaign) -> int:
    return open_captures(loaded.captures).stamp("E201/DSC_0001.JPG").size
