"""What is known of a camera's clock against the reader's, and which shot follows which reading."""

from typing import NamedTuple

import polars as pl


class Clock(NamedTuple):
    """A camera's clock: `correction_s` fast at `at_s`, and `drift` seconds more for every second since.

    A shot's time less the correction is comparable with a reading's; `typical_s` seconds then lie between the
    two. `is_verified` says that the times themselves show it; else the clock was taken for right.
    """

    at_s: float
    correction_s: float
    drift: float
    typical_s: float
    is_verified: bool


CLOCKS: dict[str, pl.DataType | type[pl.DataType]] = {
    "camera_name": pl.String,
    "day": pl.Date,  # the reader's
    "readings": pl.UInt32,
    "sittings": pl.UInt32,
    "matched": pl.UInt32,
    "at": pl.Datetime("ms"),  # when it is fast by so much, on the reader's clock
    "correction_s": pl.Float64,  # what the camera's clock is fast by; null where it cannot be told
    "drift_s_per_h": pl.Float64,
    "is_verified": pl.Boolean,
}
"""One line per camera and day of which there are both readings and shots with a time."""

MATCH, RIVAL, UNCLEAR = "match", "rival", "unclear"
"""A reading and the shot that follows it; a reading that may as well be a shot's; a shot that may as well be
somebody else's, of whom no card was read."""

MOMENTS: dict[str, pl.DataType | type[pl.DataType]] = {
    "line": pl.UInt32,
    "capture_path": pl.String,
    "role": pl.String,
}
"""One line per reading and shot that belong or may belong together, by their times."""
