"""What a page needs to place a crop, and whether one fits: measured as a run measures."""

from typing import Any

from flows.crops import unfit
from flows.desk.day import Item, Shown
from flows.detectors import first_detector
from flows.picture_facts import OF_PLACE
from outputs.report.details import Shot
from schemas.profile import PhotoSpec, Profile
from schemas.words import Text
from transforms.crop import Box, Head
from transforms.photo import head_in

GONE = Text("这张照片已不在照片文件夹中。", "The capture is not among the captures any more.")
NO_FACE = Text("照片里不是恰好一张脸，不能裁切。", "There is not exactly one face, so there is no crop.")


def geometry(shown: Shown, item: Item, profile: Profile) -> dict[str, Any] | Text:
    """Where the head is, what the limits are, where the crop is now; or why there is none."""
    shot = item.shot
    content = shown.pictures.content(shot) if shot else None
    if shot is None or content is None:
        return GONE
    head = head_in(content, profile.photo, first_detector())
    return NO_FACE if head is None else _told(shot, head, profile.photo)


def _told(shot: Shot, head: Head, spec: PhotoSpec) -> dict[str, Any]:
    across, down = head.source
    crop = shot.crop
    return {
        "source": head.source,
        "photo": [spec.width_px.value, spec.height_px.value],
        "head": head._asdict(),
        "limits": {limit.fact: [limit.min, limit.max] for limit in spec.limits if limit.fact in OF_PLACE},
        "box": crop and [crop.left * across / 100, crop.top * down / 100, crop.width * across / 100],
    }


def fits(shown: Shown, item: Item, profile: Profile, box: Box) -> Text | None:
    """Why a crop may not be placed so; None where it may."""
    content = shown.pictures.content(item.shot) if item.shot else None
    return GONE if content is None else unfit(content, profile, box)
