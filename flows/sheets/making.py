"""The sheets written, a folder for each unit."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl

from flows.sheets.gathering import Gathered, Press, Wanted
from flows.sources import LoadedCampaign
from outputs.fee_workbook import fee_workbook
from outputs.file_names import file_name
from outputs.personal_file import write_personal
from outputs.sheets.print_sheets import TEMPLATE as PRINT
from outputs.sheets.print_sheets import print_data, printable
from outputs.sheets.proof_sheets import TEMPLATE as PROOF
from outputs.sheets.proof_sheets import proof_data
from outputs.sheets.recall_workbook import recall_workbook
from outputs.sheets.typesetting import typeset
from schemas.sheets import Head, SheetKind, print_papers, proof_paper
from transforms.fees import fee_sheet

SHEETS = "sheets"
"""The folder in the output folder."""
FEES = "收费表.xlsx"
Files = Iterator[tuple[str, bytes]]
"""What a file is, which ends its name, and its bytes."""


class UnitMade(NamedTuple):
    """One unit's sheets: the files, and how many students stand on those of each kind."""

    unit: str
    counts: Mapping[SheetKind, int]
    files: tuple[Path, ...]


class Unit(NamedTuple):
    """What is known of one unit: its students, and its lines of what was gathered."""

    name: str
    people: pl.DataFrame
    recalls: pl.DataFrame
    faces: pl.DataFrame
    faceless: pl.DataFrame


def made_sheets(loaded: LoadedCampaign, got: Gathered, wanted: Wanted, folder: Path) -> Iterator[UnitMade]:
    """Write each unit's sheets into a folder of its own within `folder`, one unit after the other."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if "fees" in wanted.kinds and not wanted.is_narrowed:
        _written(folder, "", _fees(loaded, got, got.people))
    taken: set[str] = set()
    for unit in _units(got):
        name = file_name(unit.name, taken)
        stem = f"{'-'.join((name, *(file_name(each, set()) for each in wanted.classes)))}-"
        files = _written(folder / name, stem, _sheets(loaded, got, wanted, unit, folder))
        if files:
            yield UnitMade(unit.name, _counts(loaded, wanted, unit), files)


def _counts(loaded: LoadedCampaign, wanted: Wanted, unit: Unit) -> dict[SheetKind, int]:
    fees = fee_sheet(unit.people, loaded.campaign.fees)
    counts: dict[SheetKind, int] = {
        "recall": unit.recalls.height,
        "proof": unit.faces.height,
        "print": max(printable(unit.faces, paper).height for paper in print_papers()),
        "fees": 0 if fees is None else int(fees.lines["expected"].sum()),
    }
    return {kind: count for kind, count in counts.items() if kind in wanted.kinds}


def _units(got: Gathered) -> Iterator[Unit]:
    for name in got.people["unit_name"].unique(maintain_order=True):
        parts = (
            frame.filter(pl.col("unit_name") == name)
            for frame in (got.people, got.recalls, got.faces, got.faceless)
        )
        yield Unit(name, *parts)


def _sheets(loaded: LoadedCampaign, got: Gathered, wanted: Wanted, unit: Unit, work: Path) -> Files:
    """The unit's sheets; none that would be empty."""
    if "recall" in wanted.kinds and unit.recalls.height:
        yield "补拍名单.xlsx", recall_workbook(unit.name, unit.recalls, got.head)
    if got.press is not None:
        set_as = partial(_typeset, got.press, at=got.audited.summary.started_at, work=work)
        if "proof" in wanted.kinds and unit.faces.height:
            data = proof_data(f"{unit.name} 照片核对表", unit.faces, unit.faceless, proof_paper(), got.head)
            yield "照片核对表.pdf", set_as(PROOF, data, unit.faces["photo_sha256"])
        if "print" in wanted.kinds:
            yield from _prints(unit, got.head, set_as)
    if "fees" in wanted.kinds:
        yield from _fees(loaded, got, unit.people)


def _prints(unit: Unit, head: Head, set_as: Callable[[str, Mapping[str, Any], pl.Series], bytes]) -> Files:
    for paper in print_papers():
        pictures = printable(unit.faces, paper)["picture"]
        if len(pictures):
            data = print_data(f"{unit.name} 证书照片", unit.faces, paper, head)
            yield f"证书照片-{paper.title}.pdf", set_as(PRINT, data, pictures)


def _typeset(
    press: Press, template: str, data: Mapping[str, Any], digests: pl.Series, *, at: datetime, work: Path
) -> bytes:
    """A PDF; the pictures are those that the bundles hold under these digests."""
    pictures = {digest: picture for digest in digests if (picture := press.photos(digest)) is not None}
    return typeset(template, data, pictures, lettering=press.lettering, made_at=at, work=work)


def _fees(loaded: LoadedCampaign, got: Gathered, people: pl.DataFrame) -> Files:
    fees = fee_sheet(people, loaded.campaign.fees)
    if fees is not None and fees.lines.height:
        yield FEES, fee_workbook(got.audited.summary, fees)


def _written(folder: Path, stem: str, files: Files) -> tuple[Path, ...]:
    """The files written as they are made."""
    return tuple(_put(folder / f"{stem}{name}", content) for name, content in files)


def _put(path: Path, content: bytes) -> Path:
    write_personal(path, content)
    return path
