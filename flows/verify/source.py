"""The files of a bundle as read from outside: a folder or a zip, never unpacked, never followed astray."""

import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import file_digest
from pathlib import Path
from typing import IO, NamedTuple, Protocol
from zipfile import ZipFile, ZipInfo

from flows.foreign_zip import (
    ENCRYPTED,
    KNOWN_METHODS,
    ZIP_DAMAGE,
    OpenedZip,
    leads_astray,
    unpacks_to_too_much,
)
from flows.verify.fault import Fault
from schemas.errors import InputError
from schemas.reading import MB, reading_limits
from schemas.words import Text

UNREADABLE = (*ZIP_DAMAGE, OSError)
"""What reading a bundle raises where a file, a zip or a member of one cannot be read."""
LARGEST = reading_limits().bundle_file_mb.value * MB
"""No file of a bundle is larger than this, in bytes; a larger one is not read."""
NO_FILE = Text("不是普通文件", "is no regular file")
LINK = Text("是符号链接，不予读取", "is a symbolic link and is not followed")


class Listing(NamedTuple):
    """The files that may be read, with their sizes in bytes, and the faults of those that may not."""

    sizes: Mapping[str, int]
    faults: tuple[Fault, ...]


class Source(Protocol):
    """Where a bundle's files are read from, by their paths inside the bundle."""

    @property
    def name(self) -> str:
        """The bundle's name as its folder or zip bears it."""
        ...

    def listing(self) -> Listing:
        """Every file of the bundle."""
        ...

    def open(self, path: str) -> IO[bytes]:
        """One listed file, to be read as bytes."""
        ...


@dataclass(frozen=True)
class Folder:
    """A bundle as a folder."""

    root: Path

    @property
    def name(self) -> str:
        """The folder's name."""
        return self.root.name

    def listing(self) -> Listing:
        """Every regular file below the folder; symbolic links and devices are faults."""
        sizes, faults = dict[str, int](), list[Fault]()
        for path in sorted(self.root.rglob("*")):
            mode, name = path.lstat().st_mode, path.relative_to(self.root).as_posix()
            if stat.S_ISREG(mode):
                sizes[name] = path.lstat().st_size
            elif not stat.S_ISDIR(mode):
                faults.append(Fault(name, LINK if stat.S_ISLNK(mode) else NO_FILE))
        return Listing(sizes, tuple(faults))

    def open(self, path: str) -> IO[bytes]:
        """One listed file, to be read as bytes."""
        return (self.root / path).open("rb")


@dataclass(frozen=True)
class Zip:
    """A bundle as a zip with one folder at its top."""

    packed: ZipFile
    top: str

    @property
    def name(self) -> str:
        """The name of the folder at the top."""
        return self.top

    def listing(self) -> Listing:
        """Every member below the top folder; what unpacking could lead astray is a fault and is not read."""
        sizes, faults = dict[str, int](), list[Fault]()
        for member in self.packed.infolist():
            name = member.orig_filename.removeprefix(f"{self.top}/")
            wrong = _Member(member, self.top).fault
            if wrong is None and name in sizes:
                wrong = Text("在压缩包中出现不止一次", "stands in the zip more than once")
            if wrong is not None:
                faults.append(Fault(name, wrong))
            elif not member.is_dir():
                sizes[name] = member.file_size
        return Listing(sizes, tuple(faults))

    def open(self, path: str) -> IO[bytes]:
        """One listed file, to be read as bytes."""
        return self.packed.open(f"{self.top}/{path}")


class _Member(NamedTuple):
    """One entry of a zip, held against the folder that it should lie in."""

    entry: ZipInfo
    top: str

    @property
    def fault(self) -> Text | None:
        """Why it may not be read."""
        name = self.entry.orig_filename
        mode = self.entry.external_attr >> 16
        if stat.S_ISLNK(mode):
            return LINK
        if stat.S_IFMT(mode) not in {0, stat.S_IFREG, stat.S_IFDIR}:
            return NO_FILE
        if leads_astray(name) or not name.startswith(f"{self.top}/"):
            return Text("路径越出上报包文件夹", "its path leads out of the bundle's folder")
        if self.entry.flag_bits & ENCRYPTED or self.entry.compress_type not in KNOWN_METHODS:
            return Text("已加密或压缩方式不支持", "is encrypted or compressed in an unknown way")
        return None


@contextmanager
def opened(bundle: Path) -> Iterator[Source]:
    """The bundle at this path; InputError where there is none."""
    if (bundle / "bagit.txt").is_file() or (bundle / "manifest-sha256.txt").is_file():
        yield Folder(bundle.resolve())
        return
    try:
        packed = OpenedZip(bundle)
    except (*UNREADABLE, ValueError):
        raise _no_bundle(bundle) from None
    with packed:
        _refuse_bomb(packed, bundle)
        yield Zip(packed, _top_folder(packed, bundle))


def _top_folder(packed: ZipFile, bundle: Path) -> str:
    """The folder at the top of the zip that a bag lies in; InputError where there is none."""
    tops = sorted({name.split("/")[0] for name in packed.namelist() if name.count("/") == 1})
    for top in tops:
        if top and not {f"{top}/bagit.txt", f"{top}/manifest-sha256.txt"}.isdisjoint(packed.namelist()):
            return top
    raise _no_bundle(bundle)


def _refuse_bomb(packed: ZipFile, bundle: Path) -> None:
    if unpacks_to_too_much(packed, bundle.stat().st_size):
        raise InputError(
            bundle,
            Text("解压后大得反常，疑似压缩炸弹", "would unpack to far more than a bundle does"),
            Text("不要解压，请向报送单位重新索取", "do not unpack it: ask its sender for another"),
        )


def _no_bundle(bundle: Path) -> InputError:
    return InputError(
        bundle,
        Text("不是上报包文件夹或压缩包", "is neither a bundle's folder nor its zip"),
        Text("请给出 out/bundles 下的文件夹或 .zip", "name a folder or a .zip under out/bundles"),
    )


class Files(NamedTuple):
    """Every file that could be read to its end, with its size in bytes and its SHA-256 in hex."""

    source: Source
    sizes: Mapping[str, int]
    digests: Mapping[str, str]

    def read(self, path: str) -> bytes:
        """The whole of one of these files."""
        with self.source.open(path) as file:
            return file.read(self.sizes[path])  # a zip may hold more than it says, which is never unpacked


def read_files(source: Source) -> tuple[Files, tuple[Fault, ...]]:
    """Read every listed file once, and say which ones cannot be."""
    listing = source.listing()
    digests, faults = dict[str, str](), list(listing.faults)
    for path, size in listing.sizes.items():
        if size > LARGEST:
            faults.append(Fault(path, Text("文件过大，不予读取", "is too large and was not read")))
            continue
        try:
            with source.open(path) as file:
                digests[path] = file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]  # IO[bytes] serves
        except UNREADABLE:
            faults.append(Fault(path, Text("文件损坏，读不出来", "is damaged and cannot be read")))
    sizes = {path: listing.sizes[path] for path in digests}
    return Files(source, sizes, digests), tuple(faults)
