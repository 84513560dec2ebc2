"""As many bundles as the receiver's limits ask for: the fewest that keep them, all alike in size."""

import shutil
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import polars as pl

from outputs.bundle import Bundle, Contents, build_parts
from schemas.errors import ProfileError
from schemas.profile import BundleLimits, Profile
from schemas.words import Text
from transforms.jpeg import KB

MB = 1000 * KB
Filled = Callable[[pl.DataFrame, int], Contents]
"""What a bundle of these records holds, which is the one of this place, from 0, among the run's."""


class Sealed(NamedTuple):
    """A bundle and the records that it holds (`flows.scope.choose_new`)."""

    bundle: Bundle
    records: pl.DataFrame


def seal_in_parts(new: pl.DataFrame, profile: Profile, filled: Filled, place: Path) -> list[Sealed]:
    """Build the bundles of all records in `place`; none of no records.

    The same records are always parted alike. ProfileError where one record alone is more than may be.
    """
    limits = profile.bundle or BundleLimits()
    if new.is_empty():
        return []
    for count in range(_fewest(new, limits, filled), new.height + 1):
        portions = _portions(new, count)
        bundles = build_parts((filled(part, at) for at, part in enumerate(portions)), place)
        if all(_keeps(bundle, limits) for bundle in bundles):
            return [Sealed(*each) for each in zip(bundles, portions, strict=True)]
        _clear(place)
    raise ProfileError(
        profile.name,
        Text("上报包的大小上限连一名学生都装不下", "the largest bundle does not hold one student"),
        Text("请核对规格中的上限", "check the limits in the profile"),
        place="bundle",
    )


def _fewest(new: pl.DataFrame, limits: BundleLimits, filled: Filled) -> int:
    """So many bundles at least, by their photos and the bytes of their pictures, which no zip makes less."""
    by_photos = -(-new.height // limits.max_photos.value) if limits.max_photos else 1
    if limits.max_mb is None:
        return by_photos
    contents = filled(new, 0)
    paths = [*contents.photos["photo_path"], *contents.derivatives["photo_path"]]
    size = sum(Path(path).stat().st_size for path in paths)
    return min(max(by_photos, int(-(-size // (limits.max_mb.value * MB)))), new.height)


def _portions(new: pl.DataFrame, count: int) -> list[pl.DataFrame]:
    """The records in their order, parted into so many portions that differ by one record at most."""
    ends = [new.height * place // count for place in range(count + 1)]
    return [new.slice(start, end - start) for start, end in pairwise(ends)]


def _keeps(bundle: Bundle, limits: BundleLimits) -> bool:
    return limits.max_mb is None or bundle.archive.stat().st_size <= limits.max_mb.value * MB


def _clear(place: Path) -> None:
    """Remove bundles that were too large."""
    for path in place.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()
