"""What the report needs besides a run's frames."""

from typing import NamedTuple

import polars as pl

from outputs.report.pictures import NO_PICTURES, Pictures
from schemas.history import NO_HISTORY
from schemas.profile import Profile

ROOMS: dict[str, type[pl.DataType]] = {"camera_name": pl.String, "room_name": pl.String}
"""Where each camera stood, as far as its name tells."""


class Material(NamedTuple):
    """The profile with its limits, where pictures lie, what happened before (HISTORY), the rooms (ROOMS)."""

    profile: Profile
    pictures: Pictures = NO_PICTURES
    history: pl.DataFrame = NO_HISTORY
    rooms: pl.DataFrame = pl.DataFrame(schema=ROOMS)
