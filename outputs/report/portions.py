"""A large day's pages, made one after another: each from its own captures and their students alone."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import polars as pl

from outputs.report.details import in_order
from outputs.report.pages import Page
from schemas.audit import AuditFrames, EnrolmentState
from schemas.reasons import Severity

MANY = 5_000
"""A day of more captures is told in portions, and the report itself has no contact sheet of them all."""
PER_PAGE = 600
"""Captures on one page at most, some 8 MB."""


class Portion(NamedTuple):
    """A page and the paths of the captures that stand on it."""

    page: Page
    paths: pl.Series


def portions(captures: pl.DataFrame, rooms: Mapping[str, str]) -> list[Portion]:
    """Every capture on one page: room by room, day by day; a day is cut only where it is too much for one."""
    camera = pl.col("camera_name").fill_null("")
    placed = (
        in_order(captures)
        .select("capture_path", camera=camera, room=camera.replace(rooms), day=pl.col("taken_at").dt.date())
        .sort("room", "day", nulls_last=True, maintain_order=True)
    )
    cut = [part for of_room in placed.partition_by("room", maintain_order=True) for part in _parts(of_room)]
    return [
        Portion(
            Page(f"report-{number:02}.html", name, frozenset(part["camera"].unique())), part["capture_path"]
        )
        for number, (name, part) in enumerate(cut, start=1)
    ]


def _parts(of_room: pl.DataFrame) -> list[tuple[str, pl.DataFrame]]:
    """A room's captures page by page, each with the page's name."""
    days = of_room.group_by("day", maintain_order=True).len()["len"].to_list()
    lengths, room, start = page_lengths(days), of_room["room"][0], 0
    told = []
    for number, length in enumerate(lengths, start=1):
        name = room if len(lengths) == 1 else f"{room} {number}/{len(lengths)}"
        told.append((name, of_room.slice(start, length)))
        start += length
    return told


def page_lengths(days: Sequence[int]) -> list[int]:
    """How many captures stand on each page, by those of each day: days together while a page holds them.

    >>> page_lengths([350, 250, 300, 1_250, 10])
    [600, 300, 417, 417, 426]
    """
    lengths: list[int] = []
    for count in days:
        if lengths and lengths[-1] + count <= PER_PAGE:
            lengths[-1] += count
        else:
            pages = -(-count // PER_PAGE)
            lengths += [count // pages + (place < count % pages) for place in range(pages)]
    return lengths


def with_students(frames: AuditFrames, paths: pl.Series) -> AuditFrames:
    """What a run said of these captures, and of their students with all their captures."""
    here = pl.col("capture_path").is_in(paths.implode())
    rows = frames.captures.filter(here)["row"].drop_nulls().unique().sort()
    return _told_of(frames, rows, here)


def notable(frames: AuditFrames) -> AuditFrames:
    """What a run said of those whom the report lists by name, of whom there is no capture, and of nobody."""
    shot = frames.captures["row"].drop_nulls().implode()
    weighty = (pl.col("severity") != Severity.INFO) | pl.col("waived").is_not_null()
    told = frames.findings.filter(weighty)["row"].drop_nulls().implode()
    listed = (
        (pl.col("state") == EnrolmentState.REJECTED) | pl.col("row").is_in(told) | ~pl.col("row").is_in(shot)
    )
    return _told_of(frames, frames.enrolments.filter(listed)["row"], pl.lit(False))


def _told_of(frames: AuditFrames, rows: pl.Series, here: pl.Expr) -> AuditFrames:
    """The lines of these rows, and the captures that are `here` besides; findings of nobody stay."""
    ours = pl.col("row").is_in(rows.implode()).fill_null(False)
    captures = frames.captures.filter(ours | here)
    of_nobody = pl.col("row").is_null() & pl.col("capture_path").is_null()
    shown = pl.col("capture_path").is_in(captures["capture_path"].implode()).fill_null(False)
    return frames._replace(
        enrolments=frames.enrolments.filter(ours),
        captures=captures,
        findings=frames.findings.filter(ours | shown | of_nobody),
    )
