"""The certificate of a purge: JSON for programs, with every file's digest, and a page for people to print.

It holds no name but that of who ordered the purge, no path and no number of anybody.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from outputs.ledger_purges import Purge
from outputs.personal_file import write_personal
from outputs.report.environment import environment
from schemas.purge import BUNDLE_STATES, KINDS, TABLES
from schemas.words import Language, Text


class Deleted(NamedTuple):
    """One file that was deleted: its kind (`schemas.purge.KINDS`), its size in bytes, its SHA-256."""

    kind: str
    size: int
    sha256: str


class Certificate(NamedTuple):
    """All that a certificate says; `erased` are rows of the ledger by table, times ISO 8601 in UTC.

    `bundles` have name, archive_sha256, sealed and state (`schemas.purge.BUNDLE_STATES`).
    """

    campaign: str
    school_code: str
    school_name: str
    program: str
    purge: Purge
    ended_at: str
    against: Sequence[Text]
    deleted: Sequence[Deleted]
    erased: Mapping[str, int]
    bundles: Sequence[Mapping[str, Any]]
    notes: Sequence[Text]


class KindDeleted(NamedTuple):
    """The files of one kind; the digest is that of their digests, sorted, one a line."""

    kind: str
    what: Text
    files: int
    size: int
    sha256: str


def write_certificate(certificate: Certificate, stem: Path, language: Language) -> Path:
    """Write page and JSON side by side, for their owner alone; the JSON's path. DeliveryError where not."""
    page = environment().get_template("certificate.html.j2")
    shown = page.render(_shown(certificate), language=language)
    write_personal(stem.with_suffix(".html"), shown.encode())
    write_personal(stem.with_suffix(".json"), as_json(certificate))
    return stem.with_suffix(".json")


def as_json(certificate: Certificate) -> bytes:
    """The certificate for programs; sentences stand in both languages."""
    told = certificate._asdict() | {
        "purge": certificate.purge._asdict(),
        "against": [each._asdict() for each in certificate.against],
        "notes": [each._asdict() for each in certificate.notes],
        "kinds": [each._asdict() | {"what": each.what._asdict()} for each in by_kind(certificate.deleted)],
        "deleted": [each._asdict() for each in certificate.deleted],
    }
    return (json.dumps(told, ensure_ascii=False, indent=1) + "\n").encode()


def by_kind(deleted: Iterable[Deleted]) -> list[KindDeleted]:
    """The deleted files counted, kind by kind.

    >>> files = [Deleted("inputs", 5, "a"), Deleted("inputs", 2, "b")]
    >>> [(each.kind, each.files, each.size) for each in by_kind(files)]
    [('inputs', 2, 7)]
    """
    files: dict[str, list[Deleted]] = {kind: [] for kind in KINDS}
    for each in deleted:
        files[each.kind].append(each)
    return [
        KindDeleted(kind, KINDS[kind], len(those), sum(each.size for each in those), _digest(those))
        for kind, those in files.items()
        if those
    ]


def _digest(files: Iterable[Deleted]) -> str:
    lines = sorted(f"{each.sha256}\n" for each in files)
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def _shown(certificate: Certificate) -> dict[str, Any]:
    return {
        "certificate": certificate,
        "kinds": by_kind(certificate.deleted),
        "tables": [(TABLES[name], rows) for name, rows in certificate.erased.items() if rows],
        "states": BUNDLE_STATES,
    }
