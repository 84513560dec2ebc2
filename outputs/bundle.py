"""A bundle: photos, tables and their XSDs as a BagIt bag and as a zip, staged whole and then put in place.

with stage(contents, out) as staged:
    ...                     # record it
    publish(staged)
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from hashlib import file_digest, sha256
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

import polars as pl
from lxml import etree

from outputs import bag
from outputs.archive import pack
from outputs.csv_table import CsvTable
from outputs.dbf_table import DbfTable
from outputs.provenance import SOURCES_FILE, origins
from outputs.staging import delivering, settle, staged, sync
from outputs.writer import Receipt, Writer, store, write
from outputs.xlsx_table import XlsxTable
from outputs.xml_table import XmlTable
from outputs.xsd import breaches, compile_xsd, guarded_parser, render_xsd, xsd_name
from schemas.errors import DeliveryError
from schemas.profile import FileKind, Profile, Table
from schemas.words import Text

BUNDLES = "bundles"
PROFILE_FILE = "regpack-profile.json"
PHOTO_NAME = re.compile(r"[A-Za-z0-9_-]+\.jpg")

WRITERS: dict[FileKind, Callable[[Table], Writer]] = {
    "xml": XmlTable, "csv": CsvTable, "dbf": DbfTable, "xlsx": XlsxTable,
}  # fmt: skip


class Contents(NamedTuple):
    """What a bundle is made of.

    `tables` holds a frame for each table of the profile, by the table's name: its codes as columns in order,
    all text, null where unknown. `photos` has `photo_name`, `photo_path` (a finished JPEG), `photo_sha256`,
    and what it was made of (`outputs.provenance.MADE_FROM`); `derivatives` has the first three of every
    further picture, under its photo's name, and `derivative`, its id.
    `info` holds the entries of bag-info.txt that the bundle cannot know of itself.
    """

    name: str
    profile: Profile
    tables: Mapping[str, pl.DataFrame]
    photos: pl.DataFrame
    derivatives: pl.DataFrame
    info: Mapping[str, str]


class Bundle(NamedTuple):
    """A bundle that is whole: its folder, its zip with its SHA-256, and how many photos it holds."""

    name: str
    folder: Path
    archive: Path
    archive_sha256: str
    photos: int


class Staged(NamedTuple):
    """A whole bundle that nobody sees yet, and the folder where it will stand."""

    bundle: Bundle
    destination: Path


@contextmanager
def stage(contents: Contents, out: Path) -> Iterator[Staged]:
    """Build the bundle beside `out/bundles`; it is gone when the block ends, unless it was published.

    DeliveryError for a full disk, a locked folder or a photo that changed since it was measured; ValueError
    for contents that no rule should have let through. Neither holds a name or a number.
    """
    _refuse_unfit(contents)
    with staged(out, contents.name) as scratch:
        with delivering(out):
            bundle = _build(contents, scratch)
            settle(scratch)
        yield Staged(bundle, out / BUNDLES)


def publish(staged: Staged) -> Bundle:
    """Put a staged bundle in place, zip first, and return it as it stands there.

    What a killed run left under the same name is taken over when it is the same, byte for byte. Anything else
    of that name is a DeliveryError: a bundle is never changed.
    """
    bundle, destination = staged
    final = bundle._replace(
        folder=destination / bundle.folder.name, archive=destination / bundle.archive.name
    )
    with delivering(destination):
        destination.mkdir(exist_ok=True)
        _refuse_others(bundle, final)
        if not final.archive.exists():
            bundle.archive.rename(final.archive)
        if not final.folder.exists():
            bundle.folder.rename(final.folder)
        sync(destination)
        sync(destination.parent)
    return final


def _build(contents: Contents, scratch: Path) -> Bundle:
    """Write the bag, then pack it."""
    folder = scratch / contents.name
    data = folder / "data"
    (data / "schema").mkdir(parents=True)
    payload = [*_tables(contents, data), *_pictures(contents, data)]
    _tag(contents, payload, folder)
    archive = scratch / f"{contents.name}.zip"
    packed = pack(folder, archive)
    return Bundle(contents.name, folder, archive, packed.sha256, contents.photos.height)


def _tables(contents: Contents, data: Path) -> Iterator[Receipt]:
    """Write each table's XSD and files; what does not satisfy its own XSD never leaves."""
    for table in contents.profile.tables:
        records = contents.tables[table.name]
        yield store(xsd_name(table), [render_xsd(table)], data)
        written = [write(WRITERS[kind](table), records, data) for kind in table.files]
        _refuse_invalid(table, data / f"{table.name}.xml")
        yield from written


def _pictures(contents: Contents, data: Path) -> Iterator[Receipt]:
    """The photos, and every derivative in its own folder."""
    yield from _copied(contents.photos, "photos", data)
    for derivative in contents.profile.derivatives:
        made = contents.derivatives.filter(pl.col("derivative") == derivative.id)
        yield from _copied(made, derivative.folder, data)


def _copied(pictures: pl.DataFrame, folder: str, data: Path) -> Iterator[Receipt]:
    """Copy pictures under their names; DeliveryError where one's bytes are not those that were measured."""
    if pictures.height:
        (data / folder).mkdir()
    for name, path, digest in pictures.select("photo_name", "photo_path", "photo_sha256").iter_rows():
        receipt = store(f"{folder}/{name}", [Path(path).read_bytes()], data)
        if receipt.sha256 != digest:
            raise DeliveryError(
                Path(path).parent,
                Text("有照片在检查之后被改动", "a photo was changed after it was measured"),
                Text("不要改动工作文件夹，重新运行", "leave the work folder alone and run again"),
            )
        yield receipt


def _tag(contents: Contents, payload: list[Receipt], folder: Path) -> None:
    """Write the tag files: what the bag is, what it holds, by which profile and from what it was made."""
    texts = {
        "bagit.txt": bag.DECLARATION,
        "bag-info.txt": bag.bag_info({**contents.info, **_described(contents, payload)}),
        "manifest-sha256.txt": bag.manifest(payload, prefix="data/"),
        PROFILE_FILE: contents.profile.model_dump_json(indent=2) + "\n",
        SOURCES_FILE: origins(contents.photos),
    }
    tags = [store(name, [text.encode()], folder) for name, text in texts.items()]
    store("tagmanifest-sha256.txt", [bag.manifest(tags).encode()], folder)


def _described(contents: Contents, payload: list[Receipt]) -> dict[str, str]:
    """The entries of bag-info.txt that follow from the contents."""
    profile = contents.profile
    octets = sum(receipt.size for receipt in payload)
    return {
        "External-Identifier": contents.name,
        "Internal-Sender-Description": f"{profile.title} / {profile.title_en}",
        "Bag-Size": f"{octets / 1_000_000:.1f} MB",
        "Payload-Oxum": str(bag.Oxum(octets, len(payload))),
        "Bag-Software-Agent": f"regpack {version('regpack')}",
        "Regpack-Profile": f"{profile.name} {profile.version}",
        "Regpack-Records": str(contents.photos.height),
        **derivative_counts(profile, Counter(contents.derivatives["derivative"])),
    }


def derivative_counts(profile: Profile, made: Mapping[str, int]) -> dict[str, str]:
    """What bag-info.txt says of derivatives: how many of each; nothing where the profile wants none."""
    counts = ", ".join(f"{each.id} {made.get(each.id, 0)}" for each in profile.derivatives)
    return {"Regpack-Derivatives": counts} if counts else {}


def _refuse_unfit(contents: Contents) -> None:
    """ValueError unless every table has its columns, all text, and every picture a plain name of its own."""
    for table in contents.profile.tables:
        codes = {column.code: pl.String for column in table.columns}
        if dict(contents.tables[table.name].schema) != codes:
            raise ValueError(f"the records of {table.name} must have the columns of {table.id}, all text")
    names = contents.photos["photo_name"].to_list()
    if len({name.lower() for name in names}) != len(names):
        raise ValueError("two photos bear the same name")
    if not all(PHOTO_NAME.fullmatch(name) for name in names):
        raise ValueError("a photo's name is not letters, digits, '-' and '_' before '.jpg'")
    further = contents.derivatives.select("derivative", "photo_name")
    if further.is_duplicated().any() or not set(further["photo_name"]) <= set(names):
        raise ValueError("a derivative is doubled or belongs to no photo")
    if not set(further["derivative"]) <= {each.id for each in contents.profile.derivatives}:
        raise ValueError("a derivative is not one of the profile's")


def _refuse_invalid(table: Table, xml: Path) -> None:
    """ValueError that says where the first fault is, never what stands there."""
    document = etree.parse(xml, guarded_parser()).getroot()
    found = breaches(document, compile_xsd(render_xsd(table)))
    if found:
        raise ValueError(f"{xml.name} breaks {table.id}.xsd in {found[0].path}: {found[0].kind}")


def _refuse_others(bundle: Bundle, final: Bundle) -> None:
    """DeliveryError where something else than this very bundle bears its name."""
    same_archive = not final.archive.exists() or _digest(final.archive) == bundle.archive_sha256
    same_folder = not final.folder.exists() or _seal(final.folder) == _seal(bundle.folder)
    if not (same_archive and same_folder):
        raise DeliveryError(
            final.folder,
            Text(
                "同名上报包已存在，而台账中没有它",
                "another bundle bears this name, and the ledger does not know it",
            ),
            Text(
                "恢复台账，或把它移到别处后重新运行",
                "restore the ledger, or move that bundle away, and run again",
            ),
        )


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def _seal(folder: Path) -> bytes:
    """What stands for every byte of a bag: its manifest of manifests; nothing where it has none."""
    tagmanifest = folder / "tagmanifest-sha256.txt"
    return sha256(tagmanifest.read_bytes()).digest() if tagmanifest.is_file() else b""
