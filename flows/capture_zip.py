"""A zip of captures, opened: what could lead astray, or take all memory and time, is refused whole."""

import stat
from contextlib import suppress
from pathlib import Path
from zipfile import ZipFile, ZipInfo

from flows.foreign_zip import (
    ENCRYPTED,
    KNOWN_METHODS,
    ZIP_DAMAGE,
    OpenedZip,
    leads_astray,
    unpacks_to_too_much,
)
from schemas.errors import InputError
from schemas.words import Text

NO_ZIP = Text("既不是文件夹也不是完好的 zip", "neither a folder nor a sound zip")
UNPACK = Text("请解压到文件夹，或重新拷贝 zip", "unpack it, or copy it again")


def opened_zip(path: Path) -> tuple[ZipFile, dict[str, ZipInfo]]:
    """A zip and its plain files by name. InputError for one that is damaged or looks like an attack."""
    archive = _opened(path)
    try:
        return archive, _plain_members(path, archive)
    except InputError:
        archive.close()
        raise


def _opened(path: Path) -> ZipFile:
    """A zip whose names are UTF-8 or, as Chinese Windows writes them, GB18030. InputError for any other."""
    for encoding in ("utf-8", "gb18030"):
        with suppress(UnicodeDecodeError):
            try:
                return OpenedZip(path, encoding)
            except (*ZIP_DAMAGE, ValueError, OSError) as error:
                if isinstance(error, UnicodeDecodeError):
                    raise
                raise InputError(path, NO_ZIP, UNPACK) from error
    raise InputError(path, Text("zip 中的文件名是乱码", "the zip's file names are garbled"), UNPACK)


def _plain_members(path: Path, archive: ZipFile) -> dict[str, ZipInfo]:
    members = [member for member in archive.infolist() if not member.filename.endswith("/")]
    if any(member.flag_bits & ENCRYPTED for member in members):
        raise InputError(path, Text("zip 有密码", "the zip has a password"), UNPACK)
    if any(member.compress_type not in KNOWN_METHODS for member in members):
        raise InputError(path, Text("zip 的压缩方式不支持", "the zip is packed in an unknown way"), UNPACK)
    _refuse_bomb(path, archive)
    for member in members:
        if leads_astray(member.orig_filename):
            what = Text("zip 中有文件的路径越出文件夹", "a path in the zip leads out of its folder")
            raise InputError(path, what, _FETCH_ANEW, place=member.orig_filename)
    return _by_name(path, [member for member in members if _is_plain(member)])


def _refuse_bomb(path: Path, archive: ZipFile) -> None:
    if unpacks_to_too_much(archive, path.stat().st_size):
        raise InputError(
            path,
            Text("zip 解压后大得反常，疑似压缩炸弹", "the zip would unpack to far more than pictures do"),
            _FETCH_ANEW,
        )


def _by_name(path: Path, members: list[ZipInfo]) -> dict[str, ZipInfo]:
    """Members by name; InputError where one name stands for two, since one of them would be lost."""
    named: dict[str, ZipInfo] = {}
    for member in members:
        if member.filename in named:
            what = Text("zip 中有两个文件同名", "two files in the zip have one name")
            raise InputError(path, what, _PACK_ANEW, place=member.filename)
        named[member.filename] = member
    return named


def _is_plain(member: ZipInfo) -> bool:
    """Whether a member is a file, by what Unix says of it; a link's content is but a path."""
    return stat.S_IFMT(member.external_attr >> 16) in {0, stat.S_IFREG}


_FETCH_ANEW = Text(
    "不要使用这个 zip，请向采集人员重新索取原始照片",
    "do not use this zip: ask the captures' sender for the pictures",
)
_PACK_ANEW = Text("请解压到文件夹，核对后使用文件夹", "unpack it into a folder, check it, and use the folder")
