"""A bundle: photos, tables and their XSDs as a BagIt bag and as a zip."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
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
from outputs.report.cover import COVER_FILE, Counted, Cover, render_cover
from outputs.signature import Signer, sign_bag
from outputs.writer import Receipt, Writer, store, write
from outputs.xlsx_table import XlsxTable
from outputs.xml_table import XmlTable
from outputs.xsd import breaches, compile_xsd, guarded_parser, render_xsd, xsd_name
from schemas.errors import DeliveryError
from schemas.parts import Part, Sibling
from schemas.profile import FileKind, Profile, Table
from schemas.words import Text

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
    `info` holds the entries of bag-info.txt, and `cover` what stands on the cover sheet, that the bundle
    cannot know of itself. `signer`, if there is one, signs it.
    """

    name: str
    profile: Profile
    tables: Mapping[str, pl.DataFrame]
    photos: pl.DataFrame
    derivatives: pl.DataFrame
    info: Mapping[str, str]
    cover: Cover = Cover()
    signer: Signer | None = None


class Payload(NamedTuple):
    """What a bundle delivers, written: its size, the manifest that tells every file, each table's records."""

    oxum: bag.Oxum
    manifest: Receipt
    records: Mapping[str, int]


class Bundle(NamedTuple):
    """A bundle that is whole: its folder, its zip with its SHA-256, and how many photos it holds."""

    name: str
    folder: Path
    archive: Path
    archive_sha256: str
    photos: int

    def at(self, place: Path) -> "Bundle":
        """The same once it stands in another folder."""
        return self._replace(folder=place / self.folder.name, archive=place / self.archive.name)


def build(contents: Contents, place: Path) -> Bundle:
    """Build a bundle that is no part of several; see `build_parts`."""
    (bundle,) = build_parts([contents], place)
    return bundle


def build_parts(parts: Iterable[Contents], place: Path) -> list[Bundle]:
    """Build bundles in `place`, an empty folder, each as a folder and as a zip; several name each other.

    Each one's records are let go once they are written. DeliveryError for a photo that changed since it was
    measured; ValueError for contents that no rule should have let through. Neither holds a name or a number.
    """
    delivered = [_delivered(contents, place / contents.name) for contents in parts]
    siblings = tuple(Sibling(contents.name, payload.manifest.sha256) for contents, payload in delivered)
    return [
        _seal(contents, payload, Part(number, siblings) if len(siblings) > 1 else None, place)
        for number, (contents, payload) in enumerate(delivered, start=1)
    ]


def _delivered(contents: Contents, folder: Path) -> tuple[Contents, Payload]:
    """What was written, without its records."""
    payload = _deliver(contents, folder)
    return contents._replace(tables={}), payload


def _deliver(contents: Contents, folder: Path) -> Payload:
    """Write what is delivered, and the manifest of it."""
    _refuse_unfit(contents)
    data = folder / "data"
    (data / "schema").mkdir(parents=True)
    payload = [*_tables(contents, data), *_pictures(contents, data)]
    oxum = bag.Oxum(sum(receipt.size for receipt in payload), len(payload))
    manifest = bag.manifest(payload, prefix="data/")
    records = {name: table.height for name, table in contents.tables.items()}
    return Payload(oxum, store(bag.MANIFEST, [manifest.encode()], folder), records)


def _seal(contents: Contents, payload: Payload, part: Part | None, place: Path) -> Bundle:
    """Write the tag files, sign if there is a key, and pack the whole."""
    folder, archive = place / contents.name, place / f"{contents.name}.zip"
    _tag(contents, payload, part, folder)
    if contents.signer:
        sign_bag(folder, contents.signer)
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
                Text("不要改动照片缓存，重新运行", "leave the photo cache alone and run again"),
            )
        yield receipt


def _tag(contents: Contents, payload: Payload, part: Part | None, folder: Path) -> None:
    """Write the tag files: what the bag is and holds, by which profile, from what it was made; a cover."""
    related = part.entries() if part else {}
    texts = {
        "bagit.txt": bag.DECLARATION,
        "bag-info.txt": bag.bag_info({**contents.info, **_described(contents, payload.oxum), **related}),
        PROFILE_FILE: contents.profile.model_dump_json(indent=2) + "\n",
        SOURCES_FILE: origins(contents.photos),
        COVER_FILE: _cover(contents, payload, part),
    }
    tags = [payload.manifest, *(store(name, [text.encode()], folder) for name, text in texts.items())]
    store(bag.TAG_MANIFEST, [bag.manifest(tags).encode()], folder)


def _cover(contents: Contents, payload: Payload, part: Part | None) -> str:
    """The cover sheet, which counts the records of each table and the pictures of each kind."""
    profile, made = contents.profile, Counter(contents.derivatives["derivative"])
    tables = [
        Counted(Text(table.title, table.title_en), payload.records[table.name]) for table in profile.tables
    ]
    photos = Counted(Text("照片", "photos"), contents.photos.height)
    further = [Counted(Text(each.title, each.title_en), made[each.id]) for each in profile.derivatives]
    counts = [*tables, photos, *further]
    cover = contents.cover._replace(part=part)
    return render_cover(contents.name, profile, contents.info, counts, cover, payload.manifest.sha256)


def _described(contents: Contents, oxum: bag.Oxum) -> dict[str, str]:
    """The entries of bag-info.txt that follow from the contents."""
    profile = contents.profile
    return {
        "External-Identifier": contents.name,
        "Internal-Sender-Description": f"{profile.title} / {profile.title_en}",
        "Bag-Size": f"{oxum.octets / 1_000_000:.1f} MB",
        "Payload-Oxum": str(oxum),
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
