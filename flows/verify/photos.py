"""Delivered photos held against the profile that travels with them."""

from collections.abc import Iterator, Sequence
from io import BytesIO

import numpy as np
from PIL import Image

from flows.verify.fault import Fault
from flows.verify.source import Files
from schemas.profile import Derivative, Limit, PictureSpec, Profile
from schemas.reasons import Reason, Severity
from schemas.words import Text
from transforms.decode import DAMAGE, PIXELS_MAX
from transforms.jpeg import KB
from transforms.jpeg_file import Jpeg, read_jpeg

PHOTOS = "data/photos/"
LARGEST = 5_000_000
"""No delivered photo is larger than this, in bytes; a larger file is not read."""


def photo_faults(files: Files, profile: Profile) -> Iterator[Fault]:
    """Everything in which the photos are not what the profile asks for."""
    limits = profile.photo.blocking(profile.severities)
    for path in pictures_in(files, PHOTOS):
        yield from (Fault(path, said) for said in _said(files, path, profile.photo, limits))


def derivative_faults(files: Files, profile: Profile) -> Iterator[Fault]:
    """Everything in which further pictures are not what the profile asks for, or are not of their photos."""
    photos = pictures_in(files, PHOTOS)
    for derivative in profile.derivatives:
        folder = f"data/{derivative.folder}/"
        wanted = {folder + path.removeprefix(PHOTOS): path for path in photos}
        present = pictures_in(files, folder)
        if profile.severity(Reason.DERIVATIVE_UNMADE) == Severity.BLOCK:
            lacking = Text("缺失：每张照片都应有这种衍生图像", "is missing: every photo has such a picture")
            yield from (Fault(path, lacking) for path in wanted if path not in present)
        for path in present:
            said = [*_said(files, path, derivative, derivative.size_limits)]
            if path not in wanted:
                said = [Text("没有对应的照片", "belongs to no photo")]
            elif not said and not _shows_the_same(files, path, wanted[path], derivative):
                said = [Text("与照片不是同一画面", "does not show what its photo shows")]
            yield from (Fault(path, each) for each in said)


def pictures_in(files: Files, folder: str) -> list[str]:
    """The paths of what lies in a folder of the bundle, sorted."""
    return sorted(path for path in files.digests if path.startswith(folder))


def _said(files: Files, path: str, spec: PictureSpec, limits: Sequence[Limit]) -> Iterator[Text]:
    if files.sizes[path] > LARGEST:
        yield Text("文件过大，不是照片", "is too large to be a photo")
        return
    data = files.read(path)
    try:
        jpeg = read_jpeg(data)
    except ValueError:
        yield Text("不是完整的 JPEG", "is no complete JPEG")
        return
    yield from picture_faults(jpeg, spec)
    yield from _limit_faults(jpeg, len(data), limits)
    if (jpeg.width, jpeg.height) == (spec.width_px.value, spec.height_px.value) and not _decodes(data):
        yield Text("图像数据损坏，打不开", "its picture is damaged and does not open")


def _shows_the_same(files: Files, path: str, photo_path: str, derivative: Derivative) -> bool:
    """Whether a derivative is what its frame in the photo shows; True where one of them does not open."""
    photo = _opened(files.read(photo_path)) if files.sizes[photo_path] <= LARGEST else None
    further = _opened(files.read(path))
    if photo is None or further is None:
        return True
    left, width = derivative.frame(photo.width, photo.height)
    if not width >= 1:
        return False
    framed = photo.resize(_COMPARED, Image.Resampling.BOX, box=(left, 0, left + width, photo.height))
    small = further.resize(_COMPARED, Image.Resampling.BOX)
    difference = np.asarray(framed, np.int16) - np.asarray(small, np.int16)
    return float(np.abs(difference).mean()) <= _SAME


_COMPARED = (39, 57)
"""The size at which two pictures are compared: noise and edges of their JPEGs are gone."""
_SAME = 3.5
"""Mean distance in levels of 255: of 17 sitters up to 1.6 to the same picture, from 6.9 to another's."""


def picture_faults(jpeg: Jpeg, spec: PictureSpec) -> Iterator[Text]:
    """Everything in which a JPEG's structure is not what the profile asks for."""
    width, height, dpi = spec.width_px.value, spec.height_px.value, spec.dpi.value
    if (jpeg.width, jpeg.height) != (width, height):
        size = f"{jpeg.width}×{jpeg.height}"
        yield Text(f"尺寸 {size}，应为 {width}×{height}", f"is {size} px instead of {width}×{height}")
    if (jpeg.channels, jpeg.bits) != (3, 8):
        yield Text("不是 24 位彩色图像", "is not in 24-bit colour")
    if jpeg.dpi != (dpi, dpi):
        yield Text(f"分辨率标记不是 {dpi} dpi", f"is not marked as {dpi} dpi")
    if jpeg.quality is None or jpeg.quality < spec.quality_min.value:
        least = spec.quality_min.value
        yield Text(f"压缩质量 {jpeg.quality} 低于 {least}", f"its quality is {jpeg.quality}, below {least}")
    if jpeg.extras:
        names = ", ".join(sorted(set(jpeg.extras)))
        yield Text(f"含有附加信息（{names}）", f"holds more than the picture ({names})")
    if jpeg.stray:
        yield Text(f"图像中夹有 {jpeg.stray} 个无主字节", f"{jpeg.stray} bytes in it belong to nothing")
    if jpeg.trailing:
        yield Text(f"图像之后还有 {jpeg.trailing} 字节", f"{jpeg.trailing} bytes follow the picture")


def _limit_faults(jpeg: Jpeg, size: int, limits: Sequence[Limit]) -> Iterator[Text]:
    """The profile's limits on what a file shows of itself: its size in KB and its quality."""
    seen = {"size_kb": size / KB, "quality": jpeg.quality}
    for limit in limits:
        value = seen.get(limit.fact)
        if value is not None and not limit.keeps(value):
            yield Text(
                f"{limit.fact} 为 {value:g}，应为 {limit.text}",
                f"{limit.fact} is {value:g} instead of {limit.text}",
            )


def _decodes(data: bytes) -> bool:
    """Whether Pillow can make pixels of it."""
    return _opened(data) is not None


def _opened(data: bytes) -> Image.Image | None:
    """The picture as Pillow reads it in colour, None where it cannot."""
    try:
        with Image.open(BytesIO(data), formats=["JPEG"]) as photo:  # noqa: TID251  # judged apart from its maker
            return None if photo.width * photo.height > PIXELS_MAX else photo.convert("RGB")
    except DAMAGE:
        return None
