"""The tag files of a BagIt 1.0 bag (RFC 8493), as texts: what a bag declares of itself, written and read.

Every tag file is UTF-8 without a byte order mark, with LF line ends. Nothing is folded.
"""

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from outputs.writer import Receipt

DECLARATION = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
"""bagit.txt, the same in every bag (RFC 8493, 2.1.1)."""

MANIFEST, TAG_MANIFEST = "manifest-sha256.txt", "tagmanifest-sha256.txt"

ENTRY = re.compile(r"([0-9A-Fa-f]{64})[ \t]+(\S.*)")
"""A manifest's line: digest, white space, path (RFC 8493, 2.1.3)."""


class Oxum(NamedTuple):
    """A payload's size in octets and its number of files (Payload-Oxum, RFC 8493, 2.2.2)."""

    octets: int
    files: int

    def __str__(self) -> str:
        """As bag-info.txt writes it: `octets.files`."""
        return f"{self.octets}.{self.files}"


def manifest(receipts: Iterable[Receipt], *, prefix: str = "") -> str:
    r"""One line per file, in order of their paths; `prefix` stands before each name.

    >>> manifest([Receipt("b", "01" * 32, 1), Receipt("a%", "02" * 32, 1)], prefix="data/")[64:77]
    '  data/a%25\n0'
    """
    entries = sorted((f"{prefix}{receipt.name}", receipt.sha256) for receipt in receipts)
    return "".join(f"{digest}  {escaped(path)}\n" for path, digest in entries)


def read_manifest(text: str) -> tuple[dict[str, str], tuple[int, ...]]:
    r"""Paths with their digests in lower case, and the numbers of lines that say nothing or repeat a path.

    >>> read_manifest("ab" * 32 + "  data/a%25\nnonsense\n")[1]
    (2,)
    """
    digests: dict[str, str] = {}
    wrong: list[int] = []
    for number, line in enumerate(_lines(text), start=1):
        entry = ENTRY.fullmatch(line)
        path = unescaped(entry[2]) if entry else ""
        if entry is None or path in digests:
            wrong.append(number)
        else:
            digests[path] = entry[1].lower()
    return digests, tuple(wrong)


def escaped(path: str) -> str:
    r"""A path as manifests write it: only percent sign, CR and LF are percent-encoded (RFC 8493, 2.1.3).

    >>> escaped("data/50%\n.txt")
    'data/50%25%0A.txt'
    """
    return path.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def unescaped(path: str) -> str:
    r"""A manifest's path as the file is called.

    >>> unescaped("data/50%25%0a.txt") == "data/50%\n.txt"
    True
    """
    return re.sub("%(25|0[AaDd])", lambda code: chr(int(code[1], 16)), path)


def bag_info(entries: Mapping[str, str]) -> str:
    r"""bag-info.txt: one `Label: value` per line, in the order given; ValueError for a longer value.

    >>> bag_info({"External-Identifier": "x-001"})
    'External-Identifier: x-001\n'
    """
    for label, value in entries.items():
        if len(value.splitlines()) != 1 or ":" in label or label != label.strip():
            raise ValueError(f"{label!r} of bag-info.txt must be one line under a plain label")
    return "".join(f"{label}: {value}\n" for label, value in entries.items())


def read_bag_info(text: str) -> dict[str, str]:
    r"""The entries of a bag-info.txt; folded lines are joined, and of a repeated label the last one counts.

    >>> read_bag_info("A: b\n c\nD: e\n")
    {'A': 'b c', 'D': 'e'}
    """
    unfolded = re.sub(r"\r?\n[ \t]+", " ", text)
    pairs = (line.partition(":") for line in _lines(unfolded) if ":" in line)
    return {label.strip(): value.strip() for label, _, value in pairs}


def _lines(text: str) -> list[str]:
    """The lines between LF, CR or CRLF, and those alone; what follows the last one is a line if not empty."""
    return re.split(r"\r\n|\r|\n", text.rstrip("\r\n"))
