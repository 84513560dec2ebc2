"""The schedule: which unit is photographed where and when."""

import polars as pl

SCHEDULE: dict[str, type[pl.DataType]] = {
    "session_id": pl.UInt32,
    "row": pl.UInt32,
    "held_on": pl.Date,
    "weekday": pl.String,
    "room_name": pl.String,
    "starts_at": pl.Time,
    "ends_at": pl.Time,
    "unit_name": pl.String,
    "level_name": pl.String,
    "expected": pl.UInt32,
}
"""One line per session; `session_id` counts from 1 in the schedule's own order."""

SCHEDULE_NEEDS = ("held_on", "room_name", "starts_at", "ends_at", "unit_name", "expected")
"""A line without one of these cannot be used."""

TOTALS: dict[str, type[pl.DataType]] = {
    "row": pl.UInt32,
    "label": pl.String,  # 总计, 信工楼E201合计 …
    "printed": pl.UInt32,  # null where no head count can be read
    "held_on": pl.Date,  # date and room where the line has them
    "room_name": pl.String,
}
"""One line per total that the schedule prints below its sessions."""

TOTAL = r"(?i)(?:总计|合计|小计|共计|总人数|total)[:：]?([0-9]*)人?$"
"""How a total line begins or ends a cell, blanks removed; the group is a head count in the same cell."""

WEEKDAYS = ("一", "二", "三", "四", "五", "六", "日")
"""The last character of 周一, 星期一 …, Monday first; Sunday is also 天."""
