"""The key under which the ledger keeps document numbers: from the environment, or from a file of our own."""

import base64
import binascii
import os
import secrets
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import mkstemp

import polars as pl
from click import get_app_dir

from flows.key_file import refuse_read_by_others
from flows.plain_file import unreadable
from flows.settings import LEDGER_KEY, LEDGER_KEY_FILE
from outputs.ledger import Ledger, open_ledger
from outputs.ledger_engine import file_of
from outputs.ledger_identity import KEY_BYTES, possible_hashes
from schemas.errors import InputError
from schemas.words import Text
from transforms.text import tidy_document_no


def open_keyed(url: str, *, must_exist: bool = False) -> Ledger:
    """The ledger with its key, so that it finds and records documents; the first run of all makes a key.

    InputError for a key that is not this ledger's, that others may read, or that is none.
    """
    ledger = open_ledger(url, must_exist=must_exist)
    try:
        key = _kept(url) if ledger.is_keyed() else read_key(url) or _made(key_file())
        ledger.use_key(key)
    except BaseException:
        ledger.close()
        raise
    return ledger


def holders_of(ledger: Ledger, url: str, campaign: str, numbers: Sequence[str]) -> pl.DataFrame:
    """Who was enrolled with documents of these numbers, in any run of a campaign: document_no, student_no.

    Numbers are given as people write them and come back so. Nobody is found where the ledger has no key yet;
    InputError where its key is lost.
    """
    if not ledger.is_keyed():
        return pl.DataFrame(schema={"document_no": pl.String, "student_no": pl.String})
    ledger.use_key(key := _kept(url))
    given = pl.DataFrame({"document_no": numbers}, schema={"document_no": pl.String}).unique(
        maintain_order=True
    )
    tidied = given.with_columns(tidied=tidy_document_no(pl.col("document_no"))).drop_nulls()
    hashes = possible_hashes(key, tidied["tidied"].unique()).rename({"document_no": "tidied"})
    found = ledger.students_of(campaign, hashes["document_hash"])
    return (
        tidied.join(hashes, on="tidied", how="inner", validate="m:m", maintain_order="left")
        .join(found, on="document_hash", how="inner", validate="m:m", maintain_order="left")
        .select("document_no", "student_no")
        .unique(maintain_order=True)
    )


def numbers_meant(
    ledger: Ledger, url: str, campaign: str, given: str | None
) -> tuple[str, ...] | tuple[None]:
    """The student numbers that somebody means by one, or by a document's number; as given where unknown."""
    if given is None:
        return (None,)
    if given in ledger.states(campaign)["student_no"] or read_key(url) is None:
        return (given,)
    return tuple(holders_of(ledger, url, campaign, [given])["student_no"]) or (given,)


def read_key(url: str) -> bytes | None:
    """The key for the ledger at this address; None where none was made yet. InputError for an unfit one."""
    given = os.environ.get(LEDGER_KEY)
    if given:
        return _decoded(given, LEDGER_KEY)
    path = key_file()
    _refuse_beside(path, url)
    try:
        refuse_read_by_others(path)
        return _decoded(path.read_text(encoding="ascii", errors="replace"), path)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise unreadable(path, error) from error


def key_file() -> Path:
    """Where the key lies: REGPACK_LEDGER_KEY_FILE, or `ledger.key` in the user's folder of settings."""
    named = os.environ.get(LEDGER_KEY_FILE)
    return Path(named) if named else Path(get_app_dir("regpack")) / "ledger.key"


def _kept(url: str) -> bytes:
    """The key of a ledger that has one already, which must not be lost."""
    key = read_key(url)
    if key is None:
        raise InputError(
            key_file(),
            Text("找不到台账的密钥文件", "the key of the ledger is not there"),
            Text("请放回原来的密钥文件，或用 REGPACK_LEDGER_KEY_FILE 指明它的位置",
                 "put the first key back, or say with REGPACK_LEDGER_KEY_FILE where it lies"),
        )  # fmt: skip
    return key


def _made(path: Path) -> bytes:
    """A new key in a file of its own; where another program was quicker, that one's."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, scratch = mkstemp(dir=path.parent, prefix=".ledger-key-")  # mode 0600
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(f"{secrets.token_hex(KEY_BYTES)}\n")
        with suppress(FileExistsError):
            os.link(scratch, path)
        Path(scratch).unlink()
        return _decoded(path.read_text(encoding="ascii"), path)
    except OSError as error:
        raise unreadable(path, error) from error


def _decoded(text: str, place: Path | str) -> bytes:
    """A key written in hexadecimal or base64."""
    bare = text.strip()
    for decode in (bytes.fromhex, _from_base64):
        with suppress(ValueError):
            key = decode(bare)
            if len(key) >= KEY_BYTES:
                return key
    raise InputError(
        place,
        Text(f"台账密钥不是 {KEY_BYTES} 字节以上的十六进制或 base64 文本",
             f"the ledger's key is not {KEY_BYTES} bytes or more in hexadecimal or base64"),
        Text("请核对密钥；新密钥可用 python -c \"import secrets; print(secrets.token_hex(32))\" 生成",
             'check it; python -c "import secrets; print(secrets.token_hex(32))" makes a new one'),
    )  # fmt: skip


def _from_base64(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError from error


def _refuse_beside(path: Path, url: str) -> None:
    """A thief of the ledger's folder must not get the key with it."""
    ledger = file_of(url)
    if ledger is not None and path.absolute().parent.resolve() == ledger.absolute().parent.resolve():
        raise InputError(
            path,
            Text("密钥文件与台账在同一个文件夹", "the key lies beside the ledger"),
            Text("请把密钥放到别处，用 REGPACK_LEDGER_KEY_FILE 指明",
                 "keep it elsewhere and say where with REGPACK_LEDGER_KEY_FILE"),
        )  # fmt: skip
