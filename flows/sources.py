"""What else is read: campaign files and capture files."""

import errno
import hashlib
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import NamedTuple, Protocol

from flows.capture_zip import NO_ZIP, UNPACK, opened_zip
from flows.exif import exif_facts
from flows.foreign_zip import ZIP_DAMAGE, pieces
from flows.plain_file import TooLargeError, read_plain, unreadable
from flows.profiles import captured_by, read_profile, valid_on
from flows.toml_file import parsed, read_toml
from outputs.ledger_engine import ledger_url
from schemas.campaign import Campaign
from schemas.errors import CampaignError, InputError
from schemas.inert import is_seen
from schemas.numbers.faults import number_faults
from schemas.profile import Profile
from schemas.reading import MB, reading_limits
from schemas.words import Text

CAPTURE_SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".heic", ".heif", ".tif", ".tiff", ".bmp", ".webp"})

CAPTURE_BYTES_MAX = reading_limits().capture_mb.value * MB
"""A capture of more bytes is not read, and so is none that can be."""


# -- campaign and profile ----------------------------------------------------------------------------------


class LoadedCampaign(NamedTuple):
    """A campaign with its profile; its paths are relative to the folder of `path`, its own file."""

    campaign: Campaign
    profile: Profile
    path: Path

    @property
    def out(self) -> Path:
        """The output folder."""
        return self.path.parent / self.campaign.output.directory

    @property
    def captures(self) -> Path:
        """The folder or zip of captures."""
        return self.path.parent / self.campaign.inputs.captures

    @property
    def ledger_url(self) -> str:
        """The ledger's URL, a relative SQLite path under the output folder. InputError for no address."""
        return ledger_url(self.campaign.output.ledger, self.out)

    def input(self, name: str | None) -> Path | None:
        """An input's path, relative to the campaign file."""
        return None if name is None else self.path.parent / name


def read_campaign(path: Path) -> LoadedCampaign:
    """A campaign file and its profile. CampaignError or ProfileError names what is wrong and what to do."""
    campaign = parsed(Campaign, read_toml(path, CampaignError), path, CampaignError)
    for fault in number_faults(campaign):
        raise CampaignError(path, fault.what, fault.todo, place=fault.place)
    profile = read_profile(campaign.campaign.profile, beside=path.parent)
    profile = captured_by(profile, campaign.campaign.capture_mode)
    return LoadedCampaign(campaign, valid_on(profile, campaign.certificates, campaign_path=path), path)


# -- captures ----------------------------------------------------------------------------------------------


class CaptureFile(NamedTuple):
    """One capture's bytes and what they say of themselves; `taken_at` is the camera's own clock."""

    content: bytes
    sha256: str
    taken_at: datetime | None
    camera_body: str | None = None
    is_resaved: bool | None = None


class Stamp(NamedTuple):
    """What the system says of a file without reading it; whatever is done to the file changes some of it.

    `size` in bytes; `content_ns` and `entry_ns` are when its content and its entry on the disk were last
    changed, in nanoseconds since 1970 (on Windows the latter is when the file was made); `number` is its
    place on the disk, `checksum` a zip's CRC-32 of its member.
    """

    size: int
    content_ns: int
    entry_ns: int
    number: int
    checksum: int = 0

    @property
    def changed_at(self) -> float:
        """When anything of it was last changed, in seconds since 1970."""
        return max(self.content_ns, self.entry_ns) / 1e9


class CaptureStore(Protocol):
    """Where captures lie: a folder or a zip. Names are POSIX paths relative to it, sorted."""

    def names(self) -> list[str]:
        """Every image file, in depth."""
        ...

    def stamp(self, name: str) -> Stamp:
        """What tells whether one file is as it was, without reading it."""
        ...

    def read(self, name: str) -> bytes:
        """One file's bytes."""
        ...


class CaptureFolder:
    """Captures in a folder; hidden files and symbolic links are passed over."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def names(self) -> list[str]:
        """Every image file, in depth. InputError for a folder that cannot be read."""
        found = (
            Path(folder, file) for folder, _, names in os.walk(self._root, onerror=_refuse) for file in names
        )
        names = ((path, path.relative_to(self._root).as_posix()) for path in found)
        return sorted(name for path, name in names if is_capture(name) and _is_plain(path))

    def stamp(self, name: str) -> Stamp:
        """One file's stamp. InputError, without the file's name, where it is not there any more."""
        with self._there(name) as path:
            return _stamp(path.stat())

    def read(self, name: str) -> bytes:
        """One file's bytes; none of one that is larger than any picture.

        InputError, without the file's name, where it is not there any more.
        """
        with self._there(name) as path, suppress(TooLargeError):
            return read_plain(path, CAPTURE_BYTES_MAX, follow=False)
        return b""

    @contextmanager
    def _there(self, name: str) -> Iterator[Path]:
        path = self._root / name
        try:
            yield path
        except OSError as error:
            raise _vanished(path.parent, error) from error


def _stamp(told: os.stat_result) -> Stamp:
    return Stamp(told.st_size, told.st_mtime_ns, told.st_ctime_ns, told.st_ino)


def _vanished(folder: Path, error: OSError) -> InputError:
    """What is said of a capture that was there when the folder was listed; its name may be an ID number."""
    reason = error.strerror or type(error).__name__
    return InputError(
        folder,
        Text(f"运行期间有照片读不到了（{reason}）", f"a capture was lost during the run ({reason})"),
        Text(
            "检查存储卡、网络盘或文件夹后重新运行，已检查的照片不会重做",
            "check the card, network drive or folder, then run again: no photo's work is done twice",
        ),
    )


def _is_plain(path: Path) -> bool:
    return path.is_file() and not path.is_symlink()


def _refuse(error: OSError) -> None:
    raise unreadable(Path(error.filename), error)


class CaptureZip:
    """Captures in a zip; reads are serialised, since its file handle is shared."""

    def __init__(self, path: Path) -> None:
        self._path, self._stamp = path, _stamp(path.stat())
        self._archive, self._members = opened_zip(path)
        self._lock = threading.Lock()

    def names(self) -> list[str]:
        """Every image file, in depth; symbolic links are passed over, as in a folder."""
        return sorted(filter(is_capture, self._members))

    def stamp(self, name: str) -> Stamp:
        """The zip's own stamp, with the checksum that it holds of one member."""
        return self._stamp._replace(checksum=self._members[name].CRC)

    def read(self, name: str) -> bytes:
        """One member's bytes; none where the zip is damaged there, or that are more than any picture has.

        InputError where the zip itself cannot be read any more.
        """
        member = self._members[name]
        if member.file_size > CAPTURE_BYTES_MAX:
            return b""
        with self._lock, suppress(*ZIP_DAMAGE):
            try:
                return b"".join(pieces(self._archive, member))
            except OSError as error:
                if error.errno != errno.EINVAL:  # which is a place that no file can have
                    raise _vanished(self._path, error) from error
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
    try:
        store = _store(path)
        names = store.names()
    except OSError as error:
        raise unreadable(path, error) from error
    if not names:
        raise InputError(
            path,
            Text("没有找到任何照片", "no picture was found"),
            Text("请确认相机文件已拷贝到这里", "copy the cameras' files here"),
        )
    garbled = next((name for name in names if not all(map(is_seen, name))), None)
    if garbled is not None:
        raise InputError(
            path,
            Text(
                "照片的文件名是乱码或含控制字符",
                "a capture's file name is garbled or holds control characters",
            ),
            Text("请在原电脑上改用字母和数字命名", "rename it with letters and digits"),
            place=garbled,
        )
    return store


def _store(path: Path) -> CaptureStore:
    if path.is_dir():
        return CaptureFolder(path)
    if not path.exists():
        raise InputError(
            path,
            Text("找不到照片文件夹", "the captures folder does not exist"),
            Text("请核对批次文件 [inputs] captures", "check captures under [inputs]"),
        )
    if not path.is_file():
        raise InputError(path, NO_ZIP, UNPACK)
    return CaptureZip(path)


def read_capture(store: CaptureStore, name: str) -> CaptureFile:
    """One capture with its digest and the time its camera wrote."""
    content = store.read(name)
    return CaptureFile(content, hashlib.sha256(content).hexdigest(), *exif_facts(content))
