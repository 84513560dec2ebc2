"""Crops that people place: whether they keep every limit, by what a run itself measures."""

from collections.abc import Sequence

import polars as pl

from flows.decision_checks import Known, Line
from flows.free_text import masked
from flows.picture_facts import digest, tried_in
from flows.sources import LoadedCampaign, open_captures
from schemas.errors import InputError
from schemas.profile import Profile
from schemas.titles import title
from schemas.words import Text
from transforms.crop import Box


def refuse_unfit(loaded: LoadedCampaign, known: Known, lines: Sequence[Line]) -> None:
    """InputError for a crop that does not keep every limit, or whose capture is not there to look at."""
    for line in lines:
        box = Box(line["crop_left_px"], line["crop_top_px"], line["crop_width_px"])
        told = unfit(content_of(loaded, known, line["capture_sha256"]), loaded.profile, box)
        if told is not None:
            raise InputError(
                line["student_no"],
                Text(f"裁切框不符合规格：{told.zh}", f"this crop does not keep the limits: {told.en}"),
                Text("移动或缩放后再试", "move or scale it and try again"),
            )


def unfit(content: bytes, profile: Profile, box: Box) -> Text | None:
    """The limits that a crop breaks, in words; None where it keeps them all and a photo can be made."""
    tried = tried_in(content, profile, box)
    if tried.broken.is_empty():
        return None if tried.fits else _UNMADE
    zh, en = (
        "; ".join(
            f"{title(column, language)} {seen or '-'} ({limit or ''})"
            for column, seen, limit in tried.broken.select("column", "seen", "limit").iter_rows()
        )
        for language in ("zh", "en")
    )
    return Text(zh, en)


def content_of(loaded: LoadedCampaign, known: Known, sha256: str) -> bytes:
    """A capture's bytes by their digest. InputError where it does not lie among the captures any more."""
    captures = open_captures(loaded.captures)
    paths = set(known.latest.captures.filter(pl.col("sha256") == sha256)["capture_path"])
    for name in captures.names():
        if masked(name) in paths:
            content = captures.read(name)
            if digest(content) == sha256:
                return content
    raise InputError(
        loaded.campaign.inputs.captures,
        Text("这张照片已不在照片文件夹中", "the capture is not among the captures any more"),
        Text("放回后再裁切", "put it back first"),
    )


_UNMADE = Text("照片不能制成", "no photo can be made so")
