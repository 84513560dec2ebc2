"""Where things stand: the input tables as they were sent, so that a finding can name its cell."""

from collections.abc import Mapping
from io import BytesIO
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

    `headers` has every column of ours, with the usual header where the sheet lacks it. The cells are `packed`
    (Arrow's file format, compressed): a run keeps them to its end, and looks at few of them.
    """

    file: str
    sheet: str
    headers: Mapping[str, Header]
    packed: bytes

    @property
    def cells(self) -> pl.DataFrame:
        """`row` (the sheet's row number) and the columns of `headers`, as the text that a person sees."""
        return pl.read_ipc(BytesIO(self.packed))

    def with_cells(self, cells: pl.DataFrame) -> "Sheet":
        """The same sheet with other cells."""
        return self._replace(packed=packed(cells))


def packed(cells: pl.DataFrame) -> bytes:
    """The cells of a sheet as it keeps them."""
    file = BytesIO()
    cells.write_ipc(file, compression="zstd")
    return file.getvalue()
