"""The dispatch note: which zips a run sealed, with their digests, by whom and when; it goes along on paper.

Unlike the cover sheet it lies outside the bundles, so that it may tell the zips' digests and the time.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from outputs.report.environment import environment
from schemas.words import Language

DISPATCH_FILE = "dispatch.html"


class Parcel(NamedTuple):
    """One zip: its file's name, SHA-256, size in bytes, and how many photos it holds."""

    file: str
    sha256: str
    size: int
    photos: int


class Dispatch(NamedTuple):
    """What is sent: from which school, campaign and run, when (with its time zone) and by whom sealed."""

    school: str
    campaign: str
    run: str
    sealed_at: datetime
    by_whom: str | None
    fingerprint: str | None
    parcels: Sequence[Parcel]


def render_dispatch(dispatch: Dispatch, language: Language) -> str:
    """The whole page; English stands on it too where `language` is that, or its switch is set."""
    offset = f"{dispatch.sealed_at:%z}"
    told = dispatch._asdict() | {
        "sealed_at": f"{dispatch.sealed_at:%Y-%m-%d %H:%M:%S}（UTC{offset[:3]}:{offset[3:]}）"
    }
    return environment().get_template("dispatch.html.j2").render(**told, language=language)
