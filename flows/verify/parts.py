"""A part held against its own word, its siblings as far as they lie beside it, and the receiver's limits."""

from collections.abc import Iterator
from hashlib import file_digest
from pathlib import Path

from flows.parts import MB
from flows.verify.fault import Fault
from flows.verify.manifests import bag_info_of
from flows.verify.source import UNREADABLE, Files, opened
from outputs.bag import MANIFEST
from schemas.errors import InputError
from schemas.parts import Part, Sibling, part_of
from schemas.profile import Profile
from schemas.words import Text

INFO = "bag-info.txt"
NO_PART = Text("没有写清是第几包、共几包", "does not say which part of how many the bundle is")
NOT_ITSELF = Text("所写的本包不是这一包", "names another bundle as this part")
NOT_SIBLING = Text("同名，但不是一同上报的那一包", "bears the name of a part, and is another bundle")


def part_in(files: Files) -> Part | None:
    """Which part a bundle is; None where it is whole, or does not say so in good order."""
    try:
        return part_of(bag_info_of(files))
    except ValueError:
        return None


def part_faults(files: Files, bundle: Path) -> Iterator[Fault]:
    """Where a bundle's word about its part is not so; `bundle` is where it lies."""
    info = bag_info_of(files)
    try:
        part = part_of(info)
    except ValueError:
        yield Fault(INFO, NO_PART)
        return
    if part is None:
        return
    itself = Sibling(info.get("External-Identifier", ""), files.digests.get(MANIFEST, ""))
    if part.parts[part.number - 1] != itself:
        yield Fault(INFO, NOT_ITSELF)
    for other in part.others:
        beside = _beside(bundle, other)
        if beside is not None and _manifest_sha256(beside) != other.manifest_sha256:
            yield Fault(beside.name, NOT_SIBLING)


def limit_faults(profile: Profile, bundle: Path, photos: int) -> Iterator[Fault]:
    """Where a bundle is more than the receiver takes in one; a folder's size says nothing of its zip's."""
    limits = profile.bundle
    if limits is None:
        return
    if limits.max_photos and photos > limits.max_photos.value:
        most = limits.max_photos.value
        yield Fault(
            "data/photos", Text(f"有 {photos} 张照片，上限 {most}", f"holds {photos} photos, not {most}")
        )
    size_mb = bundle.stat().st_size / MB if bundle.is_file() else 0.0
    if limits.max_mb and size_mb > limits.max_mb.value:
        most_mb = limits.max_mb.value
        said = Text(f"{size_mb:.1f} MB，上限 {most_mb:g} MB", f"is {size_mb:.1f} MB, not {most_mb:g} MB")
        yield Fault(bundle.name, said)


def lacking(part: Part, bundle: Path) -> tuple[str, ...]:
    """The names of the parts that do not lie beside a bundle."""
    return tuple(other.name for other in part.others if _beside(bundle, other) is None)


def _beside(bundle: Path, other: Sibling) -> Path | None:
    """Where a part lies beside another: of the same kind as that, folder or zip, if both are there."""
    folder = bundle.resolve().parent / Path(other.name).name
    places = [folder, folder.with_name(f"{folder.name}.zip")]
    found = [place for place in places if place.exists()]
    alike = [place for place in found if place.is_dir() == bundle.is_dir()]
    return next(iter([*alike, *found]), None)


def _manifest_sha256(bundle: Path) -> str | None:
    """The digest of a bundle's manifest; None where there is none to be read."""
    try:
        with opened(bundle) as source, source.open(MANIFEST) as file:
            return file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]  # IO[bytes] serves
    except (InputError, KeyError, *UNREADABLE):
        return None
