"""Where the cameras stood: their rooms, their clocks, and sessions in which camera or reader was silent."""

import polars as pl

from schemas.campaign import CaptureMode
from schemas.clock import CLOCKS
from schemas.reasons import Reason
from schemas.rules_of_day import Timetable
from transforms.schedule_findings import place

READ_AT_THE_CAMERA: tuple[CaptureMode, ...] = ("swipe", "code")
"""The modes in which a log line tells that somebody stood at a camera then."""

NO_CLOCKS = pl.DataFrame(schema=CLOCKS)


def on_log_clock(captures: pl.DataFrame, clocks: pl.DataFrame) -> pl.DataFrame:
    """Captures with `taken_at` by the log's clock (`clocks`: CLOCKS).

    It stays as it is where camera and day have no clock, and is null where theirs could not be told.
    """
    timed = captures.select("capture_path", "camera_name", "taken_at").drop_nulls("taken_at")
    fast = pl.duration(milliseconds=(pl.col("correction_s") * 1000).round().cast(pl.Int64).fill_null(0))
    tried = timed.join(
        clocks.select("camera_name", "day", "correction_s"), on="camera_name", how="inner", validate="m:m",
        maintain_order="left_right",
    ).with_columns(put=(pl.col("taken_at") - fast).cast(pl.Datetime("ms")))  # fmt: skip
    of_day = tried.filter(pl.col("put").dt.date() == pl.col("day")).sort(
        "capture_path", pl.col("correction_s").abs(), "day", nulls_last=True
    )
    put = of_day.unique("capture_path", keep="first", maintain_order=True).select(
        "capture_path", put=pl.when(pl.col("correction_s").is_not_null()).then("put"), has_clock=True
    )
    told = captures.join(put, on="capture_path", how="left", validate="1:1", maintain_order="left")
    at = pl.when(pl.col("has_clock")).then("put").otherwise("taken_at")
    return told.with_columns(taken_at=at).drop("put", "has_clock")


# -- rooms ---------------------------------------------------------------------------------------------------


def cameras_of(captures: pl.DataFrame, log: pl.DataFrame, mode: CaptureMode) -> pl.DataFrame:
    """`camera_name` of every camera that files or, where cards are read at the camera, log lines name."""
    named = [captures.select("camera_name")]
    if mode in READ_AT_THE_CAMERA:
        named.append(log.select("camera_name").drop_nulls())
    return pl.concat(named).unique().sort("camera_name")


def camera_rooms(cameras: pl.DataFrame, schedule: pl.DataFrame) -> pl.DataFrame:
    """`camera_name` and `room_name` of every room that a camera may stand in: one that ends in its name.

    E201-2 is a second camera of E201. A camera without a name stands nowhere.
    """
    rooms = schedule.select("room_name").unique().sort("room_name")
    own_name = pl.col("camera_name").str.replace(r"-\d+$", "")
    pairs = cameras.join(rooms, how="cross", maintain_order="left_right")
    return pairs.filter((own_name != "") & pl.col("room_name").str.ends_with(own_name))


def cameras_nowhere(cameras: pl.DataFrame, rooms: pl.DataFrame, schedule: pl.DataFrame) -> pl.DataFrame:
    """Cameras that no room of the schedule has, each told once; none where there is no schedule."""
    known = schedule["room_name"].unique().sort().str.join("、").str.head(100)
    lost = cameras.join(rooms, on="camera_name", how="anti", maintain_order="left")
    return (lost if schedule.height else lost.clear()).select(
        code=pl.lit(Reason.ROOM_UNKNOWN.value), column=pl.lit("camera_name"),
        seen=pl.when(pl.col("camera_name") == "").then(pl.lit("–")).otherwise("camera_name"),
        limit=pl.lit(known.item() if schedule.height else None, pl.String),
        sheet_row=pl.lit(None, pl.UInt32), input=pl.lit(None, pl.String),
    )  # fmt: skip


def stations(rooms: pl.DataFrame, schedule: pl.DataFrame) -> pl.DataFrame:
    """Every session with every camera of its room; a camera that may stand in several rooms is left out."""
    placed = rooms.filter(pl.len().over("camera_name") == 1)
    return schedule.join(placed, on="room_name", how="inner", validate="m:m", maintain_order="left_right")


# -- silence -------------------------------------------------------------------------------------------------


def silences(
    held: pl.DataFrame, captures: pl.DataFrame, log: pl.DataFrame, rules: Timetable, mode: CaptureMode
) -> pl.DataFrame:
    """Stations (`held`) with captures and no log line during a session, or with log lines and no capture.

    Told only where cards are read at the camera. Captures without a moment may be those that are lacking:
    there must be more log lines than these.
    """
    shots = captures.select("camera_name", at="taken_at")
    lines = log.select("camera_name", at="logged_at")
    told = held if mode in READ_AT_THE_CAMERA and log.height else held.clear()
    untimed = shots.filter(pl.col("at").is_null()).group_by("camera_name").agg(untimed=pl.len())
    counts = (
        told.join(counted_within(told, shots, "shots"), on=["session_id", "camera_name"], how="left",
                  validate="1:1", maintain_order="left")
        .join(counted_within(told, lines, "read"), on=["session_id", "camera_name"], how="left",
              validate="1:1", maintain_order="left")
        .join(untimed, on="camera_name", how="left", validate="m:1", maintain_order="left")
        .with_columns(pl.col("shots", "read", "untimed").fill_null(0))
    )  # fmt: skip
    enough, shots_, read = rules.silent_min.value, pl.col("shots"), pl.col("read")
    code = (
        pl.when((shots_ >= enough) & (read == 0)).then(pl.lit(Reason.READER_SILENT.value))
        .when((read >= enough) & (shots_ == 0) & (read > pl.col("untimed")))
        .then(pl.lit(Reason.CAMERA_SILENT.value))
    )  # fmt: skip
    return counts.with_columns(code=code).drop_nulls("code").select(
        "code", column=pl.lit("camera_name"),
        seen=pl.format("{}，{}: {} 张，{} 人次", place(), "camera_name", "shots", "read"),
        limit=pl.lit(None, pl.String), sheet_row="row", input=pl.lit("schedule"),
    )  # fmt: skip


def counted_within(held: pl.DataFrame, moments: pl.DataFrame, name: str) -> pl.DataFrame:
    """`session_id`, `camera_name` and how many moments (camera_name, at) fall into the session there."""
    slots = held.select("session_id", "camera_name", "starts_at", "ends_at", day="held_on")
    dated = moments.drop_nulls("at").with_columns(day=pl.col("at").dt.date())
    pairs = slots.join(
        dated, on=["camera_name", "day"], how="inner", validate="m:m", maintain_order="left_right"
    )
    within = pairs.filter(pl.col("at").dt.time().is_between("starts_at", "ends_at", closed="left"))
    return within.group_by("session_id", "camera_name", maintain_order=True).agg(pl.len().alias(name))
