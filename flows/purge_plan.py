"""What a purge of a campaign deletes: the files that regpack read or wrote for it, and no others.

Left alone are bundles, the ledger, campaign and profile files, the schedule, which names nobody, symbolic
links, and whatever lies in a folder that regpack did not make and does not read.
"""

import json
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import select

from flows.photo_store import CACHE, PhotoStore
from flows.serve.place import FOLDER as SERVE
from flows.settings import photo_cache
from flows.sheets.making import SHEETS
from flows.sources import CaptureFolder, LoadedCampaign
from outputs.handover import AUDIT, Staging
from outputs.ledger import Ledger
from outputs.ledger_purges import digests_of_others
from outputs.ledger_tables import RUN_CAPTURES, RUNS
from schemas.errors import InputError


class Doomed(NamedTuple):
    """A file that is to be deleted, and its kind (`schemas.purge.KINDS`)."""

    kind: str
    path: Path


class Plan(NamedTuple):
    """The files to delete, and how many others lie among the captures."""

    files: tuple[Doomed, ...]
    others_among_captures: int


def plan(loaded: LoadedCampaign, ledger: Ledger) -> Plan:
    """All files of a campaign that there are; nothing is read but the audits' summaries."""
    campaign = loaded.campaign.campaign.id
    runs = set(ledger.runs(campaign)["run"])
    captures = list(_captures(loaded))
    kinds = {
        "captures": captures,
        "inputs": _inputs(loaded),
        "photos": _photos(loaded, _digests(ledger, campaign) - digests_of_others(ledger, campaign).keys()),
        "audits": _audits(loaded, runs),
        "sheets": _within(loaded.out / SHEETS / run for run in sorted(runs)),
        "leftovers": _leftovers(loaded),
    }
    files = [Doomed(kind, path) for kind, paths in kinds.items() for path in paths]
    return Plan(tuple(files), _others(loaded, captures))


def _captures(loaded: LoadedCampaign) -> Iterator[Path]:
    """The pictures of the captures' folder, or their zip; never one of the output folder."""
    root, out = loaded.captures, loaded.out.resolve()
    if root.is_dir() and not root.is_symlink():
        with suppress(InputError):
            yield from (
                path
                for name in CaptureFolder(root).names()
                if not (path := root / name).resolve().is_relative_to(out)
            )
    elif _is_plain(root):
        yield root


def _others(loaded: LoadedCampaign, captures: Collection[Path]) -> int:
    """How many files that are no pictures lie in the captures' folder."""
    if not loaded.captures.is_dir():
        return 0
    known, out = set(captures), loaded.out.resolve()
    found = (path for path in loaded.captures.rglob("*") if path not in known and not path.is_dir())
    return sum(not path.resolve().is_relative_to(out) for path in found)


def _inputs(loaded: LoadedCampaign) -> Iterator[Path]:
    names = loaded.campaign.inputs
    for name in (names.roster, names.capture_log, names.awards, *names.corrections):
        path = loaded.input(name)
        if path is not None and _is_plain(path):
            yield path


def _digests(ledger: Ledger, campaign: str) -> set[str]:
    """The captures of all of a campaign's runs."""
    query = select(RUN_CAPTURES.c.sha256).join_from(RUN_CAPTURES, RUNS).where(RUNS.c.campaign == campaign)
    return set(ledger.frame(query.distinct())["sha256"].drop_nulls())


def _photos(loaded: LoadedCampaign, digests: Collection[str]) -> Iterator[Path]:
    """The campaign's own cache; or, of one that others share, what was made of these captures."""
    if photo_cache() is None:
        yield from _within([loaded.out / CACHE])
        return
    index = index_of(loaded)
    yield from filter(_is_plain, [index])
    if index.parent.is_dir():
        engines = (path for path in sorted(index.parent.iterdir()) if path.is_dir())
        yield from (path for path in _within(engines) if path.name[:64] in digests)


def index_of(loaded: LoadedCampaign) -> Path:
    """Where the digests of the captures are kept, whatever the engine."""
    engines = photo_cache() or loaded.out / CACHE
    return PhotoStore(engines / "any").index_of(loaded.captures)


def _audits(loaded: LoadedCampaign, runs: Collection[str]) -> Iterator[Path]:
    """The audits of the campaign's runs, dry runs too, and its weekly audits."""
    if not (loaded.out / AUDIT).is_dir():
        return
    for folder in sorted((loaded.out / AUDIT).iterdir()):
        name = folder.name.strip(".").removesuffix(".partial")
        if name in runs or name.startswith("weekly-") or _campaign_of(folder) == loaded.campaign.campaign.id:
            yield from _within([folder])


def _campaign_of(audit: Path) -> object:
    with suppress(OSError, ValueError, KeyError):
        return json.loads((audit / "summary.json").read_text(encoding="utf-8"))["campaign"]
    return None


def _leftovers(loaded: LoadedCampaign) -> Iterator[Path]:
    staged = Staging(loaded.out, loaded.campaign.campaign.id, "").folder.name
    yield from _within([*sorted(loaded.out.glob(f"{staged}*")), loaded.out / SERVE])


def _within(folders: Iterable[Path]) -> Iterator[Path]:
    """Every file in folders of ours, in depth."""
    for folder in folders:
        yield from filter(_is_plain, sorted(folder.rglob("*")))


def _is_plain(path: Path) -> bool:
    return path.is_file() and not path.is_symlink()
