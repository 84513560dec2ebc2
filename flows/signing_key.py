"""The key that signs bundles: an Ed25519 pair in PEM files, as OpenSSL writes and reads them.

The private one is PKCS #8, for its owner alone, and encrypted where REGPACK_SIGNING_PASSPHRASE is set. What
loads `cryptography` stands here, apart from what runs without a key.
"""

import os
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from flows.key_file import refuse_read_by_others
from flows.plain_file import unreadable
from flows.settings import SIGNING_PASSPHRASE
from outputs.key_file import FOR_ALL, write_key
from outputs.signature import PublicKey, Signer
from schemas.errors import InputError
from schemas.words import Text

_PEM, _SPKI = serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
PRIVATE, ENCRYPTED = b"PRIVATE KEY-----", b"ENCRYPTED PRIVATE KEY-----"
LARGEST = 65_536
"""No key's file is larger, in bytes; a larger one is not read."""
_MAKE_ONE = Text(
    "请核对文件；新密钥用 regpack key 文件 --new 生成", "check the file; regpack key FILE --new makes a key"
)


def new_pair(path: Path) -> tuple[str, Path]:
    """Make a private key and, beside it, its public one: the fingerprint, and where the public one is.

    InputError where either file is there already: no key is ever replaced.
    """
    key, public, given = Ed25519PrivateKey.generate(), public_file(path), _passphrase()
    sealed = serialization.BestAvailableEncryption(given) if given else serialization.NoEncryption()
    if public.exists():
        raise _taken(public)
    try:
        write_key(path, key.private_bytes(_PEM, serialization.PrivateFormat.PKCS8, sealed))
        write_key(public, key.public_key().public_bytes(_PEM, _SPKI), mode=FOR_ALL)
    except FileExistsError as there:
        raise _taken(path) from there
    return _fingerprint(key.public_key()), public


def _taken(path: Path) -> InputError:
    return InputError(
        path, Text("文件已存在", "the file is there already"), Text("请换一个文件名", "choose another name")
    )


def public_file(path: Path) -> Path:
    """Where the public key of a private one lies.

    >>> public_file(Path("keys/school.pem")).name
    'school.pub.pem'
    """
    return path.with_name(f"{path.name.removesuffix('.pem')}.pub.pem")


def read_signer(path: Path) -> Signer:
    """A private key. InputError where others may read it, where it is none, or does not open."""
    if not path.is_file():
        raise InputError(path, Text("找不到签名密钥", "the signing key is not there"), _MAKE_ONE)
    refuse_read_by_others(path)
    key = _private(path, _read(path))
    return Signer(_fingerprint(key.public_key()), key.sign)


def read_public(path: Path) -> PublicKey:
    """A public key. InputError where it is none, or a private one, which nobody should pass on."""
    content = _read(path)
    if PRIVATE in content:
        raise InputError(
            path,
            Text("这是私钥，不是公钥", "this is a private key, not a public one"),
            Text("请向报送单位索取公钥（.pub.pem）；私钥不得外传",
                 "ask the sender for the public key (.pub.pem); a private one is never passed on"),
        )  # fmt: skip
    try:
        key = serialization.load_pem_public_key(content)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PublicKey):
        raise InputError(path, Text("不是 Ed25519 公钥（PEM）", "is no Ed25519 public key in PEM"), _ASK)
    return PublicKey(_fingerprint(key), _checker(key))


def fingerprint_in(path: Path) -> str:
    """The fingerprint of a key's file, private or public. InputError where it is neither."""
    return (read_signer if PRIVATE in _read(path) else read_public)(path).fingerprint


_ASK = Text("请向报送单位索取公钥", "ask the sender for the public key")


def _checker(key: Ed25519PublicKey) -> Callable[[bytes, bytes], bool]:
    def has_signed(message: bytes, signature: bytes) -> bool:
        try:
            key.verify(signature, message)
        except InvalidSignature:
            return False
        return True

    return has_signed


def _fingerprint(key: Ed25519PublicKey) -> str:
    """SHA-256 of the key's DER, in hex: openssl pkey -pubin -in PUB -outform DER | openssl sha256."""
    return sha256(key.public_bytes(serialization.Encoding.DER, _SPKI)).hexdigest()


def _private(path: Path, content: bytes) -> Ed25519PrivateKey:
    if ENCRYPTED in content and not _passphrase():
        raise InputError(
            path,
            Text("签名密钥有口令", "the signing key has a passphrase"),
            Text(f"请把口令写入环境变量 {SIGNING_PASSPHRASE}",
                 f"give it in the environment variable {SIGNING_PASSPHRASE}"),
        )  # fmt: skip
    try:
        key = serialization.load_pem_private_key(content, _passphrase() if ENCRYPTED in content else None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if isinstance(key, Ed25519PrivateKey):
        return key
    if ENCRYPTED in content and key is None:
        raise InputError(
            path,
            Text("口令不对，或密钥文件已损坏", "the passphrase is wrong, or the key's file is damaged"),
            Text(f"请核对 {SIGNING_PASSPHRASE}", f"check {SIGNING_PASSPHRASE}"),
        )
    raise InputError(path, Text("不是 Ed25519 私钥（PEM）", "is no Ed25519 private key in PEM"), _MAKE_ONE)


def _passphrase() -> bytes | None:
    return os.environ.get(SIGNING_PASSPHRASE, "").encode() or None


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(LARGEST)
    except OSError as error:
        raise unreadable(path, error) from error
