"""Delivered pictures held against the captures that they were made of."""

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from hashlib import sha256
from io import StringIO
from typing import NamedTuple

from pydantic import ValidationError

from flows.progress import COMPARING, progress_bar
from flows.settings import workers
from flows.sources import CaptureStore
from flows.verify.fault import Fault
from flows.verify.manifests import read_text
from flows.verify.photos import LARGEST, PHOTOS
from flows.verify.source import Files
from outputs.provenance import SOURCES_FILE
from schemas.profile import PictureSpec, Profile
from schemas.provenance import Origin
from schemas.words import Text
from transforms.decode import DAMAGE, PIXELS_MAX, Picture, decode
from transforms.jpeg_file import read_jpeg
from transforms.provenance import Box, Edit, Kind, difference, edits

NO_LIST = Text("缺失或不是有效的来源表", "is missing or no valid list of sources")
NO_ORIGIN = Text(
    f"{SOURCES_FILE} 中没有它的原图，无法判定", f"has no source in {SOURCES_FILE}: it cannot be assessed"
)
NO_PHOTO = Text(f"{SOURCES_FILE} 中有，照片缺失", f"is named in {SOURCES_FILE} and missing")
NOT_AT_HAND = Text("原图不在，无法判定", "its source is not at hand: it cannot be assessed")
NO_SOURCE = Text("原图损坏，无法判定", "its source cannot be read: it cannot be assessed")
NOT_COMPARABLE = Text(
    "照片打不开或尺寸不对，无法与原图对照", "does not open or has another size: it cannot be assessed"
)
ROUNDING_PX = 0.01
"""How far a box, written with three decimals, may leave its source, in source pixels."""
WHOLE = (PIXELS_MAX, PIXELS_MAX)
"""No source has so many pixels across, so that none is reduced."""


class Claim(NamedTuple):
    """A picture of the bundle by its path, its size (w, h), and the crop that it is said to be."""

    path: str
    size: tuple[int, int]
    orientation: int
    box: Box


class Compared(NamedTuple):
    """How many pictures were held against a source, and what is wrong with them."""

    pictures: int
    faults: tuple[Fault, ...]


def compare(files: Files, profile: Profile, captures: CaptureStore) -> Compared:
    """Hold every picture against the capture that the bundle says it was made of."""
    origins, faults = origins_in(read_text(files, SOURCES_FILE) or "")
    claims = defaultdict[str, list[Claim]](list)
    for origin in origins:
        claims[origin.source_sha256] += _claims(files, origin, profile)
    faults += _list_faults(files, {origin.photo for origin in origins})
    judged = dict(_judge_all(files, claims, captures))
    for source in sorted(claims.keys() - judged.keys()):
        faults += [Fault(claim.path, NOT_AT_HAND) for claim in claims[source]]
    faults += [fault for source in sorted(judged) for fault in judged[source]]
    return Compared(sum(len(claims[source]) for source in judged), tuple(faults))


def origins_in(text: str) -> tuple[list[Origin], list[Fault]]:
    """A bundle's list of sources, or why there is none."""
    rows = csv.DictReader(StringIO(text), strict=True)
    try:
        origins = [Origin.model_validate(row) for row in rows]
    except (csv.Error, ValidationError, TypeError):
        return [], [Fault(SOURCES_FILE, NO_LIST)]
    photos = [origin.photo for origin in origins]
    if rows.fieldnames != list(Origin.model_fields) or len(set(photos)) != len(photos):
        return [], [Fault(SOURCES_FILE, NO_LIST)]
    return origins, []


def _list_faults(files: Files, listed: set[str]) -> Iterator[Fault]:
    """Photos without a source, and sources without a photo."""
    present = {path.removeprefix(PHOTOS) for path in files.digests if path.startswith(PHOTOS)}
    yield from (Fault(f"{PHOTOS}{photo}", NO_ORIGIN) for photo in sorted(present - listed))
    yield from (Fault(f"{PHOTOS}{photo}", NO_PHOTO) for photo in sorted(listed - present))


def _claims(files: Files, origin: Origin, profile: Profile) -> Iterator[Claim]:
    """Every picture in the bundle that was made of a crop: the photo, and what shows a frame within it."""
    crop = Box(origin.left_px, origin.top_px, origin.width_px, origin.height_px)
    made: list[tuple[str, PictureSpec, Box]] = [(PHOTOS, profile.photo, crop)]
    for derivative in profile.derivatives:
        left, width = derivative.frame(crop.width, crop.height)
        frame = crop._replace(left=crop.left + left, width=width)
        made.append((f"data/{derivative.folder}/", derivative, frame))
    for folder, spec, box in made:
        path, size = f"{folder}{origin.photo}", (spec.width_px.value, spec.height_px.value)
        if path in files.digests:
            yield Claim(path, size, origin.orientation, box)


def _judge_all(
    files: Files, claims: Mapping[str, list[Claim]], captures: CaptureStore
) -> Iterator[tuple[str, list[Fault]]]:
    """For every source that is at hand, by its digest, what is wrong with the pictures made of it."""
    names = captures.names()
    judge = partial(_judge, files, claims, captures)
    with ThreadPoolExecutor(workers()) as pool, progress_bar(COMPARING, len(names)) as show:
        for done, judged in enumerate(pool.map(judge, names), start=1):
            show(done, len(names))
            if judged is not None:
                yield judged


def _judge(
    files: Files, claims: Mapping[str, list[Claim]], captures: CaptureStore, name: str
) -> tuple[str, list[Fault]] | None:
    """A source's digest and the faults of what was made of it; None where nothing was."""
    try:
        content = captures.read(name)
    except OSError:
        return None
    digest = sha256(content).hexdigest()
    if digest not in claims:
        return None
    source = decode(content, WHOLE)
    return digest, [
        Fault(claim.path, said) for claim in claims[digest] for said in _said(files, claim, source)
    ]


def _said(files: Files, claim: Claim, source: Picture | None) -> Iterable[Text]:
    """Everything in which a picture is not the crop that it is said to be."""
    if source is None:
        return [NO_SOURCE]
    misplaced = [*_misplaced(claim, source)]
    if misplaced:
        return misplaced
    data = files.read(claim.path) if files.sizes[claim.path] <= LARGEST else b""
    try:
        jpeg = read_jpeg(data)
        if (jpeg.width, jpeg.height) != claim.size:
            return [NOT_COMPARABLE]
        return [told(edit) for edit in edits(difference(data, source.pixels, claim.box))]
    except DAMAGE:
        return [NOT_COMPARABLE]


def _misplaced(claim: Claim, source: Picture) -> Iterator[Text]:
    """What is wrong with a claim before any pixel is looked at."""
    box, (width, height) = claim.box, claim.size
    upright = source.orientation or 1
    if claim.orientation != upright:
        yield Text(
            f"按方向标记 {claim.orientation} 转正，原图为 {upright}",
            f"was turned as orientation {claim.orientation} asks, and its source has {upright}",
        )
    inside = (
        box.left,
        box.top,
        source.width_px - box.left - box.width,
        source.height_px - box.top - box.height,
    )
    if min(inside) < -ROUNDING_PX:
        yield Text("裁切框超出原图", "its crop leaves its source")
    if abs(box.width / box.height * height - width) > 1:
        yield Text("裁切框与照片的长宽比不同", "its crop has another shape: it is stretched")


def told(edit: Edit) -> Text:
    """A forbidden edit in words."""
    place, value = f"({edit.x}, {edit.y})", edit.value
    return {
        Kind.MIRRORED: Text("左右镜像", "is mirrored"),
        Kind.MOVED: Text(
            f"与原图对不上，边角相差约 {value:.1f} 像素：旋转、拉伸、加边或换图",
            f"is {value:.1f} px off its source: turned, stretched, padded or another picture",
        ),
        Kind.RECOLOURED: Text(f"整体偏色 {value:.1f} 级", f"its colours are off by {value:.1f} levels"),
        Kind.CONTRAST: Text(f"对比度改变 {value:+.1%}", f"its contrast is changed by {value:+.1%}"),
        Kind.RETOUCHED: Text(
            f"{place} 处与原图相差 {value:.0f} 级，被修改过",
            f"differs from its source by {value:.0f} levels around {place}: retouched",
        ),
        Kind.SMOOTHED: Text(
            f"{place} 处的细节只剩 {value:.0%}，被磨皮或模糊",
            f"has {value:.0%} of the detail around {place}: smoothed",
        ),
        Kind.SHARPENED: Text(
            f"{place} 处的细节是原图的 {value:.0%}，被锐化",
            f"has {value:.0%} of the detail around {place}: sharpened",
        ),
    }[edit.kind]
