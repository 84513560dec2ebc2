"""Documents in the ledger: a keyed hash to find their holder by, a mask for people; never the number itself.

A number has little that cannot be guessed: whoever has both ledger and key can try all numbers there are.
"""

import hmac
from collections.abc import Iterable

import polars as pl
from sqlalchemy import Connection, insert, select

from outputs.ledger_tables import LEDGER_KEYS
from schemas.codes import code_table
from schemas.errors import InputError
from schemas.words import Text, mask

KEY_BYTES = 32
"""The least that a key has."""
_TABLES = ("document_types", "school_document_types", "degree_document_types")
_TYPES = sorted({"", *(line.name for table in _TABLES for line in code_table(table))})
_CHECKED = "regpack"
"""What every key signs, so that another one is told."""


def document_hash(key: bytes, document_type: str | None, document_no: str) -> str:
    """What a tidied number of this type of document is found by.

    >>> document_hash(bytes(32), "护照", "E12345678") == document_hash(bytes(32), "居民身份证", "E12345678")
    False
    """
    return _signed(key, f"{document_type or ''}\0{document_no}")


def possible_hashes(key: bytes, numbers: Iterable[str]) -> pl.DataFrame:
    """Tidied numbers as every known type of document: `document_no`, `document_hash`."""
    lines = [(number, document_hash(key, kind, number)) for number in numbers for kind in _TYPES]
    return pl.DataFrame(lines, schema={"document_no": pl.String, "document_hash": pl.String}, orient="row")


def hashed(identities: pl.DataFrame, key: bytes | None) -> pl.DataFrame:
    """IDENTITIES as the ledger keeps them: row, document_hash, document_masked; no hash without a key."""
    kept = identities.drop_nulls("document_no")
    pairs = [*kept.select("document_type", "document_no").iter_rows()]
    hashes = [None if key is None else document_hash(key, *pair) for pair in pairs]
    return kept.select(
        "row",
        document_hash=pl.Series(hashes, dtype=pl.String),
        document_masked=pl.Series([mask(number) for _, number in pairs], dtype=pl.String),
    )


def is_keyed(connection: Connection) -> bool:
    """Whether a run has recorded hashes yet."""
    return connection.scalar(select(LEDGER_KEYS.c.check_value)) is not None


def refuse_other_key(connection: Connection, key: bytes, place: str) -> None:
    """InputError where the ledger's hashes were made with another key."""
    known = connection.scalar(select(LEDGER_KEYS.c.check_value))
    if known is not None and not hmac.compare_digest(known, _signed(key, _CHECKED)):
        raise InputError(
            place,
            Text("台账的密钥不是原来那把，用它查不到以前的证件号码",
                 "this is not the key of this ledger: it does not find the documents recorded before"),
            Text("请放回原来的密钥文件，或用 REGPACK_LEDGER_KEY_FILE 指明它的位置",
                 "put the first key back, or say with REGPACK_LEDGER_KEY_FILE where it lies"),
        )  # fmt: skip


def remember_key(connection: Connection, key: bytes) -> None:
    """Note what this key signs, with the first run that uses it."""
    if not is_keyed(connection):
        connection.execute(insert(LEDGER_KEYS).values(key_id=1, check_value=_signed(key, _CHECKED)))


def _signed(key: bytes, said: str) -> str:
    return hmac.new(key, said.encode(), "sha256").hexdigest()
