"""Everything else that is read: campaign and profile files, code tables, capture files."""

import difflib
import hashlib
import io
import threading
import tomllib
import zipfile
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from importlib.resources import files
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple, Protocol, TypeVar

from PIL import Image, UnidentifiedImageError
from pydantic import BaseModel, ValidationError

from flows.tabular import decode_text
from schemas.campaign import Campaign
from schemas.errors import CampaignError, InputError, PipelineError, ProfileError
from schemas.profile import Profile, Table
from schemas.words import Text

CAPTURE_SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".heic", ".heif", ".tif", ".tiff", ".bmp", ".webp"})
EXIF_IFD, DATE_TIME_ORIGINAL, SUBSEC_ORIGINAL = 0x8769, 0x9003, 0x9291

Model = TypeVar("Model", bound=BaseModel)


# -- campaign and profile ------------------------------------------------------------------------------------------


class LoadedCampaign(NamedTuple):
    """A campaign with its paths resolved; `folder` is where its file stands."""

    campaign: Campaign
    profile: Profile
    path: Path

    @property
    def out(self) -> Path:
        """The output folder."""
        return self.path.parent / self.campaign.output.directory

    @property
    def ledger_url(self) -> str:
        """The ledger's URL; a relative SQLite path is relative to the output folder."""
        prefix = "sqlite:///"
        url = self.campaign.output.ledger
        if url.startswith(prefix) and not Path(url.removeprefix(prefix)).is_absolute():
            return f"{prefix}{(self.out / url.removeprefix(prefix)).as_posix()}"
        return url

    def input(self, name: str | None) -> Path | None:
        """An input's path, relative to the campaign file."""
        return None if name is None else self.path.parent / name


def read_campaign(path: Path) -> LoadedCampaign:
    """A campaign file and its profile. CampaignError or ProfileError names what is wrong and what to do."""
    campaign = _parsed(Campaign, _read_toml(path, CampaignError), path, CampaignError)
    return LoadedCampaign(campaign, read_profile(campaign.campaign.profile, beside=path.parent), path)


def packaged_profiles() -> list[str]:
    """The names of the profiles that come with regpack."""
    folder = files("schemas") / "profiles"
    return sorted(entry.name.removesuffix(".toml") for entry in folder.iterdir() if entry.name.endswith(".toml"))


def read_profile(name: str, *, beside: Path) -> Profile:
    """A profile by its packaged name, or by a path to a TOML, relative to `beside`; its tables resolved."""
    path = _profile_path(name, beside)
    document = _profile_document(path, beside)
    document["tables"] = [_read_table_spec(table, path) for table in document.get("tables", [])]
    return _parsed(Profile, document, path, ProfileError)


def _profile_path(name: str, beside: Path) -> Path:
    if name.endswith(".toml"):
        return beside / name
    if name in packaged_profiles():
        return Path(str(files("schemas") / "profiles" / f"{name}.toml"))
    names = "、".join(packaged_profiles())
    raise ProfileError(name, Text("没有这个规格", "there is no such profile"),
                       Text(f"可用的规格：{names}；或写 TOML 文件的路径", f"profiles: {names}; or give a TOML file's path"))  # fmt: skip


def _profile_document(path: Path, beside: Path) -> dict[str, Any]:
    """A profile's TOML over the one that it extends, key by key; lists are replaced whole."""
    document = _read_toml(path, ProfileError)
    parent = document.pop("extends", None)
    if parent is None:
        return document
    return _overlaid(_profile_document(_profile_path(parent, beside), beside), document)


def _overlaid(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(below)
    for key, value in above.items():
        both = isinstance(value, dict) and isinstance(below.get(key), dict)
        merged[key] = _overlaid(below[key], value) if both else value
    return merged


def _read_table_spec(name: str, profile_path: Path) -> Table:
    if name.endswith(".toml"):
        path = profile_path.parent / name
    else:
        path = Path(str(files("schemas") / "tables" / f"{name}.toml"))
    return _parsed(Table, _read_toml(path, ProfileError), path, ProfileError)


def _read_toml(path: Path, kind: type[PipelineError]) -> dict[str, Any]:
    try:
        return tomllib.loads(decode_text(path, path.read_bytes()).lstrip("\ufeff"))
    except OSError as error:
        raise kind(path, Text("找不到或无法读取文件", "the file is missing or unreadable"),
                   Text("请核对文件名和路径", "check its name and path")) from error  # fmt: skip
    except tomllib.TOMLDecodeError as error:
        raise kind(path, Text(f"不是有效的 TOML（{error}）", f"not valid TOML ({error})"),
                   Text("请核对引号、等号和方括号", "check quotes, equals signs and brackets")) from error  # fmt: skip


def _parsed(model: type[Model], document: object, path: Path, kind: type[PipelineError]) -> Model:
    try:
        return model.model_validate(document)
    except ValidationError as error:
        raise _first_fault(model, error, path, kind) from error


def _first_fault(
    model: type[BaseModel], error: ValidationError, path: Path, kind: type[PipelineError]
) -> PipelineError:
    """The first thing wrong with a document, in a clerk's words; an unknown key names its nearest neighbour."""
    fault = error.errors(include_input=False, include_url=False)[0]
    place = ".".join(map(str, fault["loc"]))
    if fault["type"] == "extra_forbidden":
        near = difflib.get_close_matches(str(fault["loc"][-1]), _keys_at(model, fault["loc"][:-1]), n=1, cutoff=0)
        nearest = f"；是否想写 {near[0]}" if near else ""
        nearest_en = f"; did you mean {near[0]}" if near else ""
        return kind(path, Text("不认识的项", "unknown key"),
                    Text(f"请改正或删去{nearest}", f"correct or remove it{nearest_en}"), place=place)  # fmt: skip
    if fault["type"] == "missing":
        return kind(path, Text("缺少必填项", "a required key is missing"),
                    Text("请补上这一项", "add it"), place=place)  # fmt: skip
    return kind(path, Text(f"值不合要求（{fault['msg']}）", f"unusable value ({fault['msg']})"),
                Text("请改正这一项", "correct it"), place=place)  # fmt: skip


def _keys_at(model: type[BaseModel], location: tuple[int | str, ...]) -> list[str]:
    """The keys that a document may have at a place of its model."""
    for step in location:
        field = model.model_fields.get(str(step))
        inner = field.annotation if field else None
        if not (isinstance(inner, type) and issubclass(inner, BaseModel)):
            return list(model.model_fields)
        model = inner
    return list(model.model_fields)


# -- captures ----------------------------------------------------------------------------------------------------


class CaptureFile(NamedTuple):
    """One capture's bytes and what they say of themselves; `taken_at` is the camera's own clock."""

    content: bytes
    sha256: str
    taken_at: datetime | None


class CaptureStore(Protocol):
    """Where captures lie: a folder or a zip. Names are POSIX paths relative to it, sorted."""

    def names(self) -> list[str]:
        """Every image file, in depth."""
        ...

    def read(self, name: str) -> bytes:
        """One file's bytes."""
        ...


class CaptureFolder:
    """Captures in a folder; hidden files and symbolic links are passed over."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def names(self) -> list[str]:
        """Every image file, in depth."""
        found = (path for path in self._root.rglob("*") if path.is_file() and not path.is_symlink())
        return sorted(name for path in found if is_capture(name := path.relative_to(self._root).as_posix()))

    def read(self, name: str) -> bytes:
        """One file's bytes."""
        return (self._root / name).read_bytes()


class CaptureZip:
    """Captures in a zip; reads are serialised, since its file handle is shared."""

    def __init__(self, path: Path) -> None:
        self._archive = zipfile.ZipFile(path)
        self._lock = threading.Lock()

    def names(self) -> list[str]:
        """Every image file, in depth."""
        return sorted(info.filename for info in self._archive.infolist() if is_capture(info.filename))

    def read(self, name: str) -> bytes:
        """One member's bytes; empty where the zip itself is damaged there, which no reader takes for a picture."""
        with self._lock, suppress(zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError):
            return self._archive.read(name)
        return b""


def is_capture(name: str) -> bool:
    """Whether a file's name is that of a picture, and not a hidden one.

    >>> is_capture("E201/DSC_0001.JPG"), is_capture("E201/._DSC_0001.JPG"), is_capture("Thumbs.db")
    (True, False, False)
    """
    path = PurePosixPath(name)
    hidden = any(part.startswith((".", "__MACOSX")) for part in path.parts)
    return path.suffix.lower() in CAPTURE_SUFFIXES and not hidden


def open_captures(path: Path) -> CaptureStore:
    """A folder or zip of captures. InputError when it is missing, is neither, or holds no picture."""
    store = _store(path)
    if not store.names():
        raise InputError(path, Text("没有找到任何照片", "no picture was found"),
                         Text("请确认相机文件已拷贝到这里", "copy the cameras' files here"))  # fmt: skip
    return store


def _store(path: Path) -> CaptureStore:
    if path.is_dir():
        return CaptureFolder(path)
    if not path.exists():
        raise InputError(path, Text("找不到照片文件夹", "the captures folder does not exist"),
                         Text("请核对批次文件 [inputs] captures", "check captures under [inputs]"))  # fmt: skip
    try:
        return CaptureZip(path)
    except (zipfile.BadZipFile, OSError) as error:
        raise InputError(path, Text("既不是文件夹也不是完好的 zip", "neither a folder nor a sound zip"),
                         Text("请解压到文件夹，或重新拷贝 zip", "unpack it, or copy it again")) from error  # fmt: skip


def read_capture(store: CaptureStore, name: str) -> CaptureFile:
    """One capture with its digest and the time its camera wrote."""
    content = store.read(name)
    return CaptureFile(content, hashlib.sha256(content).hexdigest(), _taken_at(content))


def _taken_at(content: bytes) -> datetime | None:
    """EXIF DateTimeOriginal with its sub-seconds (Exif 2.32, 4.6.5), on the camera's clock; None when absent."""
    try:
        with Image.open(io.BytesIO(content)) as image:
            exif = image.getexif().get_ifd(EXIF_IFD)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, UnidentifiedImageError):
        return None
    stamp, fraction = str(exif.get(DATE_TIME_ORIGINAL, "")), str(exif.get(SUBSEC_ORIGINAL, "")).strip()
    try:
        taken_at = datetime.strptime(stamp.strip("\0 "), "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007  a camera knows no zone
    except ValueError:
        return None
    milliseconds = int(fraction[:3].ljust(3, "0")) if fraction.isdigit() else 0
    return taken_at.replace(microsecond=milliseconds * 1000)


def sha256_of(path: Path) -> str:
    """The digest of one input file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
