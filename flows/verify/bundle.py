"""A bundle checked whole: its manifests, its tables, its photos, and whether all speak of the same people."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from pydantic import ValidationError

from flows.sources import open_captures
from flows.verify.fault import Fault, Verified
from flows.verify.manifests import bag_faults, bag_info_of, read_text
from flows.verify.parts import lacking, limit_faults, part_faults, part_in
from flows.verify.photos import PHOTOS, derivative_faults, photo_faults, pictures_in
from flows.verify.provenance import compare
from flows.verify.remembered import ledger_faults, remembered
from flows.verify.signature import signature_faults, signed_of, trusted_key
from flows.verify.source import Files, Source, opened, read_files
from flows.verify.tables import ReadTable, Record, read_table, table_files
from outputs.bundle import PROFILE_FILE, derivative_counts
from schemas.profile import Profile, Table
from schemas.words import Text

FILE, DIGEST = "photo_name", "photo_sha256"
KEYS = ("student_no", "document_no")
CONCLUSION = "conclusion"


def verify(
    bundle: Path, sources: Path | None = None, *, key: Path | None = None, campaign: Path | None = None
) -> Verified:
    """Check a bundle's folder or zip, and its pictures against `sources`, a folder or zip of the captures.

    With a public `key` the bundle must be signed by its owner, with a `campaign` file the one that its ledger
    knows. InputError where there is no bundle, no picture among the sources, no such key or ledger.
    """
    captures = open_captures(sources) if sources else None
    trusted = trusted_key(key) if key else None
    known = remembered(campaign) if campaign else None
    with opened(bundle) as source:
        files, profile, tables, faults = read_bundle(source)
        photos = sum(path.startswith(PHOTOS) for path in files.digests)
        faults = (*faults, *signature_faults(files, trusted))
        if known is not None:
            faults = (*faults, *ledger_faults(files, bundle, known))
        signed = signed_of(files, trusted)
        if profile is None:
            return Verified(source.name, photos, {}, faults, signed=signed)
        found = [*faults, *_picture_faults(files, profile), *agreement_faults(files, profile, tables)]
        found += [*part_faults(files, bundle), *limit_faults(profile, bundle, photos)]
        compared = compare(files, profile, captures) if captures else None
        if compared:
            found += compared.faults
        records = {read.table.name: len(read.records) for read in tables}
        part = part_in(files)
        absent = lacking(part, bundle) if part else ()
        told = Verified(source.name, photos, records, tuple(found), compared and compared.pictures, signed)
        return told._replace(part=part, absent=absent)


class ReadBundle(NamedTuple):
    """A bundle's files, profile and tables, and what is wrong with manifests, profile and tables."""

    files: Files
    profile: Profile | None
    tables: tuple[ReadTable, ...]
    faults: tuple[Fault, ...]


def read_bundle(source: Source) -> ReadBundle:
    """Read a bundle whole, but for the pixels of its pictures."""
    files, unreadable = read_files(source)
    profile = _profile(files)
    found = [*unreadable, *bag_faults(files)]
    if profile is None:
        unknown = Fault(PROFILE_FILE, Text("缺失或不是有效的规格", "is missing or no valid profile"))
        return ReadBundle(files, None, (), (*found, unknown))
    tables = tuple(read_table(files, table) for table in profile.tables)
    found += [fault for read in tables for fault in read.faults]
    found += _stray_faults(files, profile)
    return ReadBundle(files, profile, tables, tuple(found))


def _profile(files: Files) -> Profile | None:
    text = read_text(files, PROFILE_FILE)
    try:
        return Profile.model_validate_json(text) if text is not None else None
    except ValidationError:
        return None


def _picture_faults(files: Files, profile: Profile) -> Iterator[Fault]:
    yield from photo_faults(files, profile)
    yield from derivative_faults(files, profile)


def agreement_faults(files: Files, profile: Profile, tables: Sequence[ReadTable]) -> Iterator[Fault]:
    """What no manifest can tell: whether tables, photos and bag-info.txt speak of the same."""
    index = next((read for read in tables if {FILE, DIGEST} <= set(_codes(read.table))), None)
    if index is None:
        yield Fault(PROFILE_FILE, Text("规格中没有图像索引表", "the profile has no image index"))
        return
    yield from _index_faults(files, index)
    yield from _people_faults(index, tables)
    yield from _info_faults(files, profile, index)


def _codes(table: Table) -> dict[str, int]:
    """Where each column of the subject frame stands in this table."""
    return {column.of: position for position, column in enumerate(table.columns)}


def _stray_faults(files: Files, profile: Profile) -> Iterator[Fault]:
    """Payload that is neither a picture nor one of the profile's tables."""
    folders = (PHOTOS, *(f"data/{derivative.folder}/" for derivative in profile.derivatives))
    belong = {path for table in profile.tables for path in table_files(table)}
    for path in sorted(files.digests):
        if path.startswith("data/") and not path.startswith(folders) and path not in belong:
            yield Fault(path, Text("不属于上报包", "does not belong into a bundle"))


def _index_faults(files: Files, index: ReadTable) -> Iterator[Fault]:
    """Records whose photo is missing or another, and photos that no record names."""
    where, (file, digest) = _codes(index.table), (FILE, DIGEST)
    listed: Mapping[str, str] = {
        f"{PHOTOS}{record[where[file]]}": record[where[digest]] for record in index.records
    }
    present = {path: sha256 for path, sha256 in files.digests.items() if path.startswith(PHOTOS)}
    name = f"{index.table.name}.xml"
    for path in sorted(listed.keys() | present.keys()):
        if path not in present:
            yield Fault(path, Text(f"{name} 中有记录，照片缺失", f"is named in {name} and missing"))
        elif path not in listed:
            yield Fault(path, Text(f"{name} 中没有记录", f"is not named in {name}"))
        elif listed[path] != present[path]:
            yield Fault(path, Text(f"照片与 {name} 的 SHA-256 不符", f"is not the photo that {name} names"))


def _people_faults(index: ReadTable, tables: Sequence[ReadTable]) -> Iterator[Fault]:
    """Tables whose students are not those of the image index, as far as both name them by the same keys."""
    for read in tables:
        keys = [key for key in KEYS if key in _codes(read.table) and key in _codes(index.table)]
        if read is index or not keys:
            continue
        here, there = _people(read, keys), _people(index, keys)
        surplus, lacking = (
            (here - there).total(),
            (there - here - _people(_left_out(read, index, tables), keys)).total(),
        )
        if surplus or lacking:
            yield Fault(
                table_files(read.table)[0],
                Text(
                    f"学生与图像索引不一致：多 {surplus} 人，少 {lacking} 人",
                    f"its students are not those of the image index: {surplus} more, {lacking} fewer",
                ),
            )


def _left_out(read: ReadTable, index: ReadTable, tables: Sequence[ReadTable]) -> ReadTable:
    """The image index's records of those whom a table leaves out, as another tells their conclusions."""
    for other in tables:
        where = _codes(other.table)
        keys = [key for key in KEYS if key in where and key in _codes(index.table)]
        if CONCLUSION in where and keys:
            told = [record for record in other.records if record[where[CONCLUSION]] in read.table.leaves_out]
            out = _people(other._replace(records=tuple(told)), keys).keys()
            return index._replace(
                records=tuple(each for each in index.records if _key(index, each, keys) in out)
            )
    return index._replace(records=())


def _people(read: ReadTable, keys: Sequence[str]) -> Counter[tuple[str, ...]]:
    return Counter(_key(read, record, keys) for record in read.records)


def _key(read: ReadTable, record: Record, keys: Sequence[str]) -> tuple[str, ...]:
    where = _codes(read.table)
    return tuple(record[where[key]] for key in keys)


def _info_faults(files: Files, profile: Profile, index: ReadTable) -> Iterator[Fault]:
    """Our own entries of bag-info.txt that are not what the bundle shows."""
    made = {each.id: len(pictures_in(files, f"data/{each.folder}/")) for each in profile.derivatives}
    shown = {
        "Regpack-Profile": f"{profile.name} {profile.version}",
        "Regpack-Records": str(len(index.records)),
        **derivative_counts(profile, made),
    }
    info = bag_info_of(files)
    for label, value in shown.items():
        if info.get(label) != value:
            yield Fault("bag-info.txt", Text(f"{label} 应为 {value}", f"{label} should be {value}"))
