"""Where things stand: the input tables as they were sent, so that a finding can name its cell."""

from collections.abc import Mapping
from typing import NamedTuple

import polars as pl

from schemas.words import Text

INPUTS: dict[str, Text] = {
    "roster": Text("名册", "roster"),
    "awards": Text("证书信息表", "awards sheet"),
    "schedule": Text("采集安排表", "schedule"),
    "capture_log": Text("采集日志", "capture log"),
    "capture": Text("照片", "capture"),
    "campaign": Text("批次文件", "campaign file"),
}
"""What a finding can be about, in words; `input` of a finding, where it is no corrections file's name."""

CORRECTABLE = ("roster", "awards")
"""The inputs whose cells can be corrected."""

CAMPAIGN_KEYS = {
    "school_code": "campaign.school_code",
    "school_name": "campaign.school_name",
    "president": "campaign.president",
    "degree_chair": "campaign.degree_chair",
    "graduation_on": "certificates.graduation_date",
    "award_on": "certificates.award_date",
}
"""The subject's columns that come from the campaign file, and their keys there."""


class Header(NamedTuple):
    """A column as its sheet calls it, and its letters; no letters where the file has none (DBF)."""

    text: str
    letter: str = ""


class Sheet(NamedTuple):
    """An input table: its file as the campaign names it, its worksheet (empty for CSV and DBF), its cells.

    `headers` has every column of ours, with the usual header where the sheet lacks it. `cells` has `row` (the
    sheet's row number) and these columns, as the text that a person sees.
    """

    file: str
    sheet: str
    headers: Mapping[str, Header]
    cells: pl.DataFrame
