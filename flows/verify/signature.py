"""A bag's signature, held against its tag manifest and a key that the receiver trusts."""

import re
from collections.abc import Iterator
from pathlib import Path

from flows.verify.fault import Fault, Signed
from flows.verify.manifests import TAGS_LARGEST, bag_info_of
from flows.verify.source import Files
from outputs.bag import TAG_MANIFEST
from outputs.signature import SEALED_BY, SIGNATURE_BYTES, SIGNATURE_FILE, SIGNING_KEY, PublicKey
from schemas.words import Text

NAME = "External-Identifier"
FINGERPRINT = re.compile("[0-9a-f]{64}")
NOT_SIGNED = Text(
    "缺失：这个上报包没有签名，或签名被去掉了",
    "is missing: the bundle is not signed, or its signature was removed",
)
STRIPPED = Text(
    "bag-info.txt 写明已签名，签名文件缺失", "is missing, and bag-info.txt says that the bundle is signed"
)
UNTOLD = Text(
    f"有签名文件，{SIGNING_KEY} 却没有写明密钥", f"names no key in {SIGNING_KEY}, and there is a signature"
)
FORGED = Text(
    f"签名与 {TAG_MANIFEST} 不符：签名之后有改动，或签名是伪造的",
    f"does not fit {TAG_MANIFEST}: something was changed after signing, or the signature is forged",
)


def trusted_key(path: Path) -> PublicKey:
    """A receiver's public key. InputError where the file is none."""
    from flows.signing_key import read_public  # noqa: PLC0415  cryptography, only where a key is given

    return read_public(path)


def signed_of(files: Files, key: PublicKey | None) -> Signed | None:
    """What the bag says of its signature; None where it says nothing."""
    info = bag_info_of(files)
    fingerprint, by_whom = info.get(SIGNING_KEY, ""), info.get(SEALED_BY, "")
    if not FINGERPRINT.fullmatch(fingerprint) or SIGNATURE_FILE not in files.digests:
        return None
    return Signed(fingerprint, "".join(filter(str.isprintable, by_whom)), is_checked=key is not None)


def signature_faults(files: Files, key: PublicKey | None) -> Iterator[Fault]:
    """A signature that is missing, cut, by another key or of other files; without a key, only what shows."""
    claimed = bag_info_of(files).get(SIGNING_KEY)
    if SIGNATURE_FILE not in files.digests:
        if claimed is not None or key is not None:
            yield Fault(SIGNATURE_FILE, NOT_SIGNED if claimed is None else STRIPPED)
    elif claimed is None or not FINGERPRINT.fullmatch(claimed):
        yield Fault("bag-info.txt", UNTOLD)
    elif (size := files.sizes[SIGNATURE_FILE]) != SIGNATURE_BYTES:
        yield Fault(SIGNATURE_FILE, _cut(size))
    elif key is not None and claimed != key.fingerprint:
        yield Fault(SIGNATURE_FILE, _by_another(claimed, key.fingerprint))
    elif key is not None and not key.has_signed(_message(files), files.read(SIGNATURE_FILE)):
        yield Fault(SIGNATURE_FILE, FORGED)
    elif key is not None and (signed := bag_info_of(files).get(NAME)) != files.source.name:
        yield Fault("bag-info.txt", _renamed(str(signed), files.source.name))


def _message(files: Files) -> bytes:
    """What was signed; nothing where it is missing, or too large to have been."""
    return files.read(TAG_MANIFEST) if files.sizes.get(TAG_MANIFEST, TAGS_LARGEST) < TAGS_LARGEST else b""


def _renamed(signed: str, name: str) -> Text:
    return Text(
        f"签名的上报包是 {signed}，文件夹名却是 {name}",
        f"what was signed is {signed}, and the folder is called {name}",
    )


def _cut(size: int) -> Text:
    return Text(
        f"签名不完整：应为 {SIGNATURE_BYTES} 字节，实为 {size} 字节",
        f"is not whole: {size} bytes instead of {SIGNATURE_BYTES}",
    )


def _by_another(claimed: str, trusted: str) -> Text:
    return Text(
        f"不是这把密钥签的：签名用的密钥指纹为 {claimed}，给出的公钥指纹为 {trusted}",
        f"is by another key: signed with {claimed}, the key given is {trusted}",
    )
