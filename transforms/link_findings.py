"""What linking found of a whole day: clocks that are off, order that cannot be checked, order slips."""

from collections.abc import Mapping

import polars as pl

from schemas.campaign import CaptureMode
from schemas.reasons import Reason, Severity
from schemas.rules_of_day import Linking
from transforms.linking import Linked
from transforms.slips import shown_shift, shown_span
from transforms.validation import as_findings, severity_of

WITHOUT_TIMES: dict[CaptureMode, str] = {
    "ticket": "刷卡取号后排队，刷卡时间与拍摄时间无关",
    "named": "没有采集日志，或没有拍摄时间",
}
"""Why no order can be checked by times, where a mode lets that be."""


def link_findings(linked: Linked, rules: Linking, severities: Mapping[str, Severity]) -> pl.DataFrame:
    """The campaign's findings about clocks and order, one for each camera and day, or run of captures."""
    told = pl.concat([
        clocks_off(linked.clocks), orders_not_assessed(linked.clocks, rules), slips_found(linked.slips)
    ], how="diagonal")  # fmt: skip
    return as_findings(told.with_columns(severity=severity_of(pl.col("code"), severities)))


def clocks_off(clocks: pl.DataFrame) -> pl.DataFrame:
    """Cameras whose clock was found to be fast or slow, with the drift."""
    off = clocks.filter(pl.col("correction_s").fill_null(0) != 0)
    seconds = pl.col("correction_s").round().cast(pl.Int64)
    fast = pl.when(seconds > 0).then(pl.lit("快")).otherwise(pl.lit("慢"))
    return off.select(
        code=pl.lit(Reason.CLOCK_OFF.value), column=pl.lit("correction_s"),
        seen=pl.format("{} {}：{} {} 秒，每小时漂移 {} 秒", "camera_name", "day", fast, seconds.abs(),
                       pl.col("drift_s_per_h").round().cast(pl.Int64)),
    )  # fmt: skip


def orders_not_assessed(clocks: pl.DataFrame, rules: Linking) -> pl.DataFrame:
    """Cameras whose readings and shots do not show by how much their clocks differ, or all where none can."""
    blind = clocks.filter(pl.col("correction_s").is_null())
    told = blind.select(
        seen=pl.format("{} {}：刷卡 {} 次，拍摄 {} 次", "camera_name", "day", "readings", "sittings")
    )
    if clocks.is_empty() and rules.mode in WITHOUT_TIMES:
        told = pl.DataFrame({"seen": [WITHOUT_TIMES[rules.mode]]})
    return told.with_columns(code=pl.lit(Reason.ORDER_NOT_ASSESSED.value), column=pl.lit("camera_name"))


def slips_found(slips: pl.DataFrame) -> pl.DataFrame:
    """Every order slip with its span on the reader's clock, its shift, and how many captures it holds."""
    return slips.select(
        "capture_path", code=pl.lit(Reason.SLIP_FOUND.value), column=pl.lit("shift"),
        seen=pl.format("{}：{} 错位 {}，共 {} 张", "camera_name", shown_span(), shown_shift(), "captures"),
    )  # fmt: skip
