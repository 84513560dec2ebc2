"""A bundle's cover sheet for the receiving office: to be printed on A4, Chinese first, without a time."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import polars as pl

from outputs.report.environment import environment
from schemas.parts import Part
from schemas.profile import Profile
from schemas.reasons import REASONS
from schemas.words import Text

COVER_FILE = "cover.html"
CHANGES = {
    "new": Text("首次上报", "sent for the first time"),
    "photo": Text("更换照片", "another photo"),
    "text": Text("信息更正", "corrected"),
    "same": Text("无变化，重新上报", "unchanged, sent again"),
}
"""What became of a record since it was last sealed."""
LISTED = ("photo", "text")
"""The changes whose students are listed, since the receiver has them already."""

CHANGED: dict[str, type[pl.DataType]] = {"student_no": pl.String, "change": pl.String}
"""One line per record of a bundle; `change` is one of CHANGES."""

RESTS_ON: dict[str, type[pl.DataType]] = {
    "student_no": pl.String,
    "code": pl.String,
    "because": pl.String,
    "by_whom": pl.String,
    "valid_until": pl.Date,
}
"""One line per waiver that a bundle's records rest on."""

CROPPED: dict[str, type[pl.DataType]] = {"student_no": pl.String, "because": pl.String, "by_whom": pl.String}
"""One line per record whose photo was cut out where a person placed it."""


class Cover(NamedTuple):
    """What a bundle cannot tell of itself.

    `records` (CHANGED), `waivers` (RESTS_ON), why it is sealed after a freeze, and `crops` (CROPPED).
    """

    records: pl.DataFrame = pl.DataFrame(schema=CHANGED)
    waivers: pl.DataFrame = pl.DataFrame(schema=RESTS_ON)
    after_freeze: Mapping[str, str] | None = None
    """`because` and `by_whom`."""
    crops: pl.DataFrame = pl.DataFrame(schema=CROPPED)
    part: Part | None = None
    """Which of several it is, that were sealed together."""


class Counted(NamedTuple):
    """One line of a count: what, in both languages, and how many."""

    name: Text
    number: int


def render_cover(
    name: str,
    profile: Profile,
    info: Mapping[str, str],
    counts: Sequence[Counted],
    cover: Cover,
    manifest_sha256: str,
) -> str:
    """The whole page of a bundle; `info` is its bag-info.txt, `counts` what each table and folder holds.

    It is the same in every language of this machine: English is shown by a switch on the page.
    """
    found = dict(cover.records.group_by("change").len().iter_rows())
    changes = [Counted(text, found[change]) for change, text in CHANGES.items() if change in found]
    listed = cover.records.filter(pl.col("change").is_in(LISTED)).sort("change", "student_no")
    return (
        environment()
        .get_template("cover.html.j2")
        .render(
            name=name,
            part=cover.part,
            profile=profile,
            info=info,
            counts=counts,
            changes=changes,
            changed=[(number, CHANGES[change]) for number, change in listed.iter_rows()],
            waivers=cover.waivers.sort("student_no", "code").to_dicts(),
            reasons={code: reason.text for code, reason in REASONS.items()},
            after_freeze=cover.after_freeze,
            crops=cover.crops.sort("student_no").to_dicts(),
            manifest_sha256=manifest_sha256,
            language="zh",
        )
    )
