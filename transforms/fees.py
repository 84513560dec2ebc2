"""Who owes the capture fee: head counts by unit and class."""

import polars as pl

from schemas.audit import FEES, EnrolmentState, FeeSheet
from schemas.campaign import Fees
from schemas.reasons import Reason

TO_BE_CAPTURED = (EnrolmentState.ACCEPTED, EnrolmentState.REJECTED, EnrolmentState.MISSING)
"""Of those expected, all but the locked, whose photo was taken and paid for earlier."""


def fee_sheet(enrolments: pl.DataFrame, fees: Fees | None) -> FeeSheet | None:
    """The heads to be paid for, a line for each payer; nothing where the campaign names no fee."""
    return None if fees is None else FeeSheet(fees.per_person, fees.payer, fee_lines(enrolments, fees))


def fee_lines(enrolments: pl.DataFrame, fees: Fees) -> pl.DataFrame:
    """One line per class, or per unit where the units pay (FEES); `enrolments` has ENROLMENTS.

    Captured is who has a used capture, accepted or rejected. Classes of which nobody is to come are left out.
    """
    invited = enrolments.filter(pl.col("state").is_in([state.value for state in TO_BE_CAPTURED]))
    payer = pl.col("class_name") if fees.payer == "class" else pl.lit(None, pl.String)
    is_make_up = pl.col("codes").str.contains(Reason.MAKE_UP_YEAR.value, literal=True)
    counted = invited.group_by("unit_name", payer.alias("class_name")).agg(
        expected=pl.len(),
        make_up=is_make_up.fill_null(False).sum(),
        captured=pl.col("capture_path").is_not_null().sum(),
    )
    ordered = counted.sort("unit_name", "class_name", nulls_last=True)
    return ordered.select(pl.col(column).cast(dtype) for column, dtype in FEES.items())
