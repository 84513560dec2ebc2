"""Delivered photos held against the profile that travels with them."""

from collections.abc import Iterator, Sequence
from io import BytesIO

from PIL import Image

from flows.verify.fault import Fault
from flows.verify.source import Files
from schemas.profile import Limit, PhotoSpec, Profile
from schemas.reasons import Reason, Severity
from schemas.words import Text
from transforms.jpeg_file import Jpeg, read_jpeg

PHOTOS = "data/photos/"
LARGEST = 5_000_000
"""No delivered photo is larger than this, in bytes; a larger file is not read."""
KB = 1000


def photo_faults(files: Files, profile: Profile) -> Iterator[Fault]:
    """Everything in which the photos are not what the profile asks for."""
    limits = [limit for limit in profile.photo.limits if _blocks(limit, profile)]
    for path in sorted(files.digests):
        if path.startswith(PHOTOS):
            yield from (Fault(path, said) for said in _said(files, path, profile.photo, limits))


def _blocks(limit: Limit, profile: Profile) -> bool:
    """Whether a photo beyond this limit may not be delivered, rather than deserve a look."""
    declared = {reason.value: reason.severity for reason in Reason} | profile.severities
    return declared.get(limit.reason) == Severity.BLOCK


def _said(files: Files, path: str, spec: PhotoSpec, limits: Sequence[Limit]) -> Iterator[Text]:
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


def picture_faults(jpeg: Jpeg, spec: PhotoSpec) -> Iterator[Text]:
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
        if value is not None and not _within(value, limit):
            yield Text(
                f"{limit.fact} 为 {value:g}，应为 {limit.text}",
                f"{limit.fact} is {value:g} instead of {limit.text}",
            )


def _within(value: float, limit: Limit) -> bool:
    return (limit.min is None or value >= limit.min) and (limit.max is None or value <= limit.max)


def _decodes(data: bytes) -> bool:
    """Whether Pillow can make pixels of it."""
    try:
        with Image.open(BytesIO(data)) as photo:  # noqa: TID251  # judged apart from the reader that made it
            photo.load()
    except (OSError, SyntaxError):
        return False
    return True
