"""A bag's detached signature: over its tag manifest, which by way of the manifest covers every other file.

RFC 8493 has no word for signatures; a tag file that no tag manifest lists may stand in any bag. Signed is
`tagmanifest-sha256.txt` as it is, and the signature is the bare bytes of Ed25519 (RFC 8032): OpenSSL
can check it without this program. The same key and the same bag give the same signature.
"""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from outputs.bag import TAG_MANIFEST
from outputs.writer import store

SIGNATURE_FILE = f"{TAG_MANIFEST}.sig"
SIGNATURE_BYTES = 64
SIGNING_KEY, SEALED_BY = "Regpack-Signing-Key", "Regpack-Sealed-By"
"""What bag-info.txt says of the signature: the key's fingerprint, and who sealed."""


class Signer(NamedTuple):
    """A private key as far as a bag needs it: its fingerprint, and what turns bytes into their signature."""

    fingerprint: str
    sign: Callable[[bytes], bytes]


class PublicKey(NamedTuple):
    """A public key: its fingerprint, and whether its owner has signed a message (first) so (second)."""

    fingerprint: str
    has_signed: Callable[[bytes, bytes], bool]


def grouped(fingerprint: str) -> str:
    """A fingerprint as people compare it, in fours.

    >>> grouped("0123456789ab")
    '0123 4567 89ab'
    """
    return " ".join(fingerprint[at : at + 4] for at in range(0, len(fingerprint), 4))


def sign_bag(folder: Path, signer: Signer) -> None:
    """Put the signature into a bag whose tag manifest is written; nothing may be changed after."""
    store(SIGNATURE_FILE, [signer.sign((folder / TAG_MANIFEST).read_bytes())], folder)
