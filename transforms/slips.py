"""Order slips: runs of captures that are all named after whoever stood a few places away in the log.

Time finds them and takes the links away; it never names anybody in their place.
"""

from typing import NamedTuple

import polars as pl

from schemas.capture import SLIPS
from schemas.clock import MATCH

SEQUENCE = ("camera_name", "taken_on")


class Slips(NamedTuple):
    """The runs (SLIPS), and `doubtful`: every capture_path whose naming is in doubt, with a sentence."""

    spans: pl.DataFrame
    doubtful: pl.DataFrame


def find_slips(
    captures: pl.DataFrame,
    log: pl.DataFrame,
    named: pl.DataFrame,
    moments: pl.DataFrame,
    holders: pl.DataFrame,
    *,
    slip_min: int,
) -> Slips:
    """Hold the naming (capture_path, row) against the order in which cards were read and shots were taken."""
    shifts = shift_of(named, moments, holders, log)
    order = captures.filter(pl.col("taken_at").is_not_null()).select(
        "capture_path", "camera_name", "taken_at", taken_on=pl.col("taken_at").dt.date()
    )
    sequence = (
        order.join(shifts, on="capture_path", how="left", validate="1:1", maintain_order="left")
        .sort(*SEQUENCE, "taken_at", "capture_path")
        .pipe(with_runs)
    )
    spans = spans_of(sequence, slip_min)
    return Slips(spans.select(list(SLIPS)), doubtful_captures(sequence, spans))


def shift_of(
    named: pl.DataFrame, moments: pl.DataFrame, holders: pl.DataFrame, log: pl.DataFrame
) -> pl.DataFrame:
    """`capture_path`, `shift` and `logged_at`: how many readings its name is away from the one at its moment.

    Only where both are known, at one camera and day; of several readings of a student the nearest counts.
    """
    ranked = log.filter(pl.col("logged_at").is_not_null()).sort("logged_at", "line").select(
        "line", "logged_at", "camera_name", day=pl.col("logged_at").dt.date(),
    ).with_columns(rank=pl.int_range(pl.len(), dtype=pl.Int32).over("camera_name", "day"))  # fmt: skip
    named_at = named.join(holders, on="row", how="inner", validate="m:m", maintain_order="left_right").join(
        ranked.drop("logged_at"), on="line", how="inner", validate="m:1", maintain_order="left"
    )
    shown = moments.filter(pl.col("role") == MATCH).select("line", "capture_path").join(
        ranked, on="line", how="inner", validate="m:1", maintain_order="left"
    )  # fmt: skip
    both = named_at.join(
        shown.drop("line"), on=["capture_path", "camera_name", "day"], how="inner", validate="m:m",
        maintain_order="left", suffix="_shown",
    ).with_columns(shift=pl.col("rank") - pl.col("rank_shown"))  # fmt: skip
    nearest = both.sort("capture_path", pl.col("shift").abs(), "shift", "logged_at")
    return nearest.unique("capture_path", keep="first", maintain_order=True).select(
        "capture_path", "shift", "logged_at"
    )


def with_runs(sequence: pl.DataFrame) -> pl.DataFrame:
    """The sequence with `run`, a number for captures in a row whose shifts have one `sign`."""
    known = sequence.filter(pl.col("shift").is_not_null())
    sign = pl.col("shift").sign()
    is_new = (sign != sign.shift().over(SEQUENCE)).fill_null(True)
    runs = known.select("capture_path", run=is_new.cum_sum(), sign=sign)
    return sequence.join(runs, on="capture_path", how="left", validate="1:1", maintain_order="left")


def spans_of(sequence: pl.DataFrame, slip_min: int) -> pl.DataFrame:
    """SLIPS and their `run`: the runs of so many captures that are shifted at all."""
    shifted = sequence.filter(pl.col("sign").fill_null(0) != 0)
    spans = shifted.group_by("run", maintain_order=True).agg(
        pl.col("camera_name", "capture_path").first(),
        starts_at=pl.col("logged_at").min(),
        ends_at=pl.col("logged_at").max(),
        shift=pl.col("shift").median(),
        captures=pl.len(),
    )
    kept = spans.filter(pl.col("captures") >= slip_min)
    return kept.with_columns(pl.col(name).cast(dtype) for name, dtype in SLIPS.items())


def doubtful_captures(sequence: pl.DataFrame, spans: pl.DataFrame) -> pl.DataFrame:
    """`capture_path` and `says` of captures in a slip, and of unconfirmed ones beside a shifted one."""
    said = spans.select("run", says=pl.format("顺序错位 {}（{}）", shown_shift(), shown_span()))
    sign = pl.col("sign")
    around = (sign.forward_fill().over(SEQUENCE), sign.backward_fill().over(SEQUENCE))
    is_beside = pl.any_horizontal(each.fill_null(0) != 0 for each in around)
    beside = sequence.filter(pl.col("run").is_null() & is_beside).select(
        "capture_path", says=pl.lit("前后照片的姓名与刷卡顺序不一致，本张无法核对")
    )
    within = sequence.join(said, on="run", how="inner", validate="m:1", maintain_order="left")
    return pl.concat([within.select("capture_path", "says"), beside])


def shown_shift() -> pl.Expr:
    """A slip's `shift` with its sign, as people read it: +1, -2."""
    return pl.format("{}{}", pl.when(pl.col("shift") > 0).then(pl.lit("+")).otherwise(pl.lit("")), "shift")


def shown_span() -> pl.Expr:
    """From when to when a slip lasted, on the reader's clock."""
    return pl.format("{}–{}", *(pl.col(name).dt.to_string("%H:%M:%S") for name in ("starts_at", "ends_at")))
